"""A world in which every text written for a limited readership carries a word of its own.

Everything is made through the verbs. Beside each word stands, written by hand, who may ever meet it; the crawl of
test_leaks.py looks for all the others, and the access matrix uses the same objects for its owner relations.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from consultations import announcing
from consultations import workflow as consultations
from consultations.calendar import next_working_moment
from consultations.models import (
    Answer,
    Attachment,
    Clarification,
    ClarificationRequest,
    Comment,
    CommentDraft,
    Consultation,
    ExtensionRequest,
    PaperImport,
)
from consultations.workflow import importing
from documents import workflow as documents
from documents.models import Document
from initiatives import loading as roadmap
from initiatives import workflow as initiatives
from initiatives.models import Initiative, InitiativeUpdate
from meetings import workflow as meetings
from meetings.models import Meeting, MinuteAttribution
from members import workflow as members
from members.enums import Role
from members.models import FirmChange, Override
from members.viewer import Viewer, acting_as, viewer_for
from portal.common import clock
from tests.concluding import publish
from tests.opening import settle
from tests.world import World, person

REGULATOR = frozenset({"officer", "colleague", "secretary", "chair", "admin"})
HARBOUR = frozenset({"mei", "rosa", "poon"})
BANYAN = frozenset({"kalok", "eva"})
KITE = frozenset({"nina"})
MEMBERS = REGULATOR | HARBOUR | BANYAN | KITE | {"fan"}
CUSTODY = frozenset({"officer", "colleague", "mei", "kalok"})
# A session with a password alone meets nothing at all: it is sent to its second factor.
EVERYBODY = MEMBERS | {"public"}
# Who has a session and no access: the membership ended, the licence is suspended.
CLOSED = frozenset({"leaver", "ngai"})
# So long that none comes about by chance in the hundreds of thousands of random tokens of a walk: of `qz…qz` one did.
WORD = re.compile(r"qz[a-z]+\d+zqzq")
FIRMS = {"mei": ("harbour", HARBOUR), "kalok": ("banyan", BANYAN), "nina": ("kite", KITE)}


@dataclass
class Secrets:
    """The world, its words, and its objects by a name that says for whom they are."""

    world: World
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    # Who must have met the word by the end of the crawl: else the crawl proves nothing about it.
    shown: dict[str, frozenset[str]] = field(default_factory=dict)
    papers: dict[str, Consultation] = field(default_factory=dict)
    imports: dict[str, PaperImport] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, frozenset[str]]] = field(default_factory=dict)
    drafts: dict[str, CommentDraft] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    extension_request: ExtensionRequest | None = None
    # Of conclusions that officers still write, on the paper cp-closed.
    closed: Any = None
    outcome: Any = None
    files: dict[str, tuple[Attachment, frozenset[str]]] = field(default_factory=dict)
    meetings: dict[str, tuple[Meeting, frozenset[str]]] = field(default_factory=dict)
    documents: dict[str, tuple[Document, frozenset[str]]] = field(default_factory=dict)
    updates: dict[str, InitiativeUpdate] = field(default_factory=dict)
    calendar: dict[str, Any] = field(default_factory=dict)
    clarifications: dict[str, Clarification] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    requests: dict[str, tuple[ClarificationRequest, frozenset[str]]] = field(default_factory=dict)
    # The row that holds the word, then its files: what an opening must name (members.openings).
    held: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def word(self, what: str, readers: Iterable[str], shown: Iterable[str] | None = None) -> str:
        """A new word that only `readers` may meet; `shown` (default: all of them) must meet it."""
        made = f"qz{what}{next(self._serial)}zqzq"
        self.readers[made] = frozenset(readers)
        self.shown[made] = self.readers[made] if shown is None else frozenset(shown)
        return made

    def holds(self, text: str, *rows: Any) -> None:
        """Each word in `text` stands in one of these rows, or in a part of it."""
        for word in WORD.findall(text):
            self.held[word] = rows

    @cached_property
    def shared_words(self) -> dict[str, frozenset[str]]:
        """The words in what one firm shares with the regulator as it now stands, each with the keys of its rows."""
        found = {}
        for word, readers in self.readers.items():
            firms = [firm for _key, firm in FIRMS.values() if readers & firm]
            if len(firms) != 1 or not readers & REGULATOR:
                continue
            if word.startswith(("qzoverride", "qzobjection")):
                continue  # the regulator's own words about a firm
            row, *files = self.held[word]
            with self.acting("officer"):
                audience = type(row)._base_manager.values_list("audience", flat=True).get(pk=row.pk)
            if audience == "shared":
                found[word] = frozenset(str(one.pk) for one in (row, *files))
        return found

    def viewer(self, name: str) -> Viewer:
        return self.world.viewer(name)

    @contextmanager
    def acting(self, name: str) -> Iterator[Viewer]:
        viewer = self.viewer(name)
        with acting_as(viewer):
            yield viewer


def build(world: World, files: Path) -> Secrets:
    """Two hours ago, so that what was released is released for the database's clock as well."""
    now = clock.now()
    made = Secrets(world)
    with override_settings(MEDIA_ROOT=files), clock.at(now - timedelta(hours=2)):
        roadmap.load()
        _papers(made, now)
        with clock.at(now - timedelta(hours=1)):
            _discussion(made)
            _threads(made)
            _responses(made)
            _clarifications(made)
            _conclusions(made, now)
            _draft_of_conclusions(made, now)
        with clock.at(now - timedelta(minutes=30)):
            _life(made, now)
        _calendar(made)
        _documents(made, now)
        _meetings(made, now)
        _updates(made)
        _overrides(made, now)
        _objection(made)
    return made


