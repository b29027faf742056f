"""Finding words in a text again, and marking them without touching its tags."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import passages
from consultations.passages import Passage, find, marked, stands
from portal.common.markdown import render

HTML = render(
    "The *ratio* is **98 per cent** & more.\n\nA platform holds “client assets” <here>.\n\n"
    "| a | b |\n|---|---|\n| one | two |\n\n[a link](http://x.example/%3E 'a \"<b>\" title')"
)


def row(**html: str) -> SimpleNamespace:
    return SimpleNamespace(**{f"html_{code}": html.get(code, "") for code in ("en", "zh_hant", "zh_hans")})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("98 per cent", "98 per cent"),
        ("THE RATIO IS 98", "The ratio is 98"),
        ('holds "client assets" <here>', "holds “client assets” <here>"),
        ("& more.\n\nA platform", "& more. A platform"),
        ("one\ttwo", "one two"),
        ("a link", "a link"),
    ],
)
def test_words_are_found_as_they_stand(typed: str, words: str) -> None:
    found = find(row(en=HTML), typed)
    assert found is not None
    assert (found.words, found.language) == (words, "en")


def test_the_language_is_the_one_in_which_the_words_stand() -> None:
    found = find(row(en="<p>Ratio</p>", zh_hant="<p>冷錢包比率為百分之九十八。</p>"), "百分之九十八")
    assert found == Passage("百分之九十八", "冷錢包比率為", "。 ", "zh_hant")


@pytest.mark.parametrize("typed", ["", "   ", "not there", "per cent & less"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    assert find(row(en=HTML), typed) is None


def test_of_two_alike_the_surroundings_decide() -> None:
    html = "<p>a firm may hold, and a bank may hold, keys</p>"
    found = find(row(en=html), "may hold", before="and a bank ")
    assert found is not None
    assert found.before.endswith("bank ")
    assert marked(html, [found])[0].count("<mark") == 1
    assert "bank <mark" in marked(html, [found])[0]


def test_amended_words_are_told_from_standing_ones() -> None:
    found = find(row(en="<p>at least 98 per cent</p>"), "98 per cent")
    assert found is not None
    assert stands("<p>now, at least <em>98</em> per cent</p>", found)
    assert not stands("<p>at least 95 per cent</p>", found)


def without_marks(html: str) -> str:
    return re.sub(r'<mark class="passage">|</mark>', "", html)


def test_marks_leave_tags_and_entities_whole() -> None:
    for words in ("ratio is 98 per cent & more", "more. A platform", "one two", "<here>", "link"):
        html, found = marked(HTML, [Passage(words)])
        assert found
        assert without_marks(html) == HTML
        for inner in re.findall(r'<mark class="passage">(.*?)</mark>', html):
            assert "<" not in inner
            assert inner.strip()


def test_a_mark_never_stands_between_the_rows_of_a_table() -> None:
    html, _found = marked(HTML, [Passage("a b one two")])
    assert re.findall(r"<mark[^>]*>([^<]*)", html) == ["a", "b", "one", "two"]


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_can_be_looked_for_in_any_text(source: str, words: str) -> None:
    html = render(source)
    passage = Passage(words[: passages.LONGEST])
    done, _found = marked(html, [passage, Passage(words[:3])])
    assert without_marks(done) == html
