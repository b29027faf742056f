# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""A second lot of authors' habits: looks that mislead, numbers of other sorts, pieces that Word keeps apart."""

import pytest

from consultations.importing import Role
from tests.consultations.importing.build import Docx, box, field, numbered, para, run, styled, table, text_box, tracked
from tests.consultations.importing.prose import Prose
from tests.consultations.importing.test_variations import COVER, EN, ZH, B, bold, long, read, shape, typed

ONE: list[tuple[str, list[str], list[str]]] = [("Introduction", ["1", "2", "3", "4"], [])]


@pytest.mark.parametrize("form", ["{}. ", "{} ", "{}\t", "({}) ", "{}) ", "{}.", "[{}] ", "{}、", "{}．", "Para {}. "])
def test_sorts_of_typed_numbers(form: str) -> None:
    _made, o = read(COVER, bold("Introduction"), *[para(f"{form.format(n)}{long()}") for n in range(1, 5)])
    assert shape(o) == ONE


def test_bold_numbers() -> None:
    body = [para(run(f"{n}.", B) + run(f"\t{long()}")) for n in range(1, 5)]
    assert shape(read(COVER, bold("Introduction"), *body)[1]) == ONE


def test_a_number_and_a_line_break() -> None:
    assert shape(read(COVER, bold("Introduction"), *[para(f"{n}.\n{long()}") for n in range(1, 5)])[1]) == ONE


def test_paragraphs_kept_apart_by_line_breaks_only() -> None:
    text = "\n\n".join(f"{n}. {long()}" for n in range(1, 5))
    assert shape(read(COVER, bold("Introduction"), para(text))[1]) == ONE


def test_lettered_headings_without_any_look() -> None:
    _made, o = read(
        COVER,
        para("A. Introduction"),
        *typed(1, 2),
        para("B. Background"),
        *typed(3, 2),
        para("C. Custody of assets"),
        *typed(5, 2),
    )
    assert [(one.number, one.title) for one in o.sections] == [
        ("A", "Introduction"),
        ("B", "Background"),
        ("C", "Custody of assets"),
    ]
    assert [n for one in shape(o) for n in one[1]] == ["1", "2", "3", "4", "5", "6"]


def test_a_plain_question_without_bold() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2), para("Question 1: Do you agree with the ratio?"), *typed(3, 2)
    )
    assert shape(o)[0][1:] == (["1", "2", "3", "4"], ["1"])


def test_a_question_under_a_heading_style() -> None:
    _made, o = read(
        COVER,
        para("Introduction", styled("Heading1")),
        *typed(1, 2),
        para("Question 1", styled("Heading3")),
        para("Do you agree?"),
        *typed(3, 2),
    )
    assert shape(o)[0][1:] == (["1", "2", "3", "4"], ["1"])
    assert o.sections[0].questions[0].text == "Do you agree?"


def test_a_question_with_space_for_the_answer() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        table([["Question 1", "Do you agree?"], ["Your answer", ""]]),
        *typed(3, 2),
    )
    assert shape(o)[0][1:] == (["1", "2", "3", "4"], ["1"])


def test_a_heading_style_used_for_numbered_text() -> None:
    d = Docx()
    numbers = d.list(("decimal", "%1."))
    body = [para(long(), styled("Heading2", numbered(numbers))) for _one in range(4)]
    assert shape(read(COVER, para("Introduction", styled("Heading1")), *body, docx=d)[1]) == ONE


def test_everything_is_bold() -> None:
    _made, o = read(
        COVER,
        bold("INTRODUCTION"),
        *[bold(f"{n}.\t{long()}") for n in range(1, 3)],
        bold("BACKGROUND"),
        *[bold(f"{n}.\t{long()}") for n in range(3, 5)],
    )
    assert shape(o) == [("INTRODUCTION", ["1", "2"], []), ("BACKGROUND", ["3", "4"], [])]


def test_a_level_of_headings_is_skipped() -> None:
    _made, o = read(
        COVER, para("Introduction", styled("Heading1")), *typed(1, 2), para("Details", styled("Heading3")), *typed(3, 2)
    )
    assert shape(o) == ONE
    assert o.sections[0].paragraphs[2].text.startswith("# Details\n\n")


