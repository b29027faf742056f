"""Deadlines: later for everybody, after a storm, or for one firm that asked."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import notices, policies
from consultations.calendar import day_bounds, next_working_moment
from consultations.enums import DayChangeCause, DayChangeKind, DeadlineCause, ExtensionDecision, State
from consultations.models import Consultation, DayChange, DeadlineChange, Extension, ExtensionRequest
from consultations.reach import locked_paper
from consultations.readiness import not_a_working_day
from consultations.workflow.paper import Texts, columns
from members.audience import Audience
from members.models import Organisation
from members.policies import require
from members.reach import everything
from members.viewer import Viewer, acting_as
from portal.common import clock
from portal.common.errors import Forbidden, Refused

# What happened by itself; the others are the officers' own choice.
_BY_NATURE = frozenset({DeadlineCause.GALE, DeadlineCause.BLACK_RAIN, DeadlineCause.HOLIDAY})
_CAUSES = {
    DayChangeCause.GALE: DeadlineCause.GALE,
    DayChangeCause.BLACK_RAIN: DeadlineCause.BLACK_RAIN,
}


def _require_working_day(until: datetime) -> None:
    offered = next_working_moment(until)
    if offered != until:
        raise Refused(not_a_working_day(until, offered), field="until")


def _said(reason: Texts, paper: Consultation) -> dict[str, str]:
    said = columns("reason", reason)
    if not said.get("reason_en"):
        raise Refused(_("Give a reason."), field="reason_en")
    if "zh_hant" in paper.languages and not said.get("reason_zh_hant"):
        raise Refused(_("Give the reason in Traditional Chinese too: the paper is in Chinese."), field="reason_zh_hant")
    return said


def move_deadline(
    consultation: Consultation, *, actor: Viewer, until: datetime, cause: str, reason: Texts
) -> DeadlineChange:
    """Let everybody comment and respond until later, and tell every reader why.

    `until` (aware) lies after the present deadline, in the future, and on a working day. A closed paper opens again
    only for what happened by itself: a gale, black rain, a gazetted holiday.
    """
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        paper = locked_paper(consultation, actor)
        said = _said(reason, paper)
        _require_movable(paper, DeadlineCause(cause))
        _require_working_day(until)
        return _move(paper, until, cause=cause, actor=actor, **said)


def _require_movable(paper: Consultation, cause: DeadlineCause) -> None:
    allowed = {State.OPEN, State.CLOSED} if cause in _BY_NATURE else {State.OPEN}
    if paper.state not in allowed:
        raise Refused(_("Only the deadline of an open consultation can be moved."))


def _move(paper: Consultation, until: datetime, *, cause: str, actor: Viewer, **reason: str) -> DeadlineChange:
    before = paper.closes_at
    if before is None or until <= before:
        raise Refused(_("A deadline only moves to a later time."), field="until")
    if until <= clock.database_now():
        raise Refused(_("Give a time in the future."), field="until")
    paper.closes_at = until
    paper.save(update_fields=["closes_at"])
    change = DeadlineChange.objects.create(
        consultation=paper,
        before=before,
        after=until,
        cause=DeadlineCause(cause),
        made_at=clock.now(),
        made_by_id=actor.person_id,
        **reason,
    )
    record(
        "consultations.deadline_moved",
        paper,
        actor=actor,
        before=before.isoformat(),
        after=until.isoformat(),
        cause=str(cause),
    )
    notices.tell_of_deadline(paper, change, actor=actor)
    return change


def due_on(day: date, viewer: Viewer) -> list[Consultation]:
    """The papers, as far as `viewer` may read them, whose deadline for everybody falls on a day in Hong Kong."""
    start, end = day_bounds(day)
    rows = Consultation.objects.visible_to(viewer).in_state(State.OPEN, State.CLOSED)
    return list(rows.filter(closes_at__gte=start, closes_at__lt=end).order_by("reference"))


def extend_for_weather(day: date, *, actor: Viewer) -> list[DeadlineChange]:
    """Move every deadline that falls on a closed day to the next working day, at the same clock time (Cap. 1 s.71).

    For all papers, also those of working groups in which the actor has no seat, and for the extensions of single
    firms. Doing it again moves nothing. Refused while the calendar does not say that the day is closed.
    """
    require(policies.can_run(actor))
    change = DayChange.objects.filter(day=day, kind=DayChangeKind.CLOSED).first()
    if change is None:
        raise Refused(_("The calendar does not say that this day is closed. Enter it there first."), field="day")
    cause = _CAUSES.get(DayChangeCause(change.cause), DeadlineCause.HOLIDAY)
    reason = {
        f"reason_{code}": text for code in ("en", "zh_hant", "zh_hans") if (text := getattr(change, f"reason_{code}"))
    }
    moved = []
    with acting_as(everything()):
        for paper in due_on(day, everything()):
            locked = locked_paper(paper, everything())
            assert locked.closes_at is not None
            until = next_working_moment(locked.closes_at)
            if until > locked.closes_at and until > clock.database_now():
                moved.append(_move(locked, until, cause=cause, actor=actor, **reason))
        for extension in _extensions_on(day):
            until = next_working_moment(extension.until)
            if until > extension.until and until > clock.database_now():
                _grant(extension.consultation, extension.organisation, until, extension.reason, actor)
    return moved


def _extensions_on(day: date) -> Iterable[Extension]:
    start, end = day_bounds(day)
    rows = Extension.objects.visible_to(everything()).select_related("consultation", "organisation")
    return list(rows.filter(until__gte=start, until__lt=end).order_by("pk"))


def extend(
    consultation: Consultation, *, organisation: Organisation, until: datetime, reason: str, actor: Viewer
) -> Extension:
    """Let one firm comment and respond until later. That firm and the regulator know of it, nobody else."""
    require(policies.can_extend(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        locked = locked_paper(consultation, actor)
        if locked.state not in {State.OPEN, State.CLOSED}:
            raise Refused(_("Only an open consultation can be extended."))
        if locked.closes_at is None or until <= locked.closes_at:
            raise Refused(_("Give a time after the closing time for everybody."), field="until")
        if until <= clock.database_now():
            raise Refused(_("Give a time in the future."), field="until")
        _require_working_day(until)
        return _grant(locked, organisation, until, reason, actor)


def _grant(paper: Consultation, organisation: Organisation, until: datetime, reason: str, actor: Viewer) -> Extension:
    extension, created = Extension.objects.update_or_create(
        consultation=paper,
        organisation=organisation,
        defaults={
            "audience": Audience.SHARED,
            "working_group_id": paper.working_group_id,
            "until": until,
            "reason": reason.strip(),
            "agreed_by_id": actor.person_id,
            "agreed_at": clock.now(),
        },
    )
    record("consultations.extended", extension, actor=actor, until=until.isoformat(), first=created)
    notices.tell_of_extension(extension, paper, actor=actor)
    return extension


def ask_for_extension(consultation: Consultation, *, actor: Viewer, until: datetime, reason: str) -> ExtensionRequest:
    """The firm's representative asks the secretariat for a later deadline. No other firm learns of it."""
    require(policies.can_ask_for_extension(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        paper = Consultation.objects.visible_to(actor).with_own_deadline(actor).filter(pk=consultation.pk).first()
        if paper is None:
            raise Forbidden
        if not policies.can_comment(actor, paper, paper.own_deadline, clock.database_now()):
            raise Refused(_("Your firm's time to respond is over. Write to the secretariat."))
        if until <= paper.own_deadline:
            raise Refused(_("Ask for a time after your present deadline."), field="until")
        _require_working_day(until)
        mine = ExtensionRequest.objects.visible_to(actor).filter(consultation=paper, organisation=actor.organisation_id)
        if mine.filter(decision="").exists():
            raise Refused(_("Your firm has asked before, and the secretariat has not decided yet."))
        request = ExtensionRequest(
            consultation=paper,
            audience=Audience.SHARED,
            organisation=actor.organisation,
            working_group_id=paper.working_group_id,
            until=until,
            reason=reason.strip(),
            asked_by_id=actor.person_id,
            asked_at=clock.now(),
        )
        request.save(force_insert=True)
        record("consultations.extension_asked", request, actor=actor, until=until.isoformat())
        notices.tell_of_extension_request(request, paper, actor=actor)
    return request


def decide_extension(
    request: ExtensionRequest, *, actor: Viewer, grant: bool, reason: str, until: datetime | None = None
) -> ExtensionRequest:
    """The secretariat grants or refuses, with a reason that the firm reads. `until` None: the time asked for."""
    require(policies.can_extend(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        rows = ExtensionRequest.objects.visible_to(actor).select_for_update(of=("self",))
        locked = rows.filter(pk=request.pk).first()
        if locked is None:
            raise Forbidden
        if locked.decision:
            raise Refused(_("This request has been decided."))
        locked.decision = ExtensionDecision.GRANTED if grant else ExtensionDecision.REFUSED
        locked.decision_reason = reason.strip()
        locked.decided_by_id, locked.decided_at = actor.person_id, clock.now()
        locked.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
        record("consultations.extension_decided", locked, actor=actor, decision=str(locked.decision))
        paper = locked.consultation
        if grant:
            extend(
                paper,
                organisation=locked.organisation,
                until=until or locked.until,
                reason=locked.decision_reason,
                actor=actor,
            )
        else:
            notices.tell_of_refusal(locked, paper, actor=actor)
    return locked
