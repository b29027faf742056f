"""What follows an open paper: analysis, implementation, effect; or its withdrawal."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import notices, policies
from consultations.enums import REACHED_BY, TRANSITIONS, State
from consultations.models import Consultation, OpeningRequest
from consultations.reach import locked_paper
from consultations.workflow.paper import Texts, columns
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import hong_kong_day
from portal.common.errors import Refused


def advance(consultation: Consultation, to: str, *, actor: Viewer) -> Consultation:
    """Bring a closed paper into its next state: analysing, implementing."""
    require(policies.can_run(actor, consultation))
    target = State(to)
    if target not in {State.ANALYSING, State.IMPLEMENTING}:
        raise Refused(_("This step has an act of its own."))
    with transaction.atomic():
        locked = locked_paper(consultation, actor)
        if target not in TRANSITIONS[locked.state]:
            raise Refused(
                _("A consultation that is “%(now)s” cannot become “%(next)s”.")
                % {"now": locked.state.label, "next": target.label}
            )
        column, before = REACHED_BY[target], locked.state
        setattr(locked, column, clock.now())
        locked.save(update_fields=[column])
        record("consultations.advanced", locked, actor=actor, before=str(before), after=str(target))
    return locked


def set_in_effect(consultation: Consultation, *, actor: Viewer, day: date) -> Consultation:
    """Say from which day (Hong Kong) what the paper brought is in effect, and tell its readers.

    The day may lie ahead, and be set anew until it has come; the paper's state follows by itself. Refused: a day before
    the conclusions were published, or the day that is set already.
    """
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        locked = locked_paper(consultation, actor)
        if State.IN_EFFECT not in TRANSITIONS[locked.state]:
            raise Refused(
                _("A consultation that is “%(now)s” cannot become “%(next)s”.")
                % {"now": locked.state.label, "next": State.IN_EFFECT.label}
            )
        if locked.concluded_at is not None and day < hong_kong_day(locked.concluded_at):
            raise Refused(_("The conclusions were published later than this day."), field="day")
        moment, before = datetime.combine(day, time(), clock.HONG_KONG), locked.in_effect_at
        if before == moment:
            raise Refused(_("This day is set already."), field="day")
        locked.in_effect_at = moment
        locked.save(update_fields=["in_effect_at"])
        record(
            "consultations.effect_set",
            locked,
            actor=actor,
            before=hong_kong_day(before).isoformat() if before else "",
            after=day.isoformat(),
        )
        notices.tell_of_effect(locked, actor=actor)
    return locked


def withdraw_consultation(consultation: Consultation, *, actor: Viewer, reason: Texts) -> Consultation:
    """Stop a consultation. The paper and what was said stay readable to those who could read them, with the reason.

    `reason`: in English, and in Chinese where the paper is in Chinese too. A paper that was not released yet appears to
    nobody: its release is taken back.
    """
    require(policies.can_run(actor, consultation))
    said = columns("reason", reason)
    if not said.get("reason_en"):
        raise Refused(_("Give a reason."), field="reason_en")
    with transaction.atomic():
        locked = locked_paper(consultation, actor)
        if State.WITHDRAWN not in TRANSITIONS[locked.state]:
            raise Refused(_("This consultation can no longer be withdrawn."))
        if "zh_hant" in locked.languages and not said.get("reason_zh_hant"):
            raise Refused(
                _("Give the reason in Traditional Chinese too: the paper is in Chinese."), field="reason_zh_hant"
            )
        before, moment = locked.state, clock.now()
        seen = locked.released_at is not None and locked.released_at <= clock.database_now()
        if not seen:
            locked.released_at = None
        locked.withdrawn_at = moment
        locked.withdrawal_reason = said["reason_en"]
        locked.withdrawal_reason_zh_hant = said.get("reason_zh_hant", "")
        locked.withdrawal_reason_zh_hans = said.get("reason_zh_hans", "")
        locked.save(
            update_fields=[
                "released_at", "withdrawn_at", "withdrawal_reason", "withdrawal_reason_zh_hant",
                "withdrawal_reason_zh_hans",
            ]
        )  # fmt: skip
        standing = OpeningRequest.objects.visible_to(actor).filter(
            consultation=locked, voided_at=None, returned_at=None, approved_at=None
        )
        standing.update(voided_at=moment)
        record("consultations.withdrawn", locked, actor=actor, before=str(before))
        if seen:
            notices.tell_of_withdrawal(locked, actor=actor)
    return locked
