"""What each block is: roles and numbers from styles, numbering, looks, position and sequence."""

import re
from dataclasses import replace
from itertools import pairwise

from consultations.importing import annexes, bilingual, from_pages, headings, paragraphs, questions, typed_notes
from consultations.importing.blocks import Block, Imported, Remark, Role
from consultations.importing.cover import settle_cover, start_of_body
from consultations.importing.inline import Run
from consultations.importing.pieces import Piece, reading_length
from consultations.importing.repeated import refold
from consultations.importing.unfold import at_line_breaks, at_questions, unfold
from consultations.importing.vocabulary import FOREWORD, OF_STATEMENT, SECTIONS, STATEMENT, whole

_SIMPLIFIED = set("监证国应说发这为务对们会产虚拟资业规请经机构组报关严须诉讼")
_TRADITIONAL = set("監證國應說發這為務對們會產虛擬資業規請經機構組報關嚴須訴訟")


def recognise(imported: Imported) -> Imported:
    """The same words in blocks with roles, numbers and remarks; blocks may be split from tables or joined."""
    remarks = list(imported.remarks)
    from_pages.set_apart(imported.blocks)
    joined = from_pages.flow(imported.blocks)
    if joined:
        remarks.append(Remark("line_ends_joined", {"count": str(joined)}))
    blocks = [two for one in unfold(typed_notes.take_in(imported.blocks)) for two in at_line_breaks(one)]
    pieces = [Piece.of(two) for one in blocks for two in at_questions(one)]
    _drop_removed(pieces, remarks)
    for one in pieces:
        if one.block.role == Role.FURNITURE:
            one.zone, one.done = "furniture", True
        elif one.block.role == Role.NOTE:
            one.zone, one.done = "note", True
    entries = _judge_headings(pieces)
    bilingual.join(pieces)
    annexes.open_zones(pieces, entries)
    _zones_of_front(pieces)
    questions.find(pieces)
    refold(pieces)
    numbered = paragraphs.number(pieces)
    _late_headings(pieces, entries, numbered)
    _join_labels(pieces)
    body_start = start_of_body(pieces)
    settle_cover(pieces[:body_start], remarks)
    _settle_headings(pieces, entries)
    paragraphs.restarts(numbered, pieces)
    questions.join(pieces, bool(numbered))
    annexes.settle(pieces)
    _settle_rest(pieces)
    return _finished(pieces, remarks, imported.language)


def _drop_removed(pieces: list[Piece], remarks: list[Remark]) -> None:
    """Pieces that consist of removed words alone stay only where marks are kept, in a marked-up annex."""
    for one in pieces:
        if not one.is_table and not one.plain and one.form.changed:
            one.zone = "removed"


def _judge_headings(pieces: list[Piece]) -> dict[str, int]:
    size, all_bold = headings.usual_size(pieces), headings.usual_bold(pieces)
    boxes: dict[int, int] = {}
    for one in pieces:
        if one.form.box:
            boxes[one.form.box] = boxes.get(one.form.box, 0) + 1
    for one in pieces:
        if one.zone == "body":
            one.heading = headings.likeness(one, {}, size, all_bold, boxes.get(one.form.box, 1) == 1)
    entries = headings.mark_contents(pieces)
    for one in pieces:
        if one.zone == "body":
            one.heading = headings.likeness(one, entries, size, all_bold, boxes.get(one.form.box, 1) == 1)
    headings.doubt_styles(pieces)
    return entries


# --- foreword and statement --------------------------------------------------------------------------------------


def _zones_of_front(pieces: list[Piece]) -> None:
    zone = ""
    opened: Piece | None = None
    for place, one in enumerate(pieces):
        if one.zone != "body":
            if one.zone == "annex":
                zone = ""
            continue
        if _opens(FOREWORD, one) and not _numbers_a_section(one, pieces[place + 1 : place + 3]):
            zone, opened = "foreword", one
        elif _opens(STATEMENT, one):
            zone, opened = "statement", one
        elif zone and opened is not None and _ends(zone, opened, one, pieces[place + 1 : place + 4]):
            zone = ""
        if zone:
            one.zone = zone


