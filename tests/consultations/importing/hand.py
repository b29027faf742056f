"""Word files written by hand: bodies of raw XML, put into a small package."""

import re
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape as xml

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_TOKEN = re.compile(r"(\*\*.*?\*\*|__.*?__|//.*?//|\{\+.*?\+\}|\{-.*?-\}|\[\^\d+\]|\[c\d+\]|\t|\n)", re.DOTALL)
_BY = 'w:id="9" w:author="Counsel" w:date="2025-01-02T00:00:00Z"'


def r(text: str, look: str = "", tag: str = "t") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:{tag} xml:space="preserve">{xml(text)}</w:{tag}></w:r>'


def runs(text: str, look: str = "") -> str:
    """`**bold**`, `__underlined__`, `//italic//`, `{+added+}`, `{-removed-}`, `[^1]` a footnote, tabs, line breaks."""
    out = []
    for part in _TOKEN.split(text):
        if not part:
            continue
        if part == "\t":
            out.append("<w:r><w:tab/></w:r>")
        elif part == "\n":
            out.append("<w:r><w:br/></w:r>")
        elif part.startswith("**"):
            out.append(runs(part[2:-2], look + "<w:b/>"))
        elif part.startswith("__"):
            out.append(runs(part[2:-2], look + '<w:u w:val="single"/>'))
        elif part.startswith("//") and part.endswith("//") and len(part) > 4:
            out.append(runs(part[2:-2], look + "<w:i/>"))
        elif part.startswith("{+"):
            out.append(f"<w:ins {_BY}>{runs(part[2:-2], look)}</w:ins>")
        elif part.startswith("{-"):
            out.append(f"<w:del {_BY}>{r(part[2:-2], look, 'delText')}</w:del>")
        elif part.startswith("[^"):
            out.append(
                f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                f'<w:footnoteReference w:id="{part[2:-1]}"/></w:r>'
            )
        elif part.startswith("[c"):
            out.append(f'<w:commentRangeEnd w:id="{part[2:-1]}"/><w:r><w:commentReference w:id="{part[2:-1]}"/></w:r>')
        else:
            out.append(r(part, look))
    return "".join(out)


def p(
    text: str = "", style: str = "", num: tuple[int, int] | None = None, *, look: str = "", size: int = 0,
    centre: bool = False, indent: int = 0, extra: str = "", more: str = "", shade: bool = False,
) -> str:  # fmt: skip
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num:
        properties += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    properties += extra
    properties += f'<w:ind w:left="{indent}"/>' if indent else ""
    properties += '<w:jc w:val="center"/>' if centre else ""
    look += f'<w:sz w:val="{size * 2}"/>' if size else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{more}{runs(text, look)}</w:p>"


def b(text: str, **more: object) -> str:
    return p(text, look="<w:b/>", **more)  # type: ignore[arg-type]


def page() -> str:
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def cell(*pieces: str, shade: bool = False, span: int = 0) -> str:
    look = (f'<w:gridSpan w:val="{span}"/>' if span else "") + (
        '<w:shd w:val="clear" w:fill="D9D9D9"/>' if shade else ""
    )
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{''.join(one if one.startswith('<w:') else p(one) for one in pieces)}</w:tc>"


