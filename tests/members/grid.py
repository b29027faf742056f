"""Rows of every protected model in every combination of audience, owner, working group and release.

They are written by the tables' owner, past row security and past the verbs, so that combinations which no verb
makes are there too; and they are committed, since the app's connection must see them. `reads` is the rule once
more, by hand and in neither form of the product's.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from audit.models import Entry
from consultations.models import (
    Annex,
    Answer,
    Attachment,
    BlackoutWindow,
    Clarification,
    ClarificationRequest,
    Clause,
    Comment,
    CommentDraft,
    Conclusions,
    Consultation,
    Correction,
    DeadlineChange,
    DraftAttachment,
    Extension,
    ExtensionRequest,
    Mention,
    Moderation,
    NamedRespondent,
    OpeningRequest,
    PaperImport,
    Paragraph,
    ProposalOutcome,
    Question,
    Resolution,
    Response,
    Section,
    Seen,
    TermDefinition,
)
from documents.models import Document, Version
from initiatives.models import Initiative, InitiativeUpdate, Pillar
from meetings.models import (
    Action,
    ActionPart,
    AgendaItem,
    Attendance,
    Interest,
    Meeting,
    MinuteAttribution,
    MinuteParagraph,
    Minutes,
    Paper,
    Presenter,
)
from members.models import (
    DisposalProposal,
    FirmChange,
    HandOver,
    LegalHold,
    Membership,
    Mirror,
    MirrorEnd,
    MirrorPage,
    Opening,
    Override,
    Publication,
    RetentionRule,
    WorkingGroup,
)
from members.viewer import Viewer
from tests.world import World

PAST, FUTURE = datetime(2025, 3, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
RELEASES = (None, PAST, FUTURE)
AUDIENCES = ("public", "group", "regulator", "shared", "organisation")
CAP = 240


@dataclass(frozen=True)
class Spec:
    """What decides who reads a row. `released` only where the model is under embargo; `parent`: what it hangs on."""

    audience: str = ""
    owner: int | None = None
    group: int | None = None
    embargoed: bool = False
    released: datetime | None = None
    parent: "Spec | None" = None
    # The one person whose row it is.
    person: int | None = None
    # Of a table with a rule of its own: that rule by hand, alone.
    alone: Callable[[Viewer], bool] | None = None


def reads(viewer: Viewer | None, spec: Spec) -> bool:
    """The audience rule in plain words, apart from `visible_q` and from the SQL."""
    if viewer is None:
        return False
    if spec.alone is not None:
        return spec.alone(viewer)
    if spec.parent is not None and not reads(viewer, spec.parent):
        return False
    if spec.person is not None and (viewer.user_id != spec.person or viewer.is_mirror):
        return False
    if not spec.audience:
        return True
    staff = viewer.kind == "regulator"
    member = viewer.kind in {"regulator", "platform", "agency"}
    owns = member and viewer.organisation_id == spec.owner
    # Supervision under an override: what that firm gave the regulator, among what the regulator gave everybody.
    opened = viewer.kind == "supervision" and spec.owner in viewer.opened_firms
    around = viewer.kind == "supervision" and bool(viewer.opened_firms) and spec.owner == viewer.organisation_id
    may = {
        "public": True,
        "group": member or opened or around,
        "regulator": staff,
        "shared": staff or owns or opened,
        "organisation": owns and not viewer.is_mirror,
    }[spec.audience]
    if spec.group is not None and spec.group not in viewer.working_groups:
        return False
    if spec.embargoed and spec.released != PAST and not staff:
        return False
    return may


@dataclass
class Grid:
    world: World
    other: WorkingGroup
    rows: dict[type[models.Model], dict[Any, Spec]] = field(default_factory=dict)

    def readable(self, model: type[models.Model], viewer: Viewer | None) -> set[Any]:
        return {pk for pk, spec in self.rows[model].items() if reads(viewer, spec)}

    def viewers(self) -> dict[str, Viewer | None]:
        """Everybody who reads differently, and nobody."""
        people = ("officer", "secretary", "mei", "rosa", "kalok", "nina", "fan")
        harbour, sfc, sun = self.world.harbour.pk, self.world.sfc.pk, self.world.leaver.pk
        return {name: self.world.viewer(name) for name in people} | {
            "supervision": Viewer(sun, sfc, "supervision", "supervision"),
            "supervision with an override": Viewer(sun, sfc, "supervision", "supervision", opened_firms=(harbour,)),
            "an officer as Harbour": replace(self.world.viewer("mei"), is_mirror=True),
            "the public": self.world.viewer(None),
            "nobody": None,
        }


class _Builder:
    def __init__(self, world: World, other: WorkingGroup) -> None:
        self.world = world
        self.grid = Grid(world, other)
        self.groups = (None, world.custody.pk, other.pk)
        self.owners = [world.organisations[key].pk for key in ("sfc", "harbour", "banyan", "fpb")]
        self.chance = random.Random(20250219)
        self.serial = 0

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def specs(
        self, audiences: Iterable[str], *, owners: Iterable[int] | None = None, embargoed: bool = False
    ) -> list[Spec]:
        return [
            Spec(audience, owner, group, embargoed, released)
            for audience, owner, group, released in product(
                audiences, owners or self.owners, self.groups, RELEASES if embargoed else (None,)
            )
        ]

    def add(
        self,
        model: type[models.Model],
        specs: list[Spec],
        make: Callable[[int], dict[str, Any]],
        *,
        parents: list[tuple[models.Model, Spec]] | None = None,
        once: str = "",
        copies: int = 1,
    ) -> list[tuple[models.Model, Spec]]:
        """Rows of `model` with these specs, under parents by turns; `once`: the parent holds one of each `once`."""
        combinations = specs * copies
        if parents is not None:
            combinations = [spec for spec in specs for _ in range(-(-CAP // len(specs)))]
        self.chance.shuffle(combinations)
        above: list[tuple[models.Model, Spec] | None] = [None] * len(combinations)
        if parents is not None:
            # Beside all the others, rows that every member reads: else those at the end of a chain would all be hidden.
            open_ones = [one for one in parents if _is_open(one[1])]
            open_specs = [spec for spec in specs if _is_open(spec)] or specs
            first = open_ones if once == "-" else [one for one in open_ones for _spec in open_specs][:CAP]
            above = first + [parents[turn % len(parents)] for turn in range(len(combinations))]
            combinations = [open_specs[turn % len(open_specs)] for turn in range(len(first))] + combinations
        made: list[tuple[models.Model, Spec]] = []
        used: set[Any] = set()
        for spec, one in zip(combinations, above, strict=True):
            values = make(self.number())
            if spec.audience:
                values |= {"audience": spec.audience, "organisation_id": spec.owner, "working_group_id": spec.group}
            if spec.embargoed:
                values["released_at"] = spec.released
            whole = spec
            if one is not None:
                values[model.row_security_parent] = one[0]  # type: ignore[attr-defined]
                values |= _taken_from(model, one[0])
                if once:
                    key = (one[0].pk, values.get(once) if once != "-" else "")
                    if key in used:
                        continue
                    used.add(key)
                whole = replace(spec, parent=one[1])
            made.append((model(**values), whole))
        model._base_manager.using("owner").bulk_create([row for row, _spec in made])
        self.grid.rows[model] = {row.pk: spec for row, spec in made}
        return made

    def build(self) -> Grid:
        officer, mei = self.world.officer, self.world.mei
        papers = self.add(
            Consultation,
            self.specs(("public", "group"), owners=[self.world.sfc.pk], embargoed=True),
            lambda n: {
                "key": f"c{n}",
                "reference": f"C {n}",
                "kind": "panel",
                "lead": officer,
                "title_en": f"C {n}",
            },
            copies=12,
        )
        part = [Spec()]
        sections = self.add(Section, part, lambda n: {"number": str(n), "position": n}, parents=papers)
        self.add(Paragraph, part, lambda n: {"number": str(n), "position": n}, parents=papers)
        self.add(Question, part, lambda n: {"number": str(n), "position": n}, parents=papers)
        self.add(Annex, part, lambda n: {"key": str(n), "position": n, "kind": "text"}, parents=papers)
        self.add(Clause, part, lambda n: {"number": str(n), "position": n}, parents=papers)
        self.add(TermDefinition, part, lambda n: {"position": n % 30_000}, parents=papers)
        self.add(Correction, part, lambda n: {"made_at": PAST, "made_by": officer, "note_en": "x"}, parents=papers)
        assert sections
        comments = self.add(
            Comment,
            self.specs(AUDIENCES),
            lambda n: {"is_whole": True, "thread_at": PAST, "author": mei, "body": f"Comment {n}"},
            parents=papers,
        )
        self.add(Resolution, part, lambda n: {"resolved_by": officer}, parents=comments, once="-")
        self.add(
            Extension,
            self.specs(("shared",)),
            lambda n: {"until": FUTURE, "agreed_by": officer, "agreed_at": PAST, "reason": "x"},
            parents=papers,
            once="organisation_id",
        )
        self._around_comments(comments)
        self._around_papers(papers)
        self._responses(papers)
        ends = self.add(
            Conclusions,
            self.specs(AUDIENCES, embargoed=True),
            lambda n: {"signed_by": officer},
            parents=papers,
            once="-",
        )
        self.add(NamedRespondent, part, lambda n: {"organisation": self.world.harbour}, parents=ends, once="-")
        self.add(
            ProposalOutcome,
            part,
            lambda n: {"number": str(n), "position": n, "outcome": "adopted"},
            parents=ends,
        )
        files = self.add(
            Document,
            self.specs(AUDIENCES, embargoed=True),
            lambda n: {"title_en": f"D {n}", "created_by": officer},
        )
        self.add(
            Version,
            part,
            lambda n: {
                "number": n, "file_name": "a.md", "media_type": "text/markdown", "size": 1, "sha256": f"{n:064}",
                "storage_name": str(n), "created_by": officer,
            },
            parents=files,
        )  # fmt: skip
        self._meetings()
        self._actions()
        self._updates()
        self._firm_changes()
        self._hand_overs()
        self._views_as_a_firm()
        self.add(
            Publication,
            self.specs(("regulator",), owners=[self.world.sfc.pk]),
            lambda n: {"what": "x", "subject_type": "x", "subject_id": str(n), "subject_label": "x"},
            copies=12,
        )
        self._oversight()
        self._retention()
        self._entries()
        return self.grid

    def _around_comments(self, comments: list[tuple[models.Model, Spec]]) -> None:
        mei, officer = self.world.mei, self.world.officer
        part = [Spec()]
        self.add(Attachment, part, _file, parents=comments)
        self.add(Mention, part, lambda n: {"user": mei}, parents=comments, once="-")
        shared = self.specs(("shared",))
        self.add(Seen, shared, lambda n: {"user": officer}, parents=comments, once="-")
        self.add(Moderation, shared, lambda n: {"asked_by": mei, "asked_at": PAST}, parents=comments, once="-")

    def _around_papers(self, papers: list[tuple[models.Model, Spec]]) -> None:
        mei, officer = self.world.mei, self.world.officer
        own = {name: Spec(person=self.world.users[name].pk) for name in ("mei", "rosa", "kalok", "officer")}
        drafts = []
        for name, spec in own.items():
            person = self.world.users[name]
            before = self.grid.rows.get(CommentDraft, {})
            drafts += self.add(
                CommentDraft, [spec], lambda n, who=person: {"author": who, "anchor": f"p{n}"}, parents=papers
            )
            self.grid.rows[CommentDraft] |= before
        self.add(DraftAttachment, [Spec()], _file, parents=drafts)
        shared, staff = self.specs(("shared",)), self.specs(("regulator",), owners=[self.world.sfc.pk])
        self.add(
            DeadlineChange,
            [Spec()],
            lambda n: {"before": PAST, "after": FUTURE, "cause": "gale", "made_at": PAST, "made_by": officer},
            parents=papers,
        )
        self.add(
            ExtensionRequest,
            shared,
            lambda n: {"until": FUTURE, "reason": "x", "asked_by": mei, "asked_at": PAST},
            parents=papers,
            once="organisation_id",
        )
        self.add(
            Clarification,
            self.specs(("public", "group"), owners=[self.world.sfc.pk], embargoed=True),
            lambda n: {"number": n % 30_000, "answered_by": officer},
            parents=papers,
        )
        self.add(
            ClarificationRequest, shared, lambda n: {"body": "x", "asked_by": mei, "asked_at": PAST}, parents=papers
        )
        self.add(PaperImport, staff, lambda n: _file(n) | {"language": "en", "made_by": officer}, parents=papers)
        self.add(
            OpeningRequest,
            staff,
            lambda n: {"opens_at": PAST, "closes_at": FUTURE, "digest": "x", "asked_by": officer, "asked_at": PAST},
            parents=papers,
            once="-",
        )
        self.add(
            BlackoutWindow,
            self.specs(AUDIENCES),
            lambda n: {"starts_on": PAST.date(), "ends_on": PAST.date(), "set_by": officer},
        )

    def _responses(self, papers: list[tuple[models.Model, Spec]]) -> None:
        half = len(papers) // 2
        made = self.add(
            Response, self.specs(("organisation",)), lambda n: {}, parents=papers[:half], once="organisation_id"
        )
        drafts = self.grid.rows[Response]
        made += self.add(
            Response,
            self.specs(("shared",)),
            lambda n: {"stage": "submitted", "submitted_at": PAST, "receipt": f"R{n}"},
            parents=papers[half:],
            once="organisation_id",
        )
        self.grid.rows[Response] |= drafts
        question = Question.objects.using("owner").first()
        self.add(Answer, [Spec()], lambda n: {"question": question}, parents=made, once="-")

    def _meetings(self) -> None:
        officer, people = self.world.officer, list(self.world.users.values())
        meetings = self.add(
            Meeting,
            self.specs(AUDIENCES, owners=self.owners[:2], embargoed=True),
            lambda n: {
                "key": f"m{n}", "kind": "session", "title_en": f"M {n}", "chair": officer, "starts_at": PAST,
                "ends_at": FUTURE,
            },
            copies=3,
        )  # fmt: skip
        every = self.specs(AUDIENCES)
        items = self.add(
            AgendaItem,
            self.specs(AUDIENCES, embargoed=True),
            lambda n: {
                "number": n,
                "title_en": "x",
                "purpose": "formal",
                "starts_at": PAST,
                "minutes_planned": 5,
            },
            parents=meetings,
        )
        self.add(
            Presenter,
            [Spec()],
            lambda n: {"user": officer, "organisation": self.world.sfc},
            parents=items,
            once="-",
        )
        self.add(
            Paper,
            every,
            lambda n: {
                "item": items[0][0],
                "number": f"p/{n}",
                "position": n % 30_000,
                "title_en": "x",
                "author": officer,
            },
            parents=meetings,
        )
        self.add(Attendance, every, lambda n: {"user": people[n % len(people)]}, parents=meetings, once="user")
        self.add(Interest, every, lambda n: {"user": officer, "text": "x"}, parents=meetings)
        minutes = self.add(
            Minutes,
            self.specs(AUDIENCES, embargoed=True),
            lambda n: {"summary": "x"},
            parents=meetings,
            once="-",
        )
        lines = self.add(
            MinuteParagraph,
            [Spec()],
            lambda n: {"number": str(n), "position": n % 30_000, "text": "x"},
            parents=minutes,
        )
        self.add(
            MinuteAttribution,
            self.specs(("regulator", "shared")),
            lambda n: {"text": "x"},
            parents=lines,
            once="-",
        )

    def _actions(self) -> None:
        actions = self.add(
            Action,
            self.specs(AUDIENCES),
            lambda n: {
                "number": f"a{n}",
                "position": n,
                "side": "platform",
                "text": "x",
                "due": date(2026, 12, 1),
            },
            copies=2,
        )
        self.add(ActionPart, self.specs(AUDIENCES), lambda n: {}, parents=actions, once="organisation_id")

    def _views_as_a_firm(self) -> None:
        made = self.add(
            Mirror,
            self.specs(("shared",)),
            lambda n: {
                "role": "principal", "officer": self.world.secretary, "officer_role": "secretariat", "reason": "x",
                "ends_at": FUTURE,
            },
            copies=4,
        )  # fmt: skip
        self.add(MirrorEnd, [Spec()], lambda n: {"how": "stopped"}, parents=made, once="-")
        self.add(MirrorPage, [Spec()], lambda n: {"path": "/"}, parents=made)

    def _firm_changes(self) -> None:
        """What coordinators did: shared with the regulator, whatever a row says otherwise is read by its columns."""
        membership = Membership.objects.using("owner").filter(user=self.world.rosa).get()
        self.add(
            FirmChange,
            self.specs(AUDIENCES),
            lambda n: {"kind": "ended", "membership": membership, "made_by": self.world.poon},
        )

    def _hand_overs(self) -> None:
        """A firm's stay inside it; each hangs on a membership of its own."""

        def ended(n: int) -> Membership:
            day = date(2020, 1, 1) + timedelta(days=2 * n)
            return Membership.objects.using("owner").create(
                user=self.world.leaver,
                organisation=self.world.kite,
                role="contributor",
                title_en="test.grid",
                starts_on=day,
                ends_on=day,
            )

        self.add(HandOver, self.specs(("organisation", "shared")), lambda n: {"membership": ended(n)}, copies=2)

    def _updates(self) -> None:
        pillar = Pillar.objects.using("owner").create(code="ZZ", position=99, name_en="x")
        initiative = Initiative.objects.using("owner").create(
            number=99,
            pillar=pillar,
            name_en="x",
            status="in_progress",
            status_since=PAST.date(),
            status_as_at=PAST.date(),
        )
        self.add(
            InitiativeUpdate,
            self.specs(AUDIENCES),
            lambda n: {
                "initiative": initiative, "title_en": "x", "body_en": "x", "html_en": "x",
                "posted_by": self.world.officer, "posted_role": "policy_officer",
            },
        )  # fmt: skip

    def _oversight(self) -> None:
        """Overrides and openings: the regulator, the firm concerned from the approval on, supervision its own."""
        officer = self.world.officer
        overrides: dict[Any, Spec] = {}
        openings: dict[Any, Spec] = {}
        for firm in (self.world.harbour, self.world.banyan):

            def of_firm(viewer: Viewer, owner: int = firm.pk) -> bool:
                return viewer.kind == "regulator" or (viewer.kind == "platform" and viewer.organisation_id == owner)

            opening = Opening.objects.using("owner").create(
                user=officer, role="policy_officer", reader_organisation=self.world.sfc, organisation=firm,
                kind="consultations.comment", objects_opened=["1"], how="read", page="/",
            )  # fmt: skip
            openings[opening.pk] = Spec(alone=of_firm)
            for state, reader in product(
                ("asked", "approved", "refused", "ended"), (self.world.leaver, self.world.chair)
            ):
                decided = {"decided_by": officer, "decided_at": PAST} if state != "asked" else {}
                override = Override.objects.using("owner").create(
                    officer=reader, organisation=firm, reason="x", starts_at=PAST, ends_at=PAST + timedelta(days=1),
                    state=state, asked_by=reader, asked_at=PAST, **decided,
                )  # fmt: skip

                def rule(viewer: Viewer, owner: int = firm.pk, state: str = state, reader: int = reader.pk) -> bool:
                    firms = viewer.kind == "platform" and viewer.organisation_id == owner
                    return (
                        viewer.kind == "regulator"
                        or (firms and state in {"approved", "ended"})
                        or (viewer.kind == "supervision" and viewer.user_id == reader)
                    )

                overrides[override.pk] = Spec(alone=rule)
        self.grid.rows[Override], self.grid.rows[Opening] = overrides, openings

    def _retention(self) -> None:
        """The office's own: periods, proposals and legal holds."""
        made = [
            RetentionRule(kind="test.grid", days=30, basis="x", set_by=self.world.secretary),
            DisposalProposal(kind="test.grid", cutoff=PAST, count=1),
            LegalHold(organisation=self.world.harbour, reason="x", placed_by=self.world.secretary),
        ]
        for row in made:
            row.save(using="owner")
            self.grid.rows[type(row)] = {row.pk: Spec(alone=lambda viewer: viewer.kind == "regulator")}

    def _entries(self) -> None:
        """What the group may read was perhaps not released when it was recorded: its trail is the regulator's."""
        made = []
        for spec in self.specs(AUDIENCES):
            entry = Entry(
                verb="test.grid",
                audience=spec.audience,
                organisation_id=spec.owner,
                working_group_id=spec.group,
            )
            narrow = spec.audience in {"shared", "organisation"}
            kept = spec if narrow else Spec("regulator", spec.owner, spec.group)
            made.append((entry, kept))
        Entry.objects.using("owner").bulk_create([entry for entry, _spec in made])
        self.grid.rows[Entry] = {entry.pk: spec for entry, spec in made}


