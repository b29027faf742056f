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

PostgreSQL keeps the plan too: each connection prepares a statement once, with its values as parameters. Under row
security a page's plans take twice as long to make as to carry out.
"""

import copy
import uuid
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.postgresql.psycopg_any import register_tzloader
from django.db.models import QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.query import ModelIterable, RelatedPopulator
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.sql import quote
from psycopg.types.numeric import Int8

from portal.common import clock

# So many sorts of viewer a query, 10 to 90 KB each; the least used is made again.
KEPT = 64
# Plans a connection: some hundred KB of PostgreSQL's memory each.
PLANS = 40
# Constants of a query: counts that are compared with nothing or one.
_SMALL = frozenset({0, 1})
_NUMBER = -8_414_709_848_000_000_000
_MOMENT = datetime(9141, 5, 9, 1, 2, 3, 456_789, tzinfo=UTC)
_MARK = "\ue000"
_NOW = ("now",)
_TODAY = ("today",)
_TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid


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

    def around(self, sql: str) -> str:
        """The statement that is sent, of the one that Django makes."""
        return sql

    def _make(self, keys: tuple[Any, ...]) -> "_Statement":
        stand_ins = _StandIns()
        values = {name: stand_ins.of((name,), shape) for name, shape in keys}
        # Not a moment of the past: the present one, and the present day, are put in their place.
        with clock.at(_MOMENT):
            stand_ins.known |= {_MOMENT: _NOW, clock.today(): _TODAY}
            return _Statement(self.build(**values), stand_ins, self.around)


class Summed(Prepared):
    """A prepared query whose rows PostgreSQL sums up as Django cannot ask for.

    `frame` is SQL about `{rows}` that begins with SELECT, without values of its own. The answer is a list of
    dictionaries, under the names that `frame` gives its columns.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], frame: str) -> None:
        super().__init__(build)
        self.frame = frame

    def __call__(self, **values: Any) -> list[dict[str, Any]]:
        sql, params = self.sql(**values)
        with planned_once() as cursor:
            cursor.execute(sql, params)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def around(self, sql: str) -> str:
        return self.frame.replace("{rows}", f"({sql}) AS rows")


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
        self.lists: set[Path] = set()
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
        if sort == "list":
            self.lists.add(path)
            return [made]
        return made

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

    def __init__(self, rows: Any, stand_ins: _StandIns, around: Callable[[str], str]) -> None:
        if rows._known_related_objects or rows._prefetch_related_lookups or rows.db != "default":
            raise ValueError("a prepared query starts from a manager, and fetches nothing besides")
        compiler = rows.query.get_compiler("default")
        sql, params = compiler.as_sql()
        known = [_parameter(value, stand_ins.known) for value in params]
        pieces = _with_arrays(sql.split("%s"), [path in stand_ins.lists for path, _fixed in known])
        text = around(_with_constants(pieces, known))
        self.params = [(path, kind) for path, kind in known if path is not None]
        # pghistory puts its context before what does not begin so, and two commands cannot be prepared as one.
        self.sql = text if text.startswith("SELECT") else f"SELECT * FROM ({text}) AS rows"  # noqa: S608
        converters = compiler.get_converters([one[0] for one in compiler.select])
        compiler.get_converters = lambda _expressions: converters
        self.compiler = _without_tree(compiler)
        self.iterable, self.model, self.fields = rows._iterable_class, rows.model, rows._fields
        if self.iterable is ModelIterable:
            self.positions = _Positions(compiler)

    def bound(self, found: dict[Path, Any]) -> tuple[str, tuple[Any, ...]]:
        """The statement with the values of one call."""
        params: list[Any] = []
        for path, fixed in self.params:
            value = clock.now() if path == _NOW else clock.today() if path == _TODAY else found[path]
            if fixed is None:
                params.append(value)
            else:
                params.append([fixed(one) for one in value] if isinstance(value, list) else fixed(value))
        return self.sql, tuple(params)

    def run(self, found: dict[Path, Any]) -> list[Any]:
        bound = self.bound(found)
        compiler = copy.copy(self.compiler)
        compiler.connection = _Preparing(connections["default"])
        compiler.as_sql = lambda *_args, **_kwargs: bound
        if self.iterable is ModelIterable:
            return list(self._objects(compiler))
        rows = SimpleNamespace(
            db="default",
            model=self.model,
            query=_Query(self.compiler.query, compiler),
            _fields=self.fields,
            _known_related_objects={},
        )
        return list(self.iterable(rows))

    def _objects(self, compiler: Any) -> Iterator[Any]:
        """As Django's ModelIterable, but a related row that many rows share becomes one object."""
        results, at = compiler.execute_sql(), self.positions
        related = [_Shared(one, compiler.select, "default") for one in at.related]
        for row in compiler.results_iter(results):
            found = _object(at.model, zip(at.names, at.of(row), strict=True))
            for one in related:
                one.populate(row, found)
            for name, position in compiler.annotation_col_map.items():
                setattr(found, name, row[position])
            yield found


def _object(model: Any, values: Any) -> Any:
    """An object as it comes from the database, made as pickle makes one: a page has hundreds, and `__init__` sets each
    value by itself. What is not among `values` is deferred."""
    found = model.__new__(model)
    found.__dict__.update(values)
    found._state = state = ModelState()
    state.adding, state.db = False, "default"
    return found


class _Positions:
    """Where in a row the columns of its object stand."""

    def __init__(self, compiler: Any) -> None:
        info = compiler.klass_info
        self.model = info["model"]
        self.related = info.get("related_klass_infos", ())
        self.names = [compiler.select[one][0].target.attname for one in info["select_fields"]]
        columns = info["select_fields"]
        self.of = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)


