"""A firm's own identity provider signs its own people in, and nobody else, whatever it says.

Against a real provider on this machine (tests/accounts/provider.py), which lies in each way that it can.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import oidc
from accounts.fetching import NotFetched, fetch, require_outside
from audit.models import Entry
from members.models import FirmIdentity, IdentityProvider
from members.viewer import acting_as
from members.workflow import end_membership
from members.workflow import firm_sign_in as workflow
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.accounts.provider import CLIENT, SECRET, Provider, running
from tests.whole import WHOLE, share
from tests.world import World

pytestmark = pytest.mark.django_db


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def visit(address: str) -> str:
    """The browser goes to the provider's page and is sent back: the address that it is sent to."""
    try:
        build_opener(_Stay).open(address, timeout=5)
    except HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("not sent back")


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def idp(world: World, server: Provider) -> Provider:
    """Harbour's provider, which tells the truth about Mei."""
    register(world, "harbour", server)
    server.honest("mei-at-harbour", world.mei.email)
    return server


def register(world: World, key: str, server: Provider) -> IdentityProvider:
    return workflow.set_identity_provider(
        world.organisations[key],
        issuer=server.address,
        client_id=CLIENT,
        client_secret=SECRET,
        domains=[f"{key}.example"],
        actor=world.viewer("secretary"),
    )


def there_and_back(client: Client, begin: str) -> Any:
    """Follow the link to the provider, let it answer, and come back with its answer."""
    response = client.get(begin)
    if response.status_code != 302:
        return response
    back = urlsplit(visit(response.headers["Location"]))
    return client.get(back.path, dict(parse_qsl(back.query)))


def connect(world: World, name: str) -> Any:
    return there_and_back(world.client(name), reverse("members:connect_firm"))


