"""The grid of rows, once for each module that asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.members.grid import Grid, standing


@pytest.fixture(scope="module")
def grid(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[Grid]:
    """Committed rows of every protected model; the tests that use it ask for no `db`, and write nothing."""
    from tests.world import find_or_build

    with django_db_blocker.unblock(), standing(find_or_build()) as found:
        yield found
