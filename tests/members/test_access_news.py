"""Who loses access, or gets it back, is told by mail: what, from which day, whom to ask, and nothing else."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from members import tasks, workflow
from members.access_news import COLLEAGUE, ENDED, LICENCE
from members.enums import LicenceState, Role
from members.models import Membership
from members.viewer import acting_as
from notifications import kinds
from notifications.delivery import deliver_due
from notifications.models import Delivery, Notice
from notifications.workflow import queue_digests
from portal.common import clock
from tests.members.test_terms import days, noon, seat
from tests.world import World, person

pytestmark = pytest.mark.django_db


def end(world: World, who: str, name: str, **given: Any) -> None:
    actor = world.viewer(who)
    with acting_as(actor):
        workflow.end_membership(seat(world, name), actor=actor, **given)


def licence(world: World, state: LicenceState, day: date) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        workflow.set_licence_status(world.harbour, state=state, effective_on=day, actor=actor)


def sent(kind: str) -> dict[str, Any]:
    """The mails of this kind that went out since, by the name in the address."""
    deliver_due()
    found = {
        one.to[0].split("<")[-1].split("@")[0]: one for one in mail.outbox if one.extra_headers["X-Portal-Kind"] == kind
    }
    mail.outbox.clear()
    return found


def inboxes(kind: str) -> set[str]:
    rows = Notice.objects.filter(event__kind=kind).select_related("user")
    return {row.user.email.split("@")[0] for row in rows}


def plain(message: Any) -> str:
    return str(message.body).replace("\xa0", " ")


def test_whose_membership_ends_now_is_told_by_mail_alone_without_a_link(world: World) -> None:
    second = world.users["second"] = person("second", world.harbour, Role.COORDINATOR)
    end(world, "poon", "rosa")
    (message,) = sent(ENDED).values()
    assert message.to == [f"Rosa <{world.rosa.email}>"]
    said = plain(message)
    assert "Your access to the ASPIRe Portal for Harbour (demo) has ended" in said
    assert "coordinator of your firm, or the secretariat" in said
    for text in (message.body, message.alternatives[0].content):
        assert not re.search(r"https?://portal|href=", text)
    assert inboxes(ENDED) == set()
    assert queue_digests(force_users=[world.rosa.pk]) == 0
    # The one who did it knows.
    assert inboxes(COLLEAGUE) == {second.email.split("@")[0]}


def test_who_still_has_until_a_later_day_finds_it_in_the_inbox_too(world: World) -> None:
    end(world, "secretary", "rosa", last_day=days(4))
    assert inboxes(ENDED) == {"rosa"}
    assert inboxes(COLLEAGUE) == {"poon"}
    mails = sent(ENDED)
    assert set(mails) == {"rosa"}
    assert "ends on" in mails["rosa"].subject
    with clock.at(noon(days(5))):
        tasks.hand_over()
    assert sent(ENDED) == {}


def test_a_term_that_runs_out_by_itself_is_told_once(world: World) -> None:
    world.users["temp"] = person("temp", world.harbour, Role.CONTRIBUTOR, ends_on=days(2))
    with clock.at(noon(days(3))):
        tasks.hand_over()
        tasks.hand_over()
        assert set(sent(ENDED)) == {"temp"}
    assert inboxes(COLLEAGUE) == {"poon"}


def test_the_same_last_day_again_tells_nothing(world: World) -> None:
    end(world, "secretary", "rosa", last_day=days(4))
    end(world, "secretary", "rosa", last_day=days(4))
    assert Delivery.objects.filter(kind=ENDED).count() == 1


def test_a_role_that_is_replaced_tells_the_one_who_leaves(world: World) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        workflow.replace(seat(world, "mei"), by=seat(world, "rosa"), actor=actor)
    assert set(sent(ENDED)) == {"mei"}


def test_outside_a_firm_the_secretariat_is_whom_to_ask(world: World) -> None:
    end(world, "secretary", "fan")
    assert "Whom to ask: The secretariat" in plain(sent(ENDED)["fan"])
    assert inboxes(COLLEAGUE) == set()


def test_a_suspension_is_told_to_everybody_of_the_firm_and_to_nobody_else(world: World) -> None:
    licence(world, LicenceState.SUSPENDED, clock.today())
    mails = sent(LICENCE)
    assert set(mails) == {"mei", "rosa", "poon"}
    assert inboxes(LICENCE) == set()
    assert "The licence of Harbour (demo) is suspended from" in plain(mails["mei"])
    for text in (mails["mei"].body, mails["mei"].alternatives[0].content):
        assert not re.search(r"https?://portal|href=", text)
    licence(world, LicenceState.REVOKED, clock.today())
    assert set(sent(LICENCE)) == {"mei", "rosa", "poon"}
    licence(world, LicenceState.LICENSED, clock.today())
    mails = sent(LICENCE)
    assert set(mails) == {"mei", "rosa", "poon"}
    assert "in force again" in mails["mei"].subject
    assert inboxes(LICENCE) == {"mei", "rosa", "poon"}


def test_a_suspension_that_is_to_come_is_told_while_they_can_still_enter(world: World) -> None:
    licence(world, LicenceState.SUSPENDED, days(3))
    assert inboxes(LICENCE) == {"mei", "rosa", "poon"}


@pytest.mark.parametrize(
    ("state", "day"),
    [(LicenceState.RESTRICTED, 0), (LicenceState.LICENSED, 0), (LicenceState.SUSPENDED, -900)],
    ids=["restricted", "the same", "before what holds today"],
)
def test_what_changes_nobodys_access_is_not_told(world: World, state: LicenceState, day: int) -> None:
    licence(world, state, clock.today() + timedelta(days=day))
    assert not Delivery.objects.filter(kind=LICENCE).exists()


def test_an_account_that_is_closed_is_not_written_to(world: World) -> None:
    world.rosa.is_active = False
    world.rosa.save()
    licence(world, LicenceState.SUSPENDED, clock.today())
    assert set(sent(LICENCE)) == {"mei", "poon"}


@pytest.mark.parametrize("kind", [ENDED, COLLEAGUE, LICENCE])
def test_nobody_can_choose_not_to_be_told(kind: str) -> None:
    assert kinds.get(kind).mandatory


def test_each_is_told_in_their_own_language(world: World) -> None:
    for name, language in (("rosa", "zh-hant"), ("mei", "zh-hans")):
        world.users[name].language = language
        world.users[name].save()
    licence(world, LicenceState.SUSPENDED, clock.today())
    mails = sent(LICENCE)
    assert "牌照" in mails["rosa"].subject
    assert "秘書處" in plain(mails["rosa"])
    assert "秘书处" in plain(mails["mei"])
    assert Membership.objects.filter(user=world.rosa).count() == 1
