"""Access follows the licence: open sessions of the firm are refused at the next request, and back when it is lifted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members import workflow
from members.enums import Role
from portal.common import clock
from tests.world import World, enter, person

pytestmark = pytest.mark.django_db
SESSIONS = 20
# Pages and a form that members alone reach.
ADDRESSES = (
    ("GET", "members:directory"),
    ("GET", "notifications:inbox"),
    ("GET", "notifications:settings"),
    ("GET", "accounts:profile"),
    ("POST", "notifications:mark_all_read"),
)


def ask(client: Client, method: str, name: str) -> Any:
    return client.generic(method, reverse(name))


def set_licence(world: World, state: str) -> None:
    workflow.set_licence_status(world.harbour, state=state, effective_on=clock.today(), actor=world.viewer("secretary"))


def is_served(answer: Any) -> bool:
    """The page, or what a form leads to; a refusal and the way to the sign-in page are neither."""
    return answer.status_code in {200, 302} and not answer.headers.get("Location", "").startswith("/accounts/login/")


def test_a_suspended_licence_refuses_every_later_request_and_lifted_all_are_back(
    world: World, record_property: Any
) -> None:
    users = [person(f"p{number}", world.harbour, Role.CONTRIBUTOR) for number in range(SESSIONS)]
    clients = [Client() for _user in users]
    idle, rival = Client(), world.client("kalok")
    for client, user in zip([*clients, idle], [*users, users[0]], strict=True):
        enter(client, user)
    before = [is_served(ask(client, *address)) for client in clients for address in ADDRESSES]
    assert all(before)
    assert is_served(ask(idle, *ADDRESSES[0]))

    set_licence(world, "suspended")
    # Each session begins with another address: whichever comes first is refused.
    later = []
    for number, client in enumerate(clients):
        begin = number % len(ADDRESSES)
        answers = [ask(client, *address) for address in (*ADDRESSES[begin:], *ADDRESSES[:begin])]
        assert answers[0].status_code == 403
        assert "access_closed" in {
            template.name.rsplit("/")[-1].removesuffix(".html") for template in answers[0].templates
        }
        later += answers
    refused = sum(not is_served(answer) for answer in later)
    record_property(
        "figure", f"licence suspended: {refused} of {len(later)} later requests of {SESSIONS} sessions refused"
    )
    assert refused == len(later) == SESSIONS * len(ADDRESSES)
    # Nobody signs in anew either, and nobody else is touched.
    for client, user in zip(clients, users, strict=True):
        enter(client, user)
        assert ask(client, *ADDRESSES[0]).status_code == 403
    assert is_served(ask(rival, *ADDRESSES[0]))

    set_licence(world, "licensed")
    # The session that asked for nothing meanwhile goes on; the others sign in again.
    assert is_served(ask(idle, *ADDRESSES[0]))
    for client, user in zip(clients, users, strict=True):
        enter(client, user)
    back = [is_served(ask(client, *address)) for client in clients for address in ADDRESSES]
    record_property("figure", f"licence lifted: {sum(back)} of {len(back)} requests served")
    assert all(back)


@pytest.mark.parametrize(("state", "open_"), [("restricted", True), ("revoked", False), ("ceased", False)])
def test_the_other_states(world: World, state: str, open_: bool) -> None:
    client = world.client("mei")
    set_licence(world, state)
    assert is_served(ask(client, *ADDRESSES[0])) is open_
