"""Papers that print each piece in English and again in Chinese: the second of a pair belongs to the first."""

from itertools import pairwise

from consultations.importing.inline import Run
from consultations.importing.pieces import Piece

_LEAST_PAIRS = 3
_LEAST_SHARE = 0.25


def script_of(text: str) -> str:
    """ "zh", "en" or "" where the words do not say."""
    chinese = sum("\u4e00" <= one <= "\u9fff" for one in text)
    latin = sum(one.isascii() and one.isalpha() for one in text)
    if chinese >= 2 and chinese * 3 > latin:
        return "zh"
    return "en" if latin >= 3 and not chinese else ""


def join(pieces: list[Piece]) -> None:
    """Marks the second of each pair as an echo, where a paper is written in pairs; headings of a pair become one."""
    rows = [one for one in pieces if one.zone == "body" and (one.plain or one.is_table)]
    pairs = [(one, two) for one, two in pairwise(rows) if _is_pair(one, two)]
    if len(pairs) < _LEAST_PAIRS or 2 * len(pairs) < _LEAST_SHARE * len(rows):
        return
    merged: set[int] = set()
    for one, two in pairs:
        if id(one) in merged or one.echo:
            continue
        if one.heading >= 0.5:
            one.form.runs = [*one.form.runs, Run(" "), *_words(two)]
            one.form.notes |= two.form.notes
            one.plain = one.form.plain.strip()
            merged.add(id(two))
            continue
        two.echo, two.heading = True, 0.0
        if two.asked is not None or two.label is not None:
            label = two.asked if one.asked is not None else two.label
            if label is not None and label.length:
                two.cut(label.length)
                two.plain = two.form.plain.strip()
            two.form.label = ""
        two.label = two.asked = None
        two.block.remark(
            "other_language", number=one.asked.number if one.asked else one.label.text if one.label else ""
        )
    pieces[:] = [one for one in pieces if id(one) not in merged]


def _words(piece: Piece) -> list[Run]:
    if piece.label is not None and piece.label.length:
        piece.cut(piece.label.length)
    return piece.form.runs


def _is_pair(one: Piece, two: Piece) -> bool:
    """Two pieces in a row in two languages, with one number, or the second without any."""
    if one.is_table or two.is_table or {script_of(one.after_label), script_of(two.after_label)} != {"en", "zh"}:
        return False
    if one.heading >= 0.5 or two.heading >= 0.5:
        same = (one.form.heading, round(one.form.size)) == (two.form.heading, round(two.form.size))
        return one.heading >= 0.5 and two.heading >= 0.5 and same and (two.label is None or _one_number(one, two))
    if one.asked is not None or two.asked is not None:
        return one.asked is not None and two.asked is not None and one.asked.number == two.asked.number
    if one.label is None or one.form.bullet or two.form.bullet:
        return False
    return two.label is None or _one_number(one, two)


def _one_number(one: Piece, two: Piece) -> bool:
    return one.label is not None and two.label is not None and one.label.values == two.label.values
