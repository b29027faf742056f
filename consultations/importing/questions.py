"""Questions: where they begin, and which pieces belong to them."""

from consultations.importing.blocks import Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import markdown
from consultations.importing.pieces import Piece
from consultations.importing.repeated import Found, is_list, repetitions
from consultations.importing.vocabulary import ASKS_ON, QUESTION_BARE, QUESTIONS_HEADING, QUESTIONS_RANGE, whole


def find(pieces: list[Piece]) -> None:
    """Settles the pieces that begin with the label of a question, and numbered items under a heading "Questions"."""
    said = repetitions(_labelled(pieces))
    before: Piece | None = None
    for place, one in enumerate(pieces):
        if one.zone != "body" or one.done or one.is_table:
            before = None
            continue
        if one.asked and _is_question(one, pieces, place):
            number, length = one.asked.number, one.asked.length if not _label_asks(one) else 0
            if id(one) in said:
                code = said[id(one)]
                one.block.remark(code, doubt=code != "question_repeated", number=number)
                one.heading, one.asked, one.repeated = 0.0, None, True
                before = None
                continue
            _begin(one, number, length)
            if one.asked.again:
                one.block.remark("label_again", printed=one.asked.again)
            if one.printed_as:
                one.block.remark("question_printed_as", number=number, printed=one.printed_as)
            before = one
            continue
        if before is not None and one.heading < 1.0 and (not before.block.text or _asks(one)):
            one.heading = 0.0  # the words of a question, or its second paragraph, in bold
        before = None
    _announced(pieces)
    _listed(pieces)
    _without_number(pieces)


def _labelled(pieces: list[Piece]) -> list[Found]:
    """All pieces that begin with the label of a question, with what they ask."""
    found = []
    listed, heading = False, -1
    for place, one in enumerate(pieces):
        if one.zone != "body" or one.done or one.is_table:
            continue
        if one.asked and _is_question(one, pieces, place):
            length = one.asked.length if not _label_asks(one) else 0
            words = one.plain[length:].strip()
            if not words:
                following = next((two for two in pieces[place + 1 : place + 3] if two.plain), None)
                words = following.plain if following is not None else ""
            found.append(Found(one, one.asked.number, length, "".join(words.split()), listed, heading))
        elif one.heading >= 0.5 or is_list(one):
            listed, heading = is_list(one), place
    return found


def _label_asks(piece: Piece) -> bool:
    return (
        (bool(piece.form.label) and "uestion" in piece.form.label)
        or piece.form.part == "asked"
        or (bool(piece.form.label) and piece.asked is not None and not piece.plain[: piece.asked.length].strip())
    )


def _is_question(piece: Piece, pieces: list[Piece], place: int) -> bool:
    asked = piece.asked
    assert asked is not None
    if piece.form.label and _automatic_question(piece):
        return True
    rest = piece.plain[asked.length :].strip()
    if not rest:
        return _stands_alone(piece, pieces, place)
    if piece.form.box or piece.form.bold or "question" in piece.form.style:
        return True
    if piece.printed_as:
        return "?" in rest or "？" in rest
    if asked.closed:
        return "?" in rest or "？" in rest or rest.endswith(("。", ".", ":", "：")) or piece.weight < 400
    return "?" in rest or "？" in rest or _label_is_bold(piece, asked.length)


def _automatic_question(piece: Piece) -> bool:
    from consultations.importing import labels

    return labels.question(f"{piece.form.label}\t") is not None


def _stands_alone(piece: Piece, pieces: list[Piece], place: int) -> bool:
    """A label without words: the words follow in the next piece."""
    following = next((one for one in pieces[place + 1 : place + 3] if one.plain or one.is_table), None)
    return following is not None and following.asked is None and following.zone == "body"


def _label_is_bold(piece: Piece, length: int) -> bool:
    count = 0
    for run in piece.form.runs:
        if count >= length or (count and count + len(run.text.strip()) > length):
            break
        if run.text.strip() and not (run.bold or run.underline):
            return False
        count += len(run.text)
    return count > 0


def _begin(piece: Piece, number: str, length: int) -> None:
    alone = piece.form.bold or piece.form.italic
    lead = len(piece.form.plain) - len(piece.form.plain.lstrip())
    piece.cut(length + (lead if length else 0), unbold=alone)
    piece.settle(Role.QUESTION, number=number)
    piece.heading = 0.0


def _listed(pieces: list[Piece]) -> None:
    """Numbered items in a box, or after a heading, that says "Questions"."""
    settled = [one for one in pieces if one.done and one.block.role == Role.QUESTION]
    for place, one in enumerate(pieces):
        if one.zone != "body" or one.done or one.is_table or not whole(QUESTIONS_HEADING, one.after_label):
            continue
        if one.weight > 90:
            continue
        items: list[Piece] = []
        for two in pieces[place + 1 :]:
            same_box = two.form.box == one.form.box
            if two.zone != "body" or two.done or two.is_table or not same_box:
                break
            is_item = two.label is not None and two.label.kind in ("number", "paren", "item") and _asks(two)
            if is_item and (not items or _next_to(items[-1], two)):
                items.append(two)
            elif not items or two.label:
                break
        if not items or (settled and not one.form.box):
            continue
        for item in items:
            label = item.label
            assert label is not None
            item.cut(label.length, unbold=item.form.bold)
            item.settle(Role.QUESTION, number=label.text.strip("()"))
            item.heading = 0.0
            item.block.remark("question_from_list", doubt=True)
        if one.form.box:
            one.settle(Role.FURNITURE)
            one.block.remark("table_head")


