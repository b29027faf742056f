"""Terms in the admin site: each action says whom it affects, and a yes calls its verb."""

import re
from typing import Any

import pytest

from members.enums import Role
from members.models import Delegation, Membership
from members.viewer import PUBLIC, viewer_for
from portal.common import clock
from tests.members.test_terms import days, noon, seat
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/admin/members/membership/"


def send(world: World, action: str, name: str, who: str = "secretary", url: str = LIST, **given: Any) -> Any:
    pk = seat(world, name).pk if url == LIST else Delegation.objects.get().pk
    return world.client(who).post(url, {"action": action, "_selected_action": pk, **given})


@pytest.mark.parametrize(
    ("action", "name"),
    [("change_role", "rosa"), ("replace_holder", "mei"), ("record_deputy", "officer"), ("end_memberships", "rosa")],
)
def test_an_action_asks_first_and_names_the_person(world: World, action: str, name: str) -> None:
    page = send(world, action, name).content.decode()
    assert f"<b>{name.title()}" in page
    assert Membership.objects.filter(user=world.users[name]).get().ends_on is None


def test_a_later_last_day_and_a_successor(world: World) -> None:
    sent = {"confirmed": "yes", "last_day": str(days(5)), "successor": seat(world, "mei").pk}
    assert send(world, "end_memberships", "rosa", **sent).status_code == 302
    assert seat(world, "rosa").ends_on == days(5)
    foreign = send(world, "end_memberships", "mei", confirmed="yes", successor=seat(world, "kalok").pk)
    assert foreign.status_code == 422
    assert seat(world, "mei").ends_on is None


def test_a_role_from_a_day_keeps_what_is_left_empty(world: World) -> None:
    sent = {"confirmed": "yes", "role": "alternate", "from_day": str(days(3))}
    assert send(world, "change_role", "rosa", **sent).status_code == 302
    assert viewer_for(world.rosa).role == Role.CONTRIBUTOR
    with clock.at(noon(days(3))):
        assert viewer_for(world.rosa).role == Role.ALTERNATE


def test_a_principal_is_replaced_and_a_deputy_recorded_and_ended(world: World) -> None:
    assert send(world, "replace_holder", "mei", confirmed="yes", by=seat(world, "rosa").pk).status_code == 302
    assert viewer_for(world.rosa).role == Role.PRINCIPAL
    assert viewer_for(world.mei) == PUBLIC
    period = {"confirmed": "yes", "starts_on": str(days(0)), "ends_on": str(days(9))}
    assert send(world, "record_deputy", "officer", **period).status_code == 302
    assert viewer_for(world.officer).role == Role.CHAIR
    assert send(world, "record_deputy", "colleague", **period).status_code == 422
    assert Delegation.objects.count() == 1, "one at a time"
    where = "/admin/members/delegation/"
    assert send(world, "end_delegations", "officer", url=where, confirmed="yes").status_code == 302
    assert viewer_for(world.officer).role == Role.POLICY_OFFICER


def offered(world: World, name: str, who: str = "secretary") -> set[str]:
    page = world.client(who).get(f"{LIST}{seat(world, name).pk}/change/").content.decode()
    return set(re.findall(r'name="action" value="(\w+)"', page))


def test_a_membership_s_own_page_offers_what_can_be_done_with_it(world: World) -> None:
    assert offered(world, "rosa") == {"confirm_access", "give_seat", "change_role", "end_memberships"}
    both = {"confirm_access", "give_seat", "change_role", "replace_holder", "end_memberships"}
    assert offered(world, "mei") == both
    assert "record_deputy" in offered(world, "officer")
    Membership.objects.filter(user=world.rosa).update(ends_on=days(-1))
    assert offered(world, "rosa") == {"name_successor"}
    assert offered(world, "mei", who="officer") == set()


def test_capacities_stand_in_words(world: World) -> None:
    Membership.objects.filter(user=world.rosa).update(capacities=["responsible_officer"])
    page = world.client("secretary").get(f"{LIST}{seat(world, 'rosa').pk}/change/").content.decode()
    assert "Responsible officer" in page
    assert "responsible_officer" not in page


def test_a_policy_officer_is_offered_none_of_it(world: World) -> None:
    send(world, "end_memberships", "rosa", who="officer", confirmed="yes")
    assert seat(world, "rosa").ends_on is None
