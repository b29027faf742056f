"""Which characters the fonts of a PDF can show, and what stands for those that they cannot.

A tagged PDF with a character that no font shows is refused by the compiler (PDF/UA-1), rightly: a reader would meet
an empty box without a meaning. So a sign stands in its place, and the file says at its end which characters it was.
"""

import struct
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import pylopdf_fonts_zh_tw

FONT_FOLDERS: Final = tuple(Path(str(module.__file__)).parent for module in (pylopdf_fonts_zh_tw, pylopdf_fonts_zh_cn))
STAND_IN: Final = "□"
# What is not drawn at all: joiners, marks of direction, variation selectors, the soft hyphen.
_UNDRAWN: Final = dict.fromkeys(
    [0xAD, 0x034F, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
     *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)]
)  # fmt: skip
# The Latin face is built into the compiler and cannot be asked: its characters, found by asking for each (July 2026
# release of the compiler). Hexadecimal code points and ranges.
_LATIN: Final = (
    "20-7e,a0-2e4,2ea-36f,374-375,37a-37e,384-38a,38c,38e-3a1,3a3-3ce,3d0-3e1,3f0-3f6,3f8-3f9,3fb,"
    "3fd-477,47c-47f,483,48c-4c4,4c7-4cc,4d0-4f9,5b0-5c3,5c6-5c7,5d0-5ea,5f0-5f4,61c,115f-1160,"
    "17b4-17b5,17c1-17c3,180b-180f,1d15,1d35,1d43-1d5f,1d62-1d67,1d9c,1da0,1da4,1db6,1dbb,1e00-1f15,"
    "1f18-1f1d,1f20-1f45,1f48-1f4d,1f50-1f57,1f59,1f5b,1f5d,1f5f-1f7d,1f80-1fb4,1fb6-1fc4,1fc6-1fd3,"
    "1fd6-1fdb,1fdd-1fef,1ff2-1ff4,1ff6-1ffe,2000-2037,2039-203e,2042,2044,2047-204b,204f,205f-2064,"
    "2066-2071,2074-208e,2090-209c,20a2-20a4,20a7-20a8,20ab-20ac,20af,20b1,20b9,20bf,2100-2103,"
    "2105-2106,2109,210c-210f,2111,2113,2115-2116,2119-211a,211c-211d,2120,2122,2124,2126-2127,"
    "212a-212b,212e,2132,2135-2139,214f,2153-2184,2190-219b,21a6,21a8,21ae,21bc-21bd,21c0-21c1,"
    "21cb-21d9,2200-220d,220f-222e,2236,223c,2241,2245,2247-2249,2259,2260-2262,2264-2265,226a-226b,"
    "226e-2271,2282-2285,2295-2298,22a2-22a6,22ac,22b6-22b7,22c5,22ee-22ef,2300,2302-2303,2310,"
    "2320-2321,2326-2327,2329-232b,237d,2380,239b-23ae,23d3,2423,2460-2487,24b6-24ff,25a0-25a1,"
    "25b2-25b3,25b6-25b7,25bc-25bd,25c0-25c1,25c6-25c7,25c9-25cc,25ce-25d7,25e6,2605,2609,2619,261b,"
    "261e,2627,262f,2639-2653,2660,2663,2665-2666,2669-266f,2695,2698,26a2-26a7,26ac-26af,2714,2718,"
    "271d,2767,2776-277f,27c2,27e6-27e9,2c60-2c6c,2c6e-2c6f,2c74-2c77,2e02-2e05,2e08-2e0a,2e17-2e18,"
    "a720-a721,a765,a789-a78c,a793"
)


def _table(font: Path) -> set[int]:
    """The code points in a font's character map (OpenType `cmap`, format 12)."""
    data = font.read_bytes()
    tables = struct.unpack(">H", data[4:6])[0]
    start = 0
    for place in range(tables):
        tag, _sum, offset, _length = struct.unpack(">4sLLL", data[12 + 16 * place : 28 + 16 * place])
        if tag == b"cmap":
            start = offset
    found: set[int] = set()
    for place in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        offset = start + struct.unpack(">L", data[start + 8 + 8 * place : start + 12 + 8 * place])[0]
        if struct.unpack(">H", data[offset : offset + 2])[0] != 12:
            continue
        for group in range(struct.unpack(">L", data[offset + 12 : offset + 16])[0]):
            first, last, _glyph = struct.unpack(">LLL", data[offset + 16 + 12 * group : offset + 28 + 12 * group])
            found.update(range(first, last + 1))
    return found


@cache
def shown() -> frozenset[str]:
    """The characters that a PDF can show."""
    found: set[int] = {0x0A, 0x09, 0x20}
    for folder in FONT_FOLDERS:
        for font in folder.glob("NotoSerif*.otf"):
            found |= _table(font)
    for part in _LATIN.split(","):
        first, _dash, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(map(chr, found - _UNDRAWN.keys()))


def replaced(text: str, also: frozenset[str] = frozenset()) -> tuple[str, Counter[str]]:
    """The text with a stand-in for each character that cannot be shown, and which these were, how often.

    `also`: characters that turned out not to be shown where they stand.
    """
    text = unicodedata.normalize("NFC", text.translate(_UNDRAWN))
    missing = {one for one in set(text) if one not in shown()} | (also & set(text))
    if not missing:
        return text, Counter()
    counts = Counter({one: text.count(one) for one in missing})
    return text.translate({ord(one): STAND_IN for one in missing}), counts


def named(characters: Counter[str]) -> list[str]:
    """`U+1F600 GRINNING FACE (2)`, most frequent first."""
    found = []
    for one, count in characters.most_common():
        name = unicodedata.name(one, "")
        found.append(f"U+{ord(one):04X} {name} ({count})".replace("  ", " "))
    return found


@cache
def rare() -> frozenset[str]:
    """What is shown only beside the right neighbours: marks that combine with a letter of another face."""
    return frozenset(one for one in shown() if unicodedata.combining(one))
