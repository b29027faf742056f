"""Entries about signing in. accounts lies to the left and cannot call this room, so allauth's signals are heard."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import sessions_ended
from audit.workflow import record


class _Person:
    """A user as an actor, before anything is known of a membership."""

    def __init__(self, user: User) -> None:
        self.user_id: int | None = user.pk
        self.organisation_id: int | None = None
        self.name = user.name_en or user.email


def _record(verb: str, user: User | None, **detail: Any) -> None:
    record(verb, user, actor=_Person(user) if user else None, **detail)


@receiver(account.user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    _record("accounts.signed_in", user)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    if user:
        _record("accounts.signed_out", user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Which account was tried, if there is one. What was typed is not kept: it is at times a password."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    known = User.objects.filter(email__iexact=email).first()
    record("accounts.sign_in_failed", known, actor=None)


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(user: User, **kwargs: Any) -> None:
    _record("accounts.password_changed", user)


@receiver(account.password_reset)
def password_reset(user: User, **kwargs: Any) -> None:
    _record("accounts.password_reset", user)


@receiver(mfa.authenticator_added)
def second_factor_added(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("accounts.second_factor_added", user, kind=authenticator.type)


@receiver(mfa.authenticator_removed)
def second_factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("accounts.second_factor_removed", user, kind=authenticator.type)


@receiver(mfa.authenticator_reset)
def recovery_codes_made(user: User, **kwargs: Any) -> None:
    _record("accounts.recovery_codes_made", user)


@receiver(sessions_ended)
def person_ended_sessions(user: User, count: int, **kwargs: Any) -> None:
    _record("accounts.sessions_ended", user, count=count)
