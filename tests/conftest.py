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


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """TRUNCATE after a transactional test: the app's role may not, which is the point of it."""
    settings = connections["owner"].settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"], dbname=settings["NAME"],
        password=settings["PASSWORD"] or None, autocommit=True,
    ) as connection:  # fmt: skip
        for sql in sql_list:
            connection.execute(sql)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Migrate as the owner, then let the default connection enter the same database as the app's role."""
    with django_db_blocker.unblock():
        old = setup_databases(verbosity=0, interactive=False, aliases={"owner"}, serialized_aliases=set())
        connections["default"].creation.set_as_test_mirror(connections["owner"].settings_dict)
        connections["default"].close()
        close_pool = getattr(connections["default"], "close_pool", None)
        if close_pool:
            close_pool()
        original = DatabaseOperations.execute_sql_flush
        DatabaseOperations.execute_sql_flush = _flush_as_owner  # type: ignore[assignment, method-assign]
    yield
    with django_db_blocker.unblock():
        DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
        connections["default"].close()
        if close_pool:
            close_pool()
        teardown_databases(old, verbosity=0)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Rate limits and used codes live in the cache: no test inherits another's."""
    yield
    cache.clear()


@pytest.fixture
def world(db: Any) -> Any:
    """A regulator, three platforms, an observer and their people (tests/world.py)."""
    from tests.world import build

    return build()
