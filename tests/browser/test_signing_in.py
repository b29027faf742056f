"""Ways in: an invitation, an authenticator app, a passkey, a forgotten password, the demonstration's own door."""

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from playwright.sync_api import CDPSession, expect

from accounts.models import Invitation
from accounts.sessions import SessionStore
from members.models import Organisation
from members.workflow import invite
from members.workflow.firm_sign_in import set_identity_provider
from notifications.delivery import deliver_due
from tests.accounts.provider import CLIENT, running
from tests.accounts.provider import SECRET as CLIENT_SECRET
from tests.browser.codes import code_for
from tests.browser.conftest import KALOK, MEIYAN, NINA, PASSWORD, POON, SECRET, Portal
from tests.browser.test_main_job import Letterbox, letterbox, sign_in, text_of  # noqa: F401
from tests.browser.watching import Watched

pytestmark = pytest.mark.timeout(120, func_only=True)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_invited_person_signs_up_and_sets_up_an_app(
    script: bool,
    watched: Any,
    letterbox: Letterbox,  # noqa: F811
) -> None:
    address = f"new-{str(script).lower()}@harbour.example"
    invite(Organisation.objects.get(key="harbour"), email=address, role="contributor", actor=None, name_en="New Person")
    deliver_due()
    (message,) = letterbox.to(address)
    link = re.search(re.escape(django_settings.BASE_URL) + r"(/account/invitation/\S+)", text_of(message))
    assert link
    new: Watched = watched(java_script_enabled=script)
    page = new.page
    new.go(link[1])
    page.get_by_role("button", name="Accept and set up your account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create your account")
    expect(page.get_by_label("Email")).to_have_value(address)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    findings(new, script)
    page.get_by_role("button", name="Create account").click()

    # The password was chosen in this very request: it is not asked for again.
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up the authenticator app")
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Activate").click()
    expect(page.locator("#main")).to_contain_text("That code is not right")
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Code").fill(code_for(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recovery codes")
    assert page.locator(".codes li").count() == 10
    findings(new, script)
    new.go("/")
    expect(page.locator(".idstrip")).to_contain_text("Harbour")
    expect(page.locator(".idstrip")).to_contain_text("New Person")


def confirm(watched: Watched) -> None:
    """What concerns the account's safety asks for the password once more, also right after signing in."""
    page = watched.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm", exact=True).click()


def findings(watched: Watched, script: bool = True) -> None:
    """Serious findings of this page; without script axe would wait for ever."""
    if script:
        # axe sets inline styles of its own, of which the policy complains: that is no complaint of ours.
        before = len(watched.complaints)
        assert watched.findings() == []
        del watched.complaints[before:]


def authenticator(session: CDPSession) -> str:
    """A device that checks its user, as a telephone with a fingerprint does."""
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return str(made["authenticatorId"])


def test_a_passkey_is_enrolled_and_signs_in_alone(watched: Any, portal: Portal) -> None:
    portal.give_password_and_app(KALOK)
    kalok: Watched = watched()
    page = kalok.page
    session = page.context.new_cdp_session(page)
    device = authenticator(session)
    sign_in(kalok, KALOK)
    kalok.go("/accounts/2fa/webauthn/add/")
    confirm(kalok)
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a key")
    page.get_by_label("Name of the key").fill("My telephone")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add a key").click()
    expect(page.locator("#main")).not_to_contain_text("The key was not added")
    kalok.page.wait_for_url(re.compile(r"/accounts/2fa/(webauthn/|recovery-codes/)$"))
    kalok.go("/accounts/2fa/webauthn/")
    expect(page.locator("#main")).to_contain_text("My telephone")
    expect(page.locator("#main")).to_contain_text("Passkey")
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1
    # What asks for the key again.
    kalok.go("/accounts/2fa/webauthn/reauthenticate/")
    findings(kalok)

    # Out, and in again without a password: the passkey is two factors in one.
    page.locator(".acct summary").click()
    page.get_by_role("button", name="Sign out").click()
    kalok.go("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Kalok").or_(page.locator(".idstrip", has_text="Banyan"))).to_be_visible()
    kalok.go("/notifications/")

    # And as the second factor after the password.
    page.locator(".acct summary").click()
    page.get_by_role("button", name="Sign out").click()
    kalok.go("/accounts/login/")
    page.get_by_label("Email").fill(KALOK)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Use a passkey or security key")).to_be_visible()
    findings(kalok)
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.locator(".idstrip", has_text="Banyan")).to_be_visible()

    # Removed, it opens nothing any more; the app is still there.
    kalok.go("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove My telephone").click()
    confirm(kalok)
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#main")).to_contain_text("No keys yet")
    page.locator(".acct summary").click()
    page.get_by_role("button", name="Sign out").click()
    kalok.go("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#main [role=alert], #passkey-error").filter(visible=True).first).to_be_visible()