def _file(serial: int) -> dict[str, Any]:
    return {
        "file_name": "a.md", "media_type": "text/markdown", "size": 1, "sha256": f"{serial:064}",
        "storage_name": str(serial), "scan_state": "clean",
    }  # fmt: skip


def _is_open(spec: Spec) -> bool:
    """Read by every member of the advisory group, and so is all that it hangs on."""
    return (
        spec.audience in {"", "public", "group"}
        and spec.group is None
        and (not spec.embargoed or spec.released == PAST)
        and (spec.parent is None or _is_open(spec.parent))
    )


def _taken_from(model: type[models.Model], parent: models.Model) -> dict[str, Any]:
    """Columns besides, without which the row could not be stored."""
    if model in {Question, Paragraph}:
        return {"section": _first(Section)}
    if model in {Clause, TermDefinition}:
        return {"annex": _first(Annex)}
    if model is Resolution:
        return {"consultation_id": parent.consultation_id}
    return {}


def _first(model: type[models.Model]) -> models.Model:
    found = model._base_manager.using("owner").first()
    assert found is not None
    return found


@contextmanager
def standing(world: World) -> Iterator[Grid]:
    """The grid, committed by the owner; everything of it is gone afterwards."""
    for shelf in (world.organisations, world.users, world.groups):
        for row in shelf.values():
            row._state.db = "owner"
    with transaction.atomic("owner"):
        other = WorkingGroup.objects.using("owner").create(key="grid-other", name_en="Other", convener=world.officer)
        grid = _Builder(world, other).build()
        connections["default"].close()
    try:
        yield grid
    finally:
        _remove(grid)


def _remove(grid: Grid) -> None:
    tables = [model._meta.db_table for model in grid.rows if model is not Entry]
    tables += [Pillar._meta.db_table, Initiative._meta.db_table]
    events = [
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "pgh_tracked_model", None) in {*grid.rows, Pillar, Initiative}
    ]
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        # The owner's right, and only in a test's database: events cannot be deleted row by row.
        cursor.execute(f"TRUNCATE {', '.join(sorted({*tables, *events}))} CASCADE")
        cursor.execute("DELETE FROM audit_entry WHERE verb = 'test.grid'")
        cursor.execute("DELETE FROM members_membership WHERE title_en = 'test.grid'")
        cursor.execute("DELETE FROM members_workinggroup WHERE key = 'grid-other'")
