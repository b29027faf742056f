"""What a file made from a PDF has in its text: page numbers, page headers, a break at the end of each line."""

import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from consultations.importing.blocks import Block, Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import Run, markdown
from consultations.importing.numerals import half_width
from consultations.importing.pieces import reading_length

_PAGE = re.compile(
    r"(?:page|p\.)?\s*[-–—~]?\s*([0-9]{1,3})\s*[-–—~]?(?:\s*(?:of|/)\s*[0-9]{1,3})?|第\s*([0-9]{1,3})\s*[頁页](?:\s*[,，/]?\s*共\s*[0-9]{1,3}\s*[頁页])?",
    re.IGNORECASE,
)
_LEAST = 3
_LONGEST = 110
_FRONT = 12  # pieces of a cover


def set_apart(blocks: list[Block]) -> None:
    """Page numbers that rise through the file, and lines that are printed again beside them or at the top of pages."""
    _numbers(blocks)
    _headers(blocks)


def _is_line(block: Block) -> bool:
    form = block.form
    return (
        block.role == Role.UNKNOWN and form.part == "body" and not form.box and not form.label
        and not form.bullet and not form.heading and not form.toc and bool(form.plain.strip())
    )  # fmt: skip


def _numbers(blocks: list[Block]) -> None:
    found = []
    for one in blocks:
        match = _PAGE.fullmatch(half_width(one.form.plain.strip())) if _is_line(one) else None
        if match:
            found.append((int(match[1] or match[2]), one))
    run: list[tuple[int, Block]] = []
    for value, one in found:
        if not run or 0 < value - run[-1][0] <= _LEAST:
            run.append((value, one))
    if len(run) < _LEAST or len(run) < 0.7 * len(found):
        return
    for _value, one in run:
        one.role = Role.FURNITURE


def _headers(blocks: list[Block]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(blocks):
        if _is_line(one) and reading_length(one.form.plain) < _LONGEST:
            places[_words(one)].append(place)
    turned = next((place for place, one in enumerate(blocks) if place and one.form.page_break), 0)
    known = {
        _words(one) for place, one in enumerate(blocks) if place < min(turned, _FRONT) or one.role == Role.FURNITURE
    }
    for words, group in places.items():
        at_edges = [place for place in group if _at_edge(blocks, place, words in known)]
        if len(at_edges) >= _LEAST and len(at_edges) >= 0.6 * len(group):
            for place in at_edges:
                blocks[place].role = Role.FURNITURE


def _words(block: Block) -> str:
    return " ".join(block.form.plain.split()).casefold()


def _at_edge(blocks: list[Block], place: int, known: bool) -> bool:
    """Whether a line stands beside a page number, or if it is of the cover, first or last on a page."""
    near = [blocks[one] for one in (place - 1, place + 1) if 0 <= one < len(blocks)]
    if any(one.role == Role.FURNITURE and one.form.part == "body" for one in near):
        return place > 0
    return known and place > 0 and (blocks[place].form.page_break or any(one.form.page_break for one in near[1:]))


_SENTENCE = re.compile(r"[.。;；:：?？!！]['\"”」』)）]*\s*$")
_STARTS = re.compile(r"\s*(?:[-–—•●(（\[]|[0-9]+[.)、]|[a-z][.)]|[ivx]+[.)])")


def flow(blocks: list[Block]) -> int:
    """Where most paragraphs are broken at the ends of lines, the breaks within sentences become blanks; in how many."""
    texts = [one for one in blocks if one.role == Role.UNKNOWN and "\n" in one.form.plain.strip()]
    long = [one for one in blocks if one.role == Role.UNKNOWN and reading_length(one.form.plain) > 150]
    broken = sum(bool(_within(one.form.runs)) for one in long)
    if broken < 5 or broken < 0.6 * len(long):
        return 0
    count = 0
    for one in texts:
        places = _within(one.form.runs)
        if places:
            one.form.runs = _joined(one.form.runs, places)
            one.text = with_notes(markdown(one.form.runs), one.form.notes)
            count += 1
    return count


def _within(runs: list[Run]) -> set[int]:
    """The places of the breaks that stand within a sentence."""
    found, place = set(), 0
    lines = "".join(one.text for one in runs).split("\n")
    for line, after in pairwise(lines):
        place += len(line)
        goes_on = reading_length(line) > 45 or after.lstrip()[:1].islower()
        if goes_on and line.strip() and after.strip() and not _SENTENCE.search(line) and not _STARTS.match(after):
            found.add(place)
        place += 1
    return found


def _joined(runs: list[Run], places: set[int]) -> list[Run]:
    text = "".join(one.text for one in runs)
    out, start = [], 0
    for one in runs:
        letters = [
            _between(text, start + place) if start + place in places else letter
            for place, letter in enumerate(one.text)
        ]
        out.append(replace(one, text="".join(letters)))
        start += len(one.text)
    return out


def _between(text: str, place: int) -> str:
    """Chinese is written on without a blank, and a word that was parted keeps its hyphen."""
    before, after = text[place - 1], text[place + 1]
    return "" if before in "- \u00ad" or (before >= "\u2e80" and after >= "\u2e80") else " "
