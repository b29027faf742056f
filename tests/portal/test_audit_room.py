"""The audit room: who reads it, what it shows and what never, how it is narrowed, and what leaves it."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from openpyxl import load_workbook

from audit import sealing
from audit.models import Batch, Entry
from audit.workflow import record, record_inside
from members import workflow as members
from members.viewer import acting_as
from notifications.delivery import deliver_due
from notifications.models import Delivery
from portal.audit_room import reading, workflow
from portal.audit_room.reading import Filters
from portal.common import clock
from portal.common.errors import Forbidden
from tests.database import as_owner
from tests.whole import WHOLE
from tests.world import World

pytestmark = pytest.mark.django_db
URL = "/audit/"
DAY = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def acts(world: World) -> Iterator[World]:
    """Mei of Harbour does one thing that is shared, and one that stays inside; Kalok of Banyan another."""
    mei, kalok = world.viewer("mei"), world.viewer("kalok")
    with clock.at(DAY):
        record(
            "members.organisation_amended",
            world.harbour,
            actor=mei,
            before={"short_en": "H"},
            after={"short_en": "Harbour"},
        )
        record_inside("consultations.draft_discarded", actor=mei, files=7_654)
        record("documents.opened", actor=kalok, page="the page of Banyan")
    return world


def shown(world: World, query: str = "", name: str = "secretary") -> str:
    response = world.client(name).get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


# --- who -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chair", "secretary", "admin"])
def test_the_regulators_office_reads_the_record(acts: World, name: str) -> None:
    page = shown(acts, name=name)
    assert "Organisation&#x27;s particulars changed" in page
    assert "2026-11-20 09:30:00" in page, "Hong Kong time"
    assert "Short name in English" in page


@pytest.mark.parametrize("name", ["officer", "mei", "poon", "fan"])
def test_nobody_else_does(acts: World, name: str) -> None:
    for path in (URL, f"{URL}export.csv", f"{URL}export.xlsx"):
        assert acts.client(name).get(path).status_code == 403
    with pytest.raises(Forbidden):
        workflow.note_export(actor=acts.viewer(name), form="csv")


def test_what_a_firm_keeps_to_itself_never_shows(acts: World) -> None:
    """Neither by the page's own filter nor, should that be forgotten, by the database's."""
    for query in ("", f"?firm={acts.harbour.pk}", "?verb=consultations.draft_discarded", "?person=Mei"):
        page = shown(acts, query, "admin")
        assert "7654" not in page
        assert "Draft of a comment discarded</span>" not in page
    for name in ("chair", "admin"):
        with acting_as(acts.viewer(name)):
            assert not Entry.objects.filter(verb="consultations.draft_discarded").exists()
    with acting_as(acts.viewer("mei")):
        assert Entry.objects.filter(verb="consultations.draft_discarded").exists()


# --- what ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "mine", "kaloks"),
    [
        ("?person=Mei", True, False),
        ("?person=kalok@banyan.example", False, True),
        ("?person=KALOK@Banyan", False, True),
        ("?person=@harbour.example", True, False),
        ("?firm={harbour}", True, False),
        ("?firm={banyan}", False, True),
        ("?verb=documents.opened", False, True),
        ("?kind=members.organisation&thing={harbour}", True, False),
        ("?kind=members.organisation&thing=Harbour (demo)", True, False),
        ("?since=2026-11-20&until=2026-11-20", True, True),
        ("?since=2026-11-20&until=2026-11-20&verb=documents.opened&firm={banyan}&person=Kalok", False, True),
        ("?until=2026-11-19", False, False),
        ("?person=nobody of that name", False, False),
    ],
)
def test_the_filters(acts: World, query: str, mine: bool, kaloks: bool) -> None:
    page = shown(acts, query.format(harbour=acts.harbour.pk, banyan=acts.banyan.pk))
    assert ("<del>H</del>" in page) == mine
    assert ("the page of Banyan" in page) == kaloks


def test_a_firm_is_offered_with_its_ce_reference_and_former_names(world: World) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        world.harbour.ce_reference, world.harbour.name_en = "AAB123", "Harbour New Limited"
        members.amend_organisation(world.harbour, changed=["ce_reference", "name_en"], actor=secretary)
    assert "Harbour New Limited (AAB123; formerly Harbour (demo))" in shown(world)


@pytest.mark.parametrize("query", ["?thing=5", "?since=2026-11-20&until=2026-11-19", "?since=yesterday", "?verb=x.y"])
def test_a_filter_that_cannot_be_is_refused_beside_its_field(acts: World, query: str) -> None:
    response = acts.client("secretary").get(URL + query)
    assert response.status_code == 422
    assert b'class="error"' in response.content


@pytest.mark.parametrize(
    "place", ["x", "~", "2026-11-20~x", "2026-11-20T00:00:00~00000000-0000-0000-0000-000000000000"]
)
def test_a_place_that_does_not_exist_shows_the_newest(acts: World, place: str) -> None:
    assert "the page of Banyan" in shown(acts, f"?before={place}&since=2026-11-20")


class Crowd:
    """Entries as many acts leave them, three at each moment: put in by the owner, who may tell the planner of them."""

    def __init__(self, owner: Any) -> None:
        self.owner, self.count = owner, 0

    def grow_to(self, count: int) -> None:
        self.owner.execute(
            """INSERT INTO audit_entry (id, at, recorded_at, actor_name, on_behalf_of, verb, object_type, object_id,
                   object_label, audience, detail, request_id)
               SELECT md5('crowd ' || n)::uuid, now() - (n / 3) * interval '1 second', now(), 'Crowd', n %% 12,
                   (ARRAY['documents.opened', 'consultations.comment_posted'])[1 + n %% 2],
                   'consultations.comment', (n %% 15)::text, 'Comment', 'regulator', '{}', ''
               FROM generate_series(%s::int, %s::int) n""",
            [self.count + 1, count],
        )
        self.owner.execute("ANALYZE audit_entry")
        self.count = count


@pytest.fixture
def crowd(world: World) -> Iterator[Crowd]:
    with as_owner() as owner:
        try:
            yield Crowd(owner)
        finally:
            owner.execute("DELETE FROM audit_entry WHERE actor_name = 'Crowd'")
            owner.execute("ANALYZE audit_entry")


def test_pages_meet_every_entry_once_there_and_back(world: World, crowd: Crowd) -> None:
    """Three entries share each moment: a page's border may lie between two of the same moment."""
    crowd.grow_to(120)
    viewer, filters = world.viewer("chair"), Filters(kind="consultations.comment")
    with acting_as(viewer):
        seen: list[UUID] = []
        one = reading.page(filters, viewer, size=25)
        assert not one.newer
        pages = [one]
        while one.older:
            one = reading.page(filters, viewer, before=reading.Place.read(one.older), size=25)
            pages.append(one)
        seen = [entry.pk for each in pages for entry in each.entries]
        assert len(seen) == len(set(seen)) == 120
        back = reading.page(filters, viewer, after=reading.Place.read(pages[2].newer), size=25)
        assert [entry.pk for entry in back.entries] == [entry.pk for entry in pages[1].entries]
        assert [entry.pk for entry in reading.every(filters, viewer, size=7)] == seen


