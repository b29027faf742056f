"""What this room hears from the rooms to its left."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from audit.workflow import record
from meetings.enums import UPCOMING_STATES, ActionState, MeetingState, MinutesState
from meetings.models import Action, Meeting, Minutes
from members.enums import OrganisationKind
from members.models import HandOver, WorkingGroupMembership
from members.reach import everything
from members.signals import Handed, membership_ended
from members.viewer import acting_as
from portal.common import clock

_PLANNED = UPCOMING_STATES | {MeetingState.DRAFT, MeetingState.ADJOURNED}


@receiver(membership_ended)
def hand_over_open_actions(hand_over: HandOver, **kwargs: Any) -> Handed:
    """Open actions that the leaver owes go to the successor; one of a working group only to a member of it. The list
    is the chair's office's, so that it is written with the regulator's hand, whoever has ended the membership."""
    with acting_as(everything()):
        return _move_actions(hand_over)


@receiver(membership_ended)
def hand_over_planned_meetings(hand_over: HandOver, **kwargs: Any) -> Handed:
    """Of the regulator's people: meetings that the leaver was to chair, and minutes that are not confirmed. Who chaired
    what has begun stays as it was."""
    if hand_over.organisation.kind != OrganisationKind.REGULATOR:
        return Handed()
    with acting_as(everything()):
        leaver = hand_over.membership.user_id
        ahead = Meeting.objects.filter(Q(state=MeetingState.ADJOURNED) | Q(starts_at__gt=clock.now()), chair=leaver)
        chaired = _move_seats(ahead.filter(state__in=_PLANNED), "chair", "meetings.chair_handed_over", hand_over)
        open_ones = Minutes.objects.filter(taken_by=leaver).exclude(state=MinutesState.CONFIRMED)
        taken = _move_seats(open_ones, "taken_by", "meetings.minutes_handed_over", hand_over)
    return Handed(moved=chaired.moved + taken.moved, kept=chaired.kept + taken.kept)


def _move_seats(rows: Any, field: str, verb: str, hand_over: HandOver) -> Handed:
    successor, moved, kept = hand_over.successor_id, 0, 0
    seats = _groups_of(successor)
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        if successor is None or (row.working_group_id is not None and row.working_group_id not in seats):
            kept += 1
            continue
        setattr(row, f"{field}_id", successor)
        row.save(update_fields=[field])
        record(verb, row, actor=None, former=hand_over.membership.user_id, successor=successor)
        moved += 1
    return Handed(moved=moved, kept=kept)


def _groups_of(user_id: int | None) -> set[int]:
    return set(WorkingGroupMembership.objects.standing().filter(user=user_id).values_list("group", flat=True))


def _move_actions(hand_over: HandOver) -> Handed:
    leaver, successor = hand_over.membership.user_id, hand_over.successor_id
    mine = Action.objects.filter(
        Q(owner_organisation=None) | Q(owner_organisation=hand_over.organisation_id), owner_user=leaver
    ).exclude(state=ActionState.DONE)
    seats = _groups_of(successor)
    moved = kept = 0
    for action in mine.select_for_update(of=("self",)).order_by("pk"):
        if successor is None or (action.working_group_id is not None and action.working_group_id not in seats):
            kept += 1
            continue
        action.owner_user_id = successor
        action.save(update_fields=["owner_user"])
        record("meetings.action_handed_over", action, actor=None, former=leaver, successor=successor)
        moved += 1
    return Handed(moved=moved, kept=kept)
