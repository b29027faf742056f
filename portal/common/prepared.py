"""Queries whose SQL Django makes once: later only the values are put in.

Making the SQL of a page's query takes longer than PostgreSQL takes to answer it. `Prepared(build)` calls `build` with
stand-ins for the values, keeps the SQL that Django makes of it, and puts the real values where the stand-ins stand. The
rule is still said once, in the queryset: who may read what is worked out by the same code, for every sort of viewer
(which parts of the viewer there are) apart.

What `build` may not do is decide by a value that has a stand-in. It may decide by text and by truth inside of a
dataclass, by what is None, and by how many there are of something: those belong to the key under which SQL is kept.
A number, a moment or an id in the SQL that is no stand-in is refused when the SQL is made (ValueError), so that nothing
of the first reader can come into the query of the second. tests/portal/common/test_prepared.py and
tests/consultations/test_prepared.py hold the SQL equal to what Django makes afresh.
"""

import copy
import uuid
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from portal.common import clock

# So many sorts of viewer a query; the least used is made again.
KEPT = 64
# Constants of a query: counts that are compared with nothing or one.
_SMALL = frozenset({0, 1})
_NUMBER = -8_414_709_848_000_000_000
_MOMENT = datetime(9141, 5, 9, 1, 2, 3, 456_789, tzinfo=UTC)
_MARK = "\ue000"
_NOW = "now"


