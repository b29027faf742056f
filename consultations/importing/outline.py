"""Blocks to the paper that a commit would enter: sections, paragraphs, questions, annexes, and what blocks it."""

from dataclasses import dataclass, field

from consultations.importing.blocks import Imported, Remark


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
    language: str = "en"
    problems: list[Remark] = field(default_factory=list, compare=False)
    remarks: list[Remark] = field(default_factory=list, compare=False)


def assemble(imported: Imported) -> Outline:
    """The paper as roles, numbers and texts of the blocks say, whoever set them. The same blocks give the same paper.

    Does not change `imported`.
    """
    return Outline(language=imported.language)
