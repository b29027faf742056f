"""The Word document: heading styles, numbers as text, tables, footnotes as notes at the end.

It says nothing about who or what made it: no author, no comments, no revision ids.
"""

import re
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import pgettext
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from consultations.exports import layout
from consultations.exports.content import Content
from consultations.exports.word_parts import (
    CHINESE,
    TAGS,
    Element,
    field,
    hyperlink,
    languages,
    paragraph,
    row,
    run,
    table,
)

Node = dict[str, Any]
LATIN: Final = "Times New Roman"
MONO: Final = "Courier New"
ACCENT: Final = "0B5A7A"
QUIET: Final = "4A5865"
SEPARATOR: Final = " · "
WIDTH: Final = 16.2
NUMBER: Final = 1.5
# What python-docx's own template brings along.
_LEFT_OUT: Final = frozenset({"docProps/thumbnail.jpeg"})
_APPLICATION: Final = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>"""


def write_word(content: Content) -> bytes:
    return _Writer(content).write()


class _Writer:
    def __init__(self, content: Content) -> None:
        self.content = content
        self.language = content.paper.language
        self.document: Any = Document()
        self.notes: list[tuple[str, list[Node]]] = []
        self.links: dict[str, str] = {}
        self.body: Element = self.document.element.body

    def write(self) -> bytes:
        self._form()
        end = self.body.find(qn("w:sectPr"))
        self.body.remove(end)
        for name in [name for name in end.attrib if "rsid" in name]:
            del end.attrib[name]
        for node in layout.nodes(self.content):
            self._node(node)
        self._end_notes()
        self.body.append(end)
        self._properties()
        file = BytesIO()
        self.document.save(file)
        return _scrubbed(file.getvalue())

    def _node(self, node: Node) -> None:
        kinds = {
            "title": self._title,
            "heading": self._heading,
            "facts": self._facts,
            "notice": self._notice,
            "text": self._text,
            "paragraph": self._numbered,
            "question": self._question,
            "note": self._note,
            "comment": self._comment,
            "terms": self._terms,
        }
        kinds[node["k"]](node)

    # The form of the whole

    def _form(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.4)
        styles = self.document.styles
        for name, size in (("Normal", 10.5), ("Title", 22), ("Heading 1", 15), ("Heading 2", 12)):
            style = styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in [key for key in fonts.attrib if "Theme" in key]:
                del fonts.attrib[key]
            for key in ("w:ascii", "w:hAnsi"):
                fonts.set(qn(key), LATIN)
            fonts.set(qn("w:eastAsia"), CHINESE[self.language])
            if name != "Normal":
                style.font.color.rgb = RGBColor.from_string(ACCENT)
        for element in styles.element.find(qn("w:docDefaults")).iter(qn("w:lang")):
            languages(element, self.language)
            element.attrib.pop(qn("w:bidi"), None)
        line = section.footer.paragraphs[0]._p
        run(line, f"{self.content.paper.reference}{SEPARATOR}{layout.footer(self.content)}{SEPARATOR}", size=8)
        field(line, "PAGE", size=8)
        run(line, " / ", size=8)
        field(line, "NUMPAGES", size=8)

    def _properties(self) -> None:
        known = self.document.core_properties
        known.title = layout.title(self.content)[:255]
        known.language = TAGS[self.language]
        for name in ("author", "last_modified_by", "comments", "keywords", "subject", "category", "identifier"):
            setattr(known, name, "")
        known.revision = 1
        known.created = known.modified = self.content.reader.at.replace(tzinfo=None)

    # Nodes

    def _title(self, node: Node) -> None:
        for number, one in enumerate(node["texts"]):
            if number == 0:
                self._run(paragraph(self.body, "Title"), one["s"], one["lang"])
            else:
                self._run(paragraph(self.body), one["s"], one["lang"], size=18, colour=ACCENT)

    def _heading(self, node: Node) -> None:
        line = paragraph(self.body, f"Heading{node['level']}")
        words = f"{node['number']}  " if node["number"] else ""
        for number, one in enumerate(node["texts"]):
            self._run(line, ("\n" if number else words) + one["s"], one["lang"])

    def _facts(self, node: Node) -> None:
        widths = (4.5, WIDTH - 4.5)
        made = table(self.body, widths, lines=False)
        for label, value in node["rows"]:
            left, right = row(made, widths)
            run(paragraph(left, after=40), label, colour=QUIET)
            run(paragraph(right, after=40), value)
        paragraph(self.body)

    def _notice(self, node: Node) -> None:
        run(paragraph(self.body), node["s"], bold=True)

    def _text(self, node: Node) -> None:
        self._pieces(node["pieces"])

    def _numbered(self, node: Node) -> None:
        self._marks(node["marks"])
        self._pieces(node["pieces"], lead=node["label"])

    def _question(self, node: Node) -> None:
        run(paragraph(self.body, keep=True), node["label"], bold=True, colour=ACCENT)
        self._marks(node["marks"])
        self._pieces(node["pieces"], indent=0.6)

    def _note(self, node: Node) -> None:
        run(paragraph(self.body, indent=0.6, keep=True), node["label"], bold=True)
        self._pieces(node["pieces"], indent=0.6)

    def _comment(self, node: Node) -> None:
        indent = 0.8 + 0.8 * node["indent"]
        line = paragraph(self.body, indent=indent, keep=True)
        run(line, f"{node['number']}  ")
        run(line, node["by"], bold=True)
        self._small(f"{node['when']}{SEPARATOR}{node['readers']}", indent)
        if node["marks"]:
            self._small(SEPARATOR.join(node["marks"]), indent, bold=True)
        if node["passage"]:
            run(paragraph(self.body, indent=indent + 0.6), f"“{node['passage']}”", italic=True)
        if node["withdrawn"]:
            run(paragraph(self.body, indent=indent), node["withdrawn"], italic=True)
        self._blocks(self.body, node["blocks"], node["lang"], indent)
        for words in node["files"]:
            self._small(words, indent)

    def _terms(self, node: Node) -> None:
        widths = (WIDTH / 3, WIDTH * 2 / 3)
        made = table(self.body, widths, lines=True)
        for cell, words in zip(row(made, widths, head=True), node["head"], strict=True):
            run(paragraph(cell), words, bold=True)
        for texts in node["rows"]:
            for cell, pieces in zip(row(made, widths), texts, strict=True):
                self._into(cell, pieces)
        paragraph(self.body)

    # Texts

    def _pieces(self, pieces: list[Node], lead: str = "", indent: float = 0) -> None:
        """One text, or two beside one another in a table without lines."""
        if len(pieces) == 2:
            number = NUMBER if lead else 0
            half = (WIDTH - number) / 2
            widths = (number, half, half) if lead else (half, half)
            cells = row(table(self.body, widths, lines=False), widths)
            if lead:
                run(paragraph(cells.pop(0)), lead)
            for cell, one in zip(cells, pieces, strict=True):
                self._into(cell, [one])
            # Two tables without anything between them would be one.
            paragraph(self.body, after=0)
            return
        for one in pieces:
            self._blocks(self.body, one["blocks"], one["lang"], indent or (NUMBER if lead else 0), lead)
            lead = ""

    def _into(self, cell: Element, pieces: list[Node]) -> None:
        for one in pieces:
            self._blocks(cell, one["blocks"], one["lang"], 0)
        # A cell ends with a paragraph.
        if len(cell) == 0 or cell[-1].tag != qn("w:p"):
            paragraph(cell, after=0)

    def _blocks(self, parent: Element, found: list[Node], language: str, indent: float, lead: str = "") -> None:
        for block in found:
            if lead and block["t"] not in {"p", "h"}:
                # A number stands before words; before a table or a list it stands alone.
                run(paragraph(parent), lead)
                lead = ""
            match block["t"]:
                case "p" | "h":
                    line = paragraph(parent, indent=indent, hanging=indent if lead else 0, keep=block["t"] == "h")
                    if lead:
                        run(line, f"{lead}\t")
                    self._inline(line, block["c"], language, bold=block["t"] == "h")
                case "ul" | "ol":
                    for number, item in enumerate(block["items"], start=block.get("start", 1)):
                        sign = f"{number}." if block["t"] == "ol" else "•"
                        self._item(parent, item, f"{sign}\t", language, indent + 0.7)
                case "quote":
                    self._blocks(parent, block["c"], language, indent + 0.8)
                case "code":
                    self._run(paragraph(parent, indent=indent), block["s"], language, face=MONO)
                case "table":
                    self._table(parent, block, language)
                case _:
                    run(paragraph(parent, align="center"), "* * *")
            lead = ""

    def _item(self, parent: Element, item: list[Node], sign: str, language: str, indent: float) -> None:
        for number, block in enumerate(item):
            if number == 0 and block["t"] == "p":
                line = paragraph(parent, indent=indent, hanging=0.6)
                run(line, sign)
                self._inline(line, block["c"], language)
            else:
                self._blocks(parent, [block], language, indent)

    def _table(self, parent: Element, block: Node, language: str) -> None:
        count = max(len(block["head"]), 1)
        whole = WIDTH if parent is self.body else (WIDTH - NUMBER) / 2 - 0.4
        widths = [whole / count] * count
        made = table(parent, widths, lines=True)
        for number, content in enumerate([block["head"], *block["rows"]]):
            for place, cell in enumerate(row(made, widths, head=number == 0)):
                side = block["align"][place] if place < len(block["align"]) else ""
                line = paragraph(cell, align=side if side in {"right", "center"} else "", after=40)
                if place < len(content):
                    self._inline(line, content[place], language, bold=number == 0)
        paragraph(parent, after=0)

    def _inline(self, line: Element, found: list[Node], language: str, **marks: bool) -> None:
        for node in found:
            match node["t"]:
                case "text":
                    self._run(line, node["s"], language, **marks)
                case "code":
                    self._run(line, node["s"], language, face=MONO, **marks)
                case "br":
                    run(line, "\n")
                case "strong":
                    self._inline(line, node["c"], language, **{**marks, "bold": True})
                case "em":
                    self._inline(line, node["c"], language, **{**marks, "italic": True})
                case "del":
                    self._inline(line, node["c"], language, **{**marks, "strike": True})
                case "ins":
                    self._inline(line, node["c"], language, **{**marks, "underline": True})
                case "link":
                    link = hyperlink(line, self._relation(node["url"]))
                    self._inline(link, node["c"], language, **{**marks, "underline": True})
                case "note":
                    self.notes.append((language, node["c"]))
                    run(line, str(len(self.notes)), raised=True)

    def _relation(self, url: str) -> str:
        if url not in self.links:
            self.links[url] = self.document.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return self.links[url]

    def _end_notes(self) -> None:
        if not self.notes:
            return
        run(paragraph(self.body, "Heading1"), pgettext("footnotes", "Notes"))
        for number, (language, content) in enumerate(self.notes, start=1):
            line = paragraph(self.body, indent=0.8, hanging=0.8)
            run(line, f"{number}\t")
            # A footnote calls no further footnote (`exports.blocks`).
            self._inline(line, content, language)

    def _marks(self, marks: list[str]) -> None:
        if marks:
            self._small(SEPARATOR.join(marks), 0)

    def _small(self, words: str, indent: float, *, bold: bool = False) -> None:
        run(paragraph(self.body, indent=indent, keep=True, after=40), words, size=9, colour=QUIET, bold=bold)

    def _run(self, line: Element, words: str, language: str, **marks: Any) -> None:
        run(line, words, language=language if language != self.language else "", **marks)


def _scrubbed(content: bytes) -> bytes:
    """Without what the library's template says of itself, and without revision ids, which tie files to a writer."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for info in before.infolist():
            if info.filename in _LEFT_OUT:
                continue
            data = before.read(info)
            if info.filename == "docProps/app.xml":
                data = _APPLICATION
            elif info.filename == "_rels/.rels":
                data = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data)
            elif info.filename != "word/document.xml" and info.filename.endswith(".xml"):
                # The document's own part is written here and has none.
                data = re.sub(rb' w:rsid\w*="[0-9A-Fa-f]*"', b"", data)
                data = re.sub(rb"<w:rsids>.*?</w:rsids>|<w:rsid [^>]*/>", b"", data, flags=re.DOTALL)
            after.writestr(info.filename, data)
    return made.getvalue()
