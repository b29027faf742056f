"""What changed between two texts, word by word; in Chinese, where no space parts the words, by character.

The time is bounded: the search gives up after so many steps, and then whole lines, or the whole text, count as
replaced.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Kind = Literal["same", "inserted", "deleted"]
# About half a second of Python.
STEPS: Final = 1_000_000
_CJK: Final = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
# A Chinese character; a line's end; white space; a word with what belongs to it; any other sign.
_TOKENS: Final = re.compile(rf"[{_CJK}]|\n|[^\S\n]+|[^\W{_CJK}]+(?:[.,'’%-][^\W{_CJK}]+)*%?|.", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """A stretch of text that stands in both, in the later one alone, or in the earlier one alone."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Change]:
    """The stretches that lead from `before` to `after`. Those not inserted make up `before`, those not deleted
    `after`, sign for sign."""
    work = _Work(STEPS)
    one, two = _TOKENS.findall(before), _TOKENS.findall(after)
    found = _script(one, two, work)
    if found is None:
        found = _by_lines(before.splitlines(keepends=True), after.splitlines(keepends=True), _Work(STEPS))
    return list(_readable(found))


def rows(before: str, after: str) -> SafeString:
    """HTML with <ins> and <del>; a screen reader hears before each what it is. Set it in an element `diff`."""
    return format_html_join("", "{}", ((_row(change),) for change in compare(before, after)))


def _row(change: Change) -> str | SafeString:
    if change.kind == "same":
        return change.text
    # A line's end alone would be an invisible change.
    text = change.text if change.text.strip() else change.text.replace("\n", "↵\n")
    if change.kind == "inserted":
        return format_html('<ins><span class="sr">{} </span>{}<span class="sr"> {}</span></ins>',
                           _("inserted:"), text, _("end of insertion"))  # fmt: skip
    return format_html('<del><span class="sr">{} </span>{}<span class="sr"> {}</span></del>',
                       _("deleted:"), text, _("end of deletion"))  # fmt: skip


class _Work:
    """How many steps the search may still take."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        self.left -= steps
        return self.left >= 0


Script = list[tuple[Kind, str]]


def _script(one: Sequence[str], two: Sequence[str], work: _Work) -> Script | None:
    """The shortest script from `one` to `two`; None when the search would take more than the work that is left."""
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    middle = _shortest(one[start : len(one) - end], two[start : len(two) - end], work)
    if middle is None:
        return None
    return [
        *(("same", token) for token in one[:start]),
        *middle,
        *(("same", token) for token in one[len(one) - end :]),
    ]


def _shortest(one: Sequence[str], two: Sequence[str], work: _Work) -> Script | None:
    """Myers, "An O(ND) difference algorithm" (1986): forward, keeping the furthest points of each round."""
    if not one or not two:
        return [*(("deleted", token) for token in one), *(("inserted", token) for token in two)]
    furthest: dict[int, int] = {1: 0}
    rounds: list[dict[int, int]] = []
    for distance in range(len(one) + len(two) + 1):
        rounds.append(dict(furthest))
        if not work.spend(2 * distance + 1):
            return None
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            begun = x
            while x < len(one) and y < len(two) and one[x] == two[y]:
                x, y = x + 1, y + 1
            if not work.spend(x - begun):
                return None
            furthest[diagonal] = x
            if x >= len(one) and y >= len(two):
                return _walk_back(one, two, rounds)
    return None


def _walk_back(one: Sequence[str], two: Sequence[str], rounds: list[dict[int, int]]) -> Script:
    x, y = len(one), len(two)
    script: Script = []
    for distance in range(len(rounds) - 1, -1, -1):
        furthest, diagonal = rounds[distance], x - y
        down = diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        start_x = furthest[before]
        start_y = start_x - before
        while x > start_x and y > start_y:
            x, y = x - 1, y - 1
            script.append(("same", one[x]))
        if distance:
            script.append(("inserted", two[start_y]) if down else ("deleted", one[start_x]))
            x, y = start_x, start_y
    script.reverse()
    return script


def _by_lines(one: list[str], two: list[str], work: _Work) -> Script:
    found = _script(one, two, work)
    return [("deleted", "".join(one)), ("inserted", "".join(two))] if found is None else found


def _readable(script: Script) -> Iterator[Change]:
    """Neighbours of a kind joined, deleted before inserted, and no lone blank left between two changes."""
    removed, added, held = "", "", ""
    same = ""
    for kind, text in script:
        if kind == "same":
            if (removed or added) and not text.strip(" \t") and not held:
                held = text
                continue
            if removed or added:
                yield from _both(removed, added)
                removed = added = ""
            same += held + text
            held = ""
            continue
        if held:
            # The blank between two changed words changes with them.
            removed, added, held = removed + held, added + held, ""
        if same:
            yield Change("same", same)
            same = ""
        if kind == "deleted":
            removed += text
        else:
            added += text
    if removed or added:
        yield from _both(removed, added)
    if same or held:
        yield Change("same", same + held)


def _both(removed: str, added: str) -> Iterator[Change]:
    if removed:
        yield Change("deleted", removed)
    if added:
        yield Change("inserted", added)
