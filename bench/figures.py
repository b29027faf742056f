"""The arithmetic: medians, percentiles, ratios to the floor, marks. No clock and no network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

STRETCH, MET, MISSED = "stretch", "met", "MISSED"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed. ValueError: none."""
    if not values:
        raise ValueError("no values")
    rank = max(1, math.ceil(share * len(values)))
    return sorted(values)[rank - 1]


@dataclass(frozen=True)
class Sample:
    """One page in one round. Milliseconds; requests a second at concurrency 8; CPU milliseconds a request."""

    median: float
    p95: float
    rate: float
    cpu: float


@dataclass(frozen=True)
class Ratios:
    """A page beside the floor's page of its kind in the same round."""

    time: float
    rate: float
    cpu: float


def ratios(page: Sample, floor: Sample) -> Ratios:
    return Ratios(
        time=page.median / floor.median,
        rate=page.rate / floor.rate,
        cpu=page.cpu / floor.cpu if floor.cpu else math.nan,
    )


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each figure over the rounds."""
    return Sample(*(median(getattr(sample, name) for sample in samples) for name in ("median", "p95", "rate", "cpu")))


def middle_ratios(found: Sequence[Ratios]) -> Ratios:
    """The median of each ratio over the rounds: never the ratio of two medians of different rounds."""
    return Ratios(*(median(getattr(each, name) for each in found) for name in ("time", "rate", "cpu")))


@dataclass(frozen=True)
class Limit:
    """A goal and its stretch. `at_least`: more is better."""

    goal: float
    stretch: float | None = None
    at_least: bool = False

    def mark(self, value: float) -> str:
        def reached(limit: float) -> bool:
            return value >= limit if self.at_least else value <= limit

        if self.stretch is not None and reached(self.stretch):
            return STRETCH
        return MET if reached(self.goal) else MISSED


def worst(marks: Sequence[str]) -> str:
    """The mark of a page from those of its figures; empty without a goal."""
    for mark in (MISSED, MET, STRETCH):
        if mark in marks:
            return mark
    return ""


def growth(at_scale: Mapping[int, float]) -> dict[int, float]:
    """How the ratio to the floor grows with the data: each scale's beside the smallest's."""
    if not at_scale:
        return {}
    base = at_scale[min(at_scale)]
    return {scale: value / base for scale, value in at_scale.items()}
