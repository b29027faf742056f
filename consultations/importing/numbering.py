"""Automatic numbers as Word prints them: numbering.xml counted in document order."""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from consultations.importing.numerals import known, written
from consultations.importing.styles import Styles, is_on, val, w

_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None  # w:lvlRestart: 0 never, n after level n
    legal: bool = False
    style: str = ""


@dataclass
class Abstract:
    key: str
    levels: dict[int, Level] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    link: str = ""


@dataclass
class Num:
    abstract: Abstract
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    used: bool = False


@dataclass(frozen=True)
class Label:
    """`text` as printed; "" for a bullet or for a format that prints nothing."""

    text: str
    bullet: bool
    list_id: str
    level: int


def _level(raw: etree._Element) -> Level:
    restart = val(raw.find(w("lvlRestart")))
    legal = raw.find(w("isLgl"))
    form = raw.find(w("numFmt"))
    if form is None:  # a new format with a fallback inside mc:AlternateContent
        form = next(raw.iter(w("numFmt")), None)
    return Level(
        start=_int(val(raw.find(w("start"))), 1),
        form=val(form) or "decimal",
        text=val(raw.find(w("lvlText"))) or "",
        restart=_int(restart, 0) if restart is not None else None,
        legal=legal is not None and is_on(legal),
        style=val(raw.find(w("pStyle"))) or "",
    )


def _int(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


class Numbering:
    """The lists of a file. `label` must be asked once for each numbered paragraph, in reading order."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self.unknown: set[str] = set()
        self._styles = styles
        self._abstracts: dict[str, Abstract] = {}
        self._nums: dict[str, Num] = {}
        for one in root if root is not None else ():
            if one.tag == w("abstractNum"):
                self._add_abstract(one)
            elif one.tag == w("num"):
                self._add_num(one)

    def _add_abstract(self, raw: etree._Element) -> None:
        made = Abstract(raw.get(w("abstractNumId")) or "", link=val(raw.find(w("numStyleLink"))) or "")
        for one in raw.findall(w("lvl")):
            made.levels[_int(one.get(w("ilvl")), 0)] = _level(one)
        self._abstracts[made.key] = made

    def _add_num(self, raw: etree._Element) -> None:
        abstract = self._abstracts.get(val(raw.find(w("abstractNumId"))) or "")
        if abstract is None:
            return
        made = Num(abstract)
        for one in raw.findall(w("lvlOverride")):
            level = _int(one.get(w("ilvl")), 0)
            described = one.find(w("lvl"))
            if described is not None:
                made.levels[level] = _level(described)
            start = one.find(w("startOverride"))
            if start is not None:
                made.starts[level] = _int(val(start), 1)
                base = made.levels.get(level) or abstract.levels.get(level)
                if base is not None:
                    made.levels[level] = replace(base, start=made.starts[level])
        self._nums[raw.get(w("numId")) or ""] = made

    def level_for_style(self, num_id: str, style: str) -> int | None:
        num = self._num(num_id)
        if num is None:
            return None
        return next((level for level, one in num.abstract.levels.items() if one.style == style), None)

    def _num(self, num_id: str | None) -> Num | None:
        num = self._nums.get(num_id or "")
        if num is not None and num.abstract.link:
            linked = self._nums.get(self._styles.numbering_of(num.abstract.link) or "")
            if linked is not None and not linked.abstract.link:
                num.abstract = linked.abstract
        return num

    def label(self, num_id: str | None, level: int) -> Label | None:
        """Counts one paragraph; None where it has no number (numId 0, or a list that is not described)."""
        num = self._num(num_id)
        if num is None or num_id == "0":
            return None
        counters = num.abstract.counters
        if not num.used:
            num.used = True
            for overridden in num.starts:
                for deeper in [one for one in counters if one >= overridden]:
                    del counters[deeper]
        described = self._level(num, level)
        counters[level] = counters[level] + 1 if level in counters else described.start
        for above in range(level):
            counters.setdefault(above, self._level(num, above).start)
        for deeper in [one for one in counters if one > level]:
            restart = self._level(num, deeper).restart
            if restart is None or (restart > 0 and level < restart):
                del counters[deeper]
        return self._printed(num, described, level)

    @staticmethod
    def _level(num: Num, level: int) -> Level:
        return num.levels.get(level) or num.abstract.levels.get(level) or Level(text=f"%{level + 1}.")

    def _printed(self, num: Num, described: Level, level: int) -> Label:
        key = num.abstract.key
        if described.form == "bullet":
            return Label("", True, key, level)

        def put(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            one = self._level(num, place)
            form = "decimal" if described.legal and one.form not in ("none", "bullet") else one.form
            if not known(form):
                self.unknown.add(form)
            return written(num.abstract.counters.get(place, one.start), form)

        return Label(_PLACE.sub(put, described.text).strip(), False, key, level)
