"""The end of a consultation: its conclusions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from consultations import policies
from consultations.enums import TRANSITIONS, Outcome, State
from consultations.models import Conclusions, Consultation, NamedRespondent, Paragraph, ProposalOutcome, Question
from consultations.workflow.paper import Texts, columns, rendered
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def publish_conclusions(
    consultation: Consultation,
    *,
    actor: Viewer,
    signed_by: User,
    executive_summary: Texts,
    way_forward: Texts | None = None,
    responses_received: int = 0,
    respondents_named: Iterable[Organisation] = (),
    respondents_withheld: int = 0,
    proposals: Iterable[Mapping[str, Any]] = (),
    audience: str | None = None,
) -> Conclusions:
    """Publish what came of it, now: per proposal the comments received, the SFC's response and the outcome.

    Refused while a respondent who asked for its name to be withheld stands in the list of respondents.
    `proposals`: number, title, comments_received, response, outcome, questions and changed_paragraphs (objects).
    """
    require(policies.can_conclude(actor))
    named = list(respondents_named)
    with transaction.atomic():
        locked = Consultation.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=consultation.pk)
        if State.CONCLUSIONS_PUBLISHED not in TRANSITIONS[locked.state]:
            raise Refused(_("Conclusions are published once the consultation has closed."))
        if locked.responses.filter(withhold_name=True, organisation__in=named).exists():
            raise Refused(_("A respondent who asked for its name to be withheld is in the list of respondents."))
        moment = clock.now()
        conclusions = Conclusions.objects.create(
            consultation=locked,
            organisation_id=actor.organisation_id or 0,
            audience=audience or locked.audience,
            working_group=locked.working_group,
            released_at=moment,
            signed_by=signed_by,
            responses_received=responses_received,
            respondents_withheld=respondents_withheld,
            **rendered("executive_summary", executive_summary),
            **rendered("way_forward", way_forward),
        )
        NamedRespondent.objects.bulk_create(NamedRespondent(conclusions=conclusions, organisation=one) for one in named)
        for position, proposal in enumerate(proposals, start=1):
            _outcome(conclusions, position, **proposal)
        locked.concluded_at = moment
        locked.save(update_fields=["concluded_at"])
        record("consultations.concluded", locked, actor=actor, responses=responses_received)
    return conclusions


def _outcome(
    conclusions: Conclusions,
    position: int,
    *,
    number: str,
    title: Texts,
    comments_received: Texts,
    response: Texts,
    outcome: str,
    questions: Iterable[Question] = (),
    changed_paragraphs: Iterable[Paragraph] = (),
) -> None:
    row = ProposalOutcome.objects.create(
        conclusions=conclusions,
        number=number,
        position=position,
        outcome=Outcome(outcome),
        **columns("title", title),
        **rendered("comments_received", comments_received),
        **rendered("sfc_response", response),
    )
    row.questions.set(questions)
    row.changed_paragraphs.set(changed_paragraphs)
