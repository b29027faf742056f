"""Files for the upload tests, made in code: nothing hostile lies in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

CONTENT_TYPES = "[Content_Types].xml"


def ordinary_docx(*paragraphs: str) -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Custody of client virtual assets", 1)
    for text in paragraphs or ("Paragraph 16. Client assets are kept in cold storage.",):
        document.add_paragraph(text)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "Question"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ordinary_xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(200):
        sheet.append([row, f"平台 {row}", f"=A{row + 1}*2"])
    sheet["A1"].hyperlink = "https://www.sfc.hk/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ordinary_xlsx_with_chart() -> bytes:
    import openpyxl
    from openpyxl.chart import BarChart, Reference

    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(10):
        sheet.append([row, row * row])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=10))
    sheet.add_chart(chart, "D2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def package(parts: Mapping[str, bytes | str], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def pptx(extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """The parts that PowerPoint needs, with a chart that carries its workbook."""
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    return package(
        {
            CONTENT_TYPES: '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxml'
            'formats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "")),
            "ppt/presentation.xml": '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
            "ppt/slides/slide1.xml": '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
            "ppt/slides/_rels/slide1.xml.rels": relations(("hyperlink", "https://www.sfc.hk/", "External")),
            "ppt/charts/chart1.xml": '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>',
            "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": ordinary_xlsx(),
            **(extra or {}),
        }
    )


def relations(*rows: tuple[str, str, str]) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    body = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/{name}" Target="{target}"'
        + (f' TargetMode="{mode}"' if mode else "")
        + "/>"
        for n, (name, target, mode) in enumerate(rows, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>'


def with_parts(content: bytes, parts: Mapping[str, bytes | str], drop: tuple[str, ...] = ()) -> bytes:
    """The same zip with these parts added or replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in drop}
    return package({**kept, **parts})


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(part).decode()
    assert old in text
    return with_parts(content, {part: text.replace(old, new, 1)})


def opendocument(kind: str = "text", extra: Mapping[str, bytes | str] | None = None, body: str = "") -> bytes:
    out = io.BytesIO()
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "draw", "script", "manifest", "table")
    )
    content = (
        f'<office:document-content {namespaces} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>'
        f'<text:p>保管客戶資產 <text:a xlink:href="https://www.sfc.hk/">SFC</text:a></text:p>{body}'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {namespaces}/>")
        archive.writestr("Configurations2/accelerator/current.xml", "")
        archive.mkdir("Configurations2/floater")
        for name, part in (extra or {}).items():
            archive.writestr(name, part)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (320, 200), **options: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 50).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def photograph_with_place(kind: str = "JPEG") -> bytes:
    """A picture whose camera noted where it was taken: Queen's Road Central."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = 6
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (22.0, 16.0, 53.0), 3: "E", 4: (114.0, 9.0, 29.0)})
    return picture(kind, exif=exif)


def moving_picture(frames: int = 4) -> bytes:
    from PIL import Image

    pictures = [Image.new("RGB", (60, 40), (40 * n % 255, 20, 90)) for n in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=120, comment=b"CANARY")
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that unpack to width x height pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = zlib.compress(bytes(100_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", row)
        + chunk(b"IEND", b"")
    )


def typst_pdf(text: str = "= Consultation\nClient assets 客戶資產") -> bytes:
    import typst

    made = typst.compile(text.encode())
    assert isinstance(made, bytes)
    return made


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A small PDF with a correct table; `objects` come after catalogue, pages, page and its text."""
    text = b"BT /F1 12 Tf (Paper) Tj ET"
    rows = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % trailer,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        *objects,
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, row in enumerate(rows, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, row)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(rows) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(rows) + 1, table)
    return bytes(out)


def object_stream(
    content: bytes, filters: Callable[[bytes], bytes] = zlib.compress, name: bytes = b"/FlateDecode"
) -> bytes:
    packed = filters(b"9 0 " + content)
    return b"<</Type/ObjStm/N 1/First 4/Filter %s/Length %d>>\nstream\n%s\nendstream" % (name, len(packed), packed)
