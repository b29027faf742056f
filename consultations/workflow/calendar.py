"""What the desk writes into the calendar: days that are not what Cap. 149 says, and blackout windows."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import policies
from consultations.enums import DayChangeCause, DayChangeKind
from consultations.models import BlackoutWindow, DayChange
from consultations.workflow.paper import Texts, columns
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused
from portal.common.working_days import is_working_day

LONGEST_WINDOW = 62
"""Calendar days: two months. A longer window would say nothing."""


def _reason(given: Texts) -> dict[str, str]:
    """The reason, which needs English; a Chinese one beside it may be missing and then falls back."""
    reason = columns("reason", {code: " ".join(text.split()) for code, text in given.items()})
    if not reason.get("reason_en"):
        raise Refused(_("Give a reason."), field="reason_en")
    return reason


def change_day(day: date, *, actor: Viewer, kind: str, cause: str, reason: Texts, source_url: str = "") -> DayChange:
    """Close a day, or open one, against Cap. 149. From now on every period counts it so; no deadline is moved."""
    require(policies.can_keep_calendar(actor))
    wanted = DayChangeKind(kind)
    change = DayChange(
        day=day,
        kind=wanted,
        cause=DayChangeCause(cause),
        source_url=source_url.strip(),
        set_by_id=actor.person_id,
        set_at=clock.now(),
        **_reason(reason),
    )
    with transaction.atomic():
        if DayChange.objects.select_for_update().filter(day=day).exists():
            raise Refused(_("This day was changed before. Undo that change first."), field="day")
        if is_working_day(day) == (wanted == DayChangeKind.OPENED):
            words = (
                _("This is a working day already.")
                if wanted == DayChangeKind.OPENED
                else _("This is a Saturday, a Sunday or a general holiday already.")
            )
            raise Refused(words, field="day")
        change.full_clean(exclude=["set_by"])
        change.save(force_insert=True)
        record(
            "consultations.day_changed", change, actor=actor, day=str(day), kind=str(wanted), cause=str(change.cause)
        )
    return change


def undo_change(change: DayChange, *, actor: Viewer) -> None:
    """The day is again what Cap. 149 says. The row's history keeps what stood here."""
    require(policies.can_keep_calendar(actor))
    with transaction.atomic():
        locked = DayChange.objects.select_for_update().filter(pk=change.pk).first()
        if locked is None:
            raise Refused(_("This change was undone before."))
        record("consultations.day_change_undone", locked, actor=actor, day=str(locked.day), kind=locked.kind)
        locked.delete()


def set_window(starts_on: date, ends_on: date, *, actor: Viewer, reason: Texts) -> BlackoutWindow:
    """Say that no deadline should fall on these days. All members see it, with the reason; it warns, never refuses."""
    require(policies.can_keep_calendar(actor))
    if ends_on < starts_on:
        raise Refused(_("The last day cannot come before the first."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_WINDOW:
        raise Refused(_("A blackout window lasts %(count)s days at most.") % {"count": LONGEST_WINDOW}, field="ends_on")
    with transaction.atomic():
        window = BlackoutWindow(
            audience=Audience.GROUP,
            organisation=actor.organisation,
            starts_on=starts_on,
            ends_on=ends_on,
            set_by_id=actor.person_id,
            set_at=clock.now(),
            **_reason(reason),
        )
        window.full_clean(exclude=["organisation", "set_by"])
        window.save(force_insert=True)
        record("consultations.window_set", window, actor=actor, starts_on=str(starts_on), ends_on=str(ends_on))
    return window


def lift_window(window: BlackoutWindow, *, actor: Viewer) -> None:
    """The days are free again. The row stays, with the moment at which it was lifted."""
    require(policies.can_keep_calendar(actor))
    with transaction.atomic():
        locked = BlackoutWindow.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=window.pk)
        if locked.lifted_at is not None:
            raise Refused(_("This blackout window was lifted before."))
        locked.lifted_at = clock.now()
        locked.save(update_fields=["lifted_at"])
        record(
            "consultations.window_lifted",
            locked,
            actor=actor,
            starts_on=str(locked.starts_on),
            ends_on=str(locked.ends_on),
        )
