"""What this room hears from the rooms to its left."""

from typing import Any

from django.dispatch import receiver

from accounts.models import Invitation, User
from accounts.signals import invitation_accepted
from members import workflow


@receiver(invitation_accepted)
def take_up_offered_membership(invitation: Invitation, user: User, **kwargs: Any) -> None:
    workflow.take_up_offer(invitation, user=user)
