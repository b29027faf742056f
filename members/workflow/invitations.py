"""How a person comes in: invited by address, with the membership that was offered."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.workflow import create_invitation
from audit.workflow import record
from members import firm_news, policies
from members.enums import FirmChangeKind, Role
from members.models import MembershipOffer, Organisation
from members.viewer import Viewer
from members.workflow.people import appoint, require_role_fits, require_vacant
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.errors import Refused
from portal.common.translated import in_languages

_NEXT_TO: dict[str, str] = {Role.PRINCIPAL: Role.ALTERNATE, Role.CHAIR: Role.POLICY_OFFICER}


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

    `names`: name_en, name_zh_hant, title_en, title_zh_hant. Refused if the address has an account, and for the
    chair or a principal representative while there is one: invite in another role, then `replace`.
    """
    if actor is not None:
        policies.require(policies.can_invite(actor, organisation))
    require_role_fits(role, organisation)
    require_vacant(role, organisation, clock.today(), None)
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
            params=_told_of(offer, actor),
            url=reverse("accounts:invitation", args=[token]),
            secret_url=True,
        )
        firm_news.note(
            FirmChangeKind.INVITED, organisation=organisation, actor=actor, offer=offer, role_after=offer.role
        )
    return invitation


def _told_of(offer: MembershipOffer, actor: Viewer | None) -> dict[str, str]:
    """What the mail says, and nothing that opens anything: for whom, as what, by whom, until when."""
    said = in_languages(offer.organisation, "name", "organisation")
    if actor is not None and actor.organisation is not None:
        said |= in_languages(actor.person, "name", "by") | in_languages(actor.organisation, "name", "by_of")
    return said | {"role": offer.role, "until": offer.invitation.expires_at.isoformat()}


def withdraw_invitation(offer: MembershipOffer, *, actor: Viewer) -> None:
    """The link opens nothing any more. Refused once it was used or withdrawn."""
    policies.require(policies.can_invite(actor, offer.organisation))
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=offer.invitation_id)
        if invitation.accepted_at is not None:
            raise Refused(_("This invitation has been taken up."))
        if invitation.revoked_at is not None:
            raise Refused(_("This invitation is withdrawn already."))
        invitation.revoked_at = clock.now()
        invitation.save(update_fields=["revoked_at"])
        record("members.invitation_withdrawn", offer, actor=actor, email=invitation.email)


def send_invitation_again(offer: MembershipOffer, *, actor: Viewer) -> Invitation:
    """A new link for fourteen days, to the same address; the former one opens nothing any more. Refused once it was
    used or withdrawn."""
    policies.require(policies.can_invite(actor, offer.organisation))
    with transaction.atomic():
        former = Invitation.objects.select_for_update().get(pk=offer.invitation_id)
        if former.accepted_at is not None or former.revoked_at is not None:
            raise Refused(_("This invitation is not open any more."))
        return invite(
            offer.organisation,
            email=former.email,
            role=offer.role,
            actor=actor,
            language=former.language,
            name_en=former.name_en,
            name_zh_hant=former.name_zh_hant,
            title_en=offer.title_en,
            title_zh_hant=offer.title_zh_hant,
        )


def take_up_offer(invitation: Invitation, *, user: User) -> None:
    """The invited person has an account now: give them the membership that was offered, from today. Where somebody
    else became chair or principal representative meanwhile, in the role next to it: nobody is left without access."""
    offer = MembershipOffer.objects.select_related("organisation").filter(invitation=invitation).first()
    if offer is None:
        return
    try:
        require_vacant(offer.role, offer.organisation, clock.today(), None)
        role = offer.role
    except Refused:
        role = _NEXT_TO[offer.role]
    appoint(
        user,
        offer.organisation,
        role=role,
        actor=None,
        starts_on=clock.today(),
        title_en=offer.title_en,
        title_zh_hant=offer.title_zh_hant,
    )
