"""Footnotes that are typed: a mark in the text, and a line below that begins with it. None is lost."""

import pytest

from consultations.importing import say
from portal.common.markdown import PAPER_LIMIT, render
from tests.consultations.importing.build import para, run
from tests.consultations.importing.test_variations import COVER, bold, long, read, shape, typed

RAISED = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("[1]", "[1] See the circular."),
        ("[1]", "[1]\tSee the circular."),
        ("[1]", "[1]: See the circular."),
        ("［1］", "［1］　See the circular."),
        ("¹", "¹ See the circular."),
    ],
)
def test_a_typed_note_is_a_footnote_of_the_text_that_calls_it(call: str, line: str) -> None:
    made, o = read(
        COVER,
        bold("Introduction"),
        para(f"1.\tIt began in 2023.{call} {long()}"),
        *typed(2, 2),
        para(line),
        *typed(4, 1),
    )
    first, *rest = o.sections[0].paragraphs
    assert first.text.startswith("It began in 2023.[^1] ")
    assert first.text.endswith("\n\n[^1]: See the circular.")
    assert '<li value="1">' in render(first.text, limit=PAPER_LIMIT)
    assert not any("circular" in one.text for one in rest)
    assert shape(o) == [("Introduction", ["1", "2", "3", "4"], [])]
    said = [say(remark) for block in made.blocks for remark in block.remarks]
    assert [one for one in said if "typed footnote" in one] == [
        f"The typed footnote {line[: len(call)]} was taken for a footnote of this text."
    ]


def test_raised_numbers_call_a_note_and_powers_do_not() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        para(run("1.\tIt began.") + run("2", RAISED) + run(" A room of 5 m") + run("2", RAISED) + run(" " + long())),
        *typed(2, 1),
        para(run("2", RAISED) + run(" See the circular.")),
    )
    text = o.sections[0].paragraphs[0].text
    assert text.startswith("It began.[^2] A room of 5 m^2^ ")
    assert text.endswith("[^2]: See the circular.")


def test_numbers_that_start_again_on_each_page() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        para(f"1.\tIt began.[1] {long()}"),
        para("[1] On the first page."),
        para(f"2.\tIt went on.[1] {long()}"),
        para("[1] On the second page."),
        *typed(3, 2),
    )
    one, two = o.sections[0].paragraphs[:2]
    assert one.text.endswith("[^1]: On the first page.")
    assert two.text.endswith("[^1a]: On the second page.")


def test_what_no_text_calls_or_several_is_shown_and_stays() -> None:
    made, o = read(
        COVER,
        bold("Introduction"),
        para(f"1.\tOnce.[1] Twice.[1] {long()}"),
        para("[1] Called twice."),
        para("[2] Never called."),
        para("[2024] HKCFI 12 was followed."),
        *typed(2, 4),
    )
    for words in ("Called twice.", "Never called.", "HKCFI 12"):
        assert words in o.sections[0].paragraphs[0].text
    looks = [block.text for block in made.blocks if not block.confident]
    assert looks == ["[1] Called twice.", "[2] Never called."]


def test_paragraphs_that_are_numbered_in_brackets_are_no_notes() -> None:
    made, _o = read(
        COVER,
        bold("Introduction"),
        *(para(f"[{number}] See [{number + 1}] below. {long()}") for number in range(1, 9)),
    )
    assert not any("[^" in block.text for block in made.blocks)
