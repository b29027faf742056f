"""The parts of a paper that an officer drafts: which columns each has, and the seal of what an officer has seen."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from consultations.marked_text import render_marked
from consultations.models import Annex, Clause, Consultation, Paragraph, Question, Section, TermDefinition
from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT, clean_source, render

LANGUAGES: Final = ("en", "zh_hant", "zh_hans")
CHINESE: Final = ("zh_hant", "zh_hans")
Part = Section | Paragraph | Question | Annex | Clause | TermDefinition
Texts = Mapping[str, str]

KINDS: Final[Mapping[str, type[Any]]] = {
    "section": Section,
    "paragraph": Paragraph,
    "question": Question,
    "annex": Annex,
    "clause": Clause,
    "term": TermDefinition,
}
# The texts of each kind, in the order of its form; a text of one line has its length.
TEXTS: Final[Mapping[str, Mapping[str, int | None]]] = {
    "section": {"title": 250},
    "paragraph": {"body": None},
    "question": {"body": None, "short": 120},
    "annex": {"title": 250, "body": None},
    "clause": {"body": None},
    "term": {"term": 120, "meaning": None},
}
# What else an officer sets.
FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "section": ("number", "kind"),
    "paragraph": ("number", "section_id"),
    "question": ("number", "section_id", "asks_position"),
    "annex": ("key", "kind"),
    "clause": ("number",),
    "term": (),
}
TIED: Final = frozenset({"question", "clause"})
"""Kinds that are tied to paragraphs."""
NUMBER_LENGTH: Final = {"section": 10, "paragraph": 10, "question": 10, "annex": 10, "clause": 20}

# Room between two parts for others that are put between them later. A column holds at most 32,767.
STEP: Final = 10
LAST: Final = 32_000


def kind_of(part: Model) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(part, model))


def number_column(kind: str) -> str:
    return "key" if kind == "annex" else "number"


def number_of(part: Any) -> str:
    """As people say it: "12", the letter of an annex; a defined term has none."""
    return str(getattr(part, number_column(kind_of(part)), ""))


def tied_numbers(part: Any) -> list[str]:
    """The numbers of the paragraphs to which a question or clause is tied, in reading order."""
    if kind_of(part) not in TIED:
        return []
    return list(part.paragraphs.order_by("position").values_list("number", flat=True))


def seal(part: Any) -> str:
    """A short checksum of all that an officer sees of a part and may change. It differs once somebody changed it."""
    kind = kind_of(part)
    seen: dict[str, Any] = {name: str(getattr(part, name)) for name in FIELDS[kind]}
    seen |= {name: getattr(part, name) for text in TEXTS[kind] for name in text_columns(text)}
    if kind in TIED:
        seen["paragraphs"] = sorted(part.paragraphs.values_list("pk", flat=True))
    return sealed(seen)


def sealed(seen: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


def text_columns(text: str) -> list[str]:
    return [f"{text}_{code}" for code in LANGUAGES]


def written(kind: str, texts: Mapping[str, Texts]) -> dict[str, str]:
    """The columns of these texts, with the HTML that they become. A language that is not given is left as it is.

    Refused: a text is too long, or grows too large when it is laid out; beside the field `body_en` or its like.
    """
    columns: dict[str, str] = {}
    for text, given in texts.items():
        limit = TEXTS[kind][text]
        for code, source in given.items():
            clean = clean_source(source)
            if limit is not None:
                clean = " ".join(clean.split())
                if len(clean) > limit:
                    raise too_long(len(clean), limit, f"{text}_{code}")
            columns[f"{text}_{code}"] = clean
            if text == "body":
                columns[f"html_{code}"] = laid_out(kind, clean, f"{text}_{code}")
    return columns


def laid_out(kind: str, source: str, field: str = "body") -> str:
    """The HTML of a body: Markdown, or in a clause plain text with marks. Refused beside `field`."""
    try:
        return render_marked(source) if kind == "clause" else render(source, limit=PAPER_LIMIT)
    except Refused as refusal:
        raise Refused(refusal.message, field=field) from None


def too_long(length: int, limit: int, field: str) -> Refused:
    words = _("The text is too long: %(length)s characters. At most %(limit)s fit.")
    return Refused(words % {"length": f"{length:,}", "limit": f"{limit:,}"}, field=field)


def siblings(part: Any) -> "QuerySet[Any]":
    """The parts among which this one has its place, in order."""
    kind = kind_of(part)
    within = part.annex if kind in {"clause", "term"} else part.consultation
    return parts_of(within, kind)


def parts_of(within: Consultation | Annex, kind: str) -> "QuerySet[Any]":
    names = {"section": "sections", "paragraph": "paragraphs", "question": "questions", "annex": "annexes",
             "clause": "clauses", "term": "terms"}  # fmt: skip
    found: QuerySet[Any] = getattr(within, names[kind]).order_by("position", "pk")
    return found


def next_position(rows: Any) -> int:
    """Behind the last of these rows, whatever room the drafts of others left between them."""
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1


def reordered(rows: Iterable[Any]) -> list[Any]:
    """Give the rows, which stand in the order that is wanted, the positions that they have among them.

    Returns those whose position is another now; nothing is saved.
    """
    order = list(rows)
    places = sorted(row.position for row in order)
    for number, place in enumerate(places[1:], start=1):
        places[number] = max(place, places[number - 1] + 1)
    moved = [row for row, place in zip(order, places, strict=True) if row.position != place]
    for row, place in zip(order, places, strict=True):
        row.position = place
    return moved


def following(number: str, taken: Iterable[str]) -> str:
    """A number for what comes after `number`: 13 after 12, 12A where 13 is taken, 2.11 after 2.10; 1 after none."""
    known = set(taken)
    head, dot, last = number.rpartition(".")
    digits = last.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits.isdecimal():
        return "" if number else "1" if "1" not in known else ""
    if (ahead := f"{head}{dot}{int(digits) + 1}") not in known:
        return ahead
    letters = (f"{head}{dot}{digits}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return next((one for one in letters if one not in known), "")
