"""Questions that a paper prints twice: where they are asked, and in a list of all questions."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from consultations.importing.pieces import Piece

_LIST = re.compile(
    r"\b(?:list|summary|table|schedule|consolidated|compilation)\b.*\bquestions?\b"
    r"|\ball\s+questions\b|\bquestions\s+in this"
    r"|(?:問題|问题)(?:一覽|一览|摘要|撮要|列表|清單|清单|總覽|总览|彙編|汇编)|(?:所有|全部)(?:諮詢|咨询)?(?:問題|问题)",
    re.IGNORECASE,
)
_ALIKE = 0.85


@dataclass
class Found:
    """A piece that begins with the label of a question. `words` are those of the question without blanks, `heading` is
    the place of the heading above it, `listed` whether that is the heading of a list.
    """

    piece: Piece
    number: str
    length: int
    words: str
    listed: bool
    heading: int = -1


def is_list(piece: Piece) -> bool:
    return bool(_LIST.search(piece.after_label)) and piece.weight < 110 and not piece.is_table


def repetitions(found: list[Found]) -> dict[int, str]:
    """By the id of a piece, what to say of it: the question stands elsewhere, in the same or in other words.

    A question is asked where no list of questions is, and where fewer stand together: a list has more of them.
    """
    together = Counter(one.heading for one in found)
    groups: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        groups[one.number].append(one)
    said: dict[int, str] = {}
    for group in groups.values():
        main = min(group, key=lambda one: (one.listed, together[one.heading]))
        for one in group:
            if one is main or not main.words:
                continue
            if one.words == main.words:
                said[id(one.piece)] = "question_repeated"
            elif (one.listed and not main.listed) or _alike(one.words, main.words):
                said[id(one.piece)] = "question_repeated_otherwise"
    return said


def _alike(one: str, two: str) -> bool:
    shorter, longer = sorted((one.lower(), two.lower()), key=len)
    if len(shorter) > 24 and longer.startswith(shorter.rstrip("?？.。")):
        return True
    return (
        len(longer) < 4000
        and SequenceMatcher(None, one, two, autojunk=False).quick_ratio() > _ALIKE
        and (SequenceMatcher(None, one, two, autojunk=False).ratio() > _ALIKE)
    )


def refold(pieces: list[Piece]) -> None:
    """Tables that were taken apart for their questions are whole again where those are of an annex or repeated."""
    out: list[Piece] = []
    for one in pieces:
        origin = one.form.origin
        if origin is None:
            out.append(one)
            continue
        if out and out[-1].block is origin:
            continue
        group = [two for two in pieces if two.form.origin is origin]
        whole = not any(two.done for two in group) and (
            all(two.zone == "annex" for two in group) or any(two.repeated for two in group)
        )
        if not whole:
            out.append(one)
            continue
        origin.remarks.extend(remark for two in group for remark in two.block.remarks)
        origin.confident = all(two.block.confident for two in group)
        made = Piece.of(origin)
        made.zone = one.zone
        out.append(made)
    pieces[:] = out
