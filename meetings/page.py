"""The page of a meeting, put together in a fixed number of queries whatever its size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import Consultation
from meetings.enums import ActionState, MeetingKind, Mode, Purpose, Reply
from meetings.models import (
    Action,
    AgendaItem,
    Attendance,
    Interest,
    Meeting,
    MinuteAttribution,
    MinuteParagraph,
    Minutes,
    Paper,
    Presenter,
)
from members import openings
from members.enums import OrganisationKind, Role
from members.models import Delegation
from members.register.standing import state_of
from members.viewer import Viewer
from portal.common import clock, dates
from portal.common.translated import FALLBACKS

OTHERS = 4
EXCERPT = 3


@dataclass
class Line:
    """A paragraph of minutes as one viewer reads it: the attributed text where they may, else the circulated one."""

    paragraph: MinuteParagraph
    attribution: MinuteAttribution | None = None
    actions: list[Action] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.attribution.text if self.attribution else self.paragraph.text


@dataclass
class Turnout:
    """Who replied or took part, by answer, in the order of the answers."""

    groups: list[tuple[str, str, list[Attendance]]]

    @property
    def people(self) -> int:
        return sum(len(row[2]) for row in self.groups)


@dataclass
class Entry:
    """An item of the agenda as the page shows it."""

    item: AgendaItem
    chair_id: int

    @property
    def presenters(self) -> str:
        return presented_by(self.item.speakers, self.chair_id)  # type: ignore[attr-defined]

    @property
    def timing(self) -> str:
        """`For discussion, 20 minutes.`"""
        count = self.item.minutes_planned
        words = ngettext("%(purpose)s, %(count)s minute.", "%(purpose)s, %(count)s minutes.", count)
        return words % {"purpose": Purpose(self.item.purpose).label, "count": count}

    @property
    def papers(self) -> list[tuple[Paper, str]]:
        """Each paper with the words before its title, or in place of it."""
        return [(paper, paper_words(paper)) for paper in self.item.listed_papers]  # type: ignore[attr-defined]

    @property
    def consultations(self) -> list[tuple[str, str]]:
        """The address and reference of each."""
        rows = self.item.consultation_rows  # type: ignore[attr-defined]
        return [(reverse("consultations:consultation", args=[row["key"]]), row["reference"]) for row in rows]

    @property
    def initiatives(self) -> list[tuple[str, str]]:
        """The address and words of each."""
        words = _("Initiative %(number)s")
        numbers = self.item.initiative_numbers  # type: ignore[attr-defined]
        return [(reverse("initiatives:initiative", args=[one]), words % {"number": one}) for one in numbers]


def paper_words(paper: Paper) -> str:
    if paper.document_id:
        return _("Paper %(number)s") % {"number": paper.number}
    if paper.due:
        return _("Paper %(number)s due %(date)s") % {"number": paper.number, "date": dates.day(paper.due)}
    return _("Paper %(number)s expected") % {"number": paper.number}


def agenda(meeting: Meeting, viewer: Viewer) -> list[AgendaItem]:
    """The items with presenters, papers, initiatives and consultations: three queries."""
    presenters = Presenter.objects.select_related("user", "organisation").only(
        "item", "team", *_names("user", "name"), "user__email", "organisation__kind", *_names("organisation", "name"),
        *_names("organisation", "short"),
    )  # fmt: skip
    papers = Paper.objects.visible_to(viewer).select_related("working_group", "organisation")
    here = OuterRef("pk")
    initiatives = AgendaItem.initiatives.through.objects.filter(agendaitem=here).order_by("initiative__number")
    consultations = AgendaItem.consultations.through.objects.filter(agendaitem=here).filter(
        Consultation.visible_q(viewer, "consultation__")
    )
    named = consultations.order_by("consultation__reference").values(
        row=JSONObject(key="consultation__key", reference="consultation__reference")
    )
    return list(
        AgendaItem.objects.visible_to(viewer)
        .filter(meeting=meeting)
        .order_by("number")
        .annotate(
            initiative_numbers=ArraySubquery(initiatives.values("initiative__number")),
            consultation_rows=ArraySubquery(named),
        )
        .prefetch_related(
            Prefetch("presenters", presenters.order_by("position"), to_attr="speakers"),
            Prefetch("papers", papers.order_by("position"), to_attr="listed_papers"),
        )
    )


def _names(relation: str, field: str) -> list[str]:
    return [f"{relation}__{field}_{code}" for code in FALLBACKS]


def deputy(meeting: Meeting) -> Delegation | None:
    """Who has the chair's powers on the day of a meeting that the chair runs, where deputising is recorded."""
    day = meeting.starts_at.astimezone(clock.HONG_KONG).date()
    found = Delegation.objects.was_in_force(day).filter(role=Role.CHAIR, giver=meeting.chair_id)
    return found.select_related("holder").first()


