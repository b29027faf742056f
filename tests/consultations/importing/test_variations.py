# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Small papers, each with one habit of authors that the importer must read."""

from collections.abc import Callable

import pytest

from consultations.importing import Imported, Outline, Role, assemble, import_word
from tests.consultations.importing.build import Docx, box, numbered, para, rezipped, run, styled, table, text_box
from tests.consultations.importing.prose import Prose
from tests.consultations.importing.words import missing

B = "<w:b/>"
EN, ZH = Prose("en", 5), Prose("zh_hant", 6)


def bold(text: str) -> str:
    return para(run(text, B))


def long(zh: bool = False) -> str:
    return (ZH if zh else EN).paragraph(3)


def read(*body: str, docx: Docx | None = None) -> tuple[Imported, Outline]:
    made = docx or Docx()
    made.add(*body)
    content = made.bytes()
    imported = import_word(content)
    assert missing(content, imported) == {}
    return imported, assemble(imported)


def shape(outline: Outline) -> list[tuple[str, list[str], list[str]]]:
    """Title, numbers of paragraphs, numbers of questions of each section."""
    return [
        (one.title, [two.number for two in one.paragraphs], [two.number for two in one.questions])
        for one in outline.sections
    ]


def typed(first: int, count: int, zh: bool = False) -> list[str]:
    return [para(f"{n}.\t{long(zh)}") for n in range(first, first + count)]


COVER = para(run("Consultation paper on custody", B + '<w:sz w:val="40"/>'))


def test_numbering_continues_after_a_table() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 3), table([["1", "alpha"], ["2", "beta"], ["3", "gamma"]]), *typed(4, 2)
    )
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5"], [])]
    assert "| 2 | beta |" in o.sections[0].paragraphs[2].text


def test_a_question_in_a_text_box() -> None:
    _made, o = read(
        COVER, bold("Background"), *typed(1, 2), para(text_box(bold("Question 1"), para("Do you agree?"))), *typed(3, 1)
    )
    assert shape(o) == [("Background", ["1", "2", "3"], ["1"])]
    assert o.sections[0].questions[0].text == "Do you agree?"
    assert o.sections[0].questions[0].paragraphs == ["1", "2"]


def test_a_question_over_two_paragraphs() -> None:
    _made, o = read(
        COVER, bold("Background"), *typed(1, 2), bold("Question 1: Do you agree with the ratio?"),
        bold("If not, what ratio do you propose?"), *typed(3, 2),
    )  # fmt: skip
    assert shape(o)[0][1:] == (["1", "2", "3", "4"], ["1"])
    assert o.sections[0].questions[0].text.endswith("What ratio do you propose?".replace("W", "w"))


def test_a_plain_second_paragraph_that_asks_on() -> None:
    _made, o = read(
        COVER, bold("Background"), *typed(1, 2), para(run("Question 1:", B) + run(" Do you agree with the ratio?")),
        para("Please explain your views and give figures."), *typed(3, 2),
    )  # fmt: skip
    assert o.sections[0].questions[0].text.endswith("give figures.")


def test_two_questions_in_one_table() -> None:
    _made, o = read(
        COVER, bold("Background"), *typed(1, 2),
        table([["Question 1", "Do you agree with A?"], ["Question 2", "Do you agree with B?"]]), *typed(3, 1),
        box(bold("Question 3"), para("Do you agree with C?"), bold("Question 4"), para("And with D?")),
    )  # fmt: skip
    assert shape(o)[0][2] == ["1", "2", "3", "4"]
    assert [one.text for one in o.sections[0].questions] == [
        "Do you agree with A?", "Do you agree with B?", "Do you agree with C?", "And with D?",
    ]  # fmt: skip


def test_a_table_of_numbered_questions() -> None:
    _made, o = read(
        COVER, bold("Background"), *typed(1, 2), table([["No.", "Question"], ["1", "Do you agree?"], ["2", "Why?"]])
    )
    assert [(one.number, one.text) for one in o.sections[0].questions] == [("1", "Do you agree?"), ("2", "Why?")]


