"""The verbs: transitions, gates, rights, records and notices."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Entry
from meetings import workflow
from meetings.enums import MINUTES_TRANSITIONS, TRANSITIONS, MeetingState, MinutesState
from meetings.models import Action, ActionPart, AgendaItem, Attendance, Interest, Meeting, Paper
from members.viewer import acting_as
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.meetings.conftest import NOW, Held, plan


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(event__kind=kind).values_list("user__name_en", flat=True))


def test_every_state_has_its_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(MeetingState)
    assert set(MINUTES_TRANSITIONS) == set(MinutesState)
    assert all(state not in after for state, after in TRANSITIONS.items())


def test_a_draft_is_the_regulators_and_a_notice_makes_it_the_groups(world: Any) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        meeting = plan(world, 8, NOW + timedelta(days=8))
    assert world.client("mei").get("/meetings/8/").status_code == 404
    assert world.client("officer").get("/meetings/8/").status_code == 200
    with acting_as(actor):
        workflow.issue_notice(meeting, actor=actor)
    page = world.client("mei").get("/meetings/8/").content.decode()
    assert "The agenda has not been circulated." in page
    assert "Item 2" not in page
    with acting_as(actor):
        workflow.circulate_agenda(meeting, actor=actor)
    assert "Item 2" in world.client("mei").get("/meetings/8/").content.decode()
    with acting_as(actor):
        verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"meetings.created", "meetings.item_added", "meetings.notice_issued", "meetings.agenda_circulated"} <= verbs


def test_items_follow_one_another(world: Any, ahead: Meeting) -> None:
    with acting_as(world.viewer("secretary")):
        starts = [
            item.starts_at - ahead.starts_at for item in AgendaItem.objects.filter(meeting=ahead).order_by("number")
        ]
    assert starts == [timedelta(0), timedelta(minutes=5), timedelta(minutes=45)]


def test_the_agenda_waits_for_the_competition_check(world: Any) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        meeting = plan(world, 8, NOW + timedelta(days=8))
        workflow.issue_notice(meeting, actor=actor)
        item = workflow.add_agenda_item(
            meeting, actor=actor, number=4, purpose="for_agreement", minutes_planned=5, title_en="Fees"
        )
        with pytest.raises(Refused, match="Item 4"):
            workflow.circulate_agenda(meeting, actor=actor)
        workflow.check_item(item, actor=actor)
        workflow.circulate_agenda(meeting, actor=actor)
    assert meeting.state == MeetingState.AGENDA_CIRCULATED


def test_a_late_item_needs_the_chair_and_a_reason(world: Any, ahead: Meeting) -> None:
    late: dict[str, Any] = {"number": 4, "purpose": "for_discussion", "minutes_planned": 5, "title_en": "Late"}
    secretary, chair = world.viewer("secretary"), world.viewer("chair")
    with acting_as(secretary), pytest.raises(Forbidden):
        workflow.add_agenda_item(ahead, actor=secretary, late_reason="Urgent", **late)
    with acting_as(chair):
        with pytest.raises(Refused):
            workflow.add_agenda_item(ahead, actor=chair, **late)
        item = workflow.add_agenda_item(ahead, actor=chair, late_reason="Urgent", **late)
    assert item.competition_check == "cleared"
    with acting_as(world.viewer("mei")):
        assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_no_state_is_skipped(world: Any, ahead: Meeting) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        with pytest.raises(Refused):
            workflow.issue_notice(ahead, actor=actor)
        with pytest.raises(Refused):
            workflow.hold(ahead, actor=actor)
        with pytest.raises(Refused):
            workflow.record_minutes(ahead, actor=actor)
        with pytest.raises(Refused, match="8/2"):
            workflow.issue_papers(ahead, actor=actor)
        with pytest.raises(Refused):
            workflow.cancel(ahead, actor=actor, reason=" ")
        workflow.adjourn(ahead, actor=actor, reason="Typhoon signal No. 8")
        workflow.issue_notice(ahead, actor=actor)
    assert ahead.state == MeetingState.NOTICE_ISSUED


@pytest.mark.parametrize("who", ["officer", "admin", "mei", "poon", "fan", None])
def test_only_the_chairs_office_runs_a_meeting(world: Any, ahead: Meeting, who: str | None) -> None:
    actor = world.viewer(who)
    with acting_as(world.viewer("secretary")):
        for verb in (workflow.issue_notice, workflow.circulate_agenda, workflow.issue_papers, workflow.hold):
            with pytest.raises(Forbidden):
                verb(ahead, actor=actor)
        for ending in (workflow.adjourn, workflow.cancel):
            with pytest.raises(Forbidden):
                ending(ahead, actor=actor, reason="x")
        with pytest.raises(Forbidden):
            workflow.invite(ahead, actor=actor, user=world.nina, organisation=world.kite)


def test_the_agenda_is_told_to_those_who_were_asked(world: Any, ahead: Meeting) -> None:
    assert told("meetings.agenda_circulated") == {"Mei", "Kalok"}


def test_the_minutes_are_told_to_those_who_were_there(world: Any, held: Held) -> None:
    assert told("meetings.minutes_circulated") == {"Mei", "Kalok", "Fan"}


def test_an_action_for_one_firm_is_told_to_it_alone_and_without_its_words(world: Any, held: Held) -> None:
    assert told("meetings.action_assigned") == {"Mei"}
    event = Notice.objects.get(event__kind="meetings.action_assigned").event
    assert event.params == {"number": "7.1", "due": "2026-11-20"}


def test_a_notice_is_readable_by_whoever_reads_its_subject(world: Any, held: Held) -> None:
    from notifications import kinds

    readable = kinds.get("meetings.action_assigned").readable
    assert readable is not None
    users = [world.mei.pk, world.kalok.pk, world.officer.pk, world.ngai.pk]
    assert readable(users, [str(held.action.pk)]) == {
        (world.mei.pk, str(held.action.pk)),
        (world.officer.pk, str(held.action.pk)),
    }


def test_a_member_replies_for_themselves_until_the_meeting_begins(world: Any, ahead: Meeting) -> None:
    mei, kalok = world.viewer("mei"), world.viewer("kalok")
    with acting_as(mei):
        seat = Attendance.objects.select_related("meeting").get(meeting=ahead, user=world.mei)
        workflow.reply(seat, actor=mei, answer="by_video")
        with pytest.raises(Refused):
            workflow.reply(seat, actor=mei, answer="none")
    with acting_as(kalok), pytest.raises(Forbidden):
        workflow.reply(seat, actor=kalok, answer="in_person")
    with acting_as(mei), clock.at(ahead.starts_at), pytest.raises(Refused):
        workflow.reply(seat, actor=mei, answer="in_person")
    assert seat.reply == "by_video"


def test_the_reply_form_works_and_refuses(world: Any, ahead: Meeting) -> None:
    client = world.client("mei")
    assert "Will you attend?" in client.get("/meetings/8/").content.decode()
    assert client.post("/meetings/8/reply/", {"answer": "apologies"}, follow=True).status_code == 200
    with acting_as(world.viewer("mei")):
        assert Attendance.objects.get(meeting=ahead, user=world.mei).reply == "apologies"
    assert (
        "Choose one of the answers." in client.post("/meetings/8/reply/", {"answer": "x"}, follow=True).content.decode()
    )
    assert world.client("nina").post("/meetings/8/reply/", {"answer": "in_person"}).status_code == 404
    assert client.get("/meetings/8/reply/").status_code == 405


def test_a_firm_cannot_write_anothers_seat_even_past_the_verbs(world: Any, ahead: Meeting) -> None:
    with acting_as(world.viewer("kalok")):
        assert Attendance.objects.filter(user=world.mei).update(reply="apologies") == 0


def test_an_interest_is_declared_by_the_person_and_decided_by_the_chair(world: Any, held: Held) -> None:
    kalok, secretary, chair = (world.viewer(name) for name in ("kalok", "secretary", "chair"))
    with acting_as(kalok):
        items = list(AgendaItem.objects.filter(meeting=held.meeting, number=2))
        with pytest.raises(Refused):
            workflow.declare_interest(
                held.meeting, actor=kalok, user=world.kalok, organisation=world.banyan, text="A share.", items=[]
            )
        interest = workflow.declare_interest(
            held.meeting, actor=kalok, user=world.kalok, organisation=world.banyan, text="A share.", items=items
        )
        with pytest.raises(Forbidden):
            workflow.declare_interest(
                held.meeting, actor=kalok, user=world.mei, organisation=world.harbour, text="A share.", items=items
            )
    with acting_as(secretary), pytest.raises(Forbidden):
        workflow.decide_interest(interest, actor=secretary, handling="noted")
    with acting_as(chair):
        workflow.decide_interest(interest, actor=chair, handling="noted")
    with acting_as(world.viewer("nina")):
        assert Interest.objects.get().handling == "noted"


def test_a_paper_is_filed_by_its_author_and_read_by_its_class(world: Any, ahead: Meeting) -> None:
    officer, colleague = world.viewer("officer"), world.viewer("colleague")
    with acting_as(officer):
        expected = Paper.objects.select_related("meeting", "organisation").get(number="8/2")
    with acting_as(colleague), pytest.raises(Forbidden):
        workflow.file_paper(expected, actor=colleague, file_name="a.md", content=b"a")
    with acting_as(officer):
        workflow.file_paper(expected, actor=officer, file_name="a.md", content=b"a", pages=2)
    assert (expected.state, expected.pages) == ("published", 2)
    with acting_as(world.viewer("secretary")):
        secret = workflow.expect_paper(
            AgendaItem.objects.select_related("meeting").get(meeting=ahead, number=3),
            actor=world.viewer("secretary"), number="8/3", author=world.officer, title_en="Brief", audience="regulator",
        )  # fmt: skip
        with pytest.raises(Refused):
            workflow.expect_paper(
                secret.item, actor=world.viewer("secretary"), number="8/4", author=world.officer, title_en="x",
                audience="shared",
            )  # fmt: skip
    with acting_as(world.viewer("mei")):
        assert set(Paper.objects.values_list("number", flat=True)) == {"8/1", "8/2"}


def test_actions_move_keep_their_first_day_and_end(world: Any, held: Held) -> None:
    actor, mei = world.viewer("secretary"), world.viewer("mei")
    with acting_as(actor):
        assert held.action.is_overdue
        workflow.move_due(held.action, actor=actor, due=date(2026, 12, 4))
        workflow.move_due(held.action, actor=actor, due=date(2026, 12, 18))
        assert (held.action.due_first, held.action.due, held.action.is_overdue) == (
            date(2026, 11, 20), date(2026, 12, 18), False,
        )  # fmt: skip
        with pytest.raises(Refused):
            workflow.update_action(held.action, actor=actor, state="done", done_on=date(2027, 1, 1))
        workflow.update_action(held.action, actor=actor, state="done")
        assert held.action.done_on == date(2026, 11, 24)
        with pytest.raises(Refused):
            workflow.move_due(held.action, actor=actor, due=date(2026, 12, 31))
    with acting_as(actor), pytest.raises(Forbidden):
        workflow.update_action(held.action, actor=mei, state="open")


def test_parts_are_each_firms_own_and_their_number_is_everybodys(world: Any, held: Held) -> None:
    actor = world.viewer("secretary")
    firms = [world.harbour, world.banyan, world.kite]
    with acting_as(actor):
        action = workflow.add_action(
            actor=actor, organisation=world.sfc, meeting=held.meeting, number="7.2", text="Name a contact",
            due=date(2026, 12, 18), side="platform", all_platforms=True,
        )  # fmt: skip
        workflow.add_parts(action, actor=actor, organisations=firms)
        workflow.add_parts(action, actor=actor, organisations=firms)
        workflow.record_part(action, actor=actor, organisation=world.harbour)
        with pytest.raises(Refused):
            workflow.record_part(action, actor=actor, organisation=world.peakline)
    assert (action.parts_done, action.parts_total) == (1, 3)
    with acting_as(world.viewer("kalok")):
        assert list(ActionPart.objects.values_list("organisation", flat=True)) == [world.banyan.pk]
        assert Action.objects.get(number="7.2").parts_done == 1
    assert "1 of 3 done" in world.client("kalok").get("/meetings/actions/").content.decode()


def test_an_action_needs_an_owner(world: Any, held: Held) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused):
        workflow.add_action(
            actor=actor, organisation=world.sfc, number="C-1", text="x", due=date(2026, 12, 1), side="regulator"
        )
