"""What is kept encrypted: secrets of authenticator apps, seeds of recovery codes, secrets of a firm's sign-in.

The keys come from settings, newest first. A key that is retired stays readable in the list of old ones until
`manage.py reencrypt` has written everything anew under the newest.
"""

import base64
from collections.abc import Callable
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def keys() -> tuple[str, ...]:
    """PORTAL_FIELD_KEY where there is one, those that it replaced, and the session keys that served before it."""
    given = (
        settings.FIELD_ENCRYPTION_KEY,
        *settings.FIELD_ENCRYPTION_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    )
    return tuple(key for key in given if key)


@cache
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(Fernet(base64.urlsafe_b64encode(sha256(s.encode()).digest())) for s in secrets)


def encrypt(text: str) -> str:
    return _box(keys()).encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text. InvalidToken: none of the keys at hand has written it."""
    return _box(keys()).decrypt(encrypted.encode()).decode()


def renewed(encrypted: str) -> str:
    """The same text under the newest key; unchanged where that has written it."""
    newest = _box(keys()[:1])
    try:
        newest.decrypt(encrypted.encode())
    except InvalidToken:
        return encrypt(decrypt(encrypted))
    return encrypted


# Each room that keeps something encrypted says how all of it is written anew; the answer is how many rows changed.
_rewriters: dict[str, Callable[[], int]] = {}


def register(name: str, rewrite: Callable[[], int]) -> None:
    """Called from the AppConfig of the room that keeps it."""
    _rewriters[name] = rewrite


def write_all_anew() -> dict[str, int]:
    """Everything under the newest key; then the old keys may be taken from the settings. What changed, by name."""
    return {name: rewrite() for name, rewrite in _rewriters.items()}
