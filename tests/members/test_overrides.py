"""Overrides: supervision reads what one firm shares, after a second officer's approval and until the stated minute."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from consultations.models import Comment, Consultation
from members import workflow
from members.enums import Role
from members.models import Override
from members.viewer import Viewer, acting_as, viewer_for
from notifications.models import Delivery, Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.consultations import conftest as papers
from tests.consultations.conftest import make_paper, say
from tests.world import World, enter, person

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=clock.HONG_KONG)
REASON = "Complaint 2026/114 about order handling on 3 November."


@pytest.fixture
def paper(world: World) -> Consultation:
    """Open now, with a word of each audience by two firms."""
    now = clock.now()
    with clock.at(papers.NOW):
        made = make_paper(world, closes=now - papers.NOW + timedelta(days=20))
        for who in ("mei", "kalok"):
            for audience in ("group", "shared", "organisation"):
                say(made, world, who, f"{who} says {audience}.", audience)
    return made


@pytest.fixture
def sun(world: World) -> Viewer:
    world.users["sun"] = person("sun", world.sfc, Role.SUPERVISION)
    return viewer_for(world.sun)


def ask(world: World, sun: Viewer, hours: int = 48, **more: Any) -> Override:
    with acting_as(sun):
        return workflow.ask_for_override(
            world.harbour, actor=sun, reason=REASON, ends_at=clock.now() + timedelta(hours=hours), **more
        )


def approve(world: World, override: Override, who: str = "chair") -> None:
    viewer = world.viewer(who)
    with acting_as(viewer):
        workflow.approve_override(override, actor=viewer)


def opened(world: World) -> tuple[int, ...]:
    return viewer_of_sun(world).opened_firms


def viewer_of_sun(world: World) -> Viewer:
    """As a request finds it: the database knows who asks."""
    with acting_as(Viewer(world.sun.pk, world.sfc.pk, "supervision", "supervision")):
        return viewer_for(world.sun)


# --- when it opens, and when it ends ------------------------------------------------------------------------------


def test_nothing_is_open_before_approval_and_then_that_firm_alone(world: World, sun: Viewer) -> None:
    override = ask(world, sun)
    assert opened(world) == ()
    approve(world, override)
    assert opened(world) == (world.harbour.pk,)


def test_it_ends_by_itself_at_the_minute_of_its_end(world: World, sun: Viewer) -> None:
    with clock.at(NOW):
        override = ask(world, sun, hours=2)
        approve(world, override)
    for minutes, is_open in ((0, True), (119, True), (120, False), (121, False)):
        with clock.at(NOW + timedelta(minutes=minutes)):
            assert bool(opened(world)) == is_open, minutes


def test_one_that_begins_later_waits_for_its_beginning(world: World, sun: Viewer) -> None:
    with clock.at(NOW):
        override = ask(world, sun, starts_at=NOW + timedelta(hours=1))
        approve(world, override)
        assert opened(world) == ()
    with clock.at(NOW + timedelta(hours=1)):
        assert opened(world) == (world.harbour.pk,)


@pytest.mark.parametrize("who", ["sun", "secretary"])
def test_ended_early_it_opens_nothing_from_the_next_request(world: World, sun: Viewer, who: str) -> None:
    override = ask(world, sun)
    approve(world, override)
    viewer = viewer_of_sun(world) if who == "sun" else world.viewer(who)
    with acting_as(viewer):
        workflow.end_override(override, actor=viewer)
    assert opened(world) == ()
    assert override.stage == "ended_early"


def test_a_refused_one_and_one_taken_back_open_nothing(world: World, sun: Viewer) -> None:
    refused = ask(world, sun)
    chair = world.viewer("chair")
    with acting_as(chair):
        workflow.refuse_override(refused, actor=chair, reason="The group's papers do not bear on it.")
    back = ask(world, sun)
    with acting_as(sun):
        workflow.end_override(back, actor=sun)
    assert opened(world) == ()
    assert (refused.stage, back.stage) == ("refused", "taken_back")


def test_another_supervision_officer_gets_nothing_from_it(world: World, sun: Viewer) -> None:
    approve(world, ask(world, sun))
    other = person("moon", world.sfc, Role.SUPERVISION)
    assert viewer_for(other).opened_firms == ()


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "admin", "mei", "fan"])
def test_only_chair_and_secretariat_decide(world: World, sun: Viewer, who: str) -> None:
    override = ask(world, sun)
    viewer = world.viewer(who)
    with acting_as(world.viewer("chair")), pytest.raises(Forbidden):
        workflow.approve_override(override, actor=viewer)
    assert opened(world) == ()


def test_who_asked_and_who_benefits_cannot_approve_even_as_the_chair(world: World, sun: Viewer) -> None:
    override = ask(world, sun)
    turned = Viewer(sun.user_id, sun.organisation_id, "regulator", Role.CHAIR)
    with acting_as(turned), pytest.raises(Forbidden):
        workflow.approve_override(override, actor=turned)
    with acting_as(turned), pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=override.pk).update(state="approved", decided_by=sun.user_id, decided_at=clock.now())


@pytest.mark.parametrize("who", ["chair", "secretary", "officer", "mei", "poon"])
def test_nobody_else_asks(world: World, who: str) -> None:
    viewer = world.viewer(who)
    with acting_as(viewer), pytest.raises(Forbidden):
        workflow.ask_for_override(world.harbour, actor=viewer, reason=REASON, ends_at=clock.now() + timedelta(1))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "Because."}, "reason"),
        ({"reason": "  " + "x" * 19 + "  "}, "reason"),
        ({"ends_at": timedelta(0)}, "until"),
        ({"ends_at": timedelta(days=30, minutes=1)}, "until"),
        ({"organisation": "fpb"}, "organisation"),
        ({"organisation": "sfc"}, "organisation"),
        ({"officer": "officer"}, "officer"),
    ],
)
def test_what_is_refused_when_asked(world: World, sun: Viewer, change: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"organisation": "harbour", "reason": REASON, "ends_at": timedelta(days=1)} | change
    firm, until = world.organisations[given.pop("organisation")], NOW + given.pop("ends_at")
    if "officer" in given:
        given["officer"] = world.users[given["officer"]]
    with clock.at(NOW), acting_as(sun), pytest.raises(Refused) as refusal:
        workflow.ask_for_override(firm, actor=sun, ends_at=until, **given)
    assert refusal.value.field == field
    with acting_as(world.viewer("secretary")):
        assert not Override.objects.exists()


def test_thirty_days_are_enough_and_one_request_at_a_time(world: World, sun: Viewer) -> None:
    ask(world, sun, hours=30 * 24)
    with pytest.raises(Refused, match="already"):
        ask(world, sun)


def test_a_request_whose_time_is_over_and_one_that_was_decided_are_not_approved(world: World, sun: Viewer) -> None:
    with clock.at(NOW):
        late = ask(world, sun, hours=1)
    with clock.at(NOW + timedelta(hours=1)), pytest.raises(Refused, match="over"):
        approve(world, late)
    with clock.at(NOW + timedelta(hours=1)):
        again = ask(world, sun)
    approve(world, again)
    with pytest.raises(Refused, match="already"):
        approve(world, again, "secretary")


# --- the database's own word ----------------------------------------------------------------------------------------


def test_supervision_cannot_open_anything_by_itself_in_the_database(world: World, sun: Viewer) -> None:
    override = ask(world, sun)
    with acting_as(sun):
        for attack in (
            {"state": "approved", "decided_by": world.chair.pk, "decided_at": clock.now()},
            {"ends_at": clock.now() + timedelta(days=3)},
        ):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Override.objects.filter(pk=override.pk).update(**attack)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Override.objects.create(
                officer=world.sun, organisation=world.harbour, reason=REASON, starts_at=clock.now(),
                ends_at=clock.now() + timedelta(1), asked_by=world.chair, asked_at=clock.now(),
            )  # fmt: skip
        assert Override.objects.all()._raw_delete("default") == 0
    assert opened(world) == ()


# --- what it opens --------------------------------------------------------------------------------------------------


def test_it_opens_the_shared_content_of_the_firm_and_never_what_is_internal(
    world: World, paper: Consultation, sun: Viewer
) -> None:
    approve(world, ask(world, sun))
    viewer = viewer_of_sun(world)
    with acting_as(viewer):
        found = set(Comment.objects.values_list("audience", "organisation__key"))
        assert found == set(Comment.objects.visible_to(viewer).values_list("audience", "organisation__key"))
    assert ("shared", "harbour") in found
    assert not {pair for pair in found if pair[0] in {"organisation", "regulator"}}
    assert not {pair for pair in found if pair[0] == "shared" and pair[1] != "harbour"}


def test_the_page_is_there_with_it_and_gone_at_the_minute_of_its_end(
    world: World, paper: Consultation, sun: Viewer
) -> None:
    browser = world.client(None)
    page = paper.get_absolute_url()
    override = ask(world, sun, hours=2)
    enter(browser, world.sun)
    assert browser.get(page).status_code == 404
    approve(world, override)
    shown = browser.get(page).content.decode()
    assert "mei says shared" in shown
    assert "kalok says shared" not in shown
    assert "says organisation" not in shown
    with clock.at(override.ends_at):
        assert browser.get(page).status_code == 404
    with clock.at(override.ends_at - timedelta(minutes=1)):
        assert browser.get(page).status_code == 200


def test_only_supervision_pays_a_statement_for_it(world: World, sun: Viewer) -> None:
    for who, further in (("mei", 0), ("officer", 0), ("sun", 1)):
        browser = world.client(who)
        browser.get("/help/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/help/")
        assert sum("members_override" in one["sql"] for one in asked) == further, who


# --- who hears of it ------------------------------------------------------------------------------------------------


def test_the_firm_hears_of_it_when_it_is_approved_and_not_before(world: World, sun: Viewer) -> None:
    told = Notice.objects.filter(event__kind="members.override_opened")
    override = ask(world, sun)
    assert set(Notice.objects.values_list("user__email", flat=True)) == {"chair@sfc.example", "secretary@sfc.example"}
    assert not told.exists()
    approve(world, override)
    # The principal and the coordinator of that firm; not the contributor, and nobody of another firm.
    assert set(told.values_list("user__email", flat=True)) == {"mei@harbour.example", "poon@harbour.example"}
    assert Delivery.objects.filter(kind="members.override_opened").count() == 2
    assert REASON not in repr(list(told.values_list("event__params", "event__url")))
    with acting_as(world.viewer("secretary")):
        workflow.end_override(override, actor=world.viewer("secretary"))
    assert Notice.objects.filter(event__kind="members.override_closed").count() == 2


def test_the_firm_reads_reason_roles_and_end_and_no_name(world: World, sun: Viewer) -> None:
    override = ask(world, sun)
    mei = world.client("mei")
    assert REASON not in mei.get(reverse("oversight:overrides")).content.decode()
    approve(world, override)
    page = mei.get(reverse("oversight:overrides")).content.decode()
    for words in (REASON, "Supervision", "Chair", "Open now"):
        assert words in page
    assert "Sun" not in page.replace("Sunday", "").replace("Sun ", "")
    for rival in ("kalok", "eva"):
        assert REASON not in world.client(rival).get(reverse("oversight:overrides")).content.decode()


def test_refused_and_taken_back_ones_are_never_shown_to_the_firm(world: World, sun: Viewer) -> None:
    for end in ("refuse", "take back"):
        override = ask(world, sun)
        viewer = world.viewer("chair") if end == "refuse" else sun
        with acting_as(viewer):
            if end == "refuse":
                workflow.refuse_override(override, actor=viewer, reason="No.")
            else:
                workflow.end_override(override, actor=viewer)
    with acting_as(world.viewer("mei")):
        assert not Override.objects.exists()
        assert not Entry.objects.filter(verb__startswith="members.override").exists()
    assert not Notice.objects.filter(user__email__endswith="harbour.example").exists()


def test_both_sides_have_it_in_their_trail(world: World, sun: Viewer) -> None:
    approve(world, ask(world, sun))
    for who, verbs in (
        ("mei", ["members.override_approved"]),
        ("kalok", []),
        ("secretary", ["members.override_approved", "members.override_asked"]),
    ):
        with acting_as(world.viewer(who)):
            found = Entry.objects.filter(verb__startswith="members.override").values_list("verb", flat=True)
            assert sorted(found) == verbs, who


# --- pages ----------------------------------------------------------------------------------------------------------


def test_from_the_form_to_the_decision_by_the_pages(world: World, sun: Viewer) -> None:
    browser = world.client("sun")
    until = clock.today() + timedelta(days=3)
    sent = {"organisation": world.harbour.pk, "officer": world.sun.pk, "reason": "short",
            "until_0": f"{until:%Y-%m-%d}", "until_1": "17:30"}  # fmt: skip
    refused = browser.post(reverse("oversight:ask"), sent)
    assert refused.status_code == 422
    assert "at least 20 characters" in refused.content.decode()
    assert browser.post(reverse("oversight:ask"), sent | {"reason": REASON}).status_code == 302
    with acting_as(sun):
        override = Override.objects.get()
    assert override.ends_at == datetime(until.year, until.month, until.day, 17, 30, tzinfo=clock.HONG_KONG)
    decide = reverse("oversight:decide", args=[override.pk])
    assert browser.get(decide).status_code == 403
    chair = world.client("chair")
    page = chair.get(decide).content.decode()
    assert REASON in page
    assert 'Why it is refused <span class="optional">needed to refuse</span>' in page
    assert chair.post(decide, {"decision": "refuse", "reason": ""}).status_code == 422
    assert chair.post(decide, {"decision": "approve"}).status_code == 302
    assert "Open now" in browser.get(reverse("oversight:overrides")).content.decode()
    end = reverse("oversight:end", args=[override.pk])
    assert "opens nothing" in browser.get(end).content.decode()
    assert browser.post(end).status_code == 302
    assert opened(world) == ()


def test_a_hidden_override_and_an_absent_one_answer_alike(world: World, sun: Viewer) -> None:
    override = ask(world, sun)
    world.users["moon"] = person("moon", world.sfc, Role.SUPERVISION)
    for who, status in (("moon", 404), ("mei", 403), ("officer", 403)):
        assert world.client(who).post(reverse("oversight:end", args=[override.pk])).status_code == status, who
