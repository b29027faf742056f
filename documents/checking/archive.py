"""The zip inside Word, Excel, PowerPoint and OpenDocument files, read without believing what it says about itself."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

from documents.checking import signatures
from documents.checking.finding import Objection
from documents.limits import MAX_PARTS, MAX_RATIO, MAX_UNPACKED, RATIO_FROM

_CHUNK = 64 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")  # the header in front of each part
_END = 22  # bytes of the record that ends a zip without a comment
_DESCRIPTOR = 24  # at most so many bytes follow a part that was written without knowing its size
_BAD_NAME = re.compile(r"(^|/)\.\.?(/|$)|^/|\\|^[A-Za-z]:|[\x00-\x1f]|//")
KEPT_WHOLE = 4 * 1024 * 1024  # the largest part that is ever held in memory, except an embedded document


@dataclass
class Budget:
    """What may still be unpacked: shared by a file and the files inside it."""

    unpacked: int = MAX_UNPACKED
    parts: int = MAX_PARTS


class Archive:
    """The parts of a zip. Objection on opening: it is not one from end to end, or hides something between its parts."""

    def __init__(self, content: bytes, extension: str, budget: Budget) -> None:
        self.extension, self.budget, self._content = extension, budget, content
        if not content.startswith(b"PK\x03\x04"):
            if content.startswith(signatures.OLE):
                raise Objection(
                    _(
                        "The file is protected by a password or in the format of an older program. "
                        "Remove the password, save it as .%(extension)s, and attach that."
                    )
                    % {"extension": extension}
                )
            raise signatures.wrong_kind(extension)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                self.parts = {info.filename: info for info in opened.infolist()}
                self._order, comment, directory = opened.infolist(), opened.comment, opened.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
            raise signatures.damaged() from None
        if comment or content[-_END:-18] != b"PK\x05\x06":
            raise signatures.wrong_kind(extension)
        self._check_list()
        self._check_places(directory)

    def _check_list(self) -> None:
        self.budget.parts -= len(self._order)
        if self.budget.parts < 0:
            raise unpacks_too_far()
        if len({info.filename.lower() for info in self._order}) != len(self._order):
            raise signatures.damaged()
        for info in self._order:
            if info.flag_bits & 0x1:
                raise Objection(_("The file is protected by a password. Remove the password and attach it again."))
            is_link = info.external_attr >> 16 & 0xF000 == 0xA000
            if (
                is_link
                or (info.is_dir() and info.file_size)
                or _BAD_NAME.search(info.filename)
                or info.orig_filename != info.filename
            ):
                raise holds(info.filename)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise signatures.damaged()
            if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
                raise unpacks_too_far()
        if sum(info.file_size for info in self._order) > self.budget.unpacked:
            raise unpacks_too_far()

    def _check_places(self, directory: int) -> None:
        """Part after part without overlap, gap, prefix or bytes at the end: nothing that only another reader finds."""
        end = 0
        self._starts: dict[str, int] = {}
        for info in sorted(self._order, key=lambda one: one.header_offset):
            if not 0 <= info.header_offset - end <= (_DESCRIPTOR if end else 0):
                raise signatures.damaged()
            header = self._content[info.header_offset : info.header_offset + _LOCAL.size]
            if len(header) < _LOCAL.size:
                raise signatures.damaged()
            magic, *_numbers, name_length, extra_length = _LOCAL.unpack(header)
            start = info.header_offset + _LOCAL.size + name_length + extra_length
            name = self._content[info.header_offset + _LOCAL.size :][:name_length] if name_length < 4096 else b""
            if magic != b"PK\x03\x04" or name not in _encodings(info.orig_filename):
                raise signatures.damaged()
            self._starts[info.filename] = start
            end = start + info.compress_size
        if not 0 <= directory - end <= _DESCRIPTOR:
            raise signatures.damaged()

    def __iter__(self) -> Iterator[zipfile.ZipInfo]:
        return iter(self._order)

    def stream(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part, unpacked piece by piece and counted as it comes, whatever size it claims. Searched for the test
        virus on the way."""
        tail, size = b"", 0
        for piece in self._unpacked(info):
            size += len(piece)
            self.budget.unpacked -= len(piece)
            if size > info.file_size or self.budget.unpacked < 0:
                raise unpacks_too_far()
            signatures.refuse_test_virus(tail + piece)
            tail = piece[-len(signatures.TEST_VIRUS) :]
            yield piece
        if size != info.file_size:
            raise signatures.damaged()

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        start = self._starts[info.filename]
        packed = memoryview(self._content)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            for position in range(0, len(packed), _CHUNK):
                yield bytes(packed[position : position + _CHUNK])
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        position, waiting = 0, b""
        try:
            while not unpacker.eof:
                if not waiting and position >= len(packed):
                    raise signatures.damaged()
                if not waiting:
                    waiting, position = bytes(packed[position : position + _CHUNK]), position + _CHUNK
                piece = unpacker.decompress(waiting, _CHUNK)
                waiting = unpacker.unconsumed_tail
                if piece:
                    yield piece
        except zlib.error:
            raise signatures.damaged() from None
        if unpacker.unused_data or position < len(packed):
            raise signatures.damaged()

    def whole(self, name: str, limit: int = KEPT_WHOLE) -> bytes:
        """A part in one piece. Objection: it is absent or larger than `limit` bytes."""
        info = self.parts.get(name)
        if info is None:
            raise signatures.wrong_kind(self.extension)
        if info.file_size > limit:
            raise unpacks_too_far()
        return b"".join(self.stream(info))


