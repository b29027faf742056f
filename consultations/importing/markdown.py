r"""A paper as one Markdown text, out and in.

    # Title of the paper

    Reference: CP 2026/05

    ## Foreword

    Text of the foreword.

    ## Personal Information Collection Statement

    Text.

    ## 1. Background

    1. First paragraph.

    (a) It may have several blocks, tables and footnotes[^1].

    [^1]: Which stand in the paragraph.

    ### Heading within the section

    2. The paragraph below that heading.

    > **Question 1**
    >
    > Text of the question, tied to the paragraphs since the question before.

    > **Question 2** (paragraphs 1, 2)
    >
    > Tied to other paragraphs than these.

    ## Annex A: Title

    Text.

    ## Annex B: Title (marked-up text)

    **5.1** A clause with {++added++} and {--removed--} words.

Sections are "## number. title". A paragraph begins with "12. " or "1.2 "; another sort of number stands as "[§ x] ".
A line of text that looks like such a beginning has one backslash more in front; a heading within a foreword, a
statement or an annex has two "#" more. In Chinese papers the words are 前言, 收集個人資料聲明, 問題, 附錄.

What people write by hand is read as well: "**12.** text", "12) text", "Question 3: text" in a quote, in bold or as a
heading, sections without numbers, "# Section" instead of "## Section".
"""

import re

from django.utils.translation import gettext as _

from consultations.importing import labels
from consultations.importing.beginnings import (
    ANNEX_HEAD,
    CLAUSE,
    DOTTED,
    HEAD,
    KINDS,
    NUMBER,
    ODD,
    ODD_SECTION,
    QUESTION_HEAD,
    REGULAR,
    SECTION,
    WORDS,
    bare,
    begins_question,
    escaped,
    shifted,
    unescaped,
    unshifted,
)
from consultations.importing.blocks import Block, Imported, Role
from consultations.importing.outline import Annex, Outline, Paragraph, Question, Section
from consultations.importing.paragraphs import check_numbers
from consultations.importing.structure import language_of
from consultations.importing.vocabulary import ANNEX, CONTENTS, FOREWORD, STATEMENT, whole
from portal.common.errors import Refused
from portal.common.markdown import clean_source

MAX_TEXT = 4_000_000


# --- out ---------------------------------------------------------------------------------------------------------


def write_markdown(outline: Outline) -> str:
    """The paper as one text; reading and assembling it gives the same outline."""
    foreword, statement, *_rest, reference = WORDS.get(outline.language, WORDS["en"])
    parts = [f"# {outline.title}".rstrip()]
    if outline.reference:
        parts.append(f"{reference}: {outline.reference}")
    for name, text in ((foreword, outline.foreword), (statement, outline.statement)):
        if text:
            parts.extend([f"## {name}", shifted(text)])
    for section in outline.sections:
        parts.extend(_section(section, outline.language))
    for annex in outline.annexes:
        parts.extend(_annex(annex, outline.language))
    return "\n\n".join(parts) + "\n"


def _section(section: Section, language: str) -> list[str]:
    head = f"{section.number}. {section.title}"
    found = SECTION.fullmatch(head)
    if found is None or (found[1], found[2]) != (section.number, section.title):
        head = f"[§ {section.number}] {section.title}"
    parts = [f"## {head}"]
    waiting = list(section.questions)
    since: list[str] = []
    before: list[str] = []
    for paragraph in [*section.paragraphs, None]:
        while waiting and (paragraph is None or _is_due(waiting[0], section, paragraph)):
            question = waiting.pop(0)
            usual = since or before
            parts.append(_question(question, question.paragraphs != usual, language))
            before, since = question.paragraphs, []
        if paragraph is not None:
            parts.extend(_paragraph(paragraph))
            since.append(paragraph.number)
    return parts


def _is_due(question: Question, section: Section, following: Paragraph) -> bool:
    """Whether the last paragraph that a question is tied to has been written."""
    places = {one.number: place for place, one in enumerate(section.paragraphs)}
    tied = [places[number] for number in question.paragraphs if number in places]
    return max(tied, default=-1) < places[following.number]


def _paragraph(paragraph: Paragraph) -> list[str]:
    heads, rest = [], paragraph.text
    while (found := re.match(r"(#{1,4}) (\S[^\n]*)(?:\n\n|$)", rest)) and found[2] == " ".join(found[2].split()):
        if labels.question(bare(found[2])) or rest[found.end() :][:1].isspace():
            break
        heads.append(f"##{found[1]} {found[2]}")
        rest = rest[found.end() :]
    number = paragraph.number
    if REGULAR.fullmatch(number):
        begin = f"{number}."
    else:
        begin = number if DOTTED.fullmatch(number) else f"[§ {number}]"
    return [*heads, f"{begin} {escaped(rest, first=False)}".rstrip()]


