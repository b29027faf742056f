"""What the home page is made of: what this person must do, what is open, what happened.

Every list comes from a fixed number of queries, whatever the amount of data.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from consultations.enums import AnswerStage, CommentState
from consultations.models import Answer, Comment, Consultation, Response
from initiatives.models import Initiative
from meetings.enums import MinutesState, PaperState, Reply
from meetings.models import Action, ActionPart, Attendance, Meeting, Minutes, Paper
from members import openings
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.viewer import Viewer
from notifications import emails, kinds
from notifications.models import Notice
from notifications.readers import still_readable
from portal.common import clock
from portal.waited_for import waited_for
from portal.work import Task, day_of

WEEKS = 4
ACTIVITY = 8


@dataclass
class Day:
    """A day of the calendar with what falls on it."""

    day: date
    deadlines: list[str] = field(default_factory=list)
    meetings: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == clock.today()

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= 5

    @property
    def words(self) -> str:
        return _("; ").join(self.deadlines + self.meetings)


def welcome(viewer: Viewer) -> dict[str, Any]:
    """For the public: where the roadmap stands, and what is open."""
    return {
        "consultations": list(Consultation.objects.visible_to(viewer).open().order_by("closes_at")[:10]),
        "tally": Counter(Initiative.objects.values_list("status", flat=True)).most_common(),
    }


def dashboard(viewer: Viewer) -> dict[str, Any]:
    """For a member: tasks by date, open consultations with the firm's own progress, activity, the next meeting."""
    consultations = _open_consultations(viewer)
    responses = _own_responses(viewer, consultations)
    meetings = list(Meeting.objects.visible_to(viewer).upcoming()[:6])
    tasks = sorted(
        [
            *_sign_off_tasks(viewer, responses),
            *_reply_tasks(viewer),
            *_action_tasks(viewer),
            *_minutes_tasks(viewer),
            *_officer_tasks(viewer, consultations),
            *waited_for(viewer),
        ],
        key=lambda task: (task.due, task.title),
    )
    if viewer.is_mirror:
        # Who looks through a firm's eyes reads what the task is about, and cannot do it.
        tasks = [replace(task, verb=pgettext("what a task is about", "Read")) for task in tasks]
    today = clock.now().astimezone(clock.HONG_KONG)
    return {
        "today": today,
        "tasks": tasks,
        "late": [task for task in tasks if task.is_late],
        "rows": [(paper, responses.get(paper.pk)) for paper in consultations],
        "activity": _activity(viewer),
        "next": _next_meeting(viewer, meetings),
        "weeks": _weeks(tasks, consultations, meetings),
        "initiatives": _initiatives_consulted_on(consultations),
    }


def _open_consultations(viewer: Viewer) -> list[Consultation]:
    return list(
        Consultation.objects.visible_to(viewer)
        .open()
        .with_own_deadline(viewer)
        .prefetch_related("initiatives")
        .order_by("own_deadline", "reference")
    )


@dataclass(frozen=True)
class Progress:
    """How far the firm's own response to a paper is."""

    response: Response
    total: int
    answered: int
    signed_off: int
    waiting: tuple[str, ...]


def _own_responses(viewer: Viewer, consultations: list[Consultation]) -> dict[int, Progress]:
    if not viewer.is_platform or not consultations:
        return {}
    responses = Response.objects.visible_to(viewer).filter(
        consultation__in=consultations, organisation=viewer.organisation_id
    )
    by_response: dict[Any, list[Answer]] = defaultdict(list)
    answers = Answer.objects.filter(response__in=responses).select_related("question").order_by("question__position")
    for answer in answers:
        by_response[answer.response_id].append(answer)
    totals = dict(
        Consultation.objects.filter(pk__in=[paper.pk for paper in consultations])
        .annotate(asked=Count("questions"))
        .values_list("pk", "asked")
    )
    found = {}
    for response in responses:
        mine = by_response[response.pk]
        found[response.consultation_id] = Progress(
            response=response,
            total=totals[response.consultation_id],
            answered=sum(bool(answer.body) for answer in mine),
            signed_off=sum(answer.stage == AnswerStage.SIGNED_OFF for answer in mine),
            waiting=tuple(str(a.question.number) for a in mine if a.stage == AnswerStage.READY_FOR_SIGN_OFF),
        )
    return found


