"""What one reader may see of one paper and of its threads, as plain data. Every format is written from this alone.

Every read starts from `visible_to(viewer)`, or from a paper and from comments that `visible_to` gave. What is not
here cannot go along: no text of a withdrawn comment, no number that counts what is hidden, no name of a file's author.
Words are those of the language that is active while it is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.translation import gettext as _

from consultations.concluding import numbers
from consultations.enums import CommentState, Outcome, State
from consultations.exports import blocks
from consultations.models import (
    Annex,
    Attachment,
    Clarification,
    Comment,
    Conclusions,
    Consultation,
    NamedRespondent,
    Paragraph,
    ProposalOutcome,
    Question,
    Resolution,
)
from members import openings
from members.audience import Audience
from members.viewer import Viewer
from portal.common import clock
from portal.common.templatetags.portal import audience_words
from portal.common.translated import HTML_LANG, column_language, translated

BOTH: Final = "both"
WHOLE: Final = "whole"
LANGUAGES: Final = ("en", "zh_hant", "zh_hans")


@dataclass(frozen=True)
class Piece:
    """A text in one language, as its source: Markdown, marked drafting, or a line of words."""

    text: str
    language: str
    is_fallback: bool = False

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.language]


Text = tuple[Piece, ...]


def first(text: Text) -> str:
    """The words of a line; those of the first language where there are two."""
    return text[0].text if text else ""


@dataclass(frozen=True)
class Reader:
    """For whom the file is made, as it says in its footer. No name: the public."""

    name: str
    organisation: str
    at: datetime


@dataclass(frozen=True)
class Amendment:
    """A correction made while the paper was open: what it was about and the text that it replaced."""

    made_at: datetime
    note: Text
    before: Text
    from_version: int
    place: str


@dataclass(frozen=True)
class ClarificationContent:
    number: int
    place: str
    key: str
    asked: Text
    answer: Text
    released_at: datetime | None


@dataclass(frozen=True)
class ItemContent:
    """A numbered paragraph, or a question."""

    kind: str
    key: str
    number: str
    text: Text
    version: int
    amended_at: datetime | None
    is_stale: bool
    asks_position: bool
    short: Text
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class SectionContent:
    key: str
    number: str
    title: Text
    items: tuple[ItemContent, ...]


@dataclass(frozen=True)
class AnnexContent:
    key: str
    kind: str
    title: Text
    text: Text
    clauses: tuple[tuple[str, Text], ...]
    terms: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class OutcomeContent:
    number: str
    title: Text
    outcome: str
    outcome_words: str
    comments: Text
    response: Text
    questions: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ConclusionsContent:
    released_at: datetime | None
    submissions: int
    withheld: int
    summary: Text
    way_forward: Text
    outcomes: tuple[OutcomeContent, ...]
    respondents: tuple[str, ...]


@dataclass(frozen=True)
class PaperContent:
    key: str
    reference: str
    title: Text
    kind: str
    kind_words: str
    state: str
    state_words: str
    audience: str
    audience_words: str
    lead_body: Text
    channel: str
    opens_at: datetime | None
    closes_at: datetime | None
    own_deadline: datetime | None
    withdrawn_at: datetime | None
    withdrawal_reason: str
    purpose: Text
    foreword: Text
    statement: Text
    statement_version: str
    sections: tuple[SectionContent, ...]
    annexes: tuple[AnnexContent, ...]
    amendments: tuple[Amendment, ...]
    clarifications: tuple[ClarificationContent, ...]
    conclusions: ConclusionsContent | None
    # In which language it is written: a code, or both beside one another. `language` is that of its fixed words.
    text: str
    language: str
    some_missing: bool
    address: str

    @property
    def items(self) -> Iterator[ItemContent]:
        for section in self.sections:
            yield from section.items

    @property
    def questions(self) -> list[ItemContent]:
        return [item for item in self.items if item.kind == "question"]


@dataclass(frozen=True)
class AttachmentContent:
    """Its name and its size in bytes: the file stays in the portal."""

    name: str
    size: int


@dataclass(frozen=True)
class CommentContent:
    id: str
    number: str
    place: str
    place_words: str
    in_reply_to: str
    author: str
    organisation: str
    job_title: str
    audience: str
    audience_words: str
    posted_at: datetime
    edited_at: datetime | None
    edit_reason: str
    language: str
    # Markdown; empty once it is withdrawn.
    body: str
    passage: str
    is_official: bool
    is_pinned: bool
    state: str
    state_words: str
    resolved_at: datetime | None
    resolved_by: str
    withdrawn_at: datetime | None
    withdrawal_reason: str
    attachments: tuple[AttachmentContent, ...]
    address: str

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.language]


@dataclass(frozen=True)
class Thread:
    head: CommentContent
    replies: tuple[CommentContent, ...]

    @property
    def comments(self) -> tuple[CommentContent, ...]:
        return (self.head, *self.replies)


@dataclass(frozen=True)
class PlaceContent:
    """Somewhere in the paper where there is something to read."""

    key: str
    words: str
    threads: tuple[Thread, ...]


@dataclass(frozen=True)
class ThreadContent:
    """What was said, place by place in the order of the paper."""

    places: tuple[PlaceContent, ...]
    audience: str = ""
    question: str = ""

    @property
    def comments(self) -> Iterator[CommentContent]:
        for place in self.places:
            for thread in place.threads:
                yield from thread.comments

    def at(self, key: str) -> tuple[Thread, ...]:
        return self._by_key.get(key, ())

    @cached_property
    def _by_key(self) -> dict[str, tuple[Thread, ...]]:
        return {place.key: place.threads for place in self.places}


@dataclass(frozen=True)
class Content:
    """One file's content: a paper, what was said about it, and for whom the file is. `threads` None: the paper alone;
    `with_paper` False: what was said alone, under the paper's title."""

    paper: PaperContent
    threads: ThreadContent | None
    reader: Reader
    with_paper: bool = True


