"""What firms are asked for, and by when: the burden of one firm, or for officers of all of them.

Rooms contribute through `register`: this room may not import those to its right. Every provider reads as the
viewer (`visible_to`) and for the given firms alone, so that a firm meets what it owes itself and nothing that
depends on another firm. Points of load are this portal's own estimate, to compare weeks with one another; they
measure no work and no law knows them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from consultations.models import Consultation, Extension, Paragraph, Question, Response
from members.enums import STATES_WITH_ACCESS, OrganisationKind
from members.models import LicenceStatus, Organisation, WorkingGroupMembership
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import hong_kong_day
from portal.common.working_days import Changes

PARAGRAPHS_PER_POINT: Final = 10
"""A question weighs one point, ten paragraphs to be read another."""
COLLISION_DAYS: Final = 5
"""Two deadlines of one firm collide when so many working days, or fewer, lie between them. The portal's own figure."""


class AskKind(models.TextChoices):
    RESPONSE = "response", pgettext_lazy("ask", "Response to a paper")
    ACTION = "action", pgettext_lazy("ask", "Action")
    PAPER = "paper", pgettext_lazy("ask", "Paper for a meeting")
    REPLY = "reply", pgettext_lazy("ask", "Reply to an invitation")
    MEETING = "meeting", pgettext_lazy("ask", "Meeting")
    MINUTES = "minutes", pgettext_lazy("ask", "Corrections of minutes")


# What takes a minute collides with nothing.
LIGHT: Final = frozenset({AskKind.REPLY})
ROOMS: Final = {"consultations": gettext_lazy("Consultations"), "meetings": gettext_lazy("Meetings")}


@dataclass(frozen=True)
class Ask:
    """One thing that one firm is asked for. `what` is in the active language, `due_at` aware.

    `mark` names the same ask at every firm. `settled` False: a draft with dates, which only the regulator sees.
    """

    mark: str
    what: str
    kind: AskKind
    room: str
    organisation_id: int
    starts_on: date
    due_at: datetime
    url: str
    points: int
    done: bool = False
    settled: bool = True

    @property
    def due_on(self) -> date:
        return hong_kong_day(self.due_at)

    @property
    def counts(self) -> bool:
        """Whether it weighs: it is still open, and takes more than a minute."""
        return not self.done and self.kind not in LIGHT

    def working_days(self, changes: Changes) -> int:
        """Working days given, from the day after it is asked to the day on which it is due."""
        return changes.between(self.starts_on, self.due_on)


@dataclass(frozen=True)
class Firms:
    """The organisations whose asks are looked for, with the working groups in which each has a seat."""

    organisations: dict[int, Organisation] = field(default_factory=dict)
    groups: dict[int, frozenset[int]] = field(default_factory=dict)

    def platforms(self, working_group_id: int | None = None) -> Iterator[int]:
        """The platforms among them that a text for all members, or for a working group, reaches."""
        for pk, organisation in self.organisations.items():
            if organisation.is_platform and (working_group_id is None or working_group_id in self.groups[pk]):
                yield pk


@dataclass(frozen=True)
class Period:
    """Hong Kong days, first and last included."""

    since: date
    until: date

    def touches(self, ask: Ask) -> bool:
        return ask.starts_on <= self.until and ask.due_on >= self.since


# The asks of these firms that touch the period, with a number of queries that does not grow with the data.
Provider = Callable[[Viewer, Firms, Period], Iterable[Ask]]
_providers: dict[str, Provider] = {}


def register(room: str, provider: Provider) -> None:
    """Let a room contribute; called from AppConfig.ready()."""
    _providers[room] = provider


def firms_of(viewer: Viewer) -> Firms:
    """The viewer's own organisation; for the regulator every platform with access today. At most two queries."""
    if not viewer.is_regulator:
        own = viewer.organisation
        return Firms({own.pk: own}, {own.pk: frozenset(viewer.working_groups)}) if own else Firms()
    latest = LicenceStatus.objects.filter(organisation=OuterRef("pk"), effective_on__lte=clock.today())
    platforms: dict[int, Organisation] = {
        row.pk: row
        for row in Organisation.objects.filter(kind=OrganisationKind.PLATFORM)
        .annotate(licence=Subquery(latest.order_by("-effective_on", "-pk").values("state")[:1]))
        .filter(licence__in=STATES_WITH_ACCESS)
        .order_by("name_en", "pk")
    }
    groups: dict[int, set[int]] = defaultdict(set)
    for firm, group in WorkingGroupMembership.objects.standing().values_list("organisation", "group"):
        groups[firm].add(group)
    return Firms(platforms, {pk: frozenset(groups[pk]) for pk in platforms})


