"""Numbers as papers print them: 12, xii, L, 十二, 壹, 甲, ①; written and read."""

import re
from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = {"hant": "零壹貳參肆伍陸柒捌玖", "hans": "零壹贰叁肆伍陆柒捌玖"}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_VALUES = (
    {one: value for value, one in enumerate(_DIGITS)}
    | {"零": 0, "○": 0, "Ｏ": 0, "兩": 2, "两": 2}
    | {one: value for letters in _LEGAL.values() for value, one in enumerate(letters)}
    | {"叄": 3, "陸": 6, "陆": 6}
)
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CHINESE = "〇零○一二三四五六七八九十百千兩两壹貳參肆伍陸柒捌玖拾佰仟贰叁陆叄"


def half_width(text: str) -> str:
    """Full-width digits, Latin letters, dots and brackets as half-width ones; the length stays the same."""
    return "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" and one not in "，！？；～" else one for one in text)


def roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    parts = []
    for value, letters in _ROMAN:
        while number >= value:
            parts.append(letters)
            number -= value
    return "".join(parts)


def from_roman(text: str) -> int | None:
    text = text.lower()
    total, place = 0, 0
    for value, letters in _ROMAN:
        while text.startswith(letters, place):
            total += value
            place += len(letters)
    return total if place == len(text) and text and roman(total) == text else None


def letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts."""
    if number < 1:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def from_letters(text: str) -> int | None:
    text = text.lower()
    if not text or set(text) != {text[0]} or not "a" <= text[0] <= "z":
        return None
    return ord(text[0]) - ord("a") + 1 + 26 * (len(text) - 1)


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千", zero: str = "零") -> str:
    """一, 十, 十二, 二十, 一百零五."""
    if not 0 < number < 10_000:
        return "".join(digits[int(one)] for one in str(number)) if number >= 0 else str(number)
    parts: list[str] = []
    text = str(number)
    for place, one in enumerate(text):
        power = len(text) - place - 1
        if one == "0":
            if parts and parts[-1] != zero:
                parts.append(zero)
            continue
        parts.append(digits[int(one)] + (units[power - 1] if power else ""))
    written = "".join(parts).rstrip(zero)
    return written[1:] if 10 <= number < 20 and digits is _DIGITS else written


def from_chinese(text: str) -> int | None:
    if not text or any(one not in _VALUES and one not in _UNITS for one in text):
        return None
    if not any(one in _UNITS for one in text):
        return int("".join(str(_VALUES[one]) for one in text))
    total, current = 0, 0
    for one in text:
        if one in _UNITS:
            total += (current or 1) * _UNITS[one]
            current = 0
        else:
            current = _VALUES[one]
    return total + current


def value_of(text: str) -> int | None:
    """What a single printed number counts: "12", "xii", "十二", "甲", "①", "C". None if it is not a number."""
    text = half_width(text.strip())
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if len(text) == 1 and text in _STEMS:
        return _STEMS.index(text) + 1
    found = from_chinese(text)
    return found if found is not None else from_roman(text) or from_letters(text)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number),
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "koreanDigital2": chinese,
    "ideographDigital": lambda number: "".join(_DIGITS[int(one)] for one in str(number)),
    "japaneseDigitalTenThousand": lambda number: "".join(_DIGITS[int(one)] for one in str(number)),
    "taiwaneseDigital": lambda number: "".join(_DIGITS[int(one)] for one in str(number)),
    "ideographLegalTraditional": lambda number: chinese(number, _LEGAL["hant"], "拾佰仟"),
    "chineseLegalSimplified": lambda number: chinese(number, _LEGAL["hans"], "拾佰仟"),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10] if number > 0 else str(number),
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12] if number > 0 else str(number),
    "ordinal": lambda number: f"{number}{_ordinal(number)}",
    "none": lambda _number: "",
}


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def written(number: int, form: str) -> str:
    """A counted number in one of Word's numFmt; formats that are not known are written in digits."""
    return _FORMATS.get(form, str)(number)


def known(form: str) -> bool:
    return form in _FORMATS or form == "bullet"
