"""A consultations room in which every text that a person can write is an attack, made through the verbs.

Payloads go round: each field takes the next ones, as many as it holds, until all of them have stood in Markdown, in
plain text, on a line and in the name of a file.
"""

import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from docx import Document as Word

from consultations import announcing, workflow
from consultations.calendar import next_working_moment
from consultations.correcting import leave_out
from consultations.models import Comment, Consultation, GuardrailRule
from consultations.passages import Passage
from consultations.recipients import preview
from consultations.workflow import importing
from members import workflow as members
from members.viewer import Viewer, acting_as
from portal.common import clock
from portal.common.errors import Refused
from tests.concluding import publish
from tests.opening import settle
from tests.security.payloads import MARK, PAYLOADS, Payload

LANGUAGES = ("en", "zh_hant", "zh_hans")
# Columns of words that no person types into.
NOT_TYPED = {
    "Answer.use": "a choice",
    "Comment.held_audience": "a choice",
    "Consultation.key": "a slug: letters, digits and hyphens, checked by the model",
    "Consultation.languages": "a choice",
    "CommentDraft.anchor": "the key of a place, worked out by the portal",
    "OpeningRequest.digest": "a checksum",
    "OpeningRequest.recipients": "names and addresses of people, who are made in the members' room",
    "Response.receipt": "a number that the portal gives",
    "Moderation.topics": "a choice",
    "PaperImport.remarks": "codes and figures of the importer; its texts are those of the file, as in blocks",
}
STORED = {"media_type", "sha256", "storage_name"}
SPAN = timedelta(hours=2)


class Ink:
    """Payloads by turns, for each way of showing a text a queue of its own."""

    def __init__(self) -> None:
        self._queues = {name: deque(PAYLOADS) for name in ("markdown", "plain", "line", "file")}

    def _next(self, queue: str, room: int, many: int, joint: str) -> str:
        taken: list[Payload] = []
        for one in list(self._queues[queue]):
            # What does not fit stays in front and is the first for the next.
            if len(one.text) <= room and not (one.alone and any(other.alone for other in taken)):
                taken.append(one)
                room -= len(one.text) + len(joint)
            if len(taken) == many or room < 12:
                break
        for one in taken:
            self._queues[queue].remove(one)
            self._queues[queue].append(one)
        taken.sort(key=lambda one: one.alone)
        # A form refuses NUL by itself; names of files do not come through one.
        return joint.join(one.text if queue == "file" else one.text.replace("\x00", "") for one in taken)

    def text(self, many: int = 8) -> str:
        """Markdown, with what swallows the rest at the end."""
        return self._next("markdown", 4_000, many, "\n\n")

    def plain(self, many: int = 8, room: int = 1_500) -> str:
        return self._next("plain", room, many, "\n")

    def line(self, room: int = 250) -> str:
        return self._next("line", room, 8, " ")

    def file(self) -> str:
        return self._next("file", 120, 1, "")

    def texts(self, many: int = 8) -> dict[str, str]:
        return {code: self.text(many) for code in LANGUAGES}

    def plains(self, many: int = 8) -> dict[str, str]:
        return {code: self.plain(many) for code in LANGUAGES}

    def lines(self, room: int = 250) -> dict[str, str]:
        return {code: self.line(room) for code in LANGUAGES}


@dataclass
class Poisoned:
    world: Any
    ink: Ink = field(default_factory=Ink)
    papers: dict[str, Consultation] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    files_refused: int = 0
    files_kept: int = 0
    paragraphs: list[Any] = field(default_factory=list)
    questions: list[Any] = field(default_factory=list)
    sections: list[Any] = field(default_factory=list)

    @contextmanager
    def acting(self, name: str) -> Iterator[Viewer]:
        viewer = self.world.viewer(name)
        with acting_as(viewer):
            yield viewer