def presented_by(presenters: Iterable[Presenter], chair_id: int) -> str:
    """`Policy team 2, with Harbour and Granite`: each team or organisation once, in order; the chair by that word."""
    names: list[str] = []
    for who in presenters:
        if who.user_id == chair_id:
            name = _("Chair")
        elif who.organisation.kind == OrganisationKind.REGULATOR:
            name = who.team or str(who.user)
        else:
            name = str(who.organisation.short)
        if name not in names:
            names.append(name)
    if len(names) < 2:
        return "".join(names)
    others = names[-1]
    if len(names) > 2:
        others = _("%(some)s and %(last)s") % {"some": _(", ").join(names[1:-1]), "last": names[-1]}
    return _("%(first)s, with %(others)s") % {"first": names[0], "others": others}


def seats(meeting: Meeting, viewer: Viewer) -> list[Attendance]:
    """Everybody with a seat at the meeting: one query."""
    return list(
        Attendance.objects.visible_to(viewer)
        .filter(meeting=meeting)
        .select_related("user", "organisation")
        .annotate(licence=state_of("organisation"))
        .order_by("-organisation__kind", "organisation__name_en", "user__name_en")
    )


def turnout(meeting: Meeting, everybody: Iterable[Attendance]) -> Turnout:
    """Before the meeting the replies of those asked, after it how people took part."""
    rows = list(everybody)
    held = any(seat.mode for seat in rows)
    if held:
        labels = [(mode.value, str(mode.label)) for mode in Mode]
        picked = [(code, label, [s for s in rows if s.mode == code]) for code, label in labels]
    else:
        asked = [s for s in rows if s.is_invited and not s.is_observer]
        words = {
            Reply.IN_PERSON: Reply.IN_PERSON.label,
            Reply.BY_VIDEO: Reply.BY_VIDEO.label,
            Reply.COLLEAGUE: _("A colleague comes"),
            Reply.APOLOGIES: Mode.APOLOGIES.label,
            Reply.NONE: Reply.NONE.label,
        }
        picked = [(code.value, str(label), [s for s in asked if s.reply == code]) for code, label in words.items()]
        picked = [row for row in picked if row[2] or row[0] != Reply.COLLEAGUE]
        observers = [s for s in rows if s.is_observer]
        if observers and asked:
            picked.append(("observers", _("Observers"), observers))
    return Turnout([row for row in picked if rows])


def actions(meeting: Meeting, viewer: Viewer, before: Meeting | None) -> list[Action]:
    """Agreed at this meeting; while it lies ahead, those carried to it: open, or done since the last. One query."""
    rows = Action.objects.visible_to(viewer).with_owners().order_by("position")
    if not meeting.is_upcoming:
        return list(rows.filter(meeting=meeting))
    since = before.starts_at.date() if before else meeting.starts_at.date()
    fresh = Q(state=ActionState.DONE, done_on__gte=since)
    return list(
        rows.filter(~Q(state=ActionState.DONE) | fresh, meeting__isnull=False, working_group=meeting.working_group_id)
    )


def minutes_of(meeting_ids: Iterable[UUID], viewer: Viewer) -> dict[UUID, Minutes]:
    """The minutes that the viewer reads, by meeting. One query."""
    rows = (
        Minutes.objects.visible_to(viewer)
        .filter(meeting__in=meeting_ids)
        .select_related("meeting", "taken_by", "confirmed_at_meeting")
    )
    return {row.meeting_id: row for row in rows}