def sign_in(key: str = "harbour", client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, there_and_back(client, reverse("members:go_to_firm", args=[key]))


def is_in(client: Client) -> bool:
    """Whether the browser is anybody's, or one step from it."""
    client.get(reverse("help"))
    return "_auth_user_id" in client.session or "account_login" in client.session


def test_who_has_connected_signs_in_and_is_still_asked_for_the_second_factor(world: World, idp: Provider) -> None:
    TOTP.activate(world.mei, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(world.mei).generate_codes()
    assert connect(world, "mei").headers["Location"] == reverse("members:firm_sign_in")
    client, response = sign_in()
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("notifications:inbox")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert client.get(reverse("notifications:inbox")).status_code == 200
    assert client.get(reverse("home")).wsgi_request.user == world.mei
    assert SECRET not in str(IdentityProvider.objects.values().get())


def test_without_a_second_factor_the_firm_leads_to_enrolment_and_nowhere_else(world: World, idp: Provider) -> None:
    connect(world, "mei")
    client, _response = sign_in()
    assert client.get(reverse("notifications:inbox")).headers["Location"] == reverse("mfa_activate_totp")
    # And enrolment asks for the portal's password, which a provider cannot give.
    assert client.get(reverse("mfa_activate_totp")).headers["Location"].startswith(reverse("account_reauthenticate"))


def test_nobody_is_signed_in_who_has_not_connected_whatever_address_is_verified(world: World, idp: Provider) -> None:
    client, response = sign_in()
    assert response.status_code == 403
    assert not is_in(client)
    assert not FirmIdentity.objects.exists()


def now(change: float) -> int:
    return int(time.time() + change)


ABOUT_THE_PERSON = 12
# What a provider may say after Mei has connected it. None of it signs anybody in.
LIES: dict[str, Callable[[Provider, World], None]] = {
    "the officer's address": lambda p, w: p.person.update(email=w.officer.email),
    "the chair's address under an unknown name": lambda p, w: p.person.update(sub="x", email=w.chair.email),
    "a colleague's address": lambda p, w: p.person.update(email=w.rosa.email),
    "a colleague's address under an unknown name": lambda p, w: p.person.update(sub="rosa", email=w.rosa.email),
    "an address of another firm": lambda p, w: p.person.update(email=w.kalok.email),
    "another firm's person under an unknown name": lambda p, w: p.person.update(sub="kalok", email=w.kalok.email),
    "her address, unverified": lambda p, w: p.person.update(email_verified=False),
    "her address, verified in words": lambda p, w: p.person.update(email_verified="true"),
    "no address": lambda p, w: p.person.pop("email"),
    "another name": lambda p, w: p.person.update(sub="somebody"),
    "a name in capitals": lambda p, w: p.person.update(sub="MEI-AT-HARBOUR"),
    "no name": lambda p, w: p.person.pop("sub"),
    "a name that is a list": lambda p, w: p.person.update(sub=["mei-at-harbour"]),
    "another nonce": lambda p, w: setattr(p, "claims", lambda c: c.update(nonce="of another sign-in")),
    "no nonce": lambda p, w: setattr(p, "claims", lambda c: c.pop("nonce")),
    "another issuer": lambda p, w: setattr(p, "claims", lambda c: c.update(iss="https://idp.banyan.example")),
    "another audience": lambda p, w: setattr(p, "claims", lambda c: c.update(aud="somebody else")),
    "an audience of two": lambda p, w: setattr(p, "claims", lambda c: c.update(aud=[CLIENT, "other"])),
    "no audience": lambda p, w: setattr(p, "claims", lambda c: c.pop("aud")),
    "made out to another party": lambda p, w: setattr(p, "claims", lambda c: c.update(azp="other")),
    "expired": lambda p, w: setattr(p, "claims", lambda c: c.update(exp=now(-300))),
    "without an end": lambda p, w: setattr(p, "claims", lambda c: c.pop("exp")),
    "an end that is a word": lambda p, w: setattr(p, "claims", lambda c: c.update(exp="never")),
    "issued long ago": lambda p, w: setattr(p, "claims", lambda c: c.update(iat=now(-7200))),
    "issued tomorrow": lambda p, w: setattr(p, "claims", lambda c: c.update(iat=now(86400))),
    "unsigned": lambda p, w: setattr(p, "header", lambda h: h.update(alg="none")),
    "signed with the secret": lambda p, w: setattr(p, "header", lambda h: h.update(alg="HS256")),
    "a header that must be understood": lambda p, w: setattr(p, "header", lambda h: h.update(crit=["b64"])),
    "an unknown key": lambda p, w: setattr(p, "header", lambda h: h.update(kid="2")),
    "signed by somebody else": lambda p, w: setattr(p, "signs_with", "somebody else's"),
    "an empty signature": lambda p, w: setattr(p, "signature", lambda made: b""),
    "a bent signature": lambda p, w: setattr(p, "signature", lambda made: bytes([made[0] ^ 1]) + made[1:]),
    "a short key": lambda p, w: setattr(p, "key_size", 1024),
    "another state": lambda p, w: setattr(p, "answer", lambda a: a.update(state="of another browser")),
    "no state": lambda p, w: setattr(p, "answer", lambda a: a.pop("state")),
    "a forged code": lambda p, w: setattr(p, "answer", lambda a: a.update(code="forged")),
    "no code": lambda p, w: setattr(p, "answer", lambda a: a.pop("code")),
    "the answer of another issuer": lambda p, w: setattr(p, "answer", lambda a: a.update(iss="https://idp.example")),
    "a discovery of another issuer": lambda p, w: setattr(
        p, "discovery", lambda d: d.update(issuer="https://x.example")
    ),
    "keys inside the house": lambda p, w: setattr(p, "discovery", lambda d: d.update(jwks_uri="https://10.0.0.1/keys")),
    "keys from a file": lambda p, w: setattr(p, "discovery", lambda d: d.update(jwks_uri="file:///etc/passwd")),
    "no keys": lambda p, w: setattr(p, "discovery", lambda d: d.update(jwks_uri=p.address + "/nothing")),
}


def test_a_hostile_provider_takes_over_nobody(world: World, idp: Provider, record_property: Any) -> None:
    connect(world, "mei")
    known, tries, taken = set(FirmIdentity.objects.values_list("user_id", "subject")), 0, []
    asked = list(LIES)[:ABOUT_THE_PERSON] if not WHOLE else []
    asked += share(list(LIES)[len(asked) :], 3, "lies")
    for name in asked:
        lie = LIES[name]
        # To sign in, and to tie an account to what is said: the attacker is Rosa, a colleague of Mei's.
        # What a token must be is the same question for both, asked once; whose it is, is asked of each.
        for purpose in ("sign in", "connect") if name in list(LIES)[:ABOUT_THE_PERSON] else ("sign in",):
            cache.clear()
            idp.honest("mei-at-harbour", world.mei.email)
            lie(idp, world)
            client = Client() if purpose == "sign in" else world.client("rosa")
            begin = "members:go_to_firm" if purpose == "sign in" else "members:connect_firm"
            try:
                response = there_and_back(client, reverse(begin, args=["harbour"] if purpose == "sign in" else []))
            except KeyError:
                raise AssertionError(name) from None
            tries += 1
            now_known = set(FirmIdentity.objects.filter(ended_at=None).values_list("user_id", "subject"))
            honest_of_rosa = purpose == "connect" and idp.person.get("email") == world.rosa.email
            if honest_of_rosa and now_known - known == {(world.rosa.pk, "rosa")}:
                # A provider may name its own people: this is no lie when it is Rosa who connects.
                workflow.disconnect(actor=world.viewer("rosa"))
                continue
            if now_known != known or response.status_code != 403 or (purpose == "sign in" and is_in(client)):
                taken.append(f"{purpose}: {name}: {response.status_code}")
    record_property("figure", f"hostile identity provider: {tries} attempts, takeovers {len(taken)}")
    assert taken == []
    # It was not for another reason: the truth still signs in.
    cache.clear()
    idp.honest("mei-at-harbour", world.mei.email)
    client, response = sign_in()
    assert response.status_code == 302
    assert is_in(client)
    with acting_as(world.viewer("admin")):
        noted = Entry.objects.filter(verb="members.firm_sign_in_refused").count()
    assert noted >= tries * 0.9, "each refusal is in the record, but for what fails before the browser leaves"


def test_a_provider_speaks_for_its_own_firm_alone(world: World, idp: Provider) -> None:
    """Banyan's provider, which is the same server here, says that it is Mei who comes."""
    connect(world, "mei")
    with running() as theirs:
        register(world, "banyan", theirs)
        theirs.honest("mei-at-harbour", world.mei.email)
        client, response = sign_in("banyan")
        assert response.status_code == 403
        assert not is_in(client)
        # Nor does Mei connect what is not her firm's.
        assert (
            world.client("mei").get(reverse("members:firm_sign_in")).context["provider"].organisation == world.harbour
        )
        assert world.client("officer").get(reverse("members:connect_firm")).status_code == 404


def test_one_name_is_one_person(world: World, idp: Provider) -> None:
    connect(world, "mei")
    idp.honest("mei-at-harbour", world.rosa.email)
    assert connect(world, "rosa").status_code == 403
    assert FirmIdentity.objects.get(ended_at=None).user == world.mei


def test_an_answer_is_worth_something_once_and_in_its_own_browser(world: World, idp: Provider) -> None:
    connect(world, "mei")
    victim = Client()
    started = victim.get(reverse("members:go_to_firm", args=["harbour"]))
    back = urlsplit(visit(started.headers["Location"]))
    answer = dict(parse_qsl(back.query))
    thief = Client()
    assert thief.get(back.path, answer).status_code == 403
    assert not is_in(thief)
    assert victim.get(back.path, answer).status_code == 302
    victim.post(reverse("account_logout"))
    assert victim.get(back.path, answer).status_code == 403


@pytest.mark.parametrize("end", ["membership", "licence", "person", "address", "provider", "disconnected"])
def test_who_has_left_is_not_signed_in(world: World, idp: Provider, end: str) -> None:
    connect(world, "mei")
    match end:
        case "membership":
            seat = world.mei.memberships.get()
            end_membership(seat, actor=world.viewer("secretary"), last_day=clock.today() - timedelta(days=1))
        case "licence":
            from members.enums import LicenceState
            from members.workflow import set_licence_status

            set_licence_status(
                world.harbour, state=LicenceState.SUSPENDED, effective_on=clock.today(), actor=world.viewer("secretary")
            )
        case "person":
            world.mei.is_active = False
            world.mei.save(update_fields=["is_active"])
        case "address":
            EmailAddress.objects.filter(user=world.mei).update(verified=False)
        case "provider":
            workflow.switch_identity_provider_off(IdentityProvider.objects.get(), actor=world.viewer("secretary"))
        case "disconnected":
            world.client("mei").post(reverse("members:disconnect_firm"))
    client, response = sign_in()
    assert response.status_code in {403, 404}
    assert not is_in(client)


def test_connecting_asks_for_a_factor_and_is_told_by_mail(world: World, idp: Provider) -> None:
    from notifications.models import Delivery

    client = world.client("mei")
    session = client.session
    session["account_authentication_methods"][0]["at"] = 0
    session.save()
    response = client.get(reverse("members:connect_firm"))
    assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    connect(world, "mei")
    assert Delivery.objects.get(user=world.mei).kind == "accounts.firm_sign_in_connected"


def test_who_types_an_address_learns_of_the_firm_and_not_of_an_account(world: World, idp: Provider) -> None:
    def answer(email: str) -> tuple[int, str]:
        response = Client().post(reverse("members:through_a_firm"), {"email": email})
        return response.status_code, response.headers.get("Location", "")

    assert answer(world.mei.email) == answer("nobody@harbour.example") == (302, "/members/sign-in/harbour/")
    assert answer(world.kalok.email) == answer("nobody@nowhere.example") == (422, "")
    page = Client().get("/members/sign-in/harbour/").content.decode()
    assert urlsplit(idp.address).netloc in page
    assert not re.search(r"Harbour \(demo\)", page)


def test_who_may_set_a_provider(world: World, server: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    right = {"issuer": server.address, "client_id": CLIENT, "client_secret": SECRET, "domains": ["harbour.example"]}
    for who in ("poon", "mei", "officer", "fan"):
        with pytest.raises(Forbidden):
            workflow.set_identity_provider(world.harbour, **right, actor=world.viewer(who))
    with pytest.raises(Refused):
        workflow.set_identity_provider(world.sfc, **right, actor=world.viewer("admin"))
    for issuer in ("http://idp.example", "https://127.0.0.1", "ftp://idp.example", "https://localhost", ""):
        with pytest.raises(Refused):
            workflow.set_identity_provider(world.harbour, **(right | {"issuer": issuer}), actor=None)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    said = StringIO()
    command = ["set_identity_provider", "harbour", "--issuer", server.address, "--client-id", CLIENT]
    call_command(*command, "--domain", "harbour.example", stdout=said)
    assert "/members/sign-in/harbour/back/" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("set_identity_provider", "banyan", *command[2:], "--domain", "harbour.example")
    call_command("set_identity_provider", "harbour", "--off", stdout=said)
    assert Client().get("/members/sign-in/harbour/").status_code == 404


def test_in_production_nothing_is_fetched_by_http_or_from_inside(settings: Any) -> None:
    settings.LOCAL = False
    for address in (
        "http://127.0.0.1/",
        "http://idp.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/",
        "https://user@127.0.0.1/",
        "file:///etc/passwd",
    ):
        with pytest.raises(NotFetched):
            require_outside(address)


def test_a_provider_that_sends_elsewhere_or_too_much_is_not_followed() -> None:
    with running() as provider:
        provider.honest("x", "x@harbour.example")
        provider.discovery = lambda d: d.update(filler="x" * 300_000)
        with pytest.raises(oidc.NotAccepted, match="too long"):
            oidc.begin(oidc.Provider(provider.address, CLIENT, SECRET), "http://portal.test/back/")
        asked = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        elsewhere = urlencode(asked | {"state": "s", "redirect_uri": f"{provider.address}/keys"})
        with pytest.raises(NotFetched, match="sent elsewhere"):
            fetch(f"{provider.address}/authorize?{elsewhere}")