def poison(world: Any) -> Poisoned:
    """Fill the room. What was released is released for the database's clock too: it happened two hours ago."""
    now = datetime.now(UTC)
    made = Poisoned(world)
    with clock.at(now - SPAN):
        _names(made)
        for key, channel in (
            ("main", ""),
            ("elsewhere", "javascript:zq1z()//@a.example"),
            ("withdrawn", 'https://a.example/"onmouseover=zq2z()'),
            ("concluded", "mailto:a@a.example?subject=x%0d%0aBcc:zq3z"),
            ("closing", ""),
            ("draft", "data:text/html,<script>parent.zq4z()</script>"),
        ):
            made.papers[key] = _paper(made, key, channel, now)
        with made.acting("officer"):
            for name in ("paragraphs", "questions", "sections"):
                setattr(made, name, list(getattr(made.papers["main"], name).all()))
        with clock.at(now - SPAN / 2):
            _discussion(made)
            _held(made)
            _clarifications(made)
            _responses(made)
        with clock.at(now - SPAN / 4):
            _life(made, now)
            _calendar(made)
            _conclusions(made, now)
        _imports(made)
        with clock.at(now - SPAN / 8):
            _rules(made)
    return made


def _names(made: Poisoned) -> None:
    """Names are written in another room and shown in this one."""
    for row, names in (
        (made.world.rosa, ("name_en",)),
        (made.world.kalok, ("name_en",)),
        (made.world.kite, ("name_en", "short_en")),
    ):
        for name in names:
            setattr(row, name, made.ink.line(60))
        row.save(update_fields=list(names))


def _paper(made: Poisoned, key: str, channel: str, now: datetime) -> Consultation:
    ink, number = made.ink, iter(range(1, 10_000))
    with made.acting("officer") as officer:
        statement = workflow.adopt_statement(f"<zq{len(made.papers) + 5}z>", ink.texts(), actor=officer)
        paper = workflow.draft_consultation(
            actor=officer,
            key=f"cp-{key}",
            reference=f'"><zq{len(made.papers) + 9}z>',
            kind="joint",
            audience="group",
            lead=made.world.officer,
            team=ink.line(80),
            channel=channel,
            statement=statement,
            languages=list(LANGUAGES),
            title=ink.lines(),
            short_title=ink.lines(120),
            summary=ink.plains(),
            purpose=ink.plains(),
            foreword=ink.texts(),
            lead_body=ink.lines(120),
            late_note=ink.lines(),
        )
        for _section in range(10 if key == "main" else 2):
            section = workflow.add_section(paper, actor=officer, number=f"<zq{next(number)}z>", title=ink.lines())
            for _paragraph in range(2):
                workflow.add_paragraph(section, actor=officer, number=f"/'\"zq{next(number)}z", body=ink.texts(6))
            workflow.add_question(
                section, actor=officer, number=f'"zq{next(number)}z\'', body=ink.texts(6), short=ink.lines(120),
                asks_position=True, paragraphs=paper.paragraphs.filter(section=section)[:1],
            )  # fmt: skip
        tied = list(paper.paragraphs.all()[:2])
        workflow.add_annex(paper, actor=officer, key="<zq1z>", kind="text", title=ink.lines(), body=ink.texts())
        workflow.add_annex(
            paper, actor=officer, key="'zq2z\"", kind="terms", title=ink.lines(),
            terms=[(ink.lines(120), ink.plains(4)) for _term in range(12)],
        )  # fmt: skip
        workflow.add_annex(
            paper, actor=officer, key="C", kind="marked_text", title=ink.lines(),
            clauses=[(f'"><zq{n}z>', ink.texts(), tied) for n in range(1, 9)],
        )  # fmt: skip
    if key != "draft":
        settle(paper, made.world, opens_at=now - SPAN * 3 / 4, closes_at=now + timedelta(days=9))
    return paper


def _say(made: Poisoned, who: str, audience: str, body: str | None = None, **more: Any) -> Comment:
    paper = made.papers["main"]
    with made.acting(who) as viewer:
        if "parent" not in more and "anchor" not in more:
            more["anchor"] = made.paragraphs[len(made.comments) % 6]
        comment = workflow.post_comment(
            paper, actor=viewer, body=made.ink.text(9) if body is None else body, audience=audience, **more
        )
    made.comments.append(comment)
    return comment


