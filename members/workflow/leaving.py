"""How a membership closes, and how what was open of it goes to a colleague without anybody reading it on the way."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audit.workflow import record
from members import access_news, people_news
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.models import HandOver, Membership
from members.reach import everything
from members.signals import Handed, membership_ended
from members.viewer import Viewer, acting_as, viewers_for
from portal.common import clock
from portal.common.errors import Refused

_DAY = timedelta(days=1)
# What ended is looked through in the next hour; a portal that stood still catches up, and long past terms are left.
_RAN_OUT = timedelta(days=60)


def close(
    membership: Membership, *, last_day: date, successor: Membership | None, actor: Viewer, reason: str = ""
) -> None:
    """Write the last day of a locked membership, and who takes over. In the caller's transaction."""
    day = closing_day(membership, last_day)
    membership.ends_on = day
    membership.save(update_fields=["ends_on"])
    why = {"reason": reason} if reason else {}
    record("members.membership_ended", membership, actor=actor, last_day=str(day), **why)
    name(membership, successor=successor, actor=actor, anew=True)


def closing_day(membership: Membership, last_day: date) -> date:
    """The last day that is written where `last_day` is asked for. Refused beside `last_day`."""
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
    return day


def name(membership: Membership, *, successor: Membership | None, actor: Viewer, anew: bool = False) -> None:
    """Note who takes over from a membership with a last day; refused for somebody who cannot. `anew`: it has just got
    that day, also where it had ended before and an objection opened it again."""
    if successor is not None:
        require_colleague(membership, successor, membership.ends_on)
    with acting_as(_hand(membership)):
        hand_over = _standing(membership) or _new(membership)
        if anew or successor is not None:
            hand_over.done_at = None
        if anew:
            hand_over.seen_at = hand_over.successor = None
        hand_over.successor_id = successor.user_id if successor is not None else hand_over.successor_id
        hand_over.recorded_by, hand_over.recorded_at = actor.user, clock.now()
        hand_over.save()
    if successor is not None:
        record("members.successor_named", membership, actor=actor, successor=successor.user_id)


def _hand(membership: Membership) -> Viewer:
    """The organisation itself without a person: who ends a membership may be the regulator, who is not to know what
    a firm has in hand."""
    if membership.organisation.kind == OrganisationKind.PLATFORM:
        return Viewer(kind=OrganisationKind.PLATFORM, organisation_id=membership.organisation_id)
    return everything()


def _new(membership: Membership) -> HandOver:
    # Agencies write nothing: what their people owe is the regulator's to look after.
    internal = membership.organisation.kind != OrganisationKind.AGENCY
    return HandOver(
        membership=membership,
        organisation_id=membership.organisation_id,
        audience=Audience.ORGANISATION if internal else Audience.SHARED,
        recorded_at=clock.now(),
    )


def _standing(membership: Membership) -> HandOver | None:
    return HandOver.objects.select_for_update().filter(membership=membership).first()


def require_colleague(membership: Membership, successor: Membership, last_day: date | None) -> None:
    """Refused beside `successor` for somebody who cannot take on what is open after `last_day`."""
    if successor.user_id == membership.user_id:
        raise Refused(_("Choose somebody else than the person who leaves."), field="successor")
    if successor.organisation_id != membership.organisation_id:
        raise Refused(_("Choose a colleague of the same organisation."), field="successor")
    day = max(clock.today(), (last_day or clock.today()) + _DAY)
    if successor.role in {Role.SUPERVISION, Role.OBSERVER} or not successor.covers(day):
        raise Refused(_("This colleague cannot take it on."), field="successor")


def look_through(membership: Membership) -> bool:
    """Once access has closed: move what is open to the successor, or tell the coordinators that it stays.

    It runs as the organisation without a person, who sees nobody's drafts; the receivers move those by a function of
    the database's owner that gives back numbers alone. Repeating it moves nothing twice. Returns whether it did.
    """
    if membership.ends_on is None or membership.ends_on >= clock.today():
        return False
    with transaction.atomic(), acting_as(_hand(membership)):
        hand_over = _standing(membership)
        if hand_over is None:
            # Nobody ended it: the term ran out by itself, and nobody has been told.
            hand_over = _new(membership)
            hand_over.save()
            access_news.tell_ended(membership, actor=None)
        if hand_over.done_at is not None:
            return False
        if hand_over.successor_id is not None and not _has_access(hand_over):
            hand_over.successor = None
            # The receivers ask the row.
            hand_over.save(update_fields=["successor"])
        if hand_over.seen_at is not None and hand_over.successor is None:
            return False
        told = membership_ended.send(sender=HandOver, hand_over=hand_over)
        results: list[Handed] = [result for _receiver, result in told]  # type: ignore[misc]
        moved = sum(one.moved for one in results)
        hand_over.moved += moved
        hand_over.kept = sum(one.kept for one in results)
        hand_over.seen_at = clock.now()
        hand_over.done_at = hand_over.seen_at if hand_over.successor is not None else None
        hand_over.save()
        record("members.handed_over", hand_over.membership, actor=None, successor=hand_over.successor_id)
        if moved:
            people_news.tell_handed_over(hand_over, moved=moved)
        if hand_over.kept:
            people_news.tell_work_remains(hand_over)
    return True


def _has_access(hand_over: HandOver) -> bool:
    if hand_over.successor_id is None:
        return False
    viewer = viewers_for([hand_over.successor_id]).get(hand_over.successor_id)
    return viewer is not None and viewer.organisation_id == hand_over.organisation_id


def look_through_due() -> int:
    """By the system alone, every hour: hand over what became due since, also where a term ran out by itself and
    nobody was named. Returns how many memberships it looked through; repeating it finds none."""
    today = clock.today()
    later = Membership.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation"), starts_on__gt=OuterRef("starts_on")
    )
    # Whose role has changed has not left: their latest membership counts.
    ended = Membership.objects.filter(~Exists(later), ends_on__lt=today, ends_on__gte=today - _RAN_OUT)
    return sum(look_through(membership) for membership in ended.select_related("organisation").order_by("pk"))
