"""Numbers of paragraphs: which pieces have one, what it is, and whether the row of them is whole."""

import re
from dataclasses import replace

from consultations.importing import labels, sequence
from consultations.importing.blocks import Imported, Role
from consultations.importing.numerals import value_of
from consultations.importing.pieces import Piece


def number(pieces: list[Piece]) -> list[Piece]:
    found = sequence.candidates(pieces)
    plain, dotted = sequence.plain_chain(found), sequence.dotted_chain(found, pieces)
    texts = [place for place in plain.places if pieces[place].heading < 0.5]
    coded = _coded(pieces)
    if len(coded) >= max(3, len(texts), len(dotted.places)):
        return _accept_coded(pieces, coded)
    dotted_texts = [place for place in dotted.places if pieces[place].heading < 0.5]
    if len(dotted_texts) >= max(2, 0.5 * len(texts)) and not _are_subs(pieces, dotted_texts, texts):
        return _with_inserted(pieces, _accept(pieces, dotted_texts))
    if len(texts) < 2 and not (texts and pieces[texts[0]].weight > 150):
        return []
    kept = texts
    extra = _strays(pieces, found, kept)
    numbered = _accept(pieces, sorted({*kept, *extra}))
    _sub_numbers(pieces, numbered)
    return _with_inserted(pieces, numbered)


def _coded(pieces: list[Piece]) -> dict[int, labels.Printed]:
    """Places of A1, A2, B1, where the paper numbers its paragraphs with the letters of its parts."""
    found: dict[int, labels.Printed] = {}
    last: dict[int, int] = {}
    for place, one in enumerate(pieces):
        if one.zone != "body" or one.done or one.is_table or one.heading >= 0.5 or one.form.box or one.weight < 40:
            continue
        label = labels.coded(f"{one.form.label}\t" if one.form.label else one.form.plain.strip())
        if label is None or label.values[1] not in range(
            last.get(label.values[0], 0) + 1, last.get(label.values[0], 0) + 4
        ):
            continue
        last[label.values[0]] = label.values[1]
        found[place] = replace(label, length=0) if one.form.label else label
    return found


def _accept_coded(pieces: list[Piece], found: dict[int, labels.Printed]) -> list[Piece]:
    for place, label in found.items():
        pieces[place].label = label
    return _accept(pieces, list(found))


def _with_inserted(pieces: list[Piece], numbered: list[Piece]) -> list[Piece]:
    """12A after 12 is a paragraph of its own, which came in late."""
    known = {id(one) for one in numbered}
    found: list[Piece] = []
    last: tuple[int, ...] = ()
    letters = 0
    for place, piece in enumerate(pieces):
        if id(piece) in known and piece.label:
            last, letters = piece.label.values, 0
            found.append(piece)
            continue
        if piece.done or piece.zone != "body" or piece.is_table or piece.heading >= 0.5 or piece.form.box:
            continue
        label = labels.inserted(f"{piece.form.label}\t" if piece.form.label else piece.form.plain.strip())
        if label is None or label.values[:-1] != last or piece.weight < 40:
            continue
        if label.values[-1] <= letters or (not label.strong and label.values[-1] != letters + 1):
            continue
        letters = label.values[-1]
        piece.label = replace(label, length=0) if piece.form.label else label
        found.extend(_accept(pieces, [place]))
    return found


def _are_subs(pieces: list[Piece], dotted: list[int], plain: list[int]) -> bool:
    """Whether dotted numbers stand below plain ones: 12.1 after 12."""
    below, current = 0, 0
    for place in sorted({*dotted, *plain}):
        label = pieces[place].label
        if label and len(label.values) == 1:
            current = label.values[0]
        elif label:
            below += label.values[0] == current
    return below >= 0.8 * len(dotted)


def _accept(pieces: list[Piece], places: list[int]) -> list[Piece]:
    numbered = []
    for place in places:
        piece = pieces[place]
        label = piece.label
        assert label is not None
        piece.cut(label.length)
        piece.settle(Role.PARAGRAPH, number=label.text.strip("()[]"))
        if label.mark == " " or label.kind == "paren":
            piece.block.confident = piece.block.confident and label.kind != "paren"
        numbered.append(piece)
    return numbered


