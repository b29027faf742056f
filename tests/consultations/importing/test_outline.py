# ruff: noqa: E501  (one case a line)
"""Blocks to a paper: roles and numbers that a person set are obeyed, and what blocks a commit names its block."""

import pytest

from consultations.importing import Block, Imported, Remark, Role, assemble, say
from consultations.importing.remarks import ROLE_NAMES, SENTENCES, say_source


def blocks(*given: tuple[Role, str, str]) -> Imported:
    made = [Block(place, role, text, number=number) for place, (role, number, text) in enumerate(given, start=1)]
    for one in made:
        one.level = 1 if one.role == Role.HEADING else 0
    return Imported(made)


TITLE, HEAD = (Role.TITLE, "", "Paper"), (Role.HEADING, "1", "Background")


@pytest.mark.parametrize(
    ("given", "code", "block"),
    [
        ([HEAD, (Role.PARAGRAPH, "1", "x")], "title_missing", None),
        ([TITLE], "no_section", None),
        ([TITLE, (Role.PARAGRAPH, "1", "x")], "section_without_title", 2),
        ([TITLE, HEAD, (Role.PARAGRAPH, "1", "x"), (Role.PARAGRAPH, "1", "y")], "paragraph_number_twice", 4),
        ([TITLE, HEAD, HEAD], "section_number_twice", 3),
        ([TITLE, HEAD, (Role.QUESTION, "", "Why?")], "question_without_number", 3),
        ([TITLE, HEAD, (Role.QUESTION, "1", "")], "question_without_text", 3),
        ([TITLE, HEAD, (Role.QUESTION, "1", "a"), (Role.QUESTION, "1", "b")], "question_number_twice", 4),
        ([TITLE, HEAD, (Role.UNKNOWN, "", "?")], "unknown_block", 3),
        ([TITLE, HEAD, (Role.PARAGRAPH, "12345678901", "x")], "number_too_long", 3),
        ([TITLE, HEAD, (Role.ANNEX, "A", "")], "annex_without_title", 3),
        ([TITLE, HEAD, (Role.ANNEX, "A", "x"), (Role.ANNEX, "A", "y")], "annex_letter_twice", 4),
        ([TITLE, HEAD, (Role.PARAGRAPH, "1", "x" * 200_001)], "text_too_long", 3),
    ],
)
def test_what_blocks_a_commit(given: list[tuple[Role, str, str]], code: str, block: int | None) -> None:
    problems = assemble(blocks(*given)).problems
    assert [(one.code, one.block) for one in problems] == [(code, block)]
    assert say(problems[0]) != code


def test_text_without_a_number_joins_and_a_question_is_tied() -> None:
    outline = assemble(
        blocks(
            TITLE,
            HEAD,
            (Role.PARAGRAPH, "", "before"),
            (Role.PARAGRAPH, "1", "one"),
            (Role.PARAGRAPH, "", "more"),
            (Role.QUESTION, "1", "a?"),
            (Role.QUESTION, "2", "b?"),
            (Role.PARAGRAPH, "", "after"),
            (Role.PARAGRAPH, "2", "two"),
            (Role.QUESTION, "3", "c?"),
        )
    )
    (section,) = outline.sections
    assert [(one.number, one.text) for one in section.paragraphs] == [
        ("0A", "before"), ("1", "one\n\nmore"), ("1A", "after"), ("2", "two"),
    ]  # fmt: skip
    assert [(one.number, one.paragraphs) for one in section.questions] == [
        ("1", ["0A", "1"]), ("2", ["0A", "1"]), ("3", ["1A", "2"]),
    ]  # fmt: skip
    assert [one.code for one in outline.remarks] == ["number_derived", "number_derived"]


def test_corrections_are_obeyed() -> None:
    imported = blocks(
        TITLE, HEAD, (Role.PARAGRAPH, "1", "one"), (Role.PARAGRAPH, "1", "two"), (Role.PARAGRAPH, "3", "Is it so?")
    )
    imported.blocks[3].number = "2"
    imported.blocks[4].role = Role.QUESTION
    outline = assemble(Imported.from_json(imported.to_json()))
    assert outline.problems == []
    assert [one.number for one in outline.sections[0].paragraphs] == ["1", "2"]
    assert outline.sections[0].questions[0].paragraphs == ["1", "2"]


def test_assembling_changes_nothing_and_is_the_same_each_time() -> None:
    imported = blocks(TITLE, HEAD, (Role.PARAGRAPH, "", "x"), (Role.TABLE, "", "| a |\n| --- |"))
    before = imported.to_json()
    assert assemble(imported) == assemble(imported)
    assert imported.to_json() == before


def test_every_role_and_remark_has_words() -> None:
    assert set(ROLE_NAMES) == set(Role)
    params = dict.fromkeys(
        [
            "place",
            "number",
            "before",
            "printed",
            "letter",
            "formula",
            "formats",
            "instruction",
            "font",
            "alt",
            "kind",
            "author",
            "count",
            "title",
            "reference",
            "limit",
            "length",
            "paragraphs",
        ],
        "1",
    )
    for code in SENTENCES:
        assert say(Remark(code, params))
    assert say(Remark("picture", {"place": "table 3", "alt": ""})) == (
        "A picture was left out (table 3 of the file): without a description. Describe it in words or add it as a document."
    )
    assert say_source("footnote 2") == "footnote 2 of the file"
