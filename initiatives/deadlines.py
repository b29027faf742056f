"""Dates to come that other rooms know of, such as the close of an open consultation of this portal.

This room may not import those to its right, so they register a provider here from AppConfig.ready(). Only
dates that stand in the portal's own published record are given: nobody invents a plan for the SFC.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import hong_kong_day


@dataclass(frozen=True)
class Deadline:
    """`title` is in the active language ("Consultation closes: Custody"); `date` a day or a UTC moment."""

    initiative_number: int
    date: dt.date | dt.datetime
    title: str
    url: str

    @property
    def day(self) -> dt.date:
        """The calendar day in Hong Kong."""
        return hong_kong_day(self.date)


# What `viewer` may know of, with a number of queries that does not grow with the data.
Provider = Callable[[Viewer], Iterable[Deadline]]
# At most one query: a text that changes whenever the public's deadlines may have changed.
Stamp = Callable[[], str]

_providers: list[tuple[Provider, Stamp | None]] = []


def register(provider: Provider, *, stamp: Stamp | None = None) -> None:
    """Add a provider. Without a `stamp` the public roadmap never answers "not modified"."""
    if all(known is not provider for known, _ in _providers):
        _providers.append((provider, stamp))


def upcoming(viewer: Viewer) -> list[Deadline]:
    """Deadlines from today on (Hong Kong), the nearest first."""
    today = clock.today()
    found = [one for provider, _ in _providers for one in provider(viewer) if one.day >= today]
    return sorted(found, key=lambda one: (one.day, one.initiative_number, one.title))


def stamp() -> str | None:
    """The stamps of all providers, or None if one of them has none."""
    marks = [mark() if mark else None for _, mark in _providers]
    return None if None in marks else "|".join(map(str, marks))
