"""What the workspace of a draft shows: its contents with what is missing, and a section or annex as it will read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q

from consultations.models import Annex, Clause, Consultation, PaperImport, Paragraph, Question, Section
from consultations.page import Piece
from consultations.parts import LANGUAGES, kind_of
from members.viewer import Viewer
from portal.common.translated import HTML_LANG


def languages_of(paper: Consultation) -> list[str]:
    return [code for code in LANGUAGES if code in paper.languages] or ["en"]


@dataclass
class SectionLine:
    """A section in the list of contents. `missing`: texts that a language of the paper lacks; `behind`: translations
    that are older than their original."""

    row: Section
    paragraphs: int = 0
    questions: int = 0
    missing: int = 0
    behind: int = 0


@dataclass
class Contents:
    sections: list[SectionLine] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)

    def total(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.sections)

    @property
    def paragraphs(self) -> int:
        return self.total("paragraphs")

    @property
    def questions(self) -> int:
        return self.total("questions")

    @property
    def missing(self) -> int:
        return self.total("missing")

    @property
    def behind(self) -> int:
        return self.total("behind")


def contents(paper: Consultation) -> Contents:
    """Four queries, whatever the length of the paper."""
    lines = {row.pk: SectionLine(row) for row in paper.sections.order_by("position", "pk")}
    tallies = {f"missing_{code}": Count("pk", filter=Q(**{f"body_{code}": ""})) for code in languages_of(paper)}
    for name in ("paragraphs", "questions"):
        rows = getattr(paper, name).order_by().values("section_id")
        for row in rows.annotate(n=Count("pk"), behind=Count("pk", filter=Q(stale_since__isnull=False)), **tallies):
            line = lines[row["section_id"]]
            setattr(line, name, row["n"])
            line.behind += row["behind"]
            line.missing += sum(row[tally] for tally in tallies)
    for line in lines.values():
        line.missing += sum(1 for code in languages_of(paper) if not getattr(line.row, f"title_{code}"))
    return Contents(list(lines.values()), list(paper.annexes.order_by("position", "pk")))


@dataclass
class Line:
    """A part as it will read, with what is wrong with it. `missing`: the languages of the paper in which it has no
    text."""

    row: Any
    kind: str
    pieces: list[Piece]
    missing: list[str]
    tied: Sequence[str] = ()

    @property
    def is_stale(self) -> bool:
        return getattr(self.row, "stale_since", None) is not None

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.row.pk}"


def pieces(row: Any, names: Iterable[str], codes: Iterable[str]) -> list[Piece]:
    """The texts of a row in these languages, as far as they exist."""
    found = []
    for code in codes:
        html = "".join(getattr(row, f"{name}_{code}") for name in names)
        if html:
            found.append(Piece(html, HTML_LANG[code], False))
    return found


def line(row: Any, codes: Sequence[str], tied: Sequence[str] = ()) -> Line:
    missing = [code for code in codes if not getattr(row, f"body_{code}", getattr(row, f"title_{code}", "-"))]
    return Line(row, kind_of(row), pieces(row, ["html"], codes), missing, tied)


def section_lines(paper: Consultation, section: Section) -> list[Line]:
    """Paragraphs and questions in the order in which the paper will show them. Two queries."""
    codes = languages_of(paper)
    paragraphs = list(paper.paragraphs.filter(section=section).order_by("position", "pk"))
    through = Question.paragraphs.through.objects.filter(question=OuterRef("pk")).order_by("paragraph__position")
    questions = (
        paper.questions.filter(section=section)
        .order_by("position", "pk")
        .annotate(tied=ArraySubquery(through.values("paragraph__number")))
    )
    place = {row.number: number for number, row in enumerate(paragraphs)}
    after: dict[int, list[Any]] = defaultdict(list)
    latest = len(paragraphs) - 1
    for question in reversed(list(questions)):
        inside = [place[number] for number in question.tied if number in place and place[number] <= latest]
        where = max(inside, default=len(paragraphs) - 1)
        latest = where if inside else latest
        after[where].insert(0, question)
    found = [line(one, codes, one.tied) for one in after.pop(-1, [])]
    for number, row in enumerate(paragraphs):
        found.append(line(row, codes))
        found += [line(one, codes, one.tied) for one in after[number]]
    return found


def annex_lines(annex: Annex, paper: Consultation) -> list[Line]:
    """The clauses of an annex, or its defined terms. One query."""
    codes = languages_of(paper)
    if annex.kind == "terms":
        return [Line(row, "term", [], [c for c in codes if not getattr(row, f"term_{c}")]) for row in annex.terms.all()]
    through = Clause.paragraphs.through.objects.filter(clause=OuterRef("pk")).order_by("paragraph__position")
    rows = annex.clauses.order_by("position", "pk").annotate(tied=ArraySubquery(through.values("paragraph__number")))
    return [line(row, codes, row.tied) for row in rows]


def gaps(paper: Consultation, limit: int = 200) -> list[SimpleNamespace]:
    """The paragraphs and questions that lack a language, or whose translation is behind: to be worked through."""
    codes = languages_of(paper)
    lacking = Q(stale_since__isnull=False)
    for code in codes:
        lacking |= Q(**{f"body_{code}": ""})
    found = []
    for model, name in ((Paragraph, "paragraph"), (Question, "question")):
        rows = model.objects.filter(lacking, consultation=paper).order_by("position", "pk")
        columns = [f"body_{code}" for code in codes]
        for row in rows.only("number", "stale_since", "section_id", *columns)[:limit]:
            missing = [code for code in codes if not getattr(row, f"body_{code}")]
            found.append(SimpleNamespace(row=row, kind=name, missing=missing, is_stale=row.stale_since is not None))
    return found


def imports(viewer: Viewer, paper: Consultation) -> list[PaperImport]:
    """The files that were read for this draft, newest first, without what they hold."""
    rows = PaperImport.objects.visible_to(viewer).filter(consultation=paper).select_related("made_by", "committed_by")
    return list(rows.defer("blocks", "remarks").order_by("-created_at"))
