"""The queries of a paper's page, whose SQL is made once for each sort of reader (portal.common.prepared)."""

import uuid
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from consultations import policies
from consultations.filters import FIRM, MINE, waiting_threads
from consultations.models import (
    Annex,
    Answer,
    Clause,
    Comment,
    Consultation,
    Correction,
    DeadlineChange,
    Paragraph,
    Question,
    TermDefinition,
)
from members.register.standing import firms_without_licence
from members.viewer import Viewer
from portal.common.prepared import Prepared

# Comments on a page.
AT_ONCE = 100
LANGUAGES = ("en", "zh_hant", "zh_hans")
PLACES = ("section_id", "paragraph_id", "question_id")
_ORGANISATION = tuple(f"{name}_{code}" for name in ("name", "short") for code in LANGUAGES)
# What a comment's line neither shows nor asks about to say what the viewer may do.
_ELSEWHERE = frozenset(
    {
        "body",
        "withdrawn_by_id",
        "pinned_by_id",
        "narrowed_by_id",
        "let_out_by_id",
        "let_out_at",
        "shown_at",
        "thread_at",
    }
)
_SHOWN = (
    *(one.attname for one in Comment._meta.concrete_fields if one.attname not in _ELSEWHERE),
    *(f"author__{name}" for name in ("email", "name_en", "name_zh_hant", "name_zh_hans")),
    *(f"membership__{name}" for name in ("title_en", "title_zh_hant", "title_zh_hans")),
    *(f"membership__organisation__{name}" for name in ("kind", *_ORGANISATION)),
    *(f"working_group__{name}" for name in ("name_en", "name_zh_hant", "name_zh_hans")),
)


def _json(*fields: str) -> dict[str, Any]:
    """The columns of translated fields, for JSONObject."""
    return {f"{name}_{code}": F(f"{name}_{code}") for name in fields for code in LANGUAGES}


def _written(*fields: str) -> list[str]:
    """The columns of what was written, beside which the page shows its stored HTML."""
    return [f"{name}_{code}" for name in fields for code in LANGUAGES]


def _paper(viewer: Viewer, key: str) -> "QuerySet[Any]":
    here = OuterRef("pk")
    shown_follows = Consultation.follows.through.objects.filter(from_consultation=here).filter(
        Consultation.visible_q(viewer, "to_consultation__")
    )
    return (  # type: ignore[no-any-return]
        Consultation.objects.visible_to(viewer)
        .with_own_deadline(viewer)
        .select_related("statement", "conclusions", "working_group")
        .annotate(
            initiative_numbers=ArraySubquery(
                Consultation.initiatives.through.objects.filter(consultation=here)
                .order_by("initiative__number")
                .values("initiative__number")
            ),
            corrected=ArraySubquery(
                Correction.objects.filter(consultation=here)
                .order_by("-made_at")
                .values(
                    row=JSONObject(
                        at="made_at", number="paragraph__number", question="question__number", **_json("note")
                    )
                )
            ),
            moved=ArraySubquery(
                DeadlineChange.objects.filter(consultation=here)
                .order_by("-made_at")
                .values(row=JSONObject(before="before", after="after", **_json("reason")))
            ),
            firms_without_licence=firms_without_licence(),
            before=ArraySubquery(
                shown_follows.values(row=JSONObject(key="to_consultation__key", reference="to_consultation__reference"))
            ),
        )
        .filter(key=key)
        .order_by()
    )


paper = Prepared(_paper)


@Prepared
def paragraphs(paper: int) -> "QuerySet[Any]":
    return Paragraph.objects.filter(consultation=paper).select_related("section").defer(*_written("body"))


@Prepared
def questions(paper: int) -> "QuerySet[Any]":
    return (
        Question.objects.filter(consultation=paper)
        .defer(*_written("body"))
        .annotate(
            paragraph_ids=ArraySubquery(
                Question.paragraphs.through.objects.filter(question=OuterRef("pk")).values("paragraph")
            )
        )
    )


