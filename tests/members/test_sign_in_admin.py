"""The admin site's page for firms' identity providers."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.step_up import HELD_SESSION_KEY
from audit.models import Entry
from members.models import FirmIdentity, IdentityProvider
from members.viewer import acting_as
from notifications.models import Notice

pytestmark = pytest.mark.django_db
SET = "/admin/members/identityprovider/set/"
ISSUER = "http://127.0.0.1:9"
SECRET = "never-on-a-page-7"


def particulars(world: Any, **changed: str) -> dict[str, str]:
    firm = str(world.harbour.pk)
    return {"organisation": firm, "issuer": ISSUER, "client_id": "portal", "domains": "harbour.example"} | changed


def settle(world: Any, **changed: str) -> Any:
    return world.client("secretary").post(
        SET, particulars(world, client_secret=SECRET, confirmed="yes", **changed), follow=True
    )


def provider() -> IdentityProvider:
    return IdentityProvider.objects.get()


def test_the_confirmation_names_whom_it_touches_and_writes_nothing(world: Any) -> None:
    page = world.client("secretary").post(SET, particulars(world, domains="harbour.example, other.example"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Mei, Harbour" in text
    assert "may connect it" in text
    assert "is told, as coordinator" in text
    assert "Ka-lok" not in text
    assert 'type="password" name="client_secret"' in text
    assert not IdentityProvider.objects.exists()


def test_an_address_under_another_domain_is_said(world: Any) -> None:
    text = world.client("secretary").post(SET, particulars(world, domains="elsewhere.example")).content.decode()
    assert "may connect it" not in text
    assert "has an address under another domain" in text


def test_set_and_never_shown(world: Any) -> None:
    answer = settle(world)
    assert answer.status_code == 200
    assert "/members/sign-in/harbour/back/" in answer.content.decode()
    row = provider()
    assert row.is_on
    assert SECRET not in row.client_secret
    assert row.as_provider.client_secret == SECRET
    client = world.client("secretary")
    change = reverse("admin:members_identityprovider_change", args=[row.pk])
    for address in ("/admin/members/identityprovider/", change, f"{change.removesuffix('change/')}history/", SET):
        text = client.get(address).content.decode()
        assert SECRET not in text, address
        assert row.client_secret not in text, address
    file = client.post(
        "/admin/members/identityprovider/", {"action": "export_csv", "_selected_action": [str(row.pk)]}
    ).content.decode()
    assert "harbour.example" in file
    assert row.client_secret not in file
    with acting_as(world.viewer("secretary")):
        (entry,) = Entry.objects.filter(verb="members.identity_provider_set")
        assert SECRET not in str(entry.detail)
        assert entry.actor_id == world.secretary.pk


def test_the_firm_is_told(world: Any) -> None:
    settle(world)
    told = set(Notice.objects.filter(event__kind="members.firm_sign_in_set").values_list("user", flat=True))
    assert told == {world.poon.pk}


def test_a_missing_secret_is_asked_for_again_beside_the_same_people(world: Any) -> None:
    page = world.client("secretary").post(SET, particulars(world, confirmed="yes"))
    assert page.status_code == 422
    assert "Mei, Harbour" in page.content.decode()
    assert not IdentityProvider.objects.exists()


def test_what_is_wrong_is_said_beside_its_field_and_keeps_what_was_typed(world: Any) -> None:
    for changed in ({"issuer": "https://localhost"}, {"domains": " , "}, {"organisation": ""}):
        for more in ({}, {"confirmed": "yes", "client_secret": SECRET}):
            page = world.client("secretary").post(SET, particulars(world, **changed) | more)
            text = page.content.decode()
            assert page.status_code == 422, changed
            assert "errorlist" in text
            assert 'value="portal"' in text
            assert SECRET not in text
    assert not IdentityProvider.objects.exists()


def test_another_firms_domain_is_refused(world: Any) -> None:
    settle(world)
    page = world.client("secretary").post(SET, particulars(world, organisation=str(world.banyan.pk)))
    assert page.status_code == 422
    assert "Another firm signs in under one of these domains" in page.content.decode()


def test_another_issuer_names_who_must_connect_anew(world: Any) -> None:
    settle(world)
    FirmIdentity.objects.create(provider=provider(), user=world.mei, issuer=ISSUER, subject="m")
    page = world.client("secretary").post(SET, particulars(world, issuer="http://127.0.0.1:10"))
    assert re.search(r"Mei, Harbour.{0,40}is connected elsewhere until now", page.content.decode())
    same = world.client("secretary").post(SET, particulars(world))
    assert "is connected already" in same.content.decode()


def test_switched_off_with_a_confirmation_and_the_firm_and_who_connected_are_told(world: Any) -> None:
    settle(world)
    row = provider()
    FirmIdentity.objects.create(provider=row, user=world.mei, issuer=ISSUER, subject="m")
    client = world.client("secretary")
    asked = {"action": "switch_off", "_selected_action": [str(row.pk)]}
    page = client.post("/admin/members/identityprovider/", asked).content.decode()
    assert re.search(r"Mei, Harbour.{0,40}signs in by password again", page)
    assert provider().is_on
    client.post("/admin/members/identityprovider/", asked | {"confirmed": "yes"})
    assert not provider().is_on
    told = set(Notice.objects.filter(event__kind="members.firm_sign_in_off").values_list("user", flat=True))
    assert told == {world.poon.pk, world.mei.pk}
    again = client.post("/admin/members/identityprovider/", asked | {"confirmed": "yes"}, follow=True)
    assert "switched off already" in again.content.decode()


def test_an_officer_looks_and_sets_nothing(world: Any) -> None:
    settle(world)
    client = world.client("officer")
    page = client.get("/admin/members/identityprovider/").content.decode()
    assert "harbour.example" in page
    assert "/set/" not in page
    assert client.get(SET).status_code == 403
    asked = {"action": "switch_off", "_selected_action": [str(provider().pk)], "confirmed": "yes"}
    client.post("/admin/members/identityprovider/", asked)
    assert provider().is_on


def test_a_secret_is_not_kept_with_the_session_while_the_factor_is_asked_for(world: Any, settings: Any) -> None:
    client = world.client("secretary")
    settings.STEP_UP_SECONDS = -1
    assert client.get(SET).status_code == 302
    answer = client.post(SET, particulars(world, client_secret=SECRET, confirmed="yes"))
    assert answer.status_code == 302
    held = dict(client.session[HELD_SESSION_KEY]["typed"])
    assert held["client_id"] == "portal"
    assert SECRET not in str(held)
    assert not IdentityProvider.objects.exists()
