"""In which language a text is written."""

import re

from portal.common.translated import column_language

_CHINESE = re.compile("[\u3400-\u9fff]")


def language_of(text: str) -> str:
    """In which language a text is written, by its letters; Simplified only if the reader's pages are."""
    chinese = len(_CHINESE.findall(text))
    if chinese * 3 < len(text.strip()):
        return "en"
    return "zh_hans" if column_language() == "zh_hans" else "zh_hant"