def _sign_off_tasks(viewer: Viewer, responses: dict[int, Progress]) -> list[Task]:
    tasks = []
    for progress in responses.values():
        response = progress.response
        paper = response.consultation
        mine = response.signatory_id == viewer.user_id
        if response.submitted_at or not (mine and progress.waiting):
            continue
        numbers = _and(progress.waiting)
        title = ngettext(
            "The answer to question %(numbers)s waits for your sign-off",
            "The answers to questions %(numbers)s wait for your sign-off",
            len(progress.waiting),
        ) % {"numbers": numbers}
        due = response.sign_off_due or paper.closes_at
        tasks.append(
            Task(
                due=day_of(due),
                title=title,
                context=_("Response to %(title)s") % {"title": paper.title},
                url=f"{paper.get_absolute_url()}#q{progress.waiting[0]}",
                verb=_("Read the answers"),
            )
        )
    return tasks


def _and(words: tuple[str, ...]) -> str:
    """4, 6 and 9, in the active language."""
    if len(words) == 1:
        return words[0]
    return _("%(some)s and %(last)s") % {"some": _(", ").join(words[:-1]), "last": words[-1]}


def _reply_tasks(viewer: Viewer) -> list[Task]:
    waiting = (
        Attendance.objects.visible_to(viewer)
        .filter(user=viewer.user_id, is_invited=True, reply=Reply.NONE, meeting__ends_at__gt=clock.now())
        .exclude(meeting__reply_by=None)
        .select_related("meeting")
    )
    return [
        Task(
            due=day_of(seat.meeting.reply_by),
            title=_("Reply to the invitation: %(meeting)s") % {"meeting": seat.meeting.short_title},
            context=str(seat.meeting.place),
            url=f"{seat.meeting.get_absolute_url()}#reply",
            verb=_("Reply"),
        )
        for seat in waiting
    ]


def _action_tasks(viewer: Viewer) -> list[Task]:
    """What this person, their team or their firm undertook and has not done yet."""
    mine = Q(owner_user=viewer.user_id)
    if viewer.is_platform:
        mine |= Q(owner_organisation=viewer.organisation_id, owner_user=None)
        open_part = ActionPart.objects.filter(action=OuterRef("pk"), organisation=viewer.organisation_id, done=False)
        mine |= Q(Exists(open_part), all_platforms=True)
    elif viewer.membership and viewer.membership.team:
        mine |= Q(owner_team=viewer.membership.team)
    rows = (
        Action.objects.visible_to(viewer).open().filter(mine).select_related("meeting", "organisation", "working_group")
    )
    openings.note(rows)
    return [
        Task(
            due=action.due,
            title=_("Action %(number)s: %(text)s") % {"number": action.number, "text": action.text},
            context=_("Agreed at %(meeting)s") % {"meeting": action.meeting.short_title} if action.meeting else "",
            url=f"{reverse('meetings:actions')}#action-{action.number}",
            verb=_("Open the action"),
            row=action if action.audience == Audience.SHARED else None,
        )
        for action in rows
    ]


def _minutes_tasks(viewer: Viewer) -> list[Task]:
    """Draft minutes that a platform may still correct."""
    if not viewer.is_platform or viewer.role not in {Role.PRINCIPAL, Role.ALTERNATE}:
        return []
    circulated = (
        Minutes.objects.visible_to(viewer)
        .filter(state=MinutesState.DRAFT_FOR_COMMENT, comment_by__gt=clock.now())
        .select_related("meeting")
    )
    return [
        Task(
            due=day_of(minutes.comment_by),
            title=_("Check the draft minutes of %(meeting)s") % {"meeting": minutes.meeting.short_title},
            context=_("No reply counts as agreement.") if minutes.silence == "agreement" else "",
            url=f"{minutes.meeting.get_absolute_url()}#minutes",
            verb=_("Check minutes"),
        )
        for minutes in circulated
        if minutes.comment_by
    ]


def _officer_tasks(viewer: Viewer, consultations: list[Consultation]) -> list[Task]:
    """For the regulator's staff: comments that wait for an answer or a decision, and papers that are due."""
    if not viewer.is_regulator:
        return []
    return [
        *_unanswered_tasks(viewer, [paper for paper in consultations if paper.lead_id == viewer.user_id]),
        *(_held_tasks(viewer) if viewer.role in {Role.SECRETARIAT, Role.CHAIR} else []),
        *_paper_tasks(viewer),
    ]


