"""The calendar of asks as its pages show it: weeks, bars and load of one firm; for officers all firms by week."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations import asks as asking
from consultations.asks import Ask, Firms, Period
from consultations.calendar import changes, windows, windows_on
from consultations.models import BlackoutWindow
from members.models import Organisation
from members.viewer import Viewer
from portal.common import clock, dates
from portal.common.translated import column_language
from portal.common.working_days import Changes, general_holidays

WEEK = 7
WEEKS_BACK = 4
MONTHS = {"1": 5, "3": 13, "6": 26, "12": 52}
"""Weeks ahead by the months that the reader chose."""


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def join(sentences: Iterable[str]) -> str:
    """Sentences one after the other: a space between them in English, none in Chinese."""
    return (" " if column_language() == "en" else "").join(sentences)


@dataclass(frozen=True)
class Weeks:
    """Whole weeks, Monday to Sunday, as a scale from 0 to 100 per cent."""

    first: date
    count: int

    @classmethod
    def around(cls, today: date, *, back: int, ahead: int) -> "Weeks":
        return cls(monday(today) - timedelta(weeks=back), back + 1 + ahead)

    @property
    def period(self) -> Period:
        return Period(self.first, self.first + timedelta(days=WEEK * self.count - 1))

    @cached_property
    def starts(self) -> list[date]:
        return [self.first + timedelta(weeks=n) for n in range(self.count)]

    def share(self, day: date) -> float:
        """Where the beginning of `day` lies, 0 to 1, held within the scale."""
        return min(1.0, max(0.0, (day - self.first).days / (WEEK * self.count)))

    def x(self, day: date) -> str:
        return f"{100 * self.share(day):.2f}%"

    def width(self, first: date, last: date) -> str:
        """The width of the days from `first` to `last`, both included."""
        return f"{100 * max(0.0, self.share(last + timedelta(days=1)) - self.share(first)):.2f}%"

    @property
    def months(self) -> list[tuple[str, date, bool]]:
        """(x, first day, whether the year is told) of each month that begins on the scale."""
        day = self.first.replace(day=1)
        found: list[tuple[str, date, bool]] = []
        while day <= self.period.until:
            day = (day + timedelta(days=32)).replace(day=1)
            if self.first < day <= self.period.until:
                found.append((self.x(day), day, day.month == 1 or not found))
        return found


@dataclass(frozen=True)
class Week:
    """One week of one firm, or of nobody in particular: what of it is work, and what falls in it."""

    start: date
    working_days: int
    days_off: tuple[date, ...]
    windows: tuple[BlackoutWindow, ...]
    due: tuple[Ask, ...] = ()
    load: float = 0.0
    collisions: int = 0

    @property
    def end(self) -> date:
        return self.start + timedelta(days=WEEK - 1)

    @property
    def is_now(self) -> bool:
        return self.start <= clock.today() <= self.end

    @property
    def points(self) -> int:
        return round(self.load)

    @property
    def in_window(self) -> int:
        """Deadlines that fall in a blackout window."""
        return sum(bool(windows_on(ask.due_on, self.windows)) for ask in self.due if ask.counts)

    @property
    def on_day_off(self) -> int:
        return sum(ask.due_on in self.days_off or ask.due_on.weekday() > 4 for ask in self.due if ask.counts)

    @property
    def score(self) -> int:
        """Deadlines of this week with another within COLLISION_DAYS, in a blackout window, on no working day."""
        return self.collisions + self.in_window + self.on_day_off

    @property
    def css(self) -> str:
        """The shade of a cell in the officers' table; the words beside it say the same."""
        level = "burden--3" if self.score >= 3 else "burden--2" if self.score else "burden--1" if self.points else ""
        return f"{level} is-blackout".strip() if self.windows else level

    @property
    def has_news(self) -> bool:
        return bool(self.due or self.days_off or self.windows or self.points)

    @property
    def window_words(self) -> str:
        return _("; ").join(str(window.reason) for window in self.windows)

    @property
    def off_words(self) -> str:
        return _(", ").join(dates.day(day) for day in self.days_off)

    @property
    def collision_words(self) -> str:
        """What is tight in this week, in whole sentences."""
        said = []
        if self.collisions:
            said.append(
                ngettext(
                    "%(count)s deadline has another within %(days)s working days.",
                    "%(count)s deadlines have another within %(days)s working days.",
                    self.collisions,
                )
                % {"count": self.collisions, "days": asking.COLLISION_DAYS}
            )
        if self.in_window:
            said.append(
                ngettext(
                    "%(count)s deadline falls in a blackout window.",
                    "%(count)s deadlines fall in a blackout window.",
                    self.in_window,
                )
                % {"count": self.in_window}
            )
        if self.on_day_off:
            said.append(
                ngettext(
                    "%(count)s deadline falls on a day that is not a working day.",
                    "%(count)s deadlines fall on a day that is not a working day.",
                    self.on_day_off,
                )
                % {"count": self.on_day_off}
            )
        return join(said)


