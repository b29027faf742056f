"""The verbs of the record in words. Each room says its own, in `<room>/verbs.py`; a test finds a verb without any."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings


@cache
def every() -> dict[str, Any]:
    """Each verb that a room records, with its words in the active language (lazily)."""
    words: dict[str, Any] = {}
    for room in (*settings.FIRST_PARTY_APPS, "portal"):
        if find_spec(f"{room}.verbs"):
            words |= import_module(f"{room}.verbs").WORDS
    return words


def words_of(verb: str) -> str:
    """What was done, in the active language; a verb of the past that no room knows any more as it was recorded."""
    return str(every().get(verb, verb))