def _discussion(made: Poisoned) -> None:
    ink, paper = made.ink, made.papers["main"]
    for turn in range(10):
        for who in ("mei", "kalok", "nina", "rosa"):
            audience = ("group", "group", "shared", "organisation")[turn % 4]
            comment = _say(made, who, audience, language=LANGUAGES[turn % 3])
            if turn % 4 == 0:
                _say(made, "officer", "group", parent=comment, posted_as=ink.line(80), official=who == "mei")
            if turn % 4 == 1:
                with made.acting(who) as viewer:
                    workflow.edit_comment(
                        comment, actor=viewer, body=ink.text(9), reason=ink.line(), expected_version=1
                    )
            if turn % 4 == 3:
                with made.acting(who) as viewer:
                    workflow.withdraw_comment(comment, actor=viewer, reason=ink.line(200))
    question, section = made.questions[0], made.sections[0]
    for place in (question, section, paper):
        _say(made, "mei", "group", anchor=place)
    for code in LANGUAGES:
        around = Passage(ink.plain(3), ink.line(80), ink.line(80), code)
        _say(made, "mei", "group", anchor=made.paragraphs[0], passage=around)
    resolved = _say(made, "officer", "group", "A matter that is settled.")
    with made.acting("officer") as officer:
        workflow.resolve(resolved, actor=officer)
        workflow.pin(resolved, actor=officer)
    _files(made)


def _files(made: Poisoned) -> None:
    """Every payload as the name of a file: kept beside drafts, five at a time, and posted."""
    paper = made.papers["main"]
    names = [one.text if one.text.endswith(".txt") else f"{one.text}.txt" for one in PAYLOADS if len(one.text) < 120]
    while names:
        with made.acting("mei") as mei:
            spot = workflow.Spot(paper, "whole")
            draft = workflow.save_draft(spot, actor=mei, body=made.ink.text())
            kept = 0
            while names and kept < 5:
                upload = SimpleUploadedFile("x.txt", b"plain words")
                upload._name = names.pop()  # type: ignore[attr-defined]
                try:
                    workflow.attach(draft, upload, actor=mei)
                    kept += 1
                except Refused:
                    made.files_refused += 1
            draft.refresh_from_db()
        made.files_kept += kept
        if kept:
            _say(made, "mei", "shared", anchor=paper, draft=draft)
    for who in ("mei", "officer"):
        with made.acting(who) as viewer:
            place = made.paragraphs[1]
            spot = workflow.Spot(paper, place.anchor_key)
            around = Passage(made.ink.plain(3), made.ink.line(80), made.ink.line(80), "en")
            draft = workflow.save_draft(spot, actor=viewer, body=made.ink.text(), passage=around)
            upload = SimpleUploadedFile("x.txt", b"plain words")
            upload._name = "'-zq5z()-'.txt"  # type: ignore[attr-defined]
            workflow.attach(draft, upload, actor=viewer)


def _held(made: Poisoned) -> None:
    ink = made.ink
    for number in range(3):
        comment = _say(made, "kalok", "group", anchor=made.questions[1])
        with made.acting("secretary") as secretary:
            workflow.hold_comment(comment, actor=secretary, reason=ink.plain())
            if number == 1:
                workflow.return_comment(comment, actor=secretary, reason=ink.plain())
            if number == 2:
                workflow.release_comment(comment, actor=secretary, reason=ink.plain())
    with made.acting("poon") as poon:
        members.set_release_wish(made.world.harbour, wanted=True, actor=poon)
    for number in range(2):
        comment = _say(made, "rosa", "group")
        if number:
            with made.acting("poon") as poon:
                workflow.give_back(comment, actor=poon, reason=ink.text())
    with made.acting("poon") as poon:
        members.set_release_wish(made.world.harbour, wanted=False, actor=poon)


def _clarifications(made: Poisoned) -> None:
    ink, paper = made.ink, made.papers["main"]
    requests = []
    for who in ("mei", "kalok", "nina"):
        with made.acting(who) as viewer:
            anchor = made.paragraphs[2]
            requests.append(workflow.ask_for_clarification(paper, actor=viewer, body=ink.text(), anchor=anchor))
    with made.acting("officer") as officer:
        for request in requests[:2]:
            row = workflow.write_clarification(
                paper, actor=officer, asked=ink.texts(), answer=ink.texts(), requests=[request],
                anchor=made.paragraphs[2],
            )  # fmt: skip
            if request is requests[0]:
                workflow.release_clarification(row, actor=officer, names_are_meant=True)
                row.refresh_from_db()
                workflow.change_clarification(
                    row, actor=officer, asked=ink.texts(), answer=ink.texts(), names_are_meant=True,
                    anchor=made.paragraphs[2], expected=workflow.stamp(row),
                )  # fmt: skip
        workflow.decline_request(requests[2], actor=officer, reason=ink.text())


