"""The arithmetic of the timeline: quarters of equal width, and where a day lies among them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

QUARTERS_AHEAD = 2


def quarter_index(day: date) -> int:
    """Quarters since year 0, so that neighbours differ by one."""
    return day.year * 4 + (day.month - 1) // 3


def quarter_start(index: int) -> date:
    return date(index // 4, index % 4 * 3 + 1, 1)


@dataclass(frozen=True)
class Scale:
    """From the quarter `first` on (see quarter_index), `count` quarters."""

    first: int
    count: int

    @classmethod
    def covering(cls, days: Iterable[date], *, today: date) -> "Scale":
        """From the earliest day's quarter to the latest day's, at least to the second after today's."""
        known = [quarter_index(day) for day in days] + [quarter_index(today)]
        last = max(*known, quarter_index(today) + QUARTERS_AHEAD)
        return cls(min(known), last - min(known) + 1)

    @property
    def starts_on(self) -> date:
        return quarter_start(self.first)

    @property
    def ends_on(self) -> date:
        """The last day of the last quarter."""
        return quarter_start(self.first + self.count) - timedelta(days=1)

    @property
    def labels(self) -> list[tuple[str, int]]:
        """(year, quarter number) of each column; the year only where it begins."""
        columns = [divmod(self.first + offset, 4) for offset in range(self.count)]
        return [(str(year) if not number or not at else "", number + 1) for at, (year, number) in enumerate(columns)]

    @property
    def lines(self) -> list[str]:
        """The inner borders between quarters, as percentages."""
        return [f"{100 * at / self.count:.2f}%" for at in range(1, self.count)]

    def share(self, day: date) -> float:
        """Where the beginning of `day` lies, 0 to 1, held within the scale."""
        index = quarter_index(day)
        start, end = quarter_start(index), quarter_start(index + 1)
        place = (index - self.first + (day - start).days / (end - start).days) / self.count
        return min(1.0, max(0.0, place))

    def percent(self, day: date) -> str:
        return f"{100 * self.share(day):.2f}%"

    def width(self, start: date, end: date) -> str:
        """The width from one day to another; nothing if they are the wrong way round."""
        return f"{100 * max(0.0, self.share(end) - self.share(start)):.2f}%"