def _objection(made: Secrets) -> None:
    """A firm's coordinator ends a membership, and the secretariat objects: the firm and the regulator may know why."""
    with made.acting("poon") as poon:
        members.end_membership(made.world.rosa.memberships.get(), actor=poon)
    with made.acting("secretary") as secretary:
        change = FirmChange.objects.visible_to(secretary).get()
        reason = f"She is needed, {made.word('objection', HARBOUR | REGULATOR, {'poon'})}."
        members.object_to(change, actor=secretary, reason=reason)


def _overrides(made: Secrets, now: datetime) -> None:
    """One that a second officer has approved, whose time is over, and one that waits."""
    sun = person("sun", made.world.sfc, Role.SUPERVISION)
    made.world.users["sun"] = sun
    viewer = viewer_for(sun)
    for name, before, hours, readers, shown in (
        ("over", 5, 1, HARBOUR | REGULATOR, {"mei", "secretary"}),
        ("asked", 2, 30, REGULATOR, {"secretary"}),
    ):
        reason = f"Complaint about orders, {made.word(f'override{name}', readers, shown)}."
        with clock.at(now - timedelta(hours=before)):
            with acting_as(viewer):
                made.overrides[name] = members.ask_for_override(
                    made.world.harbour, actor=viewer, reason=reason, ends_at=clock.now() + timedelta(hours=hours)
                )
            if name == "over":
                with made.acting("chair") as chair:
                    members.approve_override(made.overrides[name], actor=chair)


def _papers(made: Secrets, now: datetime) -> None:
    for name, audience, group, readers, release in (
        ("public", "public", None, EVERYBODY, True),
        ("group", "group", None, MEMBERS, True),
        ("custody", "group", made.world.custody, CUSTODY, True),
        ("embargoed", "group", None, REGULATOR, False),
        ("concluded", "public", None, EVERYBODY, True),
        ("closed", "group", None, MEMBERS, True),
    ):
        with made.acting("officer") as officer:
            title = made.word(f"title{name}", readers)
            paper = consultations.draft_consultation(
                actor=officer,
                key=f"cp-{name}",
                reference=f"CP {name}",
                kind="panel",
                audience=audience,
                working_group=group,
                lead=made.world.officer,
                team="Policy team 2",
                languages=["en"],
                title={"en": f"Custody {title}"},
                # In the admin site the staff outside the working group do not meet it either.
                summary={"en": made.word(f"summary{name}", readers, ())},
                foreword={
                    "en": made.word(f"foreword{name}", readers, readers - {"officer"} if not release else readers)
                },
                initiatives=Initiative.objects.filter(number=1),
            )
            section = consultations.add_section(
                paper, actor=officer, number="1", title={"en": made.word("section", readers)}
            )
            consultations.add_paragraph(
                section, actor=officer, number="1", body={"en": made.word(f"paragraph{name}", readers)}
            )
            consultations.add_question(
                section,
                actor=officer,
                number="1",
                body={"en": made.word(f"question{name}", readers)},
                asks_position=True,
            )
            consultations.add_annex(
                paper, actor=officer, key="A", kind="text", title={"en": "Annex"},
                body={"en": made.word(f"annex{name}", readers)},
            )  # fmt: skip
            if release:
                settle(paper, made.world, opens_at=now - timedelta(minutes=90), closes_at=now + timedelta(days=9))
            else:
                _import(made, name, paper, officer)
        if name == "closed":
            made.closed = paper
        else:
            made.papers[name] = paper
    with clock.at(now - timedelta(hours=1)), made.acting("secretary") as secretary:
        extension = consultations.extend(
            made.papers["group"],
            organisation=made.world.harbour,
            until=next_working_moment(now + timedelta(days=20)),
            reason=f"Because {made.word('extension', HARBOUR | REGULATOR, {'secretary'})}",
            actor=secretary,
        )
    made.holds(extension.reason, extension)


