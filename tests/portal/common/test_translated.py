from types import SimpleNamespace

import pytest

from portal.common.translated import column_language, translated


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("en", "en"),
        ("en-gb", "en"),
        ("zh-hant", "zh_hant"),
        ("zh-hans", "zh_hans"),
        ("zh-hk", "zh_hant"),
        ("zh-cn", "zh_hans"),
    ],
)
def test_column_of_a_language(code: str, column: str) -> None:
    assert column_language(code) == column


def test_simplified_falls_back_to_traditional_and_says_so() -> None:
    row = SimpleNamespace(title_en="Custody", title_zh_hant="託管", title_zh_hans="")
    found = translated(row, "title", "zh-hans")
    assert (found.text, found.html_lang, found.is_fallback) == ("託管", "zh-Hant-HK", True)


def test_traditional_falls_back_to_english() -> None:
    row = SimpleNamespace(title_en="Custody", title_zh_hant="", title_zh_hans="托管")
    assert translated(row, "title", "zh-hant").text == "Custody"


def test_nothing_written_is_an_empty_text() -> None:
    row = SimpleNamespace(title_en="", title_zh_hant="", title_zh_hans="")
    assert str(translated(row, "title", "en")) == ""
