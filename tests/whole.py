"""The longest walks are shared out in an everyday run, so that it ends within a quarter of an hour on two cores.

`PORTAL_TEST_WHOLE=1 make test` leaves nothing out: before a release, and every night.
"""

import os
from collections.abc import Iterable
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
WHOLE = bool(os.environ.get("PORTAL_TEST_WHOLE"))


def share(items: Iterable[T], of: int, key: str) -> list[T]:
    """One in `of` of the items, another one for each key: together the keys meet most of them."""
    every = list(items)
    return every if WHOLE else every[crc32(key.encode()) % of :: of]


def is_due(key: str, of: int) -> bool:
    """Whether this one is among the one in `of` of an everyday run."""
    return WHOLE or crc32(key.encode()) % of == 0
