"""Content that is written in up to three languages, in columns `name_en`, `name_zh_hant`, `name_zh_hans`.

A missing text falls back, and says so: Simplified to Traditional to English, Traditional to English, English
to Traditional. Names and official titles are never converted or machine-translated (GLOSSARY.md 10 and 18).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

FALLBACKS = {
    "en": ("en", "zh_hant", "zh_hans"),
    "zh_hant": ("zh_hant", "en", "zh_hans"),
    "zh_hans": ("zh_hans", "zh_hant", "en"),
}
HTML_LANG = {"en": "en-HK", "zh_hant": "zh-Hant-HK", "zh_hans": "zh-Hans"}


@dataclass(frozen=True)
class Translated:
    """A text as found: its words, the language column that it came from, and whether another was wanted."""

    text: str
    language: str
    is_fallback: bool

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.language]

    def __str__(self) -> str:
        return self.text


def column_language(language: str | None = None) -> str:
    """The column suffix of `language`, or of the active language: en, zh_hant or zh_hans."""
    return _column(language or get_language() or "en")


@lru_cache(maxsize=64)
def _column(language: str) -> str:
    code = language.lower().replace("-", "_")
    if code.startswith("zh"):
        return "zh_hans" if code in {"zh_hans", "zh_cn", "zh_sg"} else "zh_hant"
    return "en"


def translated(obj: Any, field: str, language: str | None = None) -> Translated:
    """The text of `field` in `language` (the active one by default), or the nearest that exists."""
    wanted = column_language(language)
    for code in FALLBACKS[wanted]:
        text = getattr(obj, f"{field}_{code}", "")
        if text:
            return Translated(text, code, code != wanted)
    return Translated("", wanted, False)


def in_languages(obj: Any, field: str, as_field: str = "") -> dict[str, str]:
    """The texts of `field` by language column, as particulars of an event: `text_of` reads them for each reader."""
    return {f"{as_field or field}_{code}": getattr(obj, f"{field}_{code}") for code in FALLBACKS}


def text_of(params: Mapping[str, Any], field: str) -> str:
    """The text of `field` in the active language, or the nearest that exists, from particulars of an event."""
    return next((str(params[k]) for c in FALLBACKS[column_language()] if params.get(k := f"{field}_{c}")), "")
