"""Which entries are shown: filters, and pages by the place of their first and last entry.

A page is asked for by an index and never counted, so that the newest fifty of a hundred thousand come as quickly as of
a thousand. Where a filter means one thing or another ("by this firm, or about it"), each is asked for by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from audit.models import Entry
from members.audience import Audience
from members.viewer import Viewer
from portal.common.clock import HONG_KONG

PAGE: Final = 50
PEOPLE_AT_MOST: Final = 30
PERSON: Final = "accounts.user"


@dataclass(frozen=True)
class Place:
    """Where an entry stands among all: when, and its key."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def read(cls, words: str) -> "Place | None":
        at, _, key = words.partition("~")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, UUID(key)) if moment.tzinfo else None
        except ValueError:
            return None


def place_of(entry: Entry) -> Place:
    return Place(entry.at, entry.pk)


@dataclass(frozen=True)
class Filters:
    """What is asked for. `kind` and `thing`: the object's model and its number, or its name as it was recorded."""

    person: str = ""
    firm: int | None = None
    kind: str = ""
    thing: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None

    def as_text(self) -> dict[str, str]:
        """Those that are set, as they go into the record."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Page:
    """Entries, the newest first. `newer`, `older`: where the neighbouring pages begin."""

    entries: Sequence[Entry]
    newer: str = ""
    older: str = ""


def _people(words: str) -> list[int]:
    """Who has these words in a name, or an address that begins with them; with an @, in the address."""
    if "@" in words:
        asked = Q(email__icontains=words)
    else:
        asked = Q(email__istartswith=words)
        for code in ("en", "zh_hant", "zh_hans"):
            asked |= Q(**{f"name_{code}__icontains": words})
    return list(User.objects.filter(asked).order_by("pk").values_list("pk", flat=True)[:PEOPLE_AT_MOST])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HONG_KONG)


def selections(filters: Filters, viewer: Viewer) -> list[QuerySet[Entry]]:
    """The entries that pass, as rows of which each is found by one index. One entry may be among several.

    What a firm keeps to itself is not among them; row security holds it, too.
    """
    rows = Entry.objects.exclude(audience=Audience.ORGANISATION)
    rows = rows.filter(Q(working_group_id=None) | Q(working_group_id__in=viewer.working_groups))
    if filters.kind:
        rows = rows.filter(object_type=filters.kind)
        if filters.thing:
            rows = rows.filter(Q(object_id=filters.thing) | Q(object_label=filters.thing))
    if filters.verb:
        rows = rows.filter(verb=filters.verb)
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    found = [rows]
    if filters.person:
        people = _people(filters.person)
        about = [str(pk) for pk in people]
        found = [
            one
            for each in found
            for one in (
                *(each.filter(actor=pk) for pk in people),
                each.filter(object_type=PERSON, object_id__in=about),
            )
        ]
    if filters.firm:
        found = [
            one
            for each in found
            for one in (each.filter(on_behalf_of=filters.firm), each.filter(organisation_id=filters.firm))
        ]
    return found


def _older(rows: QuerySet[Entry], place: Place) -> QuerySet[Entry]:
    return rows.filter(at__lte=place.at).filter(Q(at__lt=place.at) | Q(pk__lt=place.id))


def _newer(rows: QuerySet[Entry], place: Place) -> QuerySet[Entry]:
    return rows.filter(at__gte=place.at).filter(Q(at__gt=place.at) | Q(pk__gt=place.id))


def _take(found: Sequence[QuerySet[Entry]], count: int, before: Place | None, after: Place | None) -> list[Entry]:
    """Up to `count` entries, the nearest to the place first."""
    taken: dict[UUID, Entry] = {}
    for rows in found:
        if after:
            some = _newer(rows, after).order_by("at", "pk")
        else:
            some = (_older(rows, before) if before else rows).order_by("-at", "-pk")
        taken |= {entry.pk: entry for entry in some[:count]}
    ordered = sorted(taken.values(), key=lambda entry: (entry.at, entry.pk), reverse=after is None)
    return ordered[:count]


def page(
    filters: Filters, viewer: Viewer, *, before: Place | None = None, after: Place | None = None, size: int = PAGE
) -> Page:
    """The entries next to a place; without one, the newest."""
    found = _take(selections(filters, viewer), size + 1, before, after)
    more, found = len(found) > size, found[:size]
    if after:
        found.reverse()
    if not found:
        return Page([])
    newer = more if after else before is not None
    older = True if after else more
    return Page(
        found,
        newer=str(place_of(found[0])) if newer else "",
        older=str(place_of(found[-1])) if older else "",
    )


def every(filters: Filters, viewer: Viewer, size: int = 2_000) -> Iterator[Entry]:
    """All entries that pass, the newest first, some at a time in memory."""
    found, place = selections(filters, viewer), None
    while some := _take(found, size, place, None):
        yield from some
        if len(some) < size:
            return
        place = place_of(some[-1])
