"""Working groups: formed, renamed, and who has a seat. A seat opens all that is narrowed to the group."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from members import people_news, policies
from members.enums import Role
from members.models import Membership, WorkingGroup, WorkingGroupMembership
from members.viewer import Viewer, memberships_with_access
from portal.common import clock
from portal.common.errors import Refused

NAMES = ("name_en", "name_zh_hant", "name_zh_hans")


def form_working_group(
    *, key: str, convener: User, people: Iterable[Membership] = (), actor: Viewer | None, **names: str
) -> WorkingGroup:
    """A working group with one seat for each of these memberships."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    if WorkingGroup.objects.filter(key=key).exists():
        raise Refused(_("There is a working group with this key."), field="key")
    with transaction.atomic():
        group = WorkingGroup.objects.create(key=key, convener=convener, **names)
        now = clock.now()
        WorkingGroupMembership.objects.bulk_create(
            WorkingGroupMembership(
                group=group, user_id=seat.user_id, organisation_id=seat.organisation_id, given_at=now
            )
            for seat in people
        )
        record("members.working_group_formed", group, actor=actor)
    return group


def amend_working_group(group: WorkingGroup, *, convener: User, actor: Viewer, **names: str) -> WorkingGroup:
    """Another name or convener. Nobody gains or loses access by it."""
    policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        locked = WorkingGroup.objects.select_for_update().get(pk=group.pk)
        given = {**names, "convener": convener}
        changed = [name for name, value in given.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, given[name])
        if changed:
            locked.save(update_fields=changed)
            record("members.working_group_amended", locked, actor=actor, fields=changed)
    return locked


def give_seat(group: WorkingGroup, membership: Membership, *, actor: Viewer) -> WorkingGroupMembership:
    """A seat for this person, held for the organisation of the membership, from now on.

    Refused: the person has one, has no access to the portal, is of supervision (which stands outside of the group), or
    is the actor: nobody lets themself in.
    """
    policies.require(policies.can_keep_register(actor))
    if membership.user_id == actor.user_id:
        raise Refused(_("Nobody gives themself a seat. A colleague does it."))
    if membership.role == Role.SUPERVISION:
        raise Refused(_("Supervision stands outside of the advisory group and has no seat."))
    if not memberships_with_access().filter(pk=membership.pk).exists():
        raise Refused(_("This membership gives no access to the portal, so it has no seat."))
    with transaction.atomic():
        # Held, so that two at the same moment give one seat.
        locked = WorkingGroup.objects.select_for_update().get(pk=group.pk)
        if locked.seats.standing().filter(user=membership.user_id).exists():
            raise Refused(_("This person has a seat in the working group."))
        seat: WorkingGroupMembership = WorkingGroupMembership.objects.create(
            group=locked, user_id=membership.user_id, organisation_id=membership.organisation_id, given_at=clock.now()
        )
        record("members.seat_given", seat, actor=actor, group=locked.key)
        people_news.tell_seat(seat, actor=actor)
    return seat


def end_seat(seat: WorkingGroupMembership, *, actor: Viewer, reason: str) -> WorkingGroupMembership:
    """From the next page on the person reads nothing of the group. What they wrote there stays under their name."""
    policies.require(policies.can_keep_register(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        locked: WorkingGroupMembership = WorkingGroupMembership.objects.select_for_update().get(pk=seat.pk)
        if locked.ended_at is not None:
            raise Refused(_("This seat has ended."))
        locked.ended_at, locked.end_reason = clock.now(), reason.strip()
        locked.save(update_fields=["ended_at", "end_reason"])
        record("members.seat_ended", locked, actor=actor, group=locked.group.key)
        people_news.tell_seat(locked, actor=actor)
    return locked
