"""What this room hears from allauth."""

from typing import Any

from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import one_time_codes, second_factor
from accounts.models import User


@receiver(authenticator_added)
def count_session_as_proved(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    """Enrolling a factor proves it; otherwise the person would be asked for it again at the next click."""
    if authenticator.type in second_factor.COUNTED:
        second_factor.mark_proved(request, user, type=authenticator.type)
    if authenticator.type == authenticator.Type.TOTP:
        one_time_codes.use_up(authenticator, request.POST.get("code", ""))
