"""Which numbers are the numbers of paragraphs: those that continue the run through the paper."""

from collections import Counter
from dataclasses import dataclass

from consultations.importing.pieces import Piece
from consultations.importing.vocabulary import MONTH_NEXT, UNIT_NEXT

_MAX_GAP = 6
_LEAST = 0.08  # below it a number is a date or a figure
_GAP_COST = 0.6
_RESTART_COST = 2.0
_ENDS = (".", "。", ";", "；", ":", "：", "?", "？", "!", "！", ")", "）", "」", "”", '"', "]")


@dataclass(frozen=True)
class Candidate:
    place: int  # of the piece
    values: tuple[int, ...]
    weight: float
    look: tuple[object, ...]
    after_heading: bool


def candidates(pieces: list[Piece]) -> list[Candidate]:
    found = []
    fresh = True  # nothing numbered since the last heading
    for place, piece in enumerate(pieces):
        if piece.zone != "body" or piece.done or piece.is_table or piece.asked:
            continue
        label = piece.label
        if (
            label
            and label.kind in ("number", "dotted", "paren")
            and (label.kind != "paren" or label.text[1:-1].isdigit())
        ):
            weight = _weight(piece)
            if label.values == (1,) and not fresh:
                weight *= 0.6  # a list within a paragraph begins like that
            if weight >= _LEAST:
                found.append(Candidate(place, label.values, weight, look_of(piece), fresh))
                fresh = piece.heading >= 0.5
        elif piece.heading >= 0.5:
            fresh = True
    return found


def look_of(piece: Piece) -> tuple[object, ...]:
    """Numbers of one run look alike."""
    label = piece.label
    assert label is not None
    if label.automatic:
        return ("auto", piece.form.list_id, piece.form.list_level, label.kind)
    return ("typed", label.kind, "." if label.mark == "." else "")


def _weight(piece: Piece) -> float:
    label = piece.label
    assert label is not None
    rest = piece.after_label
    if label.automatic:
        weight = 1.2
    elif label.kind == "dotted":
        weight = 1.0
    elif label.kind == "paren":
        weight = 0.35
    else:
        weight = {".": 1.0, "、": 1.0, "tab": 1.0, ":": 0.8, "]": 0.8, ")": 0.6, " ": 0.5}.get(label.mark, 0.4)
    if MONTH_NEXT.match(rest):
        weight *= 0.05 if label.mark in (" ", "") else 0.3
    elif label.mark in (" ", "") and (UNIT_NEXT.match(rest) or rest[:1].islower()):
        weight *= 0.05
    elif rest[:1].islower():
        weight *= 0.6
    if not rest:
        weight *= 0.3
    if piece.form.box:
        weight *= 0.4
    if piece.heading >= 0.5:
        return weight * 0.2
    if rest.endswith((";", "；", "; and", "; or", "；及", "；以及", "；或")):
        weight *= 0.6
    if piece.form.indent > 300 and not label.automatic:
        weight *= 0.8
    if piece.weight < 60 and not rest.endswith(_ENDS):
        weight *= 0.5
    return weight


@dataclass
class Chain:
    """The run of paragraph numbers: places of pieces, in order, and the score."""

    places: list[int]
    score: float
    restarts: int = 0


def plain_chain(found: list[Candidate]) -> Chain:
    """The best run of 1, 2, 3 ...; small gaps cost, a fresh start after a heading costs more."""
    numbers = [one for one in found if len(one.values) == 1]
    best_at: dict[int, int] = {}  # value -> the best end of a run with that value
    score = [0.0] * len(numbers)
    before = [-1] * len(numbers)
    restarted = [False] * len(numbers)
    best_all = -1
    for place, one in enumerate(numbers):
        value = one.values[0]
        top, source, fresh = one.weight - (0.0 if value <= 1 else min(2.5, 0.5 * value)), -1, False
        for gap in range(1, _MAX_GAP + 1):
            last = best_at.get(value - gap)
            if last is None:
                continue
            bonus = 0.25 if numbers[last].look == one.look else -0.1
            total = score[last] + one.weight + bonus - _GAP_COST * (gap - 1)
            if total > top:
                top, source, fresh = total, last, False
        if value == 1 and one.after_heading and best_all >= 0:
            total = score[best_all] + one.weight - _RESTART_COST * min(1.0, one.weight)
            if total > top:
                top, source, fresh = total, best_all, True
        score[place], before[place], restarted[place] = top, source, fresh
        known = best_at.get(value)
        if known is None or top > score[known] or (top == score[known] and one.look == numbers[known].look):
            best_at[value] = place
        if best_all < 0 or top > score[best_all]:
            best_all = place
    chain = Chain([], 0.0)
    if best_all >= 0:
        chain.score = score[best_all]
        step = best_all
        while step >= 0:
            chain.places.append(numbers[step].place)
            chain.restarts += restarted[step]
            step = before[step]
        chain.places.reverse()
    return chain


def dotted_chain(found: list[Candidate], pieces: list[Piece]) -> Chain:
    """Runs of 1.1, 1.2, 2.1 ...: a number is of the run when it follows what was accepted before it."""
    dotted = [one for one in found if len(one.values) > 1]
    looks = Counter(one.look for one in dotted if one.weight >= 0.5)
    usual = looks.most_common(1)[0][0] if looks else ()
    chain = Chain([], 0.0)
    last: tuple[int, ...] = ()
    for one in dotted:
        if one.weight < 0.4 and pieces[one.place].heading < 0.5:
            continue
        if not last and one.values[-1] > 3:
            continue
        if follows(last, one.values) or (one.look == usual and one.weight >= 0.9 and last):
            chain.places.append(one.place)
            chain.score += one.weight
            last = one.values
    return chain


def follows(last: tuple[int, ...], values: tuple[int, ...]) -> bool:
    """Whether `values` may come after `last` in a run of dotted numbers, with a small gap."""
    if not last:
        return True
    for depth in range(min(len(last), len(values))):
        if values[depth] == last[depth]:
            continue
        if not 0 < values[depth] - last[depth] <= 3:
            return False
        return all(one <= 2 for one in values[depth + 1 :])
    return len(values) > len(last) and all(one <= 2 for one in values[len(last) :])


def follows_directly(last: tuple[int, ...], values: tuple[int, ...]) -> bool:
    """Whether nothing is missing between two printed numbers, as far as the numbers say."""
    if len(last) == len(values) == 1:
        return values[0] == last[0] + 1
    for depth in range(min(len(last), len(values))):
        if values[depth] != last[depth]:
            step = values[depth] - last[depth]
            return (step == 1 and all(one == 1 for one in values[depth + 1 :])) or (
                depth == 0 and step > 0 and len(values) > 1
            )
    return all(one == 1 for one in values[len(last) :]) and len(values) > len(last)
