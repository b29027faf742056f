"""Files whose check is still to come: the scanner was away, or the row is older than the check."""

from collections.abc import Callable, Iterator
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import models

from documents import scanning
from documents.checking import check
from documents.enums import ScanState
from documents.scanning import Verdict
from documents.stored import Keeper, StoredFile, keepers
from members.viewer import Viewer, acting_as, memberships_with_access, viewer_of

logger = structlog.get_logger(__name__)
# The row, what the log names, the new state.
Note = Callable[[StoredFile, models.Model, str], None]
BATCH = 200
WAITING = (ScanState.PENDING, ScanState.ERROR)


def check_again(note: Note) -> int:
    """Check what waits, a file a transaction; returns how many became clean. `note` is called where the state changes.

    A scanner that is still away ends the sweep. Any number of workers may do this: a row is locked by one.
    """
    tried: set[object] = set()
    cleared = 0
    for viewer, keeper in _rounds():
        with acting_as(viewer):
            waiting = list(
                keeper.model._default_manager.filter(scan_state__in=WAITING)
                .order_by("created_at", "pk")
                .values_list("pk", flat=True)[:BATCH]
            )
        for pk in waiting:
            if pk in tried:
                continue
            with acting_as(viewer):
                verdict = _check_one(keeper, pk, note)
            if verdict is None:
                continue
            if not verdict.was_reached:
                return cleared
            tried.add(pk)
            cleared += verdict.state == ScanState.CLEAN
    return cleared


def _rounds() -> Iterator[tuple[Viewer, Keeper]]:
    """Who looks into which table. One viewer of each class that reads alike reads every row there is; what is one
    person's alone, each person."""
    seen: set[object] = set()
    for membership in memberships_with_access().order_by("pk"):
        viewer = viewer_of(membership)
        if not (viewer.is_regulator or viewer.is_platform):
            continue
        is_new = viewer.reading_class not in seen
        seen.add(viewer.reading_class)
        for keeper in keepers():
            if is_new or (keeper.person and scanning.is_connected()):
                yield viewer, keeper


def _check_one(keeper: Keeper, pk: UUID, note: Note) -> Verdict | None:
    """What the check said; None where another worker has the row, or this viewer may not write it."""
    waiting = keeper.model._default_manager.filter(pk=pk, scan_state__in=WAITING)
    row = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    verdict = _verdict_on(row)
    if verdict.state != row.scan_state:
        row.scan_state = verdict.state
        row.save(update_fields=["scan_state"])
        if keeper.subject:
            note(row, getattr(row, keeper.subject), verdict.state)
    return verdict


def _verdict_on(row: StoredFile) -> Verdict:
    try:
        with default_storage.open(row.storage_name, "rb") as stored:
            content = stored.read()
    except FileNotFoundError:
        logger.exception("stored file is absent", file=str(row.pk))
        return Verdict(ScanState.ERROR)
    finding = check(row.file_name, content)
    if not finding.is_clean:
        return Verdict(ScanState.INFECTED, finding.reason)
    return scanning.scan(content) if scanning.is_connected() else Verdict(ScanState.CLEAN)