def _responses(made: Poisoned) -> None:
    ink, paper = made.ink, made.papers["main"]
    for who in ("mei", "kalok"):
        with made.acting(who) as viewer:
            response = workflow.record_response(paper, actor=viewer, general_comments=ink.text())
            for question in made.questions[:3]:
                workflow.record_answer(response, question, actor=viewer, body=ink.text(), stage="drafting")
            if who == "kalok":
                workflow.submit(response, actor=viewer)


def _life(made: Poisoned, now: datetime) -> None:
    ink, paper, later = made.ink, made.papers["main"], next_working_moment(now + timedelta(days=30))
    with made.acting("officer") as officer:
        for part in (made.paragraphs[0], made.questions[0]):
            # The Chinese is left behind: the page says since when, and why.
            workflow.amend(part, actor=officer, body={"en": ink.text()}, note=ink.plains(), expected_version=1)
        workflow.amend(made.paragraphs[1], actor=officer, body=ink.texts(), note=ink.plains(), expected_version=1)
    announcing.corrections()
    requests = []
    for who in ("mei", "kalok", "nina"):
        with made.acting(who) as viewer:
            requests.append(workflow.ask_for_extension(paper, actor=viewer, until=later, reason=ink.plain()))
    with made.acting("secretary") as secretary:
        for grant in (True, False):
            workflow.decide_extension(requests[not grant], actor=secretary, grant=grant, reason=ink.plain())
    with made.acting("officer") as officer:
        workflow.move_deadline(
            paper, actor=officer, until=next_working_moment(now + timedelta(days=20)), cause="correction",
            reason=ink.plains(),
        )  # fmt: skip
        workflow.withdraw_consultation(made.papers["withdrawn"], actor=officer, reason=ink.plains())
        draft = made.papers["draft"]
        opens = now + timedelta(days=3)
        for returned in (True, False):
            request = workflow.ask_to_open(
                draft, actor=officer, opens_at=opens, closes_at=next_working_moment(opens + timedelta(days=30)),
                previewed=preview(draft).checksum, note=ink.plain(),
            )  # fmt: skip
            if returned:
                with made.acting("colleague") as colleague:
                    workflow.return_opening(request, actor=colleague, reason=ink.plain())


def _calendar(made: Poisoned) -> None:
    with made.acting("secretary") as secretary:
        for number in range(4):
            workflow.change_day(
                date(2099, 3, 2 + number), actor=secretary, kind="closed", cause="gale", reason=made.ink.lines(),
                source_url=f"https://www.hko.gov.hk/?zq{number + 1}z",
            )  # fmt: skip
        for number in range(4):
            workflow.set_window(
                date(2099, 2, 1 + number), date(2099, 2, 5 + number), actor=secretary, reason=made.ink.lines()
            )
        soon = clock.today()
        workflow.set_window(soon, soon + timedelta(days=20), actor=secretary, reason=made.ink.lines())


def _conclusions(made: Poisoned, now: datetime) -> None:
    """Published for one paper, and still written for another."""
    for key, who in (("concluded", "kite"), ("closing", "harbour")):
        ink, paper, past = made.ink, made.papers[key], now - timedelta(minutes=20)
        with clock.at(now + timedelta(days=12)), made.acting("officer") as officer:
            conclusions = workflow.begin_conclusions(
                paper,
                actor=officer,
                signed_by=made.world.chair,
                texts={"executive_summary": ink.texts(), "way_forward": ink.texts()},
                respondents_named=[made.world.organisations[who]],
            )
            for number in range(1, 4):
                workflow.add_outcome(
                    paper,
                    actor=officer,
                    number=f"<zq{number}z>",
                    texts={"title": ink.lines(), "comments_received": ink.texts(), "sfc_response": ink.texts()},
                    outcome="adopted",
                    questions=paper.questions.all()[:1],
                )
            if key == "concluded":
                publish(conclusions, made.world)
                type(conclusions).objects.filter(pk=conclusions.pk).update(released_at=past)
                Consultation.objects.filter(pk=paper.pk).update(concluded_at=past)
            Consultation.objects.filter(pk=paper.pk).update(closes_at=now - timedelta(minutes=25))


