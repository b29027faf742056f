"""Paragraph and character styles of a .docx, resolved through what they are based on."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from consultations.importing.package import W

TOGGLES = ("b", "i", "strike", "dstrike", "vanish", "caps", "smallCaps", "specVanish")
_OFF = {"0", "false", "off", "none"}
_HEADING = re.compile(r"^(?:heading|head|標題|标题|überschrift|titre|título|見出し|제목)\s*([1-9])\b", re.IGNORECASE)


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def val(element: etree._Element | None, name: str = "val") -> str | None:
    return None if element is None else element.get(w(name))


def is_on(element: etree._Element) -> bool:
    return (val(element) or "1").lower() not in _OFF


@dataclass(frozen=True)
class Look:
    """What a style or a run sets: toggles by name, size in points, raised or lowered, underline."""

    toggles: dict[str, bool] = field(default_factory=dict)
    size: float = 0.0
    raised: str = ""
    underline: bool | None = None

    def over(self, base: "Look") -> "Look":
        return Look(
            base.toggles | self.toggles,
            self.size or base.size,
            self.raised or base.raised,
            self.underline if self.underline is not None else base.underline,
        )


PLAIN = Look()


def look_of(properties: etree._Element | None) -> Look:
    if properties is None or not len(properties):
        return PLAIN
    toggles: dict[str, bool] = {}
    size, raised, underline = 0.0, "", None
    for one in properties:
        name = etree.QName(one).localname
        if name in TOGGLES:
            toggles[name] = is_on(one)
        elif name == "sz":
            size = _number(val(one)) / 2
        elif name == "vertAlign":
            raised = {"superscript": "sup", "subscript": "sub"}.get(val(one) or "", "none")
        elif name == "u":
            underline = (val(one) or "single") != "none"
    return Look(toggles, size, raised, underline)


def _number(text: str | None) -> float:
    try:
        return float(re.sub(r"[a-z]+$", "", text or "0") or 0)
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Paragraphs:
    """What a style or a paragraph sets for the paragraph."""

    outline: int | None = None
    num_id: str | None = None
    level: int | None = None
    centred: bool | None = None
    indent: int | None = None
    boxed: bool | None = None
    page_break: bool | None = None

    def over(self, base: "Paragraphs") -> "Paragraphs":
        given = {name: value for name, value in vars(self).items() if value is not None}
        return replace(base, **given)


NOTHING = Paragraphs()


def paragraph_of(properties: etree._Element | None) -> Paragraphs:
    if properties is None:
        return NOTHING
    found: dict[str, Any] = {}
    for one in properties:
        name = etree.QName(one).localname
        if name == "outlineLvl":
            found["outline"] = int(_number(val(one)))
        elif name == "numPr":
            number, level = one.find(w("numId")), one.find(w("ilvl"))
            if number is not None:
                found["num_id"] = val(number)
            if level is not None:
                found["level"] = int(_number(val(level)))
        elif name == "jc":
            found["centred"] = val(one) == "center"
        elif name == "ind":
            found["indent"] = int(_number(val(one, "left") or val(one, "start")))
        elif name == "pBdr":
            sides = {etree.QName(side).localname for side in one if (val(side) or "none") not in ("none", "nil")}
            found["boxed"] = {"top", "bottom"} <= sides and bool(sides & {"left", "right", "start", "end"})
        elif name == "pageBreakBefore":
            found["page_break"] = is_on(one)
    return Paragraphs(**found)


@dataclass(frozen=True)
class Style:
    key: str
    name: str  # in lower case
    names: tuple[str, ...]  # its own and those of the styles it is based on
    look: Look = PLAIN
    paragraph: Paragraphs = NOTHING

    @property
    def heading(self) -> int:
        """1 to 9 for a heading style or one based on it, else 0."""
        if self.paragraph.outline is not None:
            return self.paragraph.outline + 1 if self.paragraph.outline < 9 else 0
        for name in self.names:
            if found := _HEADING.match(name):
                return int(found[1])
        return 0


class Styles:
    def __init__(self, root: etree._Element | None) -> None:
        self._raw: dict[str, etree._Element] = {}
        self._made: dict[str, Style] = {}
        self.default = ""
        self.look, self.paragraph = PLAIN, NOTHING
        for one in root if root is not None else ():
            if one.tag == w("docDefaults"):
                self.look = look_of(one.find(f"{w('rPrDefault')}/{w('rPr')}"))
                self.paragraph = paragraph_of(one.find(f"{w('pPrDefault')}/{w('pPr')}"))
            elif one.tag == w("style"):
                key = one.get(w("styleId")) or ""
                self._raw[key] = one
                if one.get(w("type")) == "paragraph" and (one.get(w("default")) or "0") in ("1", "true"):
                    self.default = key

    def get(self, key: str | None) -> Style:
        """The style, with what it inherits; a style that the file does not describe is known by its id."""
        key = key or self.default
        if key not in self._made:
            self._made[key] = self._make(key, ())
        return self._made[key]

    def _make(self, key: str, below: tuple[str, ...]) -> Style:
        raw = self._raw.get(key)
        if raw is None:
            name = re.sub(r"(?<=[a-z])(?=[0-9])", " ", key.lower())
            return Style(key, name, (name,))
        name = (val(raw.find(w("name"))) or key).strip().lower()
        look, paragraph = look_of(raw.find(w("rPr"))), paragraph_of(raw.find(w("pPr")))
        base = val(raw.find(w("basedOn")))
        if not base or base in below or base == key or len(below) > 30:
            return Style(key, name, (name,), look, paragraph)
        parent = self._made.get(base) or self._make(base, (*below, key))
        return Style(key, name, (name, *parent.names), look.over(parent.look), paragraph.over(parent.paragraph))

    def numbering_of(self, key: str | None) -> str | None:
        """The numId of a numbering style (numStyleLink)."""
        raw = self._raw.get(key or "")
        return val(raw.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")) if raw is not None else None