def _calendar(made: Secrets) -> None:
    """A day that a storm closed and a blackout window: every member reads why."""
    with made.acting("secretary") as secretary:
        made.calendar["day change"] = consultations.change_day(
            date(2099, 3, 4),
            actor=secretary,
            kind="closed",
            cause="gale",
            reason={"en": f"Storm {made.word('storm', MEMBERS)}"},
        )
        made.calendar["window"] = consultations.set_window(
            date(2099, 2, 1), date(2099, 2, 5), actor=secretary, reason={"en": f"Audits {made.word('window', MEMBERS)}"}
        )


def _import(made: Secrets, name: str, paper: Consultation, officer: Viewer) -> None:
    """A file that was read for a draft, and is not taken over yet."""
    text = f"# {made.word('importtitle', REGULATOR, ())}\n\n## 1. One\n\n1. {made.word('importtext', REGULATOR, ())}\n"
    file_name = f"{made.word('importfile', REGULATOR, ())}.md"
    made.imports[name] = importing.take_in(
        paper, actor=officer, source=text.encode(), file_name=file_name, language="en"
    )


def say(
    made: Secrets, who: str, paper: str, audience: str, readers: Iterable[str], name: str = "", **more: Any
) -> Comment:
    """A comment on paragraph 1 with a word in it."""
    name = name or f"{who} {audience} on {paper}"
    readers = frozenset(readers)
    word = made.word(f"{who}{audience}{paper}", readers)
    with made.acting(who) as viewer:
        place = {} if "parent" in more else {"anchor": made.papers[paper].paragraphs.get(number="1")}
        comment = consultations.post_comment(
            made.papers[paper], actor=viewer, body=f"A remark, {word}.", audience=audience, **place, **more
        )
    made.comments[name] = (comment, readers)
    made.holds(word, comment)
    return comment


