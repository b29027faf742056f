"""How a person comes in: invited by address, with the membership that was offered."""

from django.db import transaction
from django.urls import reverse

from accounts.models import Invitation, User
from accounts.workflow import create_invitation
from audit.workflow import record
from members import policies
from members.models import MembershipOffer, Organisation
from members.viewer import Viewer
from members.workflow.people import appoint, require_role_fits
from notifications.workflow import Recipient, publish
from portal.common import clock


def invite(
    organisation: Organisation,
    *,
    email: str,
    role: str,
    actor: Viewer | None,
    language: str = "en",
    **names: str,
) -> Invitation:
    """Invite an address to act for `organisation` in `role`. The link goes to that address alone.

    `names`: name_en, name_zh_hant, title_en, title_zh_hant. Refused if the address has an account.
    """
    if actor is not None:
        policies.require(policies.can_invite(actor, organisation))
    require_role_fits(role, organisation)
    with transaction.atomic():
        invitation, token = create_invitation(
            email,
            invited_by=actor.user if actor else None,
            name_en=names.get("name_en", ""),
            name_zh_hant=names.get("name_zh_hant", ""),
            language=language,
        )
        offer = MembershipOffer.objects.create(
            invitation=invitation,
            organisation=organisation,
            role=role,
            title_en=names.get("title_en", ""),
            title_zh_hant=names.get("title_zh_hant", ""),
        )
        record("members.invited", offer, actor=actor, email=invitation.email, role=role)
        publish(
            "members.invited",
            subject=offer,
            recipients=[Recipient(address=invitation.email, language=language)],
            params={
                "organisation_en": organisation.name_en,
                "organisation_zh_hant": organisation.name_zh_hant,
                "organisation_zh_hans": organisation.name_zh_hans,
            },
            url=reverse("accounts:invitation", args=[token]),
            secret_url=True,
        )
    return invitation


def take_up_offer(invitation: Invitation, *, user: User) -> None:
    """The invited person has an account now: give them the membership that was offered, from today."""
    offer = MembershipOffer.objects.select_related("organisation").filter(invitation=invitation).first()
    if offer is None:
        return
    appoint(
        user,
        offer.organisation,
        role=offer.role,
        actor=None,
        starts_on=clock.today(),
        title_en=offer.title_en,
        title_zh_hant=offer.title_zh_hant,
    )
