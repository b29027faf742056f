"""Corrections of a published paper, without losing a word: of the text before, of what was said, or of a draft."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import notices, policies, reconfirming
from consultations.enums import State
from consultations.models import Answer, Consultation, Correction, Paragraph, Question
from consultations.reach import locked_paper
from consultations.workflow.paper import LANGUAGES, Texts, columns, rendered
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from portal.common.markdown import clean_source

Part = Paragraph | Question


def amend(
    part: Part,
    *,
    actor: Viewer,
    body: Texts,
    note: Texts,
    expected_version: int,
    translation_agrees: bool = False,
) -> Correction:
    """Amend a paragraph or a question of a published paper. Its number, its history, and all that hangs on it stay.

    `body`: the languages that change; the others stay as they are. `note`: what was corrected, told to every reader.
    Where the English changes and a Chinese text does not, that one is marked as behind, unless `translation_agrees`:
    somebody has compared them. Whoever has a draft there is asked to look again, by the portal, afterwards.

    `Conflict` when the part is no longer at `expected_version`: nothing is overwritten.
    """
    require(policies.can_run(actor))
    with transaction.atomic():
        paper = locked_paper(part.consultation, actor)
        said = _said(note, paper)
        if paper.state not in {State.OPEN, State.CLOSED}:
            raise Refused(_("Only an open or a closed consultation is corrected. A draft is simply changed."))
        locked = type(part).objects.select_for_update(of=("self",)).get(pk=part.pk, consultation=paper)
        if locked.version != expected_version:
            raise Conflict(
                _(
                    "Somebody else has changed this text since you opened it."
                    " Yours is kept below; compare and save again."
                )
            )
        before = _write(locked, body)
        moment = clock.now()
        if not before:
            raise Refused(_("The text is the same as before."), field="body_en")
        _note_translation(locked, before, said["note_en"], translation_agrees)
        locked.version += 1
        locked.amended_at = moment
        locked.save(
            update_fields=[
                *(f"{prefix}_{code}" for code in before for prefix in ("body", "html")),
                "version", "amended_at", "stale_since", "stale_reason",
            ]
        )  # fmt: skip
        correction = Correction.objects.create(
            consultation=paper,
            paragraph=locked if isinstance(locked, Paragraph) else None,
            question=locked if isinstance(locked, Question) else None,
            from_version=expected_version,
            made_at=moment,
            made_by_id=actor.person_id,
            **{f"before_{code}": text for code, text in before.items()},
            **said,
        )
        record(
            "consultations.amended",
            paper,
            actor=actor,
            part=locked.anchor_key,
            version=locked.version,
            languages=list(before),
            behind=locked.stale_since is not None,
        )
        notices.tell_of_amendment(paper, locked, correction, actor=actor)
    return correction


def _said(note: Texts, paper: Consultation) -> dict[str, str]:
    said = columns("note", note)
    if not said.get("note_en"):
        raise Refused(_("Say what was corrected."), field="note_en")
    if "zh_hant" in paper.languages and not said.get("note_zh_hant"):
        raise Refused(_("Say it in Traditional Chinese too: the paper is in Chinese."), field="note_zh_hant")
    return said


def _write(part: Any, body: Texts) -> dict[str, str]:
    """Set the texts that differ; returns what stood there before, by language."""
    before = {}
    for code in LANGUAGES:
        if code not in body:
            continue
        source, present = clean_source(body[code]), getattr(part, f"body_{code}")
        if source == present:
            continue
        if not source:
            raise Refused(_("A text that readers have seen is amended, not taken away."), field=f"body_{code}")
        try:
            for name, value in rendered("body", {code: source}, html="html").items():
                setattr(part, name, value)
        except Refused as refusal:
            raise Refused(refusal.message, field=f"body_{code}") from None
        before[code] = present
    return before


def _note_translation(part: Any, before: dict[str, str], why: str, agrees: bool) -> None:
    chinese = [code for code in ("zh_hant", "zh_hans") if getattr(part, f"body_{code}")]
    behind = [code for code in chinese if code not in before]
    if agrees or not behind:
        part.stale_since, part.stale_reason = None, ""
    elif "en" in before:
        part.stale_since, part.stale_reason = part.stale_since or clock.now(), why[:250]


def confirm_answer(answer: Answer, *, actor: Viewer) -> Answer:
    """The firm stands by its draft although the question, or a paragraph that it asks about, was amended.

    A sign-off that was given before stays only if who confirms could give it; else it is to be given anew.
    """
    organisation = answer.response.organisation_id
    require(policies.can_draft(actor, organisation))
    with transaction.atomic():
        locked = reconfirming.answers(actor).select_for_update(of=("self",)).filter(pk=answer.pk).first()
        if locked is None:
            raise Forbidden
        if locked.response.submitted_at is not None:
            raise Refused(_("This response has been submitted."))
        renewed = reconfirming.confirmed(locked, actor, can_sign=policies.can_sign_off(actor, organisation))
        record(
            "consultations.answer_confirmed",
            locked.response,
            actor=actor,
            question=locked.question.number,
            version=locked.question.version,
            sign_off=renewed,
        )
    return locked  # type: ignore[no-any-return]