@Prepared
def answers(paper: int, organisation: int) -> "QuerySet[Any]":
    """The answers of the viewer's own firm."""
    found = Answer.objects.filter(response__consultation=paper, response__organisation=organisation)
    return found.select_related("response", "question").order_by("question__position")


@Prepared
def annexes(paper: int) -> "QuerySet[Any]":
    here = OuterRef("pk")
    return Annex.objects.filter(consultation=paper).annotate(
        clause_rows=ArraySubquery(
            Clause.objects.filter(annex=here)
            .order_by("position")
            .values(row=JSONObject(number="number", **_json("html")))
        ),
        term_rows=ArraySubquery(
            TermDefinition.objects.filter(annex=here)
            .order_by("position")
            .values(row=JSONObject(**_json("term", "meaning")))
        ),
    )


@Prepared
def waiting(viewer: Viewer, paper: int) -> "QuerySet[Any]":
    return waiting_threads(viewer, paper)


def _counts(viewer: Viewer, paper: int, wanted: Q | None = None) -> "QuerySet[Any]":
    """How many comments there are at each place, by readership, and behind the links that show some."""
    counts: dict[str, Any] = {
        "n": Count("pk"),
        "newest": Max("shown_at"),
        # Nothing is pinned for most papers: then their order is an index's.
        "pinned": ArrayAgg("pk", filter=Q(pinned_at__isnull=False), default=Value([])),
    }
    if wanted is not None:
        counts["shown"] = Count("pk", filter=wanted)
    if policies.can_write(viewer):
        counts[MINE] = Count("pk", filter=Q(author=viewer.user_id))
        counts[FIRM] = Count("pk", filter=Q(membership__organisation=viewer.organisation_id))
    rows = Comment.objects.visible_to(viewer).filter(consultation=paper).order_by()
    return rows.values(*PLACES, "audience").annotate(**counts)  # type: ignore[no-any-return]


_all_counts = Prepared(_counts)


def counts(viewer: Viewer, paper: int, wanted: Q | None) -> list[dict[str, Any]]:
    """`wanted`: what a reader who filters asked for. It is no part of prepared SQL."""
    return _all_counts(viewer=viewer, paper=paper) if wanted is None else list(_counts(viewer, paper, wanted))


def _comments(
    viewer: Viewer,
    paper: int,
    *,
    whole: bool,
    sections: list[int] | None,
    paragraphs: list[int] | None,
    questions: list[int] | None,
    pinned: list[uuid.UUID] | None,
    wanted: Q | None = None,
    start: int = 0,
) -> "QuerySet[Any]":
    places = Q(is_whole=True) if whole else Q(pk__in=[])
    for name, ids in zip(PLACES, (sections, paragraphs, questions), strict=True):
        if ids:
            # One condition a column, so that it stays short.
            places |= Q(**{f"{name}__in": ids})
    rows = Comment.objects.visible_to(viewer).filter(places, consultation=paper)
    if wanted is not None:
        rows = rows.filter(wanted)
    order = ["thread_at", "created_at", "pk"]
    if pinned:
        first = Q(pk__in=pinned) | Q(root__in=pinned)
        rows = rows.annotate(rank=Case(When(first, then=0), default=1, output_field=IntegerField()))
        order.insert(0, "rank")
    rows = rows.select_related("author", "membership__organisation", "working_group").only(*_SHOWN)
    return rows.order_by(*order)[start : start + AT_ONCE]


_first_comments = Prepared(_comments)


def comments(
    viewer: Viewer,
    paper: int,
    places: dict[str, list[int]],
    pinned: list[uuid.UUID],
    *,
    wanted: Q | None = None,
    start: int = 0,
) -> list[Any]:
    """The comments at some places, at most 100 from `start`. `places`: ids by column, and "whole" where it is one."""
    at: Any = {f"{name.removesuffix('_id')}s": places.get(name) or None for name in PLACES}
    at |= {"whole": "whole" in places, "pinned": pinned or None}
    if wanted is None and not start:
        return _first_comments(viewer=viewer, paper=paper, **at)
    return list(_comments(viewer, paper, **at, wanted=wanted, start=start))
