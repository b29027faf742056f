"""Tables that are not tables: question boxes, layout grids of numbers and texts, headings in a row."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from consultations.importing import labels
from consultations.importing.bilingual import script_of
from consultations.importing.blocks import Block, Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import Run, all_are, divide, markdown, plain, split_lines
from consultations.importing.numerals import half_width
from consultations.importing.pieces import reading_length
from consultations.importing.vocabulary import ANNEX, QUESTIONS_HEADING, SECTIONS, whole

_QUESTION_WORD = re.compile(r"(?:consultation )?question|(?:諮詢|咨询)?(?:問題|问题)", re.IGNORECASE)

_MOST_IN_BOX = 12  # pieces


def unfold(blocks: list[Block]) -> list[Block]:
    """The blocks with such tables taken apart, in reading order."""
    out: list[Block] = []
    _open_letterhead(blocks)
    boxes = max((one.form.box for one in blocks), default=0)
    last = 0  # the number of the last paragraph
    cover = _cover_table(blocks)
    for block in blocks:
        if block is cover:
            out.extend(_from_table([one for row in block.form.cells for one in _row_pieces(row)], block))
            continue
        if block.role != Role.TABLE or not block.form.cells or block.form.toc:
            out.append(block)
            last = _last_number([block], last)
            continue
        boxes += 1
        taken = _questions(block, boxes) or _numbered_questions(block, boxes)
        for one in taken or ():
            one.form.origin = block
        grid = None if taken else _columns_of_languages(block, boxes) or _grid(block, last) or _side_heads(block)
        boxes += len(block.form.cells)
        out.extend(taken or grid or _heading(block) or [block])
        last = _last_number(grid or [], last)
    return out


def _open_letterhead(blocks: list[Block]) -> None:
    """A box that holds most of the paper is the frame of its letterhead, and none."""
    lengths: dict[int, list[float]] = defaultdict(list)
    for one in blocks:
        lengths[one.form.box].append(reading_length(one.form.plain))
    for box, inside in lengths.items():
        if box and len(inside) > _MOST_IN_BOX and sum(inside) > 0.6 * sum(map(sum, lengths.values())):
            for one in blocks:
                one.form.box = 0 if one.form.box == box else one.form.box


def _cover_table(blocks: list[Block]) -> Block | None:
    """A table that is all of the cover: a mark of the issuer, and the title beside it."""
    first = blocks[0] if blocks else None
    if first is None or first.role != Role.TABLE or len(blocks) < 2 or not blocks[1].form.page_break:
        return None
    pieces = [one for row in first.form.cells for one in _row_pieces(row)]
    short = all(one.role != Role.TABLE and 0 < reading_length(one.form.plain) < 240 for one in pieces)
    return first if short and len(pieces) <= _MOST_IN_BOX and len({one.form.size for one in pieces}) > 1 else None


def _last_number(blocks: list[Block], last: int) -> int:
    for one in blocks:
        if one.role == Role.TABLE or reading_length(one.form.plain) < 60:
            continue
        found = labels.automatic(one.form.label) if one.form.label else labels.read(one.form.plain)
        if found is not None and found.kind == "number" and found.strong:
            last = found.values[0]
    return last


def _row_pieces(row: list[list[Block]]) -> list[Block]:
    return [one for cell in row for one in cell]


def _words(pieces: list[Block]) -> str:
    return " ".join(_said(one) for one in pieces).strip()


def _said(block: Block) -> str:
    if block.role == Role.TABLE:
        return " ".join(_words(_row_pieces(row)) for row in block.form.cells)
    return f"{block.form.label} {block.form.plain.strip()}".strip()


def _questions(block: Block, box: int) -> list[Block] | None:
    """A table in which some row begins with "Question 4": each row is read on its own."""
    rows = [_joined_label(_row_pieces(row)) for row in block.form.cells]
    asked = [place for place, row in enumerate(rows) if row and labels.question(_said(row[0]) + "\n")]
    if not asked:
        return None
    if len(asked) < len(rows) / 3 and len(rows) > 4:
        return None
    out: list[Block] = []
    for place, row in enumerate(rows):
        if place < asked[0] and _is_head(row):
            out.extend(_left_out(row))
            continue
        out.extend(_boxed(row, box))
    return _from_table(out, block)


def _joined_label(row: list[Block]) -> list[Block]:
    """ "Question" in one cell and "2" in the next are one label."""
    if len(row) < 2 or not whole(_QUESTION_WORD, _said(row[0])):
        return row
    first, second, *rest = row
    if labels.question(f"{_said(first)} {_said(second)}\n") is None:
        return row
    first.form.runs = [*first.form.runs, Run(" "), *second.form.runs]
    first.form.notes |= second.form.notes
    return [first, *rest]


def _is_head(row: list[Block]) -> bool:
    return all(reading_length(_said(one)) < 60 for one in row)


def _left_out(row: list[Block]) -> Iterator[Block]:
    for one in row:
        one.form.part = "table head"
        yield one


def _boxed(row: list[Block], box: int) -> Iterator[Block]:
    for one in row:
        one.form.box = box
        yield one


def _numbered_questions(block: Block, box: int) -> list[Block] | None:
    """A table headed "Question" whose rows begin with a bare number."""
    rows = [_row_pieces(row) for row in block.form.cells]
    if len(rows) < 2 or not any(whole(QUESTIONS_HEADING, _said(one)) for one in rows[0]):
        return None
    body = rows[1:]
    numbers = [labels.read(f"{_said(row[0])}\t") for row in body]
    bare = all(
        one is not None and one.kind == "number" and re.fullmatch(r"[0-9]+[.)、]?", half_width(_said(row[0])))
        for one, row in zip(numbers, body, strict=True)
    )
    if not bare or any(len(row) < 2 for row in body):
        return None
    out = list(_left_out(rows[0]))
    for number, row in zip(numbers, body, strict=True):
        first, second, *rest = _boxed(row, box)
        second.form.label = f"Question {number.values[0] if number else ''}:"
        second.form.part = "asked"
        first.form.part = "number"
        out.extend([second, *rest])
        out.append(first)
    return _from_table(out, block)


def _grid(block: Block, last: int) -> list[Block] | None:
    """Two columns used to set numbers beside paragraphs. `last` is the number of the paragraph before them."""
    rows = [row for row in block.form.cells if _row_pieces(row)]
    if any(len([cell for cell in row if cell]) > 2 for row in rows):
        return None
    numbers = [_number_of(row) for row in rows]
    numbered = sum(
        number is not None and reading_length(_words(row[-1])) > 120 for number, row in zip(numbers, rows, strict=True)
    )
    usual = numbered >= max(1, 0.7 * len(rows)) and not (numbered == 1 and len(rows) > 1)
    if (
        not usual
        and not (numbered >= 3 and _sets_out_a_paper(rows, numbers, numbered))
        and not (numbered and _goes_on(rows, numbers, last))
    ):
        return None
    out: list[Block] = []
    for place, row in enumerate(rows):
        cells = [cell for cell in row if cell]
        if place == 0 and numbers[0] is None and len(cells) == 2 and _is_head(_row_pieces(row)):
            out.extend(_left_out(_row_pieces(row)))
        elif len(cells) == 2 and len(cells[0]) == 1 and cells[1] and cells[1][0].role != Role.TABLE:
            cells[1][0].form.label = _said(cells[0][0])
            cells[1][0].form.part = "grid"
            out.extend(cells[1])
        else:
            out.extend(_row_pieces(row))
    return _from_table(out, block)


def _columns_of_languages(block: Block, box: int) -> list[Block] | None:
    """English in one column and Chinese in the other: each row becomes pairs, each question a box of its own."""
    rows = [[cell for cell in row if cell] for row in block.form.cells]
    rows = [row for row in rows if row]
    pairs = [
        row for row in rows if len(row) == 2 and {script_of(_words(row[0])), script_of(_words(row[1]))} == {"en", "zh"}
    ]
    long = [row for row in pairs if reading_length(_words(row[0])) > 120 and reading_length(_words(row[1])) > 120]
    if len(long) < 2 or len(pairs) < 0.7 * len(rows) or any(len(row) > 2 for row in rows):
        return None
    if any(one.role == Role.TABLE for row in rows for cell in row for one in cell):
        return None
    out: list[Block] = []
    for row in rows:
        asked = labels.question(_said(row[0][0]) + "\n") is not None
        if len(row) == 2 and len(row[0]) == len(row[1]):
            found = [one for pair in zip(*row, strict=True) for one in pair]
        else:
            found = _row_pieces(row)
        box += 1
        for one in found:
            one.form.box = box if asked else one.form.box
        out.extend(found)
    return _from_table(out, block)


def _side_heads(block: Block) -> list[Block] | None:
    """Headings in the left column, and beside each the numbered paragraphs below it."""
    rows = [row for row in block.form.cells if _row_pieces(row)]
    if any(len(row) != 2 or len(row[0]) > 1 or not row[1] for row in rows):
        return None
    heads = [row[0][0] for row in rows if row[0]]
    if any(one.role == Role.TABLE or one.form.label or reading_length(one.form.plain) > 110 for one in heads):
        return None
    values = []
    for one in (two for row in rows for two in row[1] if two.role != Role.TABLE):
        found = labels.automatic(one.form.label) if one.form.label else labels.read(one.form.plain)
        if found is not None and found.kind in ("number", "dotted") and reading_length(one.form.plain) > 120:
            values.append(found.values)
    if len(values) < max(2, len(rows)) or any(one >= two for one, two in pairwise(values)):
        return None
    for one in heads:
        one.form.bold = True  # a heading, whatever its print
    return _from_table([one for row in rows for one in _row_pieces(row)], block)


def _number_of(row: list[list[Block]]) -> tuple[int, ...] | None:
    """The number in the first of a row's two cells."""
    cells = [cell for cell in row if cell]
    if len(cells) != 2 or len(cells[0]) != 1 or cells[0][0].role == Role.TABLE:
        return None
    printed = _said(cells[0][0])
    first = labels.read(f"{printed}\t") or labels.inserted(f"{printed}\t")
    bare = re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3})*[A-Z]{0,2}[.)、]?", half_width(printed))
    return first.values if first and bare else None


