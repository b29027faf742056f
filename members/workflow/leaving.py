"""How a membership closes, and how what was open of it goes to a colleague without anybody reading it on the way."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.workflow import record
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.models import HandOver, Membership
from members.reach import everything
from members.signals import Handed, membership_ended
from members.viewer import Viewer, acting_as, memberships_with_access, viewers_for
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.errors import Refused

_DAY = timedelta(days=1)
# A term that ran out by itself is looked through on one of the following nights, not years later.
_RAN_OUT = timedelta(days=14)


def close(membership: Membership, *, last_day: date, successor: Membership | None, actor: Viewer) -> None:
    """Write the last day of a locked membership, and who takes over. In the caller's transaction."""
    today = clock.today()
    if membership.ends_on is not None and membership.ends_on < today:
        raise Refused(_("This membership has ended already."), field="last_day")
    if last_day < today - _DAY:
        raise Refused(_("The last day lies in the past. Leave it empty to close the access now."), field="last_day")
    # A membership that has not begun closes on the day before it would have.
    day = max(last_day, membership.starts_on - _DAY)
    later = Membership.objects.filter(user=membership.user_id, starts_on__gt=membership.starts_on, starts_on__lte=day)
    if later.exists():
        raise Refused(_("Another membership of this person begins before that day."), field="last_day")
    membership.ends_on = day
    membership.save(update_fields=["ends_on"])
    record("members.membership_ended", membership, actor=actor, last_day=str(day))
    name(membership, successor=successor, actor=actor)


def name(membership: Membership, *, successor: Membership | None, actor: Viewer) -> None:
    """Note who takes over from a membership with a last day; refused for somebody who cannot."""
    if successor is not None:
        _require_colleague(membership, successor)
    with acting_as(everything()):
        hand_over = _standing(membership) or HandOver(
            membership=membership, organisation_id=membership.organisation_id, audience=Audience.SHARED
        )
        if successor is not None and hand_over.done_at is not None:
            hand_over.done_at = None
        hand_over.successor_id = successor.user_id if successor is not None else hand_over.successor_id
        hand_over.recorded_by, hand_over.recorded_at = actor.user, clock.now()
        hand_over.save()
    if successor is not None:
        record("members.successor_named", membership, actor=actor, successor=successor.user_id)


def _standing(membership: Membership) -> HandOver | None:
    return HandOver.objects.select_for_update().filter(membership=membership).first()


def _require_colleague(membership: Membership, successor: Membership) -> None:
    if successor.user_id == membership.user_id:
        raise Refused(_("Choose somebody else than the person who leaves."), field="successor")
    if successor.organisation_id != membership.organisation_id:
        raise Refused(_("Choose a colleague of the same organisation."), field="successor")
    day = max(clock.today(), (membership.ends_on or clock.today()) + _DAY)
    if successor.role in {Role.SUPERVISION, Role.OBSERVER} or not successor.covers(day):
        raise Refused(_("This colleague cannot take it on."), field="successor")


def look_through(membership: Membership) -> None:
    """Once access has closed: move what is open to the successor, or tell the coordinators that it stays.

    It runs with the system's reach, which sees no firm's internal text and nobody's draft; the receivers move drafts
    by a function of the database's owner that gives back numbers alone. Repeating it moves nothing twice.
    """
    if membership.ends_on is None or membership.ends_on >= clock.today():
        return
    with transaction.atomic(), acting_as(everything()):
        hand_over = _standing(membership)
        if hand_over is None or hand_over.done_at is not None:
            return
        if not _has_access(hand_over):
            hand_over.successor = None
        if hand_over.seen_at is not None and hand_over.successor is None:
            return
        told = membership_ended.send(sender=HandOver, hand_over=hand_over)
        results: list[Handed] = [result for _receiver, result in told]  # type: ignore[misc]
        hand_over.moved += sum(one.moved for one in results)
        hand_over.kept = sum(one.kept for one in results)
        hand_over.seen_at = clock.now()
        hand_over.done_at = hand_over.seen_at if hand_over.successor is not None else None
        hand_over.save()
        record(
            "members.handed_over",
            hand_over.membership,
            actor=None,
            successor=hand_over.successor_id,
            moved=hand_over.moved,
            kept=hand_over.kept,
        )
        _tell(hand_over)


def _has_access(hand_over: HandOver) -> bool:
    if hand_over.successor_id is None:
        return False
    viewer = viewers_for([hand_over.successor_id]).get(hand_over.successor_id)
    return viewer is not None and viewer.organisation_id == hand_over.organisation_id


def _tell(hand_over: HandOver) -> None:
    params = {"person": hand_over.membership.user.name_en, "moved": hand_over.moved, "kept": hand_over.kept}
    if hand_over.successor_id is not None and hand_over.moved:
        publish(
            "members.handed_over",
            subject=hand_over,
            recipients=[Recipient(user_id=hand_over.successor_id)],
            params=params,
            url=reverse("home"),
        )
    if hand_over.kept:
        publish(
            "members.work_remains",
            subject=hand_over,
            recipients=[Recipient(user_id=pk) for pk in _who_looks_after(hand_over)],
            params=params,
            url=reverse("members:directory"),
        )


def _who_looks_after(hand_over: HandOver) -> list[int]:
    """The firm's coordinators; of the regulator and of agencies, the secretariat."""
    rows = memberships_with_access()
    if hand_over.organisation.kind == OrganisationKind.PLATFORM:
        rows = rows.filter(organisation=hand_over.organisation_id, role=Role.COORDINATOR)
    else:
        rows = rows.filter(role=Role.SECRETARIAT)
    return sorted(rows.values_list("user", flat=True))


def look_through_due() -> int:
    """By the system alone, every hour: hand over what became due since, and what terms that ran out by themselves
    left. Returns how many memberships it looked through; repeating it finds none."""
    today, done = clock.today(), 0
    with acting_as(everything()):
        _note_terms_that_ran_out(today)
        due = HandOver.objects.filter(seen_at=None, membership__ends_on__lt=today).select_related("membership")
        waiting = [one.membership for one in due.order_by("pk")]
    for membership in waiting:
        look_through(membership)
        done += 1
    return done


def _note_terms_that_ran_out(today: date) -> None:
    """A last day that was set at the appointment: nobody has ended that membership, and nobody is named."""
    goes_on = Membership.objects.filter(ends_on=None) | Membership.objects.filter(ends_on__gte=today)
    ended = Membership.objects.filter(ends_on__lt=today, ends_on__gte=today - _RAN_OUT, hand_over=None)
    for membership in ended.exclude(user__in=goes_on.values("user")).select_for_update(of=("self",)):
        HandOver.objects.create(
            membership=membership,
            organisation_id=membership.organisation_id,
            audience=Audience.SHARED,
            recorded_at=clock.now(),
        )
