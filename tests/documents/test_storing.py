"""Files go in whole or not at all, within what each organisation may keep, and come out as they should."""

import errno
import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from audit.models import Entry
from documents import quota, storing, uploads, workflow
from documents.limits import MAX_BYTES, MAX_REQUEST
from documents.models import Document, Version
from documents.serving import serve
from documents.stored import keepers
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Refused
from tests.documents import corpus


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CLAMD_URL = ""
    return tmp_path / "media"


@pytest.fixture
def document(world: Any) -> Document:
    actor = world.viewer("secretary")
    with acting_as(actor):
        return workflow.file_document(
            actor=actor,
            organisation=world.sfc,
            audience="group",
            titles={"en": "Paper"},
            released_at=clock.now() - timedelta(days=1),
        )


def file(world: Any, document: Document, content: Any = b"a text", name: str = "a.txt", **options: Any) -> Version:
    actor = world.viewer("secretary")
    with acting_as(actor):
        return workflow.file_version(document, actor=actor, file_name=name, content=content, **options)


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def nothing_was_kept(world: Any, media: Path) -> bool:
    with acting_as(world.viewer("secretary")):
        written = Version.objects.exists() or Entry.objects.filter(verb="documents.version_filed").exists()
    return not written and not stored(media)


@pytest.mark.filterwarnings("ignore:.*bomb")
def test_the_hostile_corpus_leaves_nothing_behind(world: Any, document: Document, media: Path) -> None:
    for what, name, content in corpus.hostile():
        with pytest.raises(Refused) as refused:
            file(world, document, content, name)
        assert refused.value.field == "file", what
    assert nothing_was_kept(world, media)


def test_the_ordinary_corpus_is_stored_clean(world: Any, document: Document, media: Path) -> None:
    files = list(corpus.ordinary())
    for what, name, content in files:
        assert file(world, document, content, name).scan_state == "clean", what
    assert len(stored(media)) == len(files)


def test_what_is_stored_is_the_picture_drawn_anew(world: Any, document: Document, media: Path) -> None:
    from tests.documents.making import photograph_with_place

    version = file(world, document, photograph_with_place(), "Vault.jpg")
    (path,) = stored(media)
    assert b"CANARY" not in path.read_bytes()
    assert path.stat().st_size == version.size


# --- limits -------------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """Says that it is short, and never ends."""

    name = "a.txt"
    size = 10
    given = 0

    def seek(self, *_args: Any) -> int:
        return 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"a" * size


def test_a_source_that_lies_about_its_size_is_cut_off() -> None:
    source = Endless()
    with pytest.raises(Refused, match="25 MB"):
        storing.receive(source)  # type: ignore[arg-type]
    assert MAX_BYTES < source.given < MAX_BYTES + 1024 * 1024


def test_the_largest_file_fits_and_one_byte_more_does_not() -> None:
    assert storing.receive(b"a" * MAX_BYTES, file_name="a.txt").size == MAX_BYTES
    with pytest.raises(Refused, match="25 MB"):
        storing.receive(b"a" * (MAX_BYTES + 1), file_name="a.txt")


def posted(*files: tuple[str, bytes]) -> Any:
    rows = {f"file{n}": SimpleUploadedFile(name, content) for n, (name, content) in enumerate(files)}
    return RequestFactory().post("/", {"body": "what was typed", **rows})


