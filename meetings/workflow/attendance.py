"""Who is asked, who replies, who came, and which interests they declared."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from meetings import policies
from meetings.enums import Mode, Reply
from meetings.models import AgendaItem, Attendance, Interest, Meeting
from meetings.workflow.convening import lock
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def _seat(meeting: Meeting, user: User, organisation: Organisation) -> Attendance:
    return Attendance(
        meeting=meeting,
        user=user,
        organisation=organisation,
        audience=meeting.audience,
        working_group_id=meeting.working_group_id,
    )


def invite(
    meeting: Meeting, *, actor: Viewer, user: User, organisation: Organisation, is_observer: bool = False
) -> Attendance:
    """Ask somebody to the meeting, on behalf of `organisation`. Asking twice changes nothing."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        lock(meeting)
        seat = Attendance.objects.filter(meeting=meeting, user=user).first()
        if seat is None:
            seat = _seat(meeting, user, organisation)
            seat.is_observer, seat.is_invited = is_observer, True
            seat.save(force_insert=True)
            record("meetings.invited", seat, actor=actor, person=user.pk)
    return seat


def reply(seat: Attendance, *, actor: Viewer, answer: str) -> None:
    """Answer the invitation. Refused once the meeting has begun, or is off."""
    require(policies.can_reply(actor, seat))
    if answer not in {Reply.IN_PERSON, Reply.BY_VIDEO, Reply.COLLEAGUE, Reply.APOLOGIES}:
        raise Refused(_("Choose one of the answers."), field="answer")
    with transaction.atomic():
        locked = Attendance.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=seat.pk)
        if not locked.meeting.takes_replies:
            raise Refused(_("This meeting no longer takes replies."))
        if answer == Reply.BY_VIDEO and not locked.meeting.by_video:
            raise Refused(_("This meeting cannot be joined by video."), field="answer")
        locked.reply, locked.replied_at = answer, clock.now()
        locked.save(update_fields=["reply", "replied_at"])
        record("meetings.replied", locked, actor=actor, reply=answer)
    seat.reply, seat.replied_at = locked.reply, locked.replied_at


def note_reply(seat: Attendance, *, actor: Viewer, answer: str) -> None:
    """Note a reply that came by another way, for which the time is not known."""
    require(policies.can_run(actor, seat.meeting))
    with transaction.atomic():
        locked = Attendance.objects.select_for_update().get(pk=seat.pk)
        locked.reply = Reply(answer)
        locked.save(update_fields=["reply"])
        record("meetings.reply_noted", locked, actor=actor, reply=answer)
    seat.reply = locked.reply


def record_attendance(
    meeting: Meeting,
    *,
    actor: Viewer,
    user: User,
    organisation: Organisation,
    mode: str,
    statement_accepted: bool = False,
    for_items: Iterable[int] = (),
    left_at: datetime | None = None,
    is_observer: bool = False,
) -> Attendance:
    """Note how somebody took part; `for_items`: numbers of the items that they came for. Recording again corrects."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        if lock(meeting).starts_at > clock.now():
            raise Refused(_("The meeting has not begun."))
        seat = Attendance.objects.filter(meeting=meeting, user=user).first() or _seat(meeting, user, organisation)
        seat.mode, seat.statement_accepted, seat.left_at = Mode(mode), statement_accepted, left_at
        seat.is_observer = is_observer or seat.is_observer
        seat.for_items = sorted(for_items)
        seat.save()
        record("meetings.attendance_recorded", seat, actor=actor, person=user.pk, mode=mode)
    return seat


def record_totals(
    meeting: Meeting, *, actor: Viewer, in_person: int, by_video: int, apologies: int, organisations: int
) -> None:
    """Note the totals of a meeting for which no list of names was kept."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        locked.count_in_person, locked.count_by_video = in_person, by_video
        locked.count_apologies, locked.count_organisations = apologies, organisations
        fields = ["count_in_person", "count_by_video", "count_apologies", "count_organisations"]
        locked.save(update_fields=fields)
        record("meetings.totals_recorded", locked, actor=actor)
    for name in fields:
        setattr(meeting, name, getattr(locked, name))


def declare_interest(
    meeting: Meeting,
    *,
    actor: Viewer,
    user: User,
    organisation: Organisation,
    text: str,
    items: Iterable[AgendaItem],
) -> Interest:
    """Enter an interest in the register, for the items that it touches."""
    require(policies.can_declare(actor, meeting, user.pk))
    touched = list(items)
    if not text.strip() or not touched:
        raise Refused(_("Say what the interest is and which items it touches."), field="text")
    with transaction.atomic():
        interest = Interest(
            meeting=meeting,
            user=user,
            organisation=organisation,
            audience=meeting.audience,
            working_group_id=meeting.working_group_id,
            text=text.strip(),
            declared_at=clock.now(),
        )
        interest.save(force_insert=True)
        interest.items.set(touched)
        record("meetings.interest_declared", interest, actor=actor, items=[item.number for item in touched])
    return interest


def decide_interest(interest: Interest, *, actor: Viewer, handling: str) -> None:
    """The chair decides how a declared interest is handled."""
    require(policies.can_decide_interest(actor, interest))
    with transaction.atomic():
        locked = Interest.objects.select_for_update().get(pk=interest.pk)
        locked.handling, locked.decided_by_id = handling.strip()[:200], actor.user_id
        locked.save(update_fields=["handling", "decided_by"])
        record("meetings.interest_decided", locked, actor=actor)
    interest.handling, interest.decided_by_id = locked.handling, locked.decided_by_id
