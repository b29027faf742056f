"""What can happen to documents: they are filed, get versions, are checked, released and taken away."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from documents import policies
from documents.enums import MEDIA_TYPES, DocumentKind, ScanState
from documents.models import Document, Version
from members.models import Organisation, WorkingGroup
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

MAX_BYTES = 25 * 1024 * 1024


def file_document(
    *,
    actor: Viewer,
    organisation: Organisation,
    audience: str,
    titles: Mapping[str, str],
    kind: str = DocumentKind.OTHER,
    working_group: WorkingGroup | None = None,
    released_at: datetime | None = None,
    **fields: Any,
) -> Document:
    """Open a document without a file yet. `titles`: en, zh_hant, zh_hans.

    `released_at` None: the regulator alone reads it until `release`.
    """
    require(policies.can_file(actor))
    with transaction.atomic():
        document = Document(
            organisation=organisation,
            audience=audience,
            working_group=working_group,
            kind=kind,
            released_at=released_at,
            created_at=clock.now(),
            created_by=actor.user,
            **{f"title_{language}": text for language, text in titles.items()},
            **fields,
        )
        document.full_clean(validate_constraints=False)
        document.save(force_insert=True)
        record("documents.filed", document, actor=actor, audience=audience)
    return document


def file_version(
    document: Document,
    *,
    actor: Viewer,
    file_name: str,
    content: bytes,
    note: str = "",
    trusted: bool = False,
) -> Version:
    """Add `content` as the next version; the same bytes as the newest version add none.

    The file waits for its check unless `trusted`: material that the portal itself has made. Refused: a kind of
    file that is not taken in, an empty file, more than 25 MB.
    """
    require(policies.can_file(actor))
    name = _safe_name(file_name)
    if not content:
        raise Refused(_("The file is empty."), field="file")
    if len(content) > MAX_BYTES:
        raise Refused(_("The file is too large. At most 25 MB fit."), field="file")
    checksum = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        newest = document.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == checksum:
            return newest
        version = Version(
            document=document,
            number=newest.number + 1 if newest else 1,
            file_name=name,
            media_type=MEDIA_TYPES[PurePosixPath(name).suffix.lower()],
            size=len(content),
            sha256=checksum,
            scan_state=ScanState.CLEAN if trusted else ScanState.PENDING,
            note=note,
            created_at=clock.now(),
            created_by=actor.user,
        )
        version.storage_name = default_storage.save(
            f"documents/{version.pk.hex[:2]}/{uuid.uuid4().hex}", ContentFile(content)
        )
        try:
            version.save(force_insert=True)
            record("documents.version_filed", document, actor=actor, number=version.number, sha256=checksum)
        except Exception:
            default_storage.delete(version.storage_name)
            raise
    return version


def _safe_name(file_name: str) -> str:
    """The last part of the name, printable, with an extension that is taken in."""
    name = "".join(
        c for c in PurePosixPath(file_name.replace("\\", "/")).name if c.isprintable() and c not in '"<>|:*?'
    )
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise Refused(
            _("Files of this kind are not taken in. Allowed: %(kinds)s.") % {"kinds": ", ".join(sorted(MEDIA_TYPES))},
            field="file",
        )
    return name[-160:]


def release(document: Document, *, actor: Viewer) -> None:
    """From now on the document's audience reads it. Repeating it changes nothing."""
    require(policies.can_file(actor))
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.released_at is None or locked.released_at > clock.now():
            locked.released_at = clock.now()
            locked.save(update_fields=["released_at"])
            record("documents.released", locked, actor=actor)
    document.released_at = locked.released_at


def record_scan(version: Version, *, state: str, actor: Viewer | None) -> None:
    """Note what the check of a file found. An infected file never becomes clean: a new version must be filed."""
    require(policies.can_record_scan(actor))
    with transaction.atomic():
        locked = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version.pk)
        if locked.scan_state == ScanState.INFECTED and state != ScanState.INFECTED:
            raise Refused(_("An infected file cannot be cleared. File a new version."))
        locked.scan_state = ScanState(state)
        locked.save(update_fields=["scan_state"])
        record("documents.scanned", locked.document, actor=actor, number=locked.number, state=state)
    version.scan_state = locked.scan_state


def note_download(version: Version, *, actor: Viewer) -> None:
    """Record that `actor` took this file away, where that is recorded at all (`Document.is_logged`)."""
    if version.document.is_logged:
        record("documents.downloaded", version.document, actor=actor, number=version.number, sha256=version.sha256)


def note_opening(document: Document, *, actor: Viewer) -> None:
    """Record that `actor` opened the page of a paper under the secrecy provisions (SFO s.378)."""
    if document.secrecy_notice:
        record("documents.opened", document, actor=actor)
