from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from initiatives import deadlines, loading, related
from portal.common import clock

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """Tuesday 24 November 2026, 10:00 in Hong Kong."""
    with clock.at(NOW):
        yield


@pytest.fixture(autouse=True)
def no_other_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """This room alone: what rooms to the right have registered is their tests' matter."""
    monkeypatch.setattr(deadlines, "_providers", [])
    monkeypatch.setattr(related, "_providers", [])


@pytest.fixture
def roadmap(world: Any) -> Any:
    """The world with the product's roadmap loaded."""
    loading.load()
    return world


@pytest.fixture
def machine_time() -> Iterator[time_machine.Traveller]:
    """The machine's own clock, which stamps writes, moved by the test; an hour after all that was loaded."""
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False) as traveller:
        yield traveller
