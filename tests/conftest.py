"""The database of the tests, and the people who appear in them."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoDbBlocker

from tests.database import copied

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
