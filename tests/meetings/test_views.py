"""Pages: who gets them, what they show, and that their queries do not grow."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import workflow
from meetings.models import Meeting
from members import workflow as members
from members.viewer import acting_as
from tests.meetings.conftest import NOW, Held, plan

PAGES = ("/meetings/", "/meetings/actions/", "/meetings/7/", "/meetings/8/")


@pytest.mark.parametrize("path", PAGES)
def test_members_get_the_pages_and_the_public_is_asked_to_sign_in(
    world: Any, held: Held, ahead: Meeting, path: str
) -> None:
    for who in ("chair", "officer", "mei", "poon", "fan"):
        assert world.client(who).get(path).status_code == 200
    answer = world.client(None).get(path)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_a_hidden_meeting_and_an_absent_one_answer_alike(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        plan(world, 9, NOW + timedelta(days=30))
    for who in ("mei", "nina", "fan"):
        client = world.client(who)
        hidden, absent = client.get("/meetings/9/"), client.get("/meetings/99/")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert b"Item 2" not in hidden.content


def test_a_session_is_for_its_working_group(world: Any) -> None:
    actor = world.viewer("officer")
    meeting = Meeting(
        organisation=world.sfc, audience="group", working_group=world.custody, key="custody", kind="session",
        chair=world.officer, title_en="Custody session", starts_at=NOW + timedelta(days=9),
        ends_at=NOW + timedelta(days=9, hours=1),
    )  # fmt: skip
    with acting_as(actor):
        meeting.save(force_insert=True)
        workflow.issue_notice(meeting, actor=actor)
    for who, status in (("mei", 200), ("kalok", 200), ("officer", 200), ("rosa", 404), ("nina", 404), ("chair", 404)):
        client = world.client(who)
        assert (who, client.get("/meetings/custody/").status_code) == (who, status)
        assert ("Custody session" in client.get("/meetings/").content.decode()) is (status == 200)


def test_the_list_has_the_next_meeting_first(world: Any, held: Held, ahead: Meeting) -> None:
    page = world.client("mei").get("/meetings/").content.decode()
    assert page.index("meeting 8") < page.index("meeting 7")
    assert page.index("Coming up") < page.index("Past meetings")


def test_the_page_of_a_meeting_ahead_shows_what_is_carried_to_it(world: Any, held: Held, ahead: Meeting) -> None:
    page = world.client("mei").get("/meetings/8/").content.decode()
    assert "Paper 8/1: Options" in page
    assert "Paper 8/2 due Wed 25\u00a0Nov" in page
    assert "4 days overdue" in page
    assert "Minutes of meeting 7" in page
    assert "OWN-CANARY" in page
    rival = world.client("kalok").get("/meetings/8/").content.decode()
    assert "ACTION-CANARY" not in rival
    assert "OWN-CANARY" not in rival
    assert "overdue" not in rival


def queries(world: Any, who: str, path: str) -> int:
    """Every query of a request, session and viewer included."""
    client = world.client(who)
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    said = [q["sql"] for q in caught.captured_queries]
    return sum(not one.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for one in said)


def grow(world: Any, held: Held, ahead: Meeting) -> None:
    """A hundred of everything."""
    actor, chair = world.viewer("secretary"), world.viewer("chair")
    with acting_as(chair):
        for number in range(4, 104):
            item = workflow.add_agenda_item(
                ahead, actor=chair, number=number, purpose="for_information", minutes_planned=1,
                title_en=f"Item {number}", late_reason="Load",
                presenters=[workflow.Presents(world.officer, world.sfc, "Team")],
            )  # fmt: skip
            if number < 24:
                workflow.expect_paper(item, actor=chair, number=f"8/{number}", author=world.officer, title_en="Paper")
    with acting_as(actor):
        for number in range(11, 61):
            workflow.add_action(
                actor=actor, organisation=world.sfc, meeting=held.meeting, number=f"7.{number}", text="Do",
                due=date(2026, 12, 1), side="regulator", owner_user=world.officer,
            )  # fmt: skip
            workflow.write_paragraph(
                held.minutes, actor=actor, number=f"7.{number}", text="Words.", attributed=f"Kite (demo) said {number}."
            )
        for number in range(20, 40):
            plan(world, number, NOW + timedelta(days=number))


def test_queries_do_not_grow_with_the_data(world: Any, held: Held, ahead: Meeting) -> None:
    limits = {"/meetings/": 9, "/meetings/actions/": 9, "/documents/": 9, "/meetings/7/": 19, "/meetings/8/": 19}
    before = {path: queries(world, "officer", path) for path in limits}
    grow(world, held, ahead)
    after = {path: queries(world, "officer", path) for path in limits}
    assert after == before
    assert {path: count for path, count in after.items() if count > limits[path]} == {}


def test_attendance_marks_a_firm_whose_licence_does_not_stand(world: Any, held: Held) -> None:
    address = held.meeting.get_absolute_url()
    assert "Licence suspended" not in world.client("kalok").get(address).content.decode()
    members.set_licence_status(
        world.harbour, state="suspended", effective_on=date(2026, 11, 20), actor=world.viewer("secretary")
    )
    html = world.client("kalok").get(address).content.decode()
    assert html.count("Licence suspended") == 1
    assert "<b>Mei</b> <span>Harbour <span" in html