def _goes_on(rows: list[list[list[Block]]], numbers: list[tuple[int, ...] | None], last: int) -> bool:
    """Whether a table has paragraphs that follow on the last one, under heads in rows of one cell."""
    found = [one for one in numbers if one is not None]
    heads = [row for place, row in enumerate(rows) if numbers[place] is None]
    return (
        found[0] == (last + 1,)
        and all(one < two for one, two in pairwise(found))
        and all(len([cell for cell in row if cell]) == 1 and _is_head(_row_pieces(row)) for row in heads)
    )


def _sets_out_a_paper(rows: list[list[list[Block]]], numbers: list[tuple[int, ...] | None], numbered: int) -> bool:
    """Whether numbers rise, half of their texts are long, and every other row is a head or has one cell."""
    rising = [one for one in numbers if one is not None]
    others = [row for place, row in enumerate(rows) if numbers[place] is None and place]
    return (
        numbered >= 0.5 * len(rising)
        and all(one < two for one, two in pairwise(rising))
        and all(len([cell for cell in row if cell]) == 1 for row in others)
    )


def _heading(block: Block) -> list[Block] | None:
    """One row that holds a heading: "3 | Proposals on custody"."""
    rows = [row for row in block.form.cells if _row_pieces(row)]
    if len(rows) != 1:
        return None
    pieces = _row_pieces(rows[0])
    text = _words(pieces)
    if len(pieces) > 3 or reading_length(text) > 110 or any(one.role == Role.TABLE for one in pieces):
        return None
    first = labels.read(f"{_said(pieces[0])}\t")
    alone = first is not None and first.length >= len(_said(pieces[0]))
    title = pieces[1:] if alone else pieces
    styled = any(one.form.heading for one in pieces) or all(one.form.bold for one in title)
    known = any(whole(SECTIONS, _said(one)) for one in title) or bool(
        ANNEX.fullmatch(_said(pieces[0])) and len(pieces) > 1
    )
    if len(title) != 1 or not (alone or known) or not (styled or known):
        return None
    if alone:
        title[0].form.label = _said(pieces[0])
        title[0].form.part = "grid"
        title[0].form.heading = max(one.form.heading for one in pieces)
        return _from_table(title, block)
    return None


