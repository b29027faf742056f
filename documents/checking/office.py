"""Word, Excel and PowerPoint files (ECMA-376): no macros, no objects, nothing loaded from elsewhere."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

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
from documents.limits import MAX_BYTES

_TYPES = "[Content_Types].xml"
_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
_MARKUP = frozenset({".xml", ".rels", ".vml", ".svg", ".psmdcp"})
_DATA_KINDS = ".png .jpg .jpeg .jpe .jfif .gif .bmp .tif .tiff .emf .wmf .wdp .webp .ico .odttf .fntdata .sigs"
_DATA = frozenset(_DATA_KINDS.split())
# Binary parts without which Excel does not save: the printer's settings and properties of its own.
_BINARY = re.compile(r"xl/(printersettings/printersettings|customproperty)\d*\.bin")
_ACTING = re.compile(
    r"vba|activex/|macrosheets/|intlmacrosheets/|dialogsheets/|oleobject|\.bin$|(^|/)afchunk|customui/|attachedtoolbars"
)
_LOADING = re.compile(
    r"(^|/)(externallinks|querytables)/|(^|/)connections\.xml$|webextensions?/|(^|/)volatiledependencies"
)
_MACRO_TYPES = re.compile(r"macro|activex|oleobject|vbaproject|dialogsheet|x-msdownload", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)embeddings/[^/]+\.(docx|xlsx|pptx)$")
# Nothing else may lie outside; a link is followed only when the reader clicks on it.
_HYPERLINK = "/hyperlink"
_TEMPLATE = "/attachedTemplate"
_LOCAL_PATH = re.compile(r"(file:/{2,3})?[A-Za-z]:[\\/]|[^:/\\]+$")
_ACTING_ELEMENTS = frozenset({"ddeLink", "oleLink", "script", "foreignObject", "OLEObject", "control", "altChunk"})
_FIELD = re.compile(r"\bdde(auto)?\b", re.IGNORECASE)
_LOADING_FORMULA = re.compile(rb"(?i)\bwebservice\(")

_LOADING_FIELD = re.compile(
    r"(includepicture|includetext|import|link)\b.*?(https?:|ftp:|\\\\|//)", re.IGNORECASE | re.DOTALL
)


def check(extension: str, content: bytes) -> None:
    """`extension`: docx, xlsx or pptx. Objection: see the functions of `archive`."""
    _check(extension, content, Budget(), depth=0)


def _check(extension: str, content: bytes, budget: Budget, *, depth: int) -> None:
    archive = Archive(content, extension, budget)
    for info in archive:
        _check_name(info.filename)
    _check_types(archive, extension)
    for info in archive:
        if info.filename != _TYPES and not info.is_dir():
            _check_part(archive, info, budget, depth)


def _check_name(name: str) -> None:
    lowered = name.lower()
    if _LOADING.search(lowered):
        raise loads_from_elsewhere(name)
    if _ACTING.search(lowered) and not _BINARY.fullmatch(lowered):
        raise holds_program(name)
    suffix = PurePosixPath(lowered).suffix
    known = suffix in _MARKUP or suffix in _DATA or suffix == ".bin" or _EMBEDDED.search(lowered)
    # The relations of the package itself have a name that is all extension.
    if not known and not lowered.endswith(("/", "/.rels")):
        raise holds_program(name) if "embeddings/" in lowered else holds(name)


def _check_types(archive: Archive, extension: str) -> None:
    main = False

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal main
        kind = attributes.get("ContentType", "")
        if _MACRO_TYPES.search(kind):
            raise holds_program(attributes.get("PartName") or attributes.get("Extension") or kind)
        main = main or kind == _MAIN[extension]

    reader = xml_reader(extension)
    reader.StartElementHandler = start
    feed(reader, iter([archive.whole(_TYPES)]))
    if not main or "_rels/.rels" not in archive.parts:
        raise signatures.wrong_kind(extension)


def _check_part(archive: Archive, info: zipfile.ZipInfo, budget: Budget, depth: int) -> None:
    name, lowered = info.filename, info.filename.lower()
    embedded = _EMBEDDED.search(lowered)
    if embedded:
        # A chart carries its figures as a workbook of its own. It is held to the same rules, two levels deep.
        if depth >= 2:
            raise holds_program(name)
        _check(embedded.group(2), archive.whole(name, MAX_BYTES), budget, depth=depth + 1)
    elif lowered.endswith(".rels"):
        _check_relations(archive, info)
    elif PurePosixPath(lowered).suffix in _MARKUP:
        _check_markup(archive, info)
    else:
        check_data(archive, info)


def _check_relations(archive: Archive, info: zipfile.ZipInfo) -> None:
    def start(_name: str, attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "").strip()
        if _MACRO_TYPES.search(kind) or kind.endswith(("/aFChunk", "/control", "/frame")):
            raise holds_program(target or kind)
        if attributes.get("TargetMode", "").lower() == "external" or "://" in target:
            _check_outside(kind, target)

    reader = xml_reader(archive.extension)
    reader.StartElementHandler = start
    feed(reader, archive.stream(info))


def _check_outside(kind: str, target: str) -> None:
    lowered = "".join(target.lower().split())
    if kind.endswith(_HYPERLINK):
        allowed = lowered.startswith(
            ("http://", "https://", "ftp://", "mailto:", "tel:", "sip:", "#")
        ) or _LOCAL_PATH.match(target)
        relative = not re.match(r"[a-z][a-z0-9+.-]*:", lowered) and not lowered.startswith(("\\\\", "//"))
        if not allowed and not relative:
            raise loads_from_elsewhere(target)
    elif not (kind.endswith(_TEMPLATE) and _LOCAL_PATH.match(target) and "%5c%5c" not in lowered):
        raise loads_from_elsewhere(target)


def _check_markup(archive: Archive, info: zipfile.ZipInfo) -> None:
    """Well-formed, without a document type, without fields or formulas that run or load something."""
    instruction: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = name.rpartition(" ")[2]
        if local in ("instrText", "delInstrText"):
            inside = True
        elif local == "fldSimple":
            _check_field(next((v for k, v in attributes.items() if k.endswith("instr")), ""))
        elif local == "fldChar" and any(v in ("begin", "separate", "end") for v in attributes.values()):
            flush()
        elif local in _ACTING_ELEMENTS:
            raise holds_program(info.filename)

    def end(name: str) -> None:
        nonlocal inside
        if name.rpartition(" ")[2] in ("instrText", "delInstrText"):
            inside = False

    def text(data: str) -> None:
        if inside and len(instruction) < 10_000:
            instruction.append(data)

    def flush() -> None:
        _check_field("".join(instruction))
        instruction.clear()

    reader = xml_reader(archive.extension)
    lowered = info.filename.lower()
    # A sheet of a hundred thousand cells holds none of these, and asking at each cell takes seconds.
    if not lowered.startswith(("xl/worksheets/", "xl/sharedstrings")):
        reader.StartElementHandler = start
    if lowered.startswith("word/"):
        reader.EndElementHandler, reader.CharacterDataHandler = end, text
    feed(reader, _without_formulas_that_load(archive, info))
    flush()


def _without_formulas_that_load(archive: Archive, info: zipfile.ZipInfo) -> Iterator[bytes]:
    is_sheet = info.filename.lower().startswith(("xl/worksheets/", "xl/workbook"))
    tail = b""
    for piece in archive.stream(info):
        if is_sheet and _LOADING_FORMULA.search(tail + piece):
            raise loads_from_elsewhere(info.filename)
        tail = piece[-32:]
        yield piece


def _check_field(instruction: str) -> None:
    words = instruction.strip()
    if _FIELD.match(words):
        raise holds_program(words)
    if _LOADING_FIELD.match(words):
        raise loads_from_elsewhere(words)