def table(*rows: list[str], shade: bool = False) -> str:
    grid = "".join(
        "<w:tr>" + "".join(one if one.startswith("<w:tc>") else cell(one, shade=shade) for one in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{grid}</w:tbl>"


def box(*pieces: str) -> str:
    """A shaded table of one cell."""
    return table([cell(*pieces, shade=True)])


def text_box(*pieces: str) -> str:
    """A floating box, with the older form beside it as Word writes it."""
    inner = "".join(pieces)
    return (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData>"
        f"<wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
        "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'>"
        f"<v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def toc(*entries: tuple[int, str, int]) -> str:
    return "".join(p(f"{text}\t{number}", f"TOC{level}") for level, text, number in entries)


def landscape(*, wide: bool = True) -> str:
    turned = 'w:w="16838" w:h="11906" w:orient="landscape"' if wide else 'w:w="11906" w:h="16838"'
    return f"<w:p><w:pPr><w:sectPr><w:pgSz {turned}/></w:sectPr></w:pPr></w:p>"


_DEFAULT = ' w:default="1"'
_WORD_STYLES = [
    ("Normal", "Normal", "", ""),
    ("Title", "Title", "", ""),
    *[(f"Heading{one}", f"heading {one}", f'<w:outlineLvl w:val="{one - 1}"/>', "<w:b/>") for one in range(1, 5)],
    *[(f"TOC{one}", f"toc {one}", "", "") for one in range(1, 4)],
    ("ListParagraph", "List Paragraph", '<w:ind w:left="720"/>', ""),
    ("FootnoteText", "footnote text", "", ""),
]


def styles(extra: list[tuple[str, str, str, str]] | None = None, *, named: bool = True, size: int = 11) -> str:
    """Styles as (id, name, paragraph properties, look)."""
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"{_DEFAULT if key == "Normal" else ""}><w:name w:val="{name}"/>'
        f"<w:pPr>{layout}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
        for key, name, layout, look in [*(_WORD_STYLES if named else []), *(extra or [])]
    )
    return (
        f'<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="{size * 2}"/></w:rPr></w:rPrDefault>'
        f"</w:docDefaults>{made}</w:styles>"
    )


def numbering(lists: dict[int, list[tuple[str, str]]]) -> str:
    """Lists by number: levels as (format, text)."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{key}">'
        + "".join(
            f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for place, (form, text) in enumerate(levels)
        )
        + "</w:abstractNum>"
        for key, levels in lists.items()
    )
    nums = "".join(f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>' for key in lists)
    return f"<w:numbering {_NS}>{abstract}{nums}</w:numbering>"


BULLET = [("bullet", "•"), ("bullet", "–")]
DECIMAL = [("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)")]


def docx(
    *body: str, lists: dict[int, list[tuple[str, str]]] | None = None, notes: dict[int, str] | None = None,
    comments: dict[int, str] | None = None, header: str = "", footer: str = "", style_part: str = "",
) -> bytes:  # fmt: skip
    parts = {"styles": style_part or styles(), "numbering": numbering(lists or {})}
    if notes:
        parts["footnotes"] = (
            f"<w:footnotes {_NS}>"
            + "".join(f'<w:footnote w:id="{key}">{p(text)}</w:footnote>' for key, text in notes.items())
            + "</w:footnotes>"
        )
    if comments:
        parts["comments"] = (
            f"<w:comments {_NS}>"
            + "".join(
                f'<w:comment w:id="{key}" w:author="Reviewer">{p(text)}</w:comment>' for key, text in comments.items()
            )
            + "</w:comments>"
        )
    if header:
        parts["header"] = f"<w:hdr {_NS}>{p(header)}</w:hdr>"
    if footer:
        parts["footer"] = f"<w:ftr {_NS}>{p(footer)}</w:ftr>"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = "".join(f'<Relationship Id="r{name}" Type="{base}/{name}" Target="{name}.xml"/>' for name in parts)
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{kinds}.{name}+xml"/>' for name in parts)
    heads = "".join(
        f'<w:{name}Reference w:type="default" r:id="r{name}"/>' for name in ("header", "footer") if name in parts
    )
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}.document.main+xml"/>{types}</Types>',
        )
        pack.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{base}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        pack.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        )
        pack.writestr(
            "word/document.xml",
            f"<w:document {_NS}><w:body>{''.join(body)}<w:sectPr>{heads}</w:sectPr></w:body></w:document>",
        )
        for name, content in parts.items():
            pack.writestr(f"word/{name}.xml", content)
    return made.getvalue()
