"""What each format promises beside its words."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from consultations import workflow
from consultations.exports import blocks, glyphs, pdf
from consultations.exports.files import disposition, file_name
from consultations.importing import assemble, read_markdown
from members.viewer import acting_as
from portal.common.clock import HONG_KONG
from tests.concluding import publish
from tests.consultations.conftest import NOW, make_paper, say
from tests.consultations.exports.conftest import Scene
from tests.consultations.exports.reading import pdf_text
from tests.world import World


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def workbook(content: bytes | None) -> Any:
    return load_workbook(BytesIO(content or b""))


# PDF


def test_a_pdf_is_tagged_and_says_its_language_title_and_reader(scene: Scene) -> None:
    content = scene.file("mei", "paper-with-comments", "pdf") or b""
    text = pdf_text(content)
    assert b"%PDF-1.7" in content[:20]
    assert "pdfuaid" in text
    assert "/MarkInfo" in text
    assert "/Lang(en-HK)" in text.replace(" ", "")
    assert "/Outlines" in text
    assert "CP 1 Custody cp-1" in text
    assert squeezed("Printed for Mei, Harbour (demo), 23 November 2026, 09:00 Hong Kong time") in squeezed(text)


def test_the_compiler_refuses_what_is_not_pdf_ua(scene: Scene) -> None:
    """A character without a glyph, which PDF/UA-1 forbids, is refused: the standard is enforced, not only claimed."""
    data = pdf.data_of({"title": "t", "reference": "r", "language": "en", "footer": "", "separator": "", "nodes": [],
                        "words": {"missing": "", "missing-why": ""}})  # fmt: skip
    assert pdf.compiled(data).startswith(b"%PDF")
    with pytest.raises(pdf._CannotShow):
        pdf.compiled(data.replace('"nodes": []', '"nodes": [{"k": "notice", "s": "\\ud83d\\ude00"}]'))


def test_chinese_comes_out_as_chinese(scene: Scene) -> None:
    text = pdf_text(scene.file("mei", "paper-with-comments", "pdf", text="zh_hant") or b"")
    assert "託管" in text
    assert "段落" in text
    assert "/Lang(zh-HK)" in text.replace(" ", "")
    both = pdf_text(scene.file("mei", "paper", "pdf", text="both") or b"")
    assert "段落" in both
    assert squeezed("Paragraph 1.1") in squeezed(both)


def test_a_character_without_a_glyph_is_replaced_and_named(scene: Scene) -> None:
    say(scene.paper, scene.world, "mei", "Fine 😀😀 \u0e01")
    text = pdf_text(scene.file("mei", "comments", "pdf") or b"")
    assert "□" in text
    assert squeezed("U+1F600 GRINNING FACE (2)") in squeezed(text)
    assert squeezed("U+0E01 THAI CHARACTER KO KAI (1)") in squeezed(text)


def test_nothing_in_a_text_is_read_as_markup_of_the_form(scene: Scene) -> None:
    hostile = '#eval("1+1") #read("/etc/passwd") $x^2$ @ref <b> \\ #import "@preview/x:1.0.0": * `#panic()`'
    say(scene.paper, scene.world, "mei", hostile)
    text = squeezed(pdf_text(scene.file("mei", "comments", "pdf") or b""))
    assert "#read(" in text
    assert "#panic()" in text
    assert "root:" not in text


def test_fonts_show_what_people_here_write() -> None:
    for one in "託管嘅咗啲喺冇銀行數字資產“”「」…—£€§①é":
        assert one in glyphs.shown(), one


def test_marks_that_no_letter_carries_are_found_by_the_compiler_and_replaced(scene: Scene) -> None:
    """Characters that some font has, but not where they stand: the second attempt does without them."""
    say(scene.paper, scene.world, "mei", "x\u0323\u20e3 q\u0336\u0489 fine")
    text = pdf_text(scene.file("mei", "comments", "pdf") or b"")
    assert "fine" in text
    assert "Characters that could not be printed" in text


# Word


def test_a_word_document_has_headings_numbers_and_languages(scene: Scene) -> None:
    content = scene.file("mei", "paper-with-comments", "docx", text="both") or b""
    document = Document(BytesIO(content))
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    assert headings[:2] == ["Purpose", "Foreword"]
    assert any("Storage ratio" in one for one in headings)
    assert document.core_properties.author == ""
    assert document.core_properties.title == "CP 1 Custody cp-1"
    assert 'w:eastAsia="PMingLiU"' in document.styles.element.xml
    cells = [cell.text.strip() for table in document.tables for row in table.rows for cell in row.cells]
    assert "1.10" in cells or any(line.text.startswith("1.10\t") for line in document.paragraphs)
    assert "段落" in cells


def test_withdrawn_comments_are_marked_in_every_format(scene: Scene) -> None:
    marks = {
        "pdf": squeezed(pdf_text(scene.file("mei", "comments", "pdf") or b"")),
        "docx": squeezed(
            "".join(one.text for one in Document(BytesIO(scene.file("mei", "comments", "docx") or b"")).paragraphs)
        ),
    }
    for text in marks.values():
        assert squeezed("Withdrawn 23 November 2026, 09:00: Wrong paper") in text
    sheet = workbook(scene.file("mei", "comments", "xlsx"))["Comments"]
    assert any("Withdrawn" in str(cell.value) for row in sheet.iter_rows(min_row=2) for cell in row)
    gone = [one for one in json.loads(scene.file("mei", "comments", "json") or b"")["comments"] if one["withdrawn_at"]]
    assert len(gone) == 1
    assert gone[0]["text"] is None
    assert gone[0]["withdrawal_reason"] == "Wrong paper, qzreasonqz"


# Excel


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "|calc", "＝1+1"])
def test_no_cell_is_a_formula(scene: Scene, start: str) -> None:
    say(scene.paper, scene.world, "mei", f"`{start}`" if start[0] in "+-" else start)
    book = workbook(scene.file("mei", "comments", "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    typed = [cell for cell in cells if str(cell.value).startswith(start)]
    assert typed
    assert all(cell.quotePrefix for cell in typed)


def test_dates_are_dates_in_hong_kong(scene: Scene) -> None:
    sheet = workbook(scene.file("mei", "comments", "xlsx"))["Comments"]
    assert sheet.freeze_panes == "A2"
    head = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, head.index("Posted (Hong Kong time)") + 1)
    assert cell.is_date
    assert cell.value == datetime(2026, 11, 23, 9, 0)
    book = workbook(scene.file("mei", "comments", "xlsx"))
    assert book.sheetnames == ["Comments", "Questions", "About this file"]
    assert all(sheet.sheet_state == "visible" for sheet in book)
    assert [row[0].value for row in book["Questions"].iter_rows(min_row=2)] == ["1", "2"]


# JSON


def test_json_is_what_its_description_says(scene: Scene) -> None:
    found = json.loads(scene.file("mei", "paper-with-comments", "json") or b"")
    assert (found["format"], found["version"]) == ("aspire-portal/consultation", 1)
    assert found["made_at"] == "2026-11-23T09:00:00+08:00"
    assert found["made_for"] == {"name": "Mei", "organisation": "Harbour (demo)"}
    numbers = [item["number"] for section in found["paper"]["sections"] for item in section["items"]]
    assert numbers == ["1.1", "1", "1.10", "2.1", "2", "2.10"]
    one = next(one for one in found["comments"] if one["audience"] == "shared")
    assert one["text"] == "To the SFC, qzmeisharedqz."
    assert one["place"] == "q1"
    assert one["audience_words"] == "SFC only"


# Names and Markdown


def test_names_are_safe_everywhere() -> None:
    assert file_name("CP/2026-05", "comments", "pdf", NOW) == "cp-2026-05-comments-2026-11-23.pdf"
    assert file_name("../../etc\r\nX: y", "paper", "md", NOW) == "etc-x-y-paper-2026-11-23.md"
    header = disposition('諮詢 "5"\r\nX: 1', "paper", "pdf", NOW)
    assert "\r" not in header
    assert "\n" not in header
    assert 'filename="5-x-1-paper-2026-11-23.pdf"' in header
    assert "filename*=UTF-8''%E8%AB%AE%E8%A9%A2" in header
    assert NOW.tzinfo is HONG_KONG


def test_markdown_becomes_the_same_blocks_with_and_without_the_parser() -> None:
    for text in ("One line\nand two", "託管\n安排", "A\n\nB"):
        with_parser = blocks._Walker(tokens := blocks._markdown.parse(text)).blocks(iter(tokens), "")
        assert blocks.plain(blocks.blocks(text)) == blocks.plain(with_parser)


def test_links_that_are_no_links_stay_words() -> None:
    (block,) = blocks.blocks("[a](javascript:alert(1)) [b](https://b.example) ![c](http://c.example/x.png)")
    assert [one["url"] for one in block["c"] if one["t"] == "link"] == ["https://b.example", "http://c.example/x.png"]


def test_footnotes_stand_in_the_text_and_at_the_end() -> None:
    (block,) = blocks.blocks("A rule.[^1]\n\n[^1]: See para 10.6.")
    assert block["c"][-1] == {"t": "note", "c": [{"t": "text", "s": "See para 10.6."}]}


def test_the_markdown_of_a_paper_reads_back_as_that_paper(scene: Scene) -> None:
    text = (scene.file("mei", "paper", "md") or b"").decode()
    found = assemble(read_markdown(text.split("\n---\n")[0]))
    assert found.title == "Custody cp-1"
    assert [one.number for one in found.sections] == ["1", "2"]
    paragraphs = [one for section in found.sections for one in section.paragraphs]
    assert [(one.number, one.text) for one in paragraphs][:2] == [
        ("1.1", "Paragraph **1.1**"),
        ("1.10", "Paragraph 1.10"),
    ]
    assert [one.number for section in found.sections for one in section.questions] == ["1", "2"]


def test_published_conclusions_stand_in_every_format(world: World) -> None:
    paper, officer = make_paper(world, opens=timedelta(days=-60), closes=timedelta(days=-10)), world.viewer("officer")
    with acting_as(officer):
        found = workflow.begin_conclusions(
            paper, actor=officer, signed_by=world.officer, respondents_named=[world.harbour], respondents_withheld=2,
            texts={"executive_summary": {"en": "In sum.", "zh_hant": "總括。"}, "way_forward": {"en": "Onward."}},
        )  # fmt: skip
        workflow.add_outcome(
            paper, actor=officer, number="1", outcome="modified", questions=paper.questions.filter(number="2"),
            texts={
                "title": {"en": "Ratio"}, "comments_received": {"en": "Six agreed."}, "sfc_response": {"en": "We do."},
            },
            changed_paragraphs=paper.paragraphs.filter(number__in=["1.1", "2.10"]),
        )  # fmt: skip
    publish(found, world)
    scene = Scene(world, paper)
    made = {form: scene.file("mei", "paper", form) or b"" for form in ("md", "json", "docx", "pdf")}
    (outcome,) = json.loads(made["json"])["paper"]["conclusions"]["outcomes"]
    assert outcome["outcome"] == "modified"
    assert (outcome["questions"], outcome["changed_paragraphs"]) == (["2"], ["1.1", "2.10"])
    document = Document(BytesIO(made["docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    word = " ".join([*(line.text for line in document.paragraphs), *cells])
    said = ("In sum.", "Onward.", "Ratio", "Six agreed.", "We do.", "Adopted with changes", "1.1, 2.10", "2 names")
    for text in (made["md"].decode(), word, pdf_text(made["pdf"])):
        for words in (*said, "Harbour (demo)"):
            assert squeezed(words) in squeezed(text), words
