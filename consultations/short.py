"""The key of a comment as a page's many links say it: 22 characters in place of 36."""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

_LENGTH = 22


def shortened(key: uuid.UUID) -> str:
    """Letters, digits, `-` and `_`."""
    return urlsafe_b64encode(key.bytes).decode()[:_LENGTH]


def key_of(text: str) -> uuid.UUID | None:
    """The key that an address names, short or in full; None for anything else."""
    try:
        if len(text) == _LENGTH:
            return uuid.UUID(bytes=urlsafe_b64decode(f"{text}=="))
        return uuid.UUID(text)
    except (ValueError, Error):
        return None
