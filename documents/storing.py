"""Taking a file in: counted, checked, scanned, then written together with its row, or not at all."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, TypeVar

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from documents import quota, scanning
from documents.checking import check
from documents.checking.check import too_large
from documents.checking.finding import Objection
from documents.checking.names import safe_name
from documents.enums import MEDIA_TYPES, ScanState
from documents.limits import MAX_BYTES
from documents.stored import StoredFile
from members.models import Organisation
from portal.common.errors import Refused

logger = structlog.get_logger(__name__)
Source = bytes | UploadedFile | File | IO[bytes]  # type: ignore[type-arg]
_PIECE = 256 * 1024
Row = TypeVar("Row", bound=StoredFile)


@dataclass(frozen=True)
class Received:
    """A file that may be stored: what goes into the columns of `StoredFile`, and its bytes."""

    file_name: str
    media_type: str
    content: bytes
    sha256: str
    scan_state: ScanState

    @property
    def size(self) -> int:
        return len(self.content)


def receive(source: Source, *, file_name: str = "", trusted: bool = False, field: str = "file") -> Received:
    """Read, check and scan a file. It asks the scanner, so call it before you lock anything.

    `source`: the form's upload, an open file or bytes. `file_name`: needed where the source has none.
    `trusted`: made by the portal itself; the name alone is checked. State CLEAN, or ERROR where a scanner is
    configured and does not answer: then the file is kept, cannot be downloaded, and is scanned again (`tasks`).
    Refused, beside `field`: with the sentence that says why and what to do.
    """
    refusal = getattr(source, "refusal", "")
    if refusal:
        raise Refused(refusal, field=field)
    name = file_name or str(getattr(source, "name", "") or "")
    content = _read(source, field)
    if trusted:
        return _trusted(name, content, field)
    finding = check(name, content)
    if not finding.is_clean:
        logger.warning("file refused", state=finding.state, size=len(content))
        raise Refused(finding.reason, field=field)
    content = content if finding.cleaned is None else finding.cleaned
    state = ScanState.CLEAN
    if scanning.is_connected():
        verdict = scanning.scan(content)
        state = verdict.state
        if state == ScanState.INFECTED:
            logger.warning("infected file refused", virus=verdict.detail)
            raise Refused(
                _("The virus scanner found harmful content in the file. It was not stored. Do not send it again."),
                field=field,
            )
    return Received(finding.file_name, finding.media_type, content, _checksum(content), state)


def _trusted(name: str, content: bytes, field: str) -> Received:
    try:
        name = safe_name(name)
    except Objection as objection:
        raise Refused(objection.reason, field=field) from None
    if not content:
        raise Refused(_("The file is empty."), field=field)
    media_type = MEDIA_TYPES["." + name.rpartition(".")[2].lower()]
    return Received(name, media_type, content, _checksum(content), ScanState.CLEAN)


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(source: Source, field: str) -> bytes:
    """All of it, counted as it comes: whatever size it claims, no more than the limit is ever held."""
    if isinstance(source, bytes):
        pieces, size = [source], len(source)
    else:
        pieces, size = [], 0
        source.seek(0)
        while size <= MAX_BYTES and (piece := source.read(_PIECE)):
            pieces.append(piece)
            size += len(piece)
    if size > MAX_BYTES:
        raise Refused(too_large(), field=field)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def keep(
    row: Row,
    received: Received,
    *,
    organisation: Organisation | None,
    person_id: int | None = None,
    save: Callable[[Row], Any] | None = None,
    field: str = "file",
) -> Row:
    """Fill the row's file columns, write the bytes under a random name, and insert the row.

    `organisation`: whose quota it uses; None: it counts towards none. `person_id`: who sends it, so that the files
    beside their drafts count. `save`: in place of a plain insert, such as
    one that also writes the audit entry. Whatever fails leaves neither a row nor a file. Refused: the quota is used
    up, or the disk is full.
    """
    row.file_name, row.media_type, row.size = received.file_name, received.media_type, received.size
    row.sha256, row.scan_state = received.sha256, received.scan_state
    with transaction.atomic():
        if organisation is not None:
            quota.require_room(organisation, received.size, person_id=person_id, field=field)
        row.storage_name = _write(row, received.content, field)
        try:
            save(row) if save else row.save(force_insert=True)
        except BaseException:
            default_storage.delete(row.storage_name)
            raise
    if row.scan_state != ScanState.CLEAN:
        transaction.on_commit(_nudge, robust=True)
    return row


def _nudge() -> None:
    """Have it scanned again in a minute. Where the queue is away, beat's sweep finds it."""
    from documents.tasks import check_again

    check_again.apply_async(countdown=60, expires=3600, retry=False)


def _write(row: StoredFile, content: bytes, field: str) -> str:
    name = f"{row._meta.app_label}/{row.pk.hex[:2]}/{uuid.uuid4().hex}"
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError as error:
        logger.exception("file not stored", errno=error.errno)
        default_storage.delete(name)
        raise Refused(
            _("The portal has no room to store the file at present. Nothing was kept. Try again later."), field=field
        ) from error


def discard(row: StoredFile) -> None:
    """Delete the row now, and its bytes once that has been committed."""
    name = row.storage_name
    row.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
