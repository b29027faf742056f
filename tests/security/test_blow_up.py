"""Texts and files that would grow, nest or take for ever: refused with a sentence, in time and memory that are bounded.

Bounded against an ordinary comment of 20,000 characters that is laid out in the same run (SECURITY.md A7b). What is
not refused is laid out whole: none of its words is left out.
"""

import gc
import html as html_text
import io
import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from consultations.importing import import_word, read_markdown
from consultations.marked_text import render_marked
from portal.common.errors import Refused
from portal.common.markdown import COMMENT_LIMIT, MAX_GROWTH, PAPER_LIMIT, clean_source, plain, render
from tests.whole import WHOLE

LANGUAGES = ("en", "zh-hant", "zh-hans")
# A paper's text may have 200,000 characters; a third of it shows the same, in a third of the time.
COMMENT, PAPER = COMMENT_LIMIT - 100, 60_000
# What these may take, in times of the ordinary comment. Not bounded they took 85 times (implied cells) and more than
# 1,000 times (marks without an end).
COMMENT_TIMES, PAPER_TIMES = 40, 120
# Megabytes that Python holds at the worst moment.
COMMENT_MEMORY, PAPER_MEMORY = 40, 150
ORDINARY = "The firm **agrees** with [this](https://harbour.example/a) and `that`, but not with all of it.\n\n"
WORD = "zqwordz"

Make = Callable[[int], str]


