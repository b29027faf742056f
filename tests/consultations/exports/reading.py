"""Reads everything that a file holds: also where nobody looks."""

import json
import re
import zlib
from io import BytesIO
from zipfile import ZipFile


def words_of(extension: str, content: bytes) -> str:
    """All text of a file, of all of its parts, as one string."""
    match extension:
        case "pdf":
            return pdf_text(content) + content.decode("latin-1")
        case "docx" | "xlsx":
            with ZipFile(BytesIO(content)) as parts:
                whole = [f"{info.filename} {info.comment!r}" for info in parts.infolist()]
                whole += [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
            # Runs cut words apart: once with marks and once without.
            return "\n".join([*whole, *(re.sub(r"<[^>]+>", "", one) for one in whole)])
        case "json":
            return content.decode() + repr(json.loads(content))
        case _:
            return content.decode()


def pdf_text(content: bytes) -> str:
    """The words that a PDF shows, by each font's own map to Unicode, and every stream as it is."""
    objects = _objects(content)
    maps = {number: _map(data) for number, data in objects.items() if b"beginbfchar" in data or b"beginbfrange" in data}
    fonts = {
        number: int(found[1])
        for number, data in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", data))
    }
    texts = []
    for page in objects.values():
        if not re.search(rb"/Type\s*/Page\b", page):
            continue
        names = _fonts_of(page, objects, maps, fonts)
        for number in re.findall(rb"/Contents \[?\s*(\d+) 0 R", page):
            texts.append(_shown(objects[int(number)], names))
    titles = [
        _string(one)
        for data in objects.values()
        for one in re.findall(rb"/Title\s*(\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>)", data)
    ]
    return "\n".join(texts + titles + [data.decode("latin-1") for data in objects.values()])


def _objects(content: bytes) -> dict[int, bytes]:
    """Every object with its stream inflated, those inside of object streams too."""
    found: dict[int, bytes] = {}
    for match in re.finditer(rb"(\d+) 0 obj\b(.*?)\bendobj", content, re.DOTALL):
        number, data = int(match[1]), match[2]
        stream = re.search(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
        if stream and b"FlateDecode" in data[: stream.start()]:
            inflated = zlib.decompressobj().decompress(stream[1])
            head = data[: stream.start()]
            if b"/ObjStm" in head:
                count = int(re.search(rb"/N (\d+)", head)[1])  # type: ignore[index]
                first = int(re.search(rb"/First (\d+)", head)[1])  # type: ignore[index]
                numbers = [int(one) for one in inflated[:first].split()][: 2 * count]
                places = [*numbers[1::2], len(inflated) - first]
                for inner, start, end in zip(numbers[::2], places, places[1:], strict=False):
                    found[inner] = inflated[first + start : first + end]
            data = head + inflated
        found[number] = data
    return found


def _map(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        for code, value in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[code.decode().lower()] = bytes.fromhex(value.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for low, high, value in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = int(value, 16)
            for offset in range(int(high, 16) - int(low, 16) + 1):
                found[f"{int(low, 16) + offset:0{len(low)}x}"] = chr(start + offset)
    return found


def _fonts_of(
    page: bytes, objects: dict[int, bytes], maps: dict[int, dict[str, str]], fonts: dict[int, int]
) -> dict[str, dict[str, str]]:
    """The maps of the fonts by the names that they have on this page."""
    resources = re.search(rb"/Resources (\d+) 0 R", page)
    held = objects[int(resources[1])] if resources else page
    listed = re.search(rb"/Font (\d+) 0 R", held)
    held = objects[int(listed[1])] if listed else held
    pairs = re.findall(rb"/(\w+) (\d+) 0 R", held)
    return {name.decode(): maps.get(fonts[int(number)], {}) for name, number in pairs if int(number) in fonts}


def _shown(data: bytes, names: dict[str, dict[str, str]]) -> str:
    """The words of one page's stream."""
    shown, table = [], {}
    tokens = re.compile(
        rb"/(\w+) [\d.-]+ Tf|<([0-9A-Fa-f]*)>|\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)|(ET)", re.DOTALL
    )
    for match in tokens.finditer(data):
        if match[1]:
            table = names.get(match[1].decode(), {})
        elif match[4]:
            shown.append("\n")
        else:
            code = match[2].decode() if match[2] is not None else _unescaped(match[3]).hex()
            shown.append("".join(table.get(code[i : i + 4].lower(), "") for i in range(0, len(code), 4)))
    return "".join(shown)


def _unescaped(text: bytes) -> bytes:
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8)]) if code.isdigit() else plain.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.DOTALL)


def _string(raw: bytes) -> str:
    data = bytes.fromhex(raw[1:-1].decode()) if raw.startswith(b"<") else _unescaped(raw[1:-1])
    return data[2:].decode("utf-16-be") if data.startswith(b"\xfe\xff") else data.decode("latin-1")