def _imports(made: Poisoned) -> None:
    """A Word file and a Markdown file full of them, looked at; the Word file's name too."""
    draft, word = made.papers["draft"], Word()
    word.add_heading(made.ink.line(), 0)
    for number in range(1, 5):
        word.add_heading(f"{number}. {made.ink.line(100)}", 1)
        for one in PAYLOADS[number * 40 : number * 40 + 20]:
            word.add_paragraph("".join(c for c in one.text if c.isprintable()))
        table = word.add_table(2, 2)
        for cell in (cell for row in table.rows for cell in row.cells):
            cell.text = "".join(c for c in made.ink.line(120) if c.isprintable())
    file = io.BytesIO()
    word.save(file)
    text = f"# {made.ink.line()}\n\n" + "\n\n".join(
        f"## {n}. {' '.join(made.ink.line(120).split())}\n\n{n}. {made.ink.text()}" for n in range(1, 30)
    )
    text = "".join(c for c in text if c.isprintable() or c in "\n\t")
    with made.acting("officer") as officer:
        for content, name, language in ((file.getvalue(), "'zq6z()'.docx", "en"), (text.encode(), "{{zq7z}}.md", "en")):
            row = importing.take_in(draft, actor=officer, source=content, file_name=name, language=language)
            importing.correct_import(
                row, actor=officer, version=1,
                correction=lambda blocks: leave_out(blocks, {blocks[1]["id"]}, made.ink.plain(2)),
            )  # fmt: skip


def _rules(made: Poisoned) -> None:
    """Last of all: a phrase of a payload would hold back the others."""
    for one in PAYLOADS[::14]:
        rule = GuardrailRule(topic="fees", language="en", phrases=one.text, note=made.ink.line())
        try:
            with made.acting("secretary") as secretary:
                workflow.keep_rule(rule, actor=secretary)
        except Refused:
            continue  # more words than a phrase has
    with made.acting("secretary") as secretary:
        workflow.keep_rule(
            GuardrailRule(topic="fees", language="en", phrases="zqforbidden zq8z", note=made.ink.line()),
            actor=secretary,
        )
    _say(made, "kalok", "group", "We shall say zqforbidden zq8z of it.", hold=True)


# --- what was reached --------------------------------------------------------------------------------------------


def all_models() -> list[type[models.Model]]:
    """The room's tables, without those of their histories."""
    found = apps.get_app_config("consultations").get_models()
    return [model for model in found if not hasattr(model, "pgh_obj")]


def text_columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column of words of the room that is written by somebody."""
    for model in all_models():
        for column in model._meta.concrete_fields:
            inner = column.base_field if isinstance(column, ArrayField) else column
            words = isinstance(inner, models.CharField | models.TextField | models.JSONField)
            if words and column.editable and not getattr(inner, "choices", None) and column.name not in STORED:
                yield model, column


def way_of(model: type[models.Model], column: Any) -> str:
    """How a column is shown: Markdown, plain text, a line, or the name of a file."""
    if column.name == "file_name":
        return "file"
    if isinstance(column, models.CharField):
        return "line"
    names = {one.name for one in model._meta.concrete_fields}
    text, _language, code = column.name.partition("_") if column.name.startswith("body") else (column.name, "", "")
    candidates = {f"{column.name}_html", f"html_{code}", "body_html" if text == "body" and not code else ""}
    candidates |= {column.name.replace(f"_{one}", f"_html_{one}") for one in LANGUAGES if column.name.endswith(one)}
    return "markdown" if (candidates - {column.name, ""}) & names else "plain"


def reached() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Payloads by column and by way of showing, as the database holds them, every reader's rows together."""
    from tests.database import as_owner

    columns: dict[str, set[int]] = {}
    ways: dict[str, set[int]] = {name: set() for name in ("markdown", "plain", "line", "file")}
    with as_owner() as connection:
        for model, column in text_columns():
            rows = connection.execute(f'SELECT "{column.column}"::text FROM "{model._meta.db_table}"')
            found = {int(number) for (text,) in rows for number in MARK.findall(text or "")}
            columns.setdefault(f"{model._meta.object_name}.{column.name}", set()).update(found)
            ways[way_of(model, column)] |= found
    return columns, ways
