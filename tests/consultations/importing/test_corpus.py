# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Papers of 60 pages and more whose truth is known: what is found against what is there."""

import io
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from consultations.importing import Imported, Outline, Role, assemble, import_word, read_markdown, write_markdown
from tests.consultations.importing import corpus
from tests.consultations.importing.corpus import Truth
from tests.consultations.importing.words import missing, tokens, words_of_file

PAPERS = {
    "Word's own means, English": lambda: corpus.proper("en"),
    "Word's own means, numbers by section, English": lambda: corpus.proper("en", seed=3, dotted=True),
    "Word's own means, Chinese": lambda: corpus.proper("zh_hant", seed=4),
    "Word's own means, numbers by section, Chinese": lambda: corpus.proper("zh_hant", seed=5, dotted=True),
    "hurried, English": lambda: corpus.hurried("en"),
    "hurried, Chinese": lambda: corpus.hurried("zh_hant", seed=7),
}
Paper = tuple[bytes, Truth]


def pages(truth: Truth) -> float:
    return truth.words / (620 if truth.zh else 380)


def bare(text: str) -> str:
    return text.replace("\\", "").replace("*", "")


def found_of(outline: Outline, truth: Truth) -> dict[str, tuple[int, int]]:
    """How many of each kind were found where the truth has them, and how many the truth has."""
    paragraphs = {one.number: bare(one.text) for section in outline.sections for one in section.paragraphs}
    questions = {one.number: one.text for section in outline.sections for one in section.questions}
    everything = "\n".join([*paragraphs.values(), *(one.text for one in outline.annexes), outline.foreword])
    titles = Counter((one.title) for one in outline.sections)
    clauses = Counter(clause.number for one in outline.annexes for clause in one.clauses)
    return {
        "sections": (sum(titles[title] > 0 for _number, title in truth.sections), len(truth.sections)),
        "paragraphs": (
            sum(bare(words)[:9] in paragraphs.get(number, "") for number, words in truth.paragraphs), len(truth.paragraphs),
        ),
        "questions": (
            sum(questions.get(number, "").startswith(words[:9]) for number, words in truth.questions), len(truth.questions),
        ),
        "annexes": (sum((one.key, one.title) in truth.annexes for one in outline.annexes), len(truth.annexes)),
        "clauses": (sum(clauses[number] == 1 for number in truth.clauses), len(truth.clauses)),
        "tables": (sum(f"{key} |" in everything for key in truth.tables), len(truth.tables)),
        "footnotes": (sum(note in everything for note in truth.notes), len(truth.notes)),
    }  # fmt: skip


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS.keys())
def test_everything_is_found(
    make: Callable[[], Paper], record_property: Callable[[str, str], None], request: pytest.FixtureRequest
) -> None:
    content, truth = make()
    assert pages(truth) >= 60
    imported = import_word(content)
    outline = assemble(imported)
    found = found_of(outline, truth)
    name = request.node.callspec.id
    said = ", ".join(f"{kind} {one}/{all_}" for kind, (one, all_) in found.items())
    record_property("figure", f"Import, {name}, {pages(truth):.0f} pages: {said}")
    assert all(one == all_ for one, all_ in found.values()), said
    # And nothing beyond the truth.
    assert [one.number for section in outline.sections for one in section.paragraphs] == [
        one for one, _w in truth.paragraphs
    ]
    assert [one.number for section in outline.sections for one in section.questions] == [
        one for one, _w in truth.questions
    ]
    assert [one.title for one in outline.sections] == [title for _n, title in truth.sections]
    assert (outline.title, outline.reference, outline.problems) == (truth.title, truth.reference, [])
    assert outline.foreword
    assert outline.statement
    assert outline.language == truth.language


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS.keys())
def test_no_word_is_dropped_in_silence(make: Callable[[], Paper]) -> None:
    content, _truth = make()
    imported = import_word(content)
    assert missing(content, imported) == {}
    # The check can fail: a block less, and its words are missed.
    long = max((one for one in imported.blocks if one.role == Role.PARAGRAPH), key=lambda one: len(one.text))
    fewer = Imported([one for one in imported.blocks if one is not long], imported.remarks)
    assert missing(content, fewer) != {}


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS.keys())
def test_the_outline_has_the_words_of_its_blocks_and_markdown_brings_it_back(make: Callable[[], Paper]) -> None:
    imported = import_word(make()[0])
    outline = assemble(imported)
    text = write_markdown(outline)
    left_out = (Role.CONTENTS, Role.FURNITURE)
    blocks = sum(
        (tokens(f"{one.number} {one.text}") for one in imported.blocks if one.role not in left_out), Counter[str]()
    )
    assert blocks - tokens(text) - tokens("檔號 Reference") == {}
    again = assemble(read_markdown(text))
    assert again == outline
    assert again.problems == []
    assert assemble(Imported.from_json(imported.to_json())) == outline


def test_a_paper_of_300_pages(tmp_path: Path, record_property: Callable[[str, str], None]) -> None:
    content, truth = corpus.proper("en", seed=11, per_section=96)
    assert pages(truth) >= 300
    path = tmp_path / "paper.docx"
    path.write_bytes(content)
    started = time.perf_counter()
    alone = docx.Document(io.BytesIO(content))
    words = sum(len(one.text.split()) for one in alone.paragraphs)
    python_docx = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    outline = assemble(import_word(path.read_bytes()))
    took = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    record_property(
        "figure",
        f"Import of {pages(truth):.0f} pages ({words:,} words): {took:.1f} s, {took / python_docx:.1f} times python-docx reading"
        f" the paragraphs alone ({python_docx:.1f} s), memory grew by {grown:.0f} MB",
    )
    assert all(one == all_ for one, all_ in found_of(outline, truth).values())
    assert took < 20
    assert grown < 500


def test_the_words_of_a_file_are_counted() -> None:
    content, _truth = corpus.hurried("en", per_section=2)
    assert sum(words_of_file(content).values()) > 1000


@pytest.mark.parametrize("seed", [27, 30, 41, 42, 43])
@pytest.mark.parametrize("language", ["en", "zh_hant"])
def test_other_papers_of_the_same_sorts(seed: int, language: str) -> None:
    for content, truth in (
        corpus.hurried(language, seed=seed, per_section=9),
        corpus.proper(language, seed=seed, dotted=bool(seed % 2), per_section=9),
    ):
        imported = import_word(content)
        outline = assemble(imported)
        assert [one.number for section in outline.sections for one in section.paragraphs] == [
            n for n, _w in truth.paragraphs
        ]
        assert [one.number for section in outline.sections for one in section.questions] == [
            n for n, _w in truth.questions
        ]
        assert [one.title for one in outline.sections] == [title for _n, title in truth.sections]
        assert outline.problems == []
        assert missing(content, imported) == {}
