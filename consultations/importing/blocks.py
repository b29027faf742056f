"""What an importer found, piece by piece, in reading order, as JSON that a person can correct."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from consultations.importing.inline import Run, plain


class Role(StrEnum):
    """What a piece of the paper is. The words on the screen stand in `remarks.ROLE_NAMES`."""

    TITLE = "title"
    REFERENCE = "reference"
    HEADING = "heading"  # `level` 1 opens a section; deeper ones stand inside it
    FOREWORD = "foreword"
    STATEMENT = "statement"  # Personal Information Collection Statement
    PARAGRAPH = "paragraph"  # with a number, or text that belongs to what stands before it
    QUESTION = "question"
    ANNEX = "annex"  # the heading of an annex; `number` is its letter
    ANNEX_TEXT = "annex_text"
    CLAUSE = "clause"  # of a marked-up annex: plain text with {++added++} and {--removed--}
    TABLE = "table"
    NOTE = "note"  # a footnote that no paragraph calls
    CONTENTS = "contents"
    FURNITURE = "furniture"
    UNKNOWN = "unknown"


LEFT_OUT = frozenset({Role.CONTENTS, Role.FURNITURE})
"""Roles that do not become part of the paper."""


@dataclass(frozen=True)
class Remark:
    """Something to tell the person who imports: a code, the words that go into its sentence, the block it is about.

    `text` is the text of the file that the remark stands for, when that text is in no block.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    block: int | None = None
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params), "block": self.block, "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["code"], dict(data.get("params") or {}), data.get("block"), data.get("text") or "")


@dataclass
class Form:
    """How a piece looks in the file: what `recognise` reasons from. It is not kept."""

    runs: list[Run] = field(default_factory=list)  # without the automatic label
    label: str = ""  # the automatic number as printed: "12.", "(a)", "Question 3:"
    list_id: str = ""  # one per list of the file, to tell runs of automatic numbers apart
    list_level: int = -1
    bullet: bool = False
    style: str = ""  # lower-case name, English where Word has one
    styles: tuple[str, ...] = ()  # with those that it is based on
    heading: int = 0  # 1 for Heading 1 or outline level 1
    bold: bool = False  # all of the words
    italic: bool = False
    underline: bool = False
    capitals: bool = False
    centred: bool = False
    size: float = 0.0  # points, of most of the words
    indent: int = 0  # twentieths of a point
    box: int = 0  # pieces of one text box, frame or one-column table share a number
    page_break: bool = False  # starts a new page
    toc: bool = False
    part: str = "body"  # or furniture
    cells: "list[list[list[Block]]]" = field(default_factory=list)  # of a table: rows, cells, pieces
    origin: "Block | None" = None  # the table of questions that it was taken from
    notes: dict[str, str] = field(default_factory=dict)  # footnotes that it calls: label to Markdown

    @property
    def plain(self) -> str:
        return plain(self.runs)

    @property
    def changed(self) -> bool:
        return any(one.change for one in self.runs)


@dataclass
class Block:
    """A piece of the paper. Everything but `form` is kept, and everything kept may be corrected by a person.

    `text` is Markdown without the number that is in `number`. Titles, headings and references are plain text, and so
    are clauses, with marks. `source` is a code and a number, "paragraph 214"; `remarks.say_source` puts it in words.
    `confident` is False where a person should look.
    """

    id: int
    role: Role
    text: str
    number: str = ""
    level: int = 0
    source: str = ""
    remarks: list[Remark] = field(default_factory=list)
    confident: bool = True
    form: Form = field(default_factory=Form, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "role": self.role.value,
            "text": self.text,
            "number": self.number,
            "level": self.level,
            "source": self.source,
            "remarks": [one.to_json() for one in self.remarks],
            "confident": self.confident,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        known = {one.name for one in fields(cls)} - {"form", "role", "remarks"}
        return cls(
            role=Role(data["role"]),
            remarks=[Remark.from_json(one) for one in data.get("remarks") or ()],
            **{name: value for name, value in data.items() if name in known},
        )

    def remark(self, code: str, *, doubt: bool = False, **params: object) -> None:
        """Note something about this block; `doubt` asks a person to look."""
        self.remarks.append(Remark(code, {name: str(value) for name, value in params.items()}, self.id))
        if doubt:
            self.confident = False


@dataclass
class Imported:
    """All blocks of a file in reading order, and what is to be said about the file as a whole.

    Every word that a reader of the file sees is in a block or in the `text` of a remark.
    `language` is "en", "zh_hant" or "zh_hans", guessed from the letters.
    """

    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    language: str = "en"

    def to_json(self) -> dict[str, Any]:
        return {
            "blocks": [one.to_json() for one in self.blocks],
            "remarks": [one.to_json() for one in self.remarks],
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            [Block.from_json(one) for one in data.get("blocks") or ()],
            [Remark.from_json(one) for one in data.get("remarks") or ()],
            data.get("language") or "en",
        )
