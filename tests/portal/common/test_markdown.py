from typing import Any

import pytest

from portal.common.errors import Refused
from portal.common.markdown import COMMENT_LIMIT, PAPER_LIMIT, clean_source, plain, render

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>",
    "![x](http://evil.example/pixel.png)",
    '<div hx-get="/steal" hx-trigger="load">x</div>',
    "<style>*{display:none}</style>",
    '"><script>alert(1)</script>',
    '[x](http://a.example "onmouseover=alert(1)")',
    "<form action=//evil.example><input name=attributes></form>",
    '<p id="main" name="viewer">x</p>',
    "<math><mtext><script>alert(1)</script></mtext></math>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_runs_or_loads_survives(payload: str) -> None:
    html = render(payload).lower()
    for tag in ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<input", "<div", "<math"):
        assert tag not in html
    for address in ("javascript:", "vbscript:", "data:"):
        assert f'href="{address}' not in html
    for attribute in (" onerror=", " onload=", " hx-", ' id="', ' name="', " style="):
        assert attribute not in html.replace("&lt;", "<") or "<" + html.split(attribute)[0] not in html


def test_ordinary_writing_keeps_its_shape() -> None:
    html = render("**Test (c)** assumes:\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<strong>Test (c)</strong>" in html
    assert "<ol>" in html
    assert "<td>1</td>" in html


def test_headings_start_below_those_of_the_page() -> None:
    assert render("# One\n\n## Two") == "<h3>One</h3>\n<h4>Two</h4>\n"


def test_links_to_elsewhere_give_nothing_away() -> None:
    assert render("[SFC](https://www.sfc.hk)") == (
        '<p><a href="https://www.sfc.hk" rel="noopener noreferrer nofollow">SFC</a></p>\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        "x" * (COMMENT_LIMIT + 1),
        "".join(f"[{n}]: http://a.example/{'y' * 50}\n" for n in range(60)),
        "|" * 2500,
        "[a]: http://e.example/" + "a" * 4000 + "\n\n" + "[a] " * 3000,
    ],
    ids=["long", "references", "table", "growth"],
)
def test_a_text_that_blows_up_is_refused_with_a_reason(source: str) -> None:
    with pytest.raises(Refused) as refusal:
        render(source)
    assert refusal.value.field == "body"
    assert refusal.value.message


@pytest.mark.parametrize("limit", [COMMENT_LIMIT, PAPER_LIMIT])
def test_deep_nesting_is_refused_and_not_left_out(limit: int) -> None:
    for source in ("> " * 20 + "deep", "> " * 500 + "deep", "- " * 12 + "deep", "> - " * 200 + "deep"):
        with pytest.raises(Refused, match="too deep"):
            render(source, limit=limit)
    assert "deep" in render("> " * 19 + "deep", limit=limit)


def test_cells_that_a_table_only_implies_are_counted() -> None:
    with pytest.raises(Refused, match="tables"):
        render("a|" * 900 + "\n" + "-|" * 900 + "\n" + "a\n" * 1_000)


def test_many_lines_are_refused() -> None:
    with pytest.raises(Refused, match="too many lines"):
        render("a\n" * 2_001)


def test_stored_text_has_unix_line_ends_and_no_reordering_characters() -> None:
    assert clean_source("  a\r\nb\u202e \x00c ") == "a\nb c"


def test_plain_gives_words_and_cuts_between_them() -> None:
    assert plain("<p>one <strong>two</strong> three</p>", words=2) == "one two…"


def test_the_limits_are_said_in_figures(settings: Any) -> None:
    with pytest.raises(Refused, match="20,001 characters"):
        render("x" * (COMMENT_LIMIT + 1))


# --- papers ------------------------------------------------------------------------------------------------------

NOTED = "Assets[^37] are held.\n\n[^37]: See the *roadmap*."


def test_a_paper_shows_footnotes_by_their_printed_number_and_without_ids() -> None:
    assert render(NOTED, limit=PAPER_LIMIT) == (
        "<p>Assets<sup>37</sup> are held.</p>\n<hr>\n<ol>\n"
        '<li value="37"><p>See the <em>roadmap</em>.</p>\n</li>\n</ol>\n'
    )


def test_a_paper_shows_raised_and_lowered_letters_and_lines_in_cells() -> None:
    html = render("x^2^ H~2~O\n\n| a |\n| --- |\n| one<br>two |", limit=PAPER_LIMIT)
    assert "x<sup>2</sup> H<sub>2</sub>O" in html
    assert "<td>one<br>" in html


def test_a_comment_has_none_of_that() -> None:
    html = render("x^2^ H~2~O <br> y[^z]")
    assert "<sup" not in html
    assert "<sub" not in html
    assert "x^2^ H~2~O &lt;br&gt; y[^z]" in html


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "x[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>", '[^"onclick=x]: y']
)
def test_nothing_that_runs_survives_in_a_paper(payload: str) -> None:
    html = render(f"{payload}\n\nx[^1]\n\n[^1]: {payload}", limit=PAPER_LIMIT).lower()
    for tag in ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<input", "<div", "<math", "<section"):
        assert tag not in html
    for address in ("javascript:", "vbscript:", "data:"):
        assert f'href="{address}' not in html
    assert ' id="' not in html.replace("&lt;p id=", "")


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"[^{n}]: x\n\n" for n in range(1001)),
        "".join(f"[{n}]: http://a.example\n" for n in range(60)),
        "|" * 20_001,
        "x" * (PAPER_LIMIT + 1),
    ],
    ids=["notes", "references", "table", "long"],
)
def test_a_paper_that_blows_up_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        render(source, limit=PAPER_LIMIT)