def _filled(piece: str, before: str = "", after: str = "") -> Make:
    return lambda length: before + piece * ((length - len(before) - len(after)) // len(piece)) + after


def _numbered(piece: str, before: str = "", after: str = "") -> Make:
    """`piece` with the numbers 0, 1, 2 ... in it ({0}, and {1} for the next)."""

    def make(length: int) -> str:
        parts, room, number = [before], length - len(before) - len(after), 0
        while (room := room - len(part := piece.format(number, number + 1))) >= 0:
            parts.append(part)
            number += 1
        return "".join([*parts, after])

    return make


def _stairs(piece: str, step: str) -> Make:
    """Lines that go deeper one by one."""

    def make(length: int) -> str:
        lines: list[str] = []
        while sum(map(len, lines)) < length - 1_000 and len(lines) < 200:
            lines.append(step * len(lines) + piece + WORD + "\n")
        return "".join(lines)

    return make


def _table(columns: int, row: str) -> Make:
    head = "a|" * columns + "\n" + "-|" * columns + "\n"
    return lambda length: (head + row * ((length - len(head)) // len(row)))[:length]


# What must be refused, in comments and in papers, with a word of the English sentence.
REFUSED: dict[str, tuple[Make, str]] = {
    "one long reference, used often": (
        _filled("[a] ", "[a]: http://x.example/" + "y" * 500 + "\n\n"),
        "grows too large",
    ),
    "many references": (_numbered("[a{0}]: http://x.example\n"), "references"),
    "references over two lines": (_filled("[a]:\nhttp://x.example\n\n"), "references"),
    "quotes": (_filled("> "), "too deep"),
    "quotes without spaces": (lambda length: ">" * (length - 10) + WORD, "too deep"),
    "lists on one line": (_filled("- ", after=WORD), "too deep"),
    "numbered lists on one line": (_filled("1. ", after=WORD), "too deep"),
    "quotes and lists in turn": (_filled("> - ", after=WORD), "too deep"),
    "lists as stairs": (_stairs("- ", "  "), "too deep"),
    "quotes as stairs": (_stairs("> ", "> "), "too deep"),
    "a high table": (_filled("|a|b|\n", "|a|b|\n|-|-|\n"), "tables"),
    "a table of one line": (_filled("a|"), "tables"),
    "a table whose cells are implied": (_table(900, "a\n"), "tables"),
    "a table whose cells are implied, in a quote": (
        lambda length: "".join(f"> {line}\n" for line in _table(800, "a\n")(length * 2 // 5).split("\n")),
        "tables",
    ),
}
# What must be refused in papers alone: comments have no footnotes.
REFUSED_IN_PAPERS: dict[str, tuple[Make, str]] = {
    "definitions of footnotes without end": (_numbered("x[^{0}]\n\n[^{0}]: n\n\n"), "footnotes"),
    "footnotes in footnotes": (_numbered("[^{0}]: a[^{1}] b[^{1}]\n\n", after="x[^0]"), "footnotes"),
}
REFUSED_IN_COMMENTS: dict[str, tuple[Make, str]] = {
    "lines": (_filled("a\n"), "too many lines"),
    "blank lines": (_filled("a\n\n"), "too many lines"),
    "headings": (_filled("# a\n"), "too many lines"),
    "fences": (_filled("```\n"), "too many lines"),
    "a quote that goes on without its marks": (_filled("b\n", ">" * 18 + "a\n"), "too many lines"),
    "a reference whose title does not end": (_filled("c\n", "[a]: b '"), "too many lines"),
}
# Odd, and laid out as it is.
LAID_OUT: dict[str, Make] = {
    "one word": _filled("x", after=WORD),
    "stars": _filled("*a_ ", after=WORD),
    "double stars": _filled("**a ", after=WORD),
    "stars of two kinds": _filled("*a **b ", after=WORD),
    "triple stars": _filled("a***b", after=WORD),
    "emphasis in emphasis": lambda length: "*a " * (length // 8) + WORD + "b* " * (length // 8),
    "struck in struck": lambda length: "~~a " * (length // 10) + WORD + "b~~ " * (length // 10),
    "opened brackets": _filled("[", after=WORD),
    "opened pictures": _filled("![", after=WORD),
    "brackets in brackets": lambda length: "[" * (length // 2 - 10) + WORD + "]" * (length // 2 - 10),
    "opened links": _filled("[a](", after=WORD),
    "opened titles": _filled('[a](b "', after=WORD),
    "backticks": lambda length: " ".join("`" * n for n in range(1, int(length**0.5))) + WORD,
    "opened addresses": _filled("<http:", after=WORD),
    "less-than signs": _filled("<", after=WORD),
    "ampersands": _filled("&", after=WORD),
    "entities": _filled("&lt;", after=WORD),
    "backslashes": _filled("\\!", after=WORD),
    "raised letters": _filled("^a", after=WORD),
    "lowered letters": _filled("~a", after=WORD),
    "opened footnotes": _filled("^[", after=WORD),
    "opened marks": _filled("{++", after=WORD),
    "marks in marks": lambda length: "{++" * (length // 6 - 10) + WORD + "++}" * (length // 6 - 10),
    "marks of two kinds": _filled("{++a{--b", after=WORD),
    "spaces before a table that is none": lambda length: " " * (length - 30) + f"{WORD}|-x",
    "quotes as deep as they may be": lambda length: ("> " * 18 + WORD + " b\n\n") * (length // 60 // 4),
}
LAID_OUT_IN_PAPERS: dict[str, Make] = {
    "one footnote, referred to 10,000 times": lambda length: f"{WORD}[^1]" * 10_000 + "\n\n[^1]: note",
    "a footnote that refers to itself": lambda length: f"[^1]: {WORD}[^1][^1]\n\nx[^1]",
    "footnotes in footnotes, as many as fit": lambda length: (
        "".join(f"[^{n}]: {WORD}[^{n + 1}] b[^{n + 1}]\n\n" for n in range(900)) + "x[^0]"
    ),
    "a footnote with a long name": lambda length: f"[^{'z' * 900}]: {WORD}\n\n" + f"[^{'z' * 900}]" * (length // 1_000),
}


def _taken(work: Callable[[], Any]) -> float:
    """Seconds of this process."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.fixture(scope="module")
def ordinary() -> float:
    """Seconds for an ordinary comment of 20,000 characters: the floor of this run."""
    text = (ORDINARY * 300)[:COMMENT_LIMIT]
    render(text)
    return max(0.02, min(_taken(lambda: render(text)) for _turn in range(3)))


def _sentence(source: str, render_: Callable[[str], str]) -> str:
    with pytest.raises(Refused) as caught:
        render_(source)
    assert caught.value.field == "body"
    return str(caught.value.message)


def _cases() -> Iterator[Any]:
    for kind, texts in (
        ("comment", REFUSED | REFUSED_IN_COMMENTS),
        ("paper", REFUSED | REFUSED_IN_PAPERS),
    ):
        for name, (make, words) in texts.items():
            yield pytest.param(kind, make, words, id=f"{kind}: {name}")


def _renderer(kind: str) -> tuple[Callable[[str], str], int, int, int]:
    if kind == "comment":
        return lambda text: render(clean_source(text)), COMMENT, COMMENT_TIMES, COMMENT_MEMORY
    if kind == "clause":
        return render_marked, PAPER, PAPER_TIMES, PAPER_MEMORY
    return lambda text: render(clean_source(text), limit=PAPER_LIMIT), PAPER, PAPER_TIMES, PAPER_MEMORY


def _megabytes(work: Callable[[], Any]) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("kind", "make", "words"), list(_cases()))
def test_what_blows_up_is_refused_with_a_sentence(kind: str, make: Make, words: str, ordinary: float) -> None:
    work, length, times, _memory = _renderer(kind)
    source = make(length)
    assert len(source) <= length + 100
    said = ""

    def refuse() -> None:
        nonlocal said
        said = _sentence(source, work)

    spent = _taken(refuse)
    assert words in said
    assert said.endswith(".")
    assert spent < times * ordinary, f"{spent:.2f} s, {spent / ordinary:.0f} times an ordinary comment"


SAID = {words: (make, "comment") for make, words in (REFUSED | REFUSED_IN_COMMENTS).values()} | {
    words: (make, "paper") for make, words in REFUSED_IN_PAPERS.values()
}


@pytest.mark.parametrize("words", SAID)
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_sentence_is_in_the_readers_language(words: str, language: str) -> None:
    make, kind = SAID[words]
    work, length, _times, _memory = _renderer(kind)
    with translation.override(language):
        assert re.search(r"[\u4e00-\u9fff]{4}", _sentence(make(length), work))


def _odd_ones() -> Iterator[Any]:
    for kind, texts in (("comment", LAID_OUT), ("paper", LAID_OUT | LAID_OUT_IN_PAPERS), ("clause", LAID_OUT)):
        for name, make in texts.items():
            yield pytest.param(kind, make, id=f"{kind}: {name}")


@pytest.mark.parametrize(("kind", "make"), list(_odd_ones()))
def test_what_is_only_odd_is_laid_out_whole(kind: str, make: Make, ordinary: float) -> None:
    work, length, times, _memory = _renderer(kind)
    if kind != "comment" and not WHOLE:  # tests/whole.py
        length, times = length // 2, times // 2
    source = make(length)
    html = ""

    def lay_out() -> None:
        nonlocal html
        html = work(source)

    spent = _taken(lay_out)
    assert spent < times * ordinary, f"{spent:.2f} s, {spent / ordinary:.0f} times an ordinary comment"
    assert len(html) <= max(10_000, MAX_GROWTH * len(source))
    assert plain(html).count(WORD) >= source.count(WORD), "words were left out"


def test_the_worst_of_them_stay_small_in_memory(record_property: Any) -> None:
    """The heaviest of each kind, one after the other; the figures are those of Python's own allocations."""
    worst = {"comment": 0.0, "paper": 0.0}
    for kind, names in {
        "comment": ("one long reference, used often", "a table whose cells are implied", "quotes as stairs"),
        "paper": ("one long reference, used often", "a table whose cells are implied", "footnotes in footnotes"),
    }.items():
        work, length, _times, memory = _renderer(kind)
        for name in names:
            source = (REFUSED | REFUSED_IN_PAPERS)[name][0](length)
            worst[kind] = max(worst[kind], _megabytes(lambda text=source, do=work: _sentence(text, do)))
        assert worst[kind] < memory
    record_property(
        "figure",
        f"blow-up: {len(list(_cases()))} texts refused, {len(list(_odd_ones()))} odd ones laid out whole, at most"
        f" {worst['comment']:.0f} MB for a comment and {worst['paper']:.0f} MB for a paper's text",
    )


# --- files -------------------------------------------------------------------------------------------------------

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default'
    ' Extension="xml" ContentType="application/xml"/><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
CELL = "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"


def docx(body: str, *, head: str = "") -> bytes:
    """A Word file with this body."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS)
        file.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        )
    return made.getvalue()


def _nested_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + f"<w:p><w:r><w:t>{WORD}</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * depth


def _rows(count: int) -> Iterator[str]:
    """Rows with words of their own: a file that packs badly, as real ones do."""
    for number in range(count):
        words = f"{number * 2_654_435_761 % 2**32:08x} {number * 40_503 % 65_521:x}"
        yield f"<w:tr><w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>{CELL}</w:tr>"


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "tables in tables, 5,000 deep": (lambda: docx(_nested_tables(5_000)), "damaged"),
    "content controls, 5,000 deep": (
        lambda: docx("<w:sdt><w:sdtContent>" * 5_000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 5_000),
        "damaged",
    ),
    "a table of 100,000 rows": (lambda: docx(f"<w:tbl>{''.join(_rows(100_000))}</w:tbl>"), "more paragraphs"),
    "a row of 100,000 cells": (lambda: docx(f"<w:tbl><w:tr>{CELL * 100_000}</w:tr></w:tbl>"), "unpacks"),
    "a paragraph of 5,000,000 letters": (
        lambda: docx("<w:p><w:r><w:t>" + "ab" * 2_500_000 + "</w:t></w:r></w:p>"),
        "unpacks",
    ),
    "XML entities": (
        lambda: docx(
            "<w:p><w:r><w:t>&c;</w:t></w:r></w:p>",
            head='<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        ),
        "entities",
    ),
    "a Markdown file of 5 MB": (lambda: b"a word\n\n" * 650_000, "too long"),
}


def _read(name: str, content: bytes) -> None:
    if "Markdown" in name:
        read_markdown(content.decode())
    else:
        import_word(content)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_blows_up_is_refused_with_a_sentence(name: str, ordinary: float) -> None:
    make, words = FILES[name]
    content = make()
    said = {}

    def refuse() -> None:
        with pytest.raises(Refused) as caught:
            _read(name, content)
        said[translation.get_language()] = str(caught.value.message)

    spent = _taken(refuse)
    for language in LANGUAGES[1:]:
        with translation.override(language):
            refuse()
    assert words in said["en"]
    assert all(re.search(r"[\u4e00-\u9fff]{4}", said[language]) for language in LANGUAGES[1:])
    assert spent < PAPER_TIMES * ordinary, f"{spent:.2f} s, {spent / ordinary:.0f} times an ordinary comment"


# --- the page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["many references", "lists on one line", "a table whose cells are implied", "lines"])
def test_the_page_keeps_the_text_and_says_why(name: str, open_paper: Any, world: Any) -> None:
    make, words = (REFUSED | REFUSED_IN_COMMENTS)[name]
    source = make(COMMENT)
    answer = world.client("mei").post(
        f"/consultations/{open_paper.key}/comments/",
        {"anchor": "whole", "audience": "group", "body": source, "language": "en"},
        headers={"accept-language": "en"},
    )
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert words in page
    kept = re.search(r"<textarea[^>]*name=\"body\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert kept is not None
    assert html_text.unescape(kept[1]).strip() == clean_source(source)
