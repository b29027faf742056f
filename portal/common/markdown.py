"""Markdown to safe HTML, once, when a text is written. The HTML is stored beside its source.

markdown-it-py parses without raw HTML and nh3 keeps an allow-list. Neither stops blow-up (SECURITY.md A7b:
25 KB of link references became 25 MB), so the source and the result are both limited.
"""

import re
from collections.abc import Sequence

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from portal.common.errors import Refused

COMMENT_LIMIT = 20_000
PAPER_LIMIT = 200_000
MAX_LINK_REFERENCES = 40
MAX_TABLE_BARS = 2_000
MAX_NESTING = 20
MAX_GROWTH = 20

_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]{1,999}\]:", re.MULTILINE)
# Characters that make text read in another order than it is stored; they have no use in English or Chinese.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_TAGS = {
    "p", "br", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


class _Renderer(RendererHTML):
    """Headings start at h3, below the headings of the page that shows the text."""

    def renderToken(  # noqa: N802
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        return super().renderToken(tokens, idx, options, env)


_parser = MarkdownIt(
    "commonmark",
    {"html": False, "linkify": False, "breaks": False, "maxNesting": MAX_NESTING},
    renderer_cls=_Renderer,
).enable(["table", "strikethrough"])
_parser.disable(["image"])


def clean_source(text: str) -> str:
    """The text as stored: Unix line ends, no outer blank lines, no characters that reorder or hide others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return _BIDI.sub("", text).strip()


def render(source: str, *, limit: int = COMMENT_LIMIT) -> str:
    """Safe HTML for `source` (Markdown, at most `limit` characters).

    Raises `Refused` with a sentence that says which limit was passed.
    """
    if len(source) > limit:
        raise Refused(
            _("The text is too long: %(length)s characters. At most %(limit)s fit.")
            % {"length": f"{len(source):,}", "limit": f"{limit:,}"},
            field="body",
        )
    if len(_REFERENCE.findall(source)) > MAX_LINK_REFERENCES:
        raise Refused(
            _("The text defines too many link references. At most %(limit)s fit.") % {"limit": MAX_LINK_REFERENCES},
            field="body",
        )
    if source.count("|") > MAX_TABLE_BARS:
        raise Refused(_("The tables in the text are too large. Attach them as a file instead."), field="body")
    html = _parser.render(source)
    if len(html) > max(10_000, MAX_GROWTH * len(source)):
        raise Refused(
            _("The text grows too large when it is laid out. Make its tables and links simpler."),
            field="body",
        )
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def plain(html: str, *, words: int | None = None) -> str:
    """The words of stored HTML without marks, for a search line or a title; at most `words` words."""
    text = " ".join(nh3.clean(html, tags=set()).split())
    if words is not None and len(text.split(" ")) > words:
        return " ".join(text.split(" ")[:words]) + "…"
    return text