def _unanswered_tasks(viewer: Viewer, mine: list[Consultation]) -> list[Task]:
    answered = Comment.objects.filter(root=OuterRef("pk"), membership__organisation__kind=OrganisationKind.REGULATOR)
    waiting = Counter(
        Comment.objects.visible_to(viewer)
        .filter(
            consultation__in=mine,
            parent=None,
            withdrawn_at=None,
            state=CommentState.PUBLISHED,
            membership__organisation__kind=OrganisationKind.PLATFORM,
        )
        .exclude(Exists(answered))
        .values_list("consultation", flat=True)
    )
    return [
        Task(
            due=day_of(paper.closes_at),
            title=ngettext(
                "Answer %(count)s comment on %(reference)s",
                "Answer %(count)s comments on %(reference)s",
                waiting[paper.pk],
            )
            % {"count": waiting[paper.pk], "reference": paper.reference},
            context=str(paper.title),
            url=paper.get_absolute_url(),
            verb=_("Open the paper"),
        )
        for paper in mine
        if waiting[paper.pk] and paper.closes_at
    ]


def _held_tasks(viewer: Viewer) -> list[Task]:
    held = (
        Comment.objects.visible_to(viewer)
        .filter(state=CommentState.HELD, withdrawn_at=None)
        .select_related("consultation", "organisation", "section", "paragraph", "question", "root")
    )
    return [
        Task(
            due=day_of(comment.created_at + timedelta(days=1)),
            title=_("Release or return a comment that is held: %(reference)s")
            % {"reference": comment.consultation.reference},
            context=str(comment.organisation.short),
            url=comment.get_absolute_url(),
            verb=_("Decide"),
            row=comment,
        )
        for comment in held
    ]


def _paper_tasks(viewer: Viewer) -> list[Task]:
    expected = (
        Paper.objects.visible_to(viewer)
        .filter(state=PaperState.EXPECTED, author=viewer.user_id)
        .exclude(due=None)
        .select_related("meeting")
    )
    return [
        Task(
            due=paper.due,
            title=_("Publish paper %(number)s: %(title)s") % {"number": paper.number, "title": paper.title},
            context=paper.meeting.short_title,
            url=f"{paper.meeting.get_absolute_url()}#agenda",
            verb=_("Open the meeting"),
        )
        for paper in expected
        if paper.due
    ]


def _activity(viewer: Viewer) -> list[tuple[Notice, emails.Item, str]]:
    """The latest notices of this person that they may still read."""
    notices = list(Notice.objects.filter(user=viewer.user_id).select_related("event").order_by("-at", "-pk")[:ACTIVITY])
    allowed = still_readable((notice.user_id, notice.event) for notice in notices)
    return [
        (notice, emails.item_of(notice.event), kinds.get(notice.event.kind).icon)
        for notice in notices
        if (notice.user_id, str(notice.event_id)) in allowed
    ]


def _next_meeting(viewer: Viewer, meetings: list[Meeting]) -> dict[str, Any] | None:
    if not meetings:
        return None
    meeting = meetings[0]
    papers = Counter(Paper.objects.visible_to(viewer).filter(meeting=meeting).values_list("state", flat=True))
    seat = Attendance.objects.visible_to(viewer).filter(meeting=meeting, user=viewer.user_id, is_invited=True).first()
    return {
        "meeting": meeting,
        "items": meeting.agendaitems.filter(pk__in=meeting.agendaitems.model.objects.visible_to(viewer)).count(),
        "published": papers[PaperState.PUBLISHED],
        "papers": sum(papers.values()),
        "seat": seat,
    }


def _weeks(tasks: list[Task], consultations: list[Consultation], meetings: list[Meeting]) -> list[list[Day]]:
    """Four weeks from this Monday on."""
    first = clock.today() - timedelta(days=clock.today().weekday())
    days = {first + timedelta(days=n): Day(first + timedelta(days=n)) for n in range(7 * WEEKS)}
    for task in tasks:
        if day := days.get(task.due):
            day.deadlines.append(task.title)
            day.url = day.url or task.url
    for paper in consultations:
        closes = getattr(paper, "own_deadline", None) or paper.closes_at
        if closes and (day := days.get(day_of(closes))):
            day.deadlines.append(_("%(reference)s closes") % {"reference": paper.reference})
            day.url = day.url or paper.get_absolute_url()
    for meeting in meetings:
        if day := days.get(day_of(meeting.starts_at)):
            day.meetings.append(str(meeting.title))
            day.url = day.url or meeting.get_absolute_url()
    ordered = [days[key] for key in sorted(days)]
    return [ordered[start : start + 7] for start in range(0, len(ordered), 7)]


def _initiatives_consulted_on(consultations: list[Consultation]) -> list[Initiative]:
    found = {initiative.pk: initiative for paper in consultations for initiative in paper.initiatives.all()}
    return sorted(found.values(), key=lambda initiative: initiative.number)
