"""The first page: title, reference, and what else stands there."""

import re

from consultations.importing.blocks import Remark, Role
from consultations.importing.pieces import Piece
from consultations.importing.vocabulary import DATE, NOT_HEADING, REFERENCE, SECTIONS, whole

_PAPER = re.compile(r"consultation|discussion paper|paper on|proposals?|諮詢|咨询|文件", re.IGNORECASE)
_LONG = 240


def start_of_body(pieces: list[Piece]) -> int:
    """The place of the first piece after the cover."""
    place = _after_cover(pieces)
    while 0 < place < len(pieces) and pieces[place].heading >= 0.5 and _opens_a_part(pieces[place - 1]):
        place -= 1
    return place


def _after_cover(pieces: list[Piece]) -> int:
    first_number = len(pieces)
    for place, one in enumerate(pieces):
        if one.zone in ("contents", "foreword", "statement", "annex"):
            return place
        if one.done and one.zone == "body" and one.block.role in (Role.PARAGRAPH, Role.QUESTION):
            first_number = place
            break
    for place, one in enumerate(pieces[:first_number]):
        if one.zone != "body" or one.heading < 0.5 or _is_title_style(one):
            continue
        if one.form.heading or (whole(SECTIONS, one.after_label) and place) or _begins_the_text(pieces, place):
            if place == 0 and one.form.heading == 1 and _only_title(pieces):
                continue
            return place
    place = first_number
    if place == len(pieces):  # no numbers at all: the cover ends where long text begins
        place = next((number for number, one in enumerate(pieces) if one.weight > _LONG), 0)
    while (
        place
        and pieces[place - 1].heading >= 0.5
        and not pieces[place - 1].form.page_break
        and place > first_number - 1
    ):
        place -= 1
    if place and pieces[place].heading < 0.5 and pieces[place - 1].heading >= 0.5:
        place -= 1
    return place


def _begins_the_text(pieces: list[Piece], place: int) -> bool:
    """A heading with the first number of its kind, and text or a lower heading below it."""
    one, following = pieces[place], next((two for two in pieces[place + 1 :] if two.plain), None)
    first = one.label is not None and one.label.values == (1,) and (one.label.strong or one.label.automatic)
    return (
        first
        and place > 0
        and following is not None
        and not following.form.page_break
        and (following.weight > _LONG or (following.heading >= 0.5 and following.label is not None))
    )


def _opens_a_part(piece: Piece) -> bool:
    """ "Part I" above "Chapter 1": headings with the first number of their kind."""
    label = piece.label
    return (
        piece.heading >= 0.5
        and label is not None
        and label.kind in ("part", "roman", "letter", "chinese")
        and label.values == (1,)
    )


def _is_title_style(piece: Piece) -> bool:
    return any(name in ("title", "subtitle", "標題", "标题", "副標題", "副标题") for name in piece.form.styles)


def _only_title(pieces: list[Piece]) -> bool:
    """One Heading 1 in the file, at its top, is the title."""
    return sum(one.form.heading == 1 for one in pieces if one.zone == "body") == 1


def settle_cover(cover: list[Piece], remarks: list[Remark]) -> None:
    lines = [one for one in cover if one.zone == "body" and not one.done]
    for one in lines:
        found = whole(REFERENCE, one.plain)
        if found and one.weight < 70 and not one.is_table:
            one.settle(Role.REFERENCE)
            one.block.text = one.plain_text()
    left = [one for one in lines if not one.done]
    title = _title(left)
    for one in title:
        one.settle(Role.TITLE)
        one.block.text = one.plain_text()
        one.block.confident = len(title) < 4
    for one in left:
        if one.done:
            continue
        if one.weight > _LONG or one.is_table or _is_sentence(one):
            one.with_label()
            one.settle(Role.FOREWORD)
            one.block.remark("cover_text", doubt=True)
        else:
            one.with_label()
            one.settle(Role.FURNITURE)
            one.block.remark("cover")


def _is_sentence(piece: Piece) -> bool:
    """Something said to the reader, not a line of the cover."""
    said = piece.plain.endswith((".", "。")) and piece.weight > 60
    return said and not re.match(r"©|copyright|all rights|版權|版权", piece.plain, re.IGNORECASE)


def _is_about(line: str) -> bool:
    """A date, or the name of the issuer."""
    return bool(DATE.fullmatch(line) or NOT_HEADING.match(line))


def _title(lines: list[Piece]) -> list[Piece]:
    lines = [one for one in lines if not one.is_table and one.weight <= _LONG and not _is_about(one.plain)]
    styled = [one for one in lines if any(name in ("title", "標題", "标题") for name in one.form.styles)]
    if styled:
        return styled
    if not lines:
        return []
    heading = [one for one in lines if one.form.heading == 1]
    if heading:
        return heading[:1]
    largest = max(one.form.size for one in lines)
    big = [one for one in lines if one.form.size == largest]
    if len(big) < len(lines) or len(big) <= 3:
        return big
    named = [one for one in lines if _PAPER.search(one.plain)]
    if named:
        place = lines.index(named[0])
        taken = [named[0]]
        if named[0].weight < 45 and place + 1 < len(lines):
            taken.append(lines[place + 1])
        return taken
    return lines[:1]