def _question(question: Question, explicit: bool, language: str) -> str:
    word, tied = WORDS.get(language, WORDS["en"])[2], WORDS.get(language, WORDS["en"])[4]
    number = (
        question.number if re.fullmatch(r"\d{1,3}(?:\([a-z0-9]+\))?", question.number) else f"[§ {question.number}]"
    )
    head = f"**{word} {number}**" + (f" ({tied} {', '.join(question.paragraphs)})" if explicit else "")
    lines = [head, "", *escaped(question.text).split("\n")]
    return "\n".join(f"> {line}".rstrip() if not line else f"> {line}" for line in lines)


def _annex(annex: Annex, language: str) -> list[str]:
    word = WORDS.get(language, WORDS["en"])[3]
    key = annex.key if re.fullmatch(r"[A-Z0-9一二三四五六七八九十]{1,4}", annex.key) else f"[§ {annex.key}]"
    title = annex.title
    if annex.kind != "text" or any(title.endswith(one) for one in KINDS.values()):
        title = f"{title} {KINDS[annex.kind]}"
    parts = [f"## {word} {key}: {title}"]
    if annex.text:
        parts.append(shifted(annex.text, clauses=annex.kind == "marked_text"))
    for clause in annex.clauses:
        parts.append(f"**{clause.number}** {shifted(clause.text, clauses=True, first=False)}".rstrip())
    return parts


# --- in ----------------------------------------------------------------------------------------------------------


