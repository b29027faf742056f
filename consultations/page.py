"""What the page of a consultation is made of, in a number of queries that does not grow with its comments."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from consultations import moderated, policies, rows
from consultations.beside import Beside, File, Reader
from consultations.concluding import as_read
from consultations.emails import place_words
from consultations.enums import AnswerStage, CommentState, State
from consultations.filters import FIRM, MINE, SHOWS, UNANSWERED, Filters, words_of
from consultations.models import (
    Answer,
    Comment,
    Consultation,
    Paragraph,
    Question,
    Section,
)
from consultations.passages import Passage, marked
from members import openings
from members.audience import NARROW_TO_WIDE, Audience
from members.enums import OrganisationKind
from members.models import Organisation
from members.register.standing import marks
from members.viewer import Viewer, memberships_with_access
from portal.common import clock
from portal.common.dates import days_until, microseconds
from portal.common.translated import HTML_LANG, column_language, translated

SHOWN_AT_ONCE = rows.AT_ONCE
BOTH = "both"
WHOLE = "whole"


# Of most comments: shared, and never written to.
NOTHING = Beside()


@dataclass(eq=False)
class Line:
    """A comment as it stands on the page, with what this viewer may do to it."""

    comment: Comment
    answers: "Line | None" = None
    replies: list["Line"] = field(default_factory=list)
    can_reply: bool = False
    can_edit: bool = False
    can_withdraw: bool = False
    can_mark_official: bool = False
    can_resolve: bool = False
    can_see_history: bool = False
    can_pin: bool = False
    can_change_readers: bool = False
    can_let_out: bool = False
    # Whether the words that it is about still stand in the text, and the version of that text; None without any.
    passage_stands: bool | None = None
    text_version: int | None = None
    beside: Beside = field(default_factory=lambda: NOTHING)

    @cached_property
    def name(self) -> str:
        return self.comment.posted_as or self.comment.author.display_name

    @property
    def organisation(self) -> Any:
        membership = self.comment.membership
        return membership.organisation.short if membership else self.comment.organisation.short

    @property
    def firm_id(self) -> int:
        """The firm for which it was written, by its key."""
        membership = self.comment.membership
        return int(membership.organisation_id if membership else self.comment.organisation_id)

    @property
    def job_title(self) -> str:
        membership = self.comment.membership
        return "" if self.comment.posted_as or membership is None else str(membership.title)

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.comment.language]

    @property
    def resolved(self) -> SimpleNamespace | None:
        return self.beside.resolved

    @property
    def files(self) -> list[File]:
        return self.beside.files

    @property
    def seen(self) -> list[Reader]:
        return self.beside.seen

    @property
    def is_held(self) -> bool:
        return self.comment.state == CommentState.HELD

    @property
    def is_on_earlier_text(self) -> bool:
        return self.text_version is not None and self.comment.anchor_version < self.text_version


@dataclass
class Place:
    """Somewhere a comment can be anchored, with its threads as far as they are on the page."""

    key: str
    kind: str
    number: str
    is_open: bool = False
    count: int = 0
    threads: list[Line] = field(default_factory=list)
    shown: int = 0
    composer: Any = None
    # Clarifications that stand here (consultations.clarified).
    clarified: list[Any] = field(default_factory=list)

    @cached_property
    def words(self) -> str:
        return _said("place", self.kind, self.number)

    @property
    def hidden(self) -> int:
        return self.count - self.shown

    @property
    def offers_comment(self) -> bool:
        """Whether the words "Add a comment" stand here: not under each paragraph that nobody has commented on."""
        return self.is_open and (self.count > 0 or self.kind in {WHOLE, "question"})

    @property
    def label(self) -> str:
        return _said("label", self.kind, self.number)

    @property
    def heading(self) -> str:
        return _said("heading", self.kind, self.number, self.count)

    @property
    def add_words(self) -> str:
        return _said("add", self.kind, self.number)

    @property
    def more_words(self) -> str:
        return _said("more", "", "", self.hidden)

    @property
    def on_paragraph(self) -> str:
        """What a screen reader hears after the number of comments beside a paragraph."""
        return _said("beside", self.kind, self.number, self.count)


def _said(what: str, kind: str, number: str, count: int = 0) -> str:
    """Words about a place. A page says them a hundred times, and hardly ever other ones than the page before."""
    return _said_in(get_language() or "en", what, kind, number, count)


@lru_cache(maxsize=8192)
def _said_in(_language: str, what: str, kind: str, number: str, count: int) -> str:
    match what:
        case "label":
            return _("Comments on %(where)s") % {"where": place_words(kind, number)}
        case "heading":
            words = ngettext("%(count)s comment on %(where)s", "%(count)s comments on %(where)s", count)
            return words % {"count": count, "where": place_words(kind, number)}
        case "add":
            return _("Add a comment on %(where)s") % {"where": place_words(kind, number)}
        case "more":
            words = ngettext("Show %(count)s more comment", "Show %(count)s more comments", count)
            return words % {"count": count}
        case "beside":
            words = ngettext("comment on paragraph %(number)s", "comments on paragraph %(number)s", count)
            return words % {"number": number}
        case _:
            return place_words(kind, number)


@dataclass
class Piece:
    """A text in one language."""

    html: str
    html_lang: str
    is_fallback: bool


@dataclass
class Item:
    """A paragraph or a question as it stands in the paper."""

    row: Any
    place: Place
    pieces: list[Piece]
    is_stale: bool = False
    answer: Answer | None = None

    @property
    def is_question(self) -> bool:
        return isinstance(self.row, Question)


@dataclass
class Part:
    """A section with its paragraphs and questions in reading order."""

    row: Section
    place: Place
    items: list[Item]

    @property
    def span(self) -> str:
        """`14 to 23`, of its paragraphs."""
        numbers = [item.row.number for item in self.items if not item.is_question]
        if not numbers:
            return ""
        return (
            numbers[0] if len(numbers) == 1 else _("%(first)s to %(last)s") % {"first": numbers[0], "last": numbers[-1]}
        )

    @property
    def question_span(self) -> str:
        numbers = [item.row.number for item in self.items if item.is_question]
        if not numbers:
            return ""
        if len(numbers) == 1:
            return f"Q{numbers[0]}"
        return _("%(first)s to %(last)s") % {"first": f"Q{numbers[0]}", "last": f"Q{numbers[-1]}"}


@dataclass
class OwnResponse:
    """How far the viewer's firm is with its response."""

    response: Any
    answers: dict[int, Answer]
    total: int

    @property
    def answered(self) -> int:
        return sum(1 for one in self.answers.values() if one.body)

    @property
    def signed_off(self) -> int:
        return sum(1 for one in self.answers.values() if one.stage == AnswerStage.SIGNED_OFF)

    @property
    def waiting(self) -> list[Question]:
        return [one.question for one in self.answers.values() if one.stage == AnswerStage.READY_FOR_SIGN_OFF]


