"""Who at the regulator opened what a firm shares with it: noted while a page is made, written once at its end.

`note` stands wherever a text or a file of audience `shared` is read for somebody. For the public and for firms it does
nothing. A page that shows nothing in the end (a redirect, a refusal, "nothing new") writes nothing; one that cannot be
written down is not shown, since both are one transaction.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from audit.context import current
from members.audience import Audience
from members.models import Opening
from members.models.oversight import How
from members.viewer import Viewer
from portal.common import clock

__all__ = [
    "How",
    "Kind",
    "collecting",
    "kinds",
    "label",
    "named",
    "named_in_trail",
    "note",
    "note_part",
    "note_trail",
    "register",
    "words",
]

# The statuses of answers that carry content; a form that is shown again with its errors is one of them.
SHOWN: Final = frozenset({200, 206, 409, 422})


@dataclass
class Ledger:
    """What one request has opened so far, in the order in which it came."""

    viewer: Viewer
    found: dict[tuple[int, str, str], dict[str, None]] = field(default_factory=dict)

    def note(self, organisation_id: int, kind: str, pk: str, how: str) -> None:
        self.found.setdefault((organisation_id, kind, how), {})[pk] = None

    def write(self, page: str) -> None:
        """One statement, however much was opened."""
        if not self.found:
            return
        at, request_id = clock.now(), current().request_id
        viewer = self.viewer
        Opening.objects.bulk_create(
            Opening(
                at=at,
                user_id=viewer.person_id,
                role=viewer.role,
                reader_organisation_id=viewer.organisation_id or 0,
                organisation_id=organisation_id,
                kind=kind,
                objects_opened=list(objects),
                how=how,
                page=page[:250],
                request_id=request_id,
            )
            for (organisation_id, kind, how), objects in self.found.items()
        )
        self.found.clear()


_ledger: ContextVar[Ledger | None] = ContextVar("members_openings", default=None)


@contextmanager
def collecting(viewer: Viewer) -> Iterator[Ledger | None]:
    """Take down what `viewer` opens meanwhile; None for those whose reading is nobody's business but their firm's."""
    ledger = Ledger(viewer) if viewer.is_regulator or viewer.is_supervision else None
    token = _ledger.set(ledger)
    try:
        yield ledger
    finally:
        _ledger.reset(token)


def note(rows: Iterable[Any], *, how: str = How.READ) -> None:
    """The texts of these rows are shown or handed out. Of rows that firms do not share with the regulator, and of
    notices about a firm (`Restricted.is_content`): nothing."""
    ledger = _ledger.get()
    if ledger is None:
        return
    for row in rows:
        is_content = getattr(row, "is_content", True)
        if is_content and row.audience == Audience.SHARED and row.organisation_id != ledger.viewer.organisation_id:
            ledger.note(row.organisation_id, row._meta.label_lower, str(row.pk), how)


def note_part(part: models.Model, of: Any, *, how: str = How.DOWNLOAD) -> None:
    """A part with a name of its own, such as a file, of a row that may be shared: the part is what was opened."""
    ledger = _ledger.get()
    if ledger is not None and of.audience == Audience.SHARED and of.organisation_id != ledger.viewer.organisation_id:
        ledger.note(of.organisation_id, part._meta.label_lower, str(part.pk), how)


def note_trail(entries: Iterable[Any], *, how: str = How.READ) -> None:
    """Entries of the audit trail name what was done to. Where that name is a text of its own, it is on the page."""
    ledger = _ledger.get()
    if ledger is None:
        return
    for entry in entries:
        known = _kinds.get(entry.object_type)
        foreign = entry.organisation_id not in {None, ledger.viewer.organisation_id}
        if known is not None and known.name_is_text and entry.audience == Audience.SHARED and foreign:
            ledger.note(entry.organisation_id, entry.object_type, entry.object_id, how)


def named_in_trail(entries: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """The few among many entries that `note_trail` would note, without their particulars."""
    texts = [kind for kind, known in _kinds.items() if known.name_is_text]
    rows = entries.filter(audience=Audience.SHARED, object_type__in=texts)
    return rows.only("audience", "organisation_id", "object_type", "object_id")


# --- how it is told ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """What can be opened: its name in the list of kinds, so many of it in words, and those among some keys that a
    viewer may read now, as words and address."""

    label: Any
    words: Callable[[int], str]
    named: Callable[[Viewer, Collection[str]], Mapping[str, tuple[str, str]]]
    # The name that the audit trail keeps of one says what stands in it, as a title does.
    name_is_text: bool = False


_kinds: dict[str, Kind] = {}


def register(model: type[models.Model], kind: Kind) -> None:
    """Called from the AppConfig.ready() of the room that owns the model."""
    _kinds[model._meta.label_lower] = kind


def kinds() -> Collection[str]:
    return _kinds.keys()


def label(kind: str) -> str:
    """The name of a kind; of one that no room has registered, that of its table."""
    known = _kinds.get(kind)
    return str(known.label) if known else capfirst(str(_table(kind)._meta.verbose_name_plural))


def words(kind: str, count: int) -> str:
    """So many of that kind."""
    known = _kinds.get(kind)
    return known.words(count) if known else f"{count} × {_table(kind)._meta.verbose_name}"


def _table(kind: str) -> type[models.Model]:
    return apps.get_model(kind)


def named(kind: str, viewer: Viewer, keys: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """What these keys name, as words and address, as far as `viewer` may read it now."""
    known = _kinds.get(kind)
    return known.named(viewer, keys) if known and keys else {}
