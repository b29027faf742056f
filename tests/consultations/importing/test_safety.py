# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Files that must not be opened: each refused with a sentence, quickly and without unpacking much."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest

from consultations.importing import import_word
from portal.common.errors import Refused
from tests.consultations.importing.build import Docx, para, rezipped

MAIN = "word/document.xml"


def good() -> bytes:
    d = Docx()
    d.add(para("Consultation paper"))
    return d.bytes()


def with_main(xml: bytes) -> bytes:
    return rezipped(good(), lambda name, data: xml if name == MAIN else data)


def bomb() -> bytes:
    """300 MB of zeros where the document should be."""
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/extra.xml", b"\0" * 300_000_000)
    return out.getvalue()


def macros() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as package:
        for number in range(5000):
            package.writestr(f"word/part{number}.xml", b"x")
    return out.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;</w:t>'
    b"</w:r></w:p></w:body></w:document>"
)
OUTSIDE = ENTITIES.replace(b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">', b'<!ENTITY b SYSTEM "file:///etc/passwd">')
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "not a zip": (lambda: b"hello", "not a Word document"),
    "an older Word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older Word"),
    "with a password": (lambda: ENCRYPTED, "password"),
    "PDF": (lambda: b"%PDF-1.7 ...", "PDF"),
    "RTF": (lambda: b"{\\rtf1 hello}", "Rich Text"),
    "HTML": (lambda: b"<html><body>", "web page"),
    "half a file": (lambda: good()[: len(good()) // 2], "damaged"),
    "broken XML": (lambda: with_main(b"<w:document"), "damaged"),
    "entities": (lambda: with_main(ENTITIES), "entities"),
    "an outside entity": (lambda: with_main(OUTSIDE), "entities"),
    "a bomb": (bomb, "far more"),
    "macros": (macros, "macros"),
    "macros by type": (
        lambda: rezipped(
            good(),
            lambda name, data: data.replace(b"wordprocessingml.document.main", b"macroEnabled.main") if "Types" in name else data,
        ),
        "macros",
    ),
    "many parts": (many_parts, "too many parts"),
    "many tags": (lambda: with_main(b"<w:a xmlns:w='x'>" + b"<w:p/>" * 3_500_000 + b"</w:a>"), "far more"),
    "a spreadsheet": (
        lambda: rezipped(good(), lambda name, data: None if name == MAIN else data), "damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "says"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_with_a_reason(make: Callable[[], bytes], says: str) -> None:
    with pytest.raises(Refused, match=says):
        import_word(make())


def test_depth_is_refused_and_not_followed() -> None:
    deep = (
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"
        + b"<w:sdt>" * 5000
    )
    with pytest.raises(Refused):
        import_word(with_main(deep + b"</w:sdt>" * 5000 + b"</w:body></w:document>"))


def test_damage_anywhere_is_refused_or_read_and_never_an_error() -> None:
    content = good()
    for place in range(0, len(content), max(1, len(content) // 200)):
        spoilt = content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :]
        with suppress(Refused):
            import_word(spoilt)
