"""PDF (ISO 32000): every object is read, those in compressed object streams too, wherever in the file it stands.

A reader finds objects through a table that may point anywhere, even into a text or a stream. So we do not follow the
table: each place where `obj` is written is read as an object, and names are compared after their #xx are resolved.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from documents.checking import signatures
from documents.checking.finding import Objection

_HEADER = re.compile(rb"%PDF-[12]\.\d")
_ENDING = re.compile(rb"%%EOF[\s\x00]*\Z")
_OBJECT = re.compile(rb"(?<!end)obj|trailer")
_STREAM = re.compile(rb"stream(\r\n|\n|\r)")
_TOKEN = re.compile(
    rb"(?P<space>[\x00\t\n\x0c\r ]+|%[^\r\n]*)"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<open><<|\[|\{)|(?P<close>>>|\]|\})"
    rb"|(?P<hex><[^>]*>)"
    rb"|(?P<string>\()"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
    rb"|(?P<other>.)",
    re.DOTALL,
)
_STRING_PART = re.compile(rb"[()\\]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

# Name -> what it does. Anywhere in any object, as a key or as a value.
_RUNS = frozenset(
    {b"JavaScript", b"JS", b"Launch", b"RichMedia", b"XFA", b"AA", b"Rendition", b"ImportData", b"SubmitForm"}
)
_CARRIES = frozenset({b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"GoToE"})
_MOST_UNPACKED = 64 * 1024 * 1024  # of one stream


@dataclass
class _Object:
    names: list[bytes] = field(default_factory=list)
    words: list[bytes] = field(default_factory=list)  # names (with their slash), numbers, keywords, in order
    end: int = 0
    is_stream: bool = False


class _Budget:
    """Reading from every `obj` could read the same bytes over and over: not more than a few times the file."""

    def __init__(self, size: int) -> None:
        self.bytes = 6 * size + 1_000_000
        self.unpacked = 256 * 1024 * 1024

    def spend(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise signatures.damaged()


def check(extension: str, content: bytes) -> None:
    if not _HEADER.match(content):
        raise signatures.wrong_kind(extension)
    if not _ENDING.search(content, max(0, len(content) - 4096)) or signatures.mentions_markup(content):
        raise signatures.damaged()
    _refuse_zip_at_end(content, extension)
    budget = _Budget(len(content))
    opening: list[bytes] = []
    numbered: dict[bytes, _Object] = {}
    found = 0
    for match in _OBJECT.finditer(content):
        read = _read(content, match.end(), budget)
        found += 1
        _judge(read)
        if match.group() == b"obj":
            number = re.search(
                rb"(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+\Z", content[max(0, match.start() - 40) : match.start()]
            )
            if number:
                numbered[number.group(1).lstrip(b"0")] = read
        opening += _opening(read)
        if read.is_stream:
            for key, inner in _inner_objects(content, read, budget):
                _judge(inner)
                numbered[key] = inner
                opening += _opening(inner)
    if not found:
        raise signatures.damaged()
    for number_of_action in opening:
        action = numbered.get(number_of_action)
        if action is not None and b"URI" in action.names:
            raise _acts()


def _judge(read: _Object) -> None:
    for name in read.names:
        if name in _RUNS:
            raise _acts()
        if name in _CARRIES:
            raise Objection(
                _("The PDF carries other files inside it. Attach them by themselves, and this one without them."),
                harmful=True,
            )
        if name == b"Encrypt":
            raise Objection(
                _("The PDF is encrypted or protected by a password. Print it to a new PDF, and attach that.")
            )


def _opening(read: _Object) -> Iterator[bytes]:
    """The number of the object that is done at opening, where it stands elsewhere. Objection: it opens an address."""
    for place, word in enumerate(read.words):
        if _plain(word[1:]) != b"OpenAction" or not word.startswith(b"/"):
            continue
        follows = read.words[place + 1 : place + 2]
        if follows and follows[0].isdigit():
            yield follows[0].lstrip(b"0")
        elif follows == [b"<<"] and b"URI" in read.names:
            raise _acts()


def _acts() -> Objection:
    return Objection(
        _("The PDF runs something when it is opened or filled in. Print it to a new PDF, and attach that."),
        harmful=True,
    )


def _plain(name: bytes) -> bytes:
    return _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), name) if b"#" in name else name


def _read(content: bytes, position: int, budget: _Budget, *, alone: bool = False) -> _Object:
    """What stands from `position` to `endobj`, `stream`, or where no object can go on. `alone`: one value and no more,
    as in an object stream, where nothing separates it from the next."""
    read, start, depth = _Object(), position, 0
    while match := _TOKEN.match(content, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "name":
            name = _plain(match.group()[1:])
            read.names.append(name)
            read.words.append(match.group())
        elif kind == "open":
            depth += 1
            read.words.append(match.group())
        elif kind == "close":
            depth -= 1
        elif kind == "string":
            position = _end_of_string(content, position, budget)
        elif kind == "word":
            word = match.group()
            if word in (b"endobj", b"obj", b"xref", b"startxref") or (depth <= 0 and not word.isascii()):
                break
            if word.startswith(b"stream") and _STREAM.match(content, match.start()):
                read.is_stream, position = True, match.start()
                break
            read.words.append(word)
        elif kind == "other":
            break
        if alone and depth <= 0 and kind != "space":
            break
        if position - start > 8_000_000:
            raise signatures.damaged()
    budget.spend(position - start)
    read.end = position
    return read


def _end_of_string(content: bytes, position: int, budget: _Budget) -> int:
    depth, start = 1, position
    while match := _STRING_PART.search(content, position):
        position = match.end()
        mark = match.group()
        if mark == b"\\":
            position += 1
        else:
            depth += 1 if mark == b"(" else -1
            if not depth:
                return position
    budget.spend(len(content) - start)
    return len(content)


def _inner_objects(content: bytes, read: _Object, budget: _Budget) -> Iterator[tuple[bytes, _Object]]:
    """The objects of an object stream; of every other stream nothing, but it is searched for the test virus."""
    holds_objects = b"ObjStm" in read.names or (b"N" in read.names and b"First" in read.names)
    opened = _STREAM.match(content, read.end)
    if opened is None:
        return
    data = _unfiltered(content, opened.end(), read, budget, needed=holds_objects)
    if not holds_objects:
        return
    first = _number_after(read, b"/First")
    count = _number_after(read, b"/N")
    header = data[:first].split()
    if len(header) < 2 * count:
        raise signatures.damaged()
    for place in range(count):
        key, offset = header[2 * place], header[2 * place + 1]
        if not offset.isdigit():
            raise signatures.damaged()
        yield key.lstrip(b"0"), _read(data, first + int(offset), budget, alone=True)


def _number_after(read: _Object, key: bytes) -> int:
    for place, word in enumerate(read.words[:-1]):
        if word.startswith(b"/") and b"/" + _plain(word[1:]) == key:
            after = read.words[place + 1 : place + 4]
            # Where the number stands elsewhere ("5 0 R") no ordinary program writes it so.
            if after[0].isdigit() and after[2:] != [b"R"] and len(after[0]) < 10:
                return int(after[0])
    raise signatures.damaged()


def _filters(read: _Object) -> list[bytes] | None:
    """The filters of a stream in order; None where they stand in another object."""
    for place, word in enumerate(read.words):
        if word.startswith(b"/") and _plain(word[1:]) == b"Filter":
            after = read.words[place + 1 :]
            if after[:1] == [b"["]:
                names = []
                for following in after[1:]:
                    if not following.startswith(b"/"):
                        break
                    if _plain(following[1:]) not in _DECODERS and not following.endswith(b"Decode"):
                        break
                    names.append(_plain(following[1:]))
                return names
            if after and after[0].startswith(b"/"):
                return [_plain(after[0][1:])]
            return None
    return []


def _unfiltered(content: bytes, start: int, read: _Object, budget: _Budget, *, needed: bool) -> bytes:
    """What the stream says. Without `needed` a filter that we do not know, and damage, give nothing."""
    filters = _filters(read)
    known = filters is not None and all(name in _DECODERS for name in filters)
    if needed and (not known or b"Predictor" in read.names):
        raise signatures.damaged()
    if not known or (not filters and not needed):
        return b""
    end = content.find(b"endstream", start)
    data = content[start : end if end >= 0 else len(content)]
    try:
        for place, name in enumerate(filters or ()):
            # What is compressed ends by itself, whatever word happens to stand in the middle of it.
            source = content[start:] if place == 0 and name in _FLATE and needed else data
            data = _DECODERS[name](source)
    except (zlib.error, binascii.Error, ValueError):
        if needed:
            raise signatures.damaged() from None
        return b""
    budget.unpacked -= len(data)
    if budget.unpacked < 0:
        raise signatures.damaged()
    signatures.refuse_test_virus(data)
    return data


def _inflate(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(data, _MOST_UNPACKED)
    if unpacker.unconsumed_tail and len(unpacked) >= _MOST_UNPACKED:
        raise signatures.damaged()
    return unpacked


def _from_hex(data: bytes) -> bytes:
    digits = bytes(c for c in data.partition(b">")[0] if chr(c) in "0123456789abcdefABCDEF")
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _from_ascii85(data: bytes) -> bytes:
    return base64.a85decode(b"".join(data.partition(b"~>")[0].split()).removeprefix(b"<~"))


_FLATE = (b"FlateDecode", b"Fl")
_DECODERS = {
    b"FlateDecode": _inflate,
    b"Fl": _inflate,
    b"ASCIIHexDecode": _from_hex,
    b"AHx": _from_hex,
    b"ASCII85Decode": _from_ascii85,
    b"A85": _from_ascii85,
}


def _refuse_zip_at_end(content: bytes, extension: str) -> None:
    """A zip is found from its end: the same bytes could be both."""
    place = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if place >= 0 and len(content) - place >= 22:
        comment = int.from_bytes(content[place + 20 : place + 22], "little")
        if place + 22 + comment <= len(content) and content[:place].rfind(b"PK\x01\x02") >= 0:
            raise signatures.wrong_kind(extension)
