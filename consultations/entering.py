"""The outline of a file entered into a draft, with a number of queries that does not grow with its length.

The caller has locked the paper and stands in a transaction; nothing here asks who may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consultations.enums import AnnexKind, SectionKind
from consultations.importing.outline import Outline
from consultations.models import Annex, Clause, Consultation, Paragraph, PersonalInformationStatement, Question, Section
from consultations.outlining import Comparison, merged
from consultations.parts import CHINESE, LAST, STEP, parts_of, written
from portal.common import clock
from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT, render

BATCH = 200
# The first words of a heading, in any language, and the kind of section that it opens.
_KINDS = (
    (SectionKind.INTRODUCTION, ("introduction", "引言", "緒言", "导言", "導言")),
    (SectionKind.BACKGROUND, ("background", "背景")),
    (SectionKind.SEEKING_COMMENTS, ("seeking comments", "invitation to comment", "next steps", "徵詢意見", "征询意见")),
    (SectionKind.PROPOSALS, ("proposal", "proposed", "建議", "建议")),
)
_ASKS = ("do you agree", "do you support", "do you consider", "是否同意", "是否支持", "是否贊成", "是否赞成")


@dataclass(frozen=True)
class Choices:
    """What the officer decided before the commit.

    `add_new`: enter numbers that the draft has not. `remove_gone`: take out numbers that the file has not.
    `take_title`: the file's title replaces the draft's in this language. `older`: the Chinese of the file was made from
    an English text before the present one.
    """

    add_new: bool = True
    remove_gone: bool = False
    take_title: bool = True
    older: bool = False


def enter(paper: Consultation, file: Outline, found: Comparison, choices: Choices, *, taken_in: datetime) -> None:
    """Make, change and remove parts as the comparison says. `taken_in`: when the file came, aware."""
    # A translation that lacks a number is incomplete, not a wish to take it out of the paper.
    choices = replace(choices, remove_gone=choices.remove_gone and not found.second_language)
    work = _Entry(paper, file, found, choices)
    if file.language in CHINESE and not choices.older:
        work.english_then = _english_at(paper, taken_in)
    _enter_head(paper, file, choices)
    work.sections()
    work.paragraphs()
    work.questions()
    work.annexes()
    work.remove()


def _enter_head(paper: Consultation, file: Outline, choices: Choices) -> None:
    code, changed = file.language, []
    if file.title and choices.take_title:
        title = " ".join(file.title.split())
        if len(title) > 250:
            raise Refused(_("The title is too long. Shorten it in the preview."))
        setattr(paper, f"title_{code}", title)
        changed.append(f"title_{code}")
    if file.foreword:
        setattr(paper, f"foreword_{code}", file.foreword)
        setattr(paper, f"foreword_html_{code}", render(file.foreword, limit=PAPER_LIMIT))
        changed += [f"foreword_{code}", f"foreword_html_{code}"]
    if code not in paper.languages:
        paper.languages = [*paper.languages, code]
        changed.append("languages")
    if file.statement and (known := known_statement(file)):
        paper.statement = known
        changed.append("statement")
    if changed:
        paper.save(update_fields=changed)


def known_statement(file: Outline) -> PersonalInformationStatement | None:
    """The version of the statement whose text is the file's, word for word."""
    wanted = " ".join(file.statement.split())
    for row in PersonalInformationStatement.objects.order_by("-version"):
        if " ".join(getattr(row, f"body_{file.language}").split()) == wanted:
            return row
    return None


def _english_at(paper: Consultation, moment: datetime) -> dict[tuple[type[Any], int], str]:
    """The English texts of paragraphs and questions as they stood at a moment."""
    found: dict[tuple[type[Any], int], str] = {}
    models: tuple[Any, ...] = (Paragraph, Question)
    for model in models:
        events = model.pgh_event_model
        rows = events.objects.filter(consultation=paper, pgh_created_at__lte=moment)
        rows = rows.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
        found |= {(model, pk): text for pk, text in rows.values_list("pgh_obj_id", "body_en")}
    return found


def kind_of_section(title: str) -> SectionKind:
    words = title.strip().lower()
    return next((kind for kind, heads in _KINDS if any(head in words[:40] for head in heads)), SectionKind.OTHER)


