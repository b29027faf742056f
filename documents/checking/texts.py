"""Plain text, CSV and Markdown: text throughout, stored as UTF-8."""

import codecs
import re

from django.utils.translation import gettext as _

from documents.checking import signatures
from documents.checking.finding import Objection

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OTHER_FORMATS = ("%pdf-", "{\\rtf", "#!", "mime-version:", "<?xml", "<!doctype", "<html", "<script", "<svg", "<?php")


def check(extension: str, content: bytes) -> bytes | None:
    """None for UTF-8; the same text as UTF-8 where it came as Big5, GB 18030 or UTF-16."""
    text, is_utf8 = _text_of(content, extension)
    if _NOT_TEXT.search(text):
        raise signatures.wrong_kind(extension)
    if text.lstrip("\ufeff \t\r\n").lower().startswith(_OTHER_FORMATS):
        raise signatures.wrong_kind(extension)
    return None if is_utf8 else text.encode("utf-8")


def _text_of(content: bytes, extension: str) -> tuple[str, bool]:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _unreadable()
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content.decode(encoding), False
            except UnicodeDecodeError:
                raise _unreadable() from None
    try:
        return content.decode("utf-8"), True
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise signatures.wrong_kind(extension) from None
        return _chinese(content), False


def _chinese(content: bytes) -> str:
    """Older Chinese files. Each encoding accepts much of the other: the one with more everyday words is it."""
    found: list[tuple[float, str]] = []
    for encoding, lead in (("big5hkscs", (0xA4, 0xC6)), ("gb18030", (0xB0, 0xD7))):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        pairs = [c.encode(encoding) for c in text if ord(c) > 0x7F]
        everyday = sum(len(pair) == 2 and lead[0] <= pair[0] <= lead[1] and pair[1] >= 0x40 for pair in pairs)
        han = sum("\u4e00" <= c <= "\u9fff" for c in text if ord(c) > 0x7F)
        found.append(((everyday + han) / (2 * len(pairs) or 1), text))
    if not found or max(found)[0] < 0.5:
        raise _unreadable()
    return max(found)[1]


def _unreadable() -> Objection:
    return Objection(_("The text is not in an encoding that can be read. Save it as UTF-8."))
