"""The database of the tests, and the people who appear in them."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from tests.database import EMPTIED, copied, refill

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A migrated database that holds the world; tests enter it as the app's role (tests/database.py)."""
    with django_db_blocker.unblock():
        database = copied(settings.DATABASES["owner"]["TEST"]["NAME"])
        database.__enter__()
    yield
    with django_db_blocker.unblock():
        database.__exit__(None, None, None)


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: without this, Python looks through all of them for garbage at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A process that helps the other may come from tests that emptied the tables to those that count on the world.

    Built within such a test the world would go with its transaction, and each later one would build it again.
    """
    mark = item.get_closest_marker("django_db")
    empties = bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())
    if EMPTIED and not empties:
        with item.config.stash[blocking_manager_key].unblock():
            refill()


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
