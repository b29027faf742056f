"""Signing in through a firm's own identity provider: who sets it up, who connects, and whom it may sign in.

A provider speaks for the people of its own firm alone, and for each of them only after they have connected it while
signed in here. It is never asked whose address it is that it asserts, and it is no second factor.
"""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import encryption
from accounts.fetching import NotFetched, require_outside
from accounts.models import User
from accounts.oidc import Claims, NotAccepted
from audit.workflow import record
from members import policies, sign_in_news
from members.enums import OrganisationKind
from members.models import FirmIdentity, IdentityProvider, Organisation
from members.viewer import Viewer, viewer_for
from portal.common import clock
from portal.common.errors import Refused


def require_settable(organisation: Organisation, *, issuer: str, client_id: str, domains: Sequence[str]) -> list[str]:
    """Refused: this provider cannot be the firm's. The domains as they are kept."""
    if organisation.kind == OrganisationKind.REGULATOR:
        raise Refused(
            _("The regulator's own people sign in with the portal's password and second factor."), field="organisation"
        )
    try:
        require_outside(issuer)
    except NotFetched:
        raise Refused(_("The issuer must be an https address that can be reached."), field="issuer") from None
    names = sorted({domain.strip().lower().lstrip("@") for domain in domains} - {""})
    if not names or not client_id:
        raise Refused(_("Give the client ID, its secret, and the domains of the firm's email addresses."))
    taken = IdentityProvider.objects.filter(domains__overlap=names, ended_at=None).exclude(organisation=organisation)
    if taken.exists():
        raise Refused(_("Another firm signs in under one of these domains."), field="domains")
    return names


def set_identity_provider(
    organisation: Organisation,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    domains: Sequence[str],
    actor: Viewer | None,
) -> IdentityProvider:
    """Let the people of `organisation` sign in through `issuer`; replaces what was set. Never the regulator's."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    names = require_settable(organisation, issuer=issuer, client_id=client_id, domains=domains)
    if not client_secret:
        raise Refused(_("Give the client ID, its secret, and the domains of the firm's email addresses."))
    with transaction.atomic():
        provider, _made = IdentityProvider.objects.update_or_create(
            organisation=organisation,
            defaults={
                "issuer": issuer,
                "client_id": client_id,
                "client_secret": encryption.encrypt(client_secret),
                "domains": names,
                "recorded_at": clock.now(),
                "ended_at": None,
            },
        )
        record(
            "members.identity_provider_set", provider, actor=actor, issuer=issuer, client_id=client_id, domains=names
        )
        sign_in_news.tell(sign_in_news.SET, provider)
    return provider


def switch_identity_provider_off(provider: IdentityProvider, *, actor: Viewer | None) -> None:
    """Nobody signs in through it any more; who has connected stays connected, should it be set again."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    if not provider.is_on:
        raise Refused(_("It is switched off already."))
    with transaction.atomic():
        provider.ended_at = clock.now()
        provider.save(update_fields=["ended_at"])
        record("members.identity_provider_switched_off", provider, actor=actor, issuer=provider.issuer)
        sign_in_news.tell(sign_in_news.OFF, provider)


def provider_for(address: str) -> IdentityProvider | None:
    """The provider of the firm with the domain of this email address, whether or not there is an account."""
    domain = address.strip().lower().rpartition("@")[2]
    if not domain:
        return None
    return IdentityProvider.objects.filter(domains__contains=[domain], ended_at=None).first()


def person_of(provider: IdentityProvider, claims: Claims) -> User:
    """Whom these claims sign in. NotAccepted: nobody."""
    if not provider.is_on:
        raise NotAccepted("switched off")
    found = (
        FirmIdentity.objects.select_related("user")
        .filter(provider=provider, issuer=provider.issuer, subject=claims.subject, ended_at=None)
        .first()
    )
    if found is None:
        raise NotAccepted("nobody has connected this name")
    _require_same_person(provider, claims, found.user)
    return found.user


def connect(provider: IdentityProvider, claims: Claims, *, actor: Viewer) -> FirmIdentity:
    """From now on `claims.subject` is `actor`, who is signed in and has this moment proved it there too."""
    policies.require(policies.can_sign_in_through_firm(actor))
    user = actor.user
    assert user is not None
    if not provider.is_on:
        raise NotAccepted("switched off")
    _require_same_person(provider, claims, user)
    try:
        with transaction.atomic():
            FirmIdentity.objects.filter(user=user, ended_at=None).update(ended_at=clock.now())
            identity = FirmIdentity.objects.create(
                provider=provider, user=user, issuer=provider.issuer, subject=claims.subject
            )
            record("members.firm_sign_in_connected", identity, actor=actor)
    except IntegrityError:
        raise NotAccepted("this name is another person's") from None
    return identity


def disconnect(*, actor: Viewer) -> bool:
    """The firm's provider no longer signs this person in. Whether it did before."""
    policies.require(policies.can_sign_in_through_firm(actor))
    with transaction.atomic():
        found = FirmIdentity.objects.select_for_update().filter(user=actor.user_id, ended_at=None).first()
        if found is None:
            return False
        found.ended_at = clock.now()
        found.save(update_fields=["ended_at"])
        record("members.firm_sign_in_disconnected", found, actor=actor)
    return True


def note_refusal(provider: IdentityProvider, reason: str) -> None:
    """What a provider was refused for: the secretariat sees it, and the page does not say it."""
    record("members.firm_sign_in_refused", provider, actor=None, reason=reason)


def _require_same_person(provider: IdentityProvider, claims: Claims, user: User) -> None:
    """Of this firm, today, with access; and the provider has verified the address that we know them by."""
    viewer = viewer_for(user)
    if viewer.membership is None or viewer.organisation_id != provider.organisation_id or viewer.is_regulator:
        raise NotAccepted("not one of this firm's people")
    if not user.is_active:
        raise NotAccepted("inactive")
    proved = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    if not claims.email_verified or claims.email != user.email.lower() or not proved:
        raise NotAccepted("another or an unverified address")


def write_secrets_anew() -> int:
    """Client secrets under the newest key; how many rows changed."""
    changed = 0
    with transaction.atomic():
        for provider in IdentityProvider.objects.select_for_update():
            renewed = encryption.renewed(provider.client_secret)
            if renewed != provider.client_secret:
                provider.client_secret = renewed
                provider.save(update_fields=["client_secret"])
                changed += 1
    return changed
