"""From the first idea of a meeting to the moment when it has been held."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from meetings import emails, policies
from meetings.enums import AGENDA_OUT, TRANSITIONS, CompetitionCheck, MeetingKind, MeetingState, Purpose
from meetings.models import AgendaItem, Meeting, Presenter
from members.audience import Audience
from members.models import Organisation, WorkingGroup
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


@dataclass(frozen=True)
class Presents:
    """Somebody who presents an item, as they stand on that day."""

    user: User
    organisation: Organisation
    team: str = ""


def lock(meeting: Meeting) -> Meeting:
    locked: Meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    return locked


def move(meeting: Meeting, state: str) -> None:
    """Set the state of a locked meeting, if the table allows it; the caller saves."""
    if state not in TRANSITIONS[meeting.state]:
        raise Refused(
            _("A meeting that is “%(state)s” cannot become “%(wanted)s”.")
            % {"state": meeting.get_state_display(), "wanted": MeetingState(state).label}
        )
    meeting.state = state


def take_over(meeting: Meeting, locked: Meeting, *fields: str) -> None:
    """Let the caller's object show what was written to the locked one."""
    for name in ("state", *fields):
        setattr(meeting, name, getattr(locked, name))


def create_meeting(
    *,
    actor: Viewer,
    organisation: Organisation,
    key: str,
    chair: User,
    starts_at: datetime,
    ends_at: datetime,
    kind: str = MeetingKind.MEETING,
    working_group: WorkingGroup | None = None,
    **fields: Any,
) -> Meeting:
    """Plan a meeting of the group, or of `working_group`. Only the regulator sees it until its notice is issued."""
    require(policies.can_create(actor))
    with transaction.atomic():
        meeting = Meeting(
            organisation=organisation,
            audience=Audience.GROUP,
            working_group=working_group,
            key=key,
            kind=kind,
            chair=chair,
            starts_at=starts_at,
            ends_at=ends_at,
            **fields,
        )
        meeting.full_clean()
        meeting.save(force_insert=True)
        record("meetings.created", meeting, actor=actor, starts_at=starts_at.isoformat())
    return meeting


def add_agenda_item(
    meeting: Meeting,
    *,
    actor: Viewer,
    number: int,
    purpose: str,
    minutes_planned: int,
    presenters: Iterable[Presents] = (),
    starts_at: datetime | None = None,
    initiatives: Iterable[Any] = (),
    consultations: Iterable[Any] = (),
    competition_check: str = CompetitionCheck.PENDING,
    late_reason: str = "",
    **fields: Any,
) -> AgendaItem:
    """Put an item on the agenda. It starts when the one before it ends, unless `starts_at` is given.

    Once the agenda has gone out only the chair adds items, with a reason, and so clears them.
    """
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        late = locked.state in AGENDA_OUT
        if late:
            require(policies.can_clear_late_item(actor, locked))
            if locked.is_over:
                raise Refused(_("The meeting is over. No item can be added."))
            if not late_reason.strip():
                raise Refused(_("Say why the item comes after the agenda was circulated."), field="late_reason")
        before = locked.agendaitems.order_by("-number").first()
        item = AgendaItem(
            meeting=locked,
            audience=locked.audience,
            organisation_id=locked.organisation_id,
            working_group_id=locked.working_group_id,
            released_at=clock.now() if late else None,
            number=number,
            purpose=purpose,
            minutes_planned=minutes_planned,
            starts_at=starts_at
            or (before.starts_at + timedelta(minutes=before.minutes_planned) if before else locked.starts_at),
            competition_check=CompetitionCheck.CLEARED if late else competition_check,
            late_reason=late_reason,
            **fields,
        )
        item.full_clean()
        item.save(force_insert=True)
        item.initiatives.set(initiatives)
        item.consultations.set(consultations)
        Presenter.objects.bulk_create(
            Presenter(item=item, user=who.user, organisation=who.organisation, team=who.team, position=position)
            for position, who in enumerate(presenters)
        )
        record("meetings.item_added", item, actor=actor, number=number, late=late)
    return item


def check_item(item: AgendaItem, *, actor: Viewer) -> None:
    """Note that the item was looked at and holds nothing that competitors must not discuss."""
    require(policies.can_run(actor, item.meeting))
    with transaction.atomic():
        locked = AgendaItem.objects.select_for_update().get(pk=item.pk)
        locked.competition_check = CompetitionCheck.CLEARED
        locked.save(update_fields=["competition_check"])
        record("meetings.item_cleared", locked, actor=actor)
    item.competition_check = locked.competition_check