def test_no_cover() -> None:
    _made, o = read(bold("Foreword"), para(long()), bold("Introduction"), *typed(1, 4))
    assert shape(o) == ONE
    assert [one.code for one in o.problems] == ["title_missing"]


def test_numbers_within_an_annex_are_not_the_papers() -> None:
    _made, o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 4),
        bold("Appendix A"),
        bold("Licence conditions"),
        *typed(1, 6),
        *typed(5, 2),
    )
    assert shape(o) == ONE
    assert (o.annexes[0].key, o.annexes[0].title) == ("A", "Licence conditions")


def test_the_word_appendix_in_a_sentence() -> None:
    _made, o = read(COVER, bold("Introduction"), *typed(1, 2), para("Appendix A sets out the drafting."), *typed(3, 2))
    assert shape(o) == ONE
    assert o.annexes == []


def test_simplified_chinese() -> None:
    text = (
        "本会建议平台营运者应当将客户虚拟资产与自有资产分开存放，并须就每次转移备存书面记录，因为损失首先由客户承担。"
    )
    _made, o = read(
        para(run("有关托管的咨询文件", B + '<w:sz w:val="40"/>')), bold("目录"), para("引言\t1"), para("背景\t2"), bold("引言"),
        para(f"1. {text}"), para(f"2. {text}"), bold("问题1：你是否同意？"), bold("背景"), para(f"3. {text}"), bold("附录一"), bold("条文"), para(text),
    )  # fmt: skip
    assert shape(o) == [("引言", ["1", "2"], ["1"]), ("背景", ["3"], [])]
    assert (o.language, o.title) == ("zh_hans", "有关托管的咨询文件")
    assert (o.annexes[0].key, o.annexes[0].title) == ("一", "条文")


def test_a_second_level_of_numbers_under_paragraphs() -> None:
    d = Docx()
    numbers = d.list(("decimal", "%1."), ("decimal", "%1.%2"))
    p = [para(long(), numbered(numbers, level)) for level in (0, 0, 1, 1, 0)]
    assert shape(read(COVER, bold("Introduction"), *p, docx=d)[1]) == [
        ("Introduction", ["1", "2", "2.1", "2.2", "3"], [])
    ]


def test_full_width_dotted_numbers() -> None:
    _made, o = read(
        para(run("有關託管的諮詢文件", B + '<w:sz w:val="40"/>')), bold("１．引言"), *[para(f"１．{n}　{long(True)}") for n in "１２３"],
        bold("２．背景"), *[para(f"２．{n}　{long(True)}") for n in "１２"],
    )  # fmt: skip
    assert shape(o) == [("引言", ["1.1", "1.2", "1.3"], []), ("背景", ["2.1", "2.2"], [])]


def test_footnotes_of_headings_and_tables() -> None:
    d = Docx()
    heading = para(run("Introduction") + d.note("Note of the heading."), styled("Heading1"))
    cell = table(
        [["a", "b"], ["c", "d"]],
        cell=lambda text: para(run(text) + (d.note(f"Note of {text}.") if text == "d" else "")),
    )
    _made, o = read(COVER, heading, *typed(1, 2), cell, *typed(3, 2), docx=d)
    assert "Note of the heading." in o.sections[0].paragraphs[0].text
    assert "[^2]: Note of d." in o.sections[0].paragraphs[1].text
    assert shape(o) == ONE


def test_what_word_keeps_apart_is_reported() -> None:
    d = Docx()
    d.comments.append(f'<w:comment w:id="1" w:author="Officer">{para("Check this figure")}</w:comment>')
    body = [
        para(run("1.\tFirst visible ") + run("hidden words ", "<w:vanish/>") + run(long())),
        para(run("2.\tArea ") + "<m:oMath><m:f><m:num><m:r><m:t>total</m:t></m:r></m:num><m:den><m:r><m:t>count</m:t></m:r></m:den></m:f></m:oMath>" + run(f" {long()}")),
        para(run(f"3.\t{long()}") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + '<w:r><w:sym w:font="Wingdings" w:char="F0FF"/></w:r>'),
        para(run(f"4.\t{long()}") + '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="Flow of assets"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'),
    ]  # fmt: skip
    made, o = read(COVER, bold("Introduction"), *body, docx=d)
    codes = {one.code for one in made.remarks}
    assert {"hidden_text", "comment", "equation", "symbol", "picture"} <= codes
    assert "(total)/(count)" in o.sections[0].paragraphs[1].text.replace("\\", "")
    assert next(one for one in made.remarks if one.code == "picture").params["alt"] == "Flow of assets"


