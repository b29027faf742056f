"""What can happen to memberships and working groups."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from members import policies
from members.enums import ROLES_OF
from members.models import Membership, Organisation, WorkingGroup, WorkingGroupMembership
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def appoint(
    user: User, organisation: Organisation, *, role: str, actor: Viewer | None, starts_on: date, **fields: Any
) -> Membership:
    """Give `user` a role in `organisation` from `starts_on` on. Refused while another membership runs."""
    if actor is not None:
        policies.require(policies.can_invite(actor, organisation))
    require_role_fits(role, organisation)
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


def require_role_fits(role: str, organisation: Organisation) -> None:
    """Refused unless organisations of that kind have such a role."""
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
