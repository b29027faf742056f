"""A role held for a colleague, and for the chair: from a day to a day, and by itself no longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import entrance
from audit.models import Entry
from meetings import workflow as meeting
from meetings.page import deputy
from members import workflow
from members.enums import LicenceState, Role
from members.models import Delegation
from members.viewer import PUBLIC, acting_as, viewer_for, viewers_for
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.members.test_terms import days, noon, refused, seat
from tests.world import World, person

pytestmark = pytest.mark.django_db


def delegate(world: World, giver: str, holder: str, first: int = 1, last: int = 10, by: str = "") -> Delegation:
    actor = world.viewer(by or giver)
    with acting_as(actor):
        return workflow.delegate(
            seat(world, giver), to=seat(world, holder), starts_on=days(first), ends_on=days(last), actor=actor
        )


def roles(world: World, name: str) -> tuple[str, str]:
    """The effective role and the own one, which the entrance of a request must bring as the rule does."""
    viewer = viewer_for(world.users[name])
    client = world.client(name)
    with transaction.atomic():
        entered = entrance.enter(client.session.session_key)
    assert entered is not None
    assert entered.companion == viewer
    assert entered.companion.own_role == viewer.own_role
    return viewer.role, viewer.own_role


def test_a_delegate_has_the_role_for_the_period_and_the_own_one_before_and_after(world: World) -> None:
    delegate(world, "mei", "rosa")
    assert roles(world, "rosa") == ("contributor", "contributor")
    for day in (1, 10):
        with clock.at(noon(days(day))):
            assert roles(world, "rosa") == ("principal", "contributor")
            assert roles(world, "mei") == ("principal", "principal")
    with clock.at(noon(days(11))):
        assert roles(world, "rosa") == ("contributor", "contributor")


def test_it_is_one_query_as_before(world: World, django_assert_num_queries: Any) -> None:
    delegate(world, "mei", "rosa", first=0)
    with django_assert_num_queries(1):
        found = viewers_for([world.mei.pk, world.rosa.pk])
    assert {one.role for one in found.values()} == {Role.PRINCIPAL}


def test_the_deputy_has_the_powers_of_the_chair_for_the_period(world: World) -> None:
    delegate(world, "chair", "officer", by="secretary")
    assert world.viewer("officer").role == Role.POLICY_OFFICER
    with clock.at(noon(days(2))):
        officer = world.viewer("officer")
        assert roles(world, "officer") == ("chair", "policy_officer")
        workflow.set_licence_status(
            world.kite, state=LicenceState.RESTRICTED, effective_on=clock.today(), actor=officer
        )
    with clock.at(noon(days(11))), pytest.raises(Forbidden):
        workflow.set_licence_status(
            world.kite, state=LicenceState.LICENSED, effective_on=clock.today(), actor=world.viewer("officer")
        )
    with acting_as(world.viewer("secretary")):
        entry = Entry.objects.filter(verb="members.deputising_recorded").latest("recorded_at")
    assert entry.actor_id == world.secretary.pk
    assert (entry.detail["starts_on"], entry.detail["ends_on"]) == (str(days(1)), str(days(10)))


def test_a_coordinator_who_stands_in_still_looks_after_the_firm(world: World) -> None:
    delegate(world, "mei", "poon", first=0)
    poon = world.viewer("poon")
    assert poon.role == Role.PRINCIPAL
    with acting_as(poon):
        workflow.change_role(seat(world, "rosa"), role=Role.ALTERNATE, actor=poon)


def test_a_representative_gives_no_role_of_a_coordinator_and_a_delegate_none_at_all(world: World) -> None:
    world.users["alt"] = person("alt", world.harbour, Role.ALTERNATE)
    delegate(world, "mei", "rosa", first=0)
    with pytest.raises(Forbidden):
        delegate(world, "mei", "alt", by="rosa")
    with pytest.raises(Forbidden):
        delegate(world, "poon", "rosa", by="poon")
    with pytest.raises(Forbidden):
        delegate(world, "rosa", "alt", by="rosa")
    with pytest.raises(Forbidden):
        delegate(world, "mei", "alt", by="poon")
    with pytest.raises(Forbidden):
        delegate(world, "mei", "alt", by="secretary")


@pytest.mark.parametrize(
    ("holder", "first", "last", "field"),
    [
        ("mei", 1, 10, "to"),
        ("kalok", 1, 10, "to"),
        ("rosa", 10, 9, "ends_on"),
        ("rosa", -1, 9, "starts_on"),
        ("rosa", 1, 91, "ends_on"),
        ("short", 1, 10, "to"),
    ],
)
def test_what_is_refused(world: World, holder: str, first: int, last: int, field: str) -> None:
    world.users["short"] = person("short", world.harbour, Role.CONTRIBUTOR, ends_on=days(9))
    with refused(field):
        delegate(world, "mei", holder, first, last)


def test_ninety_days_are_not_refused(world: World) -> None:
    assert delegate(world, "mei", "rosa", 1, 90).ends_on == days(90)


def test_an_alternate_does_not_delegate_to_the_principal_nor_anybody_to_supervision(world: World) -> None:
    world.users["alt"] = person("alt", world.harbour, Role.ALTERNATE)
    world.users["watcher"] = person("watcher", world.sfc, Role.SUPERVISION)
    with refused("to"):
        delegate(world, "alt", "mei")
    with refused("to"):
        delegate(world, "chair", "watcher")


@pytest.mark.parametrize(
    ("giver", "holder", "field"), [("mei", "poon", "starts_on"), ("alt", "rosa", "to"), ("mei", "alt", "to")]
)
def test_periods_do_not_overlap(world: World, giver: str, holder: str, field: str) -> None:
    """The role is given once at a time, a colleague holds one at a time, and who gave the own away holds none."""
    world.users["alt"] = person("alt", world.harbour, Role.ALTERNATE)
    if (giver, holder) == ("mei", "alt"):
        delegate(world, "alt", "rosa", 5, 8)
    else:
        delegate(world, "mei", "rosa", 5, 8)
    with refused(field):
        delegate(world, giver, holder, 8, 12)
    delegate(world, giver, holder, 9, 12)


def test_it_can_be_ended_before_and_then_given_again(world: World) -> None:
    found = delegate(world, "mei", "rosa", first=0)
    with acting_as(world.viewer("kalok")), pytest.raises(Forbidden):
        workflow.end_delegation(found, actor=world.viewer("kalok"))
    with acting_as(world.viewer("poon")):
        workflow.end_delegation(found, actor=world.viewer("poon"))
    assert roles(world, "rosa") == ("contributor", "contributor")
    with pytest.raises(Refused):
        workflow.end_delegation(found, actor=world.viewer("poon"))
    delegate(world, "mei", "poon", first=0)


def test_it_lasts_no_longer_than_the_givers_own_role_and_the_firms_access(world: World) -> None:
    delegate(world, "mei", "rosa", first=0)
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        workflow.end_membership(seat(world, "mei"), actor=secretary)
    assert roles(world, "rosa") == ("contributor", "contributor")
    workflow.set_licence_status(world.harbour, state=LicenceState.SUSPENDED, effective_on=clock.today(), actor=None)
    assert viewer_for(world.rosa) == PUBLIC


def test_a_change_of_capacity_does_not_end_it(world: World) -> None:
    delegate(world, "mei", "rosa", first=0)
    poon = world.viewer("poon")
    with acting_as(poon):
        for name in ("mei", "rosa"):
            workflow.change_role(seat(world, name), capacities=["responsible_officer"], actor=poon)
    assert roles(world, "rosa") == ("principal", "contributor")


def test_the_database_holds_the_bounds_too(world: World) -> None:
    def make(holder: str = "rosa", last: int = 5, role: str = "principal") -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(
                organisation=world.harbour,
                giver=world.mei,
                holder=world.users[holder],
                role=role,
                starts_on=days(0),
                ends_on=days(last),
                recorded_by=world.mei,
            )

    make(holder="mei")
    make(last=-1)
    make(last=90)
    make(role="coordinator")


def test_who_holds_it_is_told(world: World) -> None:
    delegate(world, "mei", "rosa")
    notices = Notice.objects.filter(event__kind="members.role_delegated")
    assert {one.user_id for one in notices} == {world.rosa.pk}


def test_the_page_asks_before_it_acts_and_the_directory_shows_it(world: World) -> None:
    client = world.client("mei")
    sent = {"to": seat(world, "rosa").pk, "starts_on": str(days(0)), "ends_on": str(days(3))}
    asked = client.post("/members/delegations/new/", sent)
    assert "Rosa" in asked.content.decode()
    assert not Delegation.objects.exists()
    late = client.post("/members/delegations/new/", sent | {"ends_on": str(days(200))})
    assert late.status_code == 422
    assert str(days(200)) in late.content.decode()
    assert client.post("/members/delegations/new/", sent | {"confirmed": "1"}).status_code == 302
    assert "For Mei" in world.client("kalok").get("/members/").content.decode()
    found = Delegation.objects.get()
    assert world.client("kalok").post(f"/members/delegations/{found.pk}/end/").status_code == 404
    assert world.client("rosa").post(f"/members/delegations/{found.pk}/end/").status_code == 302
    assert "For Mei" not in world.client("kalok").get("/members/").content.decode()


def test_who_has_no_role_to_give_gets_no_page(world: World) -> None:
    for name, status in (("rosa", 403), ("poon", 403), ("officer", 403), ("fan", 403), ("secretary", 200)):
        assert world.client(name).get("/members/delegations/new/").status_code == status, name


def test_the_meetings_of_that_time_say_who_deputises(world: World) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        found = meeting.create_meeting(
            actor=secretary,
            key="m-1",
            kind="meeting",
            organisation=world.sfc,
            chair=world.chair,
            starts_at=noon(days(4)),
            ends_at=noon(days(4)) + timedelta(hours=2),
            title_en="First meeting",
        )
    delegation = delegate(world, "chair", "officer", by="secretary")
    assert deputy(found) == delegation
    with clock.at(noon(days(6))):
        workflow.end_delegation(delegation, actor=world.viewer("secretary"))
    assert deputy(found) == delegation, "on that day it ran"
    Delegation.objects.update(ended_at=noon(days(4)))
    assert deputy(found) is None