class _Shared(RelatedPopulator):
    """A hundred comments have forty authors: one object for each of them and not for each comment."""

    def __init__(self, info: Any, select: Any, db: str) -> None:
        super().__init__(info, select, db)  # type: ignore[call-arg]  # the stubs are of a later Django
        self.related_populators = [_Shared(one, select, db) for one in info.get("related_klass_infos", ())]
        self._known: dict[Any, Any] = {}

    def populate(self, row: Any, from_obj: Any) -> None:
        values = self.reorder_for_init(row) if self.reorder_for_init else row[self.cols_start : self.cols_end]
        key = values[self.pk_idx]
        found = self._known.get(key) if key is not None else None
        if found is None and key is not None:
            found = self._known[key] = _object(self.model_cls, zip(self.init_list, values, strict=True))
            for one in self.related_populators:
                one.populate(row, found)
        self.local_setter(from_obj, found)
        if found is not None:
            self.remote_setter(found, from_obj)


class _Query:
    """A query whose SQL is made already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query = query
        self._compiler = compiler

    def get_compiler(self, using: str = "default", connection: Any = None, elide_empty: bool = True) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _without_tree(compiler: Any) -> Any:
    """The compiler without what it made the SQL of: that is most of its memory, and a hundred of them are kept."""
    names = ("extra_select", "values_select", "annotation_select", "selected", "combinator", "model")
    known = {name: getattr(compiler.query, name) for name in names}
    known["annotation_select"] = dict.fromkeys(known["annotation_select"])
    slim = copy.copy(compiler)
    slim.query = SimpleNamespace(**known)
    slim.select = [(one if isinstance(one, Col) else None, None, None) for one, _sql, _alias in compiler.select]
    slim.where = slim.having = slim.qualify = None
    slim._meta_ordering = None
    # That of the thread which came first.
    slim.connection = None
    return slim


def _with_arrays(pieces: list[str], is_list: list[bool]) -> list[str]:
    """The SQL about its parameters, with `= ANY(%s)` for `IN (%s)` where a list is put in: one parameter however long
    it is."""
    if len(pieces) != len(is_list) + 1:
        raise ValueError("a parameter is not a plain %s")
    for place in (number for number, one in enumerate(is_list) if one):
        if not pieces[place].endswith(" IN (") or not pieces[place + 1].startswith(")"):
            raise ValueError("a list stands in an __in alone")
        pieces[place] = pieces[place].removesuffix("IN (") + "= ANY("
    return pieces


def _with_constants(pieces: list[str], known: "list[tuple[Path | None, Any]]") -> str:
    """The SQL with its constants written out: a parameter of its own has no type for PostgreSQL to know it by."""
    sql = pieces[0]
    for (path, fixed), piece in zip(known, pieces[1:], strict=True):
        sql += ("%s" if path is not None else quote(fixed).replace("%", "%%")) + piece
    return sql


class _Preparing:
    """Django's connection, with cursors whose statements PostgreSQL prepares."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        connection = self._connection
        connection.ensure_connection()
        if connection.connection.prepare_threshold is None:
            # Django forbids preparing, for the sake of poolers that hand out another connection in between: ours do
            # not.
            connection.connection.prepare_threshold, connection.connection.prepared_max = 0, PLANS
            connection.connection.adapters.register_loader("uuid", _UUIDLoader)
            if connection.timezone == UTC:
                connection.connection.adapters.register_loader("timestamptz", _MomentLoader)
        cursor = _Cursor(connection.connection)
        # As Django's own create_cursor: a copy of the adapters only where the time zone differs.
        if connection.timezone != cursor.adapters.get_loader(_TIMESTAMPTZ, Format.TEXT).timezone:  # type: ignore[union-attr]
            register_tzloader(connection.timezone, cursor)
        if connection.queries_logged:
            cursor.compose = connection.ops.compose_sql
        return connection._prepare_cursor(cursor)


class _Cursor(psycopg.Cursor[Any]):
    """Values go beside the statement, and not into its text."""

    # Where statements are logged: the text with its values, which Django looks for where psycopg's others keep it.
    compose: Callable[..., str] | None = None

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        done = super().execute(query, params, prepare=True)
        if self.compose is not None:
            self._query: Any = SimpleNamespace(query=self.compose(query, params).encode())
        return done


class _MomentLoader(Loader):
    """What Django's own gives where the connection's time zone is UTC, without a search in each text."""

    # Django asks the loader in use for which zone it is.
    timezone = UTC

    def load(self, data: Any) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


class _UUIDLoader(Loader):
    """A page's keys come again: as those of parents, of what stands beside, and on the next page."""

    def load(self, data: Any) -> uuid.UUID:
        return _uuid(bytes(data))


@lru_cache(maxsize=1 << 14)
def _uuid(text: bytes) -> uuid.UUID:
    return uuid.UUID(text.decode())


def planned_once() -> Any:
    """A cursor of the main connection for a statement that is written by hand and sent again and again."""
    return _Preparing(connections["default"]).cursor()


def _parameter(value: Any, known: dict[Any, Path]) -> tuple[Path | None, Any]:
    """The path of its value and, for a number, its type (Django marks how large it is); or the constant that it is."""
    if isinstance(value, bool) or value is None or value == []:
        return None, value
    if isinstance(value, int | str | uuid.UUID | date) and value in known:
        kind = type(value) if isinstance(value, int) else None
        # Of a number that says nothing else PostgreSQL would prepare a statement for each size.
        return known[value], Int8 if kind is int else kind
    if isinstance(value, str) and _MARK not in value:
        return None, value
    if isinstance(value, int) and value in _SMALL:
        return None, value
    raise ValueError(f"{value!r} would be kept in prepared SQL: hand it in")