def test_a_page_of_many_entries_is_as_quick_as_of_few(world: World, crowd: Crowd, record_property: Any) -> None:
    """A hundred times as many entries; the everyday run takes ten times as many."""
    client = world.client("chair")
    queries = {
        "newest": "", "verb": "?verb=documents.opened", "firm": "?firm={}", "person": "?person=Mei",
        "object": "?kind=consultations.comment&thing=7", "kind": "?kind=consultations.comment",
        "period": f"?until={clock.today()}",
    }  # fmt: skip

    if not WHOLE:
        queries = {name: queries[name] for name in ("newest", "firm", "object")}

    def measured() -> dict[str, float]:
        found = {}
        for name, query in queries.items():
            client.get(URL + query.format(world.harbour.pk))
            times = []
            for _ in range(25 if WHOLE else 2):
                began = perf_counter()
                assert client.get(URL + query.format(world.harbour.pk)).status_code == 200
                times.append(perf_counter() - began)
            found[name] = min(times)
        return found

    crowd.grow_to(1_000)
    few = measured()
    count = 100_000 if WHOLE else 10_000
    crowd.grow_to(count)
    ratios = {name: took / few[name] for name, took in measured().items()}
    record_property(
        "figure",
        f"audit room at {count:,} entries as a ratio to 1,000: "
        + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()),
    )
    assert max(ratios.values()) < (1.5 if WHOLE else 6)


# --- what leaves -------------------------------------------------------------------------------------------------


def test_the_export_has_no_live_formula_and_is_recorded(acts: World) -> None:
    with acting_as(acts.viewer("chair")), clock.at(DAY):
        for danger in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
            record("members.objected", actor=acts.viewer("chair"), reason=danger, before=danger, after=danger)
    client = acts.client("chair")
    query = "?verb=members.objected&since=2026-11-20"
    text = b"".join(client.get(f"{URL}export.csv{query}").streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text, newline="")))
    assert len(lines) == 7
    assert lines[1][0] == "2026-11-20 09:30:00"
    for line in lines[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)
    book = load_workbook(BytesIO(b"".join(client.get(f"{URL}export.xlsx{query}").streaming_content)))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 40
    assert {cell.data_type for cell in cells} == {"s"}
    with acting_as(acts.viewer("chair")):
        entries = list(Entry.objects.filter(verb="portal.record_exported").order_by("recorded_at"))
    assert [entry.detail["format"] for entry in entries] == ["csv", "xlsx"]
    assert entries[0].detail["filters"] == {"verb": "members.objected", "since": "2026-11-20"}
    assert entries[0].actor_id == acts.chair.pk


def test_the_export_holds_what_the_page_shows_and_no_more(acts: World) -> None:
    text = b"".join(acts.client("admin").get(f"{URL}export.csv").streaming_content).decode()
    assert "the page of Banyan" in text
    assert "7654" not in text
    assert "draft_discarded" not in text


# --- the head leaves the house -------------------------------------------------------------------------------------


def test_the_head_is_mailed_once_a_day(world: World, settings: Any) -> None:
    settings.AUDIT_HEAD_ADDRESS = "records@archive.example"
    sealing.seal_due(everything=True, settled=timedelta(0))
    assert workflow.mail_head() is True
    assert workflow.mail_head() is False
    deliver_due()
    (message,) = mail.outbox
    assert message.to == ["records@archive.example"]
    with sealing.reading_all():
        head = Batch.objects.get().hex
    assert head in message.body
    assert f"verify --head {head}" in message.alternatives[0].content
    with clock.at(clock.now() + timedelta(days=1)):
        assert workflow.mail_head() is True
    assert Delivery.objects.count() == 2


def test_without_an_address_nothing_is_mailed(world: World, settings: Any) -> None:
    settings.AUDIT_HEAD_ADDRESS = ""
    assert workflow.mail_head() is False