def test_bullets_in_a_box() -> None:
    d = Docx()
    bullets = d.list(("bullet", "•"))
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 2),
        box(bold("Question 1"), para("Do you agree with:"), para("the ratio", numbered(bullets)), para("the timing?", numbered(bullets))), *typed(3, 2), docx=d,
    )  # fmt: skip
    assert o.sections[0].questions[0].text == "Do you agree with:\n\n- the ratio\n\n- the timing?"


def test_nested_tables_and_merged_cells() -> None:
    inner = table([["inner one", "inner two"]])
    outer = table(
        [["head", "other"], ["x", "y"]], cell=lambda text: para(text) + (inner + para("") if text == "y" else "")
    )
    outer = outer.replace("<w:tcPr/>", '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>', 1)
    made, _o = read(COVER, bold("Introduction"), *typed(1, 2), outer, *typed(3, 2))
    assert {"table_merged", "table_nested"} <= {one.code for block in made.blocks for one in block.remarks}


def test_fields_and_links() -> None:
    body = [
        para(run(f"{n}.\tSee paragraph ") + field("REF _Ref1 \\h", run("2")) + run(f" {long()}")) for n in range(1, 5)
    ]
    _made, o = read(COVER, bold("Introduction"), *body)
    assert "See paragraph 2 " in o.sections[0].paragraphs[0].text


def test_changes_in_the_body_are_accepted_and_told() -> None:
    body = [para(run(f"{n}.\t{long()}") + tracked("gone", "del") + tracked(" kept", "ins")) for n in range(1, 5)]
    made, o = read(COVER, bold("Introduction"), *body)
    assert all(one.text.endswith(" kept") for one in o.sections[0].paragraphs)
    assert next(one for one in made.remarks if one.code == "changes_accepted").text.split() == ["gone"] * 4


def test_questions_under_a_heading_of_their_own() -> None:
    _made, o = read(
        COVER, bold("Introduction"), *typed(1, 4), box(bold("Questions"), para("1. Do you agree?"), para("2. Why?"))
    )
    assert shape(o) == [("Introduction", ["1", "2", "3", "4"], ["1", "2"])]


def test_two_text_boxes_and_a_picture_do_not_double() -> None:
    made, _o = read(
        COVER,
        bold("Introduction"),
        *typed(1, 2),
        para(text_box(para("Only once")) + text_box(para("Also once"))),
        *typed(3, 2),
    )
    assert sum("nly once" in one.text for one in made.blocks) == 1


def test_long_bold_first_words_are_not_headings() -> None:
    body = [para(run(f"{n}.\t") + run("Custody. ", B) + run(long())) for n in range(1, 5)]
    assert shape(read(COVER, bold("Introduction"), *body)[1]) == ONE


def test_executive_summary_runs_on() -> None:
    _made, o = read(
        COVER,
        bold("Executive summary"),
        *typed(1, 3),
        bold("Introduction"),
        *typed(4, 2),
        bold("Next steps"),
        *typed(6, 2),
    )
    assert [n for one in shape(o) for n in one[1]] == [str(n) for n in range(1, 8)]


def test_contents_without_page_numbers() -> None:
    made, o = read(
        COVER,
        bold("Contents"),
        para("Introduction"),
        para("Background"),
        bold("Introduction"),
        *typed(1, 2),
        bold("Background"),
        *typed(3, 2),
    )
    assert [one[0] for one in shape(o)] == ["Introduction", "Background"]
    assert sum(one.role == Role.CONTENTS for one in made.blocks) == 3


def test_same_seed_same_text() -> None:
    assert Prose("en", 3).paragraph() == Prose("en", 3).paragraph()
    assert ZH.zh
    assert not EN.zh