def _discussion(made: Secrets) -> None:
    for who, (_key, firm) in FIRMS.items():
        say(made, who, "group", "organisation", firm)
        shared = say(made, who, "group", "shared", firm | REGULATOR)
        common = say(made, who, "group", "group", MEMBERS)
        say(made, "officer", "group", "shared", firm | REGULATOR, f"answer to {who}", parent=shared)
        say(made, "officer", "group", "regulator", REGULATOR, f"note on {who}", parent=common)
        say(made, who, "public", "organisation", firm)
        say(made, who, "public", "shared", firm | REGULATOR)
        say(made, who, "public", "group", MEMBERS)
        if who in CUSTODY:
            say(made, who, "custody", "organisation", firm & CUSTODY)
            say(made, who, "custody", "shared", (firm | REGULATOR) & CUSTODY)
            say(made, who, "custody", "group", CUSTODY)
    within = made.comments["mei organisation on group"][0]
    say(made, "rosa", "group", "organisation", HARBOUR, parent=within)
    say(made, "officer", "group", "regulator", REGULATOR)
    say(made, "officer", "group", "group", MEMBERS, official=True)
    say(made, "officer", "public", "regulator", REGULATOR)
    say(made, "officer", "custody", "regulator", REGULATOR & CUSTODY)

    edited = say(made, "mei", "group", "group", MEMBERS, "edited")
    with made.acting("mei") as mei:
        consultations.edit_comment(
            edited, actor=mei, body=f"Better: {made.word('edited', MEMBERS)}", reason="clearer", expected_version=1
        )
    for audience, all_readers in (("group", MEMBERS), ("shared", HARBOUR | REGULATOR), ("organisation", HARBOUR)):
        # What is withdrawn is gone for rivals, its earlier texts too.
        kept = HARBOUR | (REGULATOR if audience != "organisation" else frozenset())
        gone = say(made, "mei", "group", audience, kept, f"withdrawn {audience}")
        with made.acting("mei") as mei:
            reason = made.word(f"reason{audience}", all_readers)
            consultations.withdraw_comment(gone, actor=mei, reason=f"Wrong: {reason}")
        made.holds(reason, gone)
    held = say(made, "kalok", "group", "group", BANYAN | REGULATOR, "held")
    with made.acting("secretary") as secretary:
        why = made.word("whyheld", BANYAN | REGULATOR, {"kalok"})
        consultations.hold_comment(held, actor=secretary, reason=why)
    made.holds(why, held)
    say(made, "nina", "group", "group", KITE | REGULATOR, "held at once", hold=True)
    returned = say(made, "kalok", "group", "group", BANYAN | REGULATOR, "returned", hold=True)
    with made.acting("secretary") as secretary:
        why = made.word("whyreturned", BANYAN | REGULATOR, {"kalok"})
        consultations.return_comment(returned, actor=secretary, reason=f"Because {why}")
    made.holds(why, returned)
    released = say(made, "nina", "group", "group", MEMBERS, "released")
    with made.acting("secretary") as secretary:
        consultations.hold_comment(released, actor=secretary, reason="Please wait.")
        consultations.release_comment(released, actor=secretary)


def _threads(made: Secrets) -> None:
    """Drafts, files, a comment that lost readers, and comments that wait for a colleague or were given back."""
    paper = made.papers["group"]
    for who, audience, readers in (("mei", "shared", HARBOUR | REGULATOR), ("kalok", "group", MEMBERS),
                                   ("nina", "organisation", KITE), ("officer", "regulator", REGULATOR)):  # fmt: skip
        with made.acting(who) as viewer:
            spot = consultations.Spot(paper, "p1")
            draft = consultations.save_draft(spot, actor=viewer, body="See the file.")
            assert draft is not None
            content = f"Content {made.word(f'filecontent{who}', readers, readers)}".encode()
            upload = SimpleUploadedFile(f"{made.word(f'filename{who}', readers)}.txt", content)
            consultations.attach(draft, upload, actor=viewer)
        comment = say(made, who, "group", audience, readers, f"file of {who}", draft=draft)
        with made.acting(who):
            made.files[who] = (Attachment.objects.get(comment=comment), readers)
        made.holds(f"{content!r} {upload.name}", comment, made.files[who][0])
        with made.acting(who) as viewer:
            kept = consultations.save_draft(spot, actor=viewer, body=f"Unfinished {made.word(f'draftof{who}', {who})}")
            assert kept is not None
            consultations.attach(
                kept, SimpleUploadedFile(f"{made.word(f'draftfile{who}', {who})}.txt", b"plain"), actor=viewer
            )
            made.drafts[who] = kept
    narrowed = say(made, "mei", "group", "group", HARBOUR | REGULATOR, "narrowed")
    with made.acting("mei") as mei:
        consultations.narrow_comment(narrowed, actor=mei, audience="shared")
    with made.acting("poon") as poon:
        members.set_release_wish(made.world.harbour, wanted=True, actor=poon)
    for name in ("awaiting", "given back"):
        comment = say(made, "rosa", "group", "group", HARBOUR, name)
        if name == "given back":
            with made.acting("poon") as poon:
                reason = made.word("givenback", HARBOUR)
                consultations.give_back(comment, actor=poon, reason=f"Rather not: {reason}")
    with made.acting("poon") as poon:
        members.set_release_wish(made.world.harbour, wanted=False, actor=poon)


