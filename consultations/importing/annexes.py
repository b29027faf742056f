"""Annexes: where they begin, what they are called, and the clauses of those that show drafting."""

import re
from dataclasses import replace

from consultations.importing import labels
from consultations.importing.blocks import Role
from consultations.importing.headings import key_of
from consultations.importing.inline import Run, marked
from consultations.importing.numerals import CHINESE, half_width, value_of
from consultations.importing.pieces import Piece
from consultations.importing.vocabulary import ANNEX, DRAFTING


def open_zones(pieces: list[Piece], entries: dict[str, int]) -> None:
    """Marks everything from the first annex to the end; each annex begins with a piece that is settled here."""
    word = ""
    keys: list[str] = []
    opened: Piece | None = None
    for place, one in enumerate(pieces):
        if one.zone in ("contents", "furniture", "note"):
            continue
        found = _named(one) if one.zone in ("body", "annex", "removed") and not one.is_table else None
        if found and _is_heading(one, found, entries, pieces, place):
            kind = found[1].lower()
            if (
                not word
                or kind == word
                or (kind in ("appendix", "annex", "附錄", "附录", "附件") and word in ("schedule", "附表"))
                or (opened is not None and opened.form.heading and opened.form.heading == one.form.heading)
            ):
                key = (found[2] or "").upper()
                if not (key and keys and key == keys[-1]):
                    word = word or kind
                    _open(one, key or _next_key(keys), not found[2], found[3].strip(), pieces, place)
                    if one.block.number in keys:
                        _rename(one, f"{found[1]} {found[2]}", _next_key(keys))
                    keys.append(one.block.number)
                    opened = opened or one
                    continue
        if word and one.zone in ("body", "removed"):
            one.zone = "annex" if one.zone == "body" else "removed"
            if one.plain or one.is_table:
                one.zone = "annex"


def _named(piece: Piece) -> re.Match[str] | None:
    """The annex that a piece names, in its words or by an automatic number "Annex I"."""
    if piece.form.label and ANNEX.match(piece.form.label):
        return ANNEX.fullmatch(f"{piece.form.label} {piece.plain}".strip())
    return ANNEX.fullmatch(piece.plain)


def _is_heading(piece: Piece, found: re.Match[str], entries: dict[str, int], pieces: list[Piece], place: int) -> bool:
    title = found[3].strip()
    if piece.weight > 220 or piece.form.bullet or (piece.form.box and len(title) > 80):
        return False
    if piece.form.heading or key_of(piece.plain) in entries or ANNEX.match(piece.form.label or " "):
        return True
    if title.endswith((".", "。", ";", "；", ",", "，")) or title[:1].islower():
        return False
    if not title:
        return bool(found[2]) or piece.form.bold or piece.form.centred or piece.form.page_break or piece.form.capitals
    marked_off = (
        piece.form.bold or piece.form.centred or piece.form.page_break or piece.form.capitals or piece.form.underline
    )
    if not found[2]:
        return (
            (piece.form.bold or piece.form.page_break) and place > 0.4 * len(pieces) and _separated(piece.plain, title)
        )
    return bool(found[2]) and (
        marked_off
        or piece.heading >= 0.5
        or (place > 0.5 * len(pieces) and piece.weight < 110 and _separated(piece.plain, title))
    )


def _separated(text: str, title: str) -> bool:
    before = text[: len(text) - len(title)]
    return before.rstrip()[-1:] in ":：-–—." or "\t" in before