def find(viewer: Viewer, key: str) -> Consultation | None:
    """The paper, with the viewer's own deadline and everything small that hangs on it; None if hidden or absent."""
    found = rows.paper(viewer=viewer, key=key)
    return found[0] if found else None


def _objects(found: Iterable[dict[str, Any]]) -> list[SimpleNamespace]:
    return [SimpleNamespace(**row) for row in found]


class Reading:
    """One viewer's reading of one paper."""

    def __init__(
        self,
        viewer: Viewer,
        consultation: Consultation,
        *,
        text: str = "",
        filters: Filters | None = None,
        focus: Sequence[str] = (),
        address: str = "",
    ) -> None:
        self.viewer = viewer
        self.consultation = consultation
        # What the links within the page begin with: nothing on the paper's own page.
        self.address = address
        self.focus = [key for key in focus if key]
        self.now = clock.now()
        # By firm, of those whose licence does not stand: its state.
        self.licences = marks(consultation.firms_without_licence)  # type: ignore[attr-defined]
        self.until: datetime | None = consultation.own_deadline  # type: ignore[attr-defined]
        self.open_until: datetime | None = consultation.open_until  # type: ignore[attr-defined]
        self.can_write = policies.can_write(viewer)
        self.can_comment = policies.can_comment(viewer, consultation, self.open_until, self.now)
        self.languages = [code for code in rows.LANGUAGES if code in consultation.languages] or ["en"]
        self.text = self._text(text)
        # Links need not say the text that they would lead to without it.
        self.filters = replace(filters or Filters(), text="" if self.text == self._text("") else self.text)
        self.audience = self.filters.audience
        self.places: dict[str, Place] = {WHOLE: Place(WHOLE, WHOLE, "", self.can_comment)}
        self._keys: dict[tuple[Any, ...], str] = {(None, None, None): WHOLE}
        self.some_missing = False
        self.paragraphs: list[Paragraph] = rows.paragraphs(paper=consultation.pk)
        self.questions: list[Any] = rows.questions(paper=consultation.pk)
        self.own = self._own_response()
        self.parts = self._parts()
        self.items = {item.place.key: item for part in self.parts for item in part.items}
        self.tally: Counter[str] = Counter()
        # When the newest comment that the viewer can read was shown: the stamp of the page (views/news.py).
        self.newest: datetime | None = None
        self.shows: Counter[str] = Counter()
        self.beside: dict[uuid.UUID, Beside] = {}
        self.clarified_count = 0
        # Of held and returned comments: the moderator's case.
        self.moderated: dict[uuid.UUID, Any] = {}
        self._pinned: list[uuid.UUID] = []
        # What a filter lets through.
        self._wanted: Q | None = None
        self._count()

    def _text(self, wanted: str) -> str:
        """Which text is shown: a language of the paper, or both English and Traditional Chinese side by side."""
        if wanted == BOTH and {"en", "zh_hant"} <= set(self.languages):
            return BOTH
        if wanted in self.languages:
            return wanted
        active = column_language()
        if active in self.languages:
            return active
        return "zh_hant" if active == "zh_hans" and "zh_hant" in self.languages else self.languages[0]

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """The choice of texts: (code, words, lang); empty when there is one alone."""
        words = {"en": "English", "zh_hant": "繁體中文", "zh_hans": "简体中文"}
        found = [(code, words[code], HTML_LANG[code]) for code in self.languages]
        if len(found) < 2:
            return []
        return [*found, (BOTH, _("Side by side"), "")] if {"en", "zh_hant"} <= set(self.languages) else found

    def pieces(self, row: Any, name: str = "html") -> list[Piece]:
        codes = ["en", "zh_hant"] if self.text == BOTH else [self.text]
        found = [translated(row, name, code) for code in codes]
        if self.text == BOTH:
            found = [one for one in found if not one.is_fallback] or found[:1]
        elif found[0].is_fallback:
            self.some_missing = True
        return [Piece(one.text, one.html_lang, one.is_fallback) for one in found if one.text]

    def _own_response(self) -> OwnResponse | None:
        if not self.viewer.is_platform:
            return None
        found = rows.answers(paper=self.consultation.pk, organisation=self.viewer.organisation_id)
        answers = {answer.question_id: answer for answer in found}
        response = next(iter(answers.values())).response if answers else None
        return OwnResponse(response, answers, len(self.questions))

    def _place(self, kind: str, row: Any) -> Place:
        place = Place(row.anchor_key, kind, row.number, self.can_comment)
        self.places[place.key] = place
        self._keys[tuple(row.pk if column == f"{kind}_id" else None for column in rows.PLACES)] = place.key
        return place

    def _parts(self) -> list[Part]:
        sections: dict[int, Section] = {}
        paragraphs: dict[int, list[Paragraph]] = defaultdict(list)
        for paragraph in self.paragraphs:
            sections.setdefault(paragraph.section_id, paragraph.section)
            paragraphs[paragraph.section_id].append(paragraph)
        after = self._questions_after()
        parts = []
        for section in sorted(sections.values(), key=lambda one: one.position):
            part = Part(section, self._place("section", section), [])
            for paragraph in paragraphs[section.pk]:
                part.items.append(
                    Item(
                        paragraph,
                        self._place("paragraph", paragraph),
                        self.pieces(paragraph),
                        is_stale=paragraph.stale_since is not None and self.text != "en",
                    )
                )
                part.items += [self._question(question) for question in after.pop(paragraph.pk, [])]
            part.items += [self._question(q) for q in after.pop(-section.pk, [])]
            parts.append(part)
        return parts

    def _question(self, question: Question) -> Item:
        answer = self.own.answers.get(question.pk) if self.own else None
        return Item(question, self._place("question", question), self.pieces(question), answer=answer)

    def _questions_after(self) -> dict[int, list[Question]]:
        """Each question stands after the last paragraph that it asks about, and never before an earlier question.

        A question about no paragraph of its section stands at the section's end: under its negative number.
        """
        position = {paragraph.pk: paragraph.position for paragraph in self.paragraphs}
        section_of = {paragraph.pk: paragraph.section_id for paragraph in self.paragraphs}
        found: dict[int, list[Question]] = defaultdict(list)
        latest = max(position.values(), default=0)
        for question in reversed(self.questions):
            own = [pk for pk in question.paragraph_ids if section_of.get(pk) == question.section_id]
            inside = [pk for pk in own if position[pk] <= latest]
            if not inside:
                found[-question.section_id].insert(0, question)
                continue
            last = max(inside, key=lambda pk: position[pk])
            latest = position[last]
            found[last].insert(0, question)
        return found

    def _count(self) -> None:
        """How many there are at each place, and behind each of the links that show some: one query, and a second one
        where a filter is set."""
        for row in rows.summary(viewer=self.viewer, paper=self.consultation.pk):
            if row["waiting"] is not None:
                self.shows[UNANSWERED] = row["waiting"]
                continue
            self.tally[row["audience"]] += row["n"]
            self.newest = max(filter(None, (self.newest, row["newest"])))
            self._pinned += row["pinned"] or ()
            for show in (MINE, FIRM):
                self.shows[show] += row[show]
            self._add(row)
        if self.filters.active:
            self._wanted = self.filters.q(self.viewer, self.questions, self._waiting())
            for place in self.places.values():
                place.count = 0
            for row in rows.shown(self.viewer, self.consultation.pk, self._wanted):
                self._add(row)

    def _waiting(self) -> list[uuid.UUID]:
        """The threads to which the regulator has not answered, where they are asked for."""
        if self.filters.show != UNANSWERED:
            return []
        return [row["begun"] for row in rows.waiting(viewer=self.viewer, paper=self.consultation.pk)]

    def _add(self, row: dict[str, Any]) -> None:
        place = self.places.get(self._keys.get(tuple(row[name] for name in rows.PLACES), ""))
        if place is not None:
            place.count += row["n"]

    @property
    def choices(self) -> list[tuple[str, str, str, int | None, bool]]:
        """The links that show some of the comments: what for, query, words, how many, whether it is the present one.

        How many is not said (None) where another filter stands, with which a link would be combined.
        """
        counts: dict[str, int] = {"": self.total, **self.shows} if not (self.audience or self.filters.question) else {}
        return [
            (show, self.filters.query(show=show), words_of(show), counts.get(show), show == self.filters.show)
            for show in (("", *SHOWS) if self.can_write else ("",))
        ]

    @property
    def question_choices(self) -> list[tuple[str, str]]:
        """Number and words of each question, as a reader chooses among them."""
        question, colon = _("Question %(number)s"), pgettext("between number and title", ": ")
        found = []
        for row in self.questions:
            short = row.short.text
            found.append((row.number, question % {"number": row.number} + (f"{colon}{short}" if short else "")))
        return found

    @property
    def shown_count(self) -> int:
        """How many the filters let through, over all places."""
        return sum(place.count for place in self.places.values())

    @property
    def total(self) -> int:
        return sum(self.tally.values())

    @property
    def audiences(self) -> list[tuple[Any, int | None]]:
        """What the viewer can read, by readership, widest first: a row for the label, and its count (as `choices`)."""
        counted = not (self.filters.show or self.filters.question)
        found = []
        for audience in reversed(NARROW_TO_WIDE):
            if self.tally[audience]:
                organisation = self.viewer.organisation
                row = SimpleNamespace(
                    audience=audience,
                    organisation=organisation if not self.viewer.is_regulator else _("a platform"),
                    organisation_id=self.viewer.organisation_id if not self.viewer.is_regulator else None,
                    working_group_id=None,
                )
                found.append((row, self.tally[audience] if counted else None))
        return found

    def fill(self, *, only: str = "", page: int = 1) -> None:
        """Put comments on the page: those of the places in focus first, then in reading order, at most 100.

        `only`: one place, of which the given page of 100.
        """
        chosen, start = ([only], (page - 1) * SHOWN_AT_ONCE) if only else (self._chosen(), 0)
        wanted = [self.places[key] for key in chosen if key in self.places and self.places[key].count]
        if not wanted:
            return
        at: dict[str, list[int]] = defaultdict(list)
        keys = {place.key for place in wanted}
        for columns, key in self._keys.items():
            if key in keys:
                name, value = next((pair for pair in zip(rows.PLACES, columns, strict=True) if pair[1]), (WHOLE, 0))
                at[name].append(value)
        comments = rows.comments(self.viewer, self.consultation.pk, at, self._pinned, wanted=self._wanted, start=start)
        openings.note(comments)
        self._give_owners(comments)
        self.beside |= Beside.of(self.viewer, comments)
        self.moderated |= moderated.reasons(self.viewer, comments)
        self._thread(comments)
        self._mark(wanted)

    def _mark(self, places: Sequence[Place]) -> None:
        """Put the passages that comments on the page are about into their texts, and say which still stand."""
        for place in places:
            item = self.items.get(place.key)
            lines = [line for head in place.threads for line in (head, *head.replies) if line.comment.passage]
            if item is None or not lines:
                continue
            passages = {line: _passage(line.comment) for line in lines}
            found: set[Passage] = set()
            for code in {one.language for one in passages.values()}:
                here = [one for one in passages.values() if one.language == code]
                html, there = marked(getattr(item.row, f"html_{code}", ""), here)
                found |= there
                for piece in item.pieces:
                    if piece.html_lang == HTML_LANG[code]:
                        piece.html = html
            for line, passage in passages.items():
                line.passage_stands = passage in found

    def _give_owners(self, comments: Sequence[Comment]) -> None:
        """The owner is nearly always a firm whose people wrote here: no further join, and seldom a query."""
        writers = [comment.membership.organisation for comment in comments if comment.membership]
        known = {one.pk: one for one in [*writers, self.viewer.organisation] if one is not None}
        missing = {comment.organisation_id for comment in comments} - known.keys()
        if missing:
            known |= Organisation.objects.in_bulk(missing)
        for comment in comments:
            comment.organisation = known[comment.organisation_id]

    def _chosen(self) -> list[str]:
        order = [key for key in self.focus if key in self.places]
        order += [key for key in self.places if key not in order]
        budget, chosen = SHOWN_AT_ONCE, []
        for key in order:
            count = self.places[key].count
            if count and count <= budget:
                chosen.append(key)
                budget -= count
            elif count and not chosen:
                return [key]
        return chosen

    def _thread(self, comments: list[Comment]) -> None:
        lines: dict[uuid.UUID, Line] = {}
        heads: dict[uuid.UUID, Line] = {}
        for comment in comments:
            comment.consultation = self.consultation
            columns = (comment.section_id, comment.paragraph_id, comment.question_id)
            place = self.places[self._keys[columns]]
            item = self.items.get(place.key)
            head = heads.get(comment.thread_id)
            answers = lines.get(comment.parent_id) if comment.parent_id else None
            line = self._line(comment, answers, head)
            line.text_version = item.row.version if item else None
            lines[comment.pk] = line
            place.shown += 1
            if head is None:
                heads[comment.thread_id] = line
                place.threads.append(line)
            else:
                if line.answers is head:
                    line.answers = None
                head.replies.append(line)

    def _line(self, comment: Comment, answers: Line | None, head: Line | None) -> Line:
        viewer, standing = self.viewer, comment.withdrawn_at is None
        line = Line(comment, answers)
        line.beside = self.beside.get(comment.pk, NOTHING)
        if comment.edited_at or not standing:
            line.can_see_history = policies.can_see_history(viewer, comment)
        if not self.can_write or not standing:
            return line
        if comment.parent_id is None or (answers is not None and head is not None):
            # Both stand on the page already: no query for each comment.
            comment._state.fields_cache["parent"] = answers.comment if answers else None
            comment._state.fields_cache["root"] = head.comment if head else None
            # Offered where a matter begins and where it is answered, not under every remark between.
            offered = comment.parent_id is None or comment.official_answer or line.resolved is not None
            line.can_resolve = offered and policies.can_resolve(viewer, comment)
        line.can_reply = self.can_comment
        line.can_edit = self.can_comment and policies.can_edit(viewer, comment)
        line.can_withdraw = policies.can_withdraw(viewer, comment)
        line.can_mark_official = policies.can_mark_official(viewer, comment)
        line.can_pin = policies.can_pin(viewer, comment)
        line.can_change_readers = policies.can_narrow(viewer, comment) or (line.can_edit and line.can_reply)
        line.can_let_out = comment.state == CommentState.AWAITING and policies.can_let_out(viewer, comment)
        return line

    @property
    def official_posts(self) -> list[Comment]:
        """The official posts on the page that are not the viewer's own firm's."""
        lines = (line for place in self.places.values() for head in place.threads for line in (head, *head.replies))
        return [line.comment for line in lines if line.comment.official_answer and line.comment.withdrawn_at is None]

    def has_seen(self, comment: Comment) -> bool:
        """Whether it is noted already that the viewer had this official post before them."""
        beside = self.beside.get(comment.pk)
        return any(one.user_id == self.viewer.user_id for one in beside.seen) if beside else False

    @cached_property
    def firms_by_group(self) -> dict[int, tuple[Organisation, set[int]]]:
        """The firms with access, and in which working groups their people sit: one query, for the regulator's staff,
        where an official post is on the page."""
        found: dict[int, tuple[Organisation, set[int]]] = {}
        for row in memberships_with_access().filter(organisation__kind=OrganisationKind.PLATFORM):
            found.setdefault(row.organisation_id, (row.organisation, set()))[1].update(row.group_ids)  # type: ignore[attr-defined]
        return found

    def firms_of(self, comment: Comment) -> list[Organisation]:
        """The firms that can read a comment."""
        if comment.audience == Audience.SHARED:
            return [comment.organisation] if comment.organisation.kind == OrganisationKind.PLATFORM else []
        group = comment.working_group_id
        return [firm for firm, groups in self.firms_by_group.values() if group is None or group in groups]

    @property
    def foreword(self) -> list[Piece]:
        return self.pieces(self.consultation, "foreword_html")

    @property
    def statement(self) -> list[Piece]:
        return self.pieces(self.consultation.statement, "html")

    @cached_property
    def annexes(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                row=row,
                pieces=self.pieces(row),
                clauses=[(one.number, self.pieces(one)) for one in _objects(row.clauses)],
                terms=[(self.pieces(one, "term"), self.pieces(one, "meaning")) for one in _objects(row.terms)],
            )
            for row in _objects(self.consultation.annex_rows)  # type: ignore[attr-defined]
        ]

    @cached_property
    def conclusions(self) -> SimpleNamespace | None:
        found = getattr(self.consultation, "conclusions", None)
        if found is None or not found.released_at or found.released_at > self.now:
            return None
        return as_read(found, self.pieces, self.licences) if policies.can_read(self.viewer, found) else None

    @property
    def stamp(self) -> int:
        """The moment of `newest` in microseconds, as the page sends it back; 1 where there is none."""
        return microseconds(self.newest) if self.newest else 1

    @property
    def state(self) -> State:
        return self.consultation.state_at(self.now)

    @property
    def days_left(self) -> int:
        """Calendar days in Hong Kong to the viewer's deadline; 0 today."""
        return days_until(self.until) if self.until else 0

    @property
    def is_extended(self) -> bool:
        return self.viewer.is_platform and self.until != self.consultation.closes_at

    @property
    def corrections(self) -> list[SimpleNamespace]:
        found = _objects(self.consultation.corrected)  # type: ignore[attr-defined]
        for row in found:
            row.at = datetime.fromisoformat(row.at)
            row.anchor = f"p{row.number}" if row.number else f"q{row.question}" if row.question else ""
        return found

    @property
    def deadline_changes(self) -> list[SimpleNamespace]:
        """How the closing time was moved for everybody, latest first."""
        found = _objects(self.consultation.moved)  # type: ignore[attr-defined]
        for row in found:
            row.before, row.after = datetime.fromisoformat(row.before), datetime.fromisoformat(row.after)
        return found


def _passage(comment: Comment) -> Passage:
    return Passage(comment.passage, comment.passage_before, comment.passage_after, comment.passage_language)
