"""Paragraphs, runs and tables of WordprocessingML (ECMA-376, part 1, chapter 17), each in the order of its schema.

python-docx looks for the right place of each property anew, which takes half a minute for 5,000 comments.
"""

from collections.abc import Sequence
from typing import Any, Final

from docx.oxml.ns import qn
from lxml import etree

Element = Any
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_PRESERVE: Final = "preserve"
TAGS: Final = {"en": "en-HK", "zh_hant": "zh-HK", "zh_hans": "zh-CN"}
CHINESE: Final = {"en": "PMingLiU", "zh_hant": "PMingLiU", "zh_hans": "SimSun"}


def twips(centimetres: float) -> str:
    """Twentieths of a point."""
    return str(round(centimetres * 567))


def child(parent: Element, name: str, **values: str) -> Element:
    made = etree.SubElement(parent, W + name)
    for key, value in values.items():
        made.set(W + key, value)
    return made


def paragraph(
    parent: Element,
    style: str = "",
    *,
    indent: float = 0,
    hanging: float = 0,
    keep: bool = False,
    align: str = "",
    after: int = 100,
) -> Element:
    """A paragraph at the end of `parent`. `indent` and `hanging` in centimetres, `after` in twentieths of a point."""
    made = child(parent, "p")
    form = child(made, "pPr")
    if style:
        child(form, "pStyle", val=style)
    if keep:
        child(form, "keepNext")
    if hanging:
        child(child(form, "tabs"), "tab", val="left", pos=twips(indent))
    if not style:
        child(form, "spacing", after=str(after))
    if indent:
        place = child(form, "ind", left=twips(indent))
        if hanging:
            place.set(W + "hanging", twips(hanging))
    if align:
        child(form, "jc", val=align)
    return made


def run(
    parent: Element,
    words: str,
    *,
    language: str = "",
    bold: bool = False,
    italic: bool = False,
    strike: bool = False,
    underline: bool = False,
    colour: str = "",
    size: float = 0,
    face: str = "",
    raised: bool = False,
) -> Element:
    """Words with their marks; a line end becomes a break, a tab a tab. `size` in points."""
    made = child(parent, "r")
    form = child(made, "rPr")
    if face or language:
        fonts = child(form, "rFonts")
        if face:
            fonts.set(W + "ascii", face)
            fonts.set(W + "hAnsi", face)
        if language:
            fonts.set(W + "eastAsia", CHINESE[language])
    if bold:
        child(form, "b")
    if italic:
        child(form, "i")
    if strike:
        child(form, "strike")
    if colour:
        child(form, "color", val=colour)
    if size:
        child(form, "sz", val=str(round(size * 2)))
    if underline:
        child(form, "u", val="single")
    if raised:
        child(form, "vertAlign", val="superscript")
    if language:
        languages(child(form, "lang"), language)
    for number, line in enumerate(words.split("\n")):
        if number:
            child(made, "br")
        for place, part in enumerate(line.split("\t")):
            if place:
                child(made, "tab")
            if part:
                text = child(made, "t")
                text.text = part
                text.set(_SPACE, _PRESERVE)
    return made


def languages(element: Element, language: str) -> None:
    """Say in which language words are: Latin letters in the Chinese are English."""
    element.set(W + "val", TAGS["en"])
    element.set(W + "eastAsia", TAGS[language if language != "en" else "zh_hant"])


def table(parent: Element, widths: Sequence[float], *, lines: bool) -> Element:
    """A table with columns of these widths in centimetres."""
    made = child(parent, "tbl")
    form = child(made, "tblPr")
    if lines:
        child(form, "tblStyle", val="TableGrid")
    child(form, "tblW", w=twips(sum(widths)), type="dxa")
    child(form, "tblLayout", type="fixed")
    child(form, "tblLook", val="0020" if lines else "0000", firstRow="1" if lines else "0", noHBand="1", noVBand="1")
    grid = child(made, "tblGrid")
    for width in widths:
        child(grid, "gridCol", w=twips(width))
    return made


def row(parent: Element, widths: Sequence[float], *, head: bool = False) -> list[Element]:
    """The cells of a new row. Each must get at least one paragraph. A head stands again on each page."""
    made = child(parent, "tr")
    if head:
        child(child(made, "trPr"), "tblHeader")
    cells = []
    for width in widths:
        cell = child(made, "tc")
        child(child(cell, "tcPr"), "tcW", w=twips(width), type="dxa")
        cells.append(cell)
    return cells


def hyperlink(parent: Element, key: str) -> Element:
    made = child(parent, "hyperlink")
    made.set(qn("r:id"), key)
    return made


def field(parent: Element, name: str, *, size: float) -> None:
    """A field that Word works out, such as PAGE."""
    for kind in ("begin", "", "end"):
        made = child(parent, "r")
        child(child(made, "rPr"), "sz", val=str(round(size * 2)))
        if kind:
            child(made, "fldChar", fldCharType=kind)
        else:
            child(made, "instrText").text = name