def check_data(archive: Archive, info: zipfile.ZipInfo) -> None:
    """A part that is no markup. Objection: it is a program, an archive or an embedded object, whatever its name."""
    head = b""
    for piece in archive.stream(info):
        head = head or piece
    if signatures.is_program(head) or head.startswith((signatures.OLE, *signatures.ARCHIVES)):
        raise holds_program(info.filename)


def _encodings(name: str) -> tuple[bytes, ...]:
    found = [name.encode("utf-8", "replace")]
    with suppress(UnicodeEncodeError):
        found.append(name.encode("cp437"))
    return tuple(found)


def xml_reader(extension: str) -> expat.XMLParserType:
    """A parser that refuses document types, entities and every encoding but UTF-8; the caller adds its handlers.

    They are given "namespace name": whoever writes a file chooses its prefixes.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_args: object) -> None:
        raise signatures.damaged()

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
            raise signatures.damaged()

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.XmlDeclHandler = declared
    return parser


def feed(parser: expat.XMLParserType, pieces: Iterator[bytes]) -> None:
    """Give the pieces to the parser. Objection: not well-formed, or not UTF-8."""
    first = True
    try:
        for piece in pieces:
            if first and piece.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
                raise signatures.damaged()
            first = False
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise signatures.damaged() from None


def holds(part: str) -> Objection:
    shown = "".join(c for c in part if c.isprintable())[-60:]
    return Objection(
        _("The file holds a part that is not taken in: %(part)s. Remove it, or save the file as PDF.") % {"part": shown}
    )


def holds_program(part: str) -> Objection:
    shown = "".join(c for c in part if c.isprintable())[-60:]
    return Objection(
        _("The file holds macros, a program or an embedded object: %(part)s. Save it without them, or as PDF.")
        % {"part": shown},
        harmful=True,
    )


def loads_from_elsewhere(target: str) -> Objection:
    shown = "".join(c for c in target if c.isprintable())[:80]
    return Objection(
        _(
            "When it is opened, the file loads something from another place: %(target)s. "
            "Break the link or detach the template, and save it again."
        )
        % {"target": shown}
    )


def unpacks_too_far() -> Objection:
    return Objection(
        _("The file unpacks to far more than its size. Divide it, or save it as PDF."),
        harmful=True,
    )