def _announced(pieces: list[Piece]) -> None:
    """ "Questions 4 and 5" above items 4. and 5."""
    for place, one in enumerate(pieces):
        found = whole(QUESTIONS_RANGE, one.plain) if one.zone == "body" and not one.done and not one.is_table else None
        if not found:
            continue
        numbers = range(int(found[1] or found[3]), int(found[2] or found[4]) + 1)
        items = [two for two in pieces[place + 1 :] if two.plain][: len(numbers)]
        if len(items) != len(numbers) or not all(
            _is_item(two, number) for two, number in zip(items, numbers, strict=True)
        ):
            continue
        for item, number in zip(items, numbers, strict=True):
            assert item.label is not None
            _begin(item, str(number), item.label.length)
        one.settle(Role.FURNITURE)
        one.block.remark("table_head")


def _is_item(piece: Piece, number: int) -> bool:
    label = piece.label
    return (
        piece.zone == "body" and not piece.done and not piece.is_table and _asks(piece)
        and label is not None and label.kind in ("number", "paren") and label.values == (number,)
    )  # fmt: skip


def _next_to(before: Piece, after: Piece) -> bool:
    first, second = before.label, after.label
    return bool(first and second and first.kind == second.kind and second.values[0] == first.values[0] + 1)


def _asks(piece: Piece) -> bool:
    return "?" in piece.plain or "？" in piece.plain


def _without_number(pieces: list[Piece]) -> None:
    """ "Question:" without a number: counted where no question has one, else left for a person to number."""
    bare = []
    for one in pieces:
        found = QUESTION_BARE.match(one.plain) if one.zone == "body" and not one.done and not one.is_table else None
        if found and (_asks(one) or one.form.box):
            bare.append((one, found.end()))
    numbered = any(one.done and one.block.role == Role.QUESTION for one in pieces)
    for count, (one, length) in enumerate(bare, start=1):
        _begin(one, "" if numbered else str(count), length)
        one.block.remark("question_numbered" if not numbered else "question_without_number", doubt=True)


# --- what belongs to a question ----------------------------------------------------------------------------------


def join(pieces: list[Piece], numbered: bool) -> None:
    """Later pieces of a question's box, its parts (a), (b), and its second paragraph become one text with it."""
    merged: set[int] = set()
    current: Piece | None = None
    for one in pieces:
        if one.zone != "body" or (one.done and one.block.role != Role.QUESTION):
            if one.form.part not in ("number", "table head") and one.zone != "removed":
                current = None if one.zone == "body" or one.zone == "annex" else current
            continue
        if one.done:
            current = one
        elif current is not None and _belongs(one, current, numbered):
            _append(current, one)
            merged.add(id(one))
        elif one.form.part not in ("number", "table head"):
            current = None
    pieces[:] = [one for one in pieces if id(one) not in merged]


def _belongs(one: Piece, question: Piece, numbered: bool) -> bool:
    form, asked = one.form, question.form
    if one.echo:
        return True
    if form.part in ("number", "table head"):
        return False
    if asked.box and form.box == asked.box:
        return True
    text = question.block.text.strip()
    if not text:
        return not one.is_table or True
    if one.is_table or form.box != asked.box:
        return False
    if one.label and one.label.kind in ("paren", "item", "circle", "chinese_paren"):
        return _alike(one, question) or text.rstrip("*\\ ").endswith((":", "：")) or _asks(one)
    if form.bullet:
        if text.rpartition("\n")[2].lstrip().startswith("- ") and not text.endswith("."):
            return True  # the next item of its list
        return text.endswith((":", "：", "?", "？")) and (_asks(one) or text.endswith((":", "：")))
    if _alike(one, question) and (form.bold or form.italic or form.indent or form.style == "question"):
        return one.weight < 700
    if numbered and one.label is None and one.weight < 420:
        return _asks(one) or bool(ASKS_ON.match(one.plain)) or not text.endswith((".", "?", "。", "？", ")", "）"))
    return one.label is None and one.weight < 300 and bool(ASKS_ON.match(one.plain)) and _asks(one)


def _alike(one: Piece, question: Piece) -> bool:
    a, b = one.form, question.form
    return (a.style, a.bold, a.italic, a.box) == (b.style, b.bold, b.italic, b.box)


def _append(question: Piece, one: Piece) -> None:
    if not one.is_table and (one.form.bold or one.form.italic):
        one.block.text = with_notes(markdown(one.form.runs, unbold=True), one.form.notes)
    one.with_label()
    block = question.block
    question.absorb(one)
    block.remarks.extend(one.block.remarks)