# --- reading -----------------------------------------------------------------------------------------------------


def languages_of(paper: Consultation) -> list[str]:
    return [code for code in LANGUAGES if code in paper.languages] or ["en"]


def choose_text(paper: Consultation, wanted: str) -> str:
    """A language of the paper, or both English and Traditional Chinese; what is not there gives the nearest."""
    offered = languages_of(paper)
    if wanted == BOTH and {"en", "zh_hant"} <= set(offered):
        return BOTH
    if wanted in offered:
        return wanted
    active = column_language()
    if active in offered:
        return active
    return "zh_hant" if active == "zh_hans" and "zh_hant" in offered else offered[0]


def reader_of(viewer: Viewer) -> Reader:
    organisation = str(viewer.organisation.name) if viewer.organisation else ""
    name = viewer.user.display_name if viewer.is_member and viewer.user else ""
    return Reader(blocks.clean(name), blocks.clean(organisation), clock.now())


class _Texts:
    """Takes texts from rows in the languages that were asked for, and notes where one was missing."""

    def __init__(self, text: str) -> None:
        self.codes = ["en", "zh_hant"] if text == BOTH else [text]
        self.some_missing = False

    def __call__(self, row: Any, name: str) -> Text:
        found = [translated(row, name, code) for code in self.codes]
        if len(found) > 1:
            found = [one for one in found if not one.is_fallback] or found[:1]
        elif found[0].is_fallback:
            self.some_missing = True
        return tuple(Piece(blocks.clean(one.text), one.language, one.is_fallback) for one in found if one.text)


def _place_words(kind: str, number: str) -> str:
    match kind:
        case "paragraph":
            return _("Paragraph %(number)s") % {"number": number}
        case "question":
            return _("Question %(number)s") % {"number": number}
        case "section":
            return _("Section %(number)s") % {"number": number}
        case _:
            return _("The whole paper")