def test_numbers_in_headings_are_not_numbers_of_headings() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        bold("2026 and beyond"),
        *typed(3, 2),
        bold("98% or less"),
        *typed(5, 2),
    )
    assert [one[0] for one in shape(o)] == ["Introduction", "2026 and beyond", "98% or less"]
    assert [number for one in shape(o) for number in one[1]] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("Q.1", "1"), ("Q1:", "1"), ("Question 1(a):", "1(a)"), ("QUESTION 1 –", "1"), ("Question One:", "1"),
        ("Consultation Question 1.", "1"), ("Question No. 1:", "1"), ("[Question 1]", "1"), ("Question 1.1:", "1.1"),
        ("問題1：", "1"), ("問題一", "1"), ("諮詢問題 1：", "1"), ("問題（1）", "1"), ("第一題：", "1"), ("问题1：", "1"), ("問題１．", "1"),
    ],
)  # fmt: skip
def test_labels_of_questions(label: str, number: str) -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2), bold(f"{label} Do you agree with this proposal?"), *typed(3, 1)
    )
    assert [(one.number, one.text) for one in o.sections[0].questions] == [(number, "Do you agree with this proposal?")]


@pytest.mark.parametrize(
    "text",
    [
        "Question 1 above asks whether the ratio should change.", "Questions 1 to 4 concern custody.", "Question 3 is answered by most.",
        "問題1是關於比率的。", "Q1 2026 was the first period that we surveyed.",
    ],
)  # fmt: skip
def test_what_only_speaks_of_a_question_is_not_one(text: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 2), para(text), *typed(3, 1))
    assert o.sections[0].questions == []


def test_sub_questions_stay_in_their_question() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2),
        box(bold("Question 1"), para("Do you agree:"), para("(a) with the ratio?"), para("(b) with the timing?")), *typed(3, 1),
    )  # fmt: skip
    assert o.sections[0].questions[0].text == "Do you agree:\n\n(a) with the ratio?\n\n(b) with the timing?"


def test_roman_annexes() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        bold("Annex I: Terms"),
        para(long()),
        bold("Annex II: Forms"),
        para(long()),
    )
    assert [(one.key, one.title) for one in o.annexes] == [("I", "Terms"), ("II", "Forms")]


def test_a_landscape_section_changes_nothing() -> None:
    sect = '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr>'
    _made, o = read(COVER, bold("Introduction"), *typed(1, 2), para("<w:r/>", sect), *typed(3, 2))
    assert shape(o) == [("Introduction", ["1", "2", "3", "4"], [])]


def test_a_heading_as_a_row_of_a_table() -> None:
    _made, o = read(
        COVER, bold("1. Introduction"), *typed(1, 2), table([["2.", "Background"]], cell=bold), *typed(3, 2)
    )
    assert shape(o) == [("Introduction", ["1", "2"], []), ("Background", ["3", "4"], [])]


def test_chinese_full_width_numbers() -> None:
    body = [para(f"{'１２３４５６７８９'[n]}．{long(True)}") for n in range(5)]
    _made, o = read(para(run("有關託管的諮詢文件", B + '<w:sz w:val="40"/>')), bold("引言"), *body)
    assert shape(o) == [("引言", ["1", "2", "3", "4", "5"], [])]


def test_list_style_used_for_paragraphs() -> None:
    d = Docx()
    first = d.list(("decimal", "%1."), ("lowerLetter", "(%2)"))
    body = [para(long(), styled("ListNumber", numbered(first))) for _one in range(3)]
    items = [para(EN.item(), styled("ListNumber2", numbered(first, 1))) for _one in range(2)]
    _made, o = read(COVER, bold("Introduction"), *body, *items, bold("Background"), *body, docx=d)
    assert shape(o) == [("Introduction", ["1", "2", "3"], []), ("Background", ["4", "5", "6"], [])]
    assert "(a) " in o.sections[0].paragraphs[2].text


