"""One thing that somebody must do, as the home page lists it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.common import clock
from portal.common.dates import hong_kong_day

SOON_DAYS = 5


@dataclass(frozen=True)
class Task:
    """One thing to do: `due` is a Hong Kong day; `row` carries the audience where the task has one."""

    due: date
    title: str
    context: str
    url: str
    verb: str
    row: Any = None
    is_first: bool = False

    @property
    def days(self) -> int:
        return (self.due - clock.today()).days

    @property
    def is_late(self) -> bool:
        return self.days < 0

    @property
    def is_soon(self) -> bool:
        return 0 <= self.days <= SOON_DAYS


def day_of(moment: datetime | None) -> date:
    """The Hong Kong day of `moment`; what has no date is due today."""
    return hong_kong_day(moment) if moment else clock.today()