def _clarifications(made: Secrets) -> None:
    """Asked by two firms, one answer out and one being written; and one not answered."""
    paper = made.papers["group"]
    for who, firm in (("mei", HARBOUR), ("kalok", BANYAN), ("nina", KITE)):
        with made.acting(who) as viewer:
            word = made.word(f"asks{who}", firm | REGULATOR)
            request = consultations.ask_for_clarification(
                paper, actor=viewer, body=f"Is it {word}?", anchor=paper.paragraphs.get(number="1")
            )
        made.requests[who] = (request, firm | REGULATOR)
        made.holds(word, request)
    with made.acting("officer") as officer:
        anchor = paper.paragraphs.get(number="1")
        for name, readers in (("released", MEMBERS), ("draft", REGULATOR)):
            row = consultations.write_clarification(
                paper,
                actor=officer,
                asked={"en": f"Is it {made.word(f'asked{name}', readers)}?", "zh_hant": "是否如此？"},
                answer={"en": f"It is {made.word(f'answer{name}', readers)}.", "zh_hant": "是。"},
                anchor=anchor,
                requests=[made.requests["mei" if name == "released" else "kalok"][0]],
            )
            if name == "released":
                consultations.release_clarification(row, actor=officer)
            made.clarifications[name] = row
        reason = made.word("declined", KITE | REGULATOR, KITE)
        consultations.decline_request(made.requests["nina"][0], actor=officer, reason=f"Since {reason}.")
    made.holds(reason, made.requests["nina"][0])
    for row in made.clarifications.values():
        with made.acting("officer"):
            row.refresh_from_db()


def _responses(made: Secrets) -> None:
    for who, (key, firm) in FIRMS.items():
        paper = made.papers["group"]
        handed_in = who == "kalok"
        readers = firm | REGULATOR if handed_in else firm
        with made.acting(who) as viewer:
            response = consultations.record_response(
                paper, actor=viewer, general_comments=made.word(f"general{key}", readers, ())
            )
            question = paper.questions.get(number="1")
            answer = consultations.record_answer(
                response, question, actor=viewer, body=f"First {made.word(f'draft{key}', firm, ())}", stage="drafting"
            )
            consultations.record_answer(
                response,
                question,
                actor=viewer,
                body=f"We say {made.word(f'answer{key}', readers, firm if not handed_in else ())}",
                stage="ready_for_sign_off",
            )
            made.answers[who] = answer
            answer.refresh_from_db()
            made.holds(f"{response.general_comments} {answer.body}", response)
            consultations.sign_off(Answer.objects.get(pk=answer.pk), actor=viewer)
            if handed_in:
                consultations.submit(response, actor=viewer)


def _life(made: Secrets, now: datetime) -> None:
    """A firm that asks for more time, and a correction under drafts."""
    paper = made.papers["group"]
    with made.acting("mei") as mei:
        made.extension_request = consultations.ask_for_extension(
            paper,
            actor=mei,
            until=next_working_moment(now + timedelta(days=40)),
            reason=f"Since {made.word('moretime', HARBOUR | REGULATOR, ())}",
        )
    made.holds(made.extension_request.reason, made.extension_request)
    with made.acting("officer") as officer:
        part = paper.paragraphs.get(number="1")
        consultations.amend(
            part,
            actor=officer,
            body={"en": f"{part.body_en} and more"},
            note={"en": made.word("correction", MEMBERS), "zh_hant": "更正"},
            expected_version=1,
        )
    announcing.corrections()


def _conclusions(made: Secrets, now: datetime) -> None:
    """Conclusions for the group on a paper that the public reads."""
    with clock.at(now + timedelta(days=10)), made.acting("officer") as officer:
        paper = made.papers["concluded"]
        conclusions = consultations.begin_conclusions(
            paper,
            actor=officer,
            signed_by=made.world.chair,
            texts={"executive_summary": {"en": made.word("conclusions", MEMBERS)}},
            respondents_named=[made.world.harbour],
            audience="group",
        )
        consultations.add_outcome(
            paper,
            actor=officer,
            number="1",
            texts={
                "title": {"en": made.word("proposal", MEMBERS)},
                "comments_received": {"en": made.word("received", MEMBERS)},
                "sfc_response": {"en": made.word("sfcresponse", MEMBERS)},
            },
            outcome="adopted",
        )
        publish(conclusions, made.world)
        past = now - timedelta(minutes=30)
        # The paper has closed and is concluded already: dates alone make its state.
        type(conclusions).objects.filter(pk=conclusions.pk).update(released_at=past)
        Consultation.objects.filter(pk=made.papers["concluded"].pk).update(
            closes_at=now - timedelta(minutes=40), concluded_at=past
        )