@dataclass(frozen=True)
class Line:
    """An ask as a bar of the timeline and a row of the table."""

    ask: Ask
    weeks: Weeks
    given: int
    left: int
    near: tuple[Ask, ...]
    windows: tuple[BlackoutWindow, ...]

    @property
    def x(self) -> str:
        return self.weeks.x(self.ask.starts_on)

    @property
    def width(self) -> str:
        return self.weeks.width(self.ask.starts_on, self.ask.due_on)

    @property
    def due_x(self) -> str:
        return self.weeks.x(self.ask.due_on)

    @property
    def css(self) -> str:
        return "done" if self.ask.done else "plan" if not self.ask.settled else "now"

    @property
    def is_over(self) -> bool:
        return self.ask.due_at <= clock.now()

    @property
    def left_words(self) -> str:
        if self.ask.done:
            return _("Done")
        if self.is_over:
            return _("The deadline has passed")
        return ngettext("%(count)s working day left", "%(count)s working days left", self.left) % {"count": self.left}

    @property
    def near_words(self) -> str:
        return _("; ").join(
            _("%(what)s, %(date)s") % {"what": one.what, "date": dates.day(one.due_on)} for one in self.near
        )

    @property
    def label(self) -> str:
        """The bar in whole sentences."""
        said = [
            _("%(what)s: from %(start)s to %(due)s.")
            % {
                "what": self.ask.what,
                "start": dates.long_day(self.ask.starts_on),
                "due": dates.long_day(self.ask.due_on),
            },
            ngettext("%(count)s working day given.", "%(count)s working days given.", self.given)
            % {"count": self.given},
            _("%(words)s.") % {"words": self.left_words},
        ]
        if self.near:
            said.append(_("Close to it: %(others)s.") % {"others": self.near_words})
        said += [_("In a blackout window: %(reason)s.") % {"reason": window.reason} for window in self.windows]
        return join(said)


@dataclass(frozen=True)
class Backdrop:
    """What every reader of the group may know of these weeks: days that are no working days, blackout windows."""

    weeks: Weeks
    changes: Changes
    windows: list[BlackoutWindow]

    @classmethod
    def of(cls, viewer: Viewer, weeks: Weeks) -> "Backdrop":
        """Two queries."""
        return cls(weeks, changes(), windows(viewer, weeks.period.since, weeks.period.until))

    def days_off(self, start: date) -> tuple[date, ...]:
        """Days from Monday to Friday of this week that are no working days."""
        five = (start + timedelta(days=n) for n in range(5))
        return tuple(day for day in five if not self.changes.is_working_day(day))

    @property
    def holidays(self) -> list[date]:
        return [day for start in self.weeks.starts for day in self.days_off(start)]

    @property
    def shades(self) -> list[tuple[str, str, str]]:
        """(class, x, width) of what lies behind the bars."""
        return [
            ("blackout", self.weeks.x(one.starts_on), self.weeks.width(one.starts_on, one.ends_on))
            for one in self.windows
        ] + [("off", self.weeks.x(day), self.weeks.width(day, day)) for day in self.holidays]

    @property
    def today(self) -> str:
        return self.weeks.x(clock.today())

    def is_gazetted(self, day: date) -> bool:
        """Whether a storm or the gazette closed it, rather than Cap. 149."""
        return day in self.changes.closed and day not in general_holidays(day.year)

    @cached_property
    def plain(self) -> list[Week]:
        """The weeks without anybody's asks."""
        return [self.week(start) for start in self.weeks.starts]

    def week(self, start: date, due: Iterable[Ask] = (), load: float = 0.0, collisions: int = 0) -> Week:
        end = start + timedelta(days=WEEK - 1)
        return Week(
            start=start,
            working_days=self.changes.between(start - timedelta(days=1), end),
            days_off=self.days_off(start),
            windows=tuple(one for one in self.windows if one.starts_on <= end and one.ends_on >= start),
            due=tuple(due),
            load=load,
            collisions=collisions,
        )


def load_by_week(asks: Iterable[Ask], changed: Changes) -> dict[date, float]:
    """The points of each ask that counts, spread evenly over its working days, by the Monday of the week.

    An ask without a working day of its own weighs on the day on which it is due.
    """
    found: dict[date, float] = defaultdict(float)
    for ask in asks:
        if not ask.counts:
            continue
        days = [
            day
            for n in range(1, (ask.due_on - ask.starts_on).days + 1)
            if changed.is_working_day(day := ask.starts_on + timedelta(days=n))
        ] or [ask.due_on]
        for day in days:
            found[monday(day)] += ask.points / len(days)
    return found


