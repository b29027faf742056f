"""Blocks to the paper that a commit would enter: sections, paragraphs, questions, annexes, and what blocks it."""

import re
from dataclasses import dataclass, field

from consultations.importing.blocks import LEFT_OUT, Block, Imported, Remark, Role
from consultations.importing.inline import escape
from consultations.importing.vocabulary import FOREWORD, REFERENCE, STATEMENT, whole
from portal.common.markdown import PAPER_LIMIT, clean_source


@dataclass
class Paragraph:
    number: str
    text: str
    block: int = field(default=0, compare=False)


@dataclass
class Question:
    """`paragraphs` are the numbers of the paragraphs that it is tied to."""

    number: str
    text: str
    paragraphs: list[str] = field(default_factory=list)
    block: int = field(default=0, compare=False)


@dataclass
class Section:
    number: str
    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    block: int = field(default=0, compare=False)


@dataclass
class Clause:
    """Plain text with {++added++} and {--removed--}."""

    number: str
    text: str
    block: int = field(default=0, compare=False)


@dataclass
class Annex:
    """`kind` is a value of consultations.enums.AnnexKind: "text" has `text`, "marked_text" has `clauses`."""

    key: str
    title: str
    kind: str = "text"
    text: str = ""
    clauses: list[Clause] = field(default_factory=list)
    block: int = field(default=0, compare=False)


@dataclass
class Outline:
    """All texts are Markdown but titles and clauses, which are plain.

    `problems` block a commit and name their block; `remarks` tell what `assemble` decided, and block nothing.
    """

    title: str = ""
    reference: str = ""
    foreword: str = ""
    statement: str = ""
    sections: list[Section] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)
    language: str = field(default="en", compare=False)
    problems: list[Remark] = field(default_factory=list, compare=False)
    remarks: list[Remark] = field(default_factory=list, compare=False)


LONGEST_TITLE = 250
LONGEST_NUMBER = 10
LONGEST_CLAUSE_NUMBER = 20
_ITEM = re.compile(r"[-*•+] |\(?[a-z0-9ivxIVX]{1,4}\\?[).]|[（(][一-龥]{1,3}[)）]|[①-⑳]|\|")


def assemble(imported: Imported) -> Outline:
    """The paper as roles, numbers and texts of the blocks say, whoever set them. The same blocks give the same paper.

    Text without a number joins the numbered paragraph before it in its section. Where there is none, where a question
    or a heading stands between, or where the paper numbers nothing, it becomes a paragraph with a number of ours:
    1, 2, 3 in a paper without numbers, else 12A, 12B after 12; `number_derived` says so. Headings below the sections
    stand at the top of the paragraph that follows. A question is tied to the paragraphs of its section since the
    question before; of two questions in a row both have the same. Does not change `imported`.
    """
    return _Assembler(imported).run()


