"""A paper as it is written down. What happens to it: opening, deadlines, corrections, closing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import policies
from consultations.enums import AnnexKind, State
from consultations.marked_text import render_marked
from consultations.models import (
    Annex,
    Clause,
    Consultation,
    Paragraph,
    PersonalInformationStatement,
    Question,
    Section,
    TermDefinition,
)
from consultations.parts import next_position
from members.policies import require
from members.viewer import Viewer
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
    purpose: Texts | None = None,
    lead_body: Texts | None = None,
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
            **columns("purpose", purpose),
            **columns("lead_body", lead_body),
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
    from consultations.workflow.opening import void_approval

    void_approval(consultation, actor)


def add_section(consultation: Consultation, *, actor: Viewer, number: str, title: Texts) -> Section:
    _require_writable(consultation, actor)
    return Section.objects.create(
        consultation=consultation,
        number=number,
        position=next_position(consultation.sections),
        **columns("title", title),
    )


def add_paragraph(section: Section, *, actor: Viewer, number: str, body: Texts) -> Paragraph:
    consultation = section.consultation
    _require_writable(consultation, actor)
    return Paragraph.objects.create(
        consultation=consultation,
        section=section,
        number=number,
        position=next_position(consultation.paragraphs),
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
        position=next_position(consultation.questions),
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
        position=next_position(consultation.annexes),
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