def _strays(pieces: list[Piece], found: list[sequence.Candidate], kept: list[int]) -> list[int]:
    """Numbers out of order that look like the others: a slip of the author, not a list within a paragraph."""
    if len(kept) < 3:
        return []
    looks = {one.place: one for one in found}
    usual = [looks[place].look for place in kept if place in looks]
    taken = set(kept)
    strays = []
    plain = [one for one in found if len(one.values) == 1]
    for number, one in enumerate(plain):
        piece = pieces[one.place]
        if one.place in taken or one.weight < 0.9 or piece.weight < 80 or usual.count(one.look) < 0.5 * len(usual):
            continue
        before = plain[number - 1] if number else None
        after = plain[number + 1] if number + 1 < len(plain) else None
        of_list = one.values[0] == 1 or any(
            near is not None and near.place not in taken and abs(near.values[0] - one.values[0]) == 1
            for near in (before, after)
        )
        if not of_list:
            strays.append(one.place)
    return strays


def _sub_numbers(pieces: list[Piece], numbered: list[Piece]) -> None:
    """12.1 after 12 is a paragraph of its own."""
    numbers = {id(one): one for one in numbered}
    current = 0
    for piece in pieces:
        if id(piece) in numbers and piece.label:
            current = piece.label.values[0]
        label = piece.label
        if (
            label and label.kind == "dotted" and not piece.done and piece.zone == "body" and piece.heading < 0.5
            and label.values[0] == current and piece.weight > 40 and not piece.form.box
        ):  # fmt: skip
            piece.cut(label.length)
            piece.settle(Role.PARAGRAPH, number=label.text)


def restarts(numbered: list[Piece], pieces: list[Piece]) -> None:
    """Numbers that start again in other sections get the section's number in front, and say so. The longest run keeps
    its numbers, unless every section has a run of its own.
    """
    runs: list[list[Piece]] = []
    for one in numbered:
        value = one.label.values[0] if one.label and len(one.label.values) == 1 else 0  # 0 for 1.2 and 1A
        if not runs or value == 1:
            runs.append([])
        runs[-1].append(one)
    if len(runs) < 2:
        return
    section_of = _sections(pieces)
    kept = None if len(runs) > 2 else max(runs, key=len)
    for run in runs:
        if run is kept or (len(runs) == 2 and kept is None):
            continue
        for one in run:
            printed = one.block.number
            one.block.number = f"{section_of.get(id(one)) or len(runs)}.{printed}"
            one.block.remark("number_prefixed", doubt=True, printed=printed, number=one.block.number)


def _sections(pieces: list[Piece]) -> dict[int, str]:
    """The number of the section that each piece stands in, as `assemble` will number it."""
    found: dict[int, str] = {}
    number, count = "", 0
    for one in pieces:
        if one.block.role == Role.HEADING and one.block.level == 1:
            count += 1
            number = one.block.number or str(count)
        found[id(one)] = number
    return found


def check_numbers(made: Imported) -> None:
    """Gaps, repetitions and steps back in the numbers of paragraphs and of questions become remarks."""
    for role in (Role.PARAGRAPH, Role.QUESTION):
        last: tuple[int, ...] = ()
        seen: dict[str, int] = {}
        for block in made.blocks:
            if role == Role.PARAGRAPH and block.role == Role.QUESTION:
                for remark in list(block.remarks):
                    if remark.code == "question_printed_as":
                        values = tuple(int(one) for one in re.findall(r"[0-9]+", remark.params["printed"]))
                        if last and not sequence.follows_directly(last, values):
                            before = ".".join(map(str, last))
                            block.remark("number_gap", doubt=True, number=remark.params["printed"], before=before)
                        last = values
            if block.role != role or not block.number:
                continue
            values = tuple(value_of(one) or 0 for one in re.findall(r"^[A-Z](?=[.-]?[0-9])|[0-9]+", block.number))
            if block.number in seen:
                block.remark("number_twice", doubt=True, number=block.number)
            elif last and values not in ((), last) and not sequence.follows_directly(last, values):
                code = "number_back" if values < last else "number_gap"
                block.remark(code, doubt=True, number=block.number, before=".".join(map(str, last)))
            seen[block.number] = block.id
            last = values or last
