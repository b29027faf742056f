"""The end of a consultation: its conclusions, written by officers and then published to all its readers at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from consultations import notices, policies
from consultations.concluding import (
    HEAD,
    HEAD_TEXTS,
    OUTCOME_TEXTS,
    Problem,
    outcome_seal,
    problems,
    seal,
    whole_seal,
)
from consultations.enums import TRANSITIONS, Outcome, State
from consultations.locking import changed_since
from consultations.models import Conclusions, Consultation, NamedRespondent, Paragraph, ProposalOutcome, Question
from consultations.parts import next_position, parts_of, reordered
from consultations.reach import locked_paper
from consultations.workflow.paper import Texts
from members import publication
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT, clean_source, render


class NotComplete(Refused):
    """Something that publishing needs is missing. `missing` are all of them; the message says each."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(" ".join(one.words for one in found))
        self.missing = found


def _locked(consultation: Consultation, actor: Viewer) -> Consultation:
    locked = locked_paper(consultation, actor)
    if locked.concluded_at is not None:
        raise Refused(_("The conclusions are published. Nothing of them changes any more."))
    if State.CONCLUSIONS_PUBLISHED not in TRANSITIONS[locked.state]:
        raise Refused(_("Conclusions are published once the consultation has closed."))
    return locked


def _draft_of(locked: Consultation, actor: Viewer) -> Conclusions:
    found: Conclusions = Conclusions.objects.visible_to(actor).get(consultation=locked)
    found.consultation = locked
    return found


def _revised(conclusions: Conclusions, actor: Viewer) -> None:
    if conclusions.revised_by_id != actor.person_id:
        conclusions.revised_by_id = actor.person_id
        conclusions.save(update_fields=["revised_by"])


def _written(given: Mapping[str, Texts], kinds: Mapping[str, bool]) -> dict[str, str]:
    """The columns of these texts; those that are Markdown (`kinds`) with the HTML that they become."""
    made: dict[str, str] = {}
    for text, languages in given.items():
        for code, source in languages.items():
            clean = clean_source(source)
            made[f"{text}_{code}"] = clean if kinds[text] else " ".join(clean.split())
            if not kinds[text]:
                continue
            try:
                made[f"{text}_html_{code}"] = render(clean, limit=PAPER_LIMIT)
            except Refused as refusal:
                raise Refused(refusal.message, field=f"{text}_{code}") from None
    return made


# --- as a whole --------------------------------------------------------------------------------------------------


def begin_conclusions(
    consultation: Consultation,
    *,
    actor: Viewer,
    signed_by: User,
    texts: Mapping[str, Texts] | None = None,
    responses_received: int = 0,
    respondents_named: Iterable[Organisation] = (),
    respondents_withheld: int = 0,
    audience: str | None = None,
    by_section: bool = False,
) -> Conclusions:
    """Begin the conclusions of a closed paper. Until they are published only the regulator's staff see them.

    `audience`: the paper's own unless said; `by_section`: with an outcome still open for each section that asks
    something, tied to its questions.
    """
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        if Conclusions.objects.visible_to(actor).filter(consultation=locked).exists():
            raise changed_since()
        conclusions = Conclusions.objects.create(
            consultation=locked,
            organisation_id=locked.organisation_id,
            audience=audience or locked.audience,
            working_group_id=locked.working_group_id,
            signed_by=signed_by,
            revised_by_id=actor.person_id,
            responses_received=responses_received,
            respondents_withheld=respondents_withheld,
            **_written(texts or {}, HEAD_TEXTS),
        )
        _name(conclusions, respondents_named)
        if by_section:
            _begin_outcomes(conclusions)
        record("consultations.conclusions_begun", locked, actor=actor)
    return conclusions


def _begin_outcomes(conclusions: Conclusions) -> None:
    asking = [one for one in parts_of(conclusions.consultation, "section") if one.questions.exists()]
    for number, section in enumerate(asking, start=1):
        titles = {f"title_{code}": getattr(section, f"title_{code}") for code in ("en", "zh_hant", "zh_hans")}
        row = ProposalOutcome.objects.create(conclusions=conclusions, number=str(number), position=number, **titles)
        row.questions.set(section.questions.all())


def _name(conclusions: Conclusions, named: Iterable[Organisation]) -> bool:
    """Put these firms, and no others, into the list of respondents; whether that changed it."""
    wanted = {one.pk for one in named}
    rows = NamedRespondent.objects.filter(conclusions=conclusions)
    known = set(rows.values_list("organisation_id", flat=True))
    rows.exclude(organisation__in=wanted).delete()
    NamedRespondent.objects.bulk_create(
        NamedRespondent(conclusions=conclusions, organisation_id=pk) for pk in sorted(wanted - known)
    )
    return known != wanted


def revise_conclusions(
    consultation: Consultation,
    *,
    actor: Viewer,
    seen: str,
    texts: Mapping[str, Texts],
    respondents_named: Iterable[Organisation],
    **fields: Any,
) -> Conclusions:
    """Change what stands at their head. `seen`: the seal when the officer read it; Conflict when it is another now."""
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        row = _draft_of(locked, actor)
        if seal(row) != seen:
            raise changed_since()
        values = {**{name: fields[name] for name in HEAD if name in fields}, **_written(texts, HEAD_TEXTS)}
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
        if _name(row, respondents_named):
            changed.append("respondents")
        if changed:
            _revised(row, actor)
            said = [name for name in changed if "_html_" not in name]
            record("consultations.conclusions_revised", locked, actor=actor, fields=said)
    return row


# --- proposal by proposal ----------------------------------------------------------------------------------------


