"""A block while its role is being worked out."""

import re
from dataclasses import dataclass, field, replace

from consultations.importing import labels
from consultations.importing.blocks import Block, Form, Role
from consultations.importing.compose import with_notes
from consultations.importing.inline import escape, markdown, skip
from consultations.importing.labels import Asked, Printed


@dataclass
class Piece:
    block: Block
    plain: str = ""  # one line
    label: Printed | None = None
    asked: Asked | None = None
    heading: float = 0.0  # how much it looks like a heading, 0 to 1
    zone: str = "body"  # cover, contents, foreword, statement, body, annex, furniture, note
    done: bool = False
    printed_as: str = ""  # the number of a paragraph that holds nothing but a question
    repeated: bool = False  # a question that stands elsewhere in the paper
    echo: bool = False  # the same as the piece before it, in the other language
    signature: tuple[object, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, block: Block) -> "Piece":
        _read_dash(block)
        raw = block.form.plain if block.role != Role.TABLE else ""
        made = cls(block, raw.strip())
        if block.form.label:
            made.asked = labels.question(f"{block.form.label}\t") or labels.question(raw)
            made.label = labels.automatic(block.form.label)
        else:
            made.asked = labels.question(raw)
            made.label = labels.read(raw)
        made._look_within(raw)
        return made

    def _look_within(self, raw: str) -> None:
        """A paragraph "7. Question 3: ..." that holds nothing but a question."""
        label = self.label
        if label is None or label.kind not in ("number", "dotted") or not label.strong:
            return
        if label.automatic:
            if self.asked is not None and labels.question(f"{self.form.label}\t") is None:
                self.printed_as = label.text
            return
        inner = labels.question(raw[label.length :])
        if self.asked is None and inner is not None and inner.closed:
            self.asked = replace(inner, length=label.length + inner.length)
            self.printed_as = label.text

    @property
    def form(self) -> Form:
        return self.block.form

    @property
    def is_table(self) -> bool:
        return self.block.role == Role.TABLE

    @property
    def weight(self) -> float:
        """The length of the text as a reader feels it: a Chinese character counts for more."""
        return reading_length(self.plain)

    @property
    def after_label(self) -> str:
        return self.plain[self.label.length :].strip() if self.label else self.plain

    @property
    def changed_alone(self) -> bool:
        """Whether it consists of removed words alone."""
        return not self.is_table and not self.plain and self.form.changed

    def absorb(self, other: "Piece") -> None:
        """The text of another piece below its own."""
        self.block.text = f"{self.block.text}\n\n{other.block.text}".strip()
        self.form.runs = [*self.form.runs, *other.form.runs]  # for the account of tracked changes
        self.form.cells = [*self.form.cells, *other.form.cells]

    # --- settling ------------------------------------------------------------------------------------------------

    def settle(self, role: Role, *, number: str = "", level: int = 0) -> None:
        self.block.role, self.block.number, self.block.level = role, number, level
        self.done = True

    def cut(self, count: int, *, unbold: bool = False) -> None:
        """The text again, without the first `count` characters of its words."""
        if self.is_table:
            return
        form = self.form
        form.runs = skip(form.runs, count)
        self.block.text = with_notes(markdown(form.runs, unbold=unbold), form.notes)

    def plain_text(self, count: int = 0) -> str:
        """One line of plain words, without the first `count` characters."""
        return " ".join(self.form.plain.strip()[count:].split())

    def with_label(self) -> None:
        """The text with its own automatic label or bullet in front: it is not the number of a paragraph."""
        form = self.form
        if form.bullet:
            body = self.block.text.replace("\n", "\n" + "  " * (form.list_level + 1))
            self.block.text = "  " * max(form.list_level, 0) + f"- {body}"
            if form.list_level > 0:
                self.block.text = self.block.text.lstrip()
        elif form.label:
            self.block.text = f"{escape(form.label)} {self.block.text}"


_DASH = re.compile(r"[-–—•·●○▪■◆➢►](?:\s+|\t)(?=\S)|[•●▪■◆➢►](?=\S)")


def _read_dash(block: Block) -> None:
    """A typed dash or dot at the start of a line is a bullet."""
    form = block.form
    found = _DASH.match(form.plain) if block.role != Role.TABLE and not form.label and not form.bullet else None
    if found is None or form.heading or form.part == "furniture" or form.plain.rstrip().endswith(("-", "–", "—")):
        return
    form.runs, form.bullet = skip(form.runs, found.end()), True
    form.list_level = max(form.list_level, 0)
    block.text = with_notes(markdown(form.runs), form.notes)


def reading_length(text: str) -> float:
    return sum(2.6 if one >= "\u2e80" else 1.0 for one in text)
