"""Documents: filing, release, download and its refusals."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from audit.models import Entry
from documents import workflow
from documents.limits import MAX_BYTES
from documents.models import Document, Version
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Forbidden, Refused

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=clock.HONG_KONG)


@pytest.fixture(autouse=True)
def now(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW):
        yield


def file(world: Any, *, audience: str = "group", owner: str = "sfc", released: bool = True, **options: Any) -> Document:
    actor = world.viewer("secretary")
    with acting_as(actor):
        document = workflow.file_document(
            actor=actor,
            organisation=world.organisations[owner],
            audience=audience,
            titles={"en": "Options", "zh_hant": "方案"},
            kind="paper",
            released_at=NOW - timedelta(days=1) if released else None,
            **options,
        )
        workflow.file_version(document, actor=actor, file_name="paper.md", content=b"# CANARY\n", trusted=True)
    return document


def get(world: Any, who: str | None, document: Document, number: int = 1) -> Any:
    return world.client(who).get(f"/documents/{document.pk}/{number}/")


def downloads(world: Any) -> int:
    with acting_as(world.viewer("secretary")):
        return Entry.objects.filter(verb="documents.downloaded").count()


def test_a_version_is_stored_under_a_random_name_with_its_checksum(world: Any) -> None:
    document = file(world)
    with acting_as(world.viewer("secretary")):
        version = Version.objects.get(document=document)
    assert (version.number, version.size, version.sha256) == (1, 9, hashlib.sha256(b"# CANARY\n").hexdigest())
    assert "paper" not in version.storage_name
    with default_storage.open(version.storage_name) as stored:
        assert stored.read() == b"# CANARY\n"


def test_the_same_bytes_again_make_no_version_and_others_do(world: Any) -> None:
    document, actor = file(world), world.viewer("secretary")
    with acting_as(actor):
        again = workflow.file_version(document, actor=actor, file_name="paper.md", content=b"# CANARY\n")
        other = workflow.file_version(document, actor=actor, file_name="paper.md", content=b"# New\n")
    assert (again.number, other.number, other.scan_state) == (1, 2, "clean")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"x"), ("a", b"x"), ("a.md", b""), ("a.html", b"x"), ("a.md", b"x" * (MAX_BYTES + 1))],
)
def test_what_is_not_taken_in(world: Any, name: str, content: bytes) -> None:
    document, actor = file(world), world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused):
        workflow.file_version(document, actor=actor, file_name=name, content=content)


def test_a_file_name_loses_its_folders_and_marks(world: Any) -> None:
    document, actor = file(world), world.viewer("secretary")
    with acting_as(actor):
        version = workflow.file_version(document, actor=actor, file_name='..\\a/../b\r\n"c.md', content=b"x")
    assert version.file_name == "bc.md"


def test_a_member_downloads_with_safe_headers_and_it_is_recorded(world: Any) -> None:
    document = file(world)
    answer = get(world, "mei", document)
    assert b"".join(answer.streaming_content) == b"# CANARY\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="paper.md"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert downloads(world) == 1
    with acting_as(world.viewer("secretary")):
        entry = Entry.objects.get(verb="documents.downloaded")
        assert (entry.actor_id, entry.on_behalf_of, entry.detail["number"]) == (world.mei.pk, world.harbour.pk, 1)


@pytest.mark.parametrize(
    ("audience", "owner", "reads"),
    [
        ("group", "sfc", {"secretary", "mei", "kalok", "fan"}),
        ("regulator", "sfc", {"secretary"}),
        ("shared", "harbour", {"secretary", "mei"}),
    ],
)
def test_downloads_follow_the_audience(world: Any, audience: str, owner: str, reads: set[str]) -> None:
    document = file(world, audience=audience, owner=owner)
    for who in ("secretary", "mei", "kalok", "fan"):
        assert (who, get(world, who, document).status_code) == (who, 200 if who in reads else 404)
        page = world.client(who).get(f"/documents/{document.pk}/")
        assert page.status_code == (200 if who in reads else 404)
        assert (str(document.pk) in world.client(who).get("/documents/").content.decode()) is (who in reads)
    assert get(world, None, document).status_code == 302


def test_before_release_the_regulator_alone_reads(world: Any) -> None:
    document, actor = file(world, released=False), world.viewer("secretary")
    assert get(world, "mei", document).status_code == 404
    assert get(world, "officer", document).status_code == 200
    with acting_as(actor):
        workflow.release(document, actor=actor)
    assert get(world, "mei", document).status_code == 200


@pytest.mark.parametrize("state", ["pending", "infected", "error"])
def test_what_is_not_clean_never_leaves(world: Any, state: str) -> None:
    document = file(world)
    with acting_as(world.viewer("secretary")):
        workflow.record_scan(Version.objects.get(document=document), state=state, actor=None)
    for who in ("secretary", "mei"):
        answer = get(world, who, document)
        assert answer.status_code == 409
        assert b"CANARY" not in answer.content
        assert (
            f"/documents/{document.pk}/1/" not in world.client(who).get(f"/documents/{document.pk}/").content.decode()
        )
    assert downloads(world) == 0


def test_an_infected_file_stays_infected(world: Any) -> None:
    document, actor = file(world), world.viewer("secretary")
    with acting_as(actor):
        version = Version.objects.get(document=document)
        workflow.record_scan(version, state="infected", actor=None)
        with pytest.raises(Refused):
            workflow.record_scan(version, state="clean", actor=actor)


def test_an_absent_version_is_absent(world: Any) -> None:
    assert get(world, "mei", file(world), number=2).status_code == 404


@pytest.mark.parametrize("who", ["admin", "mei", "poon", "fan", None])
def test_only_the_regulators_working_staff_file(world: Any, who: str | None) -> None:
    document, actor = file(world), world.viewer(who)
    with acting_as(world.viewer("secretary")):
        with pytest.raises(Forbidden):
            workflow.file_document(actor=actor, organisation=world.sfc, audience="group", titles={"en": "x"})
        for refused in (
            lambda: workflow.file_version(document, actor=actor, file_name="a.md", content=b"x"),
            lambda: workflow.release(document, actor=actor),
            lambda: workflow.record_scan(Version.objects.get(document=document), state="clean", actor=actor),
        ):
            with pytest.raises(Forbidden):
                refused()


def test_opening_a_paper_under_the_secrecy_provisions_is_recorded_and_warns(world: Any) -> None:
    document = file(world, secrecy_notice=True)
    page = world.client("mei").get(f"/documents/{document.pk}/").content.decode()
    assert "section 378" in page
    with acting_as(world.viewer("secretary")):
        assert Entry.objects.filter(verb="documents.opened", actor=world.mei).count() == 1
