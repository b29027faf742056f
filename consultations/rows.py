"""The queries of a paper's page, whose SQL is made once for each sort of reader (portal.common.prepared)."""

import uuid
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, JSONObject

from consultations import policies
from consultations.clarified import released
from consultations.filters import FIRM, MINE, asks, settles
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
from portal.common.prepared import Prepared, Summed

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


def _annexes(paper: OuterRef) -> "QuerySet[Any]":
    """Each annex of a paper as JSON, with its clauses and defined terms."""
    here = OuterRef("pk")
    clauses = Clause.objects.filter(annex=here).order_by("position")
    terms = TermDefinition.objects.filter(annex=here).order_by("position")
    columns = {
        "clauses": ArraySubquery(clauses.values(row=JSONObject(number="number", **_json("html")))),
        "terms": ArraySubquery(terms.values(row=JSONObject(**_json("term", "meaning")))),
    }
    found = Annex.objects.filter(consultation=paper).order_by("position")
    return found.values(row=JSONObject(key="key", **_json("title", "html"), **columns))


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
            annex_rows=ArraySubquery(_annexes(here)),
            has_clarifications=Exists(released(viewer, here)),
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


def _readable(viewer: Viewer, paper: int) -> "QuerySet[Any]":
    """Each comment of a paper, with what is counted of it."""
    counted: dict[str, Any] = {MINE: Value(False), FIRM: Value(False), "asks": Value(False), "settles": Value(False)}
    if policies.can_write(viewer):
        counted = {
            MINE: Q(author=viewer.user_id),
            FIRM: Q(membership__organisation=viewer.organisation_id),
            "asks": asks(),
            "settles": settles(paper),
        }
    rows = Comment.objects.visible_to(viewer).filter(consultation=paper).order_by()
    rows = rows.annotate(begun=Coalesce("root", "pk"), **counted)
    return rows.values("id", *PLACES, "audience", "shown_at", "pinned_at", "begun", *counted)  # type: ignore[no-any-return]


# How many comments there are at each place, by readership, and behind the links that show some; and a last row that
# says how many threads are unanswered. One pass: to read a comment under row security costs more than to count it.
summary = Summed(
    _readable,
    """SELECT * FROM (
      WITH counted AS MATERIALIZED (
        SELECT section_id, paragraph_id, question_id, audience, count(*) AS n, max(shown_at) AS newest,
               array_agg(id) FILTER (WHERE pinned_at IS NOT NULL) AS pinned,
               count(*) FILTER (WHERE mine) AS mine, count(*) FILTER (WHERE firm) AS firm
        FROM {rows}
        GROUP BY GROUPING SETS ((section_id, paragraph_id, question_id, audience), (begun))
        HAVING grouping(begun) = 1 OR (bool_or(asks) AND NOT bool_or(settles))
      )
      SELECT *, NULL AS waiting FROM counted WHERE audience IS NOT NULL
      UNION ALL
      SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*) FROM counted WHERE audience IS NULL
    ) AS summary""",
)
# The first comments of the unanswered threads.
waiting = Summed(_readable, "SELECT begun FROM {rows} GROUP BY begun HAVING bool_or(asks) AND NOT bool_or(settles)")


def shown(viewer: Viewer, paper: int, wanted: Q) -> list[dict[str, Any]]:
    """How many comments at each place a reader's filter lets through. What they ask for is no part of prepared SQL."""
    rows = Comment.objects.visible_to(viewer).filter(wanted, consultation=paper).order_by()
    return list(rows.values(*PLACES).annotate(n=Count("pk")))


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