def test_a_file_that_is_too_large_is_dropped_while_it_comes_in(settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    request = posted(("big.txt", b"a" * (MAX_BYTES + 1)), ("small.txt", b"hello"))
    assert request.POST["body"] == "what was typed"
    big, small = request.FILES["file0"], request.FILES["file1"]
    assert big.size > MAX_BYTES
    assert small.read() == b"hello"
    # The dropped one is on the disk no longer.
    assert sum(path.stat().st_size for path in tmp_path.iterdir() if path.is_file()) < 1000
    with pytest.raises(Refused, match="25 MB") as refused:
        storing.receive(big, field="files")
    assert refused.value.field == "files"
    assert storing.receive(small).size == 5


def test_a_form_that_is_far_too_large_is_not_read() -> None:
    handler = uploads.CountingUploadHandler()
    with pytest.raises(RequestDataTooBig):
        handler.handle_raw_input(None, {}, MAX_REQUEST + 1, b"")
    handler.handle_raw_input(None, {}, MAX_REQUEST, b"")


def test_a_temporary_folder_that_is_full_is_a_sentence(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads.TemporaryFileUploadHandler, "receive_data_chunk", full)
    request = posted(("a.txt", b"a" * 3_000_000))
    assert request.POST["body"] == "what was typed"
    with pytest.raises(Refused, match="no room"):
        storing.receive(request.FILES["file0"])


def test_each_organisation_has_its_room(world: Any, document: Document, settings: Any, media: Path) -> None:
    settings.FILE_QUOTA_BYTES = 10
    file(world, document, b"123456")
    with pytest.raises(Refused, match="all of its room") as refused:
        file(world, document, b"12345")
    assert refused.value.field == "file"
    assert len(stored(media)) == 1
    file(world, document, b"1234")
    with acting_as(world.viewer("secretary")):
        assert quota.used(world.sfc) == 10
        assert quota.used(world.harbour) == 0


def test_the_quota_counts_what_the_uploader_cannot_read(world: Any) -> None:
    actor = world.viewer("officer")
    with acting_as(actor):
        made = workflow.file_document(
            actor=actor,
            organisation=world.sfc,
            audience="regulator",
            titles={"en": "Paper"},
            working_group=world.custody,
        )
        workflow.file_version(made, actor=actor, file_name="a.txt", content=b"123")
    outsider = world.viewer("secretary")
    with acting_as(outsider):
        assert not Document.objects.visible_to(outsider).filter(pk=made.pk).exists()
        assert quota.used(world.sfc) == 3


def test_what_the_portal_makes_itself_counts_towards_none(world: Any, document: Document, settings: Any) -> None:
    settings.FILE_QUOTA_BYTES = 1
    assert file(world, document, b"123456", trusted=True).is_clean


def test_every_table_of_files_is_counted() -> None:
    from django.apps import apps

    from documents.stored import StoredFile

    tables = {model for model in apps.get_models() if issubclass(model, StoredFile)}
    assert {keeper.model for keeper in keepers()} == tables


# --- a full disk (SECURITY.md C 32) ---------------------------------------------------------------------------------


def test_a_full_disk_leaves_no_row_and_no_part_of_a_file(
    world: Any, document: Document, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FileSystemStorage._save  # type: ignore[attr-defined]

    def runs_full(self: Any, name: str, content: Any) -> str:
        whole(self, name, type(content)(content.read(3)))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(FileSystemStorage, "_save", runs_full)
        with pytest.raises(Refused, match="no room") as refused:
            file(world, document)
    assert refused.value.field == "file"
    assert nothing_was_kept(world, media)
    assert file(world, document).is_clean


def test_a_row_that_cannot_be_written_leaves_no_file(
    world: Any, document: Document, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("the log is away")

    monkeypatch.setattr(workflow, "record", fails)
    with pytest.raises(RuntimeError):
        file(world, document)
    monkeypatch.undo()
    with acting_as(world.viewer("secretary")):
        assert not Version.objects.exists()
    assert not stored(media)


def test_what_is_discarded_leaves_the_disk_once_that_is_certain(
    world: Any, document: Document, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    received = storing.receive(b"a text", file_name="a.txt")
    actor = world.viewer("secretary")
    with acting_as(actor):
        row = Version(document=document, number=1, created_by=actor.user)
        with django_capture_on_commit_callbacks(execute=True):
            storing.keep(row, received, organisation=None)
        with django_capture_on_commit_callbacks() as later:
            storing.discard(row)
        assert len(stored(media)) == 1
        assert not Version.objects.exists()
    for callback in later:
        callback()
    assert not stored(media)


# --- handing out --------------------------------------------------------------------------------------------------


def served(name: str, **columns: Any) -> Any:
    return Version(file_name=name, media_type="text/csv; charset=utf-8", scan_state="clean", **columns)


def test_a_file_comes_out_as_an_attachment_under_its_own_name(world: Any, document: Document) -> None:
    version = file(world, document, "=1+1,資產".encode(), "名單 2026.csv")
    answer = world.client("mei").get(f"/documents/{document.pk}/1/")
    assert b"".join(answer.streaming_content).decode() == "=1+1,資產"
    assert answer.headers["Content-Disposition"] == ("attachment; filename*=utf-8''%E5%90%8D%E5%96%AE%202026.csv")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == version.size


def test_a_name_cannot_break_out_of_the_header(media: Path) -> None:
    (media / "documents").mkdir(parents=True)
    (media / "documents" / "x").write_bytes(b"hello")
    answer = serve(served('a"; x=1\\.csv', storage_name="documents/x"))
    answer.file_to_stream.close()  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a\\"; x=1\\\\.csv"'


@pytest.mark.parametrize("state", ["pending", "infected", "error", "", "CLEAN"])
def test_what_is_not_clean_is_never_served(media: Path, state: str) -> None:
    row = Version(file_name="a.csv", scan_state=state, storage_name="documents/x")
    with pytest.raises(Refused):
        serve(row)


def test_a_file_that_is_lost_is_a_sentence() -> None:
    with pytest.raises(Refused, match="cannot be found"):
        serve(served("a.csv", storage_name=f"documents/{uuid.uuid4().hex}"))
