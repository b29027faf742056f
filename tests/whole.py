"""The longest walks are shared out in an everyday run, so that it ends within a quarter of an hour on two cores.

However wide a share is, each everyday run still meets every view for somebody.

`PORTAL_TEST_WHOLE=1 make test` leaves nothing out: before a release, and every night.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
WHOLE = bool(os.environ.get("PORTAL_TEST_WHOLE"))


def share(items: Iterable[T], of: int, key: str) -> list[T]:
    """One in `of` of the items, another one for each key: together the keys meet most of them."""
    every = list(items)
    return every if WHOLE else every[crc32(key.encode()) % of :: of]


def deal(items: Iterable[T], players: Sequence[str], player: str, turns: int = 1) -> list[T]:
    """What falls to this player; together the players leave none out. With more turns also what falls to the next."""
    every = list(items)
    if WHOLE:
        return every
    first = players.index(player)
    wanted = {(first + turn) % len(players) for turn in range(turns)}
    return [item for number, item in enumerate(every) if number % len(players) in wanted]


def is_due(key: str, of: int) -> bool:
    """Whether this one is among the one in `of` of an everyday run."""
    return WHOLE or crc32(key.encode()) % of == 0
