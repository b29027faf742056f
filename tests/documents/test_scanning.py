"""The virus scanner: asked over a socket, told apart from silence, asked again."""

import os
import socketserver
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from audit.models import Entry
from documents import scanning, workflow
from documents.models import Version
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Refused
from tests.documents.conftest import Clamd, Conversation


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def file(world: Any, content: bytes, *, audience: str = "group", owner: str = "sfc") -> Version:
    actor = world.viewer("secretary")
    with acting_as(actor):
        document = workflow.file_document(
            actor=actor,
            organisation=world.organisations[owner],
            audience=audience,
            titles={"en": "Paper"},
            released_at=clock.now() - timedelta(days=1),
        )
        return workflow.file_version(document, actor=actor, file_name="a.txt", content=content)


def state(world: Any, version: Version) -> str:
    with acting_as(world.viewer("secretary")):
        return Version.objects.get(pk=version.pk).scan_state


def downloaded(world: Any, version: Version) -> int:
    return int(world.client("mei").get(f"/documents/{version.document_id}/1/").status_code)


def test_every_byte_reaches_the_scanner(clamd: Clamd) -> None:
    content = os.urandom(1_000_003)
    assert scanning.scan(content).state == "clean"
    assert clamd.seen == [content]


def test_what_the_scanner_finds_has_its_name(clamd: Clamd) -> None:
    verdict = scanning.scan(b"a VIRUS in a text")
    assert (verdict.state, verdict.detail) == ("infected", "Demo.Virus")


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK ERROR\0", b"OK\0", b"stream: OK but\0"]
)
def test_any_other_answer_is_an_error(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    verdict = scanning.scan(b"a text")
    assert (verdict.state, verdict.was_reached) == ("error", True)


@pytest.mark.parametrize(
    "url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl", "http://127.0.0.1/", "nonsense", "unix://"]
)
def test_a_scanner_that_is_not_there_is_an_error(settings: Any, url: str) -> None:
    settings.CLAMD_URL = url
    verdict = scanning.scan(b"a text")
    assert (verdict.state, verdict.was_reached) == ("error", False)


def test_a_scanner_that_does_not_answer_is_given_up(settings: Any) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as silent:
        # It is never served: the connection waits in the queue.
        settings.CLAMD_URL, settings.CLAMD_TIMEOUT = f"tcp://127.0.0.1:{silent.server_address[1]}", 1
        assert scanning.scan(b"a text").state == "error"


def test_over_a_unix_socket(settings: Any, tmp_path: Path) -> None:
    class Local(socketserver.ThreadingUnixStreamServer):
        answer, seen, daemon_threads = None, [], True  # type: ignore[var-annotated]

    path = f"/tmp/portal-clamd-{os.getpid()}"
    try:
        with Local(path, Conversation) as server:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            settings.CLAMD_URL = f"unix://{path}"
            assert [scanning.scan(text).state for text in (b"a text", b"a VIRUS")] == ["clean", "infected"]
            server.shutdown()
    finally:
        Path(path).unlink(missing_ok=True)


def test_a_file_that_is_clean_can_be_downloaded(world: Any, clamd: Clamd) -> None:
    version = file(world, b"a text")
    assert (version.scan_state, clamd.seen, downloaded(world, version)) == ("clean", [b"a text"], 200)


def test_an_infected_file_is_refused_and_nothing_is_kept(world: Any, clamd: Clamd, settings: Any) -> None:
    with pytest.raises(Refused, match="virus scanner") as refused:
        file(world, b"a VIRUS")
    assert refused.value.field == "file"
    with acting_as(world.viewer("secretary")):
        assert not Version.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_while_the_scanner_is_away_a_file_waits_and_is_scanned_again(world: Any, clamd: Clamd, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    version = file(world, b"a text")
    assert (version.scan_state, downloaded(world, version)) == ("error", 409)
    assert workflow.check_again() == 0
    assert state(world, version) == "error"
    settings.CLAMD_URL = clamd.url
    assert workflow.check_again() == 1
    assert (state(world, version), downloaded(world, version)) == ("clean", 200)
    assert clamd.seen == [b"a text"]
    with acting_as(world.viewer("secretary")):
        entry = Entry.objects.get(verb="documents.scanned")
    assert (entry.actor_id, entry.detail["state"]) == (None, "clean")
    assert workflow.check_again() == 0


def test_what_is_found_later_never_leaves(world: Any, clamd: Clamd, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    version = file(world, b"a VIRUS")
    settings.CLAMD_URL = clamd.url
    workflow.check_again()
    assert (state(world, version), downloaded(world, version)) == ("infected", 409)
    workflow.check_again()
    assert len(clamd.seen) == 1


@pytest.mark.parametrize(("audience", "owner"), [("regulator", "sfc"), ("shared", "harbour"), ("organisation", "sfc")])
def test_the_sweep_reaches_files_of_every_audience(world: Any, clamd: Clamd, audience: str, owner: str) -> None:
    clamd.answer = b"stream: limit ERROR\0"
    version = file(world, b"a text", audience=audience, owner=owner)
    assert version.scan_state == "error"
    clamd.answer = None
    assert workflow.check_again() == 1


def test_one_file_that_cannot_be_scanned_does_not_hold_up_the_next(world: Any, clamd: Clamd) -> None:
    clamd.answer = b"stream: limit ERROR\0"
    first, second = file(world, b"first"), file(world, b"second")
    clamd.answer = None
    default_storage.delete(first.storage_name)
    assert workflow.check_again() == 1
    assert (state(world, first), state(world, second)) == ("error", "clean")


def test_without_a_scanner_the_structure_decides_and_the_page_says_so(world: Any, settings: Any) -> None:
    settings.CLAMD_URL = ""
    version = file(world, b"a text")
    assert version.scan_state == "clean"
    page = world.client("mei").get(f"/documents/{version.document_id}/").content.decode()
    assert "No virus scanner is connected" in page


def test_the_page_is_silent_where_there_is_a_scanner(world: Any, clamd: Clamd) -> None:
    page = world.client("mei").get(f"/documents/{file(world, b'a').document_id}/").content.decode()
    assert "No virus scanner" not in page
