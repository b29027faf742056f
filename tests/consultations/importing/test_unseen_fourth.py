# fmt: off
# ruff: noqa: E501  (one paper a line)
"""Long papers as WPS, Google Docs, LibreOffice, Pages and a ministry's template write them, and two that lay all out in
tables or print two languages; and the habits that were mended with them.
"""

import pytest

from consultations.importing import Imported, Role, assemble, import_word, read_markdown, write_markdown
from tests.consultations.importing import unseen_fifth, unseen_sixth
from tests.consultations.importing.build import Docx, para, run, table, text_box
from tests.consultations.importing.test_unseen import _wrong
from tests.consultations.importing.test_variations import COVER, bold, long, read, shape, typed
from tests.consultations.importing.unseen_fourth import FOURTH
from tests.consultations.importing.words import missing

assert unseen_fifth.__doc__  # their papers join those of `unseen_fourth`
assert unseen_sixth.__doc__


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


def test_numbers_of_pages_and_their_headers_in_the_text_are_left_out() -> None:
    pages = [one for k in range(2, 7) for one in (*typed(2 * k - 3, 2), para(f"- {k} -"), para("Consultation paper on custody"))]
    made, o = read(COVER, bold("Introduction"), *pages)
    assert shape(o) == [("Introduction", [str(k) for k in range(1, 11)], [])]
    assert not [one for two in o.sections for one in two.paragraphs if "Consultation paper on custody" in one.text]
    assert [one.text for one in made.blocks if one.role == Role.FURNITURE].count("Consultation paper on custody") == 5


def test_a_heading_that_returns_on_each_page_stays() -> None:
    top = '<w:pageBreakBefore/>'
    body = [one for k in range(4) for one in (para(run("Proposal", "<w:b/>"), top), *typed(2 * k + 1, 2))]
    _made, o = read(COVER, bold("Introduction"), para(long()), *body)
    assert sum(one.title == "Proposal" for one in o.sections) + sum(one.text.count("# Proposal") for two in o.sections for one in two.paragraphs) == 4


def test_lines_that_end_in_breaks_flow() -> None:

    lines = [para(f"{k}.\tThe Commission considers that the rule on the storage\nof client assets should apply to all platforms, as the\nrisks do not differ, and that long-\nterm storage is no exception.") for k in range(3, 10)]
    made, o = read(COVER, bold("Introduction"), *typed(1, 2), *lines)
    text = o.sections[0].paragraphs[4].text
    assert "storage of client" in text
    assert "long-term storage" in text
    assert "\n" not in text
    assert "line_ends_joined" in {one.code for one in made.remarks}


def test_breaks_that_somebody_set_stay() -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 6), para("7.\tSend your views to:\nThe Secretary\n54/F, One Island East\nHong Kong"))
    assert o.sections[0].paragraphs[6].text.count("\n") == 3


def test_a_glossary_in_two_languages_stays_a_table() -> None:
    made, _o = read(COVER, bold("Introduction"), *typed(1, 4), table([["Hot wallet", "熱錢包"], ["Cold wallet", "冷錢包"], ["Custodian", "託管人"]]))
    assert [one.role for one in made.blocks].count(Role.TABLE) == 1


def test_sizes_of_paper_are_not_numbers_of_paragraphs() -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 4), para(f"A4 Paper. {long()}"), para(f"B1 Licence. {long()}"), *typed(5, 3))
    assert shape(o)[0][1] == [str(k) for k in range(1, 8)]


@pytest.mark.parametrize("mark", ["\t", ". ", " ", "  "])
def test_numbers_with_the_letter_of_their_part(mark: str) -> None:
    _made, o = read(COVER, bold("A. Records"), *[para(f"A{k}{mark}{long()}") for k in range(1, 5)], bold("B. Keys"), *[para(f"B{k}{mark}{long()}") for k in range(1, 4)])
    assert [one.number for two in o.sections for one in two.paragraphs] == ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]


@pytest.mark.parametrize("printed", ["PART ONE", "Part Two", "CHAPTER THREE"])
def test_a_part_numbered_in_words_and_its_title_below(printed: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 3), bold(printed), bold("THE RULES"), *typed(4, 3))
    assert [one.title for one in o.sections][1:] == [f"{printed}: THE RULES"]