@dataclass(frozen=True)
class FirmCalendar:
    """Everything that one firm is asked for in these weeks. `asks` reach beyond them as far as two may collide."""

    firm: Organisation
    asks: list[Ask]
    back: Backdrop

    @cached_property
    def near(self) -> dict[Ask, list[Ask]]:
        return asking.neighbours(self.asks, self.back.changes)

    @cached_property
    def lines(self) -> list[Line]:
        today, changed = clock.today(), self.back.changes
        return [
            Line(
                ask=ask,
                weeks=self.back.weeks,
                given=ask.working_days(changed),
                left=changed.between(today, ask.due_on),
                near=tuple(self.near.get(ask, ())),
                windows=tuple(windows_on(ask.due_on, self.back.windows)) if ask.counts else (),
            )
            for ask in self.asks
            if self.back.weeks.period.touches(ask)
        ]

    @cached_property
    def weeks(self) -> list[Week]:
        due: dict[date, list[Ask]] = defaultdict(list)
        for ask in self.asks:
            due[monday(ask.due_on)].append(ask)
        load = load_by_week(self.asks, self.back.changes)
        return [
            self.back.week(start, due[start], load.get(start, 0.0), sum(ask in self.near for ask in due[start]))
            for start in self.back.weeks.starts
        ]

    @cached_property
    def heaviest(self) -> float:
        return max((week.load for week in self.weeks), default=0.0)

    @property
    def columns(self) -> list[tuple[Week, str, str, str, str]]:
        """(week, x, y, width, height) of the load's bars, in per cent; none where nothing weighs."""
        if not self.heaviest:
            return []
        full = 100 / self.back.weeks.count
        return [
            (week, f"{n * full + full * 0.15:.2f}%", f"{100 - height:.1f}%", f"{full * 0.7:.2f}%", f"{height:.1f}%")
            for n, week in enumerate(self.weeks)
            if (height := 100 * week.load / self.heaviest) >= 1
        ]

    @property
    def told(self) -> list[Week]:
        """The weeks of which there is something to say."""
        return [week for week in self.weeks if week.has_news]

    @property
    def load_label(self) -> str:
        top = max(self.weeks, key=lambda week: week.load)
        return join(
            [
                _("Load by week from %(start)s to %(end)s.")
                % {
                    "start": dates.long_day(self.back.weeks.period.since),
                    "end": dates.long_day(self.back.weeks.period.until),
                },
                ngettext(
                    "The heaviest week begins on %(date)s, with %(count)s point.",
                    "The heaviest week begins on %(date)s, with %(count)s points.",
                    top.points,
                )
                % {"date": dates.long_day(top.start), "count": top.points},
            ]
        )


@dataclass(frozen=True)
class Matrix:
    """For officers: all platforms by week."""

    rows: list[FirmCalendar]
    back: Backdrop

    @property
    def hottest(self) -> list[tuple[Organisation, Week]]:
        """The cells with the highest score, three at most."""
        cells = [(row.firm, week) for row in self.rows for week in row.weeks if week.score]
        return sorted(cells, key=lambda cell: (-cell[1].score, cell[1].start))[:3]


def _wide(weeks: Weeks) -> Period:
    """A deadline just outside the weeks collides with one inside."""
    reach = timedelta(days=asking.COLLISION_DAYS * 3)
    return Period(weeks.period.since - reach, weeks.period.until + reach)


def firm_calendar(viewer: Viewer, firms: Firms, firm: Organisation, weeks: Weeks, *, room: str = "") -> FirmCalendar:
    """One firm's calendar as `viewer` may read it: somebody of the firm, or the regulator's staff."""
    alone = Firms({firm.pk: firm}, {firm.pk: firms.groups.get(firm.pk, frozenset())})
    return FirmCalendar(firm, asking.asks_of(viewer, alone, _wide(weeks), room=room), Backdrop.of(viewer, weeks))


def matrix(viewer: Viewer, firms: Firms, weeks: Weeks, *, room: str = "") -> Matrix:
    """All these firms, in as many queries as one."""
    back = Backdrop.of(viewer, weeks)
    asks: dict[int, list[Ask]] = defaultdict(list)
    for ask in asking.asks_of(viewer, firms, _wide(weeks), room=room):
        asks[ask.organisation_id].append(ask)
    return Matrix([FirmCalendar(firm, asks[pk], back) for pk, firm in firms.organisations.items()], back)
