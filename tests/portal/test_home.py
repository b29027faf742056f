"""The home page: what each person must do, what is open, what happened; the same number of queries however much."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Consultation
from members.viewer import acting_as
from portal.common import clock
from portal.home import dashboard
from tests.consultations.conftest import NOW, make_paper, say
from tests.world import World

pytestmark = pytest.mark.django_db
ROLES = ["mei", "rosa", "poon", "kalok", "officer", "secretary", "chair", "admin", "fan"]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def paper(world: World) -> Consultation:
    return make_paper(world)


def text(world: World, name: str | None) -> str:
    answer = world.client(name).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", ROLES)
def test_every_role_has_a_home(world: World, paper: Consultation, name: str) -> None:
    found = text(world, name)
    assert "Custody cp-1" in found
    assert "Next four weeks" in found
    # A response is a platform's affair.
    assert ("Your response" in found) == (name in {"mei", "rosa", "poon", "kalok"})


def test_the_public_is_told_what_this_place_is_and_not_what_the_group_discusses(
    world: World, paper: Consultation
) -> None:
    found = text(world, None)
    assert "Where the virtual asset rules of Hong Kong are worked out" in found
    assert "Custody cp-1" not in found
    assert "No public consultation is open" in found


def test_the_public_sees_what_is_open_to_it(world: World) -> None:
    make_paper(world, key="cp-9", audience="public")
    assert "Custody cp-9" in text(world, None)


def test_an_empty_portal_says_so_in_words(world: World) -> None:
    found = text(world, "mei")
    assert "Nothing waits for you" in found
    assert "No consultation is open at present." in found
    assert "Nothing has happened yet that concerns you." in found


def test_a_planned_paper_and_a_closed_one_are_not_open(world: World, paper: Consultation) -> None:
    with clock.at(NOW + timedelta(days=19)):
        assert "Custody cp-1" not in text(world, "mei")
    with clock.at(NOW - timedelta(days=41)):
        assert "Custody cp-1" not in text(world, "mei")


def test_comments_that_wait_are_the_lead_officers_task_until_answered(world: World, paper: Consultation) -> None:
    comment = say(paper, world, "mei", audience="shared")
    say(paper, world, "kalok")
    say(paper, world, "kalok", audience="organisation")  # no affair of the regulator's
    assert "Answer 2 comments on CP 1" in text(world, "officer")
    assert "Answer" not in titles(world, "colleague") + titles(world, "mei")
    say(paper, world, "officer", audience="shared", parent=comment)
    assert "Answer 1 comment on CP 1" in text(world, "officer")


def titles(world: World, name: str) -> str:
    viewer = world.viewer(name)
    with acting_as(viewer):
        return "; ".join(task.title for task in dashboard(viewer)["tasks"])


def test_a_comment_that_is_held_is_the_secretariats_task(world: World, paper: Consultation) -> None:
    say(paper, world, "mei", hold=True)
    assert "Release or return a comment that is held" in titles(world, "secretary")
    assert "Release or return" in titles(world, "chair")
    assert "Release or return" not in titles(world, "officer") + titles(world, "kalok") + titles(world, "mei")


def test_what_others_may_not_read_leaves_no_trace_on_their_home(world: World, paper: Consultation) -> None:
    say(paper, world, "mei", body="CANARY for the regulator", audience="shared")
    say(paper, world, "mei", body="CANARY inside", audience="organisation")
    for name in ("kalok", "nina", "fan", None):
        found = text(world, name)
        assert "CANARY" not in found
        assert "commented on" not in found
        assert "internal note" not in found


def test_news_of_a_comment_stands_under_recent_activity(world: World, paper: Consultation) -> None:
    say(paper, world, "mei", audience="shared")
    assert "Mei commented on the whole paper of CP 1" in text(world, "officer")


@pytest.mark.parametrize("name", [None, "mei", "officer", "secretary", "fan"])
def test_queries_do_not_grow_with_what_there_is(world: World, paper: Consultation, name: str | None) -> None:
    client = world.client(name)

    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    for person in ("mei", "kalok"):
        say(paper, world, person, audience="shared")
        say(paper, world, person, hold=True)
    few = queries()
    for number in range(2, 6):
        other = make_paper(world, key=f"cp-{number}", audience="public" if number % 2 else "group")
        for person in ("mei", "kalok", "nina"):
            say(other, world, person, audience="shared")
            say(other, world, person, hold=True)
    assert queries() <= few


def test_the_calendar_begins_on_monday_and_holds_the_deadline(world: World, paper: Consultation) -> None:
    viewer = world.viewer("mei")
    with acting_as(viewer):
        weeks = dashboard(viewer)["weeks"]
    assert [len(week) for week in weeks] == [7, 7, 7, 7]
    assert weeks[0][0].day == datetime(2026, 11, 23).date()
    assert weeks[0][0].is_today
    closes = paper.closes_at.astimezone(clock.HONG_KONG).date()  # type: ignore[union-attr]
    (day,) = [day for week in weeks for day in week if day.day == closes]
    assert day.deadlines == ["CP 1 closes"]


def test_a_posted_form_is_refused(world: World) -> None:
    assert world.client("mei").post("/").status_code == 405
