"""Middleware about the person: a second factor for everybody, and when a session was last used."""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from accounts import second_factor, step_up
from accounts.entrance import person_of
from portal.common import clock

ACTIVITY_EVERY_SECONDS = 300
ACTIVITY_SESSION_KEY = "activity_at"

# What a person may reach before the second factor: enrolling it, proving it, and leaving; and what shows everybody
# the same. Pages that the public reads too are not among them: to a member they show what members read.
ALLOWED_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_login_webauthn",
        "accessibility",
        "account_complete_password_reset",
        "account_confirm_password_reset_code",
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_password_reset_completed",
        "account_reset_password",
        "account_signup",
        "accounts:invitation",
        "accounts:theme",
        "demo:enter",
        "favicon",
        "help",
        "metrics",
        "notifications:unsubscribe",
        "privacy",
        "set_language",
    }
)
PROVE_SESSION_KEY = "second_factor_next"


class RequireSecondFactorMiddleware:
    """Nobody who signed in with a password alone reaches a page of the portal, not even one open to the public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match and match.view_name in ALLOWED_WITHOUT_SECOND_FACTOR:
            return None
        if second_factor.is_proved(request):
            return None
        if second_factor.is_enrolled(request.user):
            # Enrolled on another device since this session began: prove it here.
            return redirect("mfa_reauthenticate")
        return redirect("mfa_activate_totp")


class StepUpMiddleware:
    """What is on the list of accounts.step_up is done by somebody who is there now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not step_up.is_asked(match.view_name, request.method, kwargs):
            return None
        if not request.user.is_authenticated:
            return None
        if not step_up.is_fresh(request):
            return step_up.confirm_first(request)
        step_up.let_go(request)
        return None


class PersonMiddleware(AuthenticationMiddleware):
    """`request.user`, when somebody asks: Django's own, from the rows that came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


class SessionActivityMiddleware:
    """Keep "last seen" of the sessions page, at most once in five minutes; allauth's own writes at each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        # A page that is left open asks for news by itself: nobody is there, and the session may end.
        if getattr(view_func, "is_polling", False):
            return
        # Through a firm's eyes nothing is written (members.mirroring), and the session need not outlive that.
        if request.viewer.is_mirror:  # type: ignore[attr-defined]
            return
        if request.session.session_key and request.user.is_authenticated:
            now = clock.now().timestamp()
            if now - request.session.get(ACTIVITY_SESSION_KEY, 0) > ACTIVITY_EVERY_SECONDS:
                UserSession.objects.create_from_request(request)
                request.session[ACTIVITY_SESSION_KEY] = now
