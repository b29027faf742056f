"""Where a document is discussed. Rooms to the right of this one register who can answer.

A provider takes (viewer, document ids) and returns {document id: [Mention, ...]} in a fixed number of queries,
naming nothing that the viewer cannot read.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from members.viewer import Viewer
from portal.common.translated import Translated


@dataclass(frozen=True)
class Mention:
    """One place: its words, its address, when it was or will be, and what is said beside it."""

    title: str | Translated
    url: str
    at: date | datetime | None = None
    note: str | Translated = ""


Provider = Callable[[Viewer, Collection[UUID]], Mapping[UUID, list[Mention]]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Called from the owning room's AppConfig.ready()."""
    _providers[name] = provider


def mentions(viewer: Viewer, document_ids: Collection[UUID]) -> dict[UUID, list[Mention]]:
    """Every place where these documents are discussed, as far as `viewer` may know."""
    found: dict[UUID, list[Mention]] = {pk: [] for pk in document_ids}
    if found:
        for provider in _providers.values():
            for pk, places in provider(viewer, document_ids).items():
                found[pk].extend(places)
    return found