def test_numbers_that_start_again_in_each_section_get_its_number() -> None:
    made, o = read(
        COVER,
        bold("1. Introduction"),
        *typed(1, 4),
        bold("2. Background"),
        *typed(1, 4),
        bold("3. Proposals"),
        *typed(1, 3),
    )
    assert shape(o)[1][1] == ["2.1", "2.2", "2.3", "2.4"]
    assert not o.problems
    assert any(one.code == "number_prefixed" for block in made.blocks for one in block.remarks)


def test_a_page_header_typed_into_the_text_again_and_again() -> None:
    d = Docx()
    d.header = "Consultation paper on custody"
    made, o = read(COVER, bold("Introduction"), *typed(1, 3), docx=d)
    assert [one.text for one in made.blocks if one.role == Role.FURNITURE] == ["Consultation paper on custody"]
    assert o.title == "Consultation paper on custody"


def _changed(change: Callable[[str, bytes], bytes | None]) -> Outline:
    d = Docx()
    d.add(
        COVER,
        para("Introduction", styled("Heading1")),
        *typed(1, 3),
        para("Background", styled("Heading1")),
        *typed(4, 2),
    )
    return assemble(import_word(rezipped(d.bytes(), change)))


Shape = list[tuple[str, list[str], list[str]]]
EXPECTED: Shape = [("Introduction", ["1", "2", "3"], []), ("Background", ["4", "5"], [])]


def test_a_file_without_styles() -> None:
    assert shape(_changed(lambda name, data: None if name == "word/styles.xml" else data)) == EXPECTED


def test_styles_named_by_another_program() -> None:
    def change(name: str, data: bytes) -> bytes:
        if name == "word/styles.xml":
            data = data.replace(b'w:val="heading 1"', 'w:val="標題 1"'.encode())
        return data.replace(b'"Heading1"', b'"a3"')

    assert shape(_changed(change)) == EXPECTED


def test_a_file_without_numbering() -> None:
    assert shape(_changed(lambda name, data: None if name == "word/numbering.xml" else data)) == EXPECTED


def test_the_strict_form_of_the_format() -> None:
    def change(_name: str, data: bytes) -> bytes:
        return data.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    assert shape(_changed(change)) == EXPECTED


def test_dates_and_figures_at_the_start_of_a_line() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 1), para(f"2 February 2026 was the day. {long()}"), para(f"100,000 wallets {long()}"),
        *typed(2, 1), para(f"3.5 million clients {long()}"), para(f"3 platforms said that {long()}"), *typed(3, 2),
    )  # fmt: skip
    assert shape(o) == [("Introduction", ["1", "2", "3", "4"], [])]


def test_a_list_of_numbers_within_a_paragraph() -> None:
    items = [para(f"{n}. {EN.item()}") for n in range(1, 5)]
    _made, o = read(COVER, bold("Introduction"), *typed(1, 4), *items, *typed(5, 2), *items, *typed(7, 1))
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5", "6", "7"], [])]


def test_a_gap_and_a_repetition_are_reported() -> None:
    made, o = read(COVER, bold("Introduction"), *typed(1, 3), *typed(5, 2), para(f"6.\t{long()}"), *typed(7, 2))
    assert shape(o)[0][1] == ["1", "2", "3", "5", "6", "6", "7", "8"]
    assert {"number_gap", "number_twice"} <= {one.code for block in made.blocks for one in block.remarks}
    assert [one.code for one in o.problems] == ["paragraph_number_twice"]


def test_capitals_for_headings_and_no_bold() -> None:
    _made, o = read(COVER, para("INTRODUCTION"), *typed(1, 2), para("KEY PROPOSALS ON CUSTODY"), *typed(3, 2))
    assert [one[0] for one in shape(o)] == ["INTRODUCTION", "KEY PROPOSALS ON CUSTODY"]


