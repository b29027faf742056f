"""Work of other rooms that belongs to an initiative: its consultations, meetings, documents.

Rooms to the right register a provider here from AppConfig.ready(); it returns only what the viewer may read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from members.viewer import Viewer


@dataclass(frozen=True)
class Related:
    """One line of "Linked work", under its `heading` ("Consultations"); all in the active language."""

    heading: str
    title: str
    url: str
    note: str = ""


# (viewer, initiative number) -> lines, in the order in which they are shown
Provider = Callable[[Viewer, int], Iterable[Related]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def of(viewer: Viewer, initiative_number: int) -> dict[str, list[Related]]:
    """The lines by heading, headings in the order of registration."""
    found: dict[str, list[Related]] = {}
    for provider in _providers:
        for line in provider(viewer, initiative_number):
            found.setdefault(line.heading, []).append(line)
    return found
