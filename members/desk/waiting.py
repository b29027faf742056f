"""What waits for the secretariat. Each room says its own lines from its AppConfig.ready(); the start page of the admin
site shows them. One query or two for each line, however much waits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import hong_kong_day

# More are not counted: the line says "more than".
COUNT_AT_MOST = 1_000


@dataclass(frozen=True)
class Line:
    """One row: how many wait, since when, and where they are dealt with. A count of 0: nothing waits."""

    title: str
    count: int
    url: str
    oldest: date | datetime | None = None
    # Somebody is locked out or uninformed until it is dealt with.
    is_urgent: bool = False
    note: str = ""

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_AT_MOST

    @property
    def shown(self) -> int:
        return min(self.count, COUNT_AT_MOST)

    @property
    def days(self) -> int | None:
        """How many days the oldest has waited; None without a date or for one that lies ahead."""
        if self.oldest is None:
            return None
        days = (clock.today() - hong_kong_day(self.oldest)).days
        return days if days >= 0 else None


Lines = Callable[[Viewer], Iterable[Line]]
_rooms: dict[str, tuple[int, Lines]] = {}


def register(name: str, lines: Lines, *, order: int) -> None:
    """Have `lines(viewer)` asked for the start page; smaller `order` stands higher."""
    _rooms[name] = (order, lines)


def names() -> list[str]:
    return sorted(_rooms, key=lambda name: (_rooms[name][0], name))


def lines(viewer: Viewer) -> list[Line]:
    """Every line that this viewer may see, those with nothing included."""
    return [line for name in names() for line in _rooms[name][1](viewer)]


def counted(rows: "models.QuerySet[Any]", field: str) -> tuple[int, Any]:
    """How many rows there are (capped), and the smallest `field` among them."""
    oldest = rows.order_by(field).values_list(field, flat=True).first()
    if oldest is None:
        return 0, None
    return rows.order_by()[: COUNT_AT_MOST + 1].count(), oldest
