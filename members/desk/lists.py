"""Lists whose cost does not grow with the table: the count stops early, periods are not looked up, and no filter reads
a whole column to learn its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.db import models
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.common.dates import hong_kong_day

# Nobody turns more pages than these make; who looks for one row among more searches or names a period.
COUNT_AT_MOST = 1_000


class CappedPaginator(Paginator[Any]):
    """Counts 1,000 rows at most, and knows when there are more."""

    @cached_property
    def _found(self) -> int:
        rows = cast("models.QuerySet[Any]", self.object_list)
        return rows.order_by()[: COUNT_AT_MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNT_AT_MOST)

    @property
    def is_capped(self) -> bool:
        return self._found > COUNT_AT_MOST


@dataclass(frozen=True)
class Period:
    title: str
    link: str
    is_now: bool = False


def periods(change_list: Any) -> tuple[Period | None, list[Period]]:
    """The step back, and the years, months or days that can be chosen next, of a list with a `date_hierarchy`.

    Django asks for each period that has rows, which reads them all; here the first and the last row tell the span.
    """
    field = str(change_list.date_hierarchy)
    chosen = [_number(change_list.params.get(f"{field}__{part}")) for part in ("year", "month", "day")]
    year, month, day = chosen
    first, last = _end(change_list, field, ""), _end(change_list, field, "-")
    if first is None or last is None:
        return None, []

    def link(**parts: int) -> str:
        wanted = {f"{field}__{name}": value for name, value in parts.items()}
        return str(change_list.get_query_string(wanted, [f"{field}__{p}" for p in ("year", "month", "day")]))

    if year is None:
        return None, [Period(str(y), link(year=y)) for y in range(last.year, first.year - 1, -1)]
    if month is None:
        found = [m for m in range(1, 13) if (first.year, first.month) <= (year, m) <= (last.year, last.month)]
        return Period(_("All periods"), link()), [Period(str(MONTHS[m]), link(year=year, month=m)) for m in found]
    days = [d for d in _days(year, month) if first <= d <= last]
    return Period(str(year), link(year=year)), [
        Period(str(d.day), link(year=year, month=month, day=d.day), is_now=d.day == day) for d in days
    ]


def _number(text: Any) -> int | None:
    given = text[-1] if isinstance(text, list) else text
    return int(given) if str(given or "").isdigit() else None


def _end(change_list: Any, field: str, direction: str) -> date | None:
    rows = change_list.root_queryset.order_by(f"{direction}{field}").exclude(**{field: None})
    value = rows.select_related(None).values_list(field, flat=True).first()
    return hong_kong_day(value) if value else None


def _days(year: int, month: int) -> Iterator[date]:
    try:
        day = date(year, month, 1)
    except ValueError:
        return
    while day.month == month:
        yield day
        day += timedelta(days=1)