class _Assembler:
    def __init__(self, imported: Imported) -> None:
        self.blocks = imported.blocks
        self.made = Outline(language=imported.language)
        self.section: Section | None = None
        self.annex: Annex | None = None
        self.heads: list[str] = []
        self.heads_block = 0
        self.since: list[str] = []  # paragraphs since the last question of the section
        self.asked = False  # a question stands last
        self.derived: set[str] = set()
        printed = [one.number for one in self.blocks if one.role == Role.PARAGRAPH and one.number]
        self.has_numbers = bool(printed)
        self.used = set(printed)
        self.section_numbers = {one.number for one in self.blocks if one.role == Role.HEADING and one.level <= 1}
        self.last_number = ""
        self.foreword: list[str] = []
        self.statement: list[str] = []

    def run(self) -> Outline:
        for block in self.blocks:
            if block.role not in LEFT_OUT:
                getattr(self, f"_{block.role.value}")(block)
        self._flush_heads()
        self.made.foreword = _joined(self.foreword)
        self.made.statement = _joined(self.statement)
        self._check()
        return self.made

    def _problem(self, code: str, block: int | None = None, **params: str) -> None:
        self.made.problems.append(Remark(code, params, block or None))

    # --- front ---------------------------------------------------------------------------------------------------

    def _title(self, block: Block) -> None:
        self.made.title = _line(self.made.title, block.text)

    def _reference(self, block: Block) -> None:
        found = whole(REFERENCE, block.text)
        text = _one_line((found[1] or found[2]) if found else block.text)
        if self.made.reference and text != self.made.reference:
            self.made.remarks.append(Remark("second_reference", {"reference": text}, block.id))
            return
        self.made.reference = text

    def _foreword(self, block: Block) -> None:
        if not (block.level == 1 and whole(FOREWORD, block.text)):
            self.foreword.append(block.text)

    def _statement(self, block: Block) -> None:
        if not (block.level == 1 and whole(STATEMENT, block.text)):
            self.statement.append(block.text)

    # --- sections ------------------------------------------------------------------------------------------------

    def _heading(self, block: Block) -> None:
        title = _one_line(block.text)
        if block.level > 1 and self.section is not None and self.annex is None:
            text = f"{block.number} {title}".strip()
            self.heads.append(f"{'#' * min(block.level - 1, 4)} {text}")
            self.heads_block = self.heads_block or block.id
            return
        self._open_section(block.number, title, block.id)

    def _open_section(self, number: str, title: str, block: int) -> Section:
        self._flush_heads()
        if not number:
            place = len(self.made.sections) + 1
            while str(place) in self.section_numbers:
                place += 1
            number = str(place)
            self.section_numbers.add(number)
            if title:
                self.made.remarks.append(Remark("section_number_derived", {"number": number, "title": title}, block))
        self.section = Section(number, title, block=block)
        self.made.sections.append(self.section)
        self.annex, self.since, self.asked = None, [], False
        return self.section

    def _here(self, block: Block) -> Section:
        """The section that is open; text before every heading opens one without a title, which blocks a commit."""
        return self.section or self._open_section("", "", block.id)

    def _paragraph(self, block: Block) -> None:
        section = self._here(block)
        text = block.text.strip()
        self.annex = None
        if block.number:
            self._add_paragraph(section, block.number, text, block.id)
            return
        if not text:
            return
        last = section.paragraphs[-1] if section.paragraphs else None
        joins = last is not None and not self.asked and not self.heads
        if joins and last is not None and (last.number not in self.derived or _ITEM.match(text)):
            last.text = _joined([last.text, text])
            return
        self._add_paragraph(section, self._derive(block), text, block.id)

    def _add_paragraph(self, section: Section, number: str, text: str, block: int) -> None:
        section.paragraphs.append(Paragraph(number, _joined([*self.heads, text]), block))
        self.heads, self.heads_block = [], 0
        self.since.append(number)
        self.asked = False
        self.last_number = number

    def _derive(self, block: Block) -> str:
        number = self._next_number()
        self.used.add(number)
        self.derived.add(number)
        self.made.remarks.append(Remark("number_derived", {"number": number}, block.id))
        return number

    def _next_number(self) -> str:
        if not self.has_numbers:
            count = 1
            while str(count) in self.used:
                count += 1
            return str(count)
        base = re.sub(r"[A-Z]+$", "", self.last_number) or "0"
        count = 1
        while f"{base}{_letters(count)}" in self.used:
            count += 1
        return f"{base}{_letters(count)}"

    def _flush_heads(self) -> None:
        """Headings with no paragraph after them stay where they stood: at the end of the paragraph before."""
        if not self.heads or self.section is None:
            return
        if self.section.paragraphs and not self.asked:
            last = self.section.paragraphs[-1]
            last.text = _joined([last.text, *self.heads])
            self.heads, self.heads_block = [], 0
        else:
            place = Block(self.heads_block, Role.PARAGRAPH, "")
            self._add_paragraph(self.section, self._derive(place), "", self.heads_block)

    def _table(self, block: Block) -> None:
        if self.annex is not None:
            self._annex_text(block)
            return
        section = self._here(block)
        last = section.paragraphs[-1] if section.paragraphs else None
        if last is not None and not self.asked and not self.heads:
            last.text = _joined([last.text, block.text])
        else:
            self._add_paragraph(section, self._derive(block), block.text.strip(), block.id)

    def _note(self, block: Block) -> None:
        if self.annex is not None:
            if self.annex.clauses:
                self.annex.clauses[-1].text = _joined([self.annex.clauses[-1].text, block.text])
            else:
                self.annex.text = _joined([self.annex.text, block.text])
        elif self.section is not None and self.section.paragraphs and not self.heads and not self.asked:
            self._table(block)
        elif self.section is not None:
            self.heads.append(block.text)
            self.heads_block = self.heads_block or block.id
        else:
            self.foreword.append(block.text)

    def _question(self, block: Block) -> None:
        section = self._here(block)
        self.annex = None
        self._flush_heads()
        before = section.questions[-1].paragraphs if section.questions else []
        ties = list(self.since or before)
        for remark in block.remarks:
            if remark.code == "question_ties":
                ties = [one for one in remark.params["paragraphs"].split(",") if one]
        section.questions.append(Question(block.number, block.text.strip(), ties, block.id))
        self.since, self.asked = [], True

    # --- annexes -------------------------------------------------------------------------------------------------

    def _annex(self, block: Block) -> None:
        self._flush_heads()
        kind = "terms" if block.level == 2 else "text"
        self.annex = Annex(block.number, _one_line(block.text), kind, block=block.id)
        self.made.annexes.append(self.annex)

    def _open_annex(self, block: Block) -> Annex:
        if self.annex is None:
            self._annex(Block(block.id, Role.ANNEX, "", number=""))
        assert self.annex is not None
        return self.annex

    def _annex_text(self, block: Block) -> None:
        annex = self._open_annex(block)
        text = block.text.strip()
        if block.role == Role.ANNEX_TEXT and block.number:
            text = f"{escape(block.number)} {text}"
        if annex.clauses:
            annex.clauses[-1].text = _joined([annex.clauses[-1].text, text])
        else:
            annex.text = _joined([annex.text, text])

    def _clause(self, block: Block) -> None:
        annex = self._open_annex(block)
        if block.number:
            annex.kind = "marked_text"
            annex.clauses.append(Clause(block.number, block.text.strip(), block.id))
        elif annex.clauses:
            annex.clauses[-1].text = _joined([annex.clauses[-1].text, block.text])
        elif block.text.strip() and "{++" not in block.text and "{--" not in block.text:
            annex.kind = "marked_text"
            annex.text = _joined([annex.text, escape(block.text)])
        elif block.text.strip():
            annex.kind = "marked_text"
            annex.clauses.append(Clause("0", block.text.strip(), block.id))
            self.made.remarks.append(Remark("clause_number_derived", {"number": "0"}, block.id))

    def _unknown(self, block: Block) -> None:
        if block.text.strip():
            self._problem("unknown_block", block.id)

    # --- what blocks a commit ------------------------------------------------------------------------------------

    def _check(self) -> None:
        made = self.made
        if not made.title:
            self._problem("title_missing")
        if not made.sections:
            self._problem("no_section")
        self._long("title_too_long", made.title, LONGEST_TITLE, 0)
        self._long("reference_too_long", made.reference, 20, 0)
        for section in made.sections:
            if not section.title:
                self._problem("section_without_title", section.block, number=section.number)
            self._long("title_too_long", section.title, LONGEST_TITLE, section.block)
        for annex in made.annexes:
            if not annex.title:
                self._problem("annex_without_title", annex.block, letter=annex.key)
            if not annex.key:
                self._problem("annex_without_letter", annex.block)
            self._long("title_too_long", annex.title, LONGEST_TITLE, annex.block)
            self._long("text_too_long", annex.text, PAPER_LIMIT, annex.block)
            self._once(
                "clause_number_repeated", [(one.number, one.block) for one in annex.clauses], LONGEST_CLAUSE_NUMBER
            )
        paragraphs = [one for section in made.sections for one in section.paragraphs]
        asked = [one for section in made.sections for one in section.questions]
        self._once("section_number_twice", [(one.number, one.block) for one in made.sections])
        self._once("paragraph_number_twice", [(one.number, one.block) for one in paragraphs])
        self._once("question_number_twice", [(one.number, one.block) for one in asked if one.number])
        self._once("annex_letter_twice", [(one.key, one.block) for one in made.annexes if one.key])
        for paragraph in paragraphs:
            if not paragraph.text:
                self._problem("paragraph_without_text", paragraph.block, number=paragraph.number)
            self._long("text_too_long", paragraph.text, PAPER_LIMIT, paragraph.block)
        for question in asked:
            if not question.number:
                self._problem("question_without_number", question.block)
            if not question.text:
                self._problem("question_without_text", question.block, number=question.number)
            self._long("text_too_long", question.text, PAPER_LIMIT, question.block)

    def _once(self, code: str, numbers: list[tuple[str, int]], longest: int = LONGEST_NUMBER) -> None:
        seen: set[str] = set()
        for number, block in numbers:
            if number in seen:
                self._problem(code, block, number=number)
            seen.add(number)
            if len(number) > longest:
                self._problem("number_too_long", block, number=number, limit=str(longest))

    def _long(self, code: str, text: str, limit: int, block: int) -> None:
        if len(text) > limit:
            self._problem(code, block, length=str(len(text)), limit=str(limit))


def _joined(texts: list[str]) -> str:
    return clean_source("\n\n".join(one.strip() for one in texts if one.strip()))


def _one_line(text: str) -> str:
    return " ".join(clean_source(text).split())


def _line(before: str, text: str) -> str:
    """Two lines of a title as one; Chinese takes no space between."""
    text = _one_line(text)
    if not before or not text:
        return before or text
    tight = before[-1] >= "\u2e80" and text[0] >= "\u2e80"
    return f"{before}{'' if tight else ' '}{text}"


def _letters(count: int) -> str:
    return chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
