"""The database of the tests, and the people who appear in them."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


MARK = "a finished or running test"


def _as_owner(database: str = "") -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection of the owner's beside Django's, to `database` or to the one under test."""
    given = connections["owner"].get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    if database:
        wanted["dbname"] = database
    return psycopg.connect(**wanted, autocommit=True)


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """TRUNCATE after a transactional test: the app's role may not, which is the point of it."""
    with _as_owner() as connection:
        for sql in sql_list:
            connection.execute(sql)  # type: ignore[call-overload]


def _drop_what_killed_runs_left() -> None:
    with _as_owner() as connection:
        stale = connection.execute(
            """SELECT datname FROM pg_database d WHERE shobj_description(oid, 'pg_database') = %s
               AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)""",
            [MARK],
        ).fetchall()
        for (name,) in stale:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Migrate as the owner, then let the default connection enter the same database as the app's role.

    With --reuse-db the database stays for the next run of the same PORTAL_TEST_NAME (--create-db makes it anew).
    """
    kept = request.config.getvalue("reuse_db") and not request.config.getvalue("create_db")
    stays = bool(request.config.getvalue("reuse_db"))
    with django_db_blocker.unblock():
        from tests.world import find_or_build

        _drop_what_killed_runs_left()
        old = setup_databases(
            verbosity=0, interactive=False, keepdb=bool(kept), aliases={"owner"}, serialized_aliases=set()
        )
        with _as_owner() as connection:
            mark = "NULL" if stays else f"'{MARK}'"
            connection.execute(f'COMMENT ON DATABASE "{connection.info.dbname}" IS {mark}')  # type: ignore[call-overload]
        connections["default"].creation.set_as_test_mirror(connections["owner"].settings_dict)
        connections["default"].close()
        close_pool = getattr(connections["default"], "close_pool", None)
        if close_pool:
            close_pool()
        original = DatabaseOperations.execute_sql_flush
        DatabaseOperations.execute_sql_flush = _flush_as_owner  # type: ignore[assignment, method-assign]
        # Once, outside any test's transaction: each test that asks for the world finds it.
        find_or_build()
    yield
    with django_db_blocker.unblock():
        DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
        connections["default"].close()
        if close_pool:
            close_pool()
        teardown_databases(old, verbosity=0, keepdb=stays)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Rate limits and used codes live in the cache: no test inherits another's."""
    yield
    cache.clear()


@pytest.fixture
def world(db: Any) -> Any:
    """A regulator, four platforms, an agency and their people (tests/world.py)."""
    from tests.world import find_or_build

    return find_or_build()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures that tests have noted with record_property("figure", ...), also from xdist's workers."""
    figures = [
        text
        for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
        for name, text in report.user_properties
        if name == "figure" and report.when == "call"
    ]
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.write_line(text)