def _numbers_a_section(one: Piece, following: list[Piece]) -> bool:
    """Whether "1 Preface" is followed by 1.1: it is the first section of the paper."""
    label = one.label
    return label is not None and any(
        two.label is not None and two.label.kind == "dotted" and two.label.values[0] == label.values[0]
        for two in following
    )


def _opens(pattern: re.Pattern[str], piece: Piece) -> bool:
    text = piece.after_label if piece.label else piece.plain
    return bool(whole(pattern, text)) and piece.weight < 110 and not piece.is_table


def _ends(zone: str, opened: Piece, one: Piece, following: list[Piece]) -> bool:
    """Whether a piece after the heading of a foreword or statement begins the next part of the paper."""
    if one.heading < 0.5:
        return False
    text = one.after_label
    if whole(SECTIONS, text) and not (zone == "statement" and OF_STATEMENT.match(text)):
        return True
    if zone == "statement" and OF_STATEMENT.search(text):
        return bool(opened.form.heading and one.form.heading and one.form.heading < opened.form.heading)
    if opened.form.heading and one.form.heading:
        return one.form.heading <= opened.form.heading
    if zone == "foreword":
        return True
    looks_alike = (one.form.size, one.form.capitals, one.form.centred) == (
        opened.form.size, opened.form.capitals, opened.form.centred,
    )  # fmt: skip
    restarts = any(two.label and two.label.values[-1] == 1 for two in following[:2])
    return looks_alike or restarts or one.form.page_break


# --- headings ----------------------------------------------------------------------------------------------------


def _late_headings(pieces: list[Piece], entries: dict[str, int], numbered: list[Piece]) -> None:
    """Plain short lines that are headings because their number or their place says so."""
    known_kinds = {one.label.kind for one in pieces if one.label and one.heading >= 0.5 and one.zone == "body"}
    numbers = {one.block.number.split(".")[0] for one in numbered if "." in one.block.number}
    for place, one in enumerate(pieces):
        if one.done or one.zone != "body" or one.heading >= 0.5 or one.asked or not headings.maybe(one):
            continue
        label = one.label
        assert label is not None
        opens_dotted = (
            label.kind == "number"
            and label.text in numbers
            and _next_number(pieces, place).startswith(f"{label.text}.")
        )
        chapter = label.kind in ("part", "roman", "chinese") and (label.kind in known_kinds or label.kind != "chinese")
        continues = (
            label.kind in known_kinds
            and _continues(pieces, place)
            and label.kind in ("number", "letter", "roman", "chinese")
        )
        if opens_dotted or chapter or continues or whole(SECTIONS, one.after_label):
            one.heading = 0.6
    _lettered_headings(pieces)


def _lettered_headings(pieces: list[Piece]) -> None:
    """ "(a) Lead director" in bold with text below is a heading; one of several such lines in a row is an item."""
    rows = [one for one in pieces if one.zone == "body" and (one.plain or one.is_table)]
    for place, one in enumerate(rows):
        if one.done or one.heading != headings.ITEM_IN_BOLD or not 0 < reading_length(one.after_label) < 90:
            continue
        near = [*rows[max(place - 1, 0) : place], *rows[place + 1 : place + 2]]
        items = any(two.label is not None and two.label.kind == "paren" and two.heading < 0.5 for two in near)
        if not items and one.after_label[:1] == one.after_label[:1].upper() and place + 1 < len(rows):
            one.heading = 0.6


def _next_number(pieces: list[Piece], place: int) -> str:
    for one in pieces[place + 1 : place + 6]:
        if one.done and one.block.role == Role.PARAGRAPH and one.block.number:
            return one.block.number
    return ""


def _continues(pieces: list[Piece], place: int) -> bool:
    mine = pieces[place].label
    assert mine is not None
    for one in reversed(pieces[:place]):
        if one.heading >= 0.5 and one.label and one.label.kind == mine.kind and one.zone == "body":
            return mine.values[0] == one.label.values[0] + 1
    return False


