"""Marked-up drafting: {++inserted++} and {--deleted--} words as safe HTML."""

import re

from django.utils.html import escape
from django.utils.translation import gettext as _

from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT

_MARK = re.compile(r"\{\+\+(?P<ins>.*?)\+\+\}|\{--(?P<del>.*?)--\}", re.DOTALL)


def render_marked(source: str) -> str:
    """Plain text with marks to HTML paragraphs of text, <ins> and <del>. Everything else is escaped.

    Only the marks are markup, so a clause of a rule is shown letter by letter as it was drafted.
    """
    if len(source) > PAPER_LIMIT:
        raise Refused(_("The text is too long."), field="body")
    return "".join(f"<p>{_marks(block)}</p>" for block in re.split(r"\n\s*\n", source.strip()) if block.strip())


def _marks(text: str) -> str:
    parts: list[str] = []
    place = 0
    for found in _MARK.finditer(text):
        parts.append(escape(text[place : found.start()]))
        tag = "ins" if found["ins"] is not None else "del"
        parts.append(f"<{tag}>{escape(found[tag])}</{tag}>")
        place = found.end()
    parts.append(escape(text[place:]))
    return "".join(parts)
