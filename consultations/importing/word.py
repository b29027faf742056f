"""A Word document (.docx) to blocks, without judging what they are."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from lxml import etree

from consultations.importing import drawings
from consultations.importing.blocks import Block, Form, Imported, Remark, Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import Run, all_are, markdown, plain
from consultations.importing.numbering import Label, Numbering
from consultations.importing.package import Package, R, broken
from consultations.importing.styles import Look, Paragraphs, Style, Styles, is_on, look_of, paragraph_of, val, w
from consultations.importing.tables import as_markdown
from portal.common.errors import Refused

# Ten times what a paper of 300 pages has.
MAX_PARAGRAPHS = 40_000

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_THROUGH = {"sdtContent", "customXml", "smartTag", "ins", "moveTo", "bdo", "dir", "rubyBase", "fldSimple", "sdt"}
_TOC_STYLE = re.compile(
    r"^(?:toc|contents|目錄|目录)\s*\d+$|^(?:toc heading|contents heading|table of figures|目錄標題|toc 標題|toc 标题)$"
)


def read_word(content: bytes) -> Imported:
    """Raises `Refused` with a sentence when the file cannot be read."""
    package = Package(content)
    try:
        return _Reader(package).read()
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:  # figures that no Word would write
        raise broken() from error


def _refuse_too_many(body: etree._Element | None) -> None:
    """Cells of tables have paragraphs too: a table of 100,000 rows would be read for minutes."""
    count = sum(1 for _one in body.iter(w("p"))) if body is not None else 0
    if count > MAX_PARAGRAPHS:
        raise Refused(
            _("The file holds more paragraphs than a paper has: %(count)s. At most %(limit)s are read.")
            % {"count": f"{count:,}", "limit": f"{MAX_PARAGRAPHS:,}"}
        )


@dataclass
class _Field:
    kind: str = ""
    code: str = ""
    in_result: bool = False


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.related("styles"))
        self.numbering = Numbering(package.related("numbering"), self.styles)
        self.relations = package.main_relations
        self.remarks: list[Remark] = []
        self.out: list[Block] = []
        self.counts: Counter[str] = Counter()
        self.fields: list[_Field] = []
        self.hidden: list[str] = []
        self.notes: dict[tuple[str, str], etree._Element] = {}
        self.note_labels: dict[str, str] = {}
        self.part = "body"
        self.box = 0
        self.boxes = 0
        self.toc = 0
        self.toc_text = False
        self.pending: list[etree._Element] = []  # text boxes met inside the paragraph that is read
        self.carried: list[Run] = []  # of a paragraph whose end was deleted
        self.break_before = False
        self.frame = False

    # --- the file ------------------------------------------------------------------------------------------------

    def read(self) -> Imported:
        root = self.package.xml(self.package.main)
        body = root.find(w("body")) if root is not None else None
        _refuse_too_many(body)
        for kind in ("footnote", "endnote"):
            self._keep_notes(kind)
        if body is not None:
            self._container(body)
        self._uncalled_notes()
        self._furniture()
        self._comments()
        if self.hidden:
            self._tell("hidden_text", text=" ".join(self.hidden))
        if self.numbering.unknown:
            self._tell("number_format", formats=", ".join(sorted(self.numbering.unknown)))
        for number, block in enumerate(self.out, start=1):
            block.id = number
        return Imported(self.out, self.remarks)

    def _tell(self, code: str, *, text: str = "", **params: object) -> None:
        self.remarks.append(Remark(code, {name: str(value) for name, value in params.items()}, text=text))

    def _place(self) -> str:
        if self.box:
            return f"box {self.box}"
        return f"paragraph {self.counts['paragraph']}"

    # --- pieces --------------------------------------------------------------------------------------------------

    def _container(self, container: etree._Element) -> None:
        for one in container:
            if isinstance(one.tag, str):
                self._piece(one)

    def _piece(self, one: etree._Element) -> None:
        name = etree.QName(one).localname
        if name == "p":
            self._paragraph(one)
        elif name == "tbl":
            self._table(one)
        elif name == "sdt":
            self._sdt(one)
        elif name == "AlternateContent":
            chosen = _choice(one)
            if chosen is not None:
                self._container(chosen)
        elif name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent", "del", "moveFrom"):
            self._container(one)
        elif name in ("oMathPara", "oMath"):
            self._loose(one)
        elif name in ("altChunk", "subDoc"):
            self._tell("unreadable_part", place=self._place())
        elif next(one.iter(w("t")), None) is not None and name != "sectPr":
            self._tell("unreadable_part", place=self._place(), text=_words(one))

    def _sdt(self, one: etree._Element) -> None:
        gallery = one.find(f"{w('sdtPr')}/{w('docPartObj')}/{w('docPartGallery')}")
        is_toc = "table of contents" in (val(gallery) or "").lower()
        content = one.find(w("sdtContent"))
        self.toc += is_toc
        if content is not None:
            self._container(content)
        self.toc -= is_toc

    def _loose(self, one: etree._Element) -> None:
        """An equation that stands between paragraphs."""
        self.counts["paragraph"] += 1
        text = drawings.equation(one)
        if text.strip():
            form = Form(runs=[Run(text)], part=self.part, box=self.box)
            self._add(Block(0, Role.UNKNOWN, markdown(form.runs), source=self._place(), form=form))
            self._tell("equation", place=self._place(), formula=text)

    def _add(self, block: Block) -> None:
        self.out.append(block)

    # --- paragraphs ----------------------------------------------------------------------------------------------

    def _paragraph(self, raw: etree._Element) -> None:
        if self.part == "body" and not self.box:
            self.counts["paragraph"] += 1
        properties = raw.find(w("pPr"))
        style = self.styles.get(val(properties.find(w("pStyle"))) if properties is not None else None)
        own = paragraph_of(properties)
        layout = own.over(style.paragraph.over(self.styles.paragraph))
        outer, self.pending = self.pending, []
        outer_toc, self.toc_text = self.toc_text, False
        runs = self._runs(raw, style)
        boxes, self.pending = self.pending, outer
        toc, self.toc_text = self.toc_text or bool(self.toc) or bool(_TOC_STYLE.match(style.name)), outer_toc
        runs, self.carried = [*self.carried, *runs], []
        if _end_is_deleted(properties):
            if any(one.change != "del" for one in runs):
                self.carried = runs
                for box in boxes:
                    self._text_box(box)
                return
            label = None
        else:
            label = self._label(own, layout, style)
        self._finish(raw, runs, label, style, layout, toc)
        for box in boxes:
            self._text_box(box)
        if properties is not None and properties.find(w("sectPr")) is not None:
            self.break_before = True

    def _label(self, own: Paragraphs, layout: Paragraphs, style: Style) -> Label | None:
        num_id = layout.num_id
        if num_id in (None, "0"):
            return None
        level = own.level
        if own.num_id is None and level is None:
            level = self.numbering.level_for_style(num_id or "", style.key)
        if level is None:
            level = layout.level
        return self.numbering.label(num_id, level or 0)

    def _finish(
        self,
        raw: etree._Element,
        runs: list[Run],
        label: Label | None,
        style: Style,
        layout: Paragraphs,
        toc: bool,
    ) -> None:
        text = plain(runs).strip()
        if not text and not any(one.change == "del" or one.note for one in runs):
            if label is not None and label.text:
                self._tell("empty_number", place=self._place(), number=label.text, text=label.text)
            self.break_before = self.break_before or _has_page_break(raw)
            return
        starts_page = self.break_before or bool(layout.page_break) or _has_page_break(raw, first=True)
        self.break_before = _has_page_break(raw) and not _has_page_break(raw, first=True)
        form = Form(
            runs=_stripped(runs),
            label=label.text if label else "",
            list_id=label.list_id if label else "",
            list_level=label.level if label else -1,
            bullet=bool(label and label.bullet),
            style=style.name,
            styles=style.names,
            heading=layout.outline + 1 if layout.outline is not None and layout.outline < 9 else style.heading,
            bold=all_are(runs, "bold"),
            italic=all_are(runs, "italic"),
            underline=all_are(runs, "underline"),
            capitals=len(text) > 3 and text.isupper() and text.upper() != text.lower(),
            centred=bool(layout.centred),
            size=self._size(raw, style),
            indent=layout.indent or 0,
            box=self.box,
            page_break=starts_page,
            toc=toc,
            part=self.part,
        )
        form.box = form.box or self._frame(raw, layout)
        form.notes = {one.note: self.note_labels.get(one.note, "") for one in runs if one.note}
        block = Block(0, Role.UNKNOWN, "", source=self._place(), form=form)
        block.text = with_notes(markdown(form.runs), form.notes)
        self._add(block)

    def _frame(self, raw: etree._Element, layout: Paragraphs) -> int:
        """Neighbouring paragraphs with one border form a box."""
        if not layout.boxed:
            self.frame = False
            return 0
        if not self.frame:
            self.boxes += 1
        self.frame = True
        return self.boxes

    def _size(self, raw: etree._Element, style: Style) -> float:
        sizes: Counter[float] = Counter()
        for run in raw.iter(w("r")):
            size = run.find(f"{w('rPr')}/{w('sz')}")
            letters = sum(len(one.text or "") for one in run.findall(w("t")))
            own = look_of(run.find(w("rPr"))).size if size is not None else 0.0
            sizes[own or style.look.size or self.styles.look.size] += letters
        return sizes.most_common(1)[0][0] if sizes else 0.0

    # --- text boxes and tables -----------------------------------------------------------------------------------

    def _text_box(self, content: etree._Element) -> None:
        outer, self.boxes = self.box, self.boxes + 1
        self.box = self.boxes
        carried, self.carried = self.carried, []
        fields, self.fields = self.fields, []
        self._container(content)
        self.box, self.carried, self.fields = outer, carried, fields

    def _table(self, raw: etree._Element) -> None:
        self.counts["table"] += 1
        number = self.counts["table"]
        rows, spans = [], False
        for row in _rows(raw):
            cells: list[list[Block]] = []
            for cell in _cells(row):
                properties = cell.find(w("tcPr"))
                span = _int(val(properties.find(w("gridSpan")))) if properties is not None else 1
                merged = properties is not None and properties.find(w("vMerge")) is not None
                spans = spans or span > 1 or merged
                cells.append(self._cell(cell))
                cells.extend([] for _extra in range(min(span, 60) - 1))
            if _is_deleted(row):
                for block in (one for cell_blocks in cells for one in cell_blocks):
                    block.form.runs = [replace(one, change="del") for one in block.form.runs]
            rows.append(cells)
        self._table_block(rows, number, spans)

    def _cell(self, cell: etree._Element) -> list[Block]:
        outer, self.out = self.out, []
        frame, self.frame = self.frame, False
        self._container(cell)
        found, self.out = self.out, outer
        self.frame = frame
        return found

    def _table_block(self, rows: list[list[list[Block]]], number: int, spans: bool) -> None:
        filled = [row for row in rows if any(cell for cell in row)]
        width = max((len(row) for row in rows), default=0)
        pieces = [one for row in filled for cell in row for one in cell]
        if not pieces:
            return
        used = {place for row in filled for place, cell in enumerate(row) if cell}
        if width == 1 or len(used) == 1:
            self.boxes += 1
            for one in pieces:
                one.form.box = one.form.box or self.boxes
                one.source = f"table {number}"
                self._add(one)
            return
        form = Form(cells=filled, part=self.part, box=self.box, page_break=self.break_before)
        form.toc = all(one.form.toc for one in pieces)
        for one in pieces:
            form.notes |= one.form.notes
            one.source = f"table {number}"
        self.break_before = False
        block = Block(0, Role.TABLE, with_notes(as_markdown(filled), form.notes), source=f"table {number}", form=form)
        if spans:
            block.remark("table_merged")
        if any(one.role == Role.TABLE for one in pieces):
            block.remark("table_nested")
        self._add(block)

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
                chosen = _choice(one)
                if chosen is not None:
                    self._inline(chosen, base, like, out)
            elif name in ("oMath", "oMathPara"):
                self._equation(one, like, out)
            elif name in ("drawing", "pict", "object"):
                self._drawing(one)

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
                chosen = _choice(one)
                if chosen is not None:
                    self._run_content(chosen, like, hidden, out)
            elif name == "ruby":
                self._ruby(one, like, out)
            elif name in ("oMath", "oMathPara"):
                self._equation(one, like, out)
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
            text = _words(part) if part is not None else ""
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
        if _has_box(raw):
            self.pending.extend(_outer_boxes(raw))
        kinds = {etree.QName(one).localname: one for one in raw.iter() if isinstance(one.tag, str)}
        alt = drawings.alt_text(raw)
        place = self._place()
        if "chart" in kinds and (words := self._part_words(kinds["chart"], "id")) is not None:
            self._tell("chart", place=place, alt=alt, text=words)
        elif "relIds" in kinds and (words := self._part_words(kinds["relIds"], "dm")) is not None:
            self._tell("diagram", place=place, alt=alt, text=words)
        elif "OLEObject" in kinds:
            self._tell("embedded", place=place, kind=kinds["OLEObject"].get("ProgID") or "")
        elif "blip" in kinds or "imagedata" in kinds:
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

    # --- notes, headers, comments --------------------------------------------------------------------------------

    def _keep_notes(self, kind: str) -> None:
        root = self.package.related(f"{kind}s")
        for one in root if root is not None else ():
            if one.tag == w(kind) and (one.get(w("type")) or "normal") == "normal":
                self.notes[kind, one.get(w("id")) or ""] = one

    def _call_note(self, kind: str, key: str, like: Run, out: list[Run]) -> None:
        raw = self.notes.pop((kind, key), None)
        if raw is None:
            return
        self.counts[kind] += 1
        label = f"{'e' if kind == 'endnote' else ''}{self.counts[kind]}"
        self.note_labels[label] = self._note_text(raw, f"{kind} {self.counts[kind]}")
        out.append(replace(like, text="", note=label))

    def _note_text(self, raw: etree._Element, _source: str) -> str:
        pieces = self._apart(raw)
        return "\n\n".join(_labelled(one) for one in pieces)

    def _apart(self, raw: etree._Element, part: str = "body") -> list[Block]:
        """The pieces of a container that lies outside the body's order."""
        kept = self.out, self.pending, self.carried, self.fields, self.break_before, self.box, self.toc, self.part
        self.out, self.pending, self.carried, self.fields, self.box, self.toc = [], [], [], [], self.box or -1, 0
        self.part = part
        self._container(raw)
        found = self.out
        self.out, self.pending, self.carried, self.fields, self.break_before, self.box, self.toc, self.part = kept
        return found

    def _uncalled_notes(self) -> None:
        for (kind, _key), raw in list(self.notes.items()):
            text = self._note_text(raw, kind)
            if text.strip():
                self.counts[f"uncalled {kind}"] += 1
                block = Block(0, Role.NOTE, text, source=f"{kind} {self.counts[f'uncalled {kind}']}")
                block.form.part = "note"
                block.remark("note_not_called", doubt=True)
                self._add(block)

    def _furniture(self) -> None:
        seen: set[str] = set()
        for kind, target, outside in self.relations.values():
            if kind not in ("header", "footer") or outside:
                continue
            root = self.package.xml(target)
            outer, self.relations = self.relations, self.package.relations(target)
            for block in self._apart(root, "furniture") if root is not None else ():
                if block.text.strip() and block.text not in seen:
                    seen.add(block.text)
                    block.role, block.source = Role.FURNITURE, kind
                    self._add(block)
            self.relations = outer

    def _comments(self) -> None:
        root = self.package.related("comments")
        for one in root if root is not None else ():
            if one.tag == w("comment"):
                self._tell("comment", author=one.get(w("author")) or "", text=_words(one))


