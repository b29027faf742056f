"""A Word document (.docx) to blocks, without judging what they are."""

import re
from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _
from lxml import etree

from consultations.importing import drawings
from consultations.importing.blocks import Block, Form, Imported, Role
from consultations.importing.compose import with_notes
from consultations.importing.elements import (
    cells_of,
    choice_of,
    count_of,
    end_is_deleted,
    has_page_break,
    is_deleted,
    rows_of,
    stripped,
    words_of,
)
from consultations.importing.inline import Run, all_are, markdown, plain
from consultations.importing.numbering import Label, Numbering
from consultations.importing.package import Package, broken
from consultations.importing.runs import RunReader
from consultations.importing.styles import Paragraphs, Style, look_of, paragraph_of, val, w
from consultations.importing.tables import as_markdown
from portal.common.errors import Refused

# Ten times what a paper of 300 pages has.
MAX_PARAGRAPHS = 40_000

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


def _is_first_letter(properties: etree._Element | None) -> bool:
    """A large first letter in a frame of its own: its paragraph is the next one."""
    frame = properties.find(w("framePr")) if properties is not None else None
    return frame is not None and (val(frame, "dropCap") or "none") != "none"


class _Reader(RunReader):
    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self.numbering = Numbering(package.related("numbering"), self.styles)
        self.out: list[Block] = []
        self.notes: dict[tuple[str, str], etree._Element] = {}
        self.note_labels: dict[str, str] = {}
        self.part = "body"
        self.boxes = 0
        self.toc = 0
        self.carried: list[Run] = []  # of a paragraph whose end was deleted, or a large first letter
        self.carried_like: tuple[etree._Element, Style, Paragraphs, bool] | None = None
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
            self._no_next()
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
            chosen = choice_of(one)
            if chosen is not None:
                self._container(chosen)
        elif name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent", "del", "moveFrom"):
            self._container(one)
        elif name in ("oMathPara", "oMath"):
            self._loose(one)
        elif name in ("altChunk", "subDoc"):
            self._tell("unreadable_part", place=self._place())
        elif next(one.iter(w("t")), None) is not None and name != "sectPr":
            self._tell("unreadable_part", place=self._place(), text=words_of(one))

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
        if _is_first_letter(properties) and plain(runs).strip():
            self.carried, self.carried_like = stripped(runs), (raw, style, layout, toc)
            return
        if end_is_deleted(properties):
            if any(one.change != "del" for one in runs):
                self.carried, self.carried_like = runs, (raw, style, layout, toc)
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

    def _no_next(self) -> None:
        """What was carried stands alone where no paragraph follows."""
        runs, self.carried = self.carried, []
        if runs and self.carried_like is not None:
            raw, style, layout, toc = self.carried_like
            self._finish(raw, runs, self._label(paragraph_of(raw.find(w("pPr"))), layout, style), style, layout, toc)

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
            self.break_before = self.break_before or has_page_break(raw)
            return
        starts_page = self.break_before or bool(layout.page_break) or has_page_break(raw, first=True)
        self.break_before = has_page_break(raw) and not has_page_break(raw, first=True)
        form = Form(
            runs=stripped(runs),
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
        self._no_next()
        self.box, self.carried, self.fields = outer, carried, fields

    def _table(self, raw: etree._Element) -> None:
        self._no_next()
        self.counts["table"] += 1
        number = self.counts["table"]
        rows, spans = [], False
        for row in rows_of(raw):
            cells: list[list[Block]] = []
            for cell in cells_of(row):
                properties = cell.find(w("tcPr"))
                span = count_of(val(properties.find(w("gridSpan")))) if properties is not None else 1
                merged = properties is not None and properties.find(w("vMerge")) is not None
                spans = spans or span > 1 or merged
                cells.append(self._cell(cell))
                cells.extend([] for _extra in range(min(span, 60) - 1))
            if is_deleted(row):
                for block in (one for cell_blocks in cells for one in cell_blocks):
                    block.form.runs = [replace(one, change="del") for one in block.form.runs]
            rows.append(cells)
        self._table_block(rows, number, spans)

    def _cell(self, cell: etree._Element) -> list[Block]:
        outer, self.out = self.out, []
        frame, self.frame = self.frame, False
        self._container(cell)
        self._no_next()
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
        self._no_next()
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
                self._tell("comment", author=one.get(w("author")) or "", text=words_of(one))


def _labelled(block: Block) -> str:
    return f"{block.form.label} {block.text}".strip() if block.form.label else block.text
