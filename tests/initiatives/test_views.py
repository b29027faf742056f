from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from initiatives import deadlines, related, workflow
from initiatives.deadlines import Deadline
from initiatives.models import Initiative, InitiativeUpdate, Milestone
from initiatives.related import Related
from members.audience import Audience
from members.viewer import Viewer, acting_as
from portal.common import clock
from tests.initiatives.conftest import NOW

ROADMAP = "/roadmap/"
HTMX = {"HX-Request": "true"}


def _page(client: Client, url: str = ROADMAP, **headers: str) -> Any:
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def _texts(found: Any) -> list[str]:
    return [" ".join(one.get_text().split()) for one in found]


def _queries(client: Client, url: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(url, headers=headers)
    return len([q for q in seen if q["sql"].lstrip().upper().startswith("SELECT") and "set_config" not in q["sql"]])


@pytest.fixture
def deadline() -> None:
    """A consultation of another room that closes on 11 December."""

    def provide(viewer: Viewer) -> list[Deadline]:
        closes = datetime(2026, 12, 11, 10, 0, tzinfo=UTC)
        past = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            Deadline(3, closes, "Consultation closes", "/consultations/custody/"),
            Deadline(3, past, "Consultation closed", "/consultations/old/"),
        ]

    deadlines.register(provide, stamp=lambda: "1")


# Roadmap


def test_the_public_reads_the_whole_roadmap(roadmap: Any) -> None:
    page = _page(Client())
    assert _texts(page.select(".pillar h2")) == [
        "Access",
        "Safeguards",
        "Products",
        "Infrastructure",
        "Relationships",
    ]
    assert len(page.select(".rm__row")) == 12
    assert page.h1.get_text() == "ASPIRe roadmap"


def test_the_tally_counts_the_initiatives_by_status(roadmap: Any) -> None:
    assert _texts(_page(Client()).select(".tally li")) == [
        "6Partly delivered",
        "1Legislating",
        "2In progress",
        "2Ongoing",
        "1Under study",
    ]


def test_an_unverified_fact_says_so_and_a_confirmed_one_does_not(roadmap: Any) -> None:
    before = _page(Client()).select(".rm__row")[2]
    assert _texts(before.select(".unv")) == ["Unverified wording", "Unverified"]
    for part in ("name_en", "status"):
        workflow.confirm_fact(Initiative.objects.get(number=3), part, actor=roadmap.viewer("officer"))
    assert _page(Client()).select(".rm__row")[2].select(".unv") == []


def test_each_track_is_told_in_whole_sentences(roadmap: Any) -> None:
    label = _page(Client()).select("svg.track[role=img]")[2]["aria-label"]
    assert " ".join(label.split()) == (
        "Timeline of initiative 3, from Q1 2024 to Q2 2027. On the roadmap since 19 February 2025. "
        "Status recorded on 2 June 2026: Partly delivered. 1 milestone met: Circular 25EC44, 15 August 2025."
    )


def test_a_track_has_no_planned_stage_and_no_style(roadmap: Any) -> None:
    page = _page(Client())
    assert page.select(".rm rect.plan, .rm .ms--plan, progress, meter") == []
    assert page.select("[style]") == []


def test_a_deadline_of_another_room_is_to_come(roadmap: Any, deadline: None) -> None:
    row = _page(Client()).select(".rm__row")[2]
    assert _texts(row.select(".rm__next"))[0] == "Consultation closes, 11 December 2026"
    assert len(row.select(".ms--plan")) == 1
    assert "To come: Consultation closes, 11 December 2026." in " ".join(
        row.select_one("svg.track")["aria-label"].split()
    )
    assert "Consultation closed" not in str(row)


def test_the_table_names_no_date_that_was_not_published(roadmap: Any, deadline: None) -> None:
    page = _page(Client(), ROADMAP + "?view=table")
    rows = page.select(".rmtbl tbody tr:not(.rmtbl__pillar)")
    assert len(rows) == 12
    coming = [_texts(row.select("td:last-child"))[0] for row in rows]
    assert coming[2] == "11 December 2026Consultation closes"
    assert set(coming[:2] + coming[3:]) == {"No date published"}
    assert page.select("svg.track[role=img]") == []


def test_the_milestone_list_shows_each_milestone_once_with_its_initiatives(roadmap: Any) -> None:
    page = _page(Client(), ROADMAP + "?view=milestones")
    assert _texts(page.select(".sect h2")) == ["2026", "2025", "2024"]
    lines = page.select(".mslist > li")
    assert len(lines) == 15
    shared = next(line for line in lines if "shared liquidity" in line.get_text())
    assert [a["href"] for a in shared.select(".mslist__of a")] == ["/roadmap/2/", "/roadmap/4/"]
    assert "As at 2 June 2026" in _texts([shared])[0]


