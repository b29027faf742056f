"""What can happen to organisations, licences and memberships."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.workflow import create_invitation
from audit.workflow import record
from members import policies
from members.enums import ROLES_OF
from members.models import (
    LicenceStatus,
    Membership,
    MembershipOffer,
    Organisation,
    WorkingGroup,
    WorkingGroupMembership,
)
from members.viewer import Viewer
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.errors import Refused


def register_organisation(*, actor: Viewer | None, **fields: Any) -> Organisation:
    """Add an organisation. `actor` None is the operator of the machine, at set-up."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        organisation = Organisation(**fields)
        organisation.full_clean()
        organisation.save(force_insert=True)
        record("members.organisation_registered", organisation, actor=actor)
    return organisation


def set_licence_status(
    organisation: Organisation, *, state: str, effective_on: date, actor: Viewer | None, note: str = ""
) -> LicenceStatus:
    """The licence is in `state` from `effective_on` (Hong Kong day). A platform's access follows at once."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        status = LicenceStatus.objects.create(
            organisation=organisation, state=state, effective_on=effective_on, note=note
        )
        record(
            "members.licence_status_set",
            organisation,
            actor=actor,
            state=state,
            effective_on=str(effective_on),
        )
    return status


def appoint(
    user: User, organisation: Organisation, *, role: str, actor: Viewer | None, starts_on: date, **fields: Any
) -> Membership:
    """Give `user` a role in `organisation` from `starts_on` on. Refused while another membership runs."""
    if actor is not None:
        policies.require(policies.can_invite(actor, organisation))
    _require_role_fits(role, organisation)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        last_day = fields.get("ends_on") or date.max
        for other in user.memberships.all():
            if other.starts_on <= last_day and (other.ends_on or date.max) >= starts_on:
                raise Refused(_("This person already holds a membership in that period."), field="user")
        membership = Membership(user=user, organisation=organisation, role=role, starts_on=starts_on, **fields)
        membership.full_clean()
        membership.save(force_insert=True)
        record("members.appointed", membership, actor=actor, role=role, organisation=organisation.key)
    return membership


def _require_role_fits(role: str, organisation: Organisation) -> None:
    if role not in ROLES_OF[organisation.kind]:
        raise Refused(_("This role does not belong to that kind of organisation."), field="role")


def end_membership(membership: Membership, *, actor: Viewer, last_day: date | None = None) -> None:
    """Close the membership after `last_day` (default: yesterday, so that access ends now)."""
    policies.require(policies.can_end_membership(actor, membership))
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        locked.ends_on = last_day or clock.today() - timedelta(days=1)
        locked.save(update_fields=["ends_on"])
        record("members.membership_ended", locked, actor=actor, last_day=str(locked.ends_on))
    membership.ends_on = locked.ends_on


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
    _require_role_fits(role, organisation)
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


def form_working_group(
    *, key: str, convener: User, people: Iterable[Membership], actor: Viewer | None, **names: str
) -> WorkingGroup:
    """A working group with one seat for each of these memberships."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        group = WorkingGroup.objects.create(key=key, convener=convener, **names)
        WorkingGroupMembership.objects.bulk_create(
            WorkingGroupMembership(group=group, user_id=seat.user_id, organisation_id=seat.organisation_id)
            for seat in people
        )
        record("members.working_group_formed", group, actor=actor)
    return group


def amend_organisation(organisation: Organisation, *, changed: list[str], actor: Viewer) -> None:
    """Write the changed fields of an organisation that the caller has edited and validated."""
    policies.require(policies.can_keep_register(actor))
    if not changed:
        return
    with transaction.atomic():
        before = Organisation.objects.select_for_update().get(pk=organisation.pk)
        record(
            "members.organisation_amended",
            organisation,
            actor=actor,
            before={name: str(getattr(before, name)) for name in changed},
            after={name: str(getattr(organisation, name)) for name in changed},
        )
        organisation.save(update_fields=changed)


def set_release_wish(organisation: Organisation, *, wanted: bool, actor: Viewer) -> None:
    """From now on what a contributor of this firm writes for all members waits for a colleague, or does not any more.
    What waits already stays until somebody releases it or gives it back."""
    policies.require(policies.can_set_release_wish(actor, organisation))
    with transaction.atomic():
        locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if locked.group_comments_need_release == wanted:
            return
        locked.group_comments_need_release = wanted
        locked.save(update_fields=["group_comments_need_release"])
        record("members.release_wish_set", locked, actor=actor, wanted=wanted)
    organisation.group_comments_need_release = wanted
