# ruff: noqa: E501  (one paper a line)
"""A third lot: chapters on two lines, summaries with numbers of their own, covers in boxes, questions without boxes."""

from tests.consultations.importing.build import Docx, box, numbered, para, run, styled, table, text_box
from tests.consultations.importing.test_variations import COVER, B, bold, long, read, shape, typed


def test_chapters_on_two_lines() -> None:
    c = '<w:jc w:val="center"/>'
    _made, o = read(
        COVER, para(run("CHAPTER 1", B), c), para(run("INTRODUCTION", B), c), para(f"1.1\t{long()}"), para(f"1.2\t{long()}"),
        para(run("CHAPTER 2", B), c), para(run("THE PROPOSED REGIME", B), c), para(f"2.1\t{long()}"), para(f"2.2\t{long()}"),
    )  # fmt: skip
    assert [one[0] for one in shape(o)] == ["CHAPTER 1: INTRODUCTION", "CHAPTER 2: THE PROPOSED REGIME"]
    assert [n for one in shape(o) for n in one[1]] == ["1.1", "1.2", "2.1", "2.2"]


def test_a_summary_with_numbers_of_its_own() -> None:
    _made, o = read(
        COVER,
        bold("Executive summary"),
        *typed(1, 4),
        bold("Introduction"),
        *typed(1, 6),
        bold("Proposals"),
        *typed(7, 6),
    )
    assert shape(o)[0][1] == ["1.1", "1.2", "1.3", "1.4"]
    assert [n for one in shape(o)[1:] for n in one[1]] == [str(n) for n in range(1, 13)]
    assert not o.problems


def test_the_cover_is_in_a_text_box() -> None:
    cover = para(text_box(para(run("Consultation Paper on Custody", '<w:sz w:val="48"/>')), para("June 2026")))
    _made, o = read(cover, para("Introduction", styled("Heading1")), *typed(1, 3))
    assert (o.title, shape(o)) == ("Consultation Paper on Custody", [("Introduction", ["1", "2", "3"], [])])


def test_a_title_of_two_lines() -> None:
    big = '<w:sz w:val="40"/>'
    _made, o = read(
        para(run("Consultation Paper on", B + big)),
        para(run("the Custody of Assets", B + big)),
        para("2 June 2026"),
        bold("Introduction"),
        *typed(1, 3),
    )
    assert o.title == "Consultation Paper on the Custody of Assets"


def test_a_label_in_a_box_and_the_words_below_it() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        box(bold("Question 1")),
        para("Do you agree with the ratio?"),
        *typed(3, 2),
    )
    assert [one.text for one in o.sections[0].questions] == ["Do you agree with the ratio?"]
    assert shape(o)[0][1] == ["1", "2", "3", "4"]


def test_questions_in_the_contents() -> None:
    _made, o = read(
        COVER, bold("Table of Contents"), para("Introduction\t1"), para("Question 1\t2"), para("Appendix A: Terms\t3"), bold("Introduction"),
        *typed(1, 2), box(bold("Question 1"), para("Why?")), bold("Appendix A: Terms"), para(long()),
    )  # fmt: skip
    assert shape(o) == [("Introduction", ["1", "2"], ["1"])]
    assert [one.key for one in o.annexes] == ["A"]


def test_a_question_between_paragraphs_of_one_automatic_list() -> None:
    d = Docx()
    n = d.list(("decimal", "%1."), ("lowerLetter", "(%2)"))

    def p(text: str, level: int = 0) -> str:
        return para(text, numbered(n, level))

    _made, o = read(
        COVER, bold("Introduction"), p(long()), p(long()), para(run("Question 1: ", B) + run("Do you agree with:")), p("the ratio; and", 1),
        p("the timing?", 1), p(long()), docx=d,
    )  # fmt: skip
    assert shape(o)[0][1:] == (["1", "2", "3"], ["1"])
    assert o.sections[0].questions[0].text.endswith("(b) the timing?")


def test_headings_share_the_numbers_of_paragraphs() -> None:
    d = Docx()
    n = d.list(("decimal", "%1."))

    def p(text: str) -> str:
        return para(text, numbered(n))

    _made, o = read(
        COVER,
        para(run("Introduction", B), numbered(n)),
        p(long()),
        p(long()),
        para(run("Background", B), numbered(n)),
        p(long()),
        docx=d,
    )
    assert [(one.number, one.title) for one in o.sections] == [("1", "Introduction"), ("4", "Background")]
    assert [n for one in shape(o) for n in one[1]] == ["2", "3", "5"]


def test_numbers_that_begin_after_the_statement() -> None:
    _made, o = read(
        COVER, bold("Foreword"), para(long()), bold("Personal Information Collection Statement"), *typed(1, 4), bold("Retention"), *typed(5, 2),
        bold("Introduction"), *typed(7, 4),
    )  # fmt: skip
    assert shape(o) == [("Introduction", ["7", "8", "9", "10"], [])]
    assert "# Retention" in o.statement


def test_a_table_for_each_question_with_a_title_row() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2), table([["Question 1"], ["Do you agree with the ratio?"]]), *typed(3, 1),
        table([["Question", "2"], ["Do you agree with the timing?", ""]]), *typed(4, 1),
    )  # fmt: skip
    assert shape(o)[0][1:] == (["1", "2", "3", "4"], ["1", "2"])


def test_an_appendix_before_a_second_with_a_table_only() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        bold("Annex 1"),
        table([["a", "b"], ["c", "d"]]),
        bold("Annex 2"),
        bold("List of respondents"),
        para(long()),
    )
    assert [(one.key, one.title) for one in o.annexes] == [("1", ""), ("2", "List of respondents")]
    assert "| c | d |" in o.annexes[0].text


def test_nothing_but_text() -> None:
    made, o = read(para(long()), para(long()))
    assert {one.code for one in o.problems} >= {"title_missing"}
    assert len(made.blocks) == 2