def read_paper(viewer: Viewer, paper: Consultation, *, text: str) -> PaperContent:
    """The paper as `viewer` may see it. `paper` comes from `page.find(viewer, key)`."""
    take = _Texts(text)
    sections = _sections(paper, take)
    own = getattr(paper, "own_deadline", None) if viewer.is_platform else None
    state = paper.state
    return PaperContent(
        key=paper.key,
        reference=blocks.clean(paper.reference),
        title=take(paper, "title"),
        kind=paper.kind,
        kind_words=str(paper.get_kind_display()),
        state=str(state),
        state_words=str(State(state).label),
        audience=paper.audience,
        audience_words=audience_words(paper, viewer),
        lead_body=take(paper, "lead_body"),
        channel=blocks.clean(paper.channel),
        opens_at=paper.opens_at,
        closes_at=paper.closes_at,
        own_deadline=own if own != paper.closes_at else None,
        withdrawn_at=paper.withdrawn_at if state == State.WITHDRAWN else None,
        withdrawal_reason=blocks.clean(paper.withdrawal_reason) if state == State.WITHDRAWN else "",
        purpose=take(paper, "purpose"),
        foreword=take(paper, "foreword"),
        statement=take(paper.statement, "body") if paper.statement else (),
        statement_version=paper.statement.version if paper.statement else "",
        sections=sections,
        annexes=_annexes(paper, take),
        amendments=_amendments(paper, take),
        clarifications=_clarifications(viewer, paper, take),
        conclusions=_conclusions(viewer, paper, take),
        text=text,
        language=column_language(),
        some_missing=take.some_missing,
        address=f"{settings.BASE_URL}{paper.get_absolute_url()}",
    )


def _sections(paper: Consultation, take: _Texts) -> tuple[SectionContent, ...]:
    paragraphs: dict[int, list[Any]] = defaultdict(list)
    rows = list(paper.paragraphs.order_by("position"))
    for row in rows:
        paragraphs[row.section_id].append(row)
    inside = Question.paragraphs.through.objects.filter(question=OuterRef("pk")).order_by("paragraph__position")
    questions = list(
        paper.questions.order_by("position").annotate(paragraph_ids=ArraySubquery(inside.values("paragraph")))
    )
    after = questions_after(rows, questions)
    number_of = {row.pk: row.number for row in rows}
    found = []
    for section in paper.sections.order_by("position"):
        items: list[ItemContent] = []
        for row in paragraphs[section.pk]:
            items.append(_item("paragraph", row, take))
            items += [_item("question", one, take, number_of) for one in after.pop(row.pk, ())]
        items += [_item("question", one, take, number_of) for one in after.pop(-section.pk, ())]
        found.append(SectionContent(section.anchor_key, section.number, take(section, "title"), tuple(items)))
    return tuple(found)


def questions_after(paragraphs: Sequence[Any], questions: Sequence[Any]) -> dict[int, list[Any]]:
    """Where each question stands, as on the page: after the last paragraph that it asks about, and never before an
    earlier question; one about no paragraph of its section at that section's end, under its negative number."""
    position = {row.pk: row.position for row in paragraphs}
    section_of = {row.pk: row.section_id for row in paragraphs}
    found: dict[int, list[Any]] = defaultdict(list)
    latest = max(position.values(), default=0)
    for question in reversed(questions):
        own = [pk for pk in question.paragraph_ids if section_of.get(pk) == question.section_id]
        inside = [pk for pk in own if position[pk] <= latest]
        if not inside:
            found[-question.section_id].insert(0, question)
            continue
        last = max(inside, key=lambda pk: position[pk])
        latest = position[last]
        found[last].insert(0, question)
    return found


def _item(kind: str, row: Any, take: _Texts, numbers: dict[int, str] | None = None) -> ItemContent:
    return ItemContent(
        kind=kind,
        key=row.anchor_key,
        number=row.number,
        text=take(row, "body"),
        version=row.version,
        amended_at=row.amended_at,
        is_stale=row.stale_since is not None and take.codes != ["en"],
        asks_position=bool(getattr(row, "asks_position", False)),
        short=take(row, "short") if kind == "question" else (),
        paragraphs=tuple(numbers[pk] for pk in row.paragraph_ids if pk in numbers) if numbers else (),
    )


def _annexes(paper: Consultation, take: _Texts) -> tuple[AnnexContent, ...]:
    rows = Annex.objects.filter(consultation=paper).order_by("position").prefetch_related("clauses", "terms")
    return tuple(
        AnnexContent(
            key=row.key,
            kind=row.kind,
            title=take(row, "title"),
            text=take(row, "body"),
            clauses=tuple((one.number, take(one, "body")) for one in row.clauses.all()),
            terms=tuple((take(one, "term"), take(one, "meaning")) for one in row.terms.all()),
        )
        for row in rows
    )