class Prepared:
    """A query as a function of its values: `rows = Prepared(build)(viewer=viewer, key="cp-2026-05")`.

    `build` gives a queryset. A list among the values stands in an `__in`, and may not be empty. The answer is a list:
    nobody can narrow it afterwards in vain.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self._statement = lru_cache(maxsize=KEPT)(self._make)

    def __call__(self, **values: Any) -> list[Any]:
        keys, found = _taken_apart(values)
        return self._statement(keys).run(found)

    def sql(self, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """The statement and its parameters, for tests."""
        keys, found = _taken_apart(values)
        return self._statement(keys).bound(found)

    def _make(self, keys: tuple[Any, ...]) -> "_Statement":
        stand_ins = _StandIns()
        values = {name: stand_ins.of((name,), shape) for name, shape in keys}
        stand_ins.known[_MOMENT] = (_NOW,)
        # Not a moment of the past: the present one is put in its place.
        with clock.at(_MOMENT):
            return _Statement(self.build(**values), stand_ins.known)


Path = tuple[Any, ...]


def _taken_apart(values: dict[str, Any]) -> tuple[tuple[Any, ...], dict[Path, Any]]:
    """What the SQL is kept under, and the value at each path."""
    found: dict[Path, Any] = {}
    return tuple((name, _shape(value, (name,), found)) for name, value in values.items()), found


def _shape(value: Any, path: Path, found: dict[Path, Any]) -> Any:
    """A value without what is put in later, as part of a key."""
    if isinstance(value, list):
        if not value:
            raise ValueError(f"{path}: an empty list has no SQL")
        found[path] = value
        return ("list", _kind(value[0], path))
    return _inner(value, path, found, text=False)


def _inner(value: Any, path: Path, found: dict[Path, Any], *, text: bool) -> Any:
    if value is None or isinstance(value, bool) or (text and isinstance(value, str)):
        return ("is", value)
    if isinstance(value, tuple):
        return ("tuple", *(_inner(one, (*path, at), found, text=text) for at, one in enumerate(value)))
    if is_dataclass(value) and not isinstance(value, type):
        parts = [(one.name, getattr(value, one.name)) for one in fields(value) if one.compare]
        return (_Sort(value), *((name, _inner(part, (*path, name), found, text=True)) for name, part in parts))
    found[path] = value
    return ("value", _kind(value, path))


def _kind(value: Any, path: Path) -> type:
    for kind in (int, str, uuid.UUID, datetime):
        if isinstance(value, kind):
            return kind
    raise TypeError(f"{path}: {type(value).__name__} cannot be put into prepared SQL")


class _Sort:
    """The dataclass of a value, with an example to make stand-ins from; equal to every other of its class."""

    def __init__(self, example: Any) -> None:
        # Without what is not compared: nothing of the example's person is kept.
        none = {one.name: None for one in fields(example) if not one.compare}
        self.example = replace(example, **none)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sort) and type(other.example) is type(self.example)

    def __hash__(self) -> int:
        return hash(type(self.example))


class _StandIns:
    """Values that occur nowhere else, and the path of the one that each stands for."""

    def __init__(self) -> None:
        self.known: dict[Any, Path] = {}
        self._numbers = count(1)

    def of(self, path: Path, shape: Any) -> Any:
        sort, *rest = shape
        if isinstance(sort, _Sort):
            return replace(sort.example, **{name: self.of((*path, name), inner) for name, inner in rest})
        if sort == "is":
            return rest[0]
        if sort == "tuple":
            return tuple(self.of((*path, at), inner) for at, inner in enumerate(rest))
        made = self._one(rest[0])
        self.known[made] = path
        return [made] if sort == "list" else made

    def _one(self, kind: type) -> Any:
        number = next(self._numbers)
        if kind is int:
            return _NUMBER - number
        if kind is uuid.UUID:
            return uuid.UUID(int=(0x8414709848 << 88) + number)
        if kind is datetime:
            return _MOMENT + timedelta(days=number)
        return f"{_MARK}{number}{_MARK}"


class _Statement:
    """One statement, and what Django needs to make objects of its rows."""

    def __init__(self, rows: Any, known: dict[Any, Path]) -> None:
        if rows._known_related_objects or rows._prefetch_related_lookups or rows.db != "default":
            raise ValueError("a prepared query starts from a manager, and fetches nothing besides")
        self.rows = rows
        self.query = rows.query
        self.compiler = self.query.get_compiler("default")
        sql, params = self.compiler.as_sql()
        self.pieces = sql.split("%s")
        self.params = [_parameter(value, known) for value in params]
        if len(self.pieces) != len(self.params) + 1:
            raise ValueError("a parameter is not a plain %s")
        converters = self.compiler.get_converters([one[0] for one in self.compiler.select])
        self.compiler.get_converters = lambda _expressions: converters
        # That of the thread which came first.
        self.compiler.connection = None

    def bound(self, found: dict[Path, Any]) -> tuple[str, tuple[Any, ...]]:
        sql, params = [self.pieces[0]], []
        for (path, fixed), piece in zip(self.params, self.pieces[1:], strict=True):
            if path is None:
                params.append(fixed)
                sql.append("%s")
            else:
                value = clock.now() if path == (_NOW,) else found[path]
                many = value if isinstance(value, list) else [value]
                params += map(fixed, many) if fixed else many
                sql.append(", ".join(["%s"] * len(many)))
            sql.append(piece)
        return "".join(sql), tuple(params)

    def run(self, found: dict[Path, Any]) -> list[Any]:
        bound = self.bound(found)
        compiler = copy.copy(self.compiler)
        compiler.connection = connections["default"]
        compiler.as_sql = lambda *_args, **_kwargs: bound
        rows = SimpleNamespace(
            db="default",
            model=self.rows.model,
            query=_Query(self.query, compiler),
            _fields=self.rows._fields,
            _known_related_objects={},
        )
        return list(self.rows._iterable_class(rows))


class _Query:
    """A query whose SQL is made already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query = query
        self._compiler = compiler

    def get_compiler(self, using: str = "default", connection: Any = None, elide_empty: bool = True) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _parameter(value: Any, known: dict[Any, Path]) -> tuple[Path | None, Any]:
    """The path of its value and, for a number, its type (Django marks how large it is); or the constant that it is."""
    if isinstance(value, bool) or value is None or value == []:
        return None, value
    if isinstance(value, int | str | uuid.UUID | datetime) and value in known:
        return known[value], type(value) if isinstance(value, int) else None
    if isinstance(value, str) and _MARK not in value:
        return None, value
    if isinstance(value, int) and value in _SMALL:
        return None, value
    raise ValueError(f"{value!r} would be kept in prepared SQL: hand it in")
