"""The prepared SQL of a paper's page, and of posting, is what Django makes afresh for every reader."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from consultations import beside, clarified, emails, guardrail, rows
from consultations.models import Comment, Consultation
from consultations.views import discussion as views
from consultations.views import news
from consultations.workflow import discussion, drafts
from members.viewer import PUBLIC, Viewer, acting_as
from notifications import workflow as notifications
from portal import context_processors
from portal.common import clock
from portal.common.prepared import Prepared, Summed
from tests.consultations.conftest import say

pytestmark = pytest.mark.django_db


def viewers() -> list[Viewer]:
    """Every sort of reader, twice with other numbers, as far as a viewer says what it is."""
    found = [PUBLIC]
    for kind, groups, number in product(("regulator", "platform", "agency"), ((), (4,), (4, 9)), (3, 8)):
        found.append(
            Viewer(user_id=number, organisation_id=number + 100, kind=kind, role="member", working_groups=groups)
        )
    extra: list[dict[str, Any]] = []
    names = Viewer.__dataclass_fields__
    if "is_mirror" in names:
        extra.append({"kind": "platform", "is_mirror": True})
    if "opened_firms" in names:
        extra += [{"kind": "supervision", "opened_firms": firms} for firms in ((), (5,), (5, 6), (7, 6))]
    return found + [replace(found[3], **more) for more in extra]


AT = {"whole": True, "sections": [3], "paragraphs": [5, 6], "questions": [7]}
IDS = [uuid.UUID(int=5), uuid.UUID(int=6)]


def queries(viewer: Viewer) -> list[tuple[Prepared, dict[str, Any]]]:
    found: list[tuple[Prepared, dict[str, Any]]] = [
        (rows.paper, {"viewer": viewer, "key": "cp-1"}),
        (rows.paragraphs, {"paper": 5}),
        (rows.questions, {"paper": 5}),
        (rows.answers, {"paper": 5, "organisation": viewer.organisation_id or 1}),
        (news._newest, {"viewer": viewer, "key": "cp-1"}),
        (rows.summary, {"viewer": viewer, "paper": 5}),
        (rows.waiting, {"viewer": viewer, "paper": 5}),
        (rows._first_comments, {"viewer": viewer, "paper": 5, **AT, "pinned": None}),
        (rows._first_comments, {"viewer": viewer, "paper": 5, **AT, "whole": False, "pinned": IDS}),
        (rows._first_comments, {"viewer": viewer, "paper": 6, **AT, "sections": None, "pinned": None}),
        (beside._beside, {"viewer": viewer, "ids": IDS, "official": None}),
        (clarified._released, {"viewer": viewer, "paper": 5}),
        (context_processors._unread_notices, {"user": 5}),
        (views._paper, {"viewer": viewer, "key": "cp-1"}),
        (drafts._drafts, {"viewer": viewer, "paper": 5, "anchor": "p1", "parent": None, "edits": None}),
        (drafts._drafts, {"viewer": viewer, "paper": 5, "anchor": "p1", "parent": IDS[0], "edits": None}),
        (discussion._readable, {"viewer": viewer, "pk": 5}),
        (guardrail._active, {}),
        (emails._concerned, {"viewer": viewer, "thread": IDS[0], "author": 5, "lead": None, "team": None}),
        (emails._concerned, {"viewer": viewer, "thread": IDS[1], "author": 5, "lead": 6, "team": "Intermediaries"}),
        (notifications._choices, {"users": [5, 6], "category": "comments"}),
    ]
    if viewer.is_member:
        found.append((beside._beside, {"viewer": viewer, "ids": IDS, "official": IDS[:1]}))
    return found


def with_lists(sql: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
    """Arrays as Django writes lists."""
    pieces, flat = sql.split("%s"), []
    whole = pieces[0]
    for value, piece in zip(params, pieces[1:], strict=True):
        if isinstance(value, list) and value:
            assert whole.endswith(" = ANY(")
            whole = whole.removesuffix("= ANY(") + "IN (" + ", ".join(["%s"] * len(value)) + piece
            flat += value
        else:
            whole += "%s" + piece
            flat.append(value)
    return whole, flat


def test_prepared_sql_is_the_sql_that_django_makes_afresh() -> None:
    """Whoever came first: once in one order, once in the other."""
    moment = clock.now()
    with clock.at(moment):
        for viewer in [*viewers(), *reversed(viewers())]:
            for query, values in queries(viewer):
                sql, params = query.sql(**values)
                fresh_sql, fresh_params = query.build(**values).query.get_compiler("default").as_sql()
                if not isinstance(query, Summed):
                    sql = sql.removeprefix("SELECT * FROM (").removesuffix(") AS rows")
                whole, flat = with_lists(sql, params)
                fresh = connection.ops.compose_sql(query.around(fresh_sql), fresh_params)
                assert connection.ops.compose_sql(whole, flat) == fresh
                assert int not in {type(one) for one in flat}


def test_prepared_sql_holds_no_moment_of_its_making() -> None:
    viewer = viewers()[3]
    for query, values in queries(viewer):
        _sql, params = query.sql(**values)
        for one in params:
            assert not isinstance(one, datetime) or abs((one - clock.now()).total_seconds()) < 60


@pytest.mark.parametrize("pinned", [False, True])
def test_each_reader_gets_their_own_rows(world: Any, paper: Consultation, pinned: bool) -> None:
    for audience in ("group", "shared", "organisation"):
        say(paper, world, "mei", audience=audience)
        say(paper, world, "kalok", audience=audience)
    say(paper, world, "officer", audience="regulator")
    first = Comment.objects.order_by("created_at").first() if pinned else None
    kept = [first.pk] if first else []
    # Twice, so that each has been first and has not.
    for name in ("mei", "kalok", "officer", "nina", "mei", "officer", "kalok"):
        viewer = world.viewer(name)
        with acting_as(viewer):
            found = rows.comments(viewer, paper.pk, {"whole": [0]}, kept)
            afresh = Comment.objects.visible_to(viewer).filter(consultation=paper, is_whole=True)
            assert {one.pk for one in found} == {one.pk for one in afresh}
            filtered = rows.comments(viewer, paper.pk, {"whole": [0]}, kept, wanted=Q(audience="group"))
            assert {one.pk for one in filtered} == {one.pk for one in afresh if one.audience == "group"}
        # Row security alone: whoever the database thinks is looking reads no more through the SQL of another.
        with acting_as(None):
            assert rows.comments(viewer, paper.pk, {"whole": [0]}, kept) == []


def test_places_that_are_not_asked_for_stay_away(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei")
    with acting_as(world.viewer("mei")):
        nowhere = rows._comments(
            world.viewer("mei"), paper.pk, whole=False, sections=None, paragraphs=None, questions=None, pinned=None
        )
        assert list(nowhere) == []


def test_a_page_after_the_first_is_the_same_page(world: Any, paper: Consultation) -> None:
    """What is kept under one reader's key is not changed by answering another."""
    say(paper, world, "mei", audience="shared")
    address = reverse("consultations:consultation", args=[paper.key])
    before = world.client("kalok").get(address).content.count(b'<article class="cmt')
    assert world.client("mei").get(address).content.count(b'<article class="cmt') == before + 1
    assert world.client("kalok").get(address).content.count(b'<article class="cmt') == before


def test_a_related_row_becomes_one_object(world: Any, paper: Consultation) -> None:
    for _number in range(3):
        say(paper, world, "mei")
    say(paper, world, "rosa")
    with acting_as(world.viewer("mei")):
        found = rows.comments(world.viewer("mei"), paper.pk, {"whole": [0]}, [])
        afresh = Comment.objects.in_bulk([one.pk for one in found])
    assert len({id(one.author) for one in found}) == 2
    assert len({id(one.membership.organisation) for one in found}) == 1
    for one in found:
        assert one.author_id == one.author.pk == afresh[one.pk].author_id
        assert one.membership_id == one.membership.pk == afresh[one.pk].membership_id
        assert one.working_group is None
