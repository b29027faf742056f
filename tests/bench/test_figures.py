import pytest

from bench.figures import (
    MET,
    MISSED,
    STRETCH,
    Limit,
    Ratios,
    Sample,
    growth,
    middle,
    middle_ratios,
    percentile,
    ratios,
    worst,
)
from bench.goals import FLOOR_PAGES, PAGES, SAME
from bench.report import Scale as FoundScale
from bench.report import alike, grown, judge, marks
from bench.rounds import Found


def sample(time: float, rate: float = 100.0, cpu: float = 1.0) -> Sample:
    return Sample(median=time, p95=2 * time, rate=rate, cpu=cpu)


def found(times: list[float], *, queries: int = 5, size: int = 1000) -> Found:
    floor = sample(10.0)
    samples = [sample(time) for time in times]
    return Found(samples=samples, ratios=[ratios(each, floor) for each in samples], queries=queries, bytes=size)


def scale(number: int = 1, **portal: Found) -> FoundScale:
    pages = {page.name: Found(trouble="left out") for page in PAGES} | portal
    return FoundScale(
        scale=number,
        users=52,
        comments=140,
        loaded_seconds=1.0,
        floor={},
        portal=pages,
        memory=100.0,
        floor_memory=90.0,
    )


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1.0], 0.95, 1.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        (list(range(1, 101)), 0.95, 95),
        ([1.0, 9.0], 0.95, 9.0),
    ],
)
def test_percentile_is_a_measured_value(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_ratios_are_of_one_round() -> None:
    assert ratios(sample(20.0, rate=50.0, cpu=3.0), sample(10.0, rate=100.0, cpu=2.0)) == Ratios(2.0, 0.5, 1.5)


def test_middle_takes_each_figure_by_itself() -> None:
    made = middle([sample(1.0, rate=30.0), sample(9.0, rate=10.0), sample(2.0, rate=20.0)])
    assert (made.median, made.p95, made.rate) == (2.0, 4.0, 20.0)


def test_one_disturbed_round_does_not_count() -> None:
    assert middle_ratios([Ratios(1.0, 1.0, 1.0), Ratios(40.0, 0.1, 9.0), Ratios(1.2, 0.9, 1.1)]) == Ratios(
        1.2, 0.9, 1.1
    )


@pytest.mark.parametrize(("value", "mark"), [(1.2, STRETCH), (1.21, MET), (1.6, MET), (1.61, MISSED)])
def test_less_is_better(value: float, mark: str) -> None:
    assert Limit(1.6, 1.2).mark(value) == mark


@pytest.mark.parametrize(("value", "mark"), [(0.8, STRETCH), (0.6, MET), (0.59, MISSED)])
def test_more_is_better_where_it_says_so(value: float, mark: str) -> None:
    assert Limit(0.6, 0.8, at_least=True).mark(value) == mark


def test_a_goal_without_stretch_is_met_or_missed() -> None:
    assert (Limit(2.0).mark(1.0), Limit(2.0).mark(2.1)) == (MET, MISSED)


def test_the_worst_figure_marks_the_page() -> None:
    assert (worst([STRETCH, MET]), worst([MET, MISSED]), worst([STRETCH]), worst([])) == (
        MET,
        MISSED,
        STRETCH,
        "",
    )


def test_growth_is_beside_the_smallest() -> None:
    assert growth({100: 3.0, 1: 2.0, 10: 2.0}) == {1: 1.0, 10: 1.0, 100: 1.5}
    assert growth({}) == {}


def test_every_page_has_a_floor_and_a_name_of_its_own() -> None:
    assert {page.kind for page in PAGES} <= set(FLOOR_PAGES)
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert set(SAME) <= {page.name for page in PAGES}


def test_a_page_is_marked_figure_by_figure() -> None:
    page = next(page for page in PAGES if page.name == "consultation-10")
    assert marks(page, found([11.0], queries=12, size=90_000)) == {
        "time": STRETCH,
        "queries": MET,
        "bytes": STRETCH,
    }
    assert marks(page, Found(trouble="answered 404")) == {}


def test_only_queries_and_bytes_fail_the_run() -> None:
    assert judge([scale(meetings=found([900.0]))]) == []
    assert judge([scale(meetings=found([10.0], queries=10))]) == ["scale 1: List of meetings: 10 queries, goal 9"]


def test_queries_that_grow_with_the_comments_fail_the_run() -> None:
    same = dict(zip(SAME, [found([9.0]), found([10.0]), found([14.0], queries=6)], strict=True))
    assert alike(same) == (MISSED, MISSED)
    assert judge([scale(**same)]) == ["scale 1: queries grow with the comments of a paper: 5, 5, 6"]
    same[SAME[2]] = found([13.0])
    assert alike(same) == (MET, MET)


def test_growth_compares_ratios_to_the_floor() -> None:
    assert grown([scale(1, inbox=found([20.0])), scale(100, inbox=found([30.0]))]) == {"inbox": {1: 1.0, 100: 1.5}}
    assert grown([scale(1, inbox=found([20.0]))]) == {}