def _from_table(out: list[Block], table: Block) -> list[Block]:
    if out:
        out[0].form.page_break = out[0].form.page_break or table.form.page_break
    for one in out:
        one.source = table.source
    return out


def at_line_breaks(block: Block) -> list[Block]:
    """A paragraph whose later lines begin with numbers or questions is as many pieces: somebody pressed Shift+Enter."""
    form = block.form
    if block.role == Role.TABLE or "\n" not in form.plain.strip() or form.part != "body" or form.toc:
        return [block]
    lines = [line for line in split_lines(form.runs) if plain(line).strip() or any(one.note for one in line)]
    if len(lines) < 2 or not any(_begins(plain(one).strip()) for one in lines[1:]):
        return [block]
    out = []
    for place, runs in enumerate(lines):
        made = replace(form, runs=runs, bold=all_are(runs, "bold"), italic=all_are(runs, "italic"))
        if place:
            made.label, made.list_id, made.page_break, made.bullet = "", "", False, False
            made.heading = 0
        made.notes = {one.note: form.notes[one.note] for one in runs if one.note in form.notes}
        out.append(Block(block.id, block.role, with_notes(markdown(runs), made.notes), source=block.source, form=made))
    return out


_SENTENCE_END = re.compile(
    r"[.!?。！？:：;；”」』\"）)][ \u00a0\u3000\t]*(?=[\[【(（]?(?:Consultation|Question|Q|諮詢|咨询|問|问))|\n"
)
_MOST_OF_QUESTION = 900  # reading length


