"""A paper: writing it down, opening it, correcting it, moving it on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import policies
from consultations.enums import REACHED_BY, TRANSITIONS, AnnexKind, State
from consultations.marked_text import render_marked
from consultations.models import (
    Annex,
    Clause,
    Consultation,
    Correction,
    Extension,
    Paragraph,
    PersonalInformationStatement,
    Question,
    Section,
    TermDefinition,
)
from members.audience import Audience
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT, clean_source, render

Texts = Mapping[str, str]
"""A text by language: {"en": ..., "zh_hant": ...}."""
LANGUAGES = ("en", "zh_hant", "zh_hans")


def columns(field: str, given: Texts | None) -> dict[str, str]:
    """The columns of a plain text: {"title_en": ..., "title_zh_hant": ...}."""
    return {f"{field}_{code}": clean_source(given[code]) for code in LANGUAGES if given and given.get(code)}


def rendered(field: str, given: Texts | None, *, html: str | None = None) -> dict[str, str]:
    """The columns of a Markdown text and of the HTML that it becomes; `html` is the name before the language."""
    sources = columns(field, given)
    prefix = html or f"{field}_html"
    made = {
        f"{prefix}_{name.removeprefix(field + '_')}": render(source, limit=PAPER_LIMIT)
        for name, source in sources.items()
    }
    return sources | made


def adopt_statement(version: str, body: Texts, *, actor: Viewer) -> PersonalInformationStatement:
    """Keep a version of the Personal Information Collection Statement. A version that is known is returned as it is."""
    require(policies.can_run(actor))
    with transaction.atomic():
        known = PersonalInformationStatement.objects.filter(version=version).first()
        if known is not None:
            return known
        statement = PersonalInformationStatement.objects.create(version=version, **rendered("body", body, html="html"))
        record("consultations.statement_adopted", statement, actor=actor, version=version)
    return statement


def draft_consultation(
    *,
    actor: Viewer,
    title: Texts,
    summary: Texts | None = None,
    short_title: Texts | None = None,
    foreword: Texts | None = None,
    late_note: Texts | None = None,
    initiatives: Iterable[Any] = (),
    depends_on: Iterable[Any] = (),
    follows: Iterable[Consultation] = (),
    **fields: Any,
) -> Consultation:
    """Begin a paper. Until it is opened only the regulator's staff see it."""
    require(policies.can_run(actor))
    with transaction.atomic():
        consultation = Consultation(
            organisation=actor.organisation,
            **columns("title", title),
            **columns("summary", summary),
            **columns("short_title", short_title),
            **rendered("foreword", foreword),
            **columns("late_note", late_note),
            **fields,
        )
        consultation.full_clean(exclude=["statement"])
        consultation.save(force_insert=True)
        consultation.initiatives.set(initiatives)
        consultation.depends_on.set(depends_on)
        consultation.follows.set(follows)
        record("consultations.drafted", consultation, actor=actor)
    return consultation


def _require_writable(consultation: Consultation, actor: Viewer) -> None:
    require(policies.can_run(actor))
    if consultation.state != State.DRAFT:
        raise Refused(_("The paper is published. Numbers and questions stay as they are; make a correction instead."))


def add_section(consultation: Consultation, *, actor: Viewer, number: str, title: Texts) -> Section:
    _require_writable(consultation, actor)
    return Section.objects.create(
        consultation=consultation, number=number, position=consultation.sections.count() + 1, **columns("title", title)
    )


def add_paragraph(section: Section, *, actor: Viewer, number: str, body: Texts) -> Paragraph:
    consultation = section.consultation
    _require_writable(consultation, actor)
    return Paragraph.objects.create(
        consultation=consultation,
        section=section,
        number=number,
        position=consultation.paragraphs.count() + 1,
        **rendered("body", body, html="html"),
    )


def add_question(
    section: Section,
    *,
    actor: Viewer,
    number: str,
    body: Texts,
    short: Texts | None = None,
    asks_position: bool = False,
    paragraphs: Iterable[Paragraph] = (),
) -> Question:
    consultation = section.consultation
    _require_writable(consultation, actor)
    question = Question.objects.create(
        consultation=consultation,
        section=section,
        number=number,
        position=consultation.questions.count() + 1,
        asks_position=asks_position,
        **rendered("body", body, html="html"),
        **columns("short", short),
    )
    question.paragraphs.set(paragraphs)
    return question


def add_annex(
    consultation: Consultation,
    *,
    actor: Viewer,
    key: str,
    kind: str,
    title: Texts,
    body: Texts | None = None,
    terms: Iterable[tuple[Texts, Texts]] = (),
    clauses: Iterable[tuple[str, Texts, Iterable[Paragraph]]] = (),
) -> Annex:
    """An annex of text, of defined terms (term, meaning), or of marked-up clauses (number, text, paragraphs)."""
    _require_writable(consultation, actor)
    annex = Annex.objects.create(
        consultation=consultation,
        key=key,
        kind=AnnexKind(kind),
        position=consultation.annexes.count() + 1,
        **columns("title", title),
        **rendered("body", body, html="html"),
    )
    TermDefinition.objects.bulk_create(
        TermDefinition(
            consultation=consultation,
            annex=annex,
            position=position,
            **columns("term", term),
            **columns("meaning", meaning),
        )
        for position, (term, meaning) in enumerate(terms, start=1)
    )
    for position, (number, text, paragraphs) in enumerate(clauses, start=1):
        sources = columns("body", text)
        clause = Clause.objects.create(
            consultation=consultation,
            annex=annex,
            number=number,
            position=position,
            **sources,
            **{f"html_{name.removeprefix('body_')}": render_marked(source) for name, source in sources.items()},
        )
        clause.paragraphs.set(paragraphs)
    return annex