def lines(minutes: Minutes, viewer: Viewer, agreed: Iterable[Action]) -> list[Line]:
    """The paragraphs as this viewer reads them, with the actions among `agreed` that they ended in: two queries.

    The attributed texts are fetched apart and through `visible_to`: nothing of a text that the viewer may not
    read is ever loaded.
    """
    paragraphs = list(MinuteParagraph.objects.visible_to(viewer).filter(minutes=minutes).select_related("item"))
    named = {
        row.paragraph_id: row
        for row in MinuteAttribution.objects.visible_to(viewer)
        .filter(paragraph__minutes=minutes)
        .select_related("organisation", "working_group")
    }
    owed: dict[UUID, list[Action]] = defaultdict(list)
    for action in agreed:
        if action.paragraph_id:
            owed[action.paragraph_id].append(action)
    paragraphs.sort(key=lambda p: p.position)
    return [Line(p, named.get(p.pk), owed.get(p.pk, [])) for p in paragraphs]


def excerpt(read: list[Line], viewer: Viewer) -> list[Line]:
    """The first passages that speak of the viewer's own firm; else the first that ended in an action."""
    own = [line for line in read if viewer.is_platform and line.attribution]
    return (own or [line for line in read if line.actions] or read)[:EXCERPT]


def interests(meeting: Meeting, viewer: Viewer) -> list[Interest]:
    """Declared interests with their items: two queries."""
    return list(
        Interest.objects.visible_to(viewer)
        .filter(meeting=meeting)
        .select_related("user", "organisation", "decided_by")
        .annotate(licence=state_of("organisation"))
        .prefetch_related(Prefetch("items", AgendaItem.objects.visible_to(viewer).order_by("number")))
    )


def neighbours(meeting: Meeting, viewer: Viewer) -> tuple[Meeting | None, list[Meeting]]:
    """The one before a meeting that lies ahead, and the few others that the rail names. One query."""
    readable = Meeting.objects.visible_to(viewer).exclude(pk=meeting.pk)
    rail = readable.next_first().values("pk")[:OTHERS]
    wanted = Q(pk__in=rail)
    if meeting.is_upcoming:
        earlier = readable.filter(working_group=meeting.working_group_id, starts_at__lt=meeting.starts_at)
        wanted |= Q(pk__in=earlier.order_by("-starts_at").values("pk")[:1])
    rows = list(readable.filter(wanted).next_first())
    same = [r for r in rows if r.starts_at < meeting.starts_at and r.working_group_id == meeting.working_group_id]
    before = max(same, key=lambda row: row.starts_at, default=None)
    return before, rows[:OTHERS]


def build(meeting: Meeting, viewer: Viewer) -> dict[str, Any]:
    """Everything that the template shows."""
    items = agenda(meeting, viewer)
    people = seats(meeting, viewer)
    before, others = neighbours(meeting, viewer)
    minutes = minutes_of([meeting.pk, *([before.pk] if before else [])], viewer)
    own = minutes.get(meeting.pk)
    earlier = minutes.get(before.pk) if before and meeting.is_upcoming else None
    shown = own or earlier
    owed = actions(meeting, viewer, before)
    read = lines(shown, viewer, owed) if shown else []
    told = interests(meeting, viewer) if not meeting.is_upcoming else []
    attributed = [line.attribution for line in read if line.attribution is not None]
    papers = [paper for item in items for paper in item.listed_papers]  # type: ignore[attr-defined]
    openings.note([meeting, *items, *papers, *owed, *told, *minutes.values(), *attributed])
    return {
        "meeting": meeting,
        "deputy": deputy(meeting),
        "items": [Entry(item, meeting.chair_id) for item in items],
        "turnout": turnout(meeting, people),
        "my_seat": next((s for s in people if s.user_id == viewer.user_id and s.is_invited), None),
        "actions": owed,
        "interests": told,
        "minutes": own,
        "lines": read if own else [],
        "earlier_minutes": None if own else earlier,
        "earlier_lines": [] if own else excerpt(read, viewer),
        "earlier_count": len(read),
        "others": others,
        # A working session may be about a paper as a whole; a meeting names papers item by item.
        "consultations": list(Consultation.objects.visible_to(viewer).filter(meetings=meeting).order_by("reference"))
        if meeting.kind == MeetingKind.SESSION
        else [],
    }