def test_plain_numbered_headings_over_dotted_paragraphs() -> None:
    _made, o = read(
        COVER, para("1. Introduction"), para(f"1.1 {long()}"), para(f"1.2 {long()}"), para("2. Proposals on custody"), para(f"2.1 {long()}"),
        para(f"2.2 {long()}"), para(f"3.5 million clients {long()}"),
    )  # fmt: skip
    assert shape(o) == [("Introduction", ["1.1", "1.2"], []), ("Proposals on custody", ["2.1", "2.2"], [])]
    assert [one.number for one in o.sections] == ["1", "2"]


def test_chinese_numbered_headings() -> None:
    _made, o = read(
        para(run("有關託管的諮詢文件", B + '<w:sz w:val="40"/>')), bold("一、引言"), *typed(1, 2, True), bold("二、建議"), bold("（一）比率"),
        *typed(3, 2, True), bold("（二）密鑰"), *typed(5, 2, True), bold("附件甲：條文"), para(long(True)),
    )  # fmt: skip
    assert shape(o) == [("引言", ["1", "2"], []), ("建議", ["3", "4", "5", "6"], [])]
    assert (
        o.sections[1].paragraphs[0].text.startswith("# 一 比率")
        or "比率" in o.sections[1].paragraphs[0].text.split("\n")[0]
    )
    assert [(one.key, one.title) for one in o.annexes] == [("甲", "條文")]


def test_a_grid_of_numbers_and_paragraphs() -> None:
    _made, o = read(COVER, bold("Introduction"), table([[f"{n}.", long()] for n in range(1, 5)]), *typed(5, 2))
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5", "6"], [])]


def test_automatic_numbers_interrupted_by_a_typed_one() -> None:
    d = Docx()
    first = d.list(("decimal", "%1."))
    auto = [para(long(), numbered(first)) for _one in range(3)]
    rest = d.num(100, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    more = [para(long(), numbered(rest)) for _one in range(2)]
    _made, o = read(COVER, bold("Introduction"), *auto, para(f"4.\t{long()}"), *more, docx=d)
    assert shape(o) == [("Introduction", ["1", "2", "3", "4", "5", "6"], [])]


def test_questions_are_listed_again_at_the_end() -> None:
    asked = "Question 1: Do you agree with the ratio?"
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2), box(bold(asked)), bold("Appendix A – List of questions"), para(asked)
    )
    assert shape(o) == [("Introduction", ["1", "2"], ["1"])]
    assert "Question 1" in o.annexes[0].text
    assert not o.problems


def test_questions_are_repeated_in_a_last_section() -> None:
    asked = "Question 1: Do you agree with the ratio?"
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2), box(bold(asked)), bold("Seeking comments"), *typed(3, 1), bold(asked)
    )
    assert [one[2] for one in shape(o)] == [["1"], []]
    assert not o.problems


def test_a_paper_without_any_number() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        para(long()),
        para(long()),
        bold("Proposals"),
        para(long()),
        bold("Question 1: Do you agree?"),
    )
    assert shape(o) == [("Introduction", ["1", "2"], []), ("Proposals", ["3"], ["1"])]


def test_headings_with_a_colon_and_run_on_labels() -> None:
    _made, o = read(
        COVER,
        bold("Introduction:"),
        *typed(1, 2),
        bold("Part II – Proposals"),
        *typed(3, 2),
        bold("Part III – Next steps"),
        *typed(5, 1),
    )
    assert [one[0] for one in shape(o)] == ["Introduction:", "Part II – Proposals", "Part III – Next steps"]


def test_a_question_numbered_by_word() -> None:
    d = Docx()
    asked = d.list(("decimal", "Question %1:"))
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        para("Do you agree?", numbered(asked)),
        *typed(3, 1),
        para("And why?", numbered(asked)),
        docx=d,
    )
    assert shape(o) == [("Introduction", ["1", "2", "3"], ["1", "2"])]
