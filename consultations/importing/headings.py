"""Which pieces are headings, and how deep."""

import re
from collections import Counter
from itertools import pairwise

from consultations.importing.labels import Printed
from consultations.importing.numerals import half_width
from consultations.importing.pieces import Piece
from consultations.importing.vocabulary import CONTENTS, DATE, FOREWORD, NOT_HEADING, SECTIONS, STATEMENT, whole

ITEM_IN_BOLD = 0.3
_LONGEST = 150
_LONGEST_STYLED = 240
_STOPS = (".", "。", ";", "；", ",", "，", "、", "!", "！")
_PAGE = re.compile(
    r"(?:\t|\.{3,}|…+|·{3,}|\s{3,}|_{3,})[\s.…·_]*(?:page\s|p\.\s?|第\s?)?([0-9]{1,3}|[ivxl]{1,6})(?:\s?[頁页])?$",
    re.IGNORECASE,
)
_NUMBERED = {"number", "dotted", "letter", "roman", "chinese", "chinese_paren", "part"}


def key_of(text: str) -> str:
    """A heading's words alone, to find it again in the table of contents."""
    text = half_width(_PAGE.sub("", text)).lower()
    text = re.sub(r"^\s*(?:part|section|chapter)?\s*(?:[0-9]+(?:\.[0-9]+)*|[ivx]+|[a-z])[.)、:]?\s+", "", text)
    return re.sub(r"[\W_]+", "", text)


def mark_contents(pieces: list[Piece]) -> dict[str, int]:
    """Finds the table of contents, typed or made by Word; the depth of each entry by its words."""
    entries: dict[str, int] = {}
    later = {key_of(one.plain): place for place, one in enumerate(pieces) if one.plain and one.weight < _LONGEST}
    open_list = False
    for place, piece in enumerate(pieces):
        if piece.zone != "body":
            continue
        if piece.form.toc:
            _enter(piece, entries)
            open_list = True
        elif whole(CONTENTS, piece.plain) and place < 0.4 * len(pieces) + 20 and piece.weight < 40:
            piece.zone = "contents"
            open_list = True
        elif open_list and _is_entry(piece, place, later):
            _enter(piece, entries)
        else:
            open_list = False
    _mark_runs(pieces, entries)
    return entries


def _is_entry(piece: Piece, place: int, later: dict[str, int]) -> bool:
    """`later` is where each heading's words stand for the last time."""
    if piece.is_table:
        rows = [[" ".join(one.form.plain for one in cell).strip() for cell in row] for row in piece.form.cells]
        ends = [re.fullmatch(r"[0-9]{1,3}|[ivxl]+", (row[-1] if row else "").lower()) for row in rows]
        return bool(rows) and sum(one is not None for one in ends) >= 0.6 * len(rows)
    if piece.weight > 220 or not piece.plain:
        return False
    if _PAGE.search(piece.form.plain.strip()) or re.fullmatch(r"page|頁|頁次|頁碼|页|页码", piece.plain.lower()):
        return True
    if (
        re.search(r"[^\d.]\s+[0-9]{1,3}$", piece.plain)
        and later.get(key_of(re.sub(r"\s+[0-9]+$", "", piece.plain)), place) > place
    ):
        return True
    return later.get(key_of(piece.plain), place) > place and not piece.form.page_break


def _enter(piece: Piece, entries: dict[str, int]) -> None:
    piece.zone = "contents"
    if piece.is_table:
        for row in piece.form.cells:
            words = " ".join(one.form.plain for cell in row[:-1] for one in cell)
            entries.setdefault(key_of(words), 1)
        return
    style = re.search(r"[1-9]", piece.form.style) if piece.form.toc else None
    text = re.sub(r"\s+[0-9]{1,3}$", "", piece.form.plain.strip()) if not piece.form.toc else piece.form.plain.strip()
    deep = 1 if not piece.form.indent else 2
    dots = re.match(r"\s*[0-9]+((?:\.[0-9]+)*)", half_width(text))
    if dots:
        deep = max(deep if not piece.form.indent else 1, 1 + dots[1].count("."))
    key = key_of(text)
    if key:
        entries.setdefault(key, int(style[0]) if style else deep)


