"""What this room hears from the rooms to its left."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Invitation, User
from accounts.signals import invitation_accepted
from members import mirroring, workflow


@receiver(invitation_accepted)
def take_up_offered_membership(invitation: Invitation, user: User, **kwargs: Any) -> None:
    workflow.take_up_offer(invitation, user=user)


@receiver(user_logged_out)
def a_view_as_a_firm_ends_with_the_session(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if request is not None and user is not None:
        mirroring.end_with_the_session(request, user)