_OTHER_NAME = re.compile(
    rf"(?:附錄|附录|附件|附表)\s*(?:[A-Z](?![a-z])|[0-9]{{1,2}}|[{CHINESE}]{{1,3}}|[甲乙丙丁戊己庚辛壬癸])?(?=[\s:：.、\-–—]|$)[\s:：.、\-–—]*(.*)"
    r"|(?:appendix|annexure|annex|attachment|schedule)\s*(?:(?:[A-Z]|[0-9]{1,2}|[IVX]{1,5})(?![a-z]))?(?=[\s:：.、\-–—]|$)[\s:：.、\-–—]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
"""The name of an annex in a second language."""


def _next_key(keys: list[str]) -> str:
    if not keys:
        return "A"
    value = value_of(keys[-1]) or len(keys)
    return str(value + 1) if keys[-1].isdigit() else chr(ord("A") + min(value, 25))


def _open(piece: Piece, key: str, derived: bool, title: str, pieces: list[Piece], place: int) -> None:
    piece.zone = "annex"
    piece.settle(Role.ANNEX, number=key, level=1)
    other = _OTHER_NAME.fullmatch(title)  # "Annex A 附件甲"
    title = (other[1] or other[2] or "").strip() if other else title
    piece.block.text = " ".join(title.split())
    if other:
        printed = other[0][: max(other.start(1), other.start(2))].strip(" \t\n:：.、-–—")
        piece.block.remark("label_again", printed=printed)
    if derived:
        piece.block.remark("annex_letter", doubt=True, letter=key)
    if not title:
        following = next((one for one in pieces[place + 1 : place + 3] if one.plain or one.is_table), None)
        if following is not None and _is_title(following, pieces, place):
            piece.block.text = following.plain_text()
            piece.block.source = f"{piece.block.source}"
            following.zone = "merged"
        elif other:
            piece.block.text = " ".join(other[0].split())


def _rename(piece: Piece, printed: str, key: str) -> None:
    """ "Appendix 1" after "Annex 1": the portal has one row of letters, so it takes the next and keeps its name."""
    block = piece.block
    block.number, block.text = key, f"{printed}: {block.text}" if block.text else printed
    block.remark("annex_renamed", doubt=True, printed=printed, letter=key)


def _is_title(piece: Piece, pieces: list[Piece], place: int) -> bool:
    if (
        piece.is_table
        or piece.weight > 220
        or (ANNEX.fullmatch(piece.plain) and piece.heading < 0.5 and not piece.form.bold)
    ):
        return False
    return piece.heading >= 0.5 or piece.form.centred or piece.form.bold


def settle(pieces: list[Piece]) -> None:
    """Roles within annexes. An annex whose text shows changes is drafting: its pieces become clauses."""
    pieces[:] = [one for one in pieces if one.zone != "merged"]
    starts = [place for place, one in enumerate(pieces) if one.zone == "annex" and one.block.role == Role.ANNEX]
    for start, end in zip(starts, [*starts[1:], len(pieces)], strict=False):
        inside = [one for one in pieces[start + 1 : end] if one.zone in ("annex", "removed")]
        if _shows_changes(pieces[start], inside):
            _clauses(inside)
        else:
            _texts(inside)


def _shows_changes(heading: Piece, inside: list[Piece]) -> bool:
    runs = [run for one in inside for run in one.form.runs]
    if any(run.change for run in runs):
        return True
    struck = any(run.struck and run.text.strip() for run in runs)
    underlined = any(run.underline and not run.link and run.text.strip() for run in runs)
    by_title = bool(DRAFTING.search(heading.block.text)) or any(
        DRAFTING.search(one.plain) for one in inside[:2] if one.weight < 220
    )
    return (struck and (underlined or by_title)) or (underlined and by_title and _partly(inside))


def _partly(inside: list[Piece]) -> bool:
    """Underlining within sentences, not of whole headings."""
    return any(
        any(run.underline and run.text.strip() for run in one.form.runs)
        and any(not run.underline and run.text.strip() for run in one.form.runs)
        for one in inside
    )


def _clauses(inside: list[Piece]) -> None:
    """Numbered pieces begin a clause; (a), (i) and text without a number join it. Tables and notes stay as text."""
    tracked = any(run.change for one in inside for run in one.form.runs)
    by_hand = not tracked or _hand_struck(inside)
    seen: set[str] = set()
    for one in inside:
        if one.is_table:
            continue
        label, runs = one.form.label, one.form.runs
        number, length = "", 0
        if not one.form.bullet:
            number, length = _clause_number(one, "".join(run.text for run in runs))
        if number and not label:
            runs = _skip_all(runs, length)
            label = number
        if number in seen:
            one.block.remark("clause_number_twice", number=number)
            number = ""
        elif number:
            seen.add(number)
        text = marked(runs, by_hand=by_hand)
        if not number:
            text = f"{'•' if one.form.bullet else label} {text}".strip()
        for note, words in one.form.notes.items():
            text = f"{text}\n\n[^{note}]: {words}"
        one.zone = "annex"
        one.settle(Role.CLAUSE, number=number[:20])
        one.block.text = text


_INSERTED = re.compile(
    r"([0-9]{1,3}[A-Z]{0,4}(?:\.[0-9]{1,3}[A-Z]{0,2})*)(?:[.)、]?\t|[.)、]\s|\s{2,}|\s(?=[A-Z\u4e00-\u9fff]))\s*"
)
"""Numbers with letters, as clauses that came between others have them: 7.1A, 53ZRD."""


def _clause_number(piece: Piece, text: str) -> tuple[str, int]:
    """The number that begins a clause, and the characters of `text` that it takes."""
    label = piece.form.label
    lead = len(text) - len(text.lstrip())
    inserted = _INSERTED.match(half_width(f"{label}\t" if label else text.lstrip()))
    if inserted and re.search("[A-Z]", inserted[1]):
        return inserted[1], lead + inserted.end()
    found = labels.automatic(label) if label else labels.read(text)
    if found is None or not _numbers_clause(found, piece):
        return "", 0
    return found.text.strip("()"), found.length


def _numbers_clause(found: labels.Printed, piece: Piece) -> bool:
    if found.kind in ("dotted", "number"):
        return found.strong or found.kind == "dotted"
    return found.kind == "letter" and piece.heading < 0.5


def _skip_all(runs: list[Run], count: int) -> list[Run]:
    """Without the first `count` characters, removed words counted."""
    left = []
    for run in runs:
        cut = min(count, len(run.text))
        count -= cut
        if len(run.text) > cut or run.note:
            left.append(replace(run, text=run.text[cut:]))
    return left


def _hand_struck(inside: list[Piece]) -> bool:
    return any(run.struck for one in inside for run in one.form.runs)


def _texts(inside: list[Piece]) -> None:
    for one in inside:
        if one.done or one.zone == "removed":
            continue
        if one.is_table:
            one.settle(Role.TABLE)
        elif one.heading >= 0.5 and not one.form.bullet:
            title = f"{one.form.label} {one.plain_text()}".strip()
            one.settle(Role.ANNEX_TEXT)
            one.block.text = f"{'#' * min(max(one.form.heading - 1, 1), 3)} {title}"
        else:
            one.with_label()
            one.settle(Role.ANNEX_TEXT)
