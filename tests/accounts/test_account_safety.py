"""What a person hears about the safety of their account, and how they end their own sessions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from members.viewer import acting_as
from notifications.delivery import deliver_due
from tests.browser.codes import code_for
from tests.world import PASSWORD, World

CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537"
)
SECRET = "JBSWY3DPEHPK3PXP"


def letters() -> list[Any]:
    deliver_due()
    found = list(mail.outbox)
    mail.outbox.clear()
    return found


def sign_in(world: World, client: Client) -> None:
    codes = RecoveryCodes.activate(world.mei)
    client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})
    assert client.get(reverse("notifications:inbox")).status_code == 200


@pytest.fixture
def _with_app(world: World) -> None:
    TOTP.activate(world.mei, SECRET)


@pytest.mark.usefixtures("_with_app")
@pytest.mark.django_db
def test_a_new_device_is_told_of_once_and_a_known_one_never(world: World) -> None:
    mine = Client(headers={"user-agent": CHROME}, REMOTE_ADDR="203.0.113.7")
    sign_in(world, mine)
    (letter,) = letters()
    assert letter.to == [f"Mei <{world.mei.email}>"]
    assert letter.subject == "Your account was signed in to on a new device"
    assert "Chrome, macOS, from the address 203.0.113.7" in letter.body
    mine.post(reverse("account_logout"))
    sign_in(world, mine)
    assert letters() == []
    # The cookie is of this portal's making, for this person.
    assert mine.cookies["known_device"]["httponly"]
    other = Client()
    other.cookies["known_device"] = mine.cookies["known_device"].value[:-1] + "x"
    sign_in(world, other)
    assert len(letters()) == 1


def changes_password(client: Client) -> None:
    new = "another one entirely 9"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})


def adds_app(client: Client) -> None:
    Authenticator.objects.filter(type="totp").delete()
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_for(client.session["mfa.totp.secret"])})


def removes_app(client: Client) -> None:
    user = Authenticator.objects.get(type="totp").user
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": {}})
    client.post(reverse("mfa_deactivate_totp"))


def makes_codes(client: Client) -> None:
    client.post(reverse("mfa_generate_recovery_codes"))


@pytest.mark.usefixtures("_with_app")
@pytest.mark.django_db(transaction=True)
def test_each_change_is_told_in_the_persons_language_and_without_a_link(world: World) -> None:
    world.mei.language = "zh-hant"
    world.mei.save(update_fields=["language"])
    client = world.client("mei", headers={"user-agent": CHROME})
    acts: list[tuple[Callable[[Client], None], str]] = [
        (makes_codes, "recovery_codes_generated"),
        (removes_app, "totp_deactivated"),
        (adds_app, "totp_activated"),
        (changes_password, "password_changed"),
    ]
    for act, kind in acts:
        act(client)
        (letter,) = letters()
        html = str(letter.alternatives[0][0])
        assert letter.extra_headers["X-Portal-Kind"] == f"accounts.{kind}"
        assert re.search("[\u4e00-\u9fff]", letter.subject), letter.subject
        assert "http" not in letter.body
        assert not re.search(r"<a\b|href=", html)


@pytest.mark.django_db
def test_one_session_is_ended_and_is_out_at_its_next_request(world: World) -> None:
    here, there, elsewhere = (world.client("mei") for _number in range(3))
    for client in (here, there, elsewhere):
        assert client.get(reverse("notifications:inbox")).status_code == 200
    page = here.get(reverse("usersessions_list")).content.decode()
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert f'formaction="{reverse("accounts:end_session", args=[row.pk])}"' in page
    here.post(reverse("accounts:end_session", args=[row.pk]))
    assert there.get(reverse("notifications:inbox")).headers["Location"].startswith(reverse("account_login"))
    assert elsewhere.get(reverse("notifications:inbox")).status_code == 200

    here.post(reverse("usersessions_list"))
    assert elsewhere.get(reverse("notifications:inbox")).status_code == 302
    assert here.get(reverse("notifications:inbox")).status_code == 200
    with acting_as(world.viewer("admin")):
        assert Entry.objects.filter(verb="accounts.sessions_ended", object_id=str(world.mei.pk)).count() == 2


@pytest.mark.django_db
def test_nobody_ends_somebody_elses_session(world: World) -> None:
    mine, rivals = world.client("mei"), world.client("kalok")
    rivals.get(reverse("notifications:inbox"))
    row = UserSession.objects.get(session_key=rivals.session.session_key)
    assert mine.post(reverse("accounts:end_session", args=[row.pk])).status_code == 404
    assert rivals.get(reverse("notifications:inbox")).status_code == 200


@pytest.mark.django_db
def test_ending_this_session_leads_to_the_sign_in_page(world: World) -> None:
    client = world.client("mei")
    client.get(reverse("notifications:inbox"))
    row = UserSession.objects.get(session_key=client.session.session_key)
    response = client.post(reverse("accounts:end_session", args=[row.pk]))
    assert response.headers["Location"] == reverse("account_login")
    assert client.get(reverse("notifications:inbox")).status_code == 302
