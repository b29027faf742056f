"""What the security tests share."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.members.conftest import grid
from tests.portal.secrets import Secrets, build

__all__ = ["grid"]

CELLS = pytest.StashKey[dict[str, int]]()


@pytest.fixture(scope="module")
def secrets(
    django_db_setup: Any, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secrets]:
    """The world of words (tests/portal/secrets.py), in one transaction that is undone at the end of the module."""
    from tests.world import find_or_build

    files: Path = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files), transaction.atomic():
        logging.disable(logging.CRITICAL)  # thousands of refusals are meant
        yield build(find_or_build(), files)
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def count_cells(record_property: Any) -> Any:
    """Note how many cells a test has compared: pytest prints the sums in its summary."""

    def note(kind: str, number: int) -> None:
        record_property(f"cells: {kind}", number)

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`cells compared`: the figure of the closing note, from all workers together."""
    sums: dict[str, int] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, number in getattr(report, "user_properties", []):
            if report.when == "call" and str(name).startswith("cells: "):
                kind = str(name).removeprefix("cells: ")
                sums[kind] = sums.get(kind, 0) + int(number)
    for kind, number in sorted(sums.items()):
        terminalreporter.write_line(f"{kind}: {number:,} cells compared")
