"""What this room hears from the rooms to its left."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from audit.workflow import record
from meetings.enums import ActionState
from meetings.models import Action
from members.models import HandOver, WorkingGroupMembership
from members.reach import everything
from members.signals import Handed, membership_ended
from members.viewer import acting_as


@receiver(membership_ended)
def hand_over_open_actions(hand_over: HandOver, **kwargs: Any) -> Handed:
    """Open actions that the leaver owes go to the successor; one of a working group only to a member of it. The list
    is the chair's office's, so that it is written with the regulator's hand, whoever has ended the membership."""
    with acting_as(everything()):
        return _move(hand_over)


def _move(hand_over: HandOver) -> Handed:
    leaver, successor = hand_over.membership.user_id, hand_over.successor_id
    mine = Action.objects.filter(
        Q(owner_organisation=None) | Q(owner_organisation=hand_over.organisation_id), owner_user=leaver
    ).exclude(state=ActionState.DONE)
    seats = set(WorkingGroupMembership.objects.filter(user=successor).values_list("group", flat=True))
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
