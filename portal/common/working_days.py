"""Hong Kong working days: Monday to Friday, less the general holidays of Cap. 149.

The `holidays` package is right for the public and optional categories together once Saturdays and Sundays
are left out; its own `is_working_day` counts Saturdays as work (DOMAIN.md 6). What the gazette or a storm
changed is given to each function as `closed` and `opened`, or as `Changes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays


@dataclass(frozen=True)
class Changes:
    """Days that are not what Cap. 149 says: `closed` by the gazette or a storm, `opened` by the gazette."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return is_working_day(day, closed=self.closed, opened=self.opened)

    def next_working_day(self, day: date) -> date:
        return next_working_day(day, closed=self.closed, opened=self.opened)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        return working_days_between(start, end, closed=self.closed, opened=self.opened)

    def apart(self, one: date, other: date) -> int:
        """Working days from the earlier of two days to the later; 0 if no working day lies after the earlier."""
        return self.between(min(one, other), max(one, other))


UNCHANGED = Changes()


@cache
def general_holidays(year: int) -> frozenset[date]:
    """General holidays of `year` that fall on Monday to Friday."""
    found = holidays.country_holidays("HK", years=year, categories=("public", "optional"))
    return frozenset(day for day in found if day.year == year and day.weekday() < 5)


def is_working_day(day: date, *, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> bool:
    """Whether the SFC works on `day`. `closed` and `opened` are days that the gazette or a storm changed."""
    if day in frozenset(opened):
        return True
    return day.weekday() < 5 and day not in general_holidays(day.year) and day not in frozenset(closed)


def next_working_day(day: date, *, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> date:
    """`day` itself if it is a working day, else the next that is (Cap. 1 s.71)."""
    closed, opened = frozenset(closed), frozenset(opened)
    while not is_working_day(day, closed=closed, opened=opened):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, *, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> int:
    """Working days after `start` up to and including `end`; the day of the event is excluded (Cap. 1 s.71).

    Nothing if `end` is not after `start`.
    """
    closed, opened = frozenset(closed), frozenset(opened)
    return sum(
        is_working_day(start + timedelta(days=offset), closed=closed, opened=opened)
        for offset in range(1, (end - start).days + 1)
    )
