"""The verbs of the record in words. Each room says its own, in `<room>/verbs.py`; a test finds a verb without any."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.conf import settings


def _rooms() -> list[tuple[str, ModuleType]]:
    rooms = [room for room in (*settings.FIRST_PARTY_APPS, "portal") if find_spec(f"{room}.verbs")]
    return [(room, import_module(f"{room}.verbs")) for room in rooms]


@cache
def every() -> dict[str, Any]:
    """Each verb that a room records, with its words in the active language (lazily)."""
    words: dict[str, Any] = {}
    for _room, verbs in _rooms():
        words |= verbs.WORDS
    return words


@cache
def of_rooms(table: str) -> dict[tuple[str, str], Any]:
    """What each room says in that table of its verbs.py, by room and key."""
    return {(room, key): said for room, verbs in _rooms() for key, said in getattr(verbs, table, {}).items()}


def words_of(verb: str) -> str:
    """What was done, in the active language; a verb of the past that no room knows any more as it was recorded."""
    return str(every().get(verb, verb))
