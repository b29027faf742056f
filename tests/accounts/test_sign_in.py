"""Signing in: by invitation only, never with a password alone, and with tries that are counted."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from members.viewer import acting_as, viewer_for
from members.workflow import invite
from notifications.delivery import deliver_due
from tests.world import PASSWORD, World, enter

pytestmark = pytest.mark.django_db


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def enrol(user: User, secret: str = "JBSWY3DPEHPK3PXP") -> str:
    TOTP.activate(user, secret)
    return secret


def test_password_alone_leads_to_enrolling_and_nowhere_else(world: World) -> None:
    client = Client()
    response = client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    assert response.status_code == 302
    # Pages open to the public too: to her they would show what members read.
    for name in (
        "home",
        "consultations:list",
        "initiatives:roadmap",
        "meetings:list",
        "notifications:inbox",
        "accounts:profile",
        "members:directory",
    ):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith("/accounts/2fa/"), name
    assert client.get(reverse("help")).status_code == 200


def test_with_an_authenticator_app_the_code_is_asked_for_and_opens_the_portal(world: World) -> None:
    secret = enrol(world.mei)
    client = Client()
    response = client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse("mfa_authenticate")
    response = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert response.status_code == 302
    assert client.get(reverse("notifications:inbox")).status_code == 200


def test_a_code_works_once(world: World) -> None:
    secret = enrol(world.mei)
    code = code_for(secret)
    outcomes = []
    for _attempt in range(2):
        client = Client()
        client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        outcomes.append(client.get(reverse("notifications:inbox")).status_code)
    assert outcomes == [200, 302]


def test_secrets_of_authenticator_apps_are_encrypted_at_rest(world: World) -> None:
    secret = enrol(world.mei)
    stored = Authenticator.objects.get(user=world.mei, type="totp").data["secret"]
    assert secret not in stored


@pytest.mark.django_db(transaction=True)
def test_enrolling_counts_as_proof_so_that_nobody_is_asked_twice(world: World) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    while page.status_code == 302:
        assert page.headers["Location"].startswith(reverse("account_reauthenticate"))
        client.post(page.headers["Location"], {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert client.get(reverse("notifications:inbox")).status_code == 200


def test_the_sixth_failure_is_refused_even_with_the_right_password(world: World) -> None:
    client = Client()
    for _attempt in range(5):
        client.post(reverse("account_login"), {"login": world.mei.email, "password": "wrong"})
    client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    with acting_as(world.viewer("admin")):
        failures = list(Entry.objects.filter(verb="accounts.sign_in_failed").values())
    assert len(failures) >= 5
    assert "wrong" not in str(failures)


def test_nobody_signs_up_without_an_invitation(world: World) -> None:
    before = User.objects.count()
    client = Client()
    for method in ("get", "post"):
        response = getattr(client, method)(
            reverse("account_signup"), {"email": "a@b.example", "password1": PASSWORD, "password2": PASSWORD}
        )
        assert b'name="password1"' not in response.content
    assert User.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_invited_person_gets_the_account_the_membership_and_the_second_factor_page(world: World) -> None:
    invite(world.harbour, email="new@harbour.example", role="contributor", actor=None, name_en="New Person")
    deliver_due()
    (message,) = mail.outbox
    link = re.search(r"http://portal\.test(/account/invitation/\S+)", str(message.body))
    assert link
    client = Client()
    assert client.get(link[1]).status_code == 200
    assert User.objects.filter(email="new@harbour.example").exists() is False
    assert client.post(link[1]).headers["Location"] == reverse("account_signup")
    page = client.post(
        reverse("account_signup"),
        {
            # Somebody else's address in the form: the invited one is taken.
            "email": "attacker@evil.example",
            "name_en": "New Person",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    assert page.status_code == 302
    user = User.objects.get(email="new@harbour.example")
    viewer = viewer_for(user)
    assert (viewer.organisation_id, viewer.role) == (world.harbour.pk, "contributor")
    assert client.get(reverse("notifications:inbox")).headers["Location"].startswith("/accounts/2fa/")
    # The password was chosen a moment ago: it is not asked for again, and is no second factor.
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("home")).headers["Location"] == reverse("mfa_activate_totp")
    client.post(reverse("mfa_activate_totp"), {"code": code_for(client.session["mfa.totp.secret"])})
    assert client.get(reverse("notifications:inbox")).status_code == 200
    assert Client().get(link[1]).status_code == 410


def test_a_password_that_is_only_typed_to_sign_in_is_asked_for_before_enrolling(world: World) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": world.mei.email, "password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).headers["Location"].startswith(reverse("account_reauthenticate"))


def test_who_is_signed_in_as_somebody_else_is_told_so_and_can_sign_out_first(world: World) -> None:
    invite(world.harbour, email="new@harbour.example", role="contributor", actor=None, name_en="New Person")
    deliver_due()
    link = re.search(r"http://portal\.test(/account/invitation/\S+)", str(mail.outbox[0].body))
    assert link
    client = world.client("kalok")
    page = client.get(link[1])
    said = page.content.decode()
    assert page.status_code == 200
    assert world.kalok.email in said
    assert "new@harbour.example" in said
    # The link says for which address it is, and no more.
    assert not {"New Person", "Harbour"} & set(re.findall("New Person|Harbour", said))
    assert client.post(link[1]).headers["Location"] == link[1]
    assert "invitation_id" not in client.session
    answer = client.post(reverse("account_logout"), {"next": link[1]})
    assert answer.headers["Location"] == link[1]
    assert "Accept and set up your account" in client.get(link[1]).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Role: Contributor", "Invited by: Poon, Harbour (demo)", "Works until: ", "Hong Kong time"]),
        ("zh-hant", ["角色：草擬人員", "邀請人：Poon，Harbour (demo)", "有效至：", "香港時間"]),
        ("zh-hans", ["角色：起草人员", "邀请人：Poon，Harbour (demo)", "有效至：", "香港时间"]),
    ],
)
def test_an_invitation_says_as_what_by_whom_and_until_when(world: World, language: str, words: list[str]) -> None:
    with acting_as(world.viewer("poon")):
        made = invite(
            world.harbour,
            email="new@harbour.example",
            role="contributor",
            actor=world.viewer("poon"),
            language=language,
        )
    deliver_due()
    (message,) = [one for one in mail.outbox if one.to == ["new@harbour.example"]]
    html = message.alternatives[0].content
    for word in words:
        assert word in str(message.body)
        assert all(part in html for part in re.split("[:：] ?", word))
    assert str(message.body).count("/account/invitation/") == 1
    assert made.token_hash not in str(message.body)


def test_the_link_of_an_invitation_is_forgotten_once_it_is_sent(world: World) -> None:
    invite(world.harbour, email="new@harbour.example", role="contributor", actor=None)
    deliver_due()
    from notifications.models import Event

    assert Event.objects.get(kind="members.invited").url == ""


def test_a_session_of_a_suspended_firm_ends_at_the_next_click(world: World) -> None:
    client = Client()
    enter(client, world.ngai)
    response = client.get(reverse("meetings:list"))
    assert response.status_code == 403
    assert "_auth_user_id" not in client.session


def test_the_last_factor_cannot_be_removed(world: World) -> None:
    enrol(world.mei)
    client = world.client("mei")
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=world.mei, type="totp").exists()


def test_open_redirects_are_not_followed(world: World) -> None:
    client = world.client("mei")
    response = client.post(reverse("set_language"), {"language": "zh-hant", "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"
    response = client.post(reverse("accounts:theme"), {"theme": "dark", "next": "//evil.example"})
    assert response.headers["Location"] == "/"


def test_a_reset_tells_nobody_whether_an_address_is_known(world: World) -> None:
    def body(email: str) -> bytes:
        client = Client()
        response = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        text = response.content.replace(email.encode(), b"")
        return re.sub(rb'(csrf[^>]*value="[^"]*"|nonce="[^"]*"|X-CSRFToken[^}]*)', b"", text)

    assert body(world.mei.email) == body("nobody@nowhere.example")
