from datetime import date

from initiatives.timeline import Scale, quarter_index, quarter_start

TODAY = date(2026, 11, 24)


def test_a_quarter_is_found_from_its_index() -> None:
    assert quarter_start(quarter_index(date(2026, 11, 24))) == date(2026, 10, 1)
    assert quarter_index(date(2027, 1, 1)) == quarter_index(date(2026, 12, 31)) + 1


def test_the_scale_runs_from_the_first_day_to_two_quarters_after_today() -> None:
    scale = Scale.covering([date(2024, 2, 8), date(2026, 6, 2)], today=TODAY)
    assert (scale.starts_on, scale.ends_on, scale.count) == (date(2024, 1, 1), date(2027, 6, 30), 14)


def test_the_scale_reaches_as_far_as_a_later_date() -> None:
    assert Scale.covering([date(2028, 5, 1)], today=TODAY).ends_on == date(2028, 6, 30)


def test_the_year_stands_at_the_first_column_and_at_each_first_quarter() -> None:
    scale = Scale.covering([date(2025, 11, 3)], today=date(2026, 1, 5))
    assert scale.labels == [("2025", 4), ("2026", 1), ("", 2), ("", 3)]


def test_quarters_have_equal_widths_whatever_their_days() -> None:
    scale = Scale(quarter_index(date(2026, 1, 1)), 4)
    assert scale.lines == ["25.00%", "50.00%", "75.00%"]
    assert [scale.percent(date(2026, month, 1)) for month in (1, 4, 7, 10)] == ["0.00%", *scale.lines]


def test_a_day_outside_is_held_at_the_edge() -> None:
    scale = Scale(quarter_index(date(2026, 1, 1)), 4)
    assert (scale.percent(date(2025, 1, 1)), scale.percent(date(2030, 1, 1))) == ("0.00%", "100.00%")


def test_a_width_is_never_negative() -> None:
    scale = Scale(quarter_index(date(2026, 1, 1)), 4)
    assert scale.width(date(2026, 1, 1), date(2026, 7, 1)) == "50.00%"
    assert scale.width(date(2026, 7, 1), date(2026, 1, 1)) == "0.00%"
