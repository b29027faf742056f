"""The roadmap as one reader sees it: one query set behind the timeline, the table and the milestone list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Sum
from django.db.models.functions import Extract
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives import deadlines
from initiatives.deadlines import Deadline
from initiatives.enums import DatePrecision, InitiativeStatus, MilestoneKind
from initiatives.models import Initiative, Milestone, Pillar
from initiatives.publication import PUBLISHED_ON
from initiatives.timeline import Scale, quarter_index
from members.viewer import Viewer
from portal.common import clock, dates
from portal.common.translated import column_language


def when(milestone: Milestone) -> str:
    """The date in words, as exactly as it is known: `11 February 2026`, `June 2026`, `Q2 2026`, `2026`."""
    day, english = milestone.date, column_language() == "en"
    match milestone.date_precision:
        case DatePrecision.MONTH:
            return f"{dates.MONTHS[day.month - 1]} {day.year}" if english else f"{day.year}年{day.month}月"
        case DatePrecision.QUARTER:
            return quarter_words(day)
        case DatePrecision.YEAR:
            return str(day.year) if english else f"{day.year}年"
        case _:
            return dates.long_day(day)


def quarter_words(day: date) -> str:
    return _("Q%(quarter)s %(year)s") % {"quarter": quarter_index(day) % 4 + 1, "year": day.year}


def kind_and_ref(milestone: Milestone) -> str:
    """`Circular 25EC44`, or the kind alone."""
    words = str(MilestoneKind(milestone.kind).label)
    if not milestone.ref:
        return words
    return _("%(kind)s %(ref)s") % {"kind": words, "ref": milestone.ref}


@dataclass(frozen=True)
class Mark:
    """A diamond on a track: a milestone that is met, or a date to come."""

    x: str
    css: str


@dataclass(frozen=True)
class Row:
    """An initiative with all that its line shows."""

    initiative: Initiative
    milestones: list[Milestone]
    deadlines: list[Deadline]
    scale: Scale

    @property
    def met(self) -> list[Milestone]:
        return [one for one in self.milestones if one.is_met]

    @property
    def planned(self) -> list[Milestone]:
        """Milestones to come: dates that their issuer published (workflow.require_published)."""
        return [one for one in self.milestones if not one.is_met]

    @property
    def latest(self) -> Milestone | None:
        return self.met[-1] if self.met else None

    @property
    def has_next(self) -> bool:
        return bool(self.deadlines or self.planned)

    @property
    def next_line(self) -> str:
        """What the row says under the name: the next published date, else what happened last."""
        if self.deadlines:
            return _("%(title)s, %(date)s") % {
                "title": self.deadlines[0].title,
                "date": dates.long_day(self.deadlines[0].day),
            }
        if self.planned:
            return _("Next: %(what)s, %(date)s") % {
                "what": kind_and_ref(self.planned[0]),
                "date": when(self.planned[0]),
            }
        if self.latest:
            return _("Latest: %(what)s, %(date)s") % {
                "what": kind_and_ref(self.latest),
                "date": when(self.latest),
            }
        return _("No milestone published yet")

    # The drawing

    @property
    def marks(self) -> list[Mark]:
        known = [
            Mark(
                self.scale.percent(one.date),
                "ms" if one.is_met and one.is_verified else "ms ms--unv" if one.is_met else "ms ms--plan",
            )
            for one in self.milestones
        ]
        return known + [Mark(self.scale.percent(one.day), "ms ms--plan") for one in self.deadlines]

    @property
    def bars(self) -> list[tuple[str, str, str]]:
        """(class, x, width): on the roadmap since publication; the present status since it was recorded."""
        today, since = clock.today(), max(PUBLISHED_ON, self.initiative.status_since)
        if self.initiative.bar == "past":
            since = today
        drawn = [("past", PUBLISHED_ON, since), (self.initiative.bar, since, today)]
        return [
            (css, self.scale.percent(start), self.scale.width(start, end)) for css, start, end in drawn if start < end
        ]

    @property
    def label(self) -> str:
        """The drawing in whole sentences."""
        sentences = [
            _("Timeline of initiative %(number)s, from %(start)s to %(end)s.")
            % {
                "number": self.initiative.number,
                "start": quarter_words(self.scale.starts_on),
                "end": quarter_words(self.scale.ends_on),
            },
            _("On the roadmap since %(date)s.") % {"date": dates.long_day(PUBLISHED_ON)},
            _("Status recorded on %(date)s: %(status)s.")
            % {
                "date": dates.long_day(self.initiative.status_since),
                "status": InitiativeStatus(self.initiative.status).label,
            },
        ]
        if self.latest:
            count = len(self.met)
            sentences.append(
                ngettext(
                    "%(count)s milestone met: %(what)s, %(date)s.",
                    "%(count)s milestones met, the latest: %(what)s, %(date)s.",
                    count,
                )
                % {"count": count, "what": kind_and_ref(self.latest), "date": when(self.latest)}
            )
        else:
            sentences.append(_("No milestone met yet."))
        sentences += [
            _("To come: %(what)s, %(date)s.") % {"what": kind_and_ref(one), "date": when(one)} for one in self.planned
        ]
        sentences += [
            _("To come: %(what)s, %(date)s.") % {"what": one.title, "date": dates.long_day(one.day)}
            for one in self.deadlines
        ]
        return ("" if column_language() != "en" else " ").join(sentences)


@dataclass(frozen=True)
class Roadmap:
    rows: list[Row]
    deadlines: list[Deadline]
    scale: Scale

    @cached_property
    def pillars(self) -> list[tuple[Pillar, list[Row]]]:
        found: dict[int, tuple[Pillar, list[Row]]] = {}
        for row in self.rows:
            found.setdefault(row.initiative.pillar_id, (row.initiative.pillar, []))[1].append(row)
        return sorted(found.values(), key=lambda pair: pair[0].position)

    @cached_property
    def tally(self) -> list[tuple[str, int]]:
        """(status, number of initiatives), the furthest advanced first, those that occur."""
        counted = Counter(row.initiative.status for row in self.rows)
        return [(status, counted[status]) for status in _TALLY_ORDER if counted[status]]

    @cached_property
    def milestones(self) -> list[tuple[Milestone, list[Initiative]]]:
        """Each milestone once, with the initiatives that it touches, the latest first."""
        found: dict[int, tuple[Milestone, list[Initiative]]] = {}
        for row in self.rows:
            for one in row.milestones:
                found.setdefault(one.pk, (one, []))[1].append(row.initiative)
        return sorted(found.values(), key=lambda pair: (pair[0].date, pair[0].pk), reverse=True)

    @property
    def as_at(self) -> date | None:
        """The day up to which every status was read."""
        return min((row.initiative.status_as_at for row in self.rows), default=None)

    @property
    def today(self) -> str:
        return self.scale.percent(clock.today())

    @property
    def unverified_names(self) -> bool:
        return any(not row.initiative.name_is_verified for row in self.rows)

    @property
    def working_translations(self) -> bool:
        return any(row.initiative.shows_working_translation for row in self.rows)


_TALLY_ORDER = (
    InitiativeStatus.DELIVERED,
    InitiativeStatus.PARTLY_DELIVERED,
    InitiativeStatus.LEGISLATING,
    InitiativeStatus.CONCLUSIONS_PUBLISHED,
    InitiativeStatus.PUBLIC_CONSULTATION,
    InitiativeStatus.SOFT_CONSULTATION,
    InitiativeStatus.IN_PROGRESS,
    InitiativeStatus.ONGOING,
    InitiativeStatus.UNDER_STUDY,
    InitiativeStatus.PAUSED,
)


def read(viewer: Viewer) -> Roadmap:
    """The whole roadmap for `viewer`: two queries and those of the registered deadlines."""
    initiatives = list(Initiative.objects.with_milestones())
    return _build(initiatives, deadlines.upcoming(viewer))


def read_one(viewer: Viewer, number: int) -> Roadmap:
    """The roadmap of one initiative. Initiative.DoesNotExist if there is none of that number."""
    initiative = Initiative.objects.with_milestones().get(number=number)
    return _build([initiative], [one for one in deadlines.upcoming(viewer) if one.initiative_number == number])


def newest_change() -> dict[str, Any]:
    """When the public facts last changed, and marks that differ whenever one of them does: one query.

    The latest moment alone would miss a write that was stamped first and committed second, hence the sums.
    """
    paths = {"pillar": "", "initiative": "initiatives__", "milestone": "initiatives__milestones__"}
    return Pillar.objects.aggregate(
        **{name: Max(f"{path}updated_at") for name, path in paths.items()},
        **{f"{name}_sum": Sum(Extract(f"{path}updated_at", "epoch")) for name, path in paths.items()},
        links=Count("initiatives__links"),
    )


def _build(initiatives: Iterable[Initiative], coming: list[Deadline]) -> Roadmap:
    rows = [(one, list(one.milestones.all())) for one in initiatives]
    days = [PUBLISHED_ON, *(m.date for _, ms in rows for m in ms), *(one.day for one in coming)]
    scale = Scale.covering(days, today=clock.today())
    return Roadmap(
        [Row(one, ms, [d for d in coming if d.initiative_number == one.number], scale) for one, ms in rows],
        coming,
        scale,
    )
