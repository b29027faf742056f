from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.common.working_days import (
    UNCHANGED,
    Changes,
    general_holidays,
    is_working_day,
    next_working_day,
    working_days_between,
)

# DOMAIN.md 6: the general holidays of Cap. 149 that are no Sundays, written by hand.
GENERAL_HOLIDAYS = {
    2026: [
        (1, 1), (2, 17), (2, 18), (2, 19), (4, 3), (4, 4), (4, 6), (4, 7), (5, 1), (5, 25), (6, 19), (7, 1), (9, 26),
        (10, 1), (10, 19), (12, 25), (12, 26),
    ],
    2027: [
        (1, 1), (2, 6), (2, 8), (2, 9), (3, 26), (3, 27), (3, 29), (4, 5), (5, 1), (5, 13), (6, 9), (7, 1), (9, 16),
        (10, 1), (10, 8), (12, 25), (12, 27),
    ],
}  # fmt: skip
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
changed = st.frozensets(days, max_size=6)


def named(year: int) -> set[date]:
    return {date(year, month, day) for month, day in GENERAL_HOLIDAYS[year]}


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_day_of_the_year_is_what_the_schedule_says(year: int) -> None:
    day = date(year, 1, 1)
    wrong = []
    while day.year == year:
        if is_working_day(day) != (day.weekday() < 5 and day not in named(year)):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(("year", "count"), [(2026, 247), (2027, 248)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    """261 days from Monday to Friday in each year, less 14 holidays in 2026 and 13 in 2027."""
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("year", [2026, 2027])
def test_general_holidays_from_monday_to_friday(year: int) -> None:
    assert general_holidays(year) == {day for day in named(year) if day.weekday() < 5}


def test_good_friday_is_not_a_working_day() -> None:
    assert not is_working_day(date(2026, 4, 3))


def test_saturday_is_not_a_working_day_of_the_sfc() -> None:
    assert not is_working_day(date(2026, 11, 28))


def test_a_storm_closes_a_day_and_the_gazette_opens_one() -> None:
    assert not is_working_day(date(2026, 11, 24), closed=[date(2026, 11, 24)])
    assert is_working_day(date(2026, 11, 28), opened=[date(2026, 11, 28)])


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 12, 25), date(2026, 12, 28)), (date(2026, 11, 24), date(2026, 11, 24))]
)
def test_a_period_that_ends_on_a_holiday_runs_to_the_next_working_day(day: date, expected: date) -> None:
    assert next_working_day(day) == expected


def test_a_period_runs_past_a_day_of_storm_and_stops_at_a_day_that_was_opened() -> None:
    friday, saturday, monday = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
    assert Changes(closed=frozenset({friday})).next_working_day(friday) == monday
    assert Changes(frozenset({friday}), frozenset({saturday})).next_working_day(friday) == saturday


def test_the_day_of_the_event_is_not_counted() -> None:
    assert working_days_between(date(2026, 12, 24), date(2026, 12, 29)) == 2


@given(start=days, first=st.integers(0, 200), second=st.integers(0, 200), closed=changed, opened=changed)
@settings(max_examples=60, deadline=None)
def test_periods_add_up(start: date, first: int, second: int, closed: frozenset[date], opened: frozenset[date]) -> None:
    changes = Changes(closed, opened)
    middle, end = start + timedelta(first), start + timedelta(first + second)
    assert changes.between(start, middle) + changes.between(middle, end) == changes.between(start, end)
    assert changes.apart(start, end) == changes.apart(end, start)


@given(day=days, closed=changed, opened=changed)
@settings(max_examples=60, deadline=None)
def test_the_next_working_day_is_one_and_none_lies_before_it(
    day: date, closed: frozenset[date], opened: frozenset[date]
) -> None:
    changes = Changes(closed, opened)
    found = changes.next_working_day(day)
    assert changes.is_working_day(found)
    assert changes.next_working_day(found) == found
    assert not any(changes.is_working_day(day + timedelta(n)) for n in range((found - day).days))


@given(start=days, end=days)
@settings(max_examples=60, deadline=None)
def test_a_closed_day_is_one_working_day_fewer(start: date, end: date) -> None:
    """Closing a working day within the period takes exactly one away, any other day none."""
    day = max(start, end)
    closed = Changes(closed=frozenset({day}))
    fewer = 1 if end > start and is_working_day(end) else 0
    assert closed.between(start, end) == UNCHANGED.between(start, end) - fewer