def read_markdown(text: str) -> Imported:
    """The recognised blocks of a paper in Markdown. Raises `Refused` when it is too long."""
    if len(text) > MAX_TEXT:
        raise Refused(
            _("The text is too long: %(length)s characters. At most %(limit)s fit.")
            % {"length": f"{len(text):,}", "limit": f"{MAX_TEXT:,}"}
        )
    text = re.sub(r"\A---\n.*?\n(?:---|\.\.\.)\n", "", clean_source(text), flags=re.DOTALL)
    return _Reader(re.sub(r"\A(\S[^\n]*)\n=+[ ]*(?=\n|\Z)", r"# \1", text)).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.blocks: list[Block] = []
        self.zone = "front"
        self.open: Block | None = None
        self.buffer: list[str] = []
        self.shift = sum(bool(re.match(r"# ", line)) for line in self.lines) > 1
        self.fresh = True
        self.quoted = False

    def read(self) -> Imported:
        for number, line in enumerate(self.lines, start=1):
            self._line(line, number)
            self.fresh = not line.strip() or bool(HEAD.match(line))
        self._close()
        for number, block in enumerate(self.blocks, start=1):
            block.id = number
        made = Imported(list(self.blocks), [], language_of(self.blocks))
        check_numbers(made)
        return made

    # --- lines ---------------------------------------------------------------------------------------------------

    def _line(self, line: str, number: int) -> None:
        head = HEAD.match(line) if not line.startswith("\\") else None
        if head or line in ("#", "##"):
            if head and self._keeps_heading(head):
                self._text(line, number)
            else:
                self._head(len(head[1]) if head else len(line), head[2].strip() if head else "", number)
        elif self.zone == "section" and line.startswith(">") and (self.quoted or begins_question(line)):
            self._quote(line[2:] if line.startswith("> ") else line[1:], number)
        elif self.zone in ("section", "front") and not line.startswith("\\") and self._begins(line, number):
            pass
        elif self.zone == "annex" and (found := CLAUSE.match(line)) and self.marked:
            self._start(Role.CLAUSE, number, found[1])
            self.buffer.append(line[found.end() :])
        else:
            self._text(line, number)
        if not line.startswith(">"):
            self.quoted = False

    def _keeps_heading(self, head: re.Match[str]) -> bool:
        """Headings below the second depth within a foreword, statement or annex are part of its text."""
        return self.zone in ("foreword", "statement", "annex") and len(head[1]) >= (2 if self.shift else 3)

    def _head(self, depth: int, title: str, number: int) -> None:
        if depth == 1 and not any(one.role == Role.TITLE for one in self.blocks) and self.zone == "front":
            self._start(Role.TITLE, number)
            self._now(title)
            return
        if self.shift:
            depth += 1
        if self.zone == "section" and (asked := labels.question(bare(title))) and depth > 2:
            self._start(Role.QUESTION, number, asked.number)
            self.buffer.append(bare(title)[asked.length :].strip())
            return
        if depth > 2 and self.zone == "section":
            self._start(Role.HEADING, number, level=depth - 1)
            self._now(title)
            return
        self._open_part(title, number)

    def _open_part(self, title: str, number: int) -> None:
        bare = title.strip("* ")
        if whole(FOREWORD, bare) or whole(STATEMENT, bare):
            self.zone = "foreword" if whole(FOREWORD, bare) else "statement"
            self._start(Role.FOREWORD if self.zone == "foreword" else Role.STATEMENT, number, level=1)
            self._now(bare)
        elif whole(CONTENTS, bare):
            self.zone = "contents"
            self._start(Role.CONTENTS, number)
            self._now(bare)
        elif found := ANNEX_HEAD.fullmatch(title):
            self._open_annex(found[1] if found[1] is not None else found[2], found[3], number)
        elif (loose := ANNEX.fullmatch(bare)) and (loose[2] or not loose[3]):
            self._open_annex((loose[2] or "").upper(), loose[3], number)
        else:
            self.zone = "section"
            odd, usual = ODD_SECTION.fullmatch(title + ("" if " " in title else " ")), SECTION.fullmatch(title)
            found = odd or usual
            self._start(Role.HEADING, number, found[1] if found else "", level=1)
            self._now(found[2].strip() if found else bare)

    def _open_annex(self, key: str, title: str, number: int) -> None:
        kind = next((kind for kind, suffix in KINDS.items() if title.endswith(suffix)), "")
        if kind:
            title = title.removesuffix(KINDS[kind]).rstrip()
        self.zone, self.marked = "annex", kind == "marked_text"
        self._start(Role.ANNEX, number, key, level=2 if kind == "terms" else 1)
        self._now(title)

    def _quote(self, line: str, number: int) -> None:
        found = QUESTION_HEAD.match(line)
        if found:
            self._start(Role.QUESTION, number, found[1] if found[1] is not None else found[2])
            if found[3] is not None and self.open is not None:
                ties = [one.strip() for one in re.split(r"[,、，]", found[3]) if one.strip()]
                self.open.remark("question_ties", paragraphs=",".join(ties))
            self.quoted = True
        elif not line.startswith("\\") and (asked := labels.question(bare(line))):
            self._start(Role.QUESTION, number, asked.number)
            self.buffer.append(bare(line)[asked.length :].strip())
            self.quoted = True
        else:
            self.buffer.append(unescaped(line))

    def _begins(self, line: str, number: int) -> bool:
        if (odd := ODD.match(line)) and self.fresh:
            self._start(Role.PARAGRAPH, number, odd[1])
            self.buffer.append(line[odd.end() :])
        elif (found := NUMBER.match(line)) and (self.fresh or self._next(found[1])):
            self._start(Role.PARAGRAPH, number, found[1])
            self.buffer.append(line[found.end() :])
        elif (asked := labels.question(bare(line))) and self.fresh and not line.startswith(">"):
            self._start(Role.QUESTION, number, asked.number)
            rest = bare(line)[asked.length :].strip()
            self.buffer.append(rest)
        elif re.match(r"(?:Reference|檔號|档号): ", line) and self.zone == "front":
            self._start(Role.REFERENCE, number)
            self._now(line.partition(": ")[2])
        else:
            return False
        return True

    def _next(self, number: str) -> bool:
        """Whether a number follows that of the open paragraph: people leave out the blank line between."""
        last = self.open.number if self.open is not None and self.open.role == Role.PARAGRAPH else ""
        return last.isdigit() and number == str(int(last) + 1)

    def _text(self, line: str, number: int) -> None:
        roles = {
            "foreword": Role.FOREWORD,
            "statement": Role.STATEMENT,
            "annex": Role.ANNEX_TEXT,
            "contents": Role.CONTENTS,
        }
        if self.open is None:
            if not line.strip():
                return
            self._start(roles.get(self.zone, Role.PARAGRAPH if self.zone == "section" else Role.FOREWORD), number)
        if self.zone in ("foreword", "statement", "annex"):
            self.buffer.append(unshifted(line, clauses=self.marked))
        elif self.open is not None and self.open.role == Role.QUESTION and line.strip() and self._question_is_over():
            self._start(Role.PARAGRAPH, number)
            self.buffer.append(unescaped(line))
        else:
            self.buffer.append(unescaped(line))

    def _question_is_over(self) -> bool:
        """Whether a line outside a quote is no longer part of the open question, which has its words."""
        return not self.quoted and self.fresh and any(one.strip() for one in self.buffer)

    # --- blocks --------------------------------------------------------------------------------------------------

    marked = False

    def _start(self, role: Role, line: int, number: str = "", level: int = 0) -> None:
        self._close()
        self.open = Block(0, role, "", number=number, level=level, source=f"line {line}")
        self.blocks.append(self.open)

    def _now(self, text: str) -> None:
        """A block of one line."""
        if self.open is not None:
            self.open.text = text
        self.open, self.buffer = None, []

    def _close(self) -> None:
        if self.open is not None:
            self.open.text = "\n".join(self.buffer).strip()
        self.open, self.buffer = None, []
