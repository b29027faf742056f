"""Which of a person's events they may still read: asked again when a page is made and when a mail goes out."""

from collections import defaultdict
from collections.abc import Iterable

from notifications import kinds
from notifications.models import Event

Pair = tuple[int, str]


def still_readable(pairs: Iterable[tuple[int, Event]]) -> set[tuple[int, str]]:
    """The pairs (user id, event id) whose subject that user may read at this moment.

    One question a kind, for all its events and users together.
    """
    by_kind: dict[str, list[tuple[int, Event]]] = defaultdict(list)
    for user_id, event in pairs:
        by_kind[event.kind].append((user_id, event))
    allowed: set[tuple[int, str]] = set()
    for name, group in by_kind.items():
        readable = kinds.get(name).readable
        if readable is None:
            allowed |= {(user_id, str(event.pk)) for user_id, event in group}
            continue
        found = readable({user_id for user_id, _event in group}, {event.subject_id for _user, event in group})
        allowed |= {(user_id, str(event.pk)) for user_id, event in group if (user_id, event.subject_id) in found}
    return allowed
