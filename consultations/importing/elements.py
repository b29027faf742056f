"""Small questions to the elements of a Word document."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from consultations.importing import drawings
from consultations.importing.inline import Run
from consultations.importing.styles import w

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def words_of(element: etree._Element) -> str:
    return " ".join(one.text or "" for one in element.iter(w("t"))).strip()


def stripped(runs: list[Run]) -> list[Run]:
    """Without blanks at the edges, which would hide a typed number."""
    left = list(runs)
    while left and not left[0].note and left[0].change != "del" and not left[0].text.strip():
        left.pop(0)
    if left and not left[0].note:
        left[0] = replace(left[0], text=left[0].text.lstrip())
    return left


def choice_of(raw: etree._Element) -> etree._Element | None:
    """One branch of mc:AlternateContent: the first choice with words, else the fallback."""
    branches = [one for one in raw if isinstance(one.tag, str) and one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    for one in branches:
        if next(one.iter(w("t"), w("delText")), None) is not None:
            return one
    return branches[0] if branches else None


def has_box(raw: etree._Element) -> bool:
    return drawings.has_text_box(raw)


def outer_boxes(raw: etree._Element) -> Iterator[etree._Element]:
    """Text boxes of a drawing, each once: not the fallback of one that is read, nor a box within a box."""
    for one in raw:
        if not isinstance(one.tag, str):
            continue
        if one.tag == w("txbxContent"):
            yield one
        elif one.tag == f"{_MC}AlternateContent":
            chosen = choice_of(one)
            if chosen is not None:
                yield from outer_boxes(chosen)
        else:
            yield from outer_boxes(one)


def rows_of(table: etree._Element) -> Iterator[etree._Element]:
    for one in table:
        if one.tag == w("tr"):
            yield one
        elif isinstance(one.tag, str) and etree.QName(one).localname in ("sdt", "sdtContent", "customXml", "ins"):
            yield from rows_of(one)


def cells_of(row: etree._Element) -> Iterator[etree._Element]:
    for one in row:
        if one.tag == w("tc"):
            yield one
        elif isinstance(one.tag, str) and etree.QName(one).localname in ("sdt", "sdtContent", "customXml"):
            yield from cells_of(one)


def is_deleted(row: etree._Element) -> bool:
    return row.find(f"{w('trPr')}/{w('del')}") is not None


def end_is_deleted(properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    return any(properties.find(f"{w('rPr')}/{w(name)}") is not None for name in ("del", "moveFrom"))


def has_page_break(raw: etree._Element, *, first: bool = False) -> bool:
    """Whether a paragraph breaks the page; `first`: before its first words."""
    for one in raw.iter(w("br"), w("t")):
        if one.tag == w("br") and one.get(w("type")) == "page":
            return True
        if first and one.tag == w("t") and (one.text or "").strip():
            return False
    return False


def count_of(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1
