"""Marked-up drafting: {++inserted++} and {--deleted--} words as safe HTML."""

import re

from django.utils.html import escape
from django.utils.translation import gettext as _

from portal.common.errors import Refused
from portal.common.markdown import PAPER_LIMIT

_OPENED = re.compile(r"\{(\+\+|--)")
_TAGS = {"++": "ins", "--": "del"}


def render_marked(source: str) -> str:
    """Plain text with marks to HTML paragraphs of text, <ins> and <del>. Everything else is escaped.

    Only the marks are markup, so a clause of a rule is shown letter by letter as it was drafted.
    """
    if len(source) > PAPER_LIMIT:
        raise Refused(_("The text is too long."), field="body")
    return "".join(f"<p>{_marks(block)}</p>" for block in re.split(r"\n\s*\n", source.strip()) if block.strip())


def _marks(text: str) -> str:
    """Each opened mark runs to its first end. One without an end is text; its end is looked for once, not each time."""
    parts: list[str] = []
    place = 0
    endless: set[str] = set()
    for found in _OPENED.finditer(text):
        sign = found[1]
        if found.start() < place or sign in endless:
            continue
        end = text.find(f"{sign}}}", found.end())
        if end < 0:
            endless.add(sign)
            continue
        tag = _TAGS[sign]
        parts.append(escape(text[place : found.start()]))
        parts.append(f"<{tag}>{escape(text[found.end() : end])}</{tag}>")
        place = end + 3
    parts.append(escape(text[place:]))
    return "".join(parts)
