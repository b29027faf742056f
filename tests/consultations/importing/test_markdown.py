# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Papers as Markdown: what is written is read back the same, and what people write by hand is understood."""

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.importing import Outline, Role, assemble, read_markdown, write_markdown
from consultations.importing.outline import Annex, Clause, Paragraph, Question, Section
from portal.common.markdown import clean_source

_PIECES = [
    "text", "12. looks like a number", "1.2 so does this", "# heading", "### deeper", "> quote", "> **Question 3**", "**Question 4**: no",
    "Question 5: in words", "| a | b |\n| --- | --- |\n| 1 | 2 |", "- item\n- item", "(a) item", "[^1]: note", "\\# escaped", "\\\\12. twice",
    "**5.1** clause", "## Annex A: no", "Reference: none", "## Foreword", "問題3：不是", "[§ x] odd", "#", "\\", "a\\\nb", "    code", "---", "Text\n---",
]  # fmt: skip
_text = st.one_of(
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4).map("\n\n".join),
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=3).map("\n".join),
    st.text(alphabet="ab1.#>*[]^\\ \n|-()Q問", min_size=1, max_size=40),
).map(clean_source).filter(bool)  # fmt: skip
_line = (
    st.text(alphabet="abZ1.:()#*[]^&\\ 章附Annex", min_size=1, max_size=25)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
_number = st.one_of(
    st.integers(1, 999).map(str), st.sampled_from(["1.1", "12A", "0A", "7.10", "A", "IV", "一", "x-1", "3(a)", "2.1.1"])
)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """What `assemble` can give: numbers are unique, questions tied to paragraphs of their section."""
    made = Outline(
        draw(_line), draw(st.one_of(st.just(""), st.just("CP 2026/05"))), language=draw(st.sampled_from(["en"]))
    )
    made.foreword, made.statement = draw(st.one_of(st.just(""), _text)), draw(st.one_of(st.just(""), _text))
    sections = draw(st.lists(_number, min_size=1, max_size=3, unique=True))
    numbers = iter(draw(st.lists(_number, min_size=6, max_size=12, unique=True)))
    asked = iter(draw(st.lists(_number, min_size=3, max_size=6, unique=True)))
    for number in sections:
        section = Section(number, draw(_line))
        for _one in range(draw(st.integers(1, 3))):
            paragraph = next(numbers, None)
            if paragraph is not None:
                section.paragraphs.append(Paragraph(paragraph, draw(_text)))
        known = [one.number for one in section.paragraphs]
        last = 0
        for _one in range(draw(st.integers(0, 2))):
            question = next(asked, None)
            if question is not None and known:
                last = draw(st.integers(last, len(known) - 1))
                section.questions.append(Question(question, draw(_text), known[: last + 1]))
        made.sections.append(section)
    for key in draw(st.lists(st.sampled_from(["A", "B", "1", "二", "x y"]), max_size=2, unique=True)):
        if draw(st.booleans()):
            made.annexes.append(Annex(key, draw(_line), "text", draw(_text)))
        else:
            clauses = [
                Clause(number, draw(_text))
                for number in draw(st.lists(st.sampled_from(["5.1", "5.2", "Part 3"]), min_size=1, unique=True))
            ]
            made.annexes.append(Annex(key, draw(_line), "marked_text", draw(st.one_of(st.just(""), _text)), clauses))
    return made


@settings(max_examples=250, deadline=None)
@given(outlines())
def test_reading_what_was_written_gives_the_same(outline: Outline) -> None:
    text = write_markdown(outline)
    again = assemble(read_markdown(text))
    assert again == outline, text
    again.language = outline.language  # guessed from the letters, which are few here
    assert write_markdown(again) == text


BY_HAND = """# Custody of client assets

Reference: CP 2026/09

## Introduction

1. First paragraph
   that goes on.
2. Second paragraph.

   (a) with an item

**3.** Third, with a number in bold.

### Details

4) Fourth.

> Question 1: Do you agree?
> Please explain.

Question 2. Why?

## 2. Background

5. Fifth[^1].

[^1]: A note.

**Question 3**

Is that so?

## Appendix A: Terms

Custody means custody.
"""


def test_what_people_write_by_hand() -> None:
    outline = assemble(read_markdown(BY_HAND))
    assert (outline.title, outline.reference, outline.problems) == ("Custody of client assets", "CP 2026/09", [])
    assert [(one.number, one.title, [two.number for two in one.paragraphs]) for one in outline.sections] == [
        ("1", "Introduction", ["1", "2", "3", "4"]), ("2", "Background", ["5"]),
    ]  # fmt: skip
    assert [(one.number, one.text) for section in outline.sections for one in section.questions] == [
        ("1", "Do you agree?\nPlease explain."), ("2", "Why?"), ("3", "Is that so?"),
    ]  # fmt: skip
    assert outline.sections[0].paragraphs[3].text == "# Details\n\nFourth."
    assert outline.annexes == [Annex("A", "Terms", "text", "Custody means custody.")]


def test_sections_as_first_headings() -> None:
    outline = assemble(
        read_markdown("# Paper\n\n# Introduction\n\n1. One.\n\n## Part of it\n\n2. Two.\n\n# Background\n\n3. Three.\n")
    )
    assert [(one.title, [two.number for two in one.paragraphs]) for one in outline.sections] == [
        ("Introduction", ["1", "2"]), ("Background", ["3"]),
    ]  # fmt: skip


def test_chinese_by_hand() -> None:
    outline = assemble(
        read_markdown(
            "# 諮詢文件\n\n## 前言\n\n歡迎提出意見。\n\n## 一、引言\n\n1. 第一段。\n\n> **問題 1**\n>\n> 你是否同意？\n\n## 附錄A：條文\n\n條文。\n"
        )
    )
    assert (outline.foreword, outline.sections[0].number, outline.sections[0].title) == ("歡迎提出意見。", "一", "引言")
    assert outline.sections[0].questions[0].text == "你是否同意？"
    assert outline.annexes[0].key == "A"


def test_text_before_everything_is_not_lost() -> None:
    imported = read_markdown("Some words.\n\n# Title\n\nMore words.\n")
    assert {"Some words.", "More words."} <= {one.text for one in imported.blocks}
    assert any(one.role == Role.TITLE for one in imported.blocks)