def test_an_unknown_view_is_the_timeline(roadmap: Any) -> None:
    assert _page(Client(), ROADMAP + "?view=<x>").select_one(".seg [aria-current]").get_text() == "Timeline"


@pytest.mark.parametrize("view", ["timeline", "table", "milestones"])
def test_htmx_gets_the_panel_alone(roadmap: Any, view: str) -> None:
    page = _page(Client(), f"{ROADMAP}?view={view}", **HTMX)
    assert page.select_one("#roadmap-panel")
    assert page.select("html, h1") == []
    assert page.select_one(".seg [aria-current]")["id"] == f"view-{view}"


def test_htmx_gets_the_whole_page_when_it_restores_the_history(roadmap: Any) -> None:
    assert _page(Client(), ROADMAP, **HTMX, **{"HX-History-Restore-Request": "true"}).h1


def test_the_queries_do_not_grow_with_the_milestones(roadmap: Any, deadline: None) -> None:
    views = [f"{ROADMAP}?view={view}" for view in ("timeline", "table", "milestones")]
    few = {_queries(Client(), url) for url in views}
    officer = roadmap.viewer("officer")
    for day in range(1, 21):
        workflow.add_milestone(
            initiatives=list(Initiative.objects.all()),
            date=date(2026, 10, day),
            kind="announcement",
            title_en=f"Announcement {day}",
            actor=officer,
        )
    many = {_queries(Client(), url) for url in views}
    # The newest change, the initiatives with their pillars, and the milestones.
    assert (few, many) == ({3}, {3})


def test_an_empty_roadmap_says_what_is_missing(world: Any) -> None:
    assert "The roadmap has not been loaded" in _page(Client()).get_text()


# Languages


def test_chinese_names_are_marked_as_working_translations(roadmap: Any) -> None:
    page = _page(Client(), **{"Accept-Language": "zh-hant"})
    assert page.html["lang"] == "zh-Hant-HK"
    assert _texts(page.select(".pillar h2"))[:2] == ["連接", "保障"]
    row = page.select(".rm__row")[2]
    assert row.h3.a.get_text() == "探索託管技術及儲存比率的動態方針"
    assert len(page.select(".rm__what .unv")) == 12


def test_a_milestone_without_translation_stays_in_its_language_and_says_so(roadmap: Any) -> None:
    page = _page(Client(), ROADMAP + "?view=milestones", **{"Accept-Language": "zh-hans"})
    assert {span["lang"] for span in page.select(".mslist h3 > span")} == {"en-HK"}
    assert page.select_one(".mslist__of a").get_text().startswith("1. 设立")


# Conditional requests


def _stamp(client: Client, url: str = ROADMAP, **headers: str) -> str:
    return str(client.get(url, headers=headers)["ETag"])


def _not_modified(client: Client, etag: str, url: str = ROADMAP, **headers: str) -> bool:
    return client.get(url, headers={"If-None-Match": etag, **headers}).status_code == 304


@pytest.fixture
def reader(roadmap: Any, machine_time: time_machine.Traveller) -> Client:
    """The public's browser, which has the cookies of a first visit."""
    client = Client()
    client.get(ROADMAP)
    return client


def test_the_public_gets_an_answer_without_a_page_when_nothing_changed(reader: Client) -> None:
    etag = _stamp(reader)
    assert _not_modified(reader, etag)
    assert _queries(reader, ROADMAP, **{"If-None-Match": etag}) == 1


def test_the_answer_says_when_it_changed_and_is_asked_for_again(reader: Client) -> None:
    response = reader.get(ROADMAP)
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language", "HX-Request"} <= {one.strip() for one in response["Vary"].split(",")}
    assert response["Last-Modified"].endswith("GMT")


def test_another_language_theme_view_day_or_part_is_another_page(reader: Client) -> None:
    etag = _stamp(reader)
    assert not _not_modified(reader, etag, **{"Accept-Language": "zh-hant"})
    assert not _not_modified(reader, etag, ROADMAP + "?view=table")
    assert not _not_modified(reader, etag, **HTMX)
    with clock.at(NOW + timedelta(days=1)):
        assert not _not_modified(reader, etag)
    reader.cookies["theme"] = "dark"
    assert not _not_modified(reader, etag)


