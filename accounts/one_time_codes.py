"""A code of an authenticator app is accepted once.

allauth remembers used codes in the cache, which may be emptied or restarted. Here the database decides: the row of the
authenticator keeps the newest time step that was accepted, and one statement moves it forward. Of any number of
processes that are shown the same code at the same moment one moves it.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection

from accounts.encryption import decrypt

_MOVE_FORWARD = """
    UPDATE mfa_authenticator SET data = jsonb_set(data, '{last_step}', to_jsonb(%s::bigint))
    WHERE id = %s AND coalesce((data ->> 'last_step')::bigint, -1) < %s
"""


def step_of(secret: str, code: str) -> int | None:
    """The time step that `code` belongs to, of those that are accepted now."""
    steps = (step for step in yield_hotp_counters_from_time() if step >= 0)
    return next(
        (
            step
            for step in steps
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
        ),
        None,
    )


def use_up(authenticator: Authenticator, code: str) -> bool:
    """Whether this was the first use of `code`. It must be a valid code of this authenticator app."""
    step = step_of(decrypt(authenticator.data["secret"]), code)
    if step is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_FORWARD, [step, authenticator.pk, step])
        return bool(cursor.rowcount)


class _OnceOnly:
    """Added to allauth's forms, which have checked the code by then."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        used: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if used.type == Authenticator.Type.TOTP and not use_up(used, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OnceOnly, AllauthAuthenticateForm):
    pass


class ReauthenticateForm(_OnceOnly, AllauthReauthenticateForm):
    pass