def _mark_runs(pieces: list[Piece], entries: dict[str, int]) -> None:
    """Three or more lines that end in a page number are a table of contents without a heading."""
    run: list[Piece] = []
    for piece in [*pieces[: len(pieces) // 2 + 10], None]:
        if piece is not None and _ends_in_page(piece):
            run.append(piece)
            continue
        if len(run) >= 3:
            for one in run:
                _enter(one, entries)
        run = []


def _ends_in_page(piece: Piece) -> bool:
    short = piece.zone == "body" and not piece.is_table and piece.weight < 200
    return short and bool(_PAGE.search(piece.form.plain.strip()))


# --- looks -------------------------------------------------------------------------------------------------------


def usual_size(pieces: list[Piece]) -> float:
    sizes: Counter[float] = Counter()
    for one in pieces:
        if not one.is_table and one.zone == "body":
            sizes[one.form.size] += len(one.plain)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def usual_bold(pieces: list[Piece]) -> bool:
    """Whether most of the text is bold, so that bold says nothing."""
    long = [one for one in pieces if not one.is_table and one.weight > _LONGEST]
    return bool(long) and sum(one.form.bold for one in long) > 0.5 * len(long)


def likeness(piece: Piece, entries: dict[str, int], size: float, all_bold: bool, alone: bool) -> float:
    """How much a piece looks like a heading, 0 to 1, from style, words and looks; its number is judged elsewhere."""
    form, text = piece.form, piece.after_label
    if piece.is_table or not piece.plain or form.bullet or piece.asked or (form.part != "body" and form.part != "grid"):
        return 0.0
    if "\n" in form.plain.strip() and piece.weight > 80 and not form.heading:
        return 0.0
    if not text and not (piece.label and piece.label.kind == "part"):
        return 0.0
    known = any(whole(one, text) for one in (SECTIONS, FOREWORD, STATEMENT))
    if form.heading:
        sentence = piece.weight > 90 and text.endswith((".", "。", "；", ";"))
        return 0.0 if piece.weight > _LONGEST_STYLED or sentence else 1.0
    if form.box and not alone:
        return 0.0
    if NOT_HEADING.match(text) or DATE.fullmatch(text) or piece.weight > _LONGEST:
        return 0.0
    if piece.label and piece.label.kind in ("paren", "item", "circle") and not (form.bold and piece.label.mark != ")"):
        return ITEM_IN_BOLD if form.bold and not text.endswith(_STOPS) else 0.0
    if text.endswith(_STOPS) and not (known or key_of(piece.plain) in entries):
        return 0.0
    if not re.search(r"[^\W\d_]", text or piece.plain):
        return 0.0
    if key_of(piece.plain) in entries:
        return 1.0
    bold = form.bold and not all_bold
    looks = [
        0.9 if known else 0.0,
        0.8 if bold else 0.0,
        0.7 if form.capitals and piece.weight > 5 else 0.0,
        0.7 if form.underline else 0.0,
        0.75 if size and form.size > size + 0.9 else 0.0,
        0.5 if form.italic and piece.weight < 90 else 0.0,
        0.45 if form.centred and piece.weight < 90 else 0.0,
    ]
    best = max(looks)
    if text.endswith((":", "：")):
        best = best if known else (0.5 if bold and piece.weight < 70 else 0.0)
    if text.endswith(("?", "？")):
        best = 0.55 if (form.heading or best >= 0.8) and piece.weight < 90 else 0.0
    return best


def doubt_styles(pieces: list[Piece]) -> None:
    """A heading style that mostly carries sentences is the author's way to number the text: its sentences are text."""
    groups: dict[tuple[object, ...], list[Piece]] = {}
    for one in pieces:
        if one.zone == "body" and one.form.heading and one.plain and not one.is_table:
            groups.setdefault((one.form.style, one.form.heading, one.form.list_level), []).append(one)
    for group in groups.values():
        sentences = [
            one for one in group if one.weight > 90 and one.after_label.endswith((".", "。", ":", "：", ";", "；"))
        ]
        if len(sentences) >= 0.5 * len(group):
            for one in group:
                if one.after_label.endswith(_STOPS):
                    one.heading = 0.0


def maybe(piece: Piece) -> bool:
    """Short, numbered, without a full stop: a heading if its number says so."""
    return (
        not piece.is_table
        and piece.label is not None
        and piece.label.kind in _NUMBERED
        and piece.label.strong
        and 0 < reading(piece) < 90
        and not piece.after_label.endswith((*_STOPS, ":", "：", "?", "？"))
        and not piece.form.box
        and not piece.form.bullet
        and not DATE.fullmatch(piece.plain)
    )


def reading(piece: Piece) -> float:
    return piece.weight


def loose_labels(found: list[Piece]) -> set[int]:
    """Headings "1 Background" and "A Proposals", which have a blank after the number: numbers where they count up."""
    groups: dict[tuple[object, ...], list[tuple[Piece, Printed]]] = {}
    for one in found:
        label = one.label
        if label is None and not one.form.label:
            letter = re.match(r"([A-Z]) +(?=[A-Z0-9])", one.plain)
            label = Printed("letter", (ord(letter[1]) - 64,), letter[1], letter.end(), " ") if letter else None
        if label is not None and label.kind in ("number", "letter") and label.mark == " ":
            look = (one.form.heading, round(one.form.size), one.form.bold, one.form.capitals, label.kind)
            groups.setdefault(look, []).append((one, label))
    loose: set[int] = set()
    for group in groups.values():
        if len(group) > 1 and [label.values[0] for _one, label in group] == list(range(1, len(group) + 1)):
            for one, label in group:
                one.label = label
                loose.add(id(one))
    return loose


# --- depth -------------------------------------------------------------------------------------------------------


def set_levels(found: list[Piece], entries: dict[str, int]) -> None:
    """Depth 1 for headings that open a section, deeper for those within one."""
    if not found:
        return
    styled = [one.form.heading for one in found if one.form.heading]
    base = min(styled) if styled else 0
    for one in found:
        one.signature = _signature(one)
    usual_depth = _depths(found, entries, base)
    for one in found:
        one.block.level = usual_depth[id(one)]
    _below_letters(found, entries)
    _nothing_skipped(found)


def _signature(piece: Piece) -> tuple[object, ...]:
    form = piece.form
    kind = piece.label.kind if piece.label else ""
    dots = len(piece.label.values) if piece.label else 0
    return (
        form.heading, round(form.size), form.capitals, form.bold, form.underline, form.italic, form.centred, kind, dots,
    )  # fmt: skip


def _strength(signature: tuple[object, ...]) -> tuple[float, ...]:
    _heading, size, capitals, bold, underline, italic, centred, _kind, _dots = signature
    line = float(bool(underline)) - float(bool(italic))
    return float(str(size)), float(bool(capitals)), float(bool(bold)), line, float(bool(centred))


def _depths(found: list[Piece], entries: dict[str, int], base: int) -> dict[int, int]:
    listed = dict(entries)
    top = min((listed[key_of(one.plain)] for one in found if key_of(one.plain) in listed), default=1)
    depths: dict[int, int] = {}
    by_look: dict[tuple[object, ...], Counter[int]] = {}
    counts = Counter(key_of(one.plain) for one in found)
    repeated = {key for key, count in counts.items() if count > 1}
    surely = {id(one): _sure_depth(one, listed, top, base, repeated) for one in found}
    _doubt_flat_contents(found, listed, surely)
    _doubt_within_chapters(found, listed, surely)
    _parts_over_chapters(found, surely)
    for one in found:
        sure = surely[id(one)]
        if sure:
            depths[id(one)] = sure
            by_look.setdefault(one.signature, Counter())[sure] += 1
    first = found[0]
    if not by_look:
        by_look[first.signature] = Counter({1: 1})
    levels = {look: _usual(counted) for look, counted in by_look.items()}
    tops = [look for look, level in levels.items() if level == 1]
    run = _numbered_run(found, depths)
    for one in found:
        if id(one) in depths:
            continue
        if id(one) in run:
            depths[id(one)] = run[id(one)]
        elif one.signature in levels:
            depths[id(one)] = levels[one.signature]
        else:
            depths[id(one)] = _by_strength(one, tops)
    return depths


def _usual(counted: Counter[int]) -> int:
    """The depth of a look: the least one where it is not rare, else the most frequent."""
    least = min(counted)
    return least if counted[least] * 3 >= sum(counted.values()) else counted.most_common(1)[0][0]


def _doubt_flat_contents(found: list[Piece], listed: dict[str, int], surely: dict[int, int]) -> None:
    """Contents typed without depth say nothing of a lettered entry that looks weaker than those without a letter."""
    named = [one for one in found if key_of(one.plain) in listed and not one.form.heading]
    bare = [_strength(one.signature) for one in named if one.label is None]
    if len(bare) < 2 or len({listed[key_of(one.plain)] for one in named}) > 1:
        return
    for one in named:
        if one.label is not None and one.label.kind in _NUMBERED and _strength(one.signature) < min(bare):
            surely[id(one)] = 0


def _doubt_within_chapters(found: list[Piece], listed: dict[str, int], surely: dict[int, int]) -> None:
    """ "Purpose" in weaker print within "Chapter 1" opens no section, though other papers have one of that name."""
    chapters = [_strength(one.signature) for one in found if one.label is not None and one.label.kind == "part"]
    if len(chapters) < 2:
        return
    styled = all(one.form.heading for one in found if one.label is not None and one.label.kind == "part")
    for one in found:
        part = one.label is not None and one.label.kind == "part"
        known = part or one.form.heading or key_of(one.plain) in listed
        if not known and (styled or _strength(one.signature) < min(chapters)):
            surely[id(one)] = 0


_UNITS = (
    re.compile(
        r"part\b|第[^章節节]{1,4}(?:部分|部份|部|編|编|篇)|[甲乙丙丁戊己庚辛壬癸]\s?(?:部|篇|編|编)", re.IGNORECASE
    ),
    re.compile(r"chapter\b|第.{1,4}章", re.IGNORECASE),
    re.compile(r"section\b|第.{1,4}[節节]", re.IGNORECASE),
)


def _parts_over_chapters(found: list[Piece], surely: dict[int, int]) -> None:
    """Chapters stand below parts and sections below chapters, where a paper has both and no style says otherwise."""
    units: dict[int, int] = {}
    for one in found:
        if one.label is not None and one.label.kind == "part" and not one.form.heading:
            said = f"{one.form.label} {one.plain}".strip()
            unit = next((place for place, form in enumerate(_UNITS) if form.match(said)), None)
            if unit is not None:
                units[id(one)] = unit
    ranks = sorted(set(units.values()))
    first = next((units[id(one)] for one in found if id(one) in units), None)
    if len(ranks) < 2 or first != ranks[0]:
        return
    for key, unit in units.items():
        surely[key] = ranks.index(unit) + 1


def _sure_depth(piece: Piece, listed: dict[str, int], top: int, base: int, repeated: set[str]) -> int:
    """What style, contents or words say for certain; 0 where they say nothing."""
    if piece.label and piece.label.kind == "dotted":
        return len([one for one in piece.label.values if one]) or 1
    if piece.form.heading and base:
        return piece.form.heading - base + 1
    key = key_of(piece.plain)
    if key in listed:
        return listed[key] - top + 1
    if key in repeated or (piece.form.italic and not piece.form.bold):
        return 0  # "Proposal" above each proposal
    return 1 if whole(SECTIONS, piece.after_label) else 0


def _numbered_run(found: list[Piece], depths: dict[int, int]) -> dict[int, int]:
    """Headings numbered alike, one after another, stand at one depth: that of the first that is known."""
    runs: dict[int, int] = {}
    kinds: dict[str, list[Piece]] = {}
    for one in found:
        if one.label and one.label.kind in _NUMBERED and one.label.kind != "dotted":
            kinds.setdefault(one.label.kind, []).append(one)
    for group in kinds.values():
        known = Counter(depths[id(one)] for one in group if id(one) in depths)
        rising = all(
            later.label and earlier.label and later.label.values[0] == earlier.label.values[0] + 1
            for earlier, later in pairwise(group)
        )
        if known and rising:
            depth = min(known)
            runs |= {id(one): depth for one in group}
    return runs


def _by_strength(piece: Piece, tops: list[tuple[object, ...]]) -> int:
    mine = _strength(piece.signature)
    if not tops or any(mine >= _strength(one) for one in tops):
        if tops and piece.form.page_break and not piece.signature[7] and {one[7] for one in tops} == {"part"}:
            return 1  # a glossary or a list after the chapters
        if tops and piece.signature[7] == "part":
            return 1
        kinds = {one[7] for one in tops}
        if piece.signature[7] in kinds or not kinds or (kinds == {""} and not piece.signature[7]):
            return 1
        return 1 if mine > max(_strength(one) for one in tops) else 2
    return 2 if not piece.form.italic else 3


def _below_letters(found: list[Piece], entries: dict[str, int]) -> None:
    """ "(a) Training" stands below "II. Board", and words in italics alone below "(a)"."""
    above = 0  # depth of the last heading of the kind that these stand below
    lettered = 0
    for one in found:
        label, sure = one.label, bool(one.form.heading) or key_of(one.plain) in entries
        if label is not None and label.kind in ("paren", "chinese_paren"):
            if not sure and above:
                one.block.level = above + 1
            lettered = one.block.level
        elif label is None and one.form.italic and not one.form.bold and not sure:
            one.block.level = max(one.block.level, max(lettered, above) + 1) if lettered else one.block.level
        else:
            above, lettered = one.block.level, 0


def _nothing_skipped(found: list[Piece]) -> None:
    """The first heading opens a section, and depth grows by one at a time."""
    depth = 0
    for one in found:
        one.block.level = min(max(one.block.level, 1), depth + 1, 6)
        depth = one.block.level
