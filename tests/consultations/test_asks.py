"""The calendar of asks: what each firm is asked for, what collides, and that no firm meets another's burden."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import asks as asking
from consultations import workflow
from consultations.asks import AskKind, Period, asks_of, firms_of
from consultations.burden import Weeks, firm_calendar, load_by_week, matrix, monday
from consultations.conflicts import ConflictKind, conflicts, score
from consultations.models import Consultation
from meetings import workflow as meetings
from members.viewer import acting_as
from portal.common import clock
from portal.common.working_days import UNCHANGED
from tests.consultations.conftest import NOW, make_paper
from tests.consultations.test_calendar import close, set_window

YEAR = Period(date(2026, 11, 1), date(2027, 10, 31))
TOKENS = r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|"x-csrftoken": "[^"]+"'
FRIDAY = datetime(2026, 12, 11, 18, tzinfo=clock.HONG_KONG)


def asks(world: Any, who: str, period: Period = YEAR) -> list[asking.Ask]:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return asks_of(viewer, firms_of(viewer), period)


def extend(world: Any, paper: Consultation, firm: str, days: int) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        workflow.extend(
            paper,
            organisation=world.organisations[firm],
            until=NOW + timedelta(days=days),
            reason="Audit season",
            actor=actor,
        )


def add_action(world: Any, firm: str, due: date, text: str = "Send the survey", number: str = "7.1") -> Any:
    actor = world.viewer("secretary")
    with acting_as(actor):
        return meetings.add_action(
            actor=actor,
            organisation=world.organisations[firm],
            audience="shared",
            number=number,
            text=text,
            due=due,
            side="platform",
            owner_organisation=world.organisations[firm],
        )


def plan_meeting(world: Any, firms: dict[str, str], number: int = 8) -> Any:
    """A meeting in eight days with a reply asked in three; `firms`: person by organisation."""
    actor = world.viewer("secretary")
    with acting_as(actor):
        meeting = meetings.create_meeting(
            actor=actor,
            organisation=world.sfc,
            key=str(number),
            number=number,
            chair=world.chair,
            starts_at=NOW + timedelta(days=8),
            ends_at=NOW + timedelta(days=8, hours=2),
            by_video=True,
            title_en=f"Advisory group, meeting {number}",
            reply_by=NOW + timedelta(days=3),
        )
        meetings.issue_notice(meeting, actor=actor)
        for organisation, person in firms.items():
            meetings.invite(
                meeting, actor=actor, user=world.users[person], organisation=world.organisations[organisation]
            )
    return meeting


# What a firm is asked for


def test_an_open_paper_asks_each_platform_and_nobody_else(world: Any, paper: Consultation) -> None:
    (ask,) = asks(world, "mei")
    assert (ask.kind, ask.organisation_id, ask.due_at) == (AskKind.RESPONSE, world.harbour.pk, paper.closes_at)
    assert ask.points == 2 + 1  # two questions, four paragraphs
    assert {one.organisation_id for one in asks(world, "officer")} == {
        world.harbour.pk,
        world.banyan.pk,
        world.kite.pk,
    }
    assert asks(world, "fan") == []


def test_a_firm_has_its_own_extension_and_its_working_days(world: Any, paper: Consultation) -> None:
    extend(world, paper, "harbour", 30)
    (own,), (rival,) = asks(world, "mei"), asks(world, "kalok")
    assert own.due_on == date(2026, 12, 23)
    assert rival.due_at == paper.closes_at
    assert own.working_days(UNCHANGED) - rival.working_days(UNCHANGED) == 8


def test_what_a_firm_handed_in_no_longer_counts(world: Any, paper: Consultation) -> None:
    mei = world.viewer("mei")
    with acting_as(mei):
        response = workflow.record_response(paper, actor=mei, general_comments="Ours.")
        for question in paper.questions.all():
            answer = workflow.record_answer(
                response, question, actor=mei, body="Yes", position="support", stage="ready_for_sign_off"
            )
            workflow.sign_off(answer, actor=mei)
        workflow.submit(response, actor=mei)
    (own,) = asks(world, "mei")
    assert own.done
    assert not own.counts
    (rival,) = asks(world, "kalok")
    assert not rival.done
    assert {one.organisation_id for one in asks(world, "officer") if one.done} == {world.harbour.pk}


def test_a_planned_paper_is_the_regulators_alone_until_it_is_released(world: Any) -> None:
    make_paper(world, opens=timedelta(days=10), closes=timedelta(days=60))
    assert asks(world, "mei") == []
    assert {one.settled for one in asks(world, "officer")} == {True}


def test_a_draft_with_dates_is_shown_to_the_regulator_as_not_settled(world: Any) -> None:
    make_paper(world, release=False, opens_at=NOW + timedelta(days=10), closes_at=NOW + timedelta(days=60))
    assert asks(world, "mei") == []
    assert {one.settled for one in asks(world, "officer")} == {False}


def test_a_withdrawn_paper_asks_for_nothing(world: Any, paper: Consultation) -> None:
    officer = world.viewer("officer")
    with acting_as(officer):
        workflow.withdraw_consultation(paper, actor=officer, reason={"en": "Superseded", "zh_hant": "已被取代"})
    assert asks(world, "mei") == [] == asks(world, "officer")


def test_a_working_groups_paper_asks_the_firms_that_sit_in_it(world: Any) -> None:
    make_paper(world, working_group=world.custody)
    assert {one.organisation_id for one in asks(world, "officer")} == {world.harbour.pk, world.banyan.pk}
    assert len(asks(world, "mei")) == 1
    assert asks(world, "nina") == [] == asks(world, "rosa")  # rosa is of Harbour, and not in the group


def test_actions_and_meetings_ask_whom_they_concern(world: Any) -> None:
    add_action(world, "harbour", date(2026, 12, 4))
    plan_meeting(world, {"harbour": "mei", "fpb": "fan"})
    found = {one.kind: one for one in asks(world, "mei")}
    assert set(found) == {AskKind.ACTION, AskKind.MEETING, AskKind.REPLY}
    assert found[AskKind.ACTION].due_on == date(2026, 12, 4)
    assert not found[AskKind.REPLY].counts
    assert asks(world, "kalok") == []
    assert {one.kind for one in asks(world, "fan")} == {AskKind.MEETING, AskKind.REPLY}
    assert {one.organisation_id for one in asks(world, "officer")} == {world.harbour.pk}


def test_an_action_of_all_platforms_is_owed_by_parts(world: Any) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        action = meetings.add_action(
            actor=actor, organisation=world.sfc, number="7.2", text="Answer the survey", due=date(2026, 12, 4),
            side="platform", all_platforms=True,
        )  # fmt: skip
        meetings.add_parts(action, actor=actor, organisations=[world.harbour, world.banyan])
        meetings.record_part(action, actor=actor, organisation=world.banyan)
    assert [one.done for one in asks(world, "mei")] == [False]
    assert [one.done for one in asks(world, "kalok")] == [True]
    assert asks(world, "nina") == []


def test_a_suspended_firm_is_not_among_the_officers_firms(world: Any, paper: Consultation) -> None:
    officer = world.viewer("officer")
    with acting_as(officer):
        assert world.peakline.pk not in firms_of(officer).organisations


# Load and collisions


def test_load_is_spread_over_the_working_days_of_an_ask(world: Any, paper: Consultation) -> None:
    (ask,) = asks(world, "mei")
    load = load_by_week([ask], UNCHANGED)
    assert sum(load.values()) == pytest.approx(ask.points)
    days = ask.working_days(UNCHANGED)
    assert load[monday(date(2026, 11, 23))] == pytest.approx(5 * ask.points / days)


def test_two_deadlines_within_five_working_days_collide(world: Any, paper: Consultation) -> None:
    add_action(world, "harbour", date(2026, 12, 4))  # five working days before Friday 11 December
    add_action(world, "harbour", date(2026, 12, 21), number="7.2")  # six after
    own = asks(world, "mei")
    near = asking.neighbours(own, UNCHANGED)
    assert {one.what.split(":")[0] for one in near} == {"Action 7.1", "CP 1"}


def conflict_kinds(world: Any, at: datetime, **more: Any) -> dict[str, str]:
    officer = world.viewer("officer")
    with acting_as(officer):
        return {str(one.kind): one.text for one in conflicts(at, viewer=officer, **more)}


def test_a_deadline_without_conflict_says_nothing(world: Any) -> None:
    assert conflict_kinds(world, datetime(2027, 1, 15, 18, tzinfo=clock.HONG_KONG)) == {}


def test_what_speaks_against_a_deadline_is_said_in_sentences(world: Any, paper: Consultation) -> None:
    make_paper(world, key="cp-9", opens=timedelta(days=-10), closes=timedelta(days=60))
    add_action(world, "harbour", date(2026, 12, 15))
    set_window(world, date(2026, 12, 10), date(2026, 12, 12), "Audit season")
    found = conflict_kinds(world, FRIDAY + timedelta(days=1))
    assert set(found) == {str(kind) for kind in ConflictKind}
    assert found["not_a_working_day"] == (
        "Saturday 12\u00a0December 2026 is not a working day. The next one is Monday 14\u00a0December 2026."
    )
    assert "Audit season" in found["blackout"]
    assert found["short"].startswith("Firms have 14 working days.")
    assert "CP 9" in found["parallel"]
    assert "all platforms" in found["parallel"]


def test_neighbours_name_the_firms_and_the_distance(world: Any) -> None:
    add_action(world, "harbour", date(2026, 12, 15))
    found = conflict_kinds(world, FRIDAY, kind="panel")
    assert found == {
        "near": "Action 7.1: Send the survey falls due 2 working days after, on 15\u00a0December 2026, for Harbour."
    }


def test_the_paper_whose_deadline_is_moved_is_not_its_own_conflict(world: Any, paper: Consultation) -> None:
    assert "near" in conflict_kinds(world, FRIDAY)
    assert "near" not in conflict_kinds(world, FRIDAY, ignoring=paper, opens_at=paper.opens_at)


def test_a_deadline_for_one_firm_is_weighed_against_that_firms_asks(world: Any) -> None:
    add_action(world, "harbour", date(2026, 12, 11))
    officer = world.viewer("officer")
    with acting_as(officer):
        harbour = conflicts(FRIDAY, [world.harbour], viewer=officer, kind="panel")
        banyan = conflicts(FRIDAY, [world.banyan], viewer=officer, kind="panel")
    assert score(harbour) == 2
    assert banyan == []


def test_a_storm_counts_in_the_period_given(world: Any) -> None:
    """Ten working days from 23 November reach to 7 December; a closed day makes nine of them."""
    at = datetime(2026, 12, 7, 18, tzinfo=clock.HONG_KONG)
    assert conflict_kinds(world, at, kind="panel") == {}
    close(world, date(2026, 12, 1))
    assert set(conflict_kinds(world, at, kind="panel")) == {"short"}


@pytest.mark.parametrize("who", ["mei", "fan"])
def test_conflicts_are_for_officers_alone(world: Any, who: str) -> None:
    viewer = world.viewer(who)
    with acting_as(viewer), pytest.raises(PermissionDenied):
        conflicts(FRIDAY, viewer=viewer)
    assert world.client(who).get("/consultations/calendar/check/?deadline=2026-12-11").status_code == 403


# What no firm may meet


def page(world: Any, who: str, query: str = "") -> str:
    answer = world.client(who).get(f"/consultations/calendar/{query}")
    assert answer.status_code == 200
    # The session's own tokens differ from answer to answer.
    return re.sub(TOKENS, "", answer.content.decode(), flags=re.IGNORECASE)


@pytest.mark.parametrize("who", ["mei", "fan"])
def test_nothing_of_a_rival_changes_what_a_firm_or_an_agency_sees(world: Any, paper: Consultation, who: str) -> None:
    """The whole page is the same, byte for byte: bars, load, collisions."""
    make_paper(world, key="cp-2", closes=timedelta(days=25))
    # Only an own inbox may tell of anything; the page has no count of it for them.
    before = [page(world, who, query) for query in ("", "?firm=banyan", "?room=meetings&months=12")]
    extend(world, paper, "banyan", 24)
    add_action(world, "banyan", date(2026, 12, 14), "CANARY of Banyan")
    plan_meeting(world, {"banyan": "kalok"}, number=9) if who == "fan" else None
    kalok = world.viewer("kalok")
    with acting_as(kalok):
        workflow.record_response(paper, actor=kalok, general_comments="CANARY")
    after = [page(world, who, query) for query in ("", "?firm=banyan", "?room=meetings&months=12")]
    assert after == before
    assert "CANARY" not in "".join(after)


def test_a_firm_does_not_reach_the_officers_table(world: Any, paper: Consultation) -> None:
    for query in ("", "?firm=banyan", "?firm="):
        body = page(world, "mei", query)
        assert "Banyan" not in body
        assert "burden" not in body.replace("consultations/", "")
        assert "calendar/check" not in body


def test_the_public_is_asked_to_sign_in(world: Any) -> None:
    assert world.client(None).get("/consultations/calendar/").status_code == 302


# The officers' table


def test_the_officers_table_says_what_each_firm_owes_by_week(world: Any, paper: Consultation) -> None:
    add_action(world, "harbour", date(2026, 12, 9))
    set_window(world, date(2026, 12, 10), date(2026, 12, 12), "Audit season")
    officer = world.viewer("officer")
    with acting_as(officer):
        found = matrix(officer, firms_of(officer), Weeks.around(clock.today(), back=0, ahead=13))
    week = {row.firm.key: row.weeks[2] for row in found.rows}
    assert week["harbour"].start == date(2026, 12, 7)
    assert len(week["harbour"].due) == 2
    assert week["harbour"].score == 2 + 1
    assert len(week["banyan"].due) == 1
    assert week["banyan"].score == 1
    body = page(world, "officer")
    assert "Audit season" in body
    assert "conflicts 3" in body
    assert 'href="/consultations/calendar/?firm=harbour#w-2026-12-07"' in body
    assert "Action 7.1" in page(world, "officer", "?firm=harbour")
    assert "Action 7.1" not in page(world, "officer", "?firm=banyan")


def test_a_deadline_just_outside_the_weeks_collides_with_one_inside(world: Any) -> None:
    weeks = Weeks.around(date(2026, 11, 23), back=0, ahead=0)
    add_action(world, "harbour", date(2026, 11, 27))
    add_action(world, "harbour", date(2026, 11, 30), number="7.2")
    mei = world.viewer("mei")
    with acting_as(mei):
        own = firm_calendar(mei, firms_of(mei), world.harbour, weeks)
        assert [ask.due_on for ask in own.weeks[0].due] == [date(2026, 11, 27)]
        assert own.weeks[0].collisions == 1


def test_an_unknown_firm_is_not_found(world: Any) -> None:
    assert world.client("officer").get("/consultations/calendar/?firm=nobody").status_code == 404
    assert world.client("officer").get("/consultations/calendar/?firm=peakline").status_code == 404


# The date on trial


def test_a_date_on_trial_without_javascript_and_with(world: Any, paper: Consultation) -> None:
    client = world.client("officer")
    address = "/consultations/calendar/check/"
    whole = client.get(f"{address}?deadline_0=2026-12-12&deadline_1=18:00").content.decode()
    assert "<html" in whole
    assert "is not a working day" in whole
    part = client.get(
        f"{address}?field=closes_at&paper=cp-1&closes_at=2026-12-12T18:00", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in part
    assert "is not a working day" in part
    assert "falls due" not in part  # the paper's own deadline is no conflict
    for nonsense in ("closes_at=soon", "closes_at=2026-13-45", "closes_at=", "closes_at=9999-99-99T99:99"):
        answer = client.get(f"{address}?field=closes_at&{nonsense}", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "Give a date" in answer.content.decode()


# How much it costs


@pytest.mark.parametrize(("who", "at_most"), [("mei", 24), ("officer", 26)])
def test_queries_do_not_grow_with_papers_actions_and_meetings(world: Any, who: str, at_most: int) -> None:
    make_paper(world)
    add_action(world, "harbour", date(2026, 12, 4))
    plan_meeting(world, {"harbour": "mei", "banyan": "kalok"})
    client = world.client(who)

    def count() -> int:
        client.get("/consultations/calendar/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/consultations/calendar/").status_code == 200
        return len(queries)

    few = count()
    for number in range(2, 8):
        extend(world, make_paper(world, key=f"cp-{number}", closes=timedelta(weeks=number)), "harbour", 56)
        add_action(world, "harbour", date(2026, 12, 4), number=f"7.{number}")
        plan_meeting(world, {"harbour": "mei", "banyan": "kalok"}, number=10 + number)
        set_window(world, date(2027, 1, number), date(2027, 1, number))
    assert count() == few <= at_most
