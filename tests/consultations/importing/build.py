# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Real .docx files for tests: python-docx for the package, raw XML for what it does not write."""

import io
import zipfile
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def run(text: str, properties: str = "") -> str:
    """A run; tabs and line breaks become Word's own."""
    inner = ""
    for place, line in enumerate(text.split("\n")):
        inner += "<w:br/>" if place else ""
        for number, piece in enumerate(line.split("\t")):
            inner += "<w:tab/>" if number else ""
            if piece:
                inner += f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{look}{inner}</w:r>"


def para(content: str, properties: str = "") -> str:
    """A paragraph of ready runs, or of plain text."""
    inner = content if content.startswith("<") else run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def _cell(text: str) -> str:
    return "".join(para(one) for one in text.split("\n"))


def table(rows: list[list[str]], cell: Callable[[str], str] = _cell) -> str:
    inner = "".join("<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell(one)}</w:tc>" for one in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * max(map(len, rows))}</w:tblGrid>{inner}</w:tbl>"


def box(*paragraphs: str) -> str:
    """A one-cell table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>{''.join(paragraphs)}</w:tc></w:tr></w:tbl>"


def text_box(*paragraphs: str) -> str:
    """A run with a text box in both of Word's forms, as Word writes it."""
    content = "".join(paragraphs)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def tracked(text: str, kind: str) -> str:
    """kind: ins or del."""
    tag = "delText" if kind == "del" else "t"
    return (
        f'<w:{kind} w:id="9" w:author="Officer" w:date="2026-01-01T00:00:00Z"><w:r>'
        f'<w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r></w:{kind}>'
    )


def styled(style: str, more: str = "") -> str:
    return f'<w:pStyle w:val="{style}"/>{more}'


def numbered(num: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'


class Docx:
    """Collects the XML of a body, its notes and lists; `bytes` is the file."""

    def __init__(self) -> None:
        self.body: list[str] = []
        self.notes: list[str] = []
        self.abstracts: list[str] = []
        self.nums: list[str] = []
        self.styles: list[str] = []
        self.comments: list[str] = []
        self.header = ""
        self.footer = ""

    def add(self, *xml: str) -> None:
        self.body.extend(xml)

    def note(self, text: str) -> str:
        """A run that calls a new footnote."""
        number = len(self.notes) + 2
        self.notes.append(
            f'<w:footnote w:id="{number}">{para("<w:r><w:footnoteRef/></w:r>" + run(" " + text))}</w:footnote>'
        )
        return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'

    def list(
        self, *levels: tuple[str, str], style: dict[int, str] | None = None, extra: dict[int, str] | None = None
    ) -> int:
        """A new list with (numFmt, lvlText) for each level; its numId."""
        key = 100 + len(self.abstracts)
        inner = "".join(
            f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            + (f'<w:pStyle w:val="{style[place]}"/>' if style and place in style else "")
            + (extra or {}).get(place, "")
            + f'<w:lvlText w:val="{text}"/></w:lvl>'
            for place, (form, text) in enumerate(levels)
        )
        self.abstracts.append(
            f'<w:abstractNum w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{inner}</w:abstractNum>'
        )
        return self.num(key)

    def num(self, abstract: int, override: str = "") -> int:
        number = 100 + len(self.nums)
        self.nums.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>')
        return number

    def style(self, key: str, name: str, inner: str = "", based: str = "Normal") -> None:
        self.styles.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="{based}"/>{inner}</w:style>'
        )

    def bytes(self) -> bytes:
        document: Any = Document()
        body = document.element.body
        for one in list(body):
            if one.tag != qn("w:sectPr"):
                body.remove(one)
        last = body[-1]
        for xml in self.body:
            root = parse_xml(f"<w:body {NS}>{xml}</w:body>")
            for one in list(root):
                last.addprevious(one)
        self._styles(document)
        self._lists(document)
        self._parts(document)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    def _styles(self, document: Any) -> None:
        root = document.styles.element
        for xml in self.styles:
            root.append(parse_xml(f"<w:styles {NS}>{xml}</w:styles>")[0])

    def _lists(self, document: Any) -> None:
        root = document.part.numbering_part.element
        for one in list(root):
            root.remove(one)
        for xml in [*self.abstracts, *self.nums]:
            root.append(parse_xml(f"<w:numbering {NS}>{xml}</w:numbering>")[0])

    def _parts(self, document: Any) -> None:
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        if self.notes:
            marks = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:type="continuationSeparator" w:id="1"><w:p/></w:footnote>'
            xml = f"<w:footnotes {NS}>{marks}{''.join(self.notes)}</w:footnotes>"
            part = Part(PackURI("/word/footnotes.xml"), f"{kind}.footnotes+xml", xml.encode(), document.part.package)
            document.part.relate_to(part, RT.FOOTNOTES)
        if self.comments:
            xml = f"<w:comments {NS}>{''.join(self.comments)}</w:comments>"
            part = Part(PackURI("/word/comments.xml"), f"{kind}.comments+xml", xml.encode(), document.part.package)
            document.part.relate_to(
                part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
            )
        section = document.sections[0]
        if self.header:
            section.header.paragraphs[0].text = self.header
        if self.footer:
            root = section.footer.paragraphs[0]._p
            for one in parse_xml(para(run(self.footer) + field("PAGE", run("7"))).replace("<w:p>", f"<w:p {NS}>", 1)):
                root.append(one)


def rezipped(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same package with parts changed; None leaves a part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()
