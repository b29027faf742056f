"""The Word document: heading styles, numbers as text, tables, footnotes as notes at the end.

It says nothing about who or what made it: no author, no comments, no revision ids.
"""

import re
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import pgettext
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from consultations.exports import layout
from consultations.exports.content import Content

Node = dict[str, Any]
TAGS: Final = {"en": "en-HK", "zh_hant": "zh-HK", "zh_hans": "zh-CN"}
LATIN: Final = "Times New Roman"
CHINESE: Final = {"en": "PMingLiU", "zh_hant": "PMingLiU", "zh_hans": "SimSun"}
ACCENT: Final = RGBColor(0x0B, 0x5A, 0x7A)
QUIET: Final = RGBColor(0x4A, 0x58, 0x65)
SEPARATOR: Final = " · "
# What python-docx's own template brings along and says who made it.
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
        # Where the next paragraph goes: the document, or a cell of a table.
        self.target: Any = self.document
        self.free: Any = None

    def write(self) -> bytes:
        self._form()
        for node in layout.nodes(self.content):
            self._node(node)
        self._end_notes()
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
            for key in list(fonts.attrib):
                if "Theme" in key:
                    del fonts.attrib[key]
            fonts.set(qn("w:ascii"), LATIN)
            fonts.set(qn("w:hAnsi"), LATIN)
            fonts.set(qn("w:eastAsia"), CHINESE[self.language])
            if name != "Normal":
                style.font.color.rgb = ACCENT
        defaults = styles.element.find(qn("w:docDefaults"))
        for language in defaults.iter(qn("w:lang")):
            self._say_language(language, self.language)
        self._lang_of(styles["Normal"].element.get_or_add_rPr(), self.language)
        self._footer(section)

    def _footer(self, section: Any) -> None:
        line = section.footer.paragraphs[0]
        line.text = f"{self.content.paper.reference}{SEPARATOR}{layout.footer(self.content)}{SEPARATOR}"
        for run in line.runs:
            run.font.size = Pt(8)
        for name in ("PAGE", "NUMPAGES"):
            if name == "NUMPAGES":
                line.add_run(" / ").font.size = Pt(8)
            run = line.add_run()
            run.font.size = Pt(8)
            for kind, words in (("begin", ""), ("", name), ("end", "")):
                part = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    part.set(qn("w:fldCharType"), kind)
                else:
                    part.text = words
                run._r.append(part)

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
            line = self._paragraph("Title" if number == 0 else "Normal")
            run = self._run(line, one["s"], one["lang"])
            if number:
                run.font.size, run.font.color.rgb = Pt(18), ACCENT

    def _heading(self, node: Node) -> None:
        line = self._paragraph(f"Heading {node['level']}")
        if node["number"]:
            self._run(line, f"{node['number']}  ", "")
        for number, one in enumerate(node["texts"]):
            if number:
                line.add_run().add_break()
            self._run(line, one["s"], one["lang"])

    def _facts(self, node: Node) -> None:
        table = self.document.add_table(rows=0, cols=2)
        for label, value in node["rows"]:
            row = table.add_row()
            row.cells[0].width, row.cells[1].width = Cm(4.5), Cm(11.7)
            run = self._run(row.cells[0].paragraphs[0], label, "")
            run.font.color.rgb = QUIET
            self._run(row.cells[1].paragraphs[0], value, "")
        self.document.add_paragraph()

    def _notice(self, node: Node) -> None:
        self._run(self._paragraph("Normal"), node["s"], "").bold = True

    def _text(self, node: Node) -> None:
        self._pieces(node["pieces"])

    def _numbered(self, node: Node) -> None:
        self._marks(node["marks"])
        self._pieces(node["pieces"], lead=node["label"])

    def _question(self, node: Node) -> None:
        line = self._paragraph("Normal")
        line.paragraph_format.keep_with_next = True
        run = self._run(line, node["label"], "")
        run.bold, run.font.color.rgb = True, ACCENT
        self._marks(node["marks"])
        self._pieces(node["pieces"], indent=0.6)

    def _note(self, node: Node) -> None:
        line = self._paragraph("Normal", indent=0.6)
        line.paragraph_format.keep_with_next = True
        self._run(line, node["label"], "").bold = True
        self._pieces(node["pieces"], indent=0.6)

    def _comment(self, node: Node) -> None:
        indent = 0.8 + 0.8 * node["indent"]
        line = self._paragraph("Normal", indent=indent)
        line.paragraph_format.keep_with_next = True
        self._run(line, f"{node['number']}  ", "")
        self._run(line, node["by"], "").bold = True
        self._small(f"{node['when']}{SEPARATOR}{node['readers']}", indent)
        if node["marks"]:
            self._small(SEPARATOR.join(node["marks"]), indent, bold=True)
        if node["passage"]:
            self._run(self._paragraph("Normal", indent=indent + 0.6), f"“{node['passage']}”", "").italic = True
        if node["withdrawn"]:
            self._run(self._paragraph("Normal", indent=indent), node["withdrawn"], "").italic = True
        self._blocks(node["blocks"], node["lang"], indent)
        for words in node["files"]:
            self._small(words, indent)

    def _terms(self, node: Node) -> None:
        table = self.document.add_table(rows=1, cols=2, style="Table Grid")
        _repeat(table.rows[0])
        for cell, words in zip(table.rows[0].cells, node["head"], strict=True):
            self._run(cell.paragraphs[0], words, "").bold = True
        for term, meaning in node["rows"]:
            cells = table.add_row().cells
            self._into(cells[0], term)
            self._into(cells[1], meaning)
        self.document.add_paragraph()

    # Texts

    def _pieces(self, pieces: list[Node], lead: str = "", indent: float = 0) -> None:
        """One text, or two beside one another in a table without lines."""
        if len(pieces) == 2:
            table = self.document.add_table(rows=1, cols=3 if lead else 2)
            cells = list(table.rows[0].cells)
            if lead:
                self._run(cells[0].paragraphs[0], lead, "")
                for cell, width in zip(cells, (1.6, 7.3, 7.3), strict=True):
                    cell.width = Cm(width)
                cells = cells[1:]
            for cell, one in zip(cells, pieces, strict=True):
                self._into(cell, [one])
            return
        for one in pieces:
            found = one["blocks"]
            if lead and (not found or found[0]["t"] not in {"p", "h"}):
                # A number stands before words; before a table or a list it stands alone.
                self._run(self._paragraph("Normal"), lead, "")
                lead = ""
            self._blocks(found[:1], one["lang"], indent, lead)
            self._blocks(found[1:], one["lang"], indent or (1.4 if lead else 0))
            lead = ""

    def _into(self, cell: Any, pieces: list[Node]) -> None:
        """Pieces into a cell, whose first paragraph is there already."""
        before, self.target = self.target, cell
        self.free = cell.paragraphs[0]
        for one in pieces:
            self._blocks(one["blocks"], one["lang"], 0)
        self.target, self.free = before, None

    def _blocks(self, found: list[Node], language: str, indent: float, lead: str = "") -> None:
        for block in found:
            match block["t"]:
                case "p" | "h":
                    line = self._paragraph("Normal", indent=indent)
                    if lead:
                        line.paragraph_format.left_indent = Cm(1.4)
                        line.paragraph_format.first_line_indent = Cm(-1.4)
                        line.paragraph_format.tab_stops.add_tab_stop(Cm(1.4))
                        self._run(line, f"{lead}\t", "")
                    self._inline(line, block["c"], language, bold=block["t"] == "h")
                case "ul" | "ol":
                    for number, item in enumerate(block["items"], start=block.get("start", 1)):
                        sign = f"{number}." if block["t"] == "ol" else "•"
                        self._item(item, f"{sign}\t", language, indent + 0.7)
                case "quote":
                    self._blocks(block["c"], language, indent + 0.8)
                case "code":
                    line = self._paragraph("Normal", indent=indent)
                    for number, words in enumerate(block["s"].split("\n")):
                        if number:
                            line.add_run().add_break()
                        self._run(line, words, language).font.name = "Courier New"
                case "table":
                    self._table(block, language)
                case "hr":
                    self._run(self._paragraph("Normal"), "* * *", "")
            lead = ""

    def _item(self, item: list[Node], sign: str, language: str, indent: float) -> None:
        for number, block in enumerate(item):
            if number == 0 and block["t"] == "p":
                line = self._paragraph("Normal", indent=indent)
                line.paragraph_format.first_line_indent = Cm(-0.6)
                line.paragraph_format.tab_stops.add_tab_stop(Cm(indent))
                self._run(line, sign, "")
                self._inline(line, block["c"], language)
            else:
                self._blocks([block], language, indent)

    def _table(self, block: Node, language: str) -> None:
        width = max(len(block["head"]), 1)
        table = self.target.add_table(rows=1, cols=width)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        _repeat(table.rows[0])
        sides = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
        for number, row in enumerate([block["head"], *block["rows"]]):
            cells = table.rows[0].cells if number == 0 else table.add_row().cells
            for place, content in enumerate(row[:width]):
                line = cells[place].paragraphs[0]
                side = block["align"][place] if place < len(block["align"]) else ""
                if side in sides:
                    line.alignment = sides[side]
                self._inline(line, content, language, bold=number == 0)
        self.target.add_paragraph()

    def _inline(self, line: Any, found: list[Node], language: str, **marks: bool) -> None:
        for node in found:
            match node["t"]:
                case "text":
                    self._run(line, node["s"], language, **marks)
                case "code":
                    self._run(line, node["s"], language, **marks).font.name = "Courier New"
                case "br":
                    line.add_run().add_break()
                case "strong":
                    self._inline(line, node["c"], language, **{**marks, "bold": True})
                case "em":
                    self._inline(line, node["c"], language, **{**marks, "italic": True})
                case "del":
                    self._inline(line, node["c"], language, **{**marks, "strike": True})
                case "ins":
                    self._inline(line, node["c"], language, **{**marks, "underline": True})
                case "link":
                    self._link(line, node, language, marks)
                case "note":
                    self.notes.append((language, node["c"]))
                    run = self._run(line, str(len(self.notes)), "")
                    run.font.superscript = True

    def _link(self, line: Any, node: Node, language: str, marks: dict[str, bool]) -> None:
        key = line.part.relate_to(node["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        start = len(line._p)
        self._inline(line, node["c"], language, **{**marks, "underline": True})
        for run in list(line._p)[start:]:
            link.append(run)
        line._p.append(link)

    def _end_notes(self) -> None:
        if not self.notes:
            return
        self._run(self._paragraph("Heading 1"), pgettext("footnotes", "Notes"), "")
        for number, (language, content) in enumerate(list(self.notes), start=1):
            line = self._paragraph("Normal")
            self._run(line, f"{number}  ", "")
            self._inline(line, content, language)

    # Small things

    def _marks(self, marks: list[str]) -> None:
        if marks:
            self._small(SEPARATOR.join(marks), 0)

    def _small(self, words: str, indent: float, *, bold: bool = False) -> None:
        line = self._paragraph("Normal", indent=indent)
        run = self._run(line, words, "")
        run.font.size, run.font.color.rgb, run.bold = Pt(9), QUIET, bold or None

    def _paragraph(self, style: str, *, indent: float = 0) -> Any:
        if self.free is not None:
            line, self.free = self.free, None
        else:
            line = self.target.add_paragraph()
        if style != "Normal":
            line.style = self.document.styles[style]
        else:
            line.paragraph_format.space_after = Pt(5)
        if indent:
            line.paragraph_format.left_indent = Cm(indent)
        return line

    def _run(self, line: Any, words: str, language: str, **marks: bool) -> Any:
        run = line.add_run(words)
        for name, value in marks.items():
            if name in {"bold", "italic", "underline"}:
                setattr(run, name, value)
            elif name == "strike":
                run.font.strike = value
        if language and language != self.language:
            properties = run._r.get_or_add_rPr()
            self._lang_of(properties, language)
            properties.get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE[language])
        return run

    def _lang_of(self, properties: Any, language: str) -> None:
        found = properties.find(qn("w:lang"))
        if found is None:
            found = OxmlElement("w:lang")
            properties.append(found)
        self._say_language(found, language)

    def _say_language(self, element: Any, language: str) -> None:
        element.set(qn("w:val"), TAGS[language] if language == "en" else "en-HK")
        element.set(qn("w:eastAsia"), TAGS[language] if language != "en" else "zh-HK")
        element.attrib.pop(qn("w:bidi"), None)


def _repeat(row: Any) -> None:
    """The head of a table stands again on each page, and is marked as its head."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _scrubbed(content: bytes) -> bytes:
    """Without what the library's template says of itself."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for info in before.infolist():
            if info.filename in _LEFT_OUT:
                continue
            data = before.read(info)
            if info.filename == "docProps/app.xml":
                data = _APPLICATION
            elif info.filename == "_rels/.rels":
                data = re.sub(rb'<Relationship [^>]*thumbnail[^>]*/>', b"", data)
            elif info.filename.startswith("word/") and info.filename.endswith(".xml"):
                # Revision ids tie documents of one writer together.
                data = re.sub(rb' w:rsid\w*="[0-9A-Fa-f]*"', b"", data)
                data = re.sub(rb"<w:rsids>.*?</w:rsids>", b"", data, flags=re.DOTALL)
            after.writestr(info.filename, data)
    return made.getvalue()