def issue_notice(meeting: Meeting, *, actor: Viewer, undated: bool = False) -> None:
    """Tell the members that the meeting will take place: from now on they see it.

    `undated` where a notice went out by another way and its moment is not on record.
    """
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        move(locked, MeetingState.NOTICE_ISSUED)
        locked.notice_issued_at = None if undated else clock.now()
        locked.released_at = locked.released_at or clock.now()
        locked.save(update_fields=["state", "notice_issued_at", "released_at"])
        record("meetings.notice_issued", locked, actor=actor)
    take_over(meeting, locked, "notice_issued_at", "released_at")


def circulate_agenda(meeting: Meeting, *, actor: Viewer) -> None:
    """Send the agenda out. Refused while an item that is not formal has not been cleared (competition safeguard)."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        move(locked, MeetingState.AGENDA_CIRCULATED)
        items = list(locked.agendaitems.order_by("number"))
        if not items:
            raise Refused(_("The agenda has no items yet."))
        for item in items:
            if item.purpose != Purpose.FORMAL and item.competition_check != CompetitionCheck.CLEARED:
                raise Refused(
                    _("Item %(number)s has not been checked against the competition statement.")
                    % {"number": item.number}
                )
        locked.agenda_issued_at = clock.now()
        locked.save(update_fields=["state", "agenda_issued_at"])
        locked.agendaitems.update(released_at=clock.now())
        record("meetings.agenda_circulated", locked, actor=actor, items=len(items))
        emails.agenda_circulated(locked, actor=actor)
    take_over(meeting, locked, "agenda_issued_at")


def issue_papers(meeting: Meeting, *, actor: Viewer) -> None:
    """Note that every paper is out. Refused while one is still expected."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        move(locked, MeetingState.PAPERS_ISSUED)
        missing = locked.papers.filter(state="expected").order_by("position").first()
        if missing is not None:
            raise Refused(_("Paper %(number)s is still expected.") % {"number": missing.number})
        locked.save(update_fields=["state"])
        record("meetings.papers_issued", locked, actor=actor)
    take_over(meeting, locked)


def hold(meeting: Meeting, *, actor: Viewer) -> None:
    """Note that the meeting took place. Refused before it began."""
    require(policies.can_run(actor, meeting))
    with transaction.atomic():
        locked = lock(meeting)
        if locked.state == MeetingState.DRAFT:
            raise Refused(_("No notice of this meeting was issued."))
        if locked.starts_at > clock.now():
            raise Refused(_("The meeting has not begun."))
        move(locked, MeetingState.HELD)
        locked.save(update_fields=["state"])
        record("meetings.held", locked, actor=actor)
    take_over(meeting, locked)


def enter_past(meeting: Meeting, *, actor: Viewer) -> None:
    """Enter a meeting of the past of which no notice was kept here: held, with its agenda, for all its members."""
    require(policies.can_create(actor))
    with transaction.atomic():
        locked = lock(meeting)
        if not locked.is_over:
            raise Refused(_("The meeting is not over."))
        move(locked, MeetingState.HELD)
        locked.released_at = clock.now()
        locked.save(update_fields=["state", "released_at"])
        locked.agendaitems.update(released_at=clock.now())
        record("meetings.entered", locked, actor=actor)
    take_over(meeting, locked, "released_at")


def adjourn(meeting: Meeting, *, actor: Viewer, reason: str) -> None:
    """Put the meeting off (weather, no quorum). A new notice brings it back."""
    _end(meeting, MeetingState.ADJOURNED, actor=actor, reason=reason)


def cancel(meeting: Meeting, *, actor: Viewer, reason: str) -> None:
    """The meeting will not take place."""
    _end(meeting, MeetingState.CANCELLED, actor=actor, reason=reason)


def _end(meeting: Meeting, state: MeetingState, *, actor: Viewer, reason: str) -> None:
    require(policies.can_run(actor, meeting))
    if not reason.strip():
        raise Refused(_("Give the reason."), field="reason")
    with transaction.atomic():
        locked = lock(meeting)
        move(locked, state)
        locked.reason = reason.strip()[:200]
        locked.save(update_fields=["state", "reason"])
        record(f"meetings.{state}", locked, actor=actor)
    take_over(meeting, locked, "reason")