def _draft_of_conclusions(made: Secrets, now: datetime) -> None:
    """A paper that has closed, whose conclusions officers write: theirs alone."""
    with clock.at(now + timedelta(days=10)), made.acting("officer") as officer:
        paper = made.closed
        consultations.begin_conclusions(
            paper,
            actor=officer,
            signed_by=made.world.chair,
            texts={"executive_summary": {"en": made.word("drafted", REGULATOR, {"officer"})}},
            respondents_named=[made.world.harbour],
        )
        made.outcome = consultations.add_outcome(
            paper,
            actor=officer,
            number="1",
            texts={
                "title": {"en": made.word("open", REGULATOR, {"officer"})},
                "comments_received": {"en": made.word("heard", REGULATOR, {"officer"})},
                "sfc_response": {"en": made.word("weighed", REGULATOR, {"officer"})},
            },
        )
        Consultation.objects.filter(pk=paper.pk).update(closes_at=now - timedelta(minutes=40))


def _documents(made: Secrets, now: datetime) -> None:
    for name, audience, owner, group, released, readers in (
        ("public", "public", "sfc", None, now - timedelta(hours=2), MEMBERS),  # the shelf is for members
        ("group", "group", "sfc", None, now - timedelta(hours=2), MEMBERS),
        ("regulator", "regulator", "sfc", None, now - timedelta(hours=2), REGULATOR),
        ("shared", "shared", "harbour", None, now - timedelta(hours=2), HARBOUR | REGULATOR),
        ("custody", "group", "sfc", "custody", now - timedelta(hours=2), CUSTODY),
        ("embargoed", "group", "sfc", None, None, REGULATOR),
        ("planned", "public", "sfc", None, datetime(2099, 1, 1, tzinfo=clock.HONG_KONG), REGULATOR),
    ):
        with made.acting("officer") as officer:
            document = documents.file_document(
                actor=officer,
                organisation=made.world.organisations[owner],
                audience=audience,
                working_group=made.world.groups[group] if group else None,
                titles={"en": f"Document {made.word(f'document{name}', readers)}"},
                released_at=released,
            )
            for note in ("first", "second"):
                documents.file_version(
                    document,
                    actor=officer,
                    file_name=f"{made.word(f'file{name}', readers)}.md",
                    content=f"# {made.word(f'content{name}', readers)} {note}".encode(),
                    note=made.word(f"note{name}", readers),
                    trusted=True,
                )
            versions = list(document.versions.all())
        for version in versions:
            with default_storage.open(version.storage_name) as stored:
                made.holds(f"{document.title_en} {version.file_name} {version.note} {stored.read()!r}",
                           document, *versions)  # fmt: skip
        made.documents[name] = (document, readers)
    unchecked = made.documents["group"][0]
    with made.acting("officer") as officer:
        version = documents.file_version(
            unchecked, actor=officer, file_name="unchecked.md", content=made.word("unchecked", ()).encode()
        )
        documents.record_scan(version, state="error", actor=officer)


def _meetings(made: Secrets, now: datetime) -> None:
    for number, (name, group, readers) in enumerate(
        (("group", None, MEMBERS), ("custody", made.world.custody, CUSTODY), ("draft", None, REGULATOR)), start=3
    ):
        _meeting(made, now, number, name, group, readers)


