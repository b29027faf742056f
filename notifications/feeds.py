"""Keys to feeds: what a feed reader has in place of a session.

A key is 256 random bits. It is shown once; the database keeps its SHA-256 alone. It opens what its owner can read at
the moment it is used, nothing else, and until it is revoked.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import Actor, record
from notifications.models import FeedToken
from portal.common import clock
from portal.common.errors import Refused

KEY_BYTES: Final = 32
KEYS_EACH: Final = 10
USED_EVERY: Final = timedelta(hours=1)
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Feed:
    """A feed that a key opens: its name, and its address with the key in it."""

    title: str
    path: str


Lister = Callable[[User, str], Iterable[Feed]]
_listers: list[Lister] = []


def register(lister: Lister) -> None:
    """A room says which feeds it has for a person: called with the person and a key, as that person's own reader."""
    _listers.append(lister)


def feeds_of(user: User, key: str) -> list[Feed]:
    return [feed for lister in _listers for feed in lister(user, key)]


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def make_key(user: User, *, actor: Actor, name: str = "") -> tuple[FeedToken, str]:
    """A new key of the person's own, and the words of it, which nobody can see again. Raises `Refused` at ten."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if FeedToken.objects.filter(user=user, revoked_at=None).count() >= KEYS_EACH:
            raise Refused(_("You have ten feed keys. Revoke one that you no longer use."))
        key = secrets.token_urlsafe(KEY_BYTES)
        made = FeedToken.objects.create(user=user, digest=digest(key), name=name.strip()[:80], created_at=clock.now())
        record("notifications.feed_key_made", actor=actor, key=made.pk)
    return made, key


def revoke_key(user: User, pk: int, *, actor: Actor) -> bool:
    """The key opens nothing from now on. False if it is not this person's, or was revoked before."""
    with transaction.atomic():
        done = FeedToken.objects.filter(pk=pk, user=user, revoked_at=None).update(revoked_at=clock.now())
        if done:
            record("notifications.feed_key_revoked", actor=actor, key=pk)
    return bool(done)


def keys_of(user: User) -> Any:
    """The person's keys that open something, newest first."""
    return FeedToken.objects.filter(user=user, revoked_at=None).order_by("-created_at")


def owner_of(key: str) -> User | None:
    """Whose key this is; None for one that was revoked or never made. Notes its use, at most once an hour."""
    if not _FORM.fullmatch(key):
        return None
    found = FeedToken.objects.select_related("user").filter(digest=digest(key), revoked_at=None).first()
    if found is None or not found.user.is_active:
        return None
    now = clock.now()
    if found.last_used_at is None or now - found.last_used_at >= USED_EVERY:
        FeedToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.user
