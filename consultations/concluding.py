"""Conclusions as officers write them and as they will read: what is missing, the seals of what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import (
    Conclusions,
    Consultation,
    NamedRespondent,
    Paragraph,
    ProposalOutcome,
    Question,
    Response,
)
from consultations.parts import LANGUAGES, sealed, text_columns
from members.viewer import Viewer
from portal.common.translated import translated

# Each text, and whether it is Markdown.
HEAD_TEXTS: Final[Mapping[str, bool]] = {"executive_summary": True, "way_forward": True}
OUTCOME_TEXTS: Final[Mapping[str, bool]] = {"title": False, "comments_received": True, "sfc_response": True}
HEAD: Final = ("signed_by", "responses_received", "respondents_withheld", "audience")


def seal(row: Conclusions) -> str:
    """A checksum of all that an officer sees at their head and may change."""
    seen: dict[str, Any] = {name: str(getattr(row, f"{name}_id" if name == "signed_by" else name)) for name in HEAD}
    seen |= {name: getattr(row, name) for text in HEAD_TEXTS for name in text_columns(text)}
    seen["respondents"] = sorted(row.respondents.values_list("organisation_id", flat=True))
    return sealed(seen)


def outcome_seal(row: ProposalOutcome) -> str:
    seen: dict[str, Any] = {"number": row.number, "outcome": str(row.outcome)}
    seen |= {name: getattr(row, name) for text in OUTCOME_TEXTS for name in text_columns(text)}
    seen["questions"] = sorted(row.questions.values_list("pk", flat=True))
    seen["paragraphs"] = sorted(row.changed_paragraphs.values_list("pk", flat=True))
    return sealed(seen)


def whole_seal(row: Conclusions) -> str:
    """Of all that would be published."""
    rows = ProposalOutcome.objects.filter(conclusions=row).order_by("position", "pk")
    return sealed({"head": seal(row), "outcomes": [outcome_seal(one) for one in rows]})


# --- what is missing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """Something that keeps conclusions from being published, or (`is_remark`) that an officer should know of."""

    code: str
    words: str
    outcome: int | None = None
    is_remark: bool = False


def has_text(row: Any, text: str, code: str = "") -> bool:
    """In that language, or in any."""
    codes = [code] if code else LANGUAGES
    return any(getattr(row, f"{text}_{one}").strip() for one in codes)


def withheld(paper: Consultation, viewer: Viewer) -> set[int]:
    """The firms that asked for their names to be withheld."""
    rows = Response.objects.visible_to(viewer).filter(consultation=paper, withhold_name=True)
    return set(rows.values_list("organisation_id", flat=True))


def problems(conclusions: Conclusions, viewer: Viewer) -> list[Problem]:
    """What publishing still needs: a summary in each language of the paper (Simplified follows Traditional Chinese),
    and for every proposal a title, the comments received, the SFC's response and an outcome (SFO s.398)."""
    paper = conclusions.consultation
    found = []
    for code, words in (
        ("en", _("Write the executive summary in English.")),
        ("zh_hant", _("Write the executive summary in Traditional Chinese: the paper is in Chinese.")),
    ):
        if code in paper.languages and not has_text(conclusions, "executive_summary", code):
            found.append(Problem("summary", words))
    rows = list(ProposalOutcome.objects.filter(conclusions=conclusions).order_by("position", "pk"))
    if not rows:
        found.append(Problem("outcomes", _("Add at least one proposal with what came of it.")))
    for row in rows:
        lacks = [
            words
            for is_there, words in (
                (has_text(row, "title"), _("title")),
                (has_text(row, "comments_received"), _("comments received")),
                (has_text(row, "sfc_response"), _("the SFC's response")),
                (bool(row.outcome), _("outcome")),
            )
            if not is_there
        ]
        if lacks:
            words = _("Proposal %(number)s lacks: %(what)s.") % {"number": row.number, "what": _(", ").join(lacks)}
            found.append(Problem("outcome", words, row.pk))
    named = NamedRespondent.objects.filter(conclusions=conclusions, organisation__in=withheld(paper, viewer))
    if named.exists():
        found.append(
            Problem("named", _("A respondent who asked for its name to be withheld is in the list of respondents."))
        )
    return found


def remarks(conclusions: Conclusions) -> list[Problem]:
    """What does not keep them from being published: questions that nothing takes up, Chinese that is missing."""
    paper = conclusions.consultation
    found = []
    left = list(
        paper.questions.exclude(outcomes__conclusions=conclusions).order_by("position").values_list("number", flat=True)
    )
    if left:
        words = ngettext(
            "No proposal takes up question %(numbers)s.", "No proposal takes up questions %(numbers)s.", len(left)
        )
        found.append(Problem("questions", words % {"numbers": _(", ").join(left)}, is_remark=True))
    if "zh_hant" in paper.languages:
        rows = ProposalOutcome.objects.filter(conclusions=conclusions)
        behind = sum(
            any(has_text(row, text) and not has_text(row, text, "zh_hant") for text in OUTCOME_TEXTS) for row in rows
        )
        if behind:
            words = ngettext(
                "%(count)s proposal has a text in English alone. Readers in Chinese will see it in English, marked.",
                "%(count)s proposals have texts in English alone. Readers in Chinese will see them in English, marked.",
                behind,
            )
            found.append(Problem("languages", words % {"count": behind}, is_remark=True))
    return found


# --- how they read -----------------------------------------------------------------------------------------------


def as_read(
    found: Conclusions, pieces: Callable[[Any, str], Any], licences: Mapping[int, Any] | None = None
) -> SimpleNamespace:
    """For templates/consultations/conclusions.html. `pieces`: a row's text in the reader's languages."""
    rows = ProposalOutcome.objects.filter(conclusions=found).order_by("position", "pk")
    names = NamedRespondent.objects.filter(conclusions=found).select_related("organisation")
    return SimpleNamespace(
        row=found,
        summary=pieces(found, "executive_summary_html"),
        way_forward=pieces(found, "way_forward_html"),
        outcomes=[
            SimpleNamespace(
                pk=one.pk,
                number=one.number,
                outcome=one.outcome,
                title=translated(one, "title"),
                comments=pieces(one, "comments_received_html"),
                response=pieces(one, "sfc_response_html"),
                questions=one.on_questions,
                paragraphs=one.on_paragraphs,
            )
            for one in rows.annotate(on_questions=numbers(Question), on_paragraphs=numbers(Paragraph))
        ],
        respondents=[
            SimpleNamespace(
                name=translated(one.organisation, "name"), licence=(licences or {}).get(one.organisation_id)
            )
            for one in names.order_by("organisation__name_en")
        ],
    )


def numbers(model: type[Any]) -> ArraySubquery:
    """The numbers of an outcome's questions, or of the paragraphs that it changes, in reading order."""
    return ArraySubquery(model.objects.filter(outcomes=OuterRef("pk")).order_by("position").values("number"))
