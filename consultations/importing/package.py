"""Opening a .docx that a stranger made: sizes, members and XML are checked before anything is read."""

import io
import re
import zipfile
from functools import cached_property
from posixpath import dirname, join, normpath

from django.utils.translation import gettext as _
from lxml import etree

from portal.common.errors import Refused

MAX_FILE = 60 * 1024 * 1024
MAX_MEMBERS = 4_000
MAX_PART = 80 * 1024 * 1024
MAX_PARTS_READ = 160 * 1024 * 1024
MAX_RATIO = 300
MAX_TAGS = 3_000_000

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
# "drawingml/main" of the strict form is "drawingml/2006/main" of the usual one.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def broken() -> Refused:
    return Refused(_("The file is damaged and could not be read. Open it in Word, save it again and try once more."))


class Package:
    """The parts of a .docx by name. Raises `Refused` with a sentence for whatever cannot or must not be read."""

    def __init__(self, content: bytes) -> None:
        _refuse_other_kinds(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, UnicodeError) as error:
            raise broken() from error
        self._read = 0
        self._members = {one.filename.lstrip("/").lower(): one for one in members}
        self._check(members)

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MAX_MEMBERS:
            raise Refused(_("The file holds too many parts to be a paper."))
        for one in members:
            if one.flag_bits & 1:
                raise Refused(_("The file is protected by a password. Save it without the password and try again."))
            if "vbaproject" in one.filename.lower():
                raise Refused(_("The file holds macros. Save it as a Word document without macros (.docx)."))
            if one.file_size > MAX_FILE * 4 or one.file_size > max(one.compress_size, 4_000) * MAX_RATIO:
                raise Refused(_("The file unpacks to far more than a paper holds, and was not opened."))
        if "mimetype" in self._members and "content.xml" in self._members:
            raise Refused(_("This is an OpenDocument file. Save it as a Word document (.docx) and try again."))
        types = self.read("[content_types].xml")
        if types is None:
            raise Refused(_("This is not a Word document (.docx)."))
        if b"macroEnabled" in types:
            raise Refused(_("The file holds macros. Save it as a Word document without macros (.docx)."))

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none. Counts what is really unpacked, not what is declared."""
        member = self._members.get(name.lstrip("/").lower())
        if member is None:
            return None
        try:
            with self._zip.open(member) as stream:
                data = stream.read(MAX_PART + 1)
        except Exception as error:  # zlib, lzma, truncated and lying members each raise their own
            raise broken() from error
        self._read += len(data)
        if len(data) > MAX_PART or self._read > MAX_PARTS_READ:
            raise Refused(_("The file unpacks to far more than a paper holds, and was not opened."))
        return data

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML part, without entities, DTD, network, comments or processing instructions."""
        data = self.read(name)
        if not data:
            return None
        if data.count(b"<") > MAX_TAGS:
            raise Refused(_("The file unpacks to far more than a paper holds, and was not opened."))
        for strict, usual in _STRICT.items():
            if strict in data:
                data = data.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise broken() from error
        if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
            raise Refused(_("The file declares XML entities, which no Word document does, and was not opened."))
        return root

    @cached_property
    def main(self) -> str:
        """The name of the document's main part."""
        found = next((to for kind, to, _ext in self.relations("").values() if kind == "officeDocument"), None)
        name = found or "word/document.xml"
        if name.lower() not in self._members:
            if "xl/workbook.xml" in self._members or "ppt/presentation.xml" in self._members:
                raise Refused(_("This is not a Word document (.docx)."))
            raise broken()
        return name

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Relationships of a part by id: the last word of the type, the target, whether it lies outside the file."""
        folder, _slash, file = part.rpartition("/")
        root = self.xml(join(folder, "_rels", f"{file}.rels"))
        if root is None:
            return {}
        found = {}
        for one in root:
            if not isinstance(one.tag, str) or not one.tag.endswith("}Relationship"):
                continue
            outside = one.get("TargetMode") == "External"
            target = one.get("Target") or ""
            if not outside:
                target = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
            found[one.get("Id") or ""] = ((one.get("Type") or "").rpartition("/")[2], target, outside)
        return found

    def related(self, kind: str) -> etree._Element | None:
        """The XML of the main part's part of a kind: "styles", "numbering", "footnotes"."""
        for found, target, outside in self.main_relations.values():
            if found == kind and not outside:
                return self.xml(target)
        return None

    @cached_property
    def main_relations(self) -> dict[str, tuple[str, str, bool]]:
        return self.relations(self.main)


def _refuse_other_kinds(content: bytes) -> None:
    if not content:
        raise Refused(_("The file is empty."))
    if len(content) > MAX_FILE:
        raise Refused(_("The file is too large: at most %(limit)s MB.") % {"limit": MAX_FILE // 1024 // 1024})
    head = content[:1024].lstrip()
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(_("The file is protected by a password. Save it without the password and try again."))
        raise Refused(_("This is a document of an older Word (.doc). Save it as .docx and try again."))
    if head.startswith(b"%PDF"):
        raise Refused(_("This is a PDF file. Upload the Word document (.docx) that it was made from."))
    if head.startswith(b"{\\rtf"):
        raise Refused(_("This is a Rich Text file. Save it as a Word document (.docx) and try again."))
    if re.match(rb"<\?xml|<!doctype|<html|<w:", head, re.IGNORECASE):
        raise Refused(_("This is a web page or XML file. Save it as a Word document (.docx) and try again."))
    if not content.startswith(b"PK"):
        raise Refused(_("This is not a Word document (.docx)."))