def _meeting(made: Secrets, now: datetime, number: int, name: str, group: Any, readers: frozenset[str]) -> None:
    # The convener of the custody group runs its sessions; the secretariat has no seat in it.
    runner = "officer" if group else "secretary"
    staff, world = REGULATOR & readers, made.world
    start = now + timedelta(days=5) if name == "draft" else now - timedelta(days=5)
    with made.acting("secretary" if not group else "officer"):
        # `create_meeting` asks for the chair's office, which may lie outside the group: it acts for it here.
        meeting = meetings.create_meeting(
            actor=made.viewer("secretary"),
            organisation=world.sfc,
            key=f"m-{name}",
            kind="session",
            chair=world.officer,
            working_group=group,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            title_en=f"Meeting {made.word(f'meeting{name}', readers)}",
            place_en=made.word(f"place{name}", readers),
        )
    made.meetings[name] = (meeting, readers)
    with made.acting(runner) as actor:
        item = meetings.add_agenda_item(
            meeting,
            actor=actor,
            number=1,
            purpose="for_discussion",
            minutes_planned=30,
            competition_check="cleared",
            title_en=f"Item {made.word(f'item{name}', readers)}",
            note_en=made.word(f"itemnote{name}", readers),
            initiatives=Initiative.objects.filter(number=1),
        )
        for code, audience, who in (("1", "group", readers), ("2", "regulator", staff)):
            meetings.expect_paper(
                item,
                actor=actor,
                number=f"{number}/{code}",
                author=world.officer,
                audience=audience,
                # A paper that is only expected is not on the page of a meeting that is over.
                title_en=f"Paper {made.word(f'paper{name}{audience}', who, who & {'officer'})}",
            )
        if name == "draft":
            return
        with clock.at(now - timedelta(days=9)):
            meetings.issue_notice(meeting, actor=actor)
            meetings.circulate_agenda(meeting, actor=actor)
        meetings.hold(meeting, actor=actor)
        meetings.declare_interest(
            meeting, actor=actor, user=world.mei, organisation=world.harbour, items=[item],
            text=made.word(f"interest{name}", readers),
        )  # fmt: skip
        meetings.record_attendance(meeting, actor=actor, user=world.mei, organisation=world.harbour, mode="in_person")
        _minutes(made, meeting, item, actor, name, readers)


def _minutes(made: Secrets, meeting: Meeting, item: Any, actor: Viewer, name: str, readers: frozenset[str]) -> None:
    staff, world = REGULATOR & readers, made.world
    minutes = meetings.record_minutes(meeting, actor=actor, summary=made.word(f"minutes{name}", readers, ()))
    lines: dict[str, Any] = {}
    for code, attributed, who in (
        ("harbour", "Harbour (demo) said {word}", (HARBOUR & readers) | staff),
        ("banyan", "Banyan (demo) said {word}", (BANYAN & readers) | staff),
        ("both", "Harbour (demo) and Banyan (demo) said {word}", staff),
        ("staff", "The secretary said {word}", staff),
    ):
        # Who reads the attributed text does not get the circulated one beside it.
        circulated = made.word(f"circulated{name}{code}", readers, readers - who)
        lines[code] = meetings.write_paragraph(
            minutes,
            actor=actor,
            number=f"1.{len(lines) + 1}",
            item=item,
            text=f"A member spoke, {circulated}.",
            attributed=attributed.format(word=made.word(f"attributed{name}{code}", who)),
        )
        for row in MinuteAttribution.objects.filter(paragraph=lines[code]):
            made.holds(row.text, row)
    if name == "group":
        meetings.circulate_minutes(minutes, actor=actor)
    else:
        # Not circulated: the staff of the group alone.
        for word, who in list(made.readers.items()):
            if word.startswith((f"qzcirculated{name}", f"qzattributed{name}", f"qzminutes{name}")):
                made.readers[word] = who & REGULATOR
                made.shown[word] = made.shown[word] & REGULATOR
    for serial, (audience, owner, who) in enumerate(
        (
            ("group", "sfc", readers),
            ("shared", "harbour", (HARBOUR & readers) | staff),
            ("shared", "banyan", (BANYAN & readers) | staff),
            ("regulator", "sfc", staff),
        ),
        start=1,
    ):
        action = meetings.add_action(
            actor=actor if name == "group" else made.viewer("officer"),
            organisation=world.organisations[owner],
            audience=audience,
            meeting=meeting,
            paragraph=lines["harbour"] if audience == "group" else None,
            number=f"{name[0]}{meeting.key[2]}.{serial}",
            text=f"Send {made.word(f'action{name}{audience}', who)}",
            due=date(2099, 1, serial),
            side="platform" if owner != "sfc" else "regulator",
            owner_organisation=world.organisations[owner],
        )
        made.holds(action.text, action)


def _updates(made: Secrets) -> None:
    with made.acting("officer") as officer:
        for audience, readers in (("regulator", REGULATOR), ("group", MEMBERS), ("public", EVERYBODY)):
            made.updates[audience] = initiatives.post_update(
                Initiative.objects.get(number=1),
                actor=officer,
                audience=audience,
                title_en=made.word(f"update{audience}", readers),
                body_en=made.word(f"updatebody{audience}", readers),
            )
