"""How a request learns who is there, in one statement: the session, the person, and what other rooms add to it.

Four queries stood before every page (session, person, membership, the database's viewer); now it is one.
`entering()` is said by the outermost reader of a request alone: any other session that is loaded meanwhile
(a list of one's devices, a clean-up) is read plainly and changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user
from django.http import HttpRequest

from accounts.models import Session, User
from portal.common.prepared import planned_once

SESSION, PERSON = "s", "u"


@dataclass(frozen=True)
class Companion:
    """What a room adds. `statement()` gives columns, a join and the join's parameters; the person's row is `u`.

    `build` makes the object from its columns; None where the join found nothing.
    """

    statement: Callable[[], tuple[Sequence[str], str, Sequence[Any]]]
    build: Callable[[User, Sequence[Any]], Any]


@dataclass(frozen=True)
class Entered:
    """A session that stands, its person where somebody is signed in, and the companion's object."""

    session_data: str
    user: User | None
    companion: Any


_companion: list[Companion] = []
_entering: ContextVar[bool] = ContextVar("accounts_entering", default=False)
_known: ContextVar[User | None] = ContextVar("accounts_known", default=None)
_PERSON_FIELDS = [field.attname for field in User._meta.concrete_fields]
_PERSON_COLUMNS = [f"{PERSON}.{field.column}" for field in User._meta.concrete_fields]


def set_companion(companion: Companion) -> None:
    """Called once, from the AppConfig of the room that knows on whose behalf people act."""
    _companion[:] = [companion]


@contextmanager
def entering() -> Iterator[None]:
    """The request's own session is loaded inside, with all that comes along."""
    token = _entering.set(True)
    try:
        yield
    finally:
        _entering.reset(token)


def is_entering() -> bool:
    return _entering.get()


def enter(session_key: str) -> Entered | None:
    """The session of this key with its person; None where it does not exist or has ended. One statement."""
    columns, join, params = ((), "", ()) if not _companion else _companion[0].statement()
    sql = (
        f"SELECT {SESSION}.session_data, {', '.join([*_PERSON_COLUMNS, *columns])}"  # noqa: S608 - our own columns
        f" FROM {Session._meta.db_table} {SESSION}"
        f" LEFT JOIN {User._meta.db_table} {PERSON} ON {PERSON}.id = {SESSION}.user_id AND {PERSON}.is_active"
        f" {join} WHERE {SESSION}.session_key = %s AND {SESSION}.expire_date > now()"
    )
    with planned_once() as cursor:
        cursor.execute(sql, [*params, session_key])
        row = cursor.fetchone()
    if row is None:
        return None
    data, person, rest = row[0], row[1 : 1 + len(_PERSON_FIELDS)], row[1 + len(_PERSON_FIELDS) :]
    if person[0] is None:
        return Entered(data, None, None)
    user = User.from_db("default", _PERSON_FIELDS, person)
    return Entered(data, user, _companion[0].build(user, rest) if _companion else None)


def known(user_id: Any) -> User | None:
    """The person who came with the session, for the sign-in backend: not asked for a second time."""
    user = _known.get()
    return user if user is not None and str(user.pk) == str(user_id) else None


def person_of(request: HttpRequest) -> Any:
    """Django's own answer to who is signed in (it checks the session's hash), from the rows at hand."""
    if not hasattr(request, "_cached_user"):
        request.session.get("")  # loads it
        entered = getattr(request.session, "entered", None)
        token = _known.set(entered.user if entered else None)
        try:
            request._cached_user = get_user(request)  # type: ignore[attr-defined]
        finally:
            _known.reset(token)
    return request._cached_user  # type: ignore[attr-defined]