def _amendments(paper: Consultation, take: _Texts) -> tuple[Amendment, ...]:
    # A language that did not change keeps no text before: nothing falls back here.
    def before(row: Any) -> Text:
        texts = ((code, getattr(row, f"before_{code}")) for code in take.codes)
        return tuple(Piece(blocks.clean(text), code) for code, text in texts if text)

    rows = paper.corrections.select_related("paragraph", "question").order_by("made_at", "pk")
    return tuple(
        Amendment(row.made_at, take(row, "note"), before(row), row.from_version, _place_of(row)) for row in rows
    )


def _place_of(row: Any) -> str:
    if row.paragraph:
        return _place_words("paragraph", row.paragraph.number)
    return _place_words("question", row.question.number) if row.question else ""


def _clarifications(viewer: Viewer, paper: Consultation, take: _Texts) -> tuple[ClarificationContent, ...]:
    """Those that everybody has: the regulator's own copy too leaves out what is not released."""
    rows = (
        Clarification.objects.visible_to(viewer)
        .filter(consultation=paper, released_at__lte=clock.now())
        .select_related("paragraph", "question")
        .order_by("number")
    )
    return tuple(
        ClarificationContent(
            number=row.number,
            place=_place_of(row),
            key=part.anchor_key if (part := row.paragraph or row.question) else WHOLE,
            asked=take(row, "asked"),
            answer=take(row, "answer"),
            released_at=row.released_at,
        )
        for row in rows
    )


def _conclusions(viewer: Viewer, paper: Consultation, take: _Texts) -> ConclusionsContent | None:
    found = Conclusions.objects.visible_to(viewer).filter(consultation=paper, released_at__lte=clock.now()).first()
    if found is None:
        return None
    outcomes = ProposalOutcome.objects.filter(conclusions=found).order_by("position")
    names = NamedRespondent.objects.filter(conclusions=found).select_related("organisation")
    return ConclusionsContent(
        released_at=found.released_at,
        submissions=found.responses_received,
        withheld=found.respondents_withheld,
        summary=take(found, "executive_summary"),
        way_forward=take(found, "way_forward"),
        outcomes=tuple(
            OutcomeContent(
                number=one.number,
                title=take(one, "title"),
                outcome=one.outcome,
                outcome_words=str(Outcome(one.outcome).label),
                comments=take(one, "comments_received"),
                response=take(one, "sfc_response"),
                questions=tuple(one.on_questions),
                paragraphs=tuple(one.on_paragraphs),
            )
            for one in outcomes.annotate(on_questions=numbers(Question), on_paragraphs=numbers(Paragraph))
        ),
        respondents=tuple(str(one.organisation.name) for one in names.order_by("organisation__name_en")),
    )


def comments_of(viewer: Viewer, paper: Consultation, *, audience: str = "", question: str = "") -> Any:
    """The comments that go into a file, in reading order."""
    rows = Comment.objects.visible_to(viewer).filter(consultation=paper)
    if audience in Audience.values:
        rows = rows.filter(audience=audience)
    if question:
        # As on the page: with what was said on the paragraphs that it asks about.
        asked = Question.objects.filter(consultation=paper, number=question)
        about = Question.paragraphs.through.objects.filter(question__in=asked).values("paragraph")
        rows = rows.filter(Q(question__in=asked) | Q(paragraph__in=about))
    return rows.order_by("thread_at", "created_at", "pk")


