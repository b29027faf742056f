"""On what a comment was made, for a page that shows comments away from their paper."""

from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator

from consultations.emails import place_words
from consultations.models import Comment, Consultation
from portal.common.translated import Translated, column_language, translated

BEGINNING = 200  # characters


def place_of(row: Any) -> str:
    """Paragraph 16, question 3, section 2 or the whole paper: where a comment or a clarification hangs."""
    for kind in ("paragraph", "question", "section"):
        part = getattr(row, kind, None)
        if part is not None:
            return place_words(kind, part.number)
    return place_words("whole", "")


def beginning_of(comment: Comment) -> Translated:
    """The words that the comment is about, or else how its place begins. Empty for the whole paper."""
    if comment.passage:
        language = comment.passage_language or comment.language
        return Translated(comment.passage, language, language != column_language())
    anchor = comment.anchor
    if isinstance(anchor, Consultation):
        return Translated("", column_language(), False)
    found = translated(anchor, "title" if comment.section_id else "html")
    words = " ".join(unescape(strip_tags(found.text)).split())
    return Translated(Truncator(words).chars(BEGINNING), found.language, found.is_fallback)
