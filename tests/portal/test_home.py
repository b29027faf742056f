"""The home page: what each person must do, what is open, what happened; the same number of queries however much."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import workflow
from consultations.calendar import next_working_moment
from consultations.models import Consultation
from consultations.recipients import preview
from members import workflow as members
from members.viewer import acting_as
from portal.common import clock
from portal.home import dashboard
from tests.consultations.conftest import NOW, make_paper, say
from tests.whole import share
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


def act(world: World, name: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
    viewer = world.viewer(name)
    with acting_as(viewer):
        return verb(*args, actor=viewer, **kwargs)


def task_of(world: World, name: str, words: str) -> Any:
    """The only task whose title begins with `words`, or none."""
    viewer = world.viewer(name)
    with acting_as(viewer):
        found = [task for task in dashboard(viewer)["tasks"] if task.title.startswith(words)]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
def wish(world: World) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)


@pytest.mark.usefixtures("wish")
def test_comments_that_wait_for_release_are_the_task_of_those_who_may_release(
    world: World, paper: Consultation
) -> None:
    one, _two = (say(paper, world, "rosa") for _ in range(2))
    for name in ("mei", "poon"):
        task = task_of(world, name, "Release or give back")
        assert task.title == "Release or give back 2 comments of colleagues"
        assert (task.context, task.url, task.days) == ("CP 1", reverse("consultations:waiting"), 0)
    for name in ("rosa", "kalok", "officer", "secretary"):
        assert task_of(world, name, "Release or give back") is None
    act(world, "mei", workflow.let_out, one)
    assert task_of(world, "poon", "Release or give").title == "Release or give back 1 comment of a colleague"


@pytest.mark.usefixtures("wish")
def test_what_was_given_back_or_returned_is_its_authors_task(world: World, paper: Consultation) -> None:
    given_back, released = (say(paper, world, "rosa") for _ in range(2))
    assert task_of(world, "rosa", "1 comment") is None
    act(world, "mei", workflow.give_back, given_back, reason="Too blunt.")
    task = task_of(world, "rosa", "1 comment of yours was returned to you")
    with acting_as(world.viewer("rosa")):
        assert task.url == given_back.get_absolute_url()
    act(world, "mei", workflow.let_out, released)
    act(world, "secretary", workflow.hold_comment, released, reason="It names a client.")
    act(world, "secretary", workflow.return_comment, released, reason="Leave the name out.")
    task = task_of(world, "rosa", "2 comments of yours were returned to you")
    assert task.url == reverse("consultations:waiting")
    listed = world.client("rosa").get(task.url).content.decode()
    assert "Returned by the moderator" in listed
    assert "Given back to the author" in listed
    assert "Returned by the moderator" not in world.client("mei").get(task.url).content.decode()
    for name in ("mei", "kalok", "secretary"):
        assert "returned to you" not in titles(world, name)
    act(world, "rosa", workflow.withdraw_comment, given_back, reason="Not needed.")
    assert task_of(world, "rosa", "1 comment of yours was returned") is not None


def test_requests_for_more_time_are_the_task_of_the_secretariat_and_the_chair(
    world: World, paper: Consultation
) -> None:
    until = paper.closes_at + timedelta(days=7)  # type: ignore[operator]
    first = act(world, "mei", workflow.ask_for_extension, paper, until=until, reason="Our board meets late.")
    decide = reverse("consultations:decide_extension", args=[paper.key, first.pk])
    for name in ("secretary", "chair"):
        task = task_of(world, name, "Decide on 1 request for more time: CP 1")
        assert task.url == decide
        assert world.client(name).get(task.url).status_code == 200
    act(world, "kalok", workflow.ask_for_extension, paper, until=until, reason="So does ours.")
    assert "Decide on 2 requests for more time: CP 1" in text(world, "secretary")
    for name in ("officer", "mei", "kalok", "nina"):
        assert "more time" not in titles(world, name)
    act(world, "secretary", workflow.decide_extension, first, grant=False, reason="The timetable is fixed.")
    assert task_of(world, "chair", "Decide on 1 request for more time") is not None


def test_papers_to_approve_are_the_task_of_every_officer_but_the_asker(world: World) -> None:
    draft = make_paper(world, key="cp-9", release=False)
    officer = world.viewer("officer")
    with acting_as(officer):
        draft.purpose_en, draft.purpose_zh_hant = "To learn.", "了解。"
        draft.statement = workflow.adopt_statement("PICS home", {"en": "What we do."}, actor=officer)
        draft.save(update_fields=["purpose_en", "purpose_zh_hant", "statement"])
        workflow.ask_to_open(
            draft,
            actor=officer,
            opens_at=NOW + timedelta(days=1),
            closes_at=next_working_moment(NOW + timedelta(days=60)),
            previewed=preview(draft).checksum,
        )
    title = "Approve or return the opening of CP 9"
    assert title in text(world, "secretary")
    for name in ("officer", "mei", "fan"):
        assert title not in text(world, name)


def test_conclusions_that_are_planned_are_the_leads_task(world: World) -> None:
    paper = make_paper(world, opens=timedelta(days=-60), closes=timedelta(days=-10))
    with acting_as(world.viewer("officer")):
        Consultation.objects.filter(pk=paper.pk).update(conclusions_planned_by=(NOW + timedelta(days=9)).date())
    assert "Publish the conclusions of CP 1" in text(world, "officer")
    assert "Publish the conclusions of CP 1" not in text(world, "secretary")


def test_questions_that_wait_for_an_answer_are_the_officers_and_the_secretariats_task(
    world: World, paper: Consultation
) -> None:
    first, _second = (
        act(world, name, workflow.ask_for_clarification, paper, body="Is a cold wallet one?")
        for name in ("mei", "kalok")
    )
    for name in ("officer", "colleague", "secretary"):
        task = task_of(world, name, "Answer 2 requests for clarification of CP 1")
        assert task.url == reverse("consultations:clarifications", args=[paper.key]) + "#h-wait"
        assert "Questions that wait" in world.client(name).get(task.url).content.decode()
    for name in ("chair", "mei", "kalok", "fan"):
        assert "clarification" not in titles(world, name)
    act(world, "officer", workflow.decline_request, first, reason="It is outside this paper.")
    assert task_of(world, "officer", "Answer 1 request for clarification of CP 1") is not None


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


@pytest.mark.usefixtures("wish")
@pytest.mark.parametrize("name", share([None, "rosa", "mei", "secretary", "officer", "fan"], 2, "home"))
def test_queries_do_not_grow_with_what_there_is(world: World, paper: Consultation, name: str | None) -> None:
    client = world.client(name)

    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    def ask(about: Consultation, *people: str) -> None:
        until = about.closes_at + timedelta(days=7)  # type: ignore[operator]
        for person in people:
            act(world, person, workflow.ask_for_clarification, about, body="What is meant?")
            act(world, person, workflow.ask_for_extension, about, until=until, reason="Our board meets late.")
        for _ in people:
            say(about, world, "rosa")
            act(world, "mei", workflow.give_back, say(about, world, "rosa"), reason="Too blunt.")

    for person in ("mei", "kalok"):
        say(paper, world, person, audience="shared")
        say(paper, world, person, hold=True)
    ask(paper, "mei")
    few = queries()
    for number in range(2, 6):
        other = make_paper(world, key=f"cp-{number}", audience="public" if number % 2 else "group")
        for person in ("mei", "kalok", "nina"):
            say(other, world, person, audience="shared")
            say(other, world, person, hold=True)
        ask(other, "mei", "kalok")
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