@pytest.mark.parametrize("what", ["milestone", "initiative", "pillar"])
def test_a_changed_fact_is_another_page(
    roadmap: Any, reader: Client, machine_time: time_machine.Traveller, what: str
) -> None:
    etag = _stamp(reader)
    machine_time.shift(1)
    officer = roadmap.viewer("officer")
    initiative = Initiative.objects.get(number=3)
    fact, part = {
        "milestone": (Milestone.objects.get(key="2025-08-15-custody"), "milestone"),
        "initiative": (initiative, "status"),
        "pillar": (initiative.pillar, "aim"),
    }[what]
    workflow.confirm_fact(fact, part, actor=officer)
    assert not _not_modified(reader, etag)


def test_a_provider_without_a_stamp_lets_nothing_be_kept(reader: Client) -> None:
    deadlines.register(lambda viewer: [])
    assert not reader.get(ROADMAP).has_header("ETag")


def test_a_changed_deadline_is_another_page(reader: Client) -> None:
    stamps = iter("112")
    deadlines.register(lambda viewer: [], stamp=lambda: next(stamps))
    etag = _stamp(reader)
    assert _not_modified(reader, etag)
    assert not _not_modified(reader, etag)


def test_a_signed_in_persons_page_is_kept_by_nobody(roadmap: Any) -> None:
    response = roadmap.client("mei").get(ROADMAP)
    assert response.status_code == 200
    assert not response.has_header("ETag")
    assert "no-store" in response["Cache-Control"]


# One initiative


def test_an_initiative_shows_its_status_sources_and_milestones(roadmap: Any, deadline: None) -> None:
    page = _page(Client(), "/roadmap/3/")
    assert page.h1.get_text() == "Explore dynamic approaches to custody technologies and storage ratios"
    assert _texts(page.select(".crumbs li")) == ["Roadmap", "Safeguards", "Initiative 3"]
    assert _texts(page.select(".eyebrow span")[:2]) == ["Initiative 3 of 12", "Safeguards"]
    first, second = page.select(".mstones > li")
    assert first.b.get_text() == "Circular on custody of virtual assets"
    assert first.select_one(".ver")
    assert first.a["href"].startswith("https://mondovisione.com/")
    assert _texts(second.select(".d")) == ["Friday 11 December 2026, 17 days left"]
    assert page.select_one(".panel dd").get_text().replace("\xa0", " ") == "2 June 2026"
    assert "Unverified: editorial reading of the milestones" in page.select_one(".panel").get_text()


def test_the_status_history_ends_with_the_publication(roadmap: Any) -> None:
    rows = _page(Client(), "/roadmap/3/").select("table tbody tr")
    assert [_texts(row.select("th"))[0] for row in rows] == ["2 June 2026", "19 February 2025"]
    assert _texts(rows[0].select("td"))[2] == "Roadmap file"


@pytest.mark.parametrize("number", [0, 13])
def test_there_is_no_other_initiative(roadmap: Any, number: int) -> None:
    assert Client().get(f"/roadmap/{number}/").status_code == 404


def test_linked_work_comes_from_other_rooms_for_this_viewer(roadmap: Any) -> None:
    asked: list[tuple[str, int]] = []

    def provide(viewer: Viewer, number: int) -> list[Related]:
        asked.append((viewer.kind, number))
        return [Related("Meetings", "Meeting 7", "/meetings/7/", "Wed 23 Sep")]

    related.register(provide)
    page = _page(Client(), "/roadmap/3/")
    assert _texts(page.select(".trio li")) == ["Meeting 7Wed 23 Sep"]
    assert asked == [("anonymous", 3)]


def test_a_draft_update_is_on_the_regulators_page_alone(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    with acting_as(officer):
        for audience, title in (
            (Audience.REGULATOR, "Draft"),
            (Audience.GROUP, "For members"),
            (Audience.PUBLIC, "News"),
        ):
            workflow.post_update(
                Initiative.objects.get(number=3),
                title_en=title,
                body_en="Text",
                audience=audience,
                actor=officer,
            )
        assert InitiativeUpdate.objects.count() == 3
    seen = {
        who: set(_texts(_page(roadmap.client(who), "/roadmap/3/").select(".ans__top b")))
        for who in (None, "mei", "fan", "secretary")
    }
    assert seen == {
        None: {"News"},
        "mei": {"News", "For members"},
        "fan": {"News", "For members"},
        "secretary": {"News", "For members", "Draft"},
    }


def test_only_keepers_are_offered_the_admin_site(roadmap: Any) -> None:
    offered = {
        who: bool(_page(roadmap.client(who), "/roadmap/3/").select(".phead .btn"))
        for who in (None, "mei", "admin", "officer")
    }
    assert offered == {None: False, "mei": False, "admin": False, "officer": True}