# --- helpers -----------------------------------------------------------------------------------------------------


def _labelled(block: Block) -> str:
    return f"{block.form.label} {block.text}".strip() if block.form.label else block.text


def _words(element: etree._Element) -> str:
    return " ".join(one.text or "" for one in element.iter(w("t"))).strip()


def _stripped(runs: list[Run]) -> list[Run]:
    """Without blanks at the edges, which would hide a typed number."""
    left = list(runs)
    while left and not left[0].note and left[0].change != "del" and not left[0].text.strip():
        left.pop(0)
    if left and not left[0].note:
        left[0] = replace(left[0], text=left[0].text.lstrip())
    return left


def _choice(raw: etree._Element) -> etree._Element | None:
    """One branch of mc:AlternateContent: the first choice with words, else the fallback."""
    branches = [one for one in raw if isinstance(one.tag, str) and one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    for one in branches:
        if next(one.iter(w("t"), w("delText")), None) is not None:
            return one
    return branches[0] if branches else None


def _has_box(raw: etree._Element) -> bool:
    return drawings.has_text_box(raw)


def _outer_boxes(raw: etree._Element) -> Iterator[etree._Element]:
    """Text boxes of a drawing, each once: not the fallback of one that is read, nor a box within a box."""
    for one in raw:
        if not isinstance(one.tag, str):
            continue
        if one.tag == w("txbxContent"):
            yield one
        elif one.tag == f"{_MC}AlternateContent":
            chosen = _choice(one)
            if chosen is not None:
                yield from _outer_boxes(chosen)
        else:
            yield from _outer_boxes(one)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for one in table:
        if one.tag == w("tr"):
            yield one
        elif isinstance(one.tag, str) and etree.QName(one).localname in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _rows(one)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for one in row:
        if one.tag == w("tc"):
            yield one
        elif isinstance(one.tag, str) and etree.QName(one).localname in ("sdt", "sdtContent", "customXml"):
            yield from _cells(one)


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{w('trPr')}/{w('del')}") is not None


def _end_is_deleted(properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    return any(properties.find(f"{w('rPr')}/{w(name)}") is not None for name in ("del", "moveFrom"))


def _has_page_break(raw: etree._Element, *, first: bool = False) -> bool:
    """Whether a paragraph breaks the page; `first`: before its first words."""
    for one in raw.iter(w("br"), w("t")):
        if one.tag == w("br") and one.get(w("type")) == "page":
            return True
        if first and one.tag == w("t") and (one.text or "").strip():
            return False
    return False


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1
