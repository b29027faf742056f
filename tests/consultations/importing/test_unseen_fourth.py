# fmt: off
# ruff: noqa: E501  (one paper a line)
"""Long papers as WPS, Google Docs, LibreOffice, Pages and a ministry's template write them, and two that lay all out in
tables or print two languages; and the habits that were mended with them.
"""

import pytest

from consultations.importing import Imported, Role, assemble, import_word, read_markdown, write_markdown
from tests.consultations.importing.build import para, table, text_box
from tests.consultations.importing.test_unseen import _wrong
from tests.consultations.importing.test_variations import COVER, bold, long, read, shape, typed
from tests.consultations.importing.unseen_fourth import FOURTH
from tests.consultations.importing.words import missing


@pytest.mark.parametrize("name", list(FOURTH))
def test_everything_is_found_and_no_word_is_lost(name: str) -> None:
    content, truth = FOURTH[name]()
    made = import_word(content)
    outline = assemble(made)
    assert _wrong(made, outline, truth) == []
    assert missing(content, made) == {}
    assert assemble(Imported.from_json(made.to_json())) == outline
    assert assemble(read_markdown(write_markdown(outline))) == outline


@pytest.mark.parametrize("number", ["3A.\t", "3A ", "3A. ", "３Ａ．", "3A)\t"])
def test_a_number_with_a_letter_that_came_in_late(number: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 3), para(f"{number}{long()}"), para(f"3B.\t{long()}"), *typed(4, 2))
    assert shape(o) == [("Introduction", ["1", "2", "3", "3A", "3B", "4", "5"], [])]
    assert not {one.code for one in o.remarks} & {"number_gap", "number_derived"}


def test_an_address_or_a_form_with_a_letter_is_not_such_a_number() -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 3), para(f"12A Harcourt Road. {long()}"), para(f"3G networks. {long()}"), *typed(4, 2))
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5"], [])]


def test_a_table_of_numbered_requirements_under_a_title_stays_a_table() -> None:
    made, o = read(COVER, bold("Introduction"), *typed(1, 3), table([["Requirements", ""], ["1.", long()], ["2.", long()]]), *typed(4, 2))
    assert [one.role for one in made.blocks].count(Role.TABLE) == 1
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5"], [])]


def test_such_a_table_that_goes_on_with_the_numbers_is_the_paper() -> None:
    made, o = read(COVER, bold("Introduction"), *typed(1, 3), table([["Requirements", ""], ["4.", long()], ["5.", long()]]), *typed(6, 2))
    assert Role.TABLE not in [one.role for one in made.blocks]
    assert shape(o)[0][1] == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("label", ["Question 1 問題1", "Question 1 / 問題一", "問題1 Question 1", "Question 1 (問題1)", "Question 1: 問題1："])
def test_a_label_in_two_languages(label: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 3), f"<w:p>{text_box(para(label), para('Do you agree?'), para('你是否同意？'))}</w:p>", *typed(4, 1))
    assert [(one.number, one.text) for two in o.sections for one in two.questions] == [("1", "Do you agree?\n\n你是否同意？")]


@pytest.mark.parametrize(("printed", "key", "title"), [("Annex A 附件甲", "A", "Form"), ("Annex A 附件甲 Form 表格", "A", "Form 表格"), ("附錄一 Appendix 1", "一", "Form")])
def test_an_annex_named_in_two_languages(printed: str, key: str, title: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 4), bold(printed), *([bold("Form")] if title == "Form" else []), para("Name:"))
    assert [(one.key, one.title) for one in o.annexes] == [(key, title)]


def test_chapters_stand_below_parts() -> None:
    _made, o = read(COVER, bold("PART I – GENERAL"), bold("Chapter 1 Background"), *typed(1, 2), bold("Chapter 2 Scope"), *typed(3, 2), bold("PART II – PROPOSALS"), bold("Chapter 3 Fees"), *typed(5, 3))
    assert [one.title for one in o.sections] == ["PART I – GENERAL", "PART II – PROPOSALS"]
