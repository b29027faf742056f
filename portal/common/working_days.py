"""Hong Kong working days: Monday to Friday, less the general holidays of Cap. 149.

The `holidays` package is right for the public and optional categories together once Saturdays and Sundays
are left out; its own `is_working_day` counts Saturdays as work (DOMAIN.md 6).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import holidays


@cache
def general_holidays(year: int) -> frozenset[date]:
    """General holidays of `year` that fall on Monday to Friday."""
    found = holidays.country_holidays("HK", years=year, categories=("public", "optional"))
    return frozenset(day for day in found if day.year == year and day.weekday() < 5)


def is_working_day(day: date, *, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> bool:
    """Whether the SFC works on `day`. `closed` and `opened` are days that the gazette or a storm changed."""
    if day in set(opened):
        return True
    return day.weekday() < 5 and day not in general_holidays(day.year) and day not in set(closed)


def next_working_day(day: date, *, closed: Iterable[date] = ()) -> date:
    """`day` itself if it is a working day, else the next that is (Cap. 1 s.71)."""
    closed = set(closed)
    while not is_working_day(day, closed=closed):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, *, closed: Iterable[date] = ()) -> int:
    """Working days after `start` up to and including `end`; the day of the event is excluded (Cap. 1 s.71)."""
    closed = set(closed)
    return sum(
        is_working_day(start + timedelta(days=offset), closed=closed) for offset in range(1, (end - start).days + 1)
    )
