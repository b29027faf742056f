# ruff: noqa: E501  (one pattern a line)
"""The number that a piece begins with, typed or automatic: what sort it is, what it counts, how it is printed."""

import re
from dataclasses import dataclass

from consultations.importing.numerals import CHINESE, from_letters, from_roman, half_width, value_of
from consultations.importing.vocabulary import QUESTION, WORD_NUMBERS


@dataclass(frozen=True)
class Printed:
    """`kind`: number (12.), dotted (1.2), paren ((a), (i), (1)), item (a.), letter (A.), roman (I.), chinese (一、),
    chinese_paren (（一）), part (Part 1). `length` counts the characters of the plain text that it takes, 0 when it
    is automatic. `mark` is what follows it: ".", ")", "tab", " ", "" and so on.
    """

    kind: str
    values: tuple[int, ...]
    text: str
    length: int
    mark: str = "."

    @property
    def automatic(self) -> bool:
        return self.length == 0

    @property
    def strong(self) -> bool:
        return self.mark not in (" ", "")


_C = CHINESE
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"(?:part|section|chapter)\s+([0-9]{{1,2}}|[IVX]{{1,5}}|[A-Z]|(?:{'|'.join(WORD_NUMBERS)})\b)(?![A-Za-z0-9])(\s*[:.\-–—)、]|\t|$|\s)\s*", re.I)),
    ("part", re.compile(r"([甲乙丙丁戊己庚辛壬癸])()\s?(?:部分|部份|部|篇|編|编)(?:\s*[:.\-–—、]\s*|\s+|$)")),
    ("part", re.compile(rf"第\s*([0-9]{{1,2}}|[{_C}]{{1,3}})\s*(?:部分|部份|部|章|節|节|編|编)()\s*[:.\-–—)、]?\s*")),
    ("dotted", re.compile(r"\(?([0-9]{1,3}(?:(?:\.|\s\.\s?|\.[ ](?![0-9]+\s+[a-z]))[0-9]{1,3}){1,4})([.)、]?\s*\t|[.)、:]\s|[.)、]?\s|[.)、]?(?=[A-Z\u4e00-\u9fff「『“\"(])|$)\s*")),
    ("number", re.compile(r"([0-9]{1,4})(\s*\t|\s?[.)、:](?=\u3000|[ ]{2}|\t)|\s?[.)、:](?!\s?[0-9])|\s?[.)、:](?=\s(?:19|20)[0-9]{2}\b)|\s|$)\s*")),
    ("number", re.compile(r"(?:para(?:graph)?\.?\s?|¶\s?)([0-9]{1,4})(\s*\t|\s?[.)、:](?!\s?[0-9])|\s*$)\s*", re.I)),
    ("number", re.compile(r"§\s?([0-9]{1,4})(\s*\t|\s?[.)、:](?!\s?[0-9])|\s)\s*")),
    ("number", re.compile(r"第\s*([0-9]{1,4})\s*段([\s:、.]+)")),
    ("number", re.compile(r"\[([0-9]{1,4})(\])\s*")),
    ("paren", re.compile(r"\(([0-9]{1,3}|[a-z]{1,2}|[ivxlc]{1,6}|[A-Z]|[IVX]{1,5})(\))[.、]?\s*")),
    ("chinese_paren", re.compile(rf"\(([{_C}]{{1,4}}|[甲乙丙丁戊己庚辛壬癸])(\))[.、]?\s*")),
    ("chinese", re.compile(rf"([{_C}]{{1,4}}|[甲乙丙丁戊己庚辛壬癸])([、.:]|\t)\s*")),
    ("circle", re.compile(r"([①-⑳])()\s*")),
    ("roman", re.compile(r"([IVX]{1,6})([.:)、]\s+|[.、](?=\S)|\s*\t)\s*")),
    ("letter", re.compile(r"([A-Z])([.:)、]\s+|[.、](?=[\u4e00-\u9fff])|\s*\t)\s*")),
    ("item", re.compile(r"([a-z]|[ivx]{2,5})([.)、]\s+|[.)、](?=\S)|\s*\t)\s*")),
)  # fmt: skip


def read(text: str) -> Printed | None:
    """The label that a plain text begins with."""
    lead = len(text) - len(text.lstrip())
    half = half_width(text[lead:]).replace("（", "(").replace("）", ")").replace("：", ":")
    for kind, form in _FORMS:
        found = form.match(half)
        if found is None:
            continue
        made = _made(kind, found, lead)
        if made is not None:
            return made
    return None


def _made(kind: str, found: re.Match[str], lead: int) -> Printed | None:
    core, after = found[1], found[2] or ""
    wide = after.isspace() and re.search(r"[ ]{2}$|\u3000$", found[0])  # blanks that stand for a tab
    mark = "tab" if "\t" in after or wide else after.strip()[:1] or (" " if after else "")
    if kind == "dotted":
        parts = tuple(int(one) for one in re.split(r"\s?\.\s?", core))
        if any(one > 400 for one in parts):
            return None
        return Printed(
            kind, parts, ".".join(str(one) for one in parts) if " " in core else core, lead + found.end(), mark
        )
    if core.lower() in WORD_NUMBERS:  # Part One
        core = str(WORD_NUMBERS[core.lower()])
    value = {"roman": from_roman, "letter": from_letters}.get(kind, value_of)(core)
    if value is None or (kind == "number" and value > 1500):
        return None
    if kind in ("paren", "chinese_paren"):
        return Printed(kind, (value,), f"({core})", lead + found.end(), ")")
    if kind in ("part", "circle"):
        return Printed(kind, (value,), core, lead + found.end(), mark or ".")
    return Printed(kind, (value,), core, lead + found.end(), mark)