def _checked(rows: Any, number: str, own: int | None = None) -> str:
    number = number.strip()
    if not number:
        raise Refused(_("Give it a number."), field="number")
    if rows.exclude(pk=own).filter(number=number).exists():
        raise Refused(_("The number %(number)s is taken.") % {"number": number}, field="number")
    return number


def _outcomes(conclusions: Conclusions) -> Any:
    return ProposalOutcome.objects.filter(conclusions=conclusions).order_by("position", "pk")


def add_outcome(
    consultation: Consultation,
    *,
    actor: Viewer,
    number: str,
    texts: Mapping[str, Texts],
    outcome: str = "",
    questions: Iterable[Question] = (),
    changed_paragraphs: Iterable[Paragraph] = (),
) -> ProposalOutcome:
    """What came of one proposal: the comments received, the SFC's response, the outcome ("" while it is open)."""
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        conclusions = _draft_of(locked, actor)
        rows = _outcomes(conclusions)
        row = ProposalOutcome.objects.create(
            conclusions=conclusions,
            number=_checked(rows, number),
            position=next_position(rows),
            outcome=Outcome(outcome) if outcome else "",
            **_written(texts, OUTCOME_TEXTS),
        )
        row.questions.set(questions)
        row.changed_paragraphs.set(changed_paragraphs)
        _revised(conclusions, actor)
        record("consultations.outcome_added", locked, actor=actor, number=row.number)
    return row


def _row_of(locked: Consultation, actor: Viewer, pk: int) -> ProposalOutcome:
    found: ProposalOutcome | None = _outcomes(_draft_of(locked, actor)).filter(pk=pk).first()
    if found is None:
        raise changed_since()
    return found


def revise_outcome(
    consultation: Consultation,
    pk: int,
    *,
    actor: Viewer,
    seen: str,
    number: str,
    texts: Mapping[str, Texts],
    outcome: str,
    questions: Iterable[Question],
    changed_paragraphs: Iterable[Paragraph],
) -> ProposalOutcome:
    """`seen`: its seal when the officer read it; Conflict when somebody changed or removed it since."""
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        row = _row_of(locked, actor, pk)
        before = outcome_seal(row)
        if before != seen:
            raise changed_since()
        row.number = _checked(_outcomes(row.conclusions), number, own=row.pk)
        row.outcome = Outcome(outcome) if outcome else ""
        for name, value in _written(texts, OUTCOME_TEXTS).items():
            setattr(row, name, value)
        row.questions.set(questions)
        row.changed_paragraphs.set(changed_paragraphs)
        if outcome_seal(row) != before:
            row.save()
            _revised(row.conclusions, actor)
            record("consultations.outcome_revised", locked, actor=actor, number=row.number)
    return row


def move_outcome(consultation: Consultation, pk: int, *, actor: Viewer, up: bool) -> bool:
    """One place up or down; a number stays with its place. False: it stands at the end already."""
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        conclusions = _draft_of(locked, actor)
        order = list(_outcomes(conclusions))
        here = next((place for place, one in enumerate(order) if one.pk == pk), None)
        if here is None:
            raise changed_since()
        there = here - 1 if up else here + 1
        if not 0 <= there < len(order):
            return False
        numbers = [one.number for one in order]
        order[here], order[there] = order[there], order[here]
        reordered(order)
        # Numbers are given once: out of each other's way first.
        for one in order:
            one.number = f"~{one.pk}"[:10]
        ProposalOutcome.objects.bulk_update(order, ["number", "position"])
        for one, number in zip(order, numbers, strict=True):
            one.number = number
        ProposalOutcome.objects.bulk_update(order, ["number"])
        _revised(conclusions, actor)
        record("consultations.outcome_moved", locked, actor=actor, number=order[there].number, up=up)
    return True


def remove_outcome(consultation: Consultation, pk: int, *, actor: Viewer, seen: str) -> None:
    """Take it out. Its texts stay in the history of rows. Conflict: somebody changed it since it was read."""
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        row = _row_of(locked, actor, pk)
        if outcome_seal(row) != seen:
            raise changed_since()
        number, conclusions = row.number, row.conclusions
        row.delete()
        _revised(conclusions, actor)
        record("consultations.outcome_removed", locked, actor=actor, number=number)


# --- publishing --------------------------------------------------------------------------------------------------


def publish_conclusions(consultation: Consultation, *, actor: Viewer, previewed: str, seen: str) -> Conclusions:
    """Publish them, now and for good, and tell everybody who can read them.

    `previewed`: the checksum of the audience preview that the officer saw; `seen`: the seal of the whole text that they
    read. Refused where either is another by now, and for the officer who changed the text last: two have seen all of
    it. `NotComplete` says all that is missing; a
    respondent who asked for its name to be withheld is never in the list.
    """
    require(policies.can_conclude(actor))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        conclusions = _draft_of(locked, actor)
        if found := problems(conclusions, actor):
            raise NotComplete(found)
        if not policies.can_publish_conclusions(actor, conclusions):
            raise Refused(_("You changed the draft last. Another officer reads and publishes it."))
        if whole_seal(conclusions) != seen:
            raise Refused(_("The conclusions were changed after you read them. Read them again."), field="seen")
        plan = notices.plan_of_conclusions(conclusions, actor=actor)
        if publication.preview(plan).checksum != previewed:
            raise Refused(
                _("The people who will be told have changed since you looked at the audience preview. Look again."),
                field="previewed",
            )
        moment = clock.now()
        conclusions.released_at = moment
        conclusions.save(update_fields=["released_at"])
        locked.concluded_at = moment
        locked.save(update_fields=["concluded_at"])
        record("consultations.concluded", locked, actor=actor, responses=conclusions.responses_received)
        notices.tell_of_conclusions(conclusions, plan)
    return conclusions
