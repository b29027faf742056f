"""The secretariat objects to what a firm's coordinator did, and it is undone."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation
from audit.workflow import record
from members import firm_news, policies
from members.enums import FirmChangeKind
from members.models import FirmChange, HandOver, Membership, Organisation
from members.reach import everything
from members.viewer import Viewer, acting_as
from members.workflow.people import change_role, end_membership
from portal.common import clock
from portal.common.errors import Refused

OBJECTION_WITHIN = timedelta(days=30)


def object_to(change: FirmChange, *, actor: Viewer, reason: str) -> None:
    """Undo a coordinator's change, within thirty days, for a reason that the firm reads.

    An invitation is withdrawn, and where it was taken up already the membership ends; a role is what it was before;
    a membership that was ended goes on. Refused (`reason`, or without a field) where nothing is left to undo.
    """
    policies.require(policies.can_object(actor))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Give the firm the reason."), field="reason")
    with transaction.atomic():
        # As those who appoint, change and end do: first the firm, then the rows.
        Organisation.objects.select_for_update().get(pk=change.organisation_id)
        locked = FirmChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        if locked.objected_at is not None:
            raise Refused(_("Somebody has objected to this already."))
        if locked.made_at < clock.now() - OBJECTION_WITHIN:
            raise Refused(_("This is more than 30 days ago. Change the membership itself instead."))
        if locked.kind == FirmChangeKind.KEPT:
            raise Refused(_("This changed nothing that could be undone. End the membership instead."))
        undo = {
            FirmChangeKind.INVITED: _take_back_invitation,
            FirmChangeKind.ROLE_SET: _put_role_back,
            FirmChangeKind.ENDED: _let_membership_go_on,
        }[FirmChangeKind(locked.kind)]
        undo(locked, actor, reason)
        locked.objected_by, locked.objected_at, locked.objection = actor.person, clock.now(), reason
        locked.save(update_fields=["objected_by", "objected_at", "objection"])
        record("members.objected", locked, actor=actor, change=locked.kind)
        firm_news.tell_objected(locked)
    change.refresh_from_db()


def _take_back_invitation(change: FirmChange, actor: Viewer, reason: str) -> None:
    assert change.offer is not None
    invitation = Invitation.objects.select_for_update().get(pk=change.offer.invitation_id)
    if invitation.is_open:
        invitation.revoked_at = clock.now()
        invitation.save(update_fields=["revoked_at"])
        return
    if invitation.accepted_by_id is None:
        raise Refused(_("This invitation is not open any more."))
    rows = Membership.objects.filter(user=invitation.accepted_by_id, organisation=change.organisation_id)
    held = rows.exclude(ends_on__lt=clock.today()).first()
    if held is None:
        raise Refused(_("This person has left the firm again."))
    end_membership(held, actor=actor, without_coordinator=True, reason=reason)


def _put_role_back(change: FirmChange, actor: Viewer, reason: str) -> None:
    assert change.membership is not None
    held = Membership.objects.select_for_update().get(pk=change.membership.pk)
    as_left = (held.role, sorted(held.capacities)) == (change.role_after, sorted(change.capacities_after))
    if not as_left or (held.ends_on is not None and held.ends_on < clock.today()):
        raise Refused(_("The role has been changed again since."))
    change_role(
        held,
        role=change.role_before,
        capacities=change.capacities_before,
        from_day=max(clock.today(), held.starts_on),
        actor=actor,
        without_coordinator=True,
        reason=reason,
    )


def _let_membership_go_on(change: FirmChange, actor: Viewer, reason: str) -> None:
    assert change.membership is not None
    membership = Membership.objects.select_for_update().get(pk=change.membership.pk)
    if membership.ends_on != change.last_day_after:
        raise Refused(_("The last day has been changed again since."))
    if change.last_day_before is not None and change.last_day_before < clock.today():
        raise Refused(_("This membership would have ended by now."))
    others = Membership.objects.filter(user=membership.user_id).exclude(pk=membership.pk)
    if others.exclude(ends_on__lt=membership.starts_on).exists():
        raise Refused(_("This person holds another membership since."))
    membership.ends_on = change.last_day_before
    membership.save(update_fields=["ends_on"])
    with acting_as(everything()):
        # Nothing is handed over any more; what went to a colleague already stays with them.
        HandOver.objects.filter(membership=membership).update(successor=None, seen_at=None, done_at=None)
    record("members.membership_goes_on", membership, actor=actor, last_day=str(membership.ends_on or ""))
    firm_news.tell_person(membership, kind=change.kind)
