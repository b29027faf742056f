# ruff: noqa: E501  (one case a line)
"""Runs of Word as Markdown that shows the same letters, and the numbers that Word counts."""

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultations.importing.inline import Run, markdown, marked, plain, skip
from consultations.importing.numerals import chinese, from_chinese, from_roman, roman, value_of, written
from portal.common.markdown import PAPER_LIMIT, render

_run = st.builds(
    Run,
    st.text(alphabet="ab1.* _#-+[]()^~`|<>&\\「」，。問\n", max_size=12),
    bold=st.booleans(), italic=st.booleans(), struck=st.booleans(), raised=st.sampled_from(["", "", "sup", "sub"]),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_run, max_size=6))
@example([Run("[["), Run("]"), Run("()")])
@example([Run("[\n"), Run("](", raised="sup"), Run(")")])
@example([Run("[a]"), Run("(b c)", raised="sup")])
@example([Run("see "), Run("[a] or ]b[", link="https://sfc.example/"), Run("(c)")])
@example([Run("[a"), Run("]", bold=True), Run("(c)", bold=True)])
def test_every_letter_is_shown_and_no_mark_shows_as_a_letter(runs: list[Run]) -> None:
    shown = html.unescape(re.sub(r"<[^>]*>", "", render(markdown(runs), limit=PAPER_LIMIT)))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", plain(runs))


@settings(max_examples=100, deadline=None)
@given(st.lists(_run, max_size=5), st.integers(0, 20))
def test_skipping_leaves_the_rest(runs: list[Run], count: int) -> None:
    assert plain(skip(runs, count)) == plain(runs)[count:]


def test_marks_of_drafting() -> None:
    runs = [Run("at least "), Run("95% ", change="del"), Run("98% ", change="ins"), Run("of assets")]
    assert marked(runs, by_hand=False) == "at least {--95%--} {++98%++} of assets"
    assert plain(runs) == "at least 98% of assets"


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "upperRoman", "IV"), (27, "lowerLetter", "aa"), (12, "chineseCounting", "十二"), (105, "taiwaneseCountingThousand", "一百零五"),
        (3, "ideographLegalTraditional", "參"), (2, "ideographTraditional", "乙"), (10, "taiwaneseDigital", "一〇"),
        (3, "decimalEnclosedCircle", "③"), (12, "decimalFullWidth", "１２"), (5, "decimalZero", "05"), (21, "ordinal", "21st"), (7, "hex", "7"),
    ],
)  # fmt: skip
def test_formats_of_numbers(number: int, form: str, text: str) -> None:
    assert written(number, form) == text


@given(st.integers(1, 3999))
def test_numerals_are_read_as_they_are_written(number: int) -> None:
    assert from_roman(roman(number)) == number
    assert from_chinese(chinese(number)) == number
    assert value_of(str(number)) == number
