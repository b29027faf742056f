"""What the workspace of a draft shows: its contents with what is missing, and a section or annex as it will read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q

from consultations.models import Annex, Clause, Consultation, PaperImport, Question, Section
from consultations.page import Piece
from consultations.parts import KINDS, LANGUAGES, TEXTS, kind_of
from members.viewer import Viewer
from portal.common.translated import HTML_LANG


def languages_of(paper: Consultation) -> list[str]:
    return [code for code in LANGUAGES if code in paper.languages] or ["en"]


@dataclass
class SectionLine:
    """A section in the list of contents. `missing`: texts that a language of the paper lacks; `behind`: translations
    that are older than their original."""

    row: Section
    paragraphs: int = 0
    questions: int = 0
    missing: int = 0
    behind: int = 0


@dataclass
class Contents:
    """`missing` and `behind` count what `gaps` lists, one for each language in which a part lacks its text."""

    sections: list[SectionLine] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)
    missing: int = 0
    behind: int = 0

    @property
    def paragraphs(self) -> int:
        return sum(one.paragraphs for one in self.sections)

    @property
    def questions(self) -> int:
        return sum(one.questions for one in self.sections)


def contents(paper: Consultation) -> Contents:
    """Ten queries, whatever the length of the paper."""
    lines = {row.pk: SectionLine(row) for row in paper.sections.order_by("position", "pk")}
    for name in ("paragraphs", "questions"):
        for row in getattr(paper, name).order_by().values("section_id").annotate(n=Count("pk")):
            setattr(lines[row["section_id"]], name, row["n"])
    found = Contents(list(lines.values()), list(paper.annexes.order_by("position", "pk")))
    for gap in gaps(paper):
        found.missing += len(gap.missing)
        found.behind += gap.is_stale
        if gap.section_id is not None:
            lines[gap.section_id].missing += len(gap.missing)
            lines[gap.section_id].behind += gap.is_stale
    return found


@dataclass
class Line:
    """A part as it will read, with what is wrong with it. `missing`: the languages of the paper in which it has no
    text."""

    row: Any
    kind: str
    pieces: list[Piece]
    missing: list[str]
    tied: Sequence[str] = ()

    @property
    def is_stale(self) -> bool:
        return getattr(self.row, "stale_since", None) is not None

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.row.pk}"


def pieces(row: Any, names: Iterable[str], codes: Iterable[str]) -> list[Piece]:
    """The texts of a row in these languages, as far as they exist."""
    found = []
    for code in codes:
        html = "".join(getattr(row, f"{name}_{code}") for name in names)
        if html:
            found.append(Piece(html, HTML_LANG[code], False))
    return found


def line(row: Any, codes: Sequence[str], tied: Sequence[str] = ()) -> Line:
    missing = [code for code in codes if not getattr(row, f"body_{code}", getattr(row, f"title_{code}", "-"))]
    return Line(row, kind_of(row), pieces(row, ["html"], codes), missing, tied)


def section_lines(paper: Consultation, section: Section) -> list[Line]:
    """Paragraphs and questions in the order in which the paper will show them. Two queries."""
    codes = languages_of(paper)
    paragraphs = list(paper.paragraphs.filter(section=section).order_by("position", "pk"))
    through = Question.paragraphs.through.objects.filter(question=OuterRef("pk")).order_by("paragraph__position")
    questions = (
        paper.questions.filter(section=section)
        .order_by("position", "pk")
        .annotate(tied=ArraySubquery(through.values("paragraph__number")))
    )
    place = {row.number: number for number, row in enumerate(paragraphs)}
    after: dict[int, list[Any]] = defaultdict(list)
    latest = len(paragraphs) - 1
    for question in reversed(list(questions)):
        inside = [place[number] for number in question.tied if number in place and place[number] <= latest]
        where = max(inside, default=len(paragraphs) - 1)
        latest = where if inside else latest
        after[where].insert(0, question)
    found = [line(one, codes, one.tied) for one in after.pop(-1, [])]
    for number, row in enumerate(paragraphs):
        found.append(line(row, codes))
        found += [line(one, codes, one.tied) for one in after[number]]
    return found


def annex_lines(annex: Annex, paper: Consultation) -> list[Line]:
    """The clauses of an annex, or its defined terms. One query."""
    codes = languages_of(paper)
    if annex.kind == "terms":
        return [Line(row, "term", [], [c for c in codes if not getattr(row, f"term_{c}")]) for row in annex.terms.all()]
    through = Clause.paragraphs.through.objects.filter(clause=OuterRef("pk")).order_by("paragraph__position")
    rows = annex.clauses.order_by("position", "pk").annotate(tied=ArraySubquery(through.values("paragraph__number")))
    return [line(row, codes, row.tied) for row in rows]


@dataclass(frozen=True)
class Gap:
    """A part that lacks a language of the paper, or whose translation is behind."""

    row: Any
    kind: str
    missing: list[str]
    is_stale: bool

    @property
    def section_id(self) -> int | None:
        return self.row.pk if self.kind == "section" else getattr(self.row, "section_id", None)


def gaps(paper: Consultation) -> list[Gap]:
    """Every part of the paper with something to be translated, in the order of its kinds. Six queries."""
    codes, found = languages_of(paper), []
    for kind, model in KINDS.items():
        lacking = {f"lacks_{code}": _lacks(kind, code) for code in codes}
        wanted = Q(stale_since__isnull=False) if kind in {"paragraph", "question"} else Q(pk__in=[])
        for one in lacking.values():
            wanted |= one
        rows = model.objects.filter(wanted, consultation=paper).annotate(**lacking)
        order = ("annex__position", "position", "pk") if kind in {"clause", "term"} else ("position", "pk")
        # Whether there is a text, never the texts: a long paper that is not translated yet has all its parts here.
        for row in rows.order_by(*order).defer(*_texts_of(kind)):
            missing = [code for code in codes if getattr(row, f"lacks_{code}")]
            found.append(Gap(row, kind, missing, getattr(row, "stale_since", None) is not None))
    return found


def _texts_of(kind: str) -> list[str]:
    """The long columns of a kind, with the HTML that is kept beside them."""
    names = [name for name, limit in TEXTS[kind].items() if limit is None]
    names += ["html"] if "body" in names else []
    return [f"{name}_{code}" for name in names for code in LANGUAGES]


def _lacks(kind: str, code: str) -> Q:
    """Whether a part has no text in this language. An annex need not have a body, but then in no language."""
    if kind == "section":
        return Q(**{f"title_{code}": ""})
    if kind == "term":
        return Q(**{f"term_{code}": ""}) | Q(**{f"meaning_{code}": ""})
    body = Q(**{f"body_{code}": ""})
    if kind != "annex":
        return body
    elsewhere = Q(pk__in=[])
    for other in LANGUAGES:
        elsewhere |= ~Q(**{f"body_{other}": ""})
    return Q(**{f"title_{code}": ""}) | (body & elsewhere)


def imports(viewer: Viewer, paper: Consultation) -> list[PaperImport]:
    """The files that were read for this draft, newest first, without what they hold."""
    rows = PaperImport.objects.visible_to(viewer).filter(consultation=paper).select_related("made_by", "committed_by")
    return list(rows.defer("blocks", "remarks").order_by("-created_at"))
