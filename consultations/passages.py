"""A passage of a paragraph or question: found again by its words and by what stands around them.

As in the W3C's Web Annotation model (TextQuoteSelector): a quotation with a few characters before and after. What
cannot be found any more has been amended; the comment then stays at its paragraph.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from portal.common.translated import column_language

LONGEST: Final = 1_000
AROUND: Final = 80
_LANGUAGES: Final = ("en", "zh_hant", "zh_hans")
# Stored HTML is well formed; an attribute's value may hold < and >.
_TOKEN: Final = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+")
_CHARACTER: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)
_INLINE: Final = re.compile(r"</?(?:a|strong|em|s|del|ins|code|sup|sub|mark)\b", re.IGNORECASE)
# People type straight quotes and plain hyphens for those of the text.
_ALIKE: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "."})


@dataclass(frozen=True)
class Passage:
    """Words of a text as they stand in it, what stands before and after, and the column of the language."""

    words: str
    before: str = ""
    after: str = ""
    language: str = ""


class _Text:
    """The characters that a reader sees, each with its place in the HTML; folded for comparing."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.seen: list[str] = []
        self.places: list[tuple[int, int]] = []
        for token in _TOKEN.finditer(html):
            if token[0].startswith("<"):
                if not _INLINE.match(token[0]):
                    self._add(" ", (token.start(), token.start()))
                continue
            for one in _CHARACTER.finditer(token[0]):
                place = (token.start() + one.start(), token.start() + one.end())
                for character in unescape(one[0]) if one[0].startswith("&") else one[0]:
                    self._add(character, place)
        self.folded = "".join(map(_fold, self.seen))

    def _add(self, character: str, place: tuple[int, int]) -> None:
        if character.isspace():
            if not self.seen or self.seen[-1] == " ":
                return
            character = " "
        self.seen.append(character)
        self.places.append(place)

    def find(self, passage: Passage) -> tuple[int, int] | None:
        """From and to among the characters, where the surroundings fit best; None if the words are not there."""
        words = _folded(passage.words).strip()
        if not words:
            return None
        before, after = _folded(passage.before), _folded(passage.after)
        best, found, start = -1, None, self.folded.find(words)
        while start >= 0:
            end = start + len(words)
            fit = _common(self.folded[:start][::-1], before[::-1]) + _common(self.folded[end:], after)
            if fit > best:
                best, found = fit, (start, end)
            start = self.folded.find(words, start + 1)
        return found


def _fold(character: str) -> str:
    """One character for one character."""
    small = character.lower()
    return (small if len(small) == 1 else character).translate(_ALIKE)


def _folded(text: str) -> str:
    return "".join(map(_fold, re.sub(r"\s+", " ", text)))


def _common(one: str, two: str) -> int:
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count


def find(row: Any, words: str, *, before: str = "", language: str = "") -> Passage | None:
    """The passage of a paragraph's or question's text that has these words, in the language that is given, else in
    the reader's, else in any; None where they stand in none. `before`: what stood before them on the page."""
    wanted = column_language()
    for code in dict.fromkeys((*((language,) if language in _LANGUAGES else ()), wanted, *_LANGUAGES)):
        text = _Text(getattr(row, f"html_{code}", ""))
        found = text.find(Passage(words, before=before[-AROUND:]))
        if found is not None:
            start, end = found
            return Passage(
                "".join(text.seen[start:end]),
                "".join(text.seen[max(0, start - AROUND) : start]),
                "".join(text.seen[end : end + AROUND]),
                code,
            )
    return None


def stands(html: str, passage: Passage) -> bool:
    """Whether the words are still in the text."""
    return _Text(html).find(passage) is not None


def marked(html: str, passages: Iterable[Passage]) -> tuple[str, set[Passage]]:
    """The same HTML with <mark> around the passages, and those that were found. Tags stay where they are: a passage
    that runs over several is marked in pieces."""
    text, found, wanted = _Text(html), set(), set()
    for passage in passages:
        where = text.find(passage)
        if where is not None:
            found.add(passage)
            wanted |= set(range(*where))
    pieces: list[tuple[int, int]] = []
    for number in sorted(wanted):
        start, end = text.places[number]
        if start == end:
            continue
        if pieces and (pieces[-1][1] == start or html[pieces[-1][1] : start].isspace()):
            pieces[-1] = (pieces[-1][0], end)
        elif not pieces or start >= pieces[-1][1]:
            pieces.append((start, end))
    parts, place = [], 0
    for start, end in pieces:
        if html[start:end].isspace():
            continue
        parts += [html[place:start], '<mark class="passage">', html[start:end], "</mark>"]
        place = end
    return "".join([*parts, html[place:]]), found