def read_threads(viewer: Viewer, paper: Consultation, *, audience: str = "", question: str = "") -> ThreadContent:
    """What was said and `viewer` may read, of one audience or about one question if so asked."""
    rows = list(
        comments_of(viewer, paper, audience=audience, question=question)
        .select_related("author", "membership__organisation", "organisation", "working_group",
                        "section", "paragraph", "question")
        .defer("body_html")
    )  # fmt: skip
    openings.note(rows, how=openings.How.EXPORT)
    for row in rows:
        row.consultation = paper
    standing = _standing(rows)
    attached = _attachments(rows)
    order = _places(paper)
    by_place: dict[str, dict[Any, list[Comment]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_place[row.anchor_key][row.thread_id].append(row)
    number, places = 0, []
    for key in sorted(by_place, key=lambda one: order.get(one, (len(order), ""))[0]):
        threads = []
        for comments in by_place[key].values():
            number += 1
            threads.append(_thread(number, comments, viewer, order, standing, attached))
        places.append(PlaceContent(key, order.get(key, (0, key))[1], tuple(threads)))
    return ThreadContent(tuple(places), audience if audience in Audience.values else "", question)


def _places(paper: Consultation) -> dict[str, tuple[int, str]]:
    """The rank and the words of each place, in the order of the paper."""
    rows = list(paper.paragraphs.only("section_id", "number", "position", "consultation_id").order_by("position"))
    inside = Question.paragraphs.through.objects.filter(question=OuterRef("pk")).values("paragraph")
    questions = list(
        paper.questions.only("section_id", "number", "position", "consultation_id")
        .order_by("position")
        .annotate(paragraph_ids=ArraySubquery(inside))
    )
    after = questions_after(rows, questions)
    found = {WHOLE: (0, _place_words(WHOLE, ""))}

    def enter(kind: str, row: Any) -> None:
        found[row.anchor_key] = (len(found), _place_words(kind, row.number))

    by_section: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_section[row.section_id].append(row)
    for section in paper.sections.only("number", "position", "consultation_id").order_by("position"):
        enter("section", section)
        for row in by_section[section.pk]:
            enter("paragraph", row)
            for question in after.get(row.pk, ()):
                enter("question", question)
        for question in after.get(-section.pk, ()):
            enter("question", question)
    return found


def _standing(rows: Iterable[Comment]) -> dict[Any, Resolution]:
    found = Resolution.objects.filter(comment__in=[row.pk for row in rows], reopened_at=None)
    return {one.comment_id: one for one in found.select_related("resolved_by")}


def _attachments(rows: Iterable[Comment]) -> dict[Any, list[Attachment]]:
    """Of comments that stand: a withdrawn one names no file."""
    found: dict[Any, list[Attachment]] = defaultdict(list)
    standing = [row.pk for row in rows if row.withdrawn_at is None]
    for one in Attachment.objects.filter(comment__in=standing).order_by("created_at", "pk"):
        if one.is_clean:
            found[one.comment_id].append(one)
    return found


def _thread(
    number: int,
    rows: Sequence[Comment],
    viewer: Viewer,
    order: dict[str, tuple[int, str]],
    standing: dict[Any, Resolution],
    attached: dict[Any, list[Attachment]],
) -> Thread:
    # Counted among what this reader sees: a number tells nothing of what is hidden.
    numbers = {row.pk: str(number) if place == 0 else f"{number}.{place}" for place, row in enumerate(rows)}
    names: dict[Any, str] = {row.pk: row.posted_as or row.author.display_name for row in rows}

    def make(row: Comment) -> CommentContent:
        gone = row.withdrawn_at is not None
        key = row.anchor_key
        resolution = standing.get(row.pk)
        organisation = row.membership.organisation if row.membership else row.organisation
        return CommentContent(
            id=str(row.pk),
            number=numbers[row.pk],
            place=key,
            place_words=order.get(key, (0, key))[1],
            in_reply_to=numbers.get(row.parent_id, "") if row.parent_id else "",
            author=blocks.clean(names[row.pk]),
            organisation=blocks.clean(str(organisation.name)),
            job_title="" if row.posted_as or row.membership is None else blocks.clean(str(row.membership.title)),
            audience=row.audience,
            audience_words=audience_words(row, viewer),
            posted_at=row.created_at,
            edited_at=None if gone else row.edited_at,
            edit_reason="" if gone else blocks.clean(row.edit_reason),
            language=row.language,
            body="" if gone else blocks.clean(row.body),
            passage="" if gone else blocks.clean(row.passage),
            is_official=row.official_answer,
            is_pinned=row.pinned_at is not None,
            state=row.state,
            state_words="" if row.state == CommentState.PUBLISHED else str(row.get_state_display()),
            resolved_at=resolution.resolved_at if resolution else None,
            resolved_by=blocks.clean(resolution.resolved_by.display_name) if resolution else "",
            withdrawn_at=row.withdrawn_at,
            withdrawal_reason=blocks.clean(row.withdrawal_reason),
            attachments=tuple(
                AttachmentContent(blocks.clean(one.file_name), one.size) for one in attached.get(row.pk, ())
            ),
            address=f"{settings.BASE_URL}{row.get_absolute_url()}",
        )

    head, *replies = rows
    return Thread(make(head), tuple(make(row) for row in replies))
