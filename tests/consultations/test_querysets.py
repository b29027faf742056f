"""States from dates, said once in Python and once in SQL: equal at every moment, on every edge."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from consultations.enums import REACHED_BY, State
from consultations.models import Comment, Consultation, Extension
from consultations.querysets import state_q
from members.viewer import acting_as
from portal.common import clock
from tests.consultations.conftest import make_paper, say

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def papers(world: Any) -> list[Consultation]:
    """Papers whose dates are set in every combination of: not at all, day 0 (or their order's day), later."""
    columns = list(dict.fromkeys(REACHED_BY.values()))
    rows = []
    for number, chosen in enumerate(product((None, 0, 1), repeat=3)):
        released, opened, withdrawn = chosen
        for last in (-1, 0, 2, len(columns) - 1):
            dates: dict[str, datetime | None] = {"released_at": None if released is None else T0 + released * DAY}
            dates["withdrawn_at"] = None if withdrawn is None else T0 + (withdrawn * 4 + 1) * DAY
            for position, column in enumerate(columns):
                given = opened is not None and position <= last
                dates[column] = T0 + (opened or 0) * DAY + position * DAY if given else None
            if dates["closes_at"]:  # not all on one day: the reading order must tell them apart
                dates["closes_at"] += timedelta(hours=number % 3 * 6)
            rows.append(
                Consultation(
                    key=f"s-{number}-{last}", reference=f"S {number:02}{last + 1:02}", kind="panel", audience="group",
                    organisation=world.sfc, lead=world.officer, title_en="x",
                    withdrawal_reason="x" if dates["withdrawn_at"] else "", **dates,
                )
            )  # fmt: skip
    with acting_as(world.viewer("officer")):
        return list(Consultation.objects.bulk_create(rows))


def test_the_query_and_the_property_give_the_same_state_at_every_moment(world: Any, papers: list[Consultation]) -> None:
    seen = set()
    with acting_as(world.viewer("officer")):
        for hours in range(-1, 9 * 24 + 2, 12):
            for edge in (timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1)):
                moment = T0 + timedelta(hours=hours + 1) + edge
                for state in State:
                    found = set(Consultation.objects.filter(state_q(state, moment)).values_list("pk", flat=True))
                    wanted = {row.pk for row in papers if row.state_at(moment) == state}
                    assert found == wanted, (state, moment)
                    seen |= {state} if wanted else set()
    assert seen == set(State), "the papers never were in some state"


def test_each_paper_is_in_exactly_one_state(world: Any, papers: list[Consultation]) -> None:
    with acting_as(world.viewer("officer")):
        for days in range(9):
            moment = T0 + days * DAY
            counts = [Consultation.objects.in_state(state, at=moment).count() for state in State]
            assert sum(counts) == len(papers)
            everything = Consultation.objects.in_state(*State, at=moment).count()
            assert everything == len(papers)
            groups = [getattr(Consultation.objects, name)(at=moment) for name in ("open", "planned", "past")]
            keys = [set(rows.values_list("pk", flat=True)) for rows in groups]
            drafts = {r.pk for r in papers if r.state_at(moment) == State.DRAFT and r.released_at is None}
            assert set.union(*keys) | drafts == {row.pk for row in papers}
            assert keys[0] == {row.pk for row in papers if row.state_at(moment) == State.OPEN}
            assert keys[1] == {row.pk for row in papers if row.state_at(moment) == State.DRAFT} - drafts
            assert sum(map(len, keys)) + len(drafts) == len(papers)
        assert Consultation.objects.in_state().count() == 0


def test_without_a_moment_the_portals_clock_counts(world: Any, papers: list[Consultation]) -> None:
    with acting_as(world.viewer("officer")):
        for days in (0, 1, 3):
            with clock.at(T0 + days * DAY):
                for name in ("open", "planned", "past"):
                    now = getattr(Consultation.objects, name)()
                    then = getattr(Consultation.objects, name)(at=T0 + days * DAY)
                    assert set(now) == set(then)
                ordered = [row.pk for row in Consultation.objects.in_reading_order()]
            assert ordered == [row.pk for row in Consultation.objects.in_reading_order(at=T0 + days * DAY)]


def test_the_reading_order(world: Any, papers: list[Consultation]) -> None:
    late = datetime(9999, 1, 1, tzinfo=UTC)
    with acting_as(world.viewer("officer")):
        for days in range(0, 9, 2):
            moment = T0 + days * DAY
            rows = list(Consultation.objects.in_reading_order(at=moment))

            def key(row: Consultation, moment: datetime = moment) -> tuple[Any, ...]:
                state = row.state_at(moment)
                closes = row.closes_at or late
                newest = late - (row.closes_at or datetime(1, 1, 1, tzinfo=UTC))
                if state == State.OPEN:
                    return (0, closes, newest, row.reference)
                if state == State.DRAFT:
                    return (1, row.opens_at or late, newest, row.reference)
                return (2, late, newest, row.reference)

            assert [row.pk for row in rows] == [row.pk for row in sorted(rows, key=key)]
            ranks = {row.pk: row.rank for row in rows}
            assert all(ranks[row.pk] == key(row)[0] for row in rows)


def test_whose_deadline_counts(world: Any) -> None:
    paper = make_paper(world)
    closes = paper.closes_at
    assert closes is not None
    with acting_as(world.viewer("secretary")):
        for firm, days in (("harbour", 3), ("banyan", 5)):
            Extension.objects.create(
                consultation=paper, organisation=world.organisations[firm], audience="shared",
                until=closes + days * DAY, agreed_by=world.secretary, agreed_at=clock.now(), reason="x",
            )  # fmt: skip

    def deadlines(name: str | None) -> tuple[datetime, datetime]:
        with acting_as(world.viewer(name)):
            rows = Consultation.objects.with_own_deadline(world.viewer(name))
            found = rows.get(pk=paper.pk)
        return found.own_deadline, found.open_until

    assert deadlines("mei") == (closes + 3 * DAY, closes + 3 * DAY)
    assert deadlines("kalok") == (closes + 5 * DAY, closes + 5 * DAY)
    assert deadlines("nina") == (closes, closes)
    assert deadlines("fan") == (closes, closes)
    assert deadlines("officer") == (closes, closes + 5 * DAY), "it answers for as long as any firm can write"
    # An extension that ends before the paper does shortens nothing.
    with acting_as(world.viewer("secretary")):
        Extension.objects.update(until=closes - DAY)
    assert deadlines("mei") == (closes, closes)
    assert deadlines("officer") == (closes, closes)


def test_a_thread_is_its_first_comment_and_all_under_it(world: Any) -> None:
    paper = make_paper(world)
    first = say(paper, world, "mei")
    answer = say(paper, world, "officer", parent=first)
    below = say(paper, world, "kalok", parent=answer)
    other = say(paper, world, "kalok")
    with acting_as(world.viewer("mei")):
        assert set(Comment.objects.of_thread(first.pk)) == {first, answer, below}
        assert set(Comment.objects.of_thread(other.pk)) == {other}
        assert not Comment.objects.of_thread(uuid.uuid4()).exists()


def test_a_line_of_a_comment_is_read_in_one_query(world: Any, django_assert_num_queries: Any) -> None:
    paper = make_paper(world)
    say(paper, world, "mei")
    with acting_as(world.viewer("mei")), django_assert_num_queries(1):
        for one in Comment.objects.with_people():
            names = (one.author.name_en, one.membership.organisation.short_en, one.organisation.short_en)
            assert names == ("Mei", "Harbour", "Harbour")
            assert one.working_group is None
