"""A draft as an outline in one language, and how the outline of a file differs from it, number by number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from consultations.importing.outline import Annex, Clause, Outline, Paragraph, Question, Section
from consultations.models import Consultation
from consultations.models import Question as QuestionRow


class Change(StrEnum):
    NEW = "new"  # the draft has no such number
    FILLED = "filled"  # the draft has the number, without a text in this language
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"  # the draft has it, the file has not


@dataclass(frozen=True)
class Difference:
    """One numbered part. `kind`: section, paragraph, question, annex, clause (its number "A/3"), or a text at the
    paper's head: title, foreword."""

    kind: str
    number: str
    change: Change
    before: str = ""
    after: str = ""
    ties_changed: bool = False


@dataclass
class Comparison:
    """`second_language`: the draft has parts and hardly a text in the file's language, so the file translates it."""

    differences: list[Difference] = field(default_factory=list)
    second_language: bool = False
    is_empty: bool = False  # the draft has no parts at all

    def of(self, change: Change) -> list[Difference]:
        return [one for one in self.differences if one.change == change]

    def count(self, change: Change) -> int:
        return len(self.of(change))


def outline_of(consultation: Consultation, language: str, *, written_only: bool = False) -> Outline:
    """The draft's texts in `language`; `written_only`: without the parts that have none. Six queries, whatever its
    length."""
    found = Outline(
        title=getattr(consultation, f"title_{language}"),
        reference=consultation.reference,
        foreword=getattr(consultation, f"foreword_{language}"),
        statement=getattr(consultation.statement, f"body_{language}") if consultation.statement else "",
        language=language,
    )
    paragraphs: dict[int, list[Paragraph]] = defaultdict(list)
    questions: dict[int, list[Question]] = defaultdict(list)
    row: Any
    body = f"body_{language}"
    for row in consultation.paragraphs.order_by("position", "pk").only("number", "section_id", body):
        if getattr(row, body) or not written_only:
            paragraphs[row.section_id].append(Paragraph(row.number, getattr(row, body)))
    tied = QuestionRow.paragraphs.through.objects.filter(question=OuterRef("pk")).order_by("paragraph__position")
    rows = consultation.questions.order_by("position", "pk").only("number", "section_id", body)
    for row in rows.annotate(tied=ArraySubquery(tied.values("paragraph__number"))):
        if getattr(row, body) or not written_only:
            questions[row.section_id].append(Question(row.number, getattr(row, body), list(row.tied)))
    for row in consultation.sections.order_by("position", "pk"):
        section = Section(row.number, getattr(row, f"title_{language}"), paragraphs[row.pk], questions[row.pk])
        if not written_only or section.title or section.paragraphs or section.questions:
            found.sections.append(section)
    clauses: dict[int, list[Clause]] = defaultdict(list)
    for row in consultation.clauses.order_by("position", "pk").only("number", "annex_id", body):
        if getattr(row, body) or not written_only:
            clauses[row.annex_id].append(Clause(row.number, getattr(row, body)))
    for row in consultation.annexes.order_by("position", "pk"):
        found.annexes.append(
            Annex(row.key, getattr(row, f"title_{language}"), row.kind, getattr(row, body), clauses[row.pk])
        )
    return found


@dataclass(frozen=True)
class Entry:
    kind: str
    number: str
    text: str
    ties: tuple[str, ...] = ()


def entries(outline: Outline) -> Iterator[Entry]:
    """Everything of an outline that has a number, in reading order."""
    for section in outline.sections:
        yield Entry("section", section.number, section.title)
        for paragraph in section.paragraphs:
            yield Entry("paragraph", paragraph.number, paragraph.text)
        for question in section.questions:
            yield Entry("question", question.number, question.text, tuple(question.paragraphs))
    for annex in outline.annexes:
        yield Entry("annex", annex.key, f"{annex.title}\n\n{annex.text}".strip())
        for clause in annex.clauses:
            yield Entry("clause", f"{annex.key}/{clause.number}", clause.text)


def compare(draft: Outline, file: Outline) -> Comparison:
    """How the file would change the draft. Parts are the same when kind and number are."""
    before = {(one.kind, one.number): one for one in entries(draft)}
    after = {(one.kind, one.number): one for one in entries(file)}
    # A translation keeps the questions' ties, which the first file made.
    numbered = [one for one in before.values() if one.kind in {"paragraph", "question"}]
    second = bool(numbered) and sum(1 for one in numbered if one.text) * 10 < len(numbered)
    found = Comparison(second_language=second, is_empty=not before)
    for kind, one, two in (("title", draft.title, file.title), ("foreword", draft.foreword, file.foreword)):
        if two:
            found.differences.append(Difference(kind, "", _change(one, two), one, two))
    for key, entry in after.items():
        known = before.get(key)
        if known is None:
            found.differences.append(Difference(*key, Change.NEW, "", entry.text))
            continue
        retied = not second and known.ties != entry.ties
        change = _change(known.text, entry.text)
        if change == Change.UNCHANGED and retied:
            change = Change.CHANGED
        found.differences.append(Difference(*key, change, known.text, entry.text, retied))
    # What the draft has in other languages alone is missed by a translation, and is no matter of this file otherwise.
    left = [(key, one) for key, one in before.items() if key not in after and (second or one.text)]
    found.differences += [Difference(*key, Change.GONE, one.text) for key, one in left]
    return found


def _change(before: str, after: str) -> Change:
    if before.strip() == after.strip():
        return Change.UNCHANGED
    return Change.CHANGED if before else Change.FILLED


def merged(primary: Iterable[Any], secondary: Iterable[Any]) -> list[Any]:
    """All of `primary` in its order; what `secondary` alone has stands after what it follows there."""
    order = list(primary)
    known = set(order)
    after: dict[Any, list[Any]] = defaultdict(list)
    first: list[Any] = []
    previous = None
    for one in secondary:
        if one in known:
            previous = one
        elif previous is None:
            first.append(one)
        else:
            after[previous].append(one)
    return [*first, *(two for one in order for two in (one, *after[one]))]


def counts(outline: Outline) -> Mapping[str, int]:
    """What the file holds: sections, paragraphs, questions, annexes, clauses, tables, footnotes."""
    texts = [one.text for one in entries(outline)] + [outline.foreword]
    tables = sum(1 for text in texts for line in text.split("\n") if _is_rule(line))
    notes = sum(1 for text in texts for line in text.split("\n") if line.startswith("[^") and "]:" in line)
    return {
        "sections": len(outline.sections),
        "paragraphs": sum(len(one.paragraphs) for one in outline.sections),
        "questions": sum(len(one.questions) for one in outline.sections),
        "annexes": len(outline.annexes),
        "clauses": sum(len(one.clauses) for one in outline.annexes),
        "tables": tables,
        "footnotes": notes,
    }


def _is_rule(line: str) -> bool:
    """The line of dashes under the head of a Markdown table."""
    stripped = line.strip()
    return stripped.startswith("|") and "-" in stripped and not stripped.strip("|-: ")
