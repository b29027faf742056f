"""Whether this session has proved a second factor. allauth has no such switch (SECURITY.md A1).

Email codes never count: an email is not something that the person has (DOMAIN.md 5, SFC FAQ of 1 March 2024).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from accounts import encryption
from accounts.models import User

COUNTED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Factors:
    """The kinds of second factor that a person has, for those who look after people. Never a secret."""

    has_passkey: bool = False
    has_app: bool = False
    has_recovery_codes: bool = False

    @property
    def has_any(self) -> bool:
        return self.has_passkey or self.has_app


def factors_of(user_ids: Collection[int]) -> dict[int, Factors]:
    """The kinds of each of these people in one query; who has none is left out. Of recovery codes: is any left?"""
    rows = Authenticator.objects.filter(user__in=user_ids).values_list("user_id", "type", "data__used_mask")
    kinds: dict[int, dict[str, bool]] = {}
    for user_id, kind, used in rows:
        found = kinds.setdefault(user_id, {})
        if kind == Authenticator.Type.RECOVERY_CODES:
            found["has_recovery_codes"] = (used or 0).bit_count() < app_settings.RECOVERY_CODE_COUNT
        else:
            found["has_passkey" if kind == Authenticator.Type.WEBAUTHN else "has_app"] = True
    return {user_id: Factors(**found) for user_id, found in kinds.items()}


def is_enrolled(user: User) -> bool:
    """Whether the person has an authenticator app or a passkey. Recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=COUNTED).exists())


def is_proved(request: HttpRequest) -> bool:
    """Whether this session signed in with a second factor (or a passkey, which is two in one)."""
    # Without the user this returns [] and everybody would fail.
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def mark_proved(request: HttpRequest, user: User, **details: Any) -> None:
    """Count the session as proved: the person has this moment enrolled a factor, or entered the local demo.

    `record_authentication` is allauth's own and not a public interface; this is the one module that calls it.
    Call it after login(), which empties the session.
    """
    record_authentication(request, user, method="mfa", reauthenticated=True, **details)


def mark_password_chosen(request: HttpRequest, user: User) -> None:
    """The person has just chosen this account's password in this session: as good as typing it once more.

    It is no second factor. Call it after login() too, and only in the request that made the password.
    """
    record_authentication(request, user, method="password", reauthenticated=True)


def write_secrets_anew() -> int:
    """Secrets of authenticator apps and seeds of recovery codes under the newest key; how many rows changed."""
    changed = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
            kept = {name: row.data[name] for name in ("secret", "seed") if name in row.data}
            renewed = {name: encryption.renewed(text) for name, text in kept.items()}
            if renewed != kept:
                row.data.update(renewed)
                row.save(update_fields=["data"])
                changed += 1
    return changed