class _Entry:
    """One commit."""

    def __init__(self, paper: Consultation, file: Outline, found: Comparison, choices: Choices) -> None:
        self.paper, self.file, self.found, self.choices = paper, file, found, choices
        self.code = file.language
        self.gone: list[Any] = []
        self.english_then: dict[tuple[type[Any], int], str] = {}
        self.section_rows: dict[str, Section] = {}
        self.paragraph_rows: dict[str, Paragraph] = {}
        self.moment = clock.now()

    # Parts that are in the file and may be entered, with their rows, old or made now.

    def _rows(self, kind: str, items: Iterable[tuple[str, Any]], column: str = "number") -> "_Merge":
        existing = {getattr(row, column): row for row in parts_of(self.paper, kind)}
        return _Merge(existing, [(number, item) for number, item in items
                                 if number in existing or self.choices.add_new])  # fmt: skip

    def _columns(self, kind: str, number: str, **texts: str) -> dict[str, str]:
        try:
            return written(kind, {name: {self.code: text} for name, text in texts.items()})
        except Refused as refusal:
            raise Refused(f"{_words(kind, number)}: {refusal.message}") from None

    def _order(self, merge: "_Merge", key: Any = None) -> None:
        """Give positions: the file's order, or for a translation the draft's; only where they are others now."""
        in_file, in_draft = [n for n, _i in merge.items], [n for n in merge.existing if n not in merge.removed]
        names = merged(in_draft, in_file) if self.found.second_language else merged(in_file, in_draft)
        order = [merge.rows.get(name) or merge.existing[name] for name in names]
        if key is not None:
            order.sort(key=key)
        step = max(1, min(STEP, LAST // (len(order) + 1)))
        for place, row in enumerate(order, start=1):
            if row.position != place * step:
                row.position = place * step
                merge.note(row, ["position"])

    def _save(self, merge: "_Merge", model: type[Any]) -> None:
        model.objects.bulk_create(merge.new, batch_size=BATCH)
        changed = merge.changed()
        if changed:
            fields = sorted({name for _row, names in changed for name in names})
            model.objects.bulk_update([row for row, _names in changed], fields, batch_size=BATCH)
        self.gone += merge.removed.values()

    def _write(self, merge: "_Merge", row: Any, columns: Mapping[str, Any]) -> None:
        changed = {name for name, value in columns.items() if getattr(row, name) != value}
        for name in changed:
            setattr(row, name, columns[name])
        if changed:
            merge.note(row, changed)

    def _remove_gone(self, merge: "_Merge") -> None:
        if self.choices.remove_gone:
            wanted = {number for number, _item in merge.items}
            left = {number: row for number, row in merge.existing.items() if number not in wanted}
            merge.removed = {number: row for number, row in left.items() if self._has_text(row)}

    def _has_text(self, row: Any) -> bool:
        """In the file's language: what stands in another alone is not the file's to take out."""
        return any(getattr(row, f"{name}_{self.code}", "") for name in ("title", "body"))

    def sections(self) -> None:
        merge = self._rows("section", ((one.number, one) for one in self.file.sections))
        self._remove_gone(merge)
        for number, one in merge.items:
            columns = self._columns("section", number, title=one.title)
            row = merge.existing.get(number)
            if row is None:
                columns |= {"number": number, "kind": kind_of_section(one.title)}
                merge.make(number, Section(consultation=self.paper, position=0, **columns))
            else:
                merge.rows[number] = row
                self._write(merge, row, columns)
        self._order(merge)
        self._save(merge, Section)
        self.section_rows = {**merge.existing, **merge.rows}

    def _section_for(self, number: str, before: Any) -> Section:
        """The section of a new part: the file's; where that was not entered, that of what stands before it."""
        found = self.section_rows.get(number) or (before.section if before is not None else None)
        if found is None:
            found = next(iter(sorted(self.section_rows.values(), key=lambda row: row.position)), None)
        if found is None:
            raise Refused(_("The file has no section that could be entered."))
        return found

    def paragraphs(self) -> None:
        items = [(one.number, (section.number, one)) for section in self.file.sections for one in section.paragraphs]
        merge = self._rows("paragraph", items)
        self._remove_gone(merge)
        self._enter_amendable("paragraph", Paragraph, merge)
        self.paragraph_rows = {**merge.existing, **merge.rows}

    def _enter_amendable(self, kind: str, model: type[Any], merge: "_Merge") -> None:
        before: Any = None
        for number, (section, one) in merge.items:
            columns: dict[str, Any] = self._columns(kind, number, body=one.text)
            row = merge.existing.get(number)
            if row is None:
                place = self._section_for(section, before)
                columns |= {"section": place, "number": number, "position": 0}
                row = merge.make(number, model(consultation=self.paper, **columns))
                if kind == "question":
                    row.asks_position = one.text.strip().lower().startswith(_ASKS)
            else:
                merge.rows[number] = row
                if not self.found.second_language and section in self.section_rows:
                    columns["section"] = self.section_rows[section]
                english = row.body_en
                self._write(merge, row, columns)
                changed = f"body_{self.code}" in merge.changes_of(row)
                self._write(merge, row, self._translation(row, english, changed))
            before = row
        by_section = {row.pk: row.position for row in self.section_rows.values()}
        self._order(merge, key=lambda row: by_section.get(row.section_id, 0))
        self._save(merge, model)

    def _translation(self, row: Any, english: str, changed: bool) -> dict[str, Any]:
        """Whether the translation is behind from now on."""
        chinese = any(getattr(row, f"body_{code}") for code in CHINESE)
        if self.code == "en":
            if changed and english and chinese:
                return {"stale_since": row.stale_since or self.moment, "stale_reason": ""}
            return {}
        if not row.body_en:
            return {}
        then = self.english_then.get((type(row), row.pk))
        if self.choices.older:
            return {"stale_since": row.stale_since or self.moment, "stale_reason": ""}
        if then is not None and then != row.body_en:
            return {"stale_since": row.stale_since or self.moment, "stale_reason": ""}
        return {"stale_since": None, "stale_reason": ""} if changed else {}

    def questions(self) -> None:
        items = [(one.number, (section.number, one)) for section in self.file.sections for one in section.questions]
        merge = self._rows("question", items)
        self._remove_gone(merge)
        self._enter_amendable("question", Question, merge)
        self._tie(merge)

    def _tie(self, merge: "_Merge") -> None:
        """Questions to their paragraphs. A translation changes the ties of no question that the draft has."""
        own = [(row, merge.wanted(number)) for number, row in merge.rows.items()
               if not self.found.second_language or number not in merge.existing]  # fmt: skip
        through = Question.paragraphs.through
        present: dict[int, set[int]] = {}
        for question, paragraph in through.objects.filter(question__consultation=self.paper).values_list(
            "question_id", "paragraph_id"
        ):
            present.setdefault(question, set()).add(paragraph)
        again, links = [], []
        for row, (_section, one) in own:
            wanted = {self.paragraph_rows[n].pk for n in one.paragraphs if n in self.paragraph_rows}
            if wanted != present.get(row.pk, set()):
                again.append(row.pk)
                links += [through(question_id=row.pk, paragraph_id=pk) for pk in sorted(wanted)]
        through.objects.filter(question__in=again).delete()
        through.objects.bulk_create(links, batch_size=1000)

    def annexes(self) -> None:
        merge = self._rows("annex", ((one.key, one) for one in self.file.annexes), column="key")
        self._remove_gone(merge)
        for key, one in merge.items:
            columns = self._columns("annex", key, title=one.title, body=one.text)
            row = merge.existing.get(key)
            if row is None:
                merge.make(
                    key, Annex(consultation=self.paper, key=key, position=0, kind=AnnexKind(one.kind), **columns)
                )
            else:
                merge.rows[key] = row
                if not self.found.second_language and row.kind != AnnexKind.TERMS:
                    columns["kind"] = AnnexKind(one.kind)
                self._write(merge, row, columns)
        self._order(merge)
        self._save(merge, Annex)
        self._clauses(merge)

    def _clauses(self, annexes: "_Merge") -> None:
        known: dict[int, dict[str, Clause]] = {}
        for clause in self.paper.clauses.order_by("position", "pk"):
            known.setdefault(clause.annex_id, {})[clause.number] = clause
        for key, annex in annexes.rows.items():
            existing = known.get(annex.pk, {})
            items = [(one.number, one) for one in annexes.wanted(key).clauses
                     if one.number in existing or self.choices.add_new]  # fmt: skip
            merge = _Merge(existing, items)
            self._remove_gone(merge)
            for number, one in items:
                columns = self._columns("clause", number, body=one.text)
                row = existing.get(number)
                if row is None:
                    merge.make(
                        number, Clause(consultation=self.paper, annex=annex, number=number, position=0, **columns)
                    )
                else:
                    merge.rows[number] = row
                    self._write(merge, row, columns)
            self._order(merge)
            self._save(merge, Clause)

    def remove(self) -> None:
        """Last, when nothing that stays hangs on it any more."""
        for model in (Clause, Question, Paragraph, Annex, Section):
            keys = [row.pk for row in self.gone if type(row) is model]
            if keys:
                model.objects.filter(pk__in=keys).delete()


class _Merge:
    """The parts of one kind: those of the draft, those of the file, and what becomes of each."""

    def __init__(self, existing: Mapping[str, Any], items: Iterable[tuple[str, Any]]) -> None:
        self.existing, self.items = existing, list(items)
        self._wanted = dict(self.items)
        self.rows: dict[str, Any] = {}
        self.new: list[Any] = []
        # By identity: a row that is not saved yet cannot be hashed.
        self._changed: dict[int, tuple[Any, set[str]]] = {}
        self.removed: dict[str, Any] = {}

    def make(self, number: str, row: Any) -> Any:
        self.rows[number] = row
        self.new.append(row)
        return row

    def wanted(self, number: str) -> Any:
        return self._wanted[number]

    def note(self, row: Any, names: Iterable[str]) -> None:
        """These columns of the row are others now."""
        self._changed.setdefault(id(row), (row, set()))[1].update(names)

    def changes_of(self, row: Any) -> set[str]:
        return self._changed[id(row)][1] if id(row) in self._changed else set()

    def changed(self) -> list[tuple[Any, set[str]]]:
        """The rows of the draft that changed, with their columns; without those made now."""
        fresh = {id(row) for row in self.new}
        return [(row, names) for key, (row, names) in self._changed.items() if key not in fresh]


def _words(kind: str, number: str) -> str:
    words = {
        "section": _("Section %(number)s"),
        "paragraph": _("Paragraph %(number)s"),
        "question": _("Question %(number)s"),
        "annex": _("Annex %(number)s"),
        "clause": _("Clause %(number)s"),
    }
    return words[kind] % {"number": number}