def asks_of(viewer: Viewer, firms: Firms, period: Period, *, room: str = "") -> list[Ask]:
    """What these firms are asked for, as far as `viewer` may read it, by deadline. `room` "": of every room."""
    if not firms.organisations:
        return []
    providers = [provider for name, provider in _providers.items() if room in {"", name}]
    found = [ask for provider in providers for ask in provider(viewer, firms, period) if period.touches(ask)]
    return sorted(found, key=lambda ask: (ask.due_at, ask.mark, ask.organisation_id))


# What this room contributes: the papers that firms are asked to respond to


def responses(viewer: Viewer, firms: Firms, period: Period) -> Iterator[Ask]:
    """Responses to open and planned papers, each by the firm's own deadline. Three queries."""
    papers = {paper.pk: paper for paper in _papers(viewer, period)}
    if not papers:
        return
    own = {"consultation__in": papers, "organisation__in": firms.organisations}
    later = {
        (paper, firm): until
        for paper, firm, until in Extension.objects.visible_to(viewer)
        .filter(**own)
        .values_list("consultation", "organisation", "until")
    }
    submitted = set(
        Response.objects.visible_to(viewer)
        .filter(**own, submitted_at__isnull=False)
        .values_list("consultation", "organisation")
    )
    for paper in papers.values():
        points = paper.asked + ceil(paper.to_read / PARAGRAPHS_PER_POINT)
        for firm in firms.platforms(paper.working_group_id):
            yield Ask(
                mark=f"consultation-{paper.pk}",
                what=_("%(code)s: %(name)s") % {"code": paper.reference, "name": paper.short_title},
                kind=AskKind.RESPONSE,
                room="consultations",
                organisation_id=firm,
                starts_on=hong_kong_day(paper.opens_at),
                due_at=max(paper.closes_at, later.get((paper.pk, firm), paper.closes_at)),
                url=paper.get_absolute_url(),
                points=max(1, points),
                done=(paper.pk, firm) in submitted,
                settled=paper.released_at is not None,
            )


def _count(model: Any) -> Any:
    rows = model.objects.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _papers(viewer: Viewer, period: Period) -> Iterable[Any]:
    """Papers with both dates that were not withdrawn. One that was never released is the regulator's own draft."""
    start = datetime.combine(period.since, datetime.min.time(), clock.HONG_KONG)
    end = datetime.combine(period.until + timedelta(days=1), datetime.min.time(), clock.HONG_KONG)
    # A firm's own extension may reach into a period that begins after the paper's closing time.
    longer = Q(closes_at__gte=start) | Q(
        pk__in=Extension.objects.visible_to(viewer).filter(until__gte=start).values("consultation")
    )
    rows: Iterable[Any] = (
        Consultation.objects.visible_to(viewer)
        .filter(longer, opens_at__lt=end, closes_at__isnull=False)
        .exclude(withdrawn_at__lte=clock.now())
        .annotate(asked=_count(Question), to_read=_count(Paragraph))
        .only(
            "key", "reference", "opens_at", "closes_at", "released_at", "working_group",
            "title_en", "title_zh_hant", "title_zh_hans",
            "short_title_en", "short_title_zh_hant", "short_title_zh_hans",
        )
        .order_by("closes_at", "pk")
    )  # fmt: skip
    return rows


# What collides


def neighbours(asks: Iterable[Ask], changes: Changes) -> dict[Ask, list[Ask]]:
    """For each ask that counts, the others of the same firm that fall due within COLLISION_DAYS of it."""
    by_firm: dict[int, list[Ask]] = defaultdict(list)
    for ask in asks:
        if ask.counts:
            by_firm[ask.organisation_id].append(ask)
    found: dict[Ask, list[Ask]] = defaultdict(list)
    for own in by_firm.values():
        for at, one in enumerate(own):
            for other in own[at + 1 :]:
                if changes.apart(one.due_on, other.due_on) <= COLLISION_DAYS:
                    found[one].append(other)
                    found[other].append(one)
    return found