def test_what_was_typed_is_kept_while_somebody_confirms_that_it_is_them(watched: Any, portal: Portal) -> None:
    portal.give_password_and_app(POON)
    poon: Watched = watched(POON, java_script_enabled=False)
    page = poon.page
    poon.go("/firm/invite/")
    page.get_by_label("Email address").fill("kept@harbour.example")
    page.get_by_label("Name in English").fill("Kept “in quotes” & more")
    page.get_by_role("radio", name="Contributor").check()
    page.get_by_role("radio", name="English").check()
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
    session = SessionStore(key)
    for record in session["account_authentication_methods"]:
        record["at"] -= 24 * 3600
    session.save()
    page.locator("#main form button[type=submit]").last.click()
    confirm(poon)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: it is you")
    page.get_by_role("button", name="Carry on").click()
    # The invitation's own question comes with what was typed.
    expect(page.locator("#main")).to_contain_text("kept@harbour.example")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("body")).to_contain_text("The invitation was sent to kept@harbour.example")
    assert Invitation.objects.get(email="kept@harbour.example").name_en == "Kept “in quotes” & more"


def test_signing_in_through_a_firm(watched: Any, portal: Portal, settings: Any) -> None:
    settings.BASE_URL = portal.url
    user = portal.give_password_and_app(NINA)
    with running() as provider:
        set_identity_provider(
            Organisation.objects.get(key="kite"),
            issuer=provider.address,
            client_id=CLIENT,
            client_secret=CLIENT_SECRET,
            domains=["kite.example"],
            actor=None,
        )
        provider.honest("nina-at-kite", user.email)
        nina: Watched = watched(NINA)
        page = nina.page
        nina.go("/accounts/sessions/")
        findings(nina)
        page.get_by_role("link", name="Your firm's sign-in").click()
        page.get_by_role("link", name="Connect").click()
        expect(page.locator("#main")).to_contain_text("Connected")
        page.locator(".acct summary").click()
        page.get_by_role("button", name="Sign out").click()
        nina.go("/accounts/login/")
        page.get_by_role("link", name="Sign in through your firm").click()
        page.get_by_label("Email address at work").fill("somebody@kite.example")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("link", name="Go on to your firm").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Two-factor authentication")
        page.get_by_label("Code").fill(code_for(SECRET))
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator(".idstrip")).to_contain_text("Kite")
        # The provider's own address is the one foreign place that the browser is meant to go to.
        nina.complaints[:] = [line for line in nina.complaints if f"asked {provider.address}/authorize" not in line]


def test_a_passkey_that_is_refused_is_said_in_words(watched: Any, portal: Portal) -> None:
    page = watched()
    session = page.page.context.new_cdp_session(page.page)
    authenticator(session)
    page.go("/accounts/login/")
    page.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.page.locator("#passkey-error")).to_be_visible()
    # allauth's script writes the browser's refusal to the console; that is the one line there may be.
    page.complaints[:] = [line for line in page.complaints if "NotAllowedError" not in line]


def test_without_script_no_passkey_button_is_shown(watched: Any) -> None:
    page = watched(java_script_enabled=False)
    page.go("/accounts/login/")
    expect(page.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_forgotten_password(watched: Any, portal: Portal) -> None:
    portal.give_password_and_app(POON)
    mail.outbox.clear() if hasattr(mail, "outbox") else None
    poon: Watched = watched()
    page = poon.page
    poon.go("/accounts/password/reset/")
    page.get_by_label("Email").fill(POON)
    page.locator("#main form button[type=submit]").first.click()
    expect(page.get_by_label("Code")).to_be_visible()
    assert page.url.endswith("/accounts/password/reset/confirm/")
    findings(poon)
    (message,) = [one for one in mail.outbox if POON in one.to[0]]
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", str(message.body), re.M)
    assert code, message.body
    page.get_by_label("Code").fill(code[1])
    page.locator("#main form button[type=submit]").first.click()
    page.wait_for_url("**/accounts/password/reset/complete/")
    findings(poon)
    page.locator("input[name=password1]").fill(PASSWORD + " changed")
    page.locator("input[name=password2]").fill(PASSWORD + " changed")
    page.locator("#main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/accounts/(password/reset/done/|login/|2fa/)"))
    assert portal.user(POON).check_password(PASSWORD + " changed")
    # A new password opens nothing without the second factor.
    poon.go("/accounts/login/")
    portal.give_password_and_app(POON)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_newcomer_enters_the_demonstration_as_somebody(script: bool, watched: Any) -> None:
    page = watched(java_script_enabled=script)
    page.go("/accounts/login/")
    page.page.locator(".entry").first.click()
    expect(page.page.locator(".idstrip")).to_contain_text("Harbour")


def test_codes_of_the_tests_are_what_an_app_shows() -> None:
    assert re.fullmatch(r"\d{6}", code_for(SECRET))
    assert MEIYAN.endswith(".example")
