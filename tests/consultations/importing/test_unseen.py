"""Papers in layouts of several regulators and by several hands, which the importer was not written with."""

import re
import zipfile
from collections import Counter
from io import BytesIO

import pytest
from lxml import etree

from consultations.importing import Imported, Outline, assemble, import_word, read_markdown, write_markdown
from tests.consultations.importing import unseen_more
from tests.consultations.importing.unseen import PAPERS, Truth

assert unseen_more.ZH  # its papers join those of `unseen`
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OF_LABELS = re.compile(
    r"question|consultation|appendix|annex|schedule|part|chapter|qn?[0-9]*|[問題附錄件问题咨询諮詢第部分章]"
)


@pytest.mark.parametrize("name", list(PAPERS))
def test_everything_is_found(name: str) -> None:
    content, truth = PAPERS[name]()
    made = import_word(content)
    assert _wrong(made, assemble(made), truth) == []


@pytest.mark.parametrize("name", list(PAPERS))
def test_no_word_is_lost(name: str) -> None:
    content, _truth = PAPERS[name]()
    assert _lost(content, import_word(content)) == []


@pytest.mark.parametrize("name", list(PAPERS))
def test_what_is_kept_gives_the_same_paper(name: str) -> None:
    made = import_word(PAPERS[name]()[0])
    assert assemble(Imported.from_json(made.to_json())) == assemble(made)


@pytest.mark.parametrize("name", list(PAPERS))
def test_written_as_markdown_and_read_it_is_the_same_paper(name: str) -> None:
    outline = assemble(import_word(PAPERS[name]()[0]))
    assert assemble(read_markdown(write_markdown(outline))) == outline


def test_a_question_at_the_end_of_a_paragraph_is_said() -> None:
    made = import_word(PAPERS["run_in"]()[0])
    codes = {(one.number, remark.code) for one in made.blocks for remark in one.remarks}
    assert {("1", "question_set_apart"), ("3", "question_printed_as")} <= codes


def test_a_second_kind_of_annex_keeps_its_name_and_is_said() -> None:
    made = import_word(PAPERS["fca"]()[0])
    assert [
        remark.params["printed"] for one in made.blocks for remark in one.remarks if remark.code == "annex_renamed"
    ] == ["Appendix 1"]


# --- comparing ---------------------------------------------------------------------------------------------------


def _bare(text: str) -> str:
    """The words without marks of Markdown."""
    return " ".join(re.sub(r"\\(?=\W)|\*\*|(?<!\w)\*|\*(?!\w)", "", text).split())


def _wrong(made: Imported, outline: Outline, truth: Truth) -> list[str]:
    wrong: list[str] = []

    def same(what: str, found: object, present: object) -> None:
        if found != present:
            wrong.append(f"{what}: found {found!r}, present {present!r}")

    same("title", outline.title, truth.title)
    same("language", outline.language, truth.language)
    same("sections", [one.title for one in outline.sections], truth.sections)
    paragraphs = {
        one.number: _bare(re.sub(r"^(#+ .*\n+)+", "", one.text)) for two in outline.sections for one in two.paragraphs
    }
    asked = {one.number: _bare(one.text) for two in outline.sections for one in two.questions}
    annexes = {
        one.key: _bare(" ".join([one.text, *(f"{two.number} {two.text}" for two in one.clauses)]))
        for one in outline.annexes
    }
    derived = {one.params["number"] for one in outline.remarks if one.code == "number_derived"}
    if truth.paragraphs:
        same("numbers", sorted(set(paragraphs) - (derived - set(truth.paragraphs))), sorted(truth.paragraphs))
    for kind, found, present in (("paragraph", paragraphs, truth.paragraphs), ("question", asked, truth.questions)):
        for number, words in present.items():
            if not found.get(number, "").startswith(_bare(words)):
                wrong.append(f"{kind} {number}: {found.get(number, '')[:60]!r}")
    same("questions", sorted(asked), sorted(truth.questions))
    same("annexes", {one.key: one.title for one in outline.annexes}, truth.annexes)
    places = {f"question {number}": text for number, text in asked.items()}
    places |= {f"annex {key}": text for key, text in annexes.items()}
    places |= {"foreword": _bare(outline.foreword), "statement": _bare(outline.statement)}
    places["text"] = _bare(" ".join(one.text for one in made.blocks))
    for key, texts in truth.inside.items():
        place = places.get(key) or f"{paragraphs.get(key, '')} {annexes.get(key, '')}"
        wrong.extend(f"not in {key}: {one!r}" for one in texts if _bare(one) not in place)
    heads = [
        line.lstrip("# ") for two in outline.sections for one in two.paragraphs for line in one.text.split("\n")
        if line.startswith("#")
    ]  # fmt: skip
    wrong.extend(f"no heading {one!r}" for one in truth.heads if not any(one in two for two in heads))
    wrong.extend(f"heading {two!r}" for two in heads if not any(one in two for one in truth.heads))
    for key, numbers in truth.clauses.items():
        same(
            f"clauses of {key}",
            [two.number for one in outline.annexes if one.key == key for two in one.clauses],
            numbers,
        )
    text = "\n".join(one.text for one in made.blocks)
    same("tables", sum(one.role == "table" for one in made.blocks), truth.tables)
    same("notes", len(set(re.findall(r"\[\^(e?\d+)\]:", text))), truth.notes)
    said = {one.code for one in made.remarks} | {one.code for two in made.blocks for one in two.remarks}
    same("remarks not said", truth.remarks - said, set())
    same("problems", [one.code for one in outline.problems], [])
    return wrong


def _words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", text.lower()))


def _lost(content: bytes, made: Imported) -> list[str]:
    """Words of the file that are in no block and no remark; the words of labels become numbers."""
    there: Counter[str] = Counter()
    pack = zipfile.ZipFile(BytesIO(content))
    for name in pack.namelist():
        if not re.fullmatch(r"word/(document|footnotes|comments|header|footer)\.xml", name):
            continue
        root = etree.fromstring(pack.read(name))
        for fallback in list(root.iter(f"{_MC}Fallback")):
            parent = fallback.getparent()
            assert parent is not None
            parent.remove(fallback)
        for paragraph in root.iter(f"{_W}p"):
            if next(paragraph.iter(f"{_W}txbxContent"), None) is None:
                there += _words_of(_text_of(paragraph))
    kept: Counter[str] = Counter()
    for block in made.blocks:
        kept += _words_of(
            re.sub(r"\{--|--\}|\{\+\+|\+\+\}", " ", re.sub(r"\\(?=\W)", "", block.text)) + f" {block.number}"
        )
    for remark in [*made.remarks, *(one for block in made.blocks for one in block.remarks)]:
        kept += _words_of(f"{remark.text} {' '.join(remark.params.values())}")
    return sorted(word for word in there - kept if not _OF_LABELS.fullmatch(word))


def _text_of(paragraph: etree._Element) -> str:
    parts = []
    for one in paragraph.iter(f"{_W}t", f"{_W}delText", f"{_W}tab", f"{_W}br"):
        removed = one.tag == f"{_W}delText"
        parts.append(f" {one.text} " if removed else one.text or "" if one.tag == f"{_W}t" else " ")
    return "".join(parts)
