"""What a paper's page shows of its life, without a query that it does not need."""

from typing import Any

from django import template
from django.urls import reverse

from consultations import policies, reconfirming
from consultations.enums import State
from consultations.models import Consultation
from consultations.stages import Stage, stages
from consultations.workflow.opening import standing_request
from consultations.workspace import contents
from portal.common import clock

register = template.Library()


@register.inclusion_tag("consultations/drafting/untranslated.html")
def untranslated(paper: Consultation) -> dict[str, Any]:
    """How many texts of the paper lack one of its languages, or are older than their original: no hindrance, but said
    to both officers before it opens."""
    return {"contents": contents(paper), "consultation": paper}


@register.simple_tag
def stage_line(viewer: Any, paper: Any) -> list[Stage]:
    asked = None
    if paper.state == State.DRAFT and paper.released_at is None and viewer.is_regulator:
        asked = standing_request(paper, viewer)
    return stages(paper, clock.now(), asked)


@register.simple_tag
def manage_url(viewer: Any, paper: Any) -> str:
    """The officers' page for the paper's life; empty for everybody else."""
    return reverse("consultations:manage", args=[paper.key]) if policies.can_run(viewer, paper) else ""


@register.filter
def may_ask_for_time(viewer: Any) -> bool:
    return policies.can_ask_for_extension(viewer)


@register.simple_tag
def to_confirm(reading: Any) -> int:
    """How many answers of the reader's firm, and drafts of their own, were amended under. No query for most papers."""
    if not policies.can_write(reading.viewer):
        return 0
    if not any(row.amended_at for row in (*reading.paragraphs, *reading.questions)):
        return 0
    answers = reconfirming.unconfirmed_answers(reading.viewer, reading.consultation)
    return len(answers) + len(reconfirming.unconfirmed_drafts(reading.viewer, reading.consultation))


@register.simple_tag
def is_unconfirmed(answer: Any, question: Any, reading: Any) -> bool:
    """Whether a firm's answer was amended under, from the rows that the page has already."""
    if not answer.body or answer.response.submitted_at is not None:
        return False
    about = set(question.paragraph_ids)
    amended = [question.amended_at, *(row.amended_at for row in reading.paragraphs if row.pk in about)]
    stood_by = [at for at in (answer.confirmed_at, answer.drafted_at, answer.signed_off_at) if at]
    last = max((at for at in amended if at), default=None)
    return last is not None and (not stood_by or last > max(stood_by))
