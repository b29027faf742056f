"""A firm's formal response: drafting inside the firm, and the moment at which the regulator receives it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from audit.workflow import record
from consultations import policies, reconfirming
from consultations.enums import AnswerStage, Position, Stage, Use
from consultations.models import Answer, Consultation, Question, Response
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused
from portal.common.markdown import clean_source, render


def _require_open_to(consultation: Consultation, actor: Viewer) -> None:
    found = Consultation.objects.visible_to(actor).with_own_deadline(actor).filter(pk=consultation.pk).first()
    if found is None or not policies.can_comment(actor, found, found.open_until, clock.database_now()):
        raise Refused(_("This consultation is not open for responses."))


def record_response(
    consultation: Consultation, *, actor: Viewer, stage: str = Stage.DRAFTING, general_comments: str = "", **fields: Any
) -> Response:
    """Begin the actor's firm's response, or change what it says in general, before it is submitted.

    Inside the firm: the regulator sees nothing of it. `fields`: drafter, reviewer, signatory, sign_off_due,
    withhold_name, withhold_submission.
    """
    require(actor.organisation_id is not None and policies.can_draft(actor, actor.organisation_id))
    if stage == Stage.SUBMITTED:
        raise Refused(_("A response is submitted by an act of its own."))
    source = clean_source(general_comments)
    values = {
        "stage": Stage(stage),
        "general_comments": source,
        "general_comments_html": render(source) if source else "",
        **fields,
    }
    with transaction.atomic():
        response = (
            Response.objects.visible_to(actor)
            .filter(consultation=consultation, organisation=actor.organisation_id)
            .select_for_update(of=("self",))
            .first()
        )
        _require_open_to(consultation, actor)
        if response is None:
            response = Response(
                consultation=consultation, organisation=actor.organisation, audience=Audience.ORGANISATION, **values
            )
            response.save(force_insert=True)
        else:
            _require_unsubmitted(response)
            for name, value in values.items():
                setattr(response, name, value)
            response.save(update_fields=list(values))
        record("consultations.response_drafted", response, actor=actor, stage=stage)
    return response


def _require_unsubmitted(response: Response) -> None:
    if response.submitted_at is not None:
        raise Refused(_("This response has been submitted."))


def record_answer(
    response: Response,
    question: Question,
    *,
    actor: Viewer,
    body: str,
    stage: str,
    position: str = "",
    use: str = Use.PUBLISH_NAMED,
    drafted_by: User | None = None,
    drafted_at: datetime | None = None,
    assigned_to: User | None = None,
) -> Answer:
    """Write the answer to one question, with its stage inside the firm. Writing it anew takes a sign-off back."""
    require(policies.can_draft(actor, response.organisation_id))
    if stage == AnswerStage.SIGNED_OFF:
        raise Refused(_("An answer is signed off by an act of its own."))
    if question.consultation_id != response.consultation_id:
        raise Refused(_("That part does not belong to this paper."))
    source = clean_source(body)
    with transaction.atomic():
        locked = Response.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=response.pk)
        _require_unsubmitted(locked)
        values = {
            "body": source,
            "body_html": render(source) if source else "",
            "stage": AnswerStage(stage),
            "position": Position(position) if position else "",
            "use": Use(use),
            "drafted_by": drafted_by or (actor.user if source else None),
            "drafted_at": drafted_at or (clock.now() if source else None),
            "confirmed_at": clock.now() if source else None,
            "signed_off_by": None,
            "signed_off_at": None,
            "assigned_to": assigned_to,
        }
        answer = Answer.objects.filter(response=locked, question=question).first()
        if answer is None:
            answer = Answer(response=locked, question=question, **values)
            answer.save(force_insert=True)
        else:
            for name, value in values.items():
                setattr(answer, name, value)
            answer.save(update_fields=list(values))
        record("consultations.answer_drafted", locked, actor=actor, question=question.number, stage=stage)
    return answer


def sign_off(answer: Answer, *, actor: Viewer) -> Answer:
    """The firm's signatory stands by this answer as it reads now."""
    response = answer.response
    require(policies.can_sign_off(actor, response.organisation_id))
    with transaction.atomic():
        locked = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
        _require_unsubmitted(response)
        if locked.pk in {one.pk for one in reconfirming.unconfirmed_answers(actor, response.consultation)}:
            raise Refused(_("The question was amended since this answer was written. Confirm the answer first."))
        locked.stage = AnswerStage.SIGNED_OFF
        locked.signed_off_by, locked.signed_off_at = actor.user, clock.now()
        locked.save(update_fields=["stage", "signed_off_by", "signed_off_at"])
        record("consultations.answer_signed_off", response, actor=actor, question=locked.question.number)
    return locked


def _require_confirmed(response: Response, actor: Viewer) -> None:
    open_ones = [one.question.number for one in reconfirming.unconfirmed_answers(actor, response.consultation)]
    if open_ones:
        raise Refused(
            _("Amended since your answers were written: question %(numbers)s. Confirm or change these answers first.")
            % {"numbers": pgettext("in a list", ", ").join(open_ones)}
        )


def submit(response: Response, *, actor: Viewer, receipt: str = "") -> Response:
    """Hand the response to the regulator, who can read it from now on. It cannot be taken back."""
    require(policies.can_submit(actor, response))
    with transaction.atomic():
        locked = Response.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=response.pk)
        _require_unsubmitted(locked)
        if locked.consultation.channel:
            raise Refused(
                _("Submissions go to %(channel)s; this portal's response form is closed.")
                % {"channel": locked.consultation.channel}
            )
        _require_confirmed(locked, actor)
        _require_open_to(locked.consultation, actor)
        locked.stage = Stage.SUBMITTED
        locked.audience = Audience.SHARED
        locked.submitted_at, locked.submitted_by = clock.now(), actor.user
        locked.receipt = receipt or f"R-{locked.pk.hex[:8].upper()}"
        locked.save(update_fields=["stage", "audience", "submitted_at", "submitted_by", "receipt"])
        record("consultations.response_submitted", locked, actor=actor, receipt=locked.receipt)
    return locked
