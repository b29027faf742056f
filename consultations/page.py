"""What the page of a consultation is made of, in a number of queries that does not grow with its comments."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations import policies
from consultations.emails import place_words
from consultations.enums import AnswerStage, CommentState, State
from consultations.models import (
    Annex,
    Answer,
    Clause,
    Comment,
    Consultation,
    Correction,
    NamedRespondent,
    Paragraph,
    ProposalOutcome,
    Question,
    Resolution,
    Section,
    TermDefinition,
)
from members.audience import NARROW_TO_WIDE, Audience
from members.models import Organisation
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import days_until
from portal.common.translated import HTML_LANG, column_language, translated

SHOWN_AT_ONCE = 100
BOTH = "both"
WHOLE = "whole"
_COLUMNS = ("section_id", "paragraph_id", "question_id")
_LANGUAGES = ("en", "zh_hant", "zh_hans")
_ORGANISATION = tuple(f"{name}_{code}" for name in ("name", "short") for code in _LANGUAGES)
# What a comment's line shows, and what says what the viewer may do to it.
_SHOWN = (
    *(name.attname for name in Comment._meta.concrete_fields if name.attname not in {"body", "withdrawn_by_id"}),
    *(f"author__{name}" for name in ("email", "name_en", "name_zh_hant", "name_zh_hans")),
    *(f"membership__{name}" for name in ("title_en", "title_zh_hant", "title_zh_hans")),
    *(f"membership__organisation__{name}" for name in ("kind", *_ORGANISATION)),
    *(f"working_group__{name}" for name in ("name_en", "name_zh_hant", "name_zh_hans")),
)


@dataclass
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

    @cached_property
    def name(self) -> str:
        return self.comment.posted_as or self.comment.author.display_name

    @property
    def organisation(self) -> Any:
        membership = self.comment.membership
        return membership.organisation.short if membership else self.comment.organisation.short

    @property
    def job_title(self) -> str:
        membership = self.comment.membership
        return "" if self.comment.posted_as or membership is None else str(membership.title)

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.comment.language]

    @cached_property
    def resolved(self) -> SimpleNamespace | None:
        found = getattr(self.comment, "resolution", None)
        if not found:
            return None
        return SimpleNamespace(at=datetime.fromisoformat(found["at"]), by=translated(SimpleNamespace(**found), "by"))

    @property
    def is_held(self) -> bool:
        return self.comment.state == CommentState.HELD


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

    @cached_property
    def words(self) -> str:
        return place_words(self.kind, self.number)

    @property
    def hidden(self) -> int:
        return self.count - self.shown

    @property
    def offers_comment(self) -> bool:
        """Whether the words "Add a comment" stand here: not under each paragraph that nobody has commented on."""
        return self.is_open and (self.count > 0 or self.kind in {WHOLE, "question"})

    # Said a hundred times on a page: blocktranslate takes ten times as long.

    @property
    def label(self) -> str:
        return _("Comments on %(where)s") % {"where": self.words}

    @property
    def heading(self) -> str:
        words = ngettext("%(count)s comment on %(where)s", "%(count)s comments on %(where)s", self.count)
        return words % {"count": self.count, "where": self.words}

    @property
    def add_words(self) -> str:
        return _("Add a comment on %(where)s") % {"where": self.words}

    @property
    def more_words(self) -> str:
        words = ngettext("Show %(count)s more comment", "Show %(count)s more comments", self.hidden)
        return words % {"count": self.hidden}

    @property
    def on_paragraph(self) -> str:
        """What a screen reader hears after the number of comments beside a paragraph."""
        words = ngettext("comment on paragraph %(number)s", "comments on paragraph %(number)s", self.count)
        return words % {"number": self.number}


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
    here = OuterRef("pk")
    shown_follows = Consultation.follows.through.objects.filter(from_consultation=here).filter(
        Consultation.visible_q(viewer, "to_consultation__")
    )
    return (  # type: ignore[no-any-return]
        Consultation.objects.visible_to(viewer)
        .with_own_deadline(viewer)
        .select_related("statement", "conclusions", "working_group")
        .annotate(
            initiative_numbers=ArraySubquery(
                Consultation.initiatives.through.objects.filter(consultation=here)
                .order_by("initiative__number")
                .values("initiative__number")
            ),
            corrected=ArraySubquery(
                Correction.objects.filter(consultation=here)
                .order_by("-made_at")
                .values(row=JSONObject(at="made_at", note="note_en", number="paragraph__number"))
            ),
            before=ArraySubquery(
                shown_follows.values(row=JSONObject(key="to_consultation__key", reference="to_consultation__reference"))
            ),
        )
        .filter(key=key)
        .first()
    )


def _json(*fields: str, prefix: str = "") -> dict[str, Any]:
    """The columns of translated fields, for JSONObject."""
    return {f"{name}_{code}": F(f"{prefix}{name}_{code}") for name in fields for code in _LANGUAGES}


def _written(*fields: str) -> list[str]:
    """The columns of what was written, beside which the page shows its stored HTML."""
    return [f"{name}_{code}" for name in fields for code in _LANGUAGES]


def _objects(rows: Iterable[dict[str, Any]]) -> list[SimpleNamespace]:
    return [SimpleNamespace(**row) for row in rows]


class Reading:
    """One viewer's reading of one paper."""

    def __init__(
        self,
        viewer: Viewer,
        consultation: Consultation,
        *,
        text: str = "",
        audience: str = "",
        focus: Sequence[str] = (),
        address: str = "",
    ) -> None:
        self.viewer = viewer
        self.consultation = consultation
        # What the links within the page begin with: nothing on the paper's own page.
        self.address = address
        self.audience = audience if audience in Audience.values else ""
        self.focus = [key for key in focus if key]
        self.now = clock.now()
        self.until: datetime | None = consultation.own_deadline  # type: ignore[attr-defined]
        self.open_until: datetime | None = consultation.open_until  # type: ignore[attr-defined]
        self.can_comment = policies.can_comment(viewer, consultation, self.open_until, self.now)
        self.languages = [code for code in _LANGUAGES if code in consultation.languages] or ["en"]
        self.text = self._text(text)
        self.places: dict[str, Place] = {WHOLE: Place(WHOLE, WHOLE, "", self.can_comment)}
        self._keys: dict[tuple[Any, ...], str] = {(None, None, None): WHOLE}
        self.some_missing = False
        self.paragraphs = list(consultation.paragraphs.select_related("section").defer(*_written("body")))
        self.questions = list(
            consultation.questions.defer(*_written("body")).annotate(
                paragraph_ids=ArraySubquery(
                    Question.paragraphs.through.objects.filter(question=OuterRef("pk")).values("paragraph")
                )
            )
        )
        self.own = self._own_response()
        self.parts = self._parts()
        self.tally: Counter[str] = Counter()
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
        found = Answer.objects.filter(
            response__consultation=self.consultation, response__organisation=self.viewer.organisation_id
        ).select_related("response", "question")
        answers = {answer.question_id: answer for answer in found.order_by("question__position")}
        response = next(iter(answers.values())).response if answers else None
        return OwnResponse(response, answers, len(self.questions))

    def _place(self, kind: str, row: Any) -> Place:
        place = Place(row.anchor_key, kind, row.number, self.can_comment)
        self.places[place.key] = place
        self._keys[tuple(row.pk if column == f"{kind}_id" else None for column in _COLUMNS)] = place.key
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
        latest = len(self.paragraphs) + 1
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

    def _comments(self) -> Any:
        return Comment.objects.visible_to(self.viewer).filter(consultation=self.consultation)

    def _count(self) -> None:
        rows = self._comments().order_by().values_list(*_COLUMNS, "audience").annotate(n=Count("pk"))
        for *columns, audience, number in rows:
            self.tally[audience] += number
            place = self.places.get(self._keys.get(tuple(columns), ""))
            if place is not None and (not self.audience or audience == self.audience):
                place.count += number

    @property
    def total(self) -> int:
        return sum(self.tally.values())

    @property
    def audiences(self) -> list[tuple[Any, int]]:
        """What the viewer can read, by readership, widest first: a row for the label, and its count."""
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
                found.append((row, self.tally[audience]))
        return found

    def fill(self, *, only: str = "", page: int = 1) -> None:
        """Put comments on the page: those of the places in focus first, then in reading order, at most 100.

        `only`: one place, of which the given page of 100.
        """
        chosen, start = ([only], (page - 1) * SHOWN_AT_ONCE) if only else (self._chosen(), 0)
        wanted = [self.places[key] for key in chosen if key in self.places and self.places[key].count]
        if not wanted:
            return
        pairs = [columns for columns, key in self._keys.items() if key in {place.key for place in wanted}]
        rows = self._comments().filter(_any_of(pairs))
        if self.audience:
            rows = rows.filter(audience=self.audience)
        standing = Resolution.objects.filter(comment=OuterRef("pk"), reopened_at=None).values(
            row=JSONObject(at="resolved_at", **{f"by_{code}": F(f"resolved_by__name_{code}") for code in _LANGUAGES})
        )
        rows = (
            rows.select_related("author", "membership__organisation", "working_group")
            .only(*_SHOWN)
            .annotate(resolution=Subquery(standing[:1]))
            .order_by("thread_at", "created_at", "pk")
        )
        comments = list(rows[start : start + SHOWN_AT_ONCE])
        self._give_owners(comments)
        self._thread(comments)

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
            head = heads.get(comment.thread_id)
            answers = lines.get(comment.parent_id) if comment.parent_id else None
            line = self._line(comment, answers, head)
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
        if comment.edited_at or not standing:
            line.can_see_history = policies.can_see_history(viewer, comment)
        if not policies.can_write(viewer) or not standing:
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
        return line

    @property
    def foreword(self) -> list[Piece]:
        return self.pieces(self.consultation, "foreword_html")

    @property
    def statement(self) -> list[Piece]:
        return self.pieces(self.consultation.statement, "html")

    @cached_property
    def annexes(self) -> list[SimpleNamespace]:
        here = OuterRef("pk")
        rows = Annex.objects.filter(consultation=self.consultation).annotate(
            clause_rows=ArraySubquery(
                Clause.objects.filter(annex=here)
                .order_by("position")
                .values(row=JSONObject(number="number", **_json("html")))
            ),
            term_rows=ArraySubquery(
                TermDefinition.objects.filter(annex=here)
                .order_by("position")
                .values(row=JSONObject(**_json("term", "meaning")))
            ),
        )
        return [
            SimpleNamespace(
                row=row,
                pieces=self.pieces(row),
                clauses=[(one.number, self.pieces(one)) for one in _objects(row.clause_rows)],
                terms=[(self.pieces(one, "term"), self.pieces(one, "meaning")) for one in _objects(row.term_rows)],
            )
            for row in rows
        ]

    @cached_property
    def conclusions(self) -> SimpleNamespace | None:
        found = getattr(self.consultation, "conclusions", None)
        readable = found is not None and policies.can_read(self.viewer, found)
        if (
            found is None
            or not readable
            or (not self.viewer.is_regulator and (not found.released_at or found.released_at > self.now))
        ):
            return None
        return SimpleNamespace(
            row=found,
            summary=self.pieces(found, "executive_summary_html"),
            way_forward=self.pieces(found, "way_forward_html"),
            outcomes=[
                SimpleNamespace(
                    number=one.number,
                    outcome=one.outcome,
                    title=translated(one, "title"),
                    comments=self.pieces(one, "comments_received_html"),
                    response=self.pieces(one, "sfc_response_html"),
                )
                for one in ProposalOutcome.objects.filter(conclusions=found).order_by("position")
            ],
            respondents=[
                translated(one.organisation, "name")
                for one in NamedRespondent.objects.filter(conclusions=found)
                .select_related("organisation")
                .order_by("organisation__name_en")
            ],
        )

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
        rows = _objects(self.consultation.corrected)  # type: ignore[attr-defined]
        for row in rows:
            row.at = datetime.fromisoformat(row.at)
        return rows


def _any_of(columns: Iterable[tuple[Any, ...]]) -> Any:
    """Comments at one of these places, one condition a column so that it stays short."""
    ids: dict[str, list[int]] = defaultdict(list)
    wanted = Q(pk__in=[])
    for triple in columns:
        found = [(name, value) for name, value in zip(_COLUMNS, triple, strict=True) if value is not None]
        if found:
            ids[found[0][0]].append(found[0][1])
        else:
            wanted |= Q(is_whole=True)
    for name, values in ids.items():
        wanted |= Q(**{f"{name}__in": values})
    return wanted
