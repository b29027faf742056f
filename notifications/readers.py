"""Which of a person's events they may still read: asked again when a page is made and when a mail goes out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from notifications import kinds
from notifications.models import Event

Pair = tuple[int, str]
_order: Callable[[Collection[int]], Sequence[int]] = sorted


def set_order(order: Callable[[Collection[int]], Sequence[int]]) -> None:
    """Say in which order users who read alike stand together; called by the room that knows memberships."""
    global _order  # set once, when the program is loaded
    _order = order


def alike_together(user_ids: Collection[int]) -> Sequence[int]:
    """The same users, so that a batch asks what is readable for few sorts of readers."""
    return _order(user_ids)


def still_readable(pairs: Iterable[tuple[int, Event]]) -> set[tuple[int, str]]:
    """The pairs (user id, event id) whose subject that user may read at this moment.

    One question for the kinds that ask alike, for all their events and users together.
    """
    by_question: dict[kinds.Readable | None, list[tuple[int, Event]]] = defaultdict(list)
    for user_id, event in pairs:
        by_question[kinds.get(event.kind).readable].append((user_id, event))
    allowed: set[tuple[int, str]] = set()
    for readable, group in by_question.items():
        if readable is None:
            allowed |= {(user_id, str(event.pk)) for user_id, event in group}
            continue
        found = readable({user_id for user_id, _event in group}, {event.subject_id for _user, event in group})
        allowed |= {(user_id, str(event.pk)) for user_id, event in group if (user_id, event.subject_id) in found}
    return allowed
