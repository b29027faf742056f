"""What meetings ask of firms, for the calendar of asks: actions, papers, replies, the meeting itself, its minutes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, Final

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.asks import Ask, AskKind, Firms, Period
from meetings.enums import UPCOMING_STATES, ActionState, MinutesState, PaperState, Reply
from meetings.models import Action, ActionPart, Attendance, Minutes, Paper
from members import openings
from members.models import Membership
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import hong_kong_day

# Points of load (consultations/asks.py): an action, the preparation of a meeting, reading minutes, a reply.
ACTION, MEETING, MINUTES, REPLY = 2, 2, 1, 1
PAPER_WITHOUT_PAGES, PAGES_PER_POINT = 4, 5
LAST_MINUTE: Final = time(23, 59)


def _end_of(day: date) -> datetime:
    """A day that is due is due when it ends, in Hong Kong."""
    return datetime.combine(day, LAST_MINUTE, clock.HONG_KONG)


def _bounds(period: Period) -> tuple[datetime, datetime]:
    return (
        datetime.combine(period.since, time(), clock.HONG_KONG),
        datetime.combine(period.until + timedelta(days=1), time(), clock.HONG_KONG),
    )


def asks(viewer: Viewer, firms: Firms, period: Period) -> Iterator[Ask]:
    """Six queries at most, whatever the number of firms and meetings."""
    people = dict(
        Membership.objects.on(clock.today())
        .filter(organisation__in=firms.organisations)
        .values_list("user", "organisation")
    )
    yield from _actions(viewer, firms, period, people)
    yield from _papers(viewer, period, people)
    yield from _seats(viewer, firms, period)
    yield from _minutes(viewer, firms, period)


def _actions(viewer: Viewer, firms: Firms, period: Period, people: dict[int, int]) -> Iterator[Ask]:
    """Open actions that a firm, or one of its people, owes; of an action of all platforms the firm's own part."""
    parts = ActionPart.objects.visible_to(viewer).filter(organisation__in=firms.organisations)
    rows = (
        Action.objects.visible_to(viewer)
        .filter(
            Q(owner_organisation__in=firms.organisations) | Q(owner_user__in=people) | Q(all_platforms=True),
            due__range=(period.since, period.until),
        )
        .prefetch_related(Prefetch("parts", parts, to_attr="known_parts"))
    )
    openings.note(rows)
    for action in rows:
        for firm, done in _owing(action, firms, people):
            yield Ask(
                mark=f"action-{action.pk}",
                what=_("Action %(number)s: %(text)s") % {"number": action.number, "text": action.text},
                kind=AskKind.ACTION,
                room="meetings",
                organisation_id=firm,
                starts_on=min(hong_kong_day(action.created_at), action.due),
                due_at=_end_of(action.due),
                url=f"{reverse('meetings:actions')}#action-{action.number}",
                points=ACTION,
                done=done or action.state == ActionState.DONE,
            )


def _owing(action: Any, firms: Firms, people: dict[int, int]) -> list[tuple[int, bool]]:
    """(firm, whether it has done it)."""
    if action.all_platforms:
        return [(part.organisation_id, part.done) for part in action.known_parts]
    owner = action.owner_organisation_id or people.get(action.owner_user_id)
    return [(owner, False)] if owner in firms.organisations else []


def _papers(viewer: Viewer, period: Period, people: dict[int, int]) -> Iterator[Ask]:
    """Papers that somebody of a firm is to write."""
    rows = Paper.objects.visible_to(viewer).filter(author__in=people, due__range=(period.since, period.until))
    for paper in rows.select_related("meeting"):
        meeting, due = paper.meeting, paper.due
        if due is None:
            continue
        yield Ask(
            mark=f"paper-{paper.pk}",
            what=_("Paper %(number)s: %(title)s") % {"number": paper.number, "title": paper.title},
            kind=AskKind.PAPER,
            room="meetings",
            organisation_id=people[paper.author_id],
            starts_on=_asked_on(meeting, due),
            due_at=_end_of(due),
            url=f"{meeting.get_absolute_url()}#agenda",
            points=ceil(paper.pages / PAGES_PER_POINT) if paper.pages else PAPER_WITHOUT_PAGES,
            done=paper.state == PaperState.PUBLISHED,
        )


def _asked_on(meeting: Any, due: date) -> date:
    """When a meeting began to ask: its notice; the day itself where that is not on record."""
    return min(hong_kong_day(meeting.notice_issued_at), due) if meeting.notice_issued_at else due


def _seats(viewer: Viewer, firms: Firms, period: Period) -> Iterator[Ask]:
    """One reply and one meeting for each firm, however many of its people are invited."""
    start, end = _bounds(period)
    rows = (
        Attendance.objects.visible_to(viewer)
        .filter(
            organisation__in=firms.organisations,
            is_invited=True,
            meeting__state__in=UPCOMING_STATES,
            meeting__starts_at__lt=end,
            meeting__ends_at__gte=start,
        )
        .select_related("meeting")
        .order_by("meeting__starts_at", "organisation")
    )
    seats: dict[tuple[Any, int], list[Any]] = {}
    for seat in rows:
        seats.setdefault((seat.meeting_id, seat.organisation_id), []).append(seat)
    for (_meeting, firm), own in seats.items():
        meeting = own[0].meeting
        if any(seat.reply != Reply.APOLOGIES for seat in own):
            yield Ask(
                mark=f"meeting-{meeting.pk}",
                what=str(meeting.title),
                kind=AskKind.MEETING,
                room="meetings",
                organisation_id=firm,
                starts_on=hong_kong_day(meeting.starts_at),
                due_at=meeting.starts_at,
                url=meeting.get_absolute_url(),
                points=MEETING,
            )
        if meeting.reply_by and any(seat.reply == Reply.NONE for seat in own):
            yield Ask(
                mark=f"reply-{meeting.pk}",
                what=_("Reply to the invitation: %(meeting)s") % {"meeting": meeting.short_title},
                kind=AskKind.REPLY,
                room="meetings",
                organisation_id=firm,
                starts_on=_asked_on(meeting, hong_kong_day(meeting.reply_by)),
                due_at=meeting.reply_by,
                url=f"{meeting.get_absolute_url()}#reply",
                points=REPLY,
            )


def _minutes(viewer: Viewer, firms: Firms, period: Period) -> Iterator[Ask]:
    """Draft minutes that the platforms may correct until a moment."""
    start, end = _bounds(period)
    rows = (
        Minutes.objects.visible_to(viewer)
        .filter(state=MinutesState.DRAFT_FOR_COMMENT, comment_by__gte=start, comment_by__lt=end)
        .select_related("meeting")
    )
    for minutes in rows:
        until = minutes.comment_by
        if until is None:
            continue
        for firm in firms.platforms(minutes.working_group_id):
            yield Ask(
                mark=f"minutes-{minutes.pk}",
                what=_("Check the draft minutes of %(meeting)s") % {"meeting": minutes.meeting.short_title},
                kind=AskKind.MINUTES,
                room="meetings",
                organisation_id=firm,
                starts_on=hong_kong_day(minutes.circulated_at or until),
                due_at=until,
                url=f"{minutes.meeting.get_absolute_url()}#minutes",
                points=MINUTES,
            )