def _locked(consultation: Consultation, actor: Viewer) -> Consultation:
    rows = Consultation.objects.visible_to(actor)
    return rows.select_for_update(of=("self",)).get(pk=consultation.pk)  # type: ignore[no-any-return]


def open_consultation(
    consultation: Consultation, *, actor: Viewer, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> Consultation:
    """Settle the dates. The paper appears to its readers, and opens for comments, at `opens_at` (aware)."""
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        locked = _locked(consultation, actor)
        if locked.state != State.DRAFT:
            raise Refused(_("This consultation has been opened before."))
        locked.opens_at = opens_at or locked.opens_at or clock.now()
        locked.closes_at = closes_at or locked.closes_at
        if locked.closes_at is None or locked.closes_at <= locked.opens_at:
            raise Refused(_("Give a closing time after the opening time."), field="closes_at")
        if not locked.paragraphs.exists():
            raise Refused(_("The paper has no paragraphs yet."))
        locked.released_at = locked.opens_at
        locked.save(update_fields=["opens_at", "closes_at", "released_at"])
        record(
            "consultations.opened",
            locked,
            actor=actor,
            opens_at=locked.opens_at.isoformat(),
            closes_at=locked.closes_at.isoformat(),
        )
    return locked


def extend(
    consultation: Consultation, *, organisation: Organisation, until: datetime, reason: str, actor: Viewer
) -> Extension:
    """Let one firm comment and respond until later. That firm and the regulator know of it, nobody else."""
    require(policies.can_extend(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        locked = _locked(consultation, actor)
        if locked.state != State.OPEN:
            raise Refused(_("Only an open consultation can be extended."))
        if locked.closes_at is None or until <= locked.closes_at:
            raise Refused(_("Give a time after the closing time for everybody."), field="until")
        extension, created = Extension.objects.update_or_create(
            consultation=locked,
            organisation=organisation,
            defaults={
                "audience": Audience.SHARED,
                "until": until,
                "reason": reason.strip(),
                "agreed_by_id": actor.user_id or 0,
                "agreed_at": clock.now(),
            },
        )
        record("consultations.extended", extension, actor=actor, until=until.isoformat(), first=created)
    return extension


def correct(
    paragraph: Paragraph, *, actor: Viewer, note: str, body: Texts | None = None, stale: bool = False
) -> Correction:
    """Correct a published paragraph and say so on the page. `stale`: the Chinese text is behind from now on.

    `body` None: the text already reads as it should. Its number never changes.
    """
    require(policies.can_run(actor))
    if not note.strip():
        raise Refused(_("Say what was corrected."), field="note")
    with transaction.atomic():
        locked = Paragraph.objects.select_for_update().get(pk=paragraph.pk)
        changed = rendered("body", body, html="html") if body else {}
        for name, value in changed.items():
            setattr(locked, name, value)
        moment = clock.now()
        locked.stale_since = moment if stale else None
        locked.stale_reason = note.strip()[:250] if stale else ""
        locked.save(update_fields=[*changed, "stale_since", "stale_reason"])
        correction = Correction.objects.create(
            consultation_id=locked.consultation_id,
            paragraph=locked,
            made_at=moment,
            made_by_id=actor.user_id or 0,
            note_en=clean_source(note),
        )
        record("consultations.corrected", locked.consultation, actor=actor, paragraph=locked.number, stale=stale)
    return correction


def advance(consultation: Consultation, to: str, *, actor: Viewer) -> Consultation:
    """Bring a closed paper into its next state: analysing, implementing, in effect."""
    require(policies.can_run(actor, consultation))
    target = State(to)
    if target not in {State.ANALYSING, State.IMPLEMENTING, State.IN_EFFECT}:
        raise Refused(_("This step has an act of its own."))
    with transaction.atomic():
        locked = _locked(consultation, actor)
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


def withdraw_consultation(consultation: Consultation, *, actor: Viewer, reason: str) -> Consultation:
    """Stop a consultation. The paper and what was said stay readable, with the reason."""
    require(policies.can_run(actor, consultation))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        locked = _locked(consultation, actor)
        if State.WITHDRAWN not in TRANSITIONS[locked.state]:
            raise Refused(_("This consultation can no longer be withdrawn."))
        before = locked.state
        locked.withdrawn_at, locked.withdrawal_reason = clock.now(), reason.strip()
        locked.save(update_fields=["withdrawn_at", "withdrawal_reason"])
        record("consultations.withdrawn", locked, actor=actor, before=str(before))
    return locked