@pytest.mark.parametrize("properties", ['<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>', '<w:framePr w:dropCap="drop" w:lines="3"/>'])
def test_a_paragraph_that_would_join_the_next_where_none_is(properties: str) -> None:
    last = para("Words without a next paragraph.", properties)
    made, _o = read(COVER, bold("Introduction"), *typed(1, 4), last, table([["Hot", "5%"], ["Cold", "95%"]]), *typed(5, 2), last)
    assert sum("Words without a next" in one.text for one in made.blocks) == 2
    assert not [one for one in made.blocks if one.role == Role.TABLE and "Words" in one.text]


def test_a_table_of_topics_with_numbered_points_stays_a_table() -> None:
    points = "\n".join(f"{k}. {long()}" for k in (1, 2))
    made, o = read(COVER, bold("Introduction"), *typed(1, 4), table([["Custody", points], ["Staking", points]]), *typed(5, 2))
    assert [one.role for one in made.blocks].count(Role.TABLE) == 1
    assert shape(o)[0][1] == [str(k) for k in range(1, 7)]


@pytest.mark.parametrize(("label", "zh"), [("Questions 1 and 2", False), ("Questions 1 to 2:", False), ("Question 1–2", False), ("諮詢問題1及2", True), ("問題1至2：", True)])
def test_questions_under_one_label(label: str, zh: bool) -> None:
    asked = ["是否同意？", "為何同意？"] if zh else ["Do you agree?", "Why do you agree?"]
    _made, o = read(COVER, bold("引言" if zh else "Introduction"), *typed(1, 3, zh), bold(label), para(f"1. {asked[0]}"), para(f"2. {asked[1]}"), *typed(4, 2, zh))
    assert [(one.number, one.text) for two in o.sections for one in two.questions] == [("1", asked[0]), ("2", asked[1])]
    assert [one.number for two in o.sections for one in two.paragraphs] == ["1", "2", "3", "4", "5"]


def test_a_long_box_is_no_letterhead() -> None:
    made, o = read(COVER, bold("Introduction"), *typed(1, 20), table([["\n".join(long() for _k in range(6))]]), *typed(21, 2))
    assert "box_text" in {one.code for two in made.blocks for one in two.remarks}
    assert shape(o)[0][1] == [str(k) for k in range(1, 23)]


@pytest.mark.parametrize("form", ["Para {}. ", "Paragraph {}\t", "¶ {}. ", "§ {} ", "Para. {}: "])
def test_numbers_with_a_word_or_a_sign_before_them(form: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *[para(form.format(k) + long()) for k in range(1, 6)])
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5"], [])]


def test_chinese_paragraphs_with_a_word_for_paragraph() -> None:
    _made, o = read(COVER, bold("引言"), *[para(f"第{k}段　{long(zh=True)}") for k in range(1, 6)])
    assert shape(o) == [("引言", ["1", "2", "3", "4", "5"], [])]


def test_sentences_that_begin_with_a_paragraph_of_a_law() -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 3), para(f"Paragraph 4 of the Code requires this. {long()}"), para(f"Section 5 says the same. {long()}"), *typed(4, 2))
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5"], [])]


@pytest.mark.parametrize("label", ["Question for consultation 1: ", "Question for comment 1. ", "Consultation Question 1 – "])
def test_a_label_that_says_what_the_question_is_for(label: str) -> None:
    d = Docx()
    d.add(COVER, bold("Introduction"), *typed(1, 3), bold(f"{label}do you agree?"), *typed(4, 2))
    o = assemble(import_word(d.bytes()))
    assert [(one.number, one.text) for two in o.sections for one in two.questions] == [("1", "do you agree?")]


@pytest.mark.parametrize("inside", ["<w:zap><w:r><w:t>Words within.</w:t></w:r></w:zap>", "<w:r><w:zap><w:t>Words within.</w:t></w:zap></w:r>"])
def test_words_within_what_is_not_known_are_said(inside: str) -> None:
    made, _o = read(COVER, bold("Introduction"), *typed(1, 3), f"<w:p>{inside}<w:r><w:t>Known words.</w:t></w:r></w:p>")
    assert [one.text for one in made.remarks if one.code == "unreadable_part"] == ["Words within."]


def test_a_paper_that_stands_twice_in_two_languages_is_said() -> None:
    english = [bold("Introduction"), *typed(1, 4), bold("Question 1: Do you agree?"), *typed(5, 3)]
    chinese = [bold("引言"), *typed(1, 4, zh=True), bold("問題1：你是否同意？"), *typed(5, 3, zh=True)]
    made, o = read(COVER, *english, *chinese)
    assert "two_papers" in {one.code for one in made.remarks}
    assert [one.code for one in o.problems] == ["question_number_twice"]
    assert "two_papers" not in {one.code for one in read(COVER, *english)[0].remarks}