def _settle_headings(pieces: list[Piece], entries: dict[str, int]) -> None:
    found = [one for one in pieces if one.zone == "body" and not one.done and one.heading >= 0.5]
    loose = headings.loose_labels(found)
    for one in found:
        label = one.label
        cut = 0
        number = ""
        if label and label.kind == "part":
            number = label.text
        elif label and (label.strong or label.automatic or label.kind == "dotted" or id(one) in loose):
            number, cut = label.text.strip("()[]"), label.length
        one.settle(Role.HEADING, number=number, level=one.block.level)
        title = one.plain_text(cut)
        if label and label.kind == "part" and label.automatic:
            title = f"{one.form.label} {title}".strip()
        if not title:
            title, one.block.number = one.plain_text(), ""
        one.block.text = title
        if one.heading < 0.65:
            one.block.remark("heading_by_looks", doubt=one.heading < 0.6)
    headings.set_levels(found, entries)


def _join_labels(pieces: list[Piece]) -> None:
    """ "CHAPTER 1" on a line of its own and the title on the next are one heading."""
    merged: set[int] = set()
    for one, two in pairwise(pieces):
        alone = one.label is not None and not one.after_label and not one.form.label
        if (
            not alone or id(one) in merged or one.done or two.done or one.zone != "body" or two.zone != "body"
            or one.heading < 0.5 or two.heading < 0.5 or two.label or two.is_table
        ):  # fmt: skip
            continue
        between = ": " if one.label and one.label.kind == "part" else " "
        one.form.runs = [*one.form.runs, Run(between), *two.form.runs]
        one.form.notes |= two.form.notes
        one.plain = one.form.plain.strip()
        merged.add(id(two))
    pieces[:] = [one for one in pieces if id(one) not in merged]


# --- the rest ----------------------------------------------------------------------------------------------------

_ZONES = {
    "contents": Role.CONTENTS,
    "foreword": Role.FOREWORD,
    "statement": Role.STATEMENT,
    "annex": Role.ANNEX_TEXT,
    "furniture": Role.FURNITURE,
    "note": Role.NOTE,
}


def _settle_rest(pieces: list[Piece]) -> None:
    opened: set[str] = set()
    for one in pieces:
        if one.done:
            continue
        if one.zone in ("foreword", "statement"):
            _settle_front(one, opened)
        elif one.form.part in ("table head", "number"):
            one.settle(Role.FURNITURE)
            one.block.remark("table_head")
        elif one.zone == "body":
            if one.is_table:
                one.settle(Role.TABLE)
            else:
                one.with_label()
                one.settle(Role.PARAGRAPH)
                if one.form.box:
                    one.block.remark("box_text")
        else:
            if one.zone != "contents":
                one.with_label()
            one.settle(_ZONES.get(one.zone, Role.UNKNOWN))
    _join_boxes(pieces)


def _join_boxes(pieces: list[Piece]) -> None:
    """The lines of one box are one piece."""
    merged: set[int] = set()
    first: Piece | None = None
    for one in pieces:
        in_box = one.zone == "body" and one.block.role == Role.PARAGRAPH and not one.block.number and one.form.box
        if not in_box or one.changed_alone:
            first = None
        elif first is None or first.form.box != one.form.box:
            first = one
        else:
            first.absorb(one)
            first.block.remarks = [*first.block.remarks, *(two for two in one.block.remarks if two.code != "box_text")]
            merged.add(id(one))
    pieces[:] = [one for one in pieces if id(one) not in merged]


def _settle_front(one: Piece, opened: set[str]) -> None:
    role = _ZONES[one.zone]
    heading = one.zone not in opened
    opened.add(one.zone)
    if heading:
        one.settle(role, level=1)  # its own heading: `assemble` knows it by the level
        one.block.text = one.plain_text()
    elif one.heading >= 0.5 and not one.is_table:
        label = one.label
        title = f"{one.form.label} {one.plain_text()}".strip()
        one.settle(role)
        one.block.text = f"# {title}"
        if label and label.strong and one.zone == "statement" and one.weight > 150:
            one.block.text = title
    else:
        one.with_label()
        one.settle(role)