def automatic(label: str) -> Printed | None:
    """The same for a number that Word made; it takes no characters of the text."""
    if not label.strip():
        return None
    found = read(f"{label.strip()}\t")
    if found is None:
        return None
    mark = re.sub(r"\w", "", half_width(label))[-1:] or "tab"
    return Printed(found.kind, found.values, found.text, 0, mark)


_CODED = re.compile(
    r"([A-Z]{1,2})[.-]?([0-9]{1,3})(?:([.)、:]?)\s*\t|([.)、:])(?:\s+|(?=[A-Z\u4e00-\u9fff]))|([ ]{2,}|\u3000)|[ ](?=[A-Z\u4e00-\u9fff])|$)\s*"
)


def coded(text: str) -> Printed | None:
    """A1 or RG12, the number of a paragraph with the letter of its part. The first of `values` counts the letters."""
    lead = len(text) - len(text.lstrip())
    found = _CODED.match(half_width(text[lead:]))
    if found is None or question(text) is not None:
        return None
    printed = half_width(text[lead : lead + found.end(2)])
    mark = found[4] or found[3] or ("tab" if "\t" in found[0] or found[5] else " ")
    return Printed("coded", (_letters_count(found[1]), int(found[2])), printed, lead + found.end(), mark)


_INSERTED = re.compile(
    r"([0-9]{1,3}(?:\.[0-9]{1,3})*)([A-Z]{1,2})(?:([.)、:]?)\s*\t|([.)、:])(?:\s+|(?=[A-Z\u4e00-\u9fff]))|([ ]{2,}|\u3000)|[ ](?=[A-Z\u4e00-\u9fff])|$)\s*"
)


def inserted(text: str) -> Printed | None:
    """12A or 3.2.1A, the number of a piece that came between others. The last of `values` counts the letters."""
    lead = len(text) - len(text.lstrip())
    found = _INSERTED.match(half_width(text[lead:]))
    if found is None:
        return None
    values = (*(int(one) for one in found[1].split(".")), _letters_count(found[2]))
    mark = found[4] or found[3] or ("tab" if "\t" in found[0] or found[5] else " ")
    return Printed("inserted", values, found[1] + found[2], lead + found.end(), mark)


def _letters_count(text: str) -> int:
    total = 0
    for one in text:
        total = total * 26 + ord(one) - ord("A") + 1
    return total


@dataclass(frozen=True)
class Asked:
    """The label of a question: its number as printed, the characters that it takes, and whether words follow."""

    number: str
    length: int
    value: int
    closed: bool  # a colon, full stop, dash, tab or the end follows the number
    again: str = ""  # the same label in another language beside it


_OTHER = re.compile(r"[\s:：/／|｜.]*([(（]?(?:question|q\.?\s?[0-9０-９]|[諮咨徵征問问提第]))", re.IGNORECASE)


def question(text: str) -> Asked | None:
    """The question label that a plain text begins with, if it is a label and not "Question 3 above asks"."""
    lead = len(text) - len(text.lstrip())
    half = half_width(text[lead:]).replace("：", ":")
    found = QUESTION.match(half)
    if found is None:
        return None
    core = found["en"] or found["zh"] or found["nth"]
    if re.match(r"questions\b", half, re.IGNORECASE) and not re.match(r"questions\s*[0-9]+\s*[:.\t]", half, re.I):
        return None
    if not found["en"] and not re.match(r"[0-9]", core) and value_of(core) is None:
        return None
    rest = half[found.end() :]
    closer = re.match(r"[ \u3000]*(?:[:.、)\]】]|[-–—](?=\s)|\t|\n|$)[\s:.\-–—]*", rest)
    length = lead + found.end() + (len(closer[0]) if closer else len(rest) - len(rest.lstrip()))
    core = re.sub(r"\s", "", core).replace("（", "(").replace("）", ")")
    number, value = _question_number(core)
    again = _OTHER.match(text[length:])
    second = question(text[length + again.start(1) :]) if again else None
    if again and second is not None and second.number == number:
        end = length + again.start(1) + second.length
        return Asked(number, end, value, second.closed, text[length + again.start(1) : end].strip(" \t\n:：()（）"))
    if closer is None:
        following = rest.lstrip()[:1]
        if not following or following in ",;?" or re.match(r"[a-z]", following):
            return None
        if rest[:1] not in " \u3000" and found[0][-1:] not in "]】」)）題题":
            return None
    return Asked(number, length, value, closer is not None)


def _question_number(core: str) -> tuple[str, int]:
    digits = re.match(r"[0-9]+", core)
    if digits:
        return core, int(digits[0])
    word = WORD_NUMBERS.get(core.lower())
    if word is not None:
        return str(word), word
    value = value_of(core) or 0
    return str(value), value
