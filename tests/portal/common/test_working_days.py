from datetime import date

import pytest

from portal.common.working_days import (
    general_holidays,
    is_working_day,
    next_working_day,
    working_days_between,
)

# DOMAIN.md 6: general holidays of 2026 on Monday to Friday (26 September and 26 December are Saturdays).
HOLIDAYS_2026 = [
    (1, 1), (2, 17), (2, 18), (2, 19), (4, 3), (4, 6), (4, 7), (5, 1), (5, 25), (6, 19), (7, 1), (10, 1), (10, 19),
    (12, 25),
]  # fmt: skip


def test_general_holidays_of_2026() -> None:
    assert sorted(general_holidays(2026)) == [date(2026, month, day) for month, day in HOLIDAYS_2026]


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


def test_the_day_of_the_event_is_not_counted() -> None:
    assert working_days_between(date(2026, 12, 24), date(2026, 12, 29)) == 2