def _finished(pieces: list[Piece], remarks: list[Remark], language: str) -> Imported:
    removed: list[str] = []
    for one in pieces:
        if one.block.role != Role.CLAUSE:
            removed.extend(run.text for run in one.form.runs if run.change == "del" and run.text.strip())
            for cell in (block for row in one.form.cells for blocks in row for block in blocks):
                removed.extend(run.text for run in cell.form.runs if run.change == "del" and run.text.strip())
    blocks = []
    for one in pieces:
        if one.zone != "removed" or one.block.role == Role.CLAUSE:
            blocks.extend([one.block, *_notes_of(one.block)])
    changed = sum(one.form.changed for one in blocks if one.role != Role.CLAUSE)
    if changed or removed:
        remarks.append(Remark("changes_accepted", {"count": str(changed)}, text=" ".join(removed)))
    kept = sum(one.form.changed for one in blocks if one.role == Role.CLAUSE)
    if kept:
        remarks.append(Remark("changes_kept", {"count": str(kept)}))
    numbers = {}
    for number, block in enumerate(blocks, start=1):
        numbers[block.id] = number
        block.id = number
        block.remarks = [replace(one, block=number) for one in block.remarks]
    made = Imported(blocks, remarks, language_of(blocks))
    paragraphs.check_numbers(made)
    _tell_left_out(made)
    _tell_two_papers(made)
    return made


def _notes_of(block: Block) -> list[Block]:
    """The footnotes that a title or a heading calls: it is shown without them, so they stand below it."""
    if block.role not in (Role.HEADING, Role.TITLE, Role.ANNEX, Role.REFERENCE) or not block.form.notes:
        return []
    text = "\n\n".join(f"^{label}^ {note}" for label, note in block.form.notes.items())
    made = Block(-block.id, Role.NOTE, text, source=block.source)
    made.remark("note_of_heading")
    return [made]


def _tell_left_out(made: Imported) -> None:
    contents = sum(one.role == Role.CONTENTS for one in made.blocks)
    if contents:
        made.remarks.append(Remark("contents_left_out", {"count": str(contents)}))
    furniture = sum(one.role == Role.FURNITURE for one in made.blocks)
    if furniture:
        made.remarks.append(Remark("furniture_left_out", {"count": str(furniture)}))


def _tell_two_papers(made: Imported) -> None:
    """A paper in English and then all of it in Chinese, or the other way round: numbered text that changes its language
    once, with questions on both sides.
    """
    texts = [one for one in made.blocks if one.role in (Role.PARAGRAPH, Role.QUESTION) and one.number]
    scripts = [bilingual.script_of(one.text) for one in texts]
    turn = next((place for place, one in enumerate(scripts) if place and one and one != scripts[0]), 0)
    first, second = set(scripts[:turn]) - {""}, set(scripts[turn:]) - {""}
    asked = [{one.number for one in side if one.role == Role.QUESTION} for side in (texts[:turn], texts[turn:])]
    long = min(turn, len(texts) - turn) >= _LEAST_TWICE
    if long and len(first) == len(second) == 1 and first != second and asked[0] & asked[1]:
        made.remarks.append(Remark("two_papers", {"place": texts[turn].source}))


_LEAST_TWICE = 4


def language_of(blocks: list[Block]) -> str:
    text = "".join(one.text for one in blocks)
    chinese = sum("\u4e00" <= one <= "\u9fff" for one in text)
    if chinese * 3 < sum(one.isascii() and one.isalpha() for one in text):
        return "en"
    simple = sum(one in _SIMPLIFIED and one not in _TRADITIONAL for one in text)
    full = sum(one in _TRADITIONAL and one not in _SIMPLIFIED for one in text)
    return "zh_hans" if simple > full else "zh_hant"


__all__ = ["language_of", "recognise"]
