"""Drafts whose question or paragraph was amended after their writers last stood by them.

Everything here reads as the firm, or as the person, whose drafts they are. The regulator learns nothing of them: not
whether there are any, nor how many, nor when somebody confirmed one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest

from consultations.enums import AnswerStage
from consultations.models import Answer, CommentDraft, Consultation, Correction, Paragraph, Question, Response
from members.viewer import Viewer
from portal.common import clock


def answers(viewer: Viewer) -> Any:
    """The firm's answers with a text, as the viewer may read them."""
    responses = Response.objects.visible_to(viewer).filter(organisation=viewer.organisation_id)
    return (
        Answer.objects.filter(response__in=responses.order_by()).exclude(body="").select_related("response", "question")
    )


def unconfirmed_answers(viewer: Viewer, consultation: Consultation | None = None) -> list[Answer]:
    """Answers of the viewer's firm, not submitted, whose text was amended since. Each has `amended_last`. One query."""
    if not viewer.is_platform:
        return []
    rows = answers(viewer).filter(response__submitted_at=None)
    if consultation is not None:
        rows = rows.filter(response__consultation=consultation)
    # GREATEST passes over nulls.
    rows = rows.annotate(
        amended_last=Greatest(F("question__amended_at"), Max("question__paragraphs__amended_at")),
        stood_by=Greatest(F("confirmed_at"), F("drafted_at"), F("signed_off_at")),
    ).filter(Q(stood_by=None) | Q(amended_last__gt=F("stood_by")), amended_last__isnull=False)
    return list(rows.order_by("response__consultation", "question__position"))


def confirmed(answer: Answer, viewer: Viewer, *, can_sign: bool) -> str:
    """Write down that the firm stands by an answer. Returns what becomes of its sign-off: renewed, void, or nothing."""
    answer.confirmed_at = clock.now()
    fields, became = ["confirmed_at"], ""
    if answer.stage == AnswerStage.SIGNED_OFF:
        became = "renewed" if can_sign else "void"
        if can_sign:
            answer.signed_off_by_id, answer.signed_off_at = viewer.person_id, answer.confirmed_at
        else:
            answer.stage, answer.signed_off_by, answer.signed_off_at = AnswerStage.READY_FOR_SIGN_OFF, None, None
        fields += ["stage", "signed_off_by", "signed_off_at"]
    answer.save(update_fields=fields)
    return became


def _amended_parts(consultation: Consultation) -> dict[str, datetime]:
    """When each amended part was amended last, by its anchor."""
    found: dict[str, datetime] = {}
    for model in (Paragraph, Question):
        for part in model.objects.filter(consultation=consultation, amended_at__isnull=False).only(
            "number", "amended_at"
        ):
            assert part.amended_at is not None
            found[part.anchor_key] = part.amended_at
    return found


def unconfirmed_drafts(viewer: Viewer, consultation: Consultation) -> list[CommentDraft]:
    """The viewer's own drafts of comments at parts that were amended since."""
    if viewer.user_id is None:
        return []
    amended = _amended_parts(consultation)
    if not amended:
        return []
    rows = CommentDraft.objects.visible_to(viewer).filter(consultation=consultation, anchor__in=amended)
    return [row for row in rows.exclude(body="").order_by("anchor") if row.confirmed_at < amended[row.anchor]]


def keep_draft(draft: CommentDraft, viewer: Viewer) -> None:
    """Its author has seen the amended text and keeps the draft. No entry: it would tell that there is a draft."""
    CommentDraft.objects.visible_to(viewer).filter(pk=draft.pk).update(confirmed_at=clock.now())


@dataclass(frozen=True)
class Waiting:
    """Something to look at again, with the corrections since."""

    row: Any
    part: Any
    corrections: tuple[Correction, ...]


def waiting(viewer: Viewer, consultation: Consultation) -> tuple[list[Waiting], list[Waiting]]:
    """The firm's answers and the viewer's own drafts to confirm, with what changed under each."""
    own_answers = unconfirmed_answers(viewer, consultation)
    own_drafts = unconfirmed_drafts(viewer, consultation)
    if not own_answers and not own_drafts:
        return [], []
    made = list(
        Correction.objects.filter(consultation=consultation).select_related("paragraph", "question").order_by("made_at")
    )
    about = {answer.question_id: set(answer.question.paragraphs.values_list("pk", flat=True)) for answer in own_answers}
    first = [
        Waiting(
            one,
            one.question,
            tuple(
                c
                for c in made
                if c.made_at > _stood_by(one)
                and (c.question_id == one.question_id or c.paragraph_id in about[one.question_id])
            ),
        )
        for one in own_answers
    ]
    second = []
    for draft in own_drafts:
        here = tuple(c for c in made if c.made_at > draft.confirmed_at and part_of(c).anchor_key == draft.anchor)
        second.append(Waiting(draft, part_of(here[-1]) if here else None, here))
    return first, second


def _stood_by(answer: Any) -> datetime:
    return answer.stood_by or datetime.min.replace(tzinfo=clock.HONG_KONG)


def part_of(correction: Correction) -> Any:
    return correction.paragraph or correction.question


def concerned_by(correction: Correction, viewer: Viewer) -> Iterable[int]:
    """The people of the viewer's firm whose answers a correction touches: who drafted them, and who has them now."""
    touched = (
        Q(question=correction.question_id)
        if correction.question_id
        else Q(question__paragraphs=correction.paragraph_id)
    )
    rows = answers(viewer).filter(
        touched, response__submitted_at=None, response__consultation=correction.consultation_id
    )
    rows = rows.annotate(stood_by=Coalesce(Greatest(F("confirmed_at"), F("drafted_at")), F("drafted_at"))).filter(
        Q(stood_by=None) | Q(stood_by__lt=correction.made_at)
    )
    people: set[int] = set()
    for row in rows:
        people |= {
            pk
            for pk in (row.drafted_by_id, row.assigned_to_id, row.response.drafter_id, row.response.signatory_id)
            if pk
        }
    return people


def has_draft(correction: Correction, viewer: Viewer) -> bool:
    """Whether the viewer has a draft of a comment where the correction was made."""
    part = part_of(correction)
    rows = CommentDraft.objects.visible_to(viewer).filter(
        consultation=correction.consultation_id, anchor=part.anchor_key, confirmed_at__lt=correction.made_at
    )
    return rows.exclude(body="").exists()
