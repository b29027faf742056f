"""A firm does not lose its last coordinator by accident."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from members import workflow
from members.certification import coordinators_of
from members.enums import Role
from members.models import Membership
from members.viewer import Viewer, acting_as, viewer_for
from portal.common import clock
from portal.common.errors import Refused
from tests.world import World, person

pytestmark = pytest.mark.django_db


def seat(world: World, name: str) -> Membership:
    return Membership.objects.filter(user=world.users[name]).latest("starts_on", "pk")


def add(world: World, name: str) -> Membership:
    """A second coordinator of Harbour."""
    world.users[name] = person(name, world.harbour, Role.COORDINATOR)
    return seat(world, name)


WAYS: dict[str, Callable[[Membership, Viewer], object]] = {
    "ending": lambda row, actor: workflow.end_membership(row, actor=actor),
    "an ending date": lambda row, actor: workflow.end_membership(
        row, actor=actor, last_day=clock.today() + timedelta(days=20)
    ),
    "another role": lambda row, actor: workflow.change_role(row, actor=actor, role=Role.CONTRIBUTOR),
    "another role later": lambda row, actor: workflow.change_role(
        row, actor=actor, role=Role.CONTRIBUTOR, from_day=clock.today() + timedelta(days=20)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused_with_a_sentence_also_to_the_secretariat(world: World, way: str) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused, match="last coordinator"):
        WAYS[way](seat(world, "poon"), actor)
    assert viewer_for(world.fresh("poon")).role == Role.COORDINATOR


@pytest.mark.parametrize("way", WAYS)
def test_with_a_second_coordinator_it_is_done(world: World, way: str) -> None:
    add(world, "second")
    actor = world.viewer("second")
    with acting_as(actor):
        WAYS[way](seat(world, "poon"), actor)


@pytest.mark.parametrize("stand_in", ["inactive", "ended", "leaves sooner", "of another firm"])
def test_a_second_one_who_will_not_be_there_does_not_count(world: World, stand_in: str) -> None:
    second = person("second", world.kite if stand_in == "of another firm" else world.harbour, Role.COORDINATOR)
    if stand_in == "inactive":
        type(second).objects.filter(pk=second.pk).update(is_active=False)
    if stand_in in {"ended", "leaves sooner"}:
        last_day = clock.today() + timedelta(days=-1 if stand_in == "ended" else 5)
        Membership.objects.filter(user=second).update(ends_on=last_day)
    actor = world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused, match="last coordinator"):
        WAYS["an ending date"](seat(world, "poon"), actor)


def test_the_secretariat_does_it_deliberately_with_a_reason(world: World) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        with pytest.raises(Refused) as refusal:
            workflow.end_membership(seat(world, "poon"), actor=actor, without_coordinator=True, reason=" ")
        assert refusal.value.field == "reason"
        workflow.end_membership(
            seat(world, "poon"), actor=actor, without_coordinator=True, reason="The firm gives up its licence."
        )
    assert not coordinators_of(world.harbour.pk).exists()


def test_nobody_of_the_firm_can_mean_it(world: World) -> None:
    """A second coordinator whose own term has run out meanwhile still holds a session's viewer."""
    second = add(world, "second")
    actor = world.viewer("second")
    Membership.objects.filter(pk=second.pk).update(ends_on=clock.today() - timedelta(days=1))
    with acting_as(actor), pytest.raises(Refused, match="last coordinator"):
        workflow.end_membership(seat(world, "poon"), actor=actor, without_coordinator=True, reason="I want it.")


def test_the_admin_site_asks_for_the_reason(world: World) -> None:
    client, url = world.client("secretary"), reverse("admin:members_membership_changelist")
    data = {"action": "end_memberships", "_selected_action": [seat(world, "poon").pk], "confirmed": "yes"}
    assert "last coordinator" in client.post(url, data, follow=True).content.decode()
    assert client.post(url, data | {"without_coordinator": "on"}).status_code == 422
    assert viewer_for(world.fresh("poon")).role == Role.COORDINATOR
    assert client.post(url, data | {"without_coordinator": "on", "reason": "Asked for."}).status_code == 302
    assert not viewer_for(world.fresh("poon")).is_platform


def test_the_firms_page_warns_who_is_alone(world: World) -> None:
    page = world.client("poon").get(reverse("firm:people")).content.decode()
    assert "You are the only coordinator of your firm" in page
    add(world, "second")
    assert "only coordinator" not in world.client("poon").get(reverse("firm:people")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["ending", "another role"])
def test_two_who_do_it_to_each_other_at_the_same_moment_leave_one(world: World, way: str) -> None:
    add(world, "second")
    pairs = [("poon", "second"), ("second", "poon")]
    viewers, rows = {n: world.viewer(n) for n, _o in pairs}, {n: seat(world, n) for n, _o in pairs}
    start = Barrier(2)

    def attempt(pair: tuple[str, str]) -> bool:
        actor = viewers[pair[0]]
        try:
            with acting_as(actor):
                start.wait(10)
                WAYS[way](rows[pair[1]], actor)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, pairs))
    assert sorted(outcomes) == [False, True]
    assert coordinators_of(world.harbour.pk).count() == 1
