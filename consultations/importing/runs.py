"""The words of a Word paragraph as runs: their looks, fields, drawings and notes."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from lxml import etree

from consultations.importing import drawings
from consultations.importing.blocks import Remark
from consultations.importing.elements import choice_of, has_box, outer_boxes, words_of
from consultations.importing.inline import Run
from consultations.importing.package import Package, R
from consultations.importing.styles import Look, Style, Styles, is_on, look_of, val, w

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_THROUGH = {"sdtContent", "customXml", "smartTag", "ins", "moveTo", "bdo", "dir", "rubyBase", "fldSimple", "sdt"}


@dataclass
class _Field:
    kind: str = ""
    code: str = ""
    in_result: bool = False


class RunReader:
    """What is known while runs are read; `word.py` reads the paragraphs around them."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.related("styles"))
        self.relations = package.main_relations
        self.remarks: list[Remark] = []
        self.counts: Counter[str] = Counter()
        self.fields: list[_Field] = []
        self.hidden: list[str] = []
        self.toc_text = False
        self.box = 0
        self.pending: list[etree._Element] = []  # text boxes met inside the paragraph that is read

    def _tell(self, code: str, *, text: str = "", **params: object) -> None:
        self.remarks.append(Remark(code, {name: str(value) for name, value in params.items()}, text=text))

    def _place(self) -> str:
        if self.box:
            return f"box {self.box}"
        return f"paragraph {self.counts['paragraph']}"

    def _call_note(self, kind: str, key: str, like: Run, out: list[Run]) -> None:
        """Adds the call of a footnote or endnote to `out`."""
        raise NotImplementedError

    # --- runs ----------------------------------------------------------------------------------------------------

    def _runs(self, raw: etree._Element, style: Style) -> list[Run]:
        found: list[Run] = []
        base = style.look.over(self.styles.look)
        self._inline(raw, base, Run(""), found)
        return found

    def _inline(self, container: etree._Element, base: Look, like: Run, out: list[Run]) -> None:
        for one in container:
            if not isinstance(one.tag, str):
                continue
            name = etree.QName(one).localname
            if name == "r":
                self._run(one, base, like, out)
            elif name in ("del", "moveFrom"):
                self._inline(one, base, replace(like, change="del"), out)
            elif name in ("ins", "moveTo"):
                self._inline(one, base, like if like.change == "del" else replace(like, change="ins"), out)
            elif name == "hyperlink":
                self._inline(one, base, replace(like, link=self._address(one)), out)
            elif name in _THROUGH:
                self._inline(one, base, like, out)
            elif name == "AlternateContent":
                chosen = choice_of(one)
                if chosen is not None:
                    self._inline(chosen, base, like, out)
            elif name in ("oMath", "oMathPara"):
                self._equation(one, like, out)
            elif name in ("drawing", "pict", "object"):
                self._drawing(one)
            else:
                self._not_known(one)

    def _not_known(self, one: etree._Element) -> None:
        if next(one.iter(w("t")), None) is not None:
            self._tell("unreadable_part", place=self._place(), text=words_of(one))

    def _address(self, link: etree._Element) -> str:
        _kind, target, outside = self.relations.get(link.get(f"{{{R}}}id") or "", ("", "", False))
        return target if outside and re.match(r"(?:https?|mailto):", target, re.IGNORECASE) else ""

    def _equation(self, one: etree._Element, like: Run, out: list[Run]) -> None:
        text = drawings.equation(one)
        if text.strip():
            out.append(replace(like, text=text))
            self._tell("equation", place=self._place(), formula=text)

    def _run(self, raw: etree._Element, base: Look, like: Run, out: list[Run]) -> None:
        properties = raw.find(w("rPr"))
        look, hidden = self._look(properties, base)
        like = replace(
            like,
            bold=look.toggles.get("b", False),
            italic=look.toggles.get("i", False),
            struck=look.toggles.get("strike", False) or look.toggles.get("dstrike", False),
            underline=bool(look.underline),
            raised=look.raised if look.raised in ("sup", "sub") else "",
        )
        if self.fields and not like.link:
            like = replace(like, link=self._field_link())
        self._run_content(raw, like, hidden, out)

    def _run_content(self, raw: etree._Element, like: Run, hidden: bool, out: list[Run]) -> None:
        for one in raw:
            if not isinstance(one.tag, str):
                continue
            name = etree.QName(one).localname
            text = ""
            if name in ("t", "delText"):
                text = _INVISIBLE.sub("", re.sub(r"[\r\n\t]+", " ", one.text or "")).replace("\u00a0", " ")
            elif name in ("tab", "ptab"):
                text = "\t"
            elif name == "br":
                text = "\n" if (val(one, "type") or "textWrapping") == "textWrapping" else ""
            elif name == "cr":
                text = "\n"
            elif name == "noBreakHyphen":
                text = "-"
            elif name == "sym":
                text = self._symbol(val(one, "font") or "", val(one, "char") or "")
            elif name == "fldChar":
                self._field(one, like, out)
            elif name == "instrText":
                if self.fields and not self.fields[-1].in_result:
                    self.fields[-1].code += one.text or ""
            elif name in ("footnoteReference", "endnoteReference"):
                if like.change != "del":
                    self._call_note(name.removesuffix("Reference"), one.get(w("id")) or "", like, out)
            elif name in ("drawing", "pict", "object"):
                self._drawing(one)
            elif name == "AlternateContent":
                chosen = choice_of(one)
                if chosen is not None:
                    self._run_content(chosen, like, hidden, out)
            elif name == "ruby":
                self._ruby(one, like, out)
            elif name in ("oMath", "oMathPara"):
                self._equation(one, like, out)
            else:
                self._not_known(one)
            if text:
                self._text(text, like, hidden, out)

    def _text(self, text: str, like: Run, hidden: bool, out: list[Run]) -> None:
        if any(not one.in_result for one in self.fields):
            return  # words of a field's own instruction
        if hidden:
            if text.strip() and like.change != "del":
                self.hidden.append(text.strip())
            return
        if text.strip() and any(one.kind == "TOC" for one in self.fields):
            self.toc_text = True
        out.append(replace(like, text=text))

    def _look(self, properties: etree._Element | None, base: Look) -> tuple[Look, bool]:
        if properties is None:
            return base, base.toggles.get("vanish", False)
        own = look_of(properties)
        named = val(properties.find(w("rStyle")))
        if named:
            character = self.styles.get(named).look
            both = {one: True for one, on in character.toggles.items() if on and base.toggles.get(one)}
            mixed = character.over(base)
            # A toggle that the paragraph's style and the character's style both set cancels itself (17.7.3).
            base = Look(mixed.toggles | dict.fromkeys(both, False), mixed.size, mixed.raised, mixed.underline)
        look = own.over(base)
        return look, look.toggles.get("vanish", False)

    def _symbol(self, font: str, code: str) -> str:
        shown = drawings.symbol(font, code)
        if not shown:
            self._tell("symbol", place=self._place(), font=font, letter=code)
        return shown or "□"

    def _ruby(self, raw: etree._Element, like: Run, out: list[Run]) -> None:
        base, above = raw.find(w("rubyBase")), raw.find(w("rt"))
        for part, marks in ((base, ("", "")), (above, ("（", "）"))):
            text = words_of(part) if part is not None else ""
            if text:
                out.append(replace(like, text=f"{marks[0]}{text}{marks[1]}"))

    # --- fields --------------------------------------------------------------------------------------------------

    def _field(self, raw: etree._Element, like: Run, out: list[Run]) -> None:
        kind = val(raw, "fldCharType")
        if kind == "begin":
            self.fields.append(_Field())
            box = raw.find(f"{w('ffData')}/{w('checkBox')}")
            if box is not None:
                state = box.find(w("checked"))
                ticked = (state is not None and is_on(state)) or val(box.find(w("default"))) in ("1", "true")
                self.fields.pop()
                out.append(replace(like, text="☑" if ticked else "☐"))
                self.fields.append(_Field("FORMCHECKBOX"))
        elif self.fields and kind == "separate":
            self._know(self.fields[-1])
            self.fields[-1].in_result = True
        elif self.fields and kind == "end":
            ended = self.fields.pop()
            if not ended.in_result:
                self._know(ended)
                self._without_result(ended, like, out)

    @staticmethod
    def _know(one: _Field) -> None:
        words = one.code.split()
        one.kind = one.kind or (words[0].upper() if words else "")

    def _without_result(self, one: _Field, like: Run, out: list[Run]) -> None:
        """Fields that draw something themselves."""
        symbol = re.match(r'\s*SYMBOL\s+(\d+|0x[0-9a-f]+).*?(?:\\f\s+"?([^"\\]+)"?)?', one.code, re.IGNORECASE)
        if one.kind == "SYMBOL" and symbol:
            number = int(symbol[1], 0)
            self._text(self._symbol(symbol[2] or "", f"{number:x}"), like, False, out)
        elif one.kind in ("EQ", "ADVANCE", "BARCODE", "INCLUDEPICTURE", "AUTONUM", "AUTONUMLGL", "LISTNUM"):
            self._tell("field", place=self._place(), instruction=one.code.strip(), text=one.code.strip())

    def _field_link(self) -> str:
        for one in reversed(self.fields):
            found = re.match(r'\s*HYPERLINK\s+"((?:https?|mailto):[^"]+)"', one.code, re.IGNORECASE)
            if found and one.in_result:
                return found[1]
        return ""

    # --- drawings ------------------------------------------------------------------------------------------------

    def _drawing(self, raw: etree._Element) -> None:
        if has_box(raw):
            self.pending.extend(outer_boxes(raw))
        kinds = {etree.QName(one).localname: one for one in raw.iter() if isinstance(one.tag, str)}
        alt = drawings.alt_text(raw)
        place = self._place()
        if "chart" in kinds and (words := self._part_words(kinds["chart"], "id")) is not None:
            self._tell("chart", place=place, alt=alt, text=words)
        elif "relIds" in kinds and (words := self._part_words(kinds["relIds"], "dm")) is not None:
            self._tell("diagram", place=place, alt=alt, text=words)
        elif "OLEObject" in kinds:
            self._tell("embedded", place=place, kind=kinds["OLEObject"].get("ProgID") or "")
        elif not kinds.keys().isdisjoint(("blip", "imagedata", "pic")):
            self._tell("picture", place=place, alt=alt)
        for one in raw.iter():
            if isinstance(one.tag, str) and etree.QName(one).localname == "textpath" and one.get("string"):
                self._tell("wordart", place=place, text=one.get("string") or "")
        loose = " ".join(one.text.strip() for one in raw.iter(f"{drawings.A}t") if one.text and one.text.strip())
        if loose:
            self._tell("drawing_text", place=place, text=loose)

    def _part_words(self, one: etree._Element, attribute: str) -> str | None:
        _kind, target, outside = self.relations.get(one.get(f"{{{R}}}{attribute}") or "", ("", "", True))
        return None if outside else drawings.words_of(self.package.xml(target))
