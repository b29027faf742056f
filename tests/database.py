"""The database of a test run: migrated once for each state of the models, then copied, which takes a second.

The copy is dropped at the end. What a killed run leaves is dropped by the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import setup_databases

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "tests_template"
READY = "ready to be copied"
RUNNING = "a running or killed test"
LOCK = 7_245_011
EMPTIED: set[str] = set()
# What the template is made of: another text in one of these makes another template.
INGREDIENTS = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "members/*.py",
    "tests/world.py",
    "requirements/dev.lock",
)


def as_owner(database: str = "") -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection of the owner's beside Django's, to `database` or to the one under test."""
    given = connections["owner"].get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    return psycopg.connect(**(wanted | ({"dbname": database} if database else {})), autocommit=True)


def fingerprint() -> str:
    found = sorted({path for pattern in INGREDIENTS for path in ROOT.glob(pattern)})
    digest = sha256()
    for path in found:
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def close_all() -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        close_pool = getattr(connections[alias], "close_pool", None)
        if close_pool:
            close_pool()


def _enter(name: str) -> None:
    """Let both aliases use the database `name`: the owner's as itself, the default as the app's role."""
    close_all()
    connections["owner"].settings_dict["NAME"] = name
    connections["default"].creation.set_as_test_mirror(connections["owner"].settings_dict)


def _databases(admin: Any, comment: str) -> list[str]:
    """Databases with this comment that nobody is connected to."""
    rows = admin.execute(
        """SELECT datname FROM pg_database d WHERE shobj_description(oid, 'pg_database') = %s
           AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)""",
        [comment],
    )
    return [name for (name,) in rows.fetchall()]


def _template(admin: Any) -> str:
    """The migrated database with the world in it, made if there is none of the present fingerprint."""
    from tests.world import build

    name = f"{TEMPLATE}_{fingerprint()}"
    standing = _databases(admin, READY)
    if name not in standing:
        for old in standing:
            admin.execute(f'DROP DATABASE IF EXISTS "{old}"')
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        for alias in ("default", "owner"):  # the same name: Django takes them for one database
            connections[alias].settings_dict["TEST"]["NAME"] = name
        setup_databases(verbosity=0, interactive=False, aliases={"owner"}, serialized_aliases=set())
        _enter(name)
        build()
        close_all()
        admin.execute(f"COMMENT ON DATABASE \"{name}\" IS '{READY}'")
    return name


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """TRUNCATE after a transactional test: the app's role may not, which is the point of it."""
    with as_owner() as connection:
        for sql in sql_list:
            connection.execute(sql)  # type: ignore[call-overload]
    EMPTIED.add(str(connections["owner"].settings_dict["NAME"]))


def refill() -> None:
    """The world, committed, if a test has emptied the tables and nobody has built it since.

    Never inside of a transaction that stays open over several tests: it would be undone with that.
    """
    from django.contrib.contenttypes.models import ContentType

    from tests.world import find_or_build

    if not connections["default"].in_atomic_block:
        EMPTIED.clear()
        # Those of before are gone. Made by the first test that asks, they would go with its transaction, and Django
        # would still know them.
        ContentType.objects.clear_cache()
        ContentType.objects.get_for_models(*apps.get_models())
        find_or_build()


@contextmanager
def copied(name: str) -> Iterator[None]:
    """The database `name` for the length of a run."""
    home = connections["owner"].settings_dict["NAME"]
    with as_owner(home) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        for left in _databases(admin, RUNNING):
            admin.execute(f'DROP DATABASE IF EXISTS "{left}"')  # type: ignore[call-overload]
        template = _template(admin)
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[call-overload]
        _enter(name)
        # Connected before it is marked: what is marked and without a connection belongs to nobody.
        connections["owner"].ensure_connection()
        admin.execute(f"COMMENT ON DATABASE \"{name}\" IS '{RUNNING}'")  # type: ignore[call-overload]
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    original = DatabaseOperations.execute_sql_flush
    DatabaseOperations.execute_sql_flush = _flush_as_owner  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
        close_all()
        with as_owner(home) as admin, suppress(psycopg.errors.ObjectInUse):  # the next run drops it
            admin.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]
