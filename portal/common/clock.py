"""The clock that every rule reads.

Domain code asks `now()`, never the system, so that records of the past (an import, the demonstration data)
pass through the same verbs at the moment at which they happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connections
from django.db.models import DateTimeField, Func
from django.utils import timezone

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
_moment: ContextVar[datetime | None] = ContextVar("clock_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moment.get() or timezone.now()


class DatabaseNow(Func):
    """The database's clock as a column of a statement that is sent anyway: hand it to `database_now`."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def database_now(using: str = "default", *, told: datetime | None = None) -> datetime:
    """The present moment by the database's clock, read when it is asked for and not when the transaction began.

    What must be exact to a deadline is decided by this one clock, whichever machine answers; ask after the lock.
    `told`: what a statement has just brought of it (`DatabaseNow`).
    """
    moment = _moment.get() or told
    if moment is not None:
        return moment
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (found,) = cursor.fetchone()
    return found  # type: ignore[no-any-return]


def today() -> date:
    """The present calendar day in Hong Kong."""
    return now().astimezone(HONG_KONG).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the block happen at `moment` (aware). For loading records of the past, never for a request."""
    if timezone.is_naive(moment):
        raise ValueError("clock.at() needs a moment with a time zone")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
