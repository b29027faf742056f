"""The page of exports, the files over HTTP, and who is recorded."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from audit.models import Entry
from consultations.views import exports
from members.viewer import acting_as
from tests.consultations.conftest import make_paper, say
from tests.consultations.exports.conftest import Scene


def file_url(key: str = "cp-1", what: str = "comments", extension: str = "json") -> str:
    return reverse("consultations:export_file", args=[key, what, extension])


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def entries(world: Any) -> list[Entry]:
    with acting_as(world.viewer("secretary")):
        return list(Entry.objects.filter(verb="consultations.exported"))


def test_the_page_says_what_for_whom_and_how_many(scene: Scene) -> None:
    page = scene.world.client("mei").get(reverse("consultations:export", args=["cp-1"])).content.decode()
    assert "what Mei of Harbour (demo) can read now" in page
    assert "Each export is recorded" in page
    assert "cp-1-comments-2026-11-23.xlsx" in page
    # Hers: on the question two, among themselves one, the changed and the withdrawn comment of others.
    assert "5 comments go into files" in page
    page = scene.world.client("mei").get(reverse("consultations:export", args=["cp-1"]), {"question": "1"})
    # With the changed one, which stands on the paragraph that the question asks about: as many as the page lists.
    assert "3 comments go into files" in page.content.decode()
    listed = scene.world.client("mei").get("/consultations/cp-1/", {"question": "1"}).context["reading"]
    assert listed.shown_count == 3
    assert "question=1" in page.content.decode()


def test_the_public_reads_the_page_of_a_public_paper_alone(world: Any) -> None:
    make_paper(world, key="cp-open", audience="public")
    make_paper(world, key="cp-1")
    client = world.client(None)
    page = client.get(reverse("consultations:export", args=["cp-open"]))
    assert page.status_code == 200
    assert "what the public can read" in page.content.decode()
    assert client.get(reverse("consultations:export", args=["cp-1"])).status_code == 404
    assert client.get(file_url("cp-1", "paper", "pdf")).status_code == 404
    answer = client.get(file_url("cp-open", "paper-with-comments", "json"))
    assert answer.status_code == 200
    assert json.loads(answer.content)["comments"] == []
    assert not entries(world)


def test_a_members_export_is_recorded_with_what_and_format(scene: Scene) -> None:
    answer = scene.world.client("mei").get(file_url(what="comments", extension="xlsx"), {"audience": "organisation"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="cp-1-comments-2026-11-23.xlsx"')
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    (entry,) = entries(scene.world)
    assert entry.actor_name == "Mei"
    # Which comments a firm chose is its own affair.
    assert entry.detail == {"what": "comments", "format": "xlsx", "text": "en"}


@pytest.mark.parametrize("path", ["comments.md", "paper.xlsx", "paper.exe", "everything.pdf"])
def test_what_does_not_exist_is_not_found(scene: Scene, path: str) -> None:
    assert scene.world.client("mei").get(f"/consultations/cp-1/export/{path}").status_code == 404


def test_too_many_files_are_refused_with_a_sentence(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FILES", 2)
    client = scene.world.client("mei")
    assert [client.get(file_url()).status_code for _time in range(3)] == [200, 200, 429]
    assert "Wait ten minutes" in client.get(file_url()).content.decode()
    assert scene.world.client("kalok").get(file_url()).status_code == 200


def test_while_another_file_is_made_one_is_asked_to_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "TURN", 0)
    with exports._one_at_a_time():
        answer = scene.world.client("mei").get(file_url())
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.content.decode()
    assert scene.world.client("mei").get(file_url()).status_code == 200


def test_queries_do_not_grow_with_comments(world: Any, django_assert_max_num_queries: Any) -> None:
    paper = make_paper(world)
    with acting_as(world.viewer("mei")):
        question = paper.questions.first()
    client = world.client("mei")
    for rounds in (1, 12):
        for _time in range(rounds):
            say(paper, world, "mei", anchor=question)
        with django_assert_max_num_queries(40):
            assert client.get(file_url(what="paper-with-comments")).status_code == 200
