"""OpenDocument text and sheets (ISO/IEC 26300): the same rules as for Office files."""

import re
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from documents.checking import signatures
from documents.checking.archive import (
    Archive,
    Budget,
    check_data,
    feed,
    holds,
    holds_program,
    loads_from_elsewhere,
    xml_reader,
)
from documents.checking.finding import Objection
from documents.enums import MEDIA_TYPES

_MARKUP = frozenset({".xml", ".rdf", ".svg"})
_DATA_KINDS = ".png .jpg .jpeg .gif .bmp .tif .tiff .emf .wmf .svm .webp .ttf .otf"
_DATA = frozenset(_DATA_KINDS.split())
_WITHOUT_EXTENSION = re.compile(r"mimetype|layout-cache|objectreplacements/[^/]+")
_ACTING = re.compile(r"^(basic|scripts|dialogs|database)/|\.(class|jar|py|js|bsh|bin|exe|dll)$")
# A link that a reader must click; every other reference is followed when the file is opened.
_CLICKED = frozenset({"text:a", "draw:a", "meta:template", "text:bookmark-ref"})
_LOADING_ELEMENTS = frozenset(
    {"office:dde-source", "text:dde-connection-decl", "table:table-source", "text:section-source"}
)
_ACTING_ELEMENTS = frozenset({"presentation:event-listener", "draw:applet", "draw:plugin", "draw:object-ole", "script"})
_HREF = "http://www.w3.org/1999/xlink href"
_OUTSIDE = re.compile(r"\s*([a-z][a-z0-9+.-]+:|//|\\\\|/)", re.IGNORECASE)


def check(extension: str, content: bytes) -> None:
    """`extension`: odt or ods."""
    archive = Archive(content, extension, Budget())
    if archive.whole("mimetype", 200) != MEDIA_TYPES[f".{extension}"].encode() or "content.xml" not in archive.parts:
        raise signatures.wrong_kind(extension)
    for info in archive:
        lowered = info.filename.lower()
        suffix = PurePosixPath(lowered).suffix
        if _ACTING.search(lowered):
            raise holds_program(info.filename)
        if info.is_dir() or (info.file_size == 0 and info.compress_size <= 2):  # LibreOffice leaves empty ones
            continue
        if suffix in _MARKUP:
            reader = xml_reader(extension)
            reader.StartElementHandler = _Element(info.filename)
            feed(reader, archive.stream(info))
        elif suffix in _DATA or _WITHOUT_EXTENSION.fullmatch(lowered):
            check_data(archive, info)
        else:
            raise holds(info.filename)


class _Element:
    """Called at each element of a part."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __call__(self, name: str, attributes: dict[str, str]) -> None:
        name = _short(name)
        if name == "manifest:encryption-data":
            raise Objection(_("The file is protected by a password. Remove the password and attach it again."))
        if (name.startswith("script:") and name != "script:event-listeners") or name in _ACTING_ELEMENTS:
            raise holds_program(self._part)
        target = attributes.get(_HREF, "")
        if name in _LOADING_ELEMENTS:
            raise loads_from_elsewhere(target or name)
        if target and _OUTSIDE.match(target):
            bad = (
                target.strip().lower().startswith(("javascript:", "vbscript:", "data:", "macro:", "vnd.", "//", "\\\\"))
            )
            if bad or name not in _CLICKED:
                raise loads_from_elsewhere(target)


def _short(name: str) -> str:
    """The usual prefix for a namespace of OpenDocument: "urn:...:xmlns:script:1.0 event" becomes "script:event"."""
    space, _gap, local = name.rpartition(" ")
    return f"{space.split(':')[-2]}:{local}" if space.startswith("urn:oasis:") and ":" in space[10:] else local