def at_questions(block: Block) -> list[Block]:
    """A paragraph that ends in "Question 3: Do you agree?" is two pieces, and says so."""
    form = block.form
    if block.role == Role.TABLE or form.part not in ("body", "grid") or form.toc or form.heading or block.id < 0:
        return [block]
    text = form.plain
    for found in _starts(form.runs, text):
        asked = labels.question(text[found:])
        rest = text[found:].strip()
        before = text[:found].strip()
        label = labels.read(before) if not form.label else None
        if asked is None or not asked.closed or reading_length(rest) > _MOST_OF_QUESTION:
            continue
        if reading_length(before[label.length if label else 0 :]) < 30 or not re.search(r"[?？]", rest):
            continue
        early, late = divide(form.runs, found)
        head = replace(form, runs=early)
        head.notes = {one.note: form.notes[one.note] for one in early if one.note in form.notes}
        tail = replace(
            form, runs=late, label="", list_id="", list_level=-1, bullet=False, page_break=False,
            notes={key: words for key, words in form.notes.items() if key not in head.notes}, capitals=False,
        )  # fmt: skip
        for one in (head, tail):
            one.bold, one.italic = all_are(one.runs, "bold"), all_are(one.runs, "italic")
        first = Block(block.id, block.role, with_notes(markdown(head.runs), head.notes), source=block.source, form=head)
        second = Block(
            block.id, block.role, with_notes(markdown(tail.runs), tail.notes), source=block.source, form=tail
        )
        second.remark("question_set_apart", number=asked.number)
        first.remarks, first.confident = block.remarks, block.confident
        return [first, *at_questions(second)]
    return [block]


def _starts(runs: list[Run], text: str) -> list[int]:
    """Places where a question may begin: after the end of a sentence, and where other looks begin."""
    places = {found.end() for found in _SENTENCE_END.finditer(text)}
    place, looks = 0, None
    for one in runs:
        if one.change == "del" or one.note:
            continue
        if looks is not None and one.text.strip() and (one.bold or one.italic) and (one.bold, one.italic) != looks:
            places.add(place + len(one.text) - len(one.text.lstrip()))
        looks = (one.bold, one.italic) if one.text.strip() else looks
        place += len(one.text)
    return sorted(one for one in places if 0 < one < len(text))


def _begins(text: str) -> bool:
    found = labels.read(text)
    numbered = found is not None and found.kind in ("number", "dotted") and found.strong and reading_length(text) > 60
    return numbered or labels.question(text) is not None
