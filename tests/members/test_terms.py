"""Who holds which role in which term: one at a time where there is one, and a day from which it changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from members import workflow
from members.enums import LicenceState, OrganisationKind, Role
from members.models import Membership
from members.viewer import PUBLIC, acting_as, viewer_for
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.world import World, person

pytestmark = pytest.mark.django_db


def days(count: int) -> date:
    return clock.today() + timedelta(days=count)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.HONG_KONG).astimezone(UTC)


def seat(world: World, name: str) -> Membership:
    """The latest membership of this person."""
    return Membership.objects.filter(user=world.users[name]).latest("starts_on", "pk")


def change(world: World, who: str, name: str, **wanted: Any) -> Membership:
    actor = world.viewer(who)
    with acting_as(actor):
        return workflow.change_role(seat(world, name), actor=actor, **wanted)


def refused(field: str) -> Any:
    return pytest.raises(Refused, check=lambda refusal: refusal.field == field)


def test_a_platform_has_one_principal_at_a_time_and_any_number_of_alternates(world: World) -> None:
    for number in range(3):
        person(f"alt{number}", world.harbour, Role.ALTERNATE)
    with refused("role"):
        person("second", world.harbour, Role.PRINCIPAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=world.rosa).update(role=Role.PRINCIPAL)
    person("guest", world.peakline, Role.ALTERNATE, ends_on=days(-3))


def test_the_next_principal_may_be_appointed_for_the_day_after_the_term(world: World) -> None:
    with acting_as(world.viewer("secretary")):
        workflow.end_membership(seat(world, "mei"), actor=world.viewer("secretary"), last_day=days(10))
    with refused("role"):
        person("early", world.harbour, Role.PRINCIPAL, ends_on=days(20))
    world.users["ling"] = user = person("ling", world.banyan, Role.CONTRIBUTOR, ends_on=days(-1))
    workflow.appoint(user, world.harbour, role=Role.PRINCIPAL, actor=None, starts_on=days(11))
    assert viewer_for(user) == PUBLIC
    with clock.at(noon(days(11))):
        assert viewer_for(user).role == Role.PRINCIPAL
        assert viewer_for(world.mei) == PUBLIC


def test_there_is_one_chair_and_the_next_one_takes_over_from_a_day(world: World) -> None:
    secretary = world.viewer("secretary")
    with refused("role"):
        change(world, "secretary", "officer", role=Role.CHAIR)
    with acting_as(secretary):
        workflow.replace(
            seat(world, "chair"),
            by=seat(world, "officer"),
            actor=secretary,
            from_day=days(5),
            former_role=Role.POLICY_OFFICER,
        )
    assert viewer_for(world.chair).role == Role.CHAIR
    with clock.at(noon(days(5))):
        assert viewer_for(world.officer).role == Role.CHAIR
        assert viewer_for(world.chair).role == Role.POLICY_OFFICER


def test_a_principal_is_replaced_at_once_and_leaves(world: World) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        workflow.replace(seat(world, "mei"), by=seat(world, "rosa"), actor=secretary)
    assert viewer_for(world.rosa).role == Role.PRINCIPAL
    assert viewer_for(world.mei) == PUBLIC


def test_a_coordinator_does_not_make_themselves_the_principal(world: World) -> None:
    poon = world.viewer("poon")
    with pytest.raises(Forbidden), acting_as(poon):
        workflow.replace(seat(world, "mei"), by=seat(world, "poon"), actor=poon)
    with pytest.raises(Forbidden):
        change(world, "poon", "poon", role=Role.ALTERNATE)
    with pytest.raises(Forbidden):
        change(world, "poon", "kalok", role=Role.ALTERNATE)


def test_a_role_changes_from_its_day_and_the_term_before_stays_on_record(world: World) -> None:
    held = change(world, "poon", "rosa", role=Role.ALTERNATE, from_day=days(7))
    assert viewer_for(world.rosa).role == Role.CONTRIBUTOR
    with clock.at(noon(days(7))):
        assert viewer_for(world.rosa).role == Role.ALTERNATE
    terms = Membership.objects.filter(user=world.rosa).order_by("starts_on")
    assert [(one.role, one.ends_on) for one in terms] == [(Role.CONTRIBUTOR, days(6)), (Role.ALTERNATE, None)]
    assert terms[1] == held
    with acting_as(world.viewer("secretary")):
        entry = Entry.objects.filter(verb="members.role_changed").latest("recorded_at")
    assert entry.detail["before"]["role"] == "contributor"
    assert entry.detail["after"]["role"] == "alternate"


def test_capacities_have_terms_too_and_are_those_of_the_list(world: World) -> None:
    change(world, "poon", "mei", capacities=["responsible_officer", "mic_compliance"])
    assert seat(world, "mei").capacities == ["responsible_officer", "mic_compliance"]
    assert viewer_for(world.mei).role == Role.PRINCIPAL
    assert Membership.objects.filter(user=world.mei).count() == 2
    with refused("capacities"):
        change(world, "poon", "mei", capacities=["wizard"])


def test_what_was_is_not_rewritten(world: World) -> None:
    with refused("from_day"):
        change(world, "poon", "rosa", role=Role.ALTERNATE, from_day=days(-1))
    with refused("from_day"):
        change(world, "secretary", "leaver", role=Role.ALTERNATE)
    with refused("role"):
        change(world, "poon", "rosa", role=Role.OBSERVER)


def test_a_firm_does_not_lose_its_last_coordinator_by_accident(world: World) -> None:
    secretary = world.viewer("secretary")
    with refused("role"):
        change(world, "secretary", "poon", role=Role.CONTRIBUTOR)
    with acting_as(secretary):
        with refused("membership"):
            workflow.end_membership(seat(world, "poon"), actor=secretary)
        change(world, "secretary", "rosa", role=Role.COORDINATOR)
        workflow.end_membership(seat(world, "poon"), actor=secretary)
        with refused("membership"):
            workflow.end_membership(seat(world, "rosa"), actor=secretary)
        workflow.end_membership(seat(world, "rosa"), actor=secretary, without_coordinator=True, reason="Left overnight")
    assert viewer_for(world.rosa) == PUBLIC


def test_a_membership_ends_once_not_in_the_past_and_not_beyond_the_next(world: World) -> None:
    poon = world.viewer("poon")
    with acting_as(poon):
        with refused("last_day"):
            workflow.end_membership(seat(world, "rosa"), actor=poon, last_day=days(-9))
        change(world, "poon", "rosa", role=Role.ALTERNATE, from_day=days(7))
        first = Membership.objects.filter(user=world.rosa).earliest("starts_on")
        with refused("last_day"):
            workflow.end_membership(first, actor=poon, last_day=days(8))
        workflow.end_membership(first, actor=poon)
        with refused("last_day"):
            workflow.end_membership(first, actor=poon)


def test_a_membership_that_has_not_begun_can_be_ended(world: World) -> None:
    world.users["new"] = person("new", world.kite, Role.ALTERNATE, ends_on=days(-20))
    later = workflow.appoint(world.new, world.harbour, role=Role.ALTERNATE, actor=None, starts_on=days(30))
    with acting_as(world.viewer("poon")):
        workflow.end_membership(later, actor=world.viewer("poon"))
    with clock.at(noon(days(40))):
        assert viewer_for(world.new) == PUBLIC


@pytest.mark.parametrize("role", ["principal", "alternate", "contributor", "coordinator"])
def test_applicants_are_not_members(world: World, role: str) -> None:
    """Before its licence a firm has no status that stands, and no role in it opens anything."""
    applicant = workflow.register_organisation(
        actor=None, key="applicant", kind=OrganisationKind.PLATFORM, name_en="Applicant (demo)"
    )
    user = person("hopeful", applicant, role)
    assert viewer_for(user) == PUBLIC
    workflow.set_licence_status(applicant, state=LicenceState.LICENSED, effective_on=days(3), actor=None)
    assert viewer_for(user) == PUBLIC
    with clock.at(noon(days(3))):
        assert viewer_for(user).role == role


def test_nobody_is_invited_to_a_seat_that_is_taken_and_who_accepts_too_late_is_alternate(world: World) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        with refused("role"):
            workflow.invite(world.harbour, email="p@harbour.example", role=Role.PRINCIPAL, actor=secretary)
        workflow.end_membership(seat(world, "nina"), actor=secretary)
        offered = workflow.invite(world.kite, email="p@kite.example", role=Role.PRINCIPAL, actor=secretary)
    first = User.objects.create_user("first@kite.example", None, name_en="First")
    workflow.appoint(first, world.kite, role=Role.PRINCIPAL, actor=None, starts_on=clock.today())
    late = User.objects.create_user("p@kite.example", None, name_en="Late")
    workflow.take_up_offer(offered, user=late)
    assert viewer_for(late).role == Role.ALTERNATE
