"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.signed_in": _("Signed in"),
    "accounts.signed_out": _("Signed out"),
    "accounts.sign_in_failed": _("Sign-in failed"),
    "accounts.password_changed": _("Password changed"),
    "accounts.password_reset": _("Password reset"),
    "accounts.second_factor_added": _("Second factor added"),
    "accounts.second_factor_removed": _("Second factor removed"),
    "accounts.recovery_codes_made": _("Recovery codes made"),
    "accounts.sessions_ended": _("Sessions ended"),
}


_FACTORS = {
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
}


def factor_words(kind: str) -> str:
    return str(_FACTORS.get(kind, kind))


PARTICULARS = {"kind": factor_words}
