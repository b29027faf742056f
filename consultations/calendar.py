"""Working days as they are: Cap. 149 with the days that the gazette or a storm changed, and blackout windows.

`changes()` is one query and is never kept: read it once for a request or a verb, and pass it on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from consultations.enums import DayChangeKind
from consultations.models import BlackoutWindow, Consultation, DayChange, Extension
from members.models import Organisation
from members.viewer import Viewer
from portal.common import clock, dates
from portal.common.dates import hong_kong_day
from portal.common.working_days import Changes

__all__ = ["Changes", "Due", "changes", "deadlines_on", "next_working_moment", "span", "windows", "windows_on"]


def changes() -> Changes:
    """The days that differ from Cap. 149. One query, a few rows."""
    rows = list(DayChange.objects.order_by().values_list("day", "kind"))
    return Changes(
        closed=frozenset(day for day, kind in rows if kind == DayChangeKind.CLOSED),
        opened=frozenset(day for day, kind in rows if kind == DayChangeKind.OPENED),
    )


def next_working_moment(moment: datetime, *, changed: Changes | None = None) -> datetime:
    """`moment` (aware) if it falls on a working day in Hong Kong, else the same clock time on the next (Cap. 1 s.71).

    The answer is in Hong Kong time. `changed` saves the query of `changes()`.
    """
    local = moment.astimezone(clock.HONG_KONG)
    day = (changed or changes()).next_working_day(local.date())
    return local if day == local.date() else datetime.combine(day, local.timetz())


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a Hong Kong day, and the first of the next."""
    start = datetime.combine(day, time(), clock.HONG_KONG)
    return start, start + timedelta(days=1)


def windows(viewer: Viewer, since: date, until: date) -> list[BlackoutWindow]:
    """The blackout windows that touch the days from `since` to `until`, as `viewer` may read them. One query."""
    rows = BlackoutWindow.objects.visible_to(viewer).filter(lifted_at=None, starts_on__lte=until, ends_on__gte=since)
    return list(rows.order_by("starts_on", "pk"))


def windows_on(day: date, among: Iterable[BlackoutWindow]) -> list[BlackoutWindow]:
    return [one for one in among if one.starts_on <= day <= one.ends_on]


def span(first: date, last: date) -> str:
    """A stretch of days in words: `5 February 2027 to 12 February 2027`; one day alone if they are the same."""
    if first == last:
        return dates.long_day(first)
    return _("%(first)s to %(last)s") % {"first": dates.long_day(first), "last": dates.long_day(last)}


@dataclass(frozen=True)
class Due:
    """A deadline that falls on a day: of a paper, or with `firm` of one firm's extension."""

    paper: Consultation
    at: datetime
    firm: Organisation | None = None

    @property
    def is_ahead(self) -> bool:
        return self.at > clock.now()


def deadlines_on(viewer: Viewer, days: Collection[date]) -> dict[date, list[Due]]:
    """The deadlines of papers and of extensions that fall on these days, as `viewer` may read them. Two queries."""
    found: dict[date, list[Due]] = defaultdict(list)
    if not days:
        return found
    start, end = day_bounds(min(days))[0], day_bounds(max(days))[1]
    papers = Consultation.objects.visible_to(viewer).exclude(withdrawn_at__lte=clock.now())
    for paper in papers.filter(closes_at__gte=start, closes_at__lt=end).order_by("closes_at", "pk"):
        found[hong_kong_day(paper.closes_at)].append(Due(paper, paper.closes_at))
    for one in (
        Extension.objects.visible_to(viewer)
        .filter(until__gte=start, until__lt=end, consultation__in=papers)
        .select_related("consultation", "organisation")
        .order_by("until", "pk")
    ):
        found[hong_kong_day(one.until)].append(Due(one.consultation, one.until, one.organisation))
    return {day: found[day] for day in days if day in found}
