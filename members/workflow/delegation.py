"""What can happen to a role that somebody else holds for a while."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from members import people_news, policies
from members.enums import Role
from members.models import Delegation, Membership, Organisation
from members.models.delegation import LONGEST
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def delegate(membership: Membership, *, to: Membership, starts_on: date, ends_on: date, actor: Viewer) -> Delegation:
    """From `starts_on` to `ends_on`, both included, `to` has the role of `membership` too, and then no more.

    A principal or alternate representative delegates to a colleague of the firm; for the chair it is deputising, which
    the chair's office may record. The effective role is `viewer.role`; `viewer.own_role` stays. Refused beside `to`,
    `starts_on` or `ends_on`: longer than 90 days, in the past, to oneself, outside the organisation, to somebody whose
    own role holds as much, or while another delegation of either runs.
    """
    policies.require(policies.can_delegate(actor, membership))
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=membership.organisation_id)
        giver = Membership.objects.select_related("user").get(pk=membership.pk)
        holder = Membership.objects.select_related("user").get(pk=to.pk)
        check_delegation(giver, to=holder, starts_on=starts_on, ends_on=ends_on)
        delegation = Delegation(
            organisation_id=giver.organisation_id,
            giver=giver.user,
            holder=holder.user,
            role=giver.role,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_by=actor.person,
            recorded_at=clock.now(),
        )
        delegation.save(force_insert=True)
        verb = "members.deputising_recorded" if delegation.is_deputising else "members.role_delegated"
        record(verb, delegation, actor=actor, role=giver.role, starts_on=str(starts_on), ends_on=str(ends_on))
        people_news.tell_delegated(delegation, actor=actor)
    return delegation


def check_delegation(membership: Membership, *, to: Membership, starts_on: date, ends_on: date) -> None:
    """Refused, beside its field, where `delegate` would refuse it: for a page that asks before it acts."""
    _require_holder(membership, to)
    _require_period(membership, to, starts_on, ends_on)
    _require_free(membership, to, starts_on, ends_on)


def _require_holder(giver: Membership, holder: Membership) -> None:
    if holder.user_id == giver.user_id:
        raise Refused(_("Nobody delegates to themselves."), field="to")
    if holder.organisation_id != giver.organisation_id:
        raise Refused(_("Choose a colleague of the same organisation."), field="to")
    if holder.role == Role.SUPERVISION:
        raise Refused(_("Supervision stands outside the group."), field="to")
    if holder.role == giver.role or holder.role == Role.PRINCIPAL:
        raise Refused(_("This colleague's own role already holds as much."), field="to")


def _require_period(giver: Membership, holder: Membership, starts_on: date, ends_on: date) -> None:
    if starts_on < clock.today():
        raise Refused(_("The first day lies in the past."), field="starts_on")
    if ends_on < starts_on:
        raise Refused(_("The last day comes before the first."), field="ends_on")
    if ends_on - starts_on >= LONGEST:
        raise Refused(_("At most 90 days. A longer absence needs an appointment."), field="ends_on")
    for one, field in ((giver, "ends_on"), (holder, "to")):
        if not one.covers(starts_on) or not one.covers(ends_on):
            words = {"person": one.user.display_name}
            raise Refused(_("The membership of %(person)s does not cover the period.") % words, field=field)


def _require_free(giver: Membership, holder: Membership, starts_on: date, ends_on: date) -> None:
    others = Delegation.objects.overlapping(starts_on, ends_on).filter(organisation=giver.organisation_id)
    if others.filter(giver=giver.user_id).exists():
        raise Refused(_("The role is delegated to somebody else in a part of that period."), field="starts_on")
    if others.filter(holder=holder.user_id).exists():
        raise Refused(_("This colleague holds another delegation in a part of that period."), field="to")
    if others.filter(giver=holder.user_id).exists():
        raise Refused(_("This colleague has delegated their own role in a part of that period."), field="to")


def end_delegation(delegation: Delegation, *, actor: Viewer) -> None:
    """End a delegation before its last day, from the next request on. One that is over is Refused."""
    policies.require(policies.can_end_delegation(actor, delegation))
    with transaction.atomic():
        locked = Delegation.objects.select_for_update().get(pk=delegation.pk)
        if locked.is_over:
            raise Refused(_("This delegation is over."))
        locked.ended_at, locked.ended_by = clock.now(), actor.person
        locked.save(update_fields=["ended_at", "ended_by"])
        record("members.delegation_ended", locked, actor=actor, role=locked.role, last_day=str(locked.ends_on))
    delegation.ended_at, delegation.ended_by = locked.ended_at, locked.ended_by
