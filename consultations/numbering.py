"""Numbers in reading order: what would change when a draft is numbered anew, and which words of it name numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from consultations.models import Consultation
from consultations.parts import parts_of

# "paragraph 12", "Question 3", "paragraphs 12 to 15", 第12段, 問題3: for people to look at, nothing is rewritten.
REFERENCE = re.compile(
    r"\b(?:paragraphs?|questions?|sections?)\s+\d+(?:\.\d+)*|第\s*\d+(?:\.\d+)*\s*[段條部]|(?:問題|问题)\s*\d+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Renumbering:
    row: Any
    before: str
    after: str

    @property
    def words(self) -> str:
        """What it is, in the reader's language."""
        return str(self.row._meta.verbose_name)


def numbered_by_section(consultation: Consultation) -> bool:
    """Whether its paragraphs count within their sections: 2.1, 2.2."""
    return bool(consultation.paragraphs.filter(number__contains=".").exists())


def renumbering(consultation: Consultation, *, by_section: bool) -> list[Renumbering]:
    """The sections, paragraphs and questions whose number would become another, in reading order."""
    sections = list(parts_of(consultation, "section"))
    numbers = {section.pk: str(place) for place, section in enumerate(sections, start=1)}
    order = {section.pk: place for place, section in enumerate(sections)}
    wanted: list[tuple[Any, str]] = [(section, numbers[section.pk]) for section in sections]
    counts: dict[int, int] = {}
    paragraphs = sorted(parts_of(consultation, "paragraph"), key=lambda row: (order[row.section_id], row.position))
    for place, row in enumerate(paragraphs, start=1):
        counts[row.section_id] = counts.get(row.section_id, 0) + 1
        number = f"{numbers[row.section_id]}.{counts[row.section_id]}" if by_section else str(place)
        wanted.append((row, number))
    questions = sorted(parts_of(consultation, "question"), key=lambda row: (order[row.section_id], row.position))
    wanted += [(row, str(place)) for place, row in enumerate(questions, start=1)]
    return [Renumbering(row, row.number, number) for row, number in wanted if row.number != number]


def references(texts: Iterable[str]) -> int:
    """How many references to numbers stand in these texts."""
    return sum(len(REFERENCE.findall(text)) for text in texts)
