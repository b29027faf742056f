"""Markdown to safe HTML, once, when a text is written. The HTML is stored beside its source.

markdown-it-py parses without raw HTML and nh3 keeps an allow-list. Neither stops blow-up (SECURITY.md A7b:
25 KB of link references became 25 MB), so the source and the result are both limited.

Papers (`limit=PAPER_LIMIT`) have more than comments: footnotes `[^1]`, `^raised^` and `~lowered~` letters, `<br>`
between the lines of a table's cell, and larger tables. Comments are not touched by any of that.
"""

import re
from collections.abc import Sequence
from typing import Any

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from portal.common.errors import Refused

COMMENT_LIMIT = 20_000
PAPER_LIMIT = 200_000
MAX_LINK_REFERENCES = 40
MAX_TABLE_BARS = 2_000
MAX_PAPER_NOTES = 1_000
MAX_PAPER_TABLE_BARS = 20_000
MAX_LINES = 2_000
MAX_PAPER_LINES = 20_000
MAX_NESTING = 20
MAX_GROWTH = 20

_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]{1,999}\]:", re.MULTILINE)
_PAPER_REFERENCE = re.compile(r"^ {0,3}\[[^^\]\n][^\]\n]{0,998}\]:", re.MULTILINE)
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\n]{1,999}\]:", re.MULTILINE)
# The line below a table's head: bars and dashes, and what quotes and lists put in front.
_UNDER_HEAD = re.compile(r"[ \t>*+0-9.)|:-]+")
# Characters that make text read in another order than it is stored; they have no use in English or Chinese.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_TAGS = {
    "p", "br", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_PAPER_TAGS = _TAGS | {"sup", "sub"}
_PAPER_ATTRIBUTES = _ATTRIBUTES | {"li": {"value"}}


def _note_depth(state: StateCore) -> None:
    """Leave in the environment how deep quotes and lists are nested. What lies deeper the parser would leave out."""
    state.env["depth"] = max((token.level for token in state.tokens), default=0)


def _reader(renderer: type[RendererHTML]) -> MarkdownIt:
    made = MarkdownIt(
        "commonmark",
        # Two levels more than are taken: enough to see that there are too many.
        {"html": False, "linkify": False, "breaks": False, "maxNesting": MAX_NESTING + 2},
        renderer_cls=renderer,
    ).enable(["table", "strikethrough"])
    made.disable(["image"])
    made.core.ruler.after("block", "note_depth", _note_depth)
    return made


class _Renderer(RendererHTML):
    """Headings start at h3, below the headings of the page that shows the text."""

    def renderToken(  # noqa: N802
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        return super().renderToken(tokens, idx, options, env)


_parser = _reader(_Renderer)


class _PaperRenderer(_Renderer):
    """Footnotes as raised numbers, as the paper prints them, and a list below the text. There are no ids and no links:
    many paragraphs with a footnote 1 each stand on one page.
    """

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<sup>{_label(tokens[idx])}</sup>"

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<hr>\n<ol>\n"

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</ol>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        label = _label(tokens[idx])
        return f'<li value="{label}">' if label.isdecimal() and len(label) < 6 else f"<li>{label} "

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""


def _label(token: Token) -> str:
    return escapeHtml(str(token.meta.get("label") or int(token.meta["id"]) + 1))


def _cell_break(state: StateInline, silent: bool) -> bool:
    """`<br>` is a line break, the only way to have one in a cell of a table."""
    found = _BREAK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


_BREAK = re.compile(r"<br ?/?>")


def _made_for_papers() -> MarkdownIt:
    made = _reader(_PaperRenderer)
    made.use(footnote_plugin, inline=False).use(superscript_plugin).use(sub_plugin)
    made.inline.ruler.before("autolink", "cell_break", _cell_break)
    # The plugin hangs its own rules on the parser; ours are methods of the renderer and shall win.
    renderer = made.renderer
    assert isinstance(renderer, _PaperRenderer)
    for name in [one for one in renderer.rules if one.startswith("footnote_")]:
        renderer.rules[name] = getattr(renderer, name, renderer.rules[name])
    return made


paper_parser = _made_for_papers()
"""Reads the Markdown of papers; its tokens serve whoever writes a paper in another form."""


def clean_source(text: str) -> str:
    """The text as stored: Unix line ends, no outer blank lines, no characters that reorder or hide others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return _BIDI.sub("", text).strip()


def _cells(source: str) -> int:
    """At most how many cells its tables have: each line up to the next blank one has those of the table's head, also
    where it writes none of them."""
    columns = cells = 0
    for line in source.split("\n"):
        if not line.strip(" \t>"):
            columns = 0
        elif "|" in line and "-" in line and _UNDER_HEAD.fullmatch(line):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells


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
    paper = limit >= PAPER_LIMIT
    if len((_PAPER_REFERENCE if paper else _REFERENCE).findall(source)) > MAX_LINK_REFERENCES:
        raise Refused(
            _("The text defines too many link references. At most %(limit)s fit.") % {"limit": MAX_LINK_REFERENCES},
            field="body",
        )
    if paper and len(_NOTE.findall(source)) > MAX_PAPER_NOTES:
        raise Refused(
            _("The text has too many footnotes. At most %(limit)s fit.") % {"limit": MAX_PAPER_NOTES},
            field="body",
        )
    most = MAX_PAPER_TABLE_BARS if paper else MAX_TABLE_BARS
    if source.count("|") > most or _cells(source) > most:
        raise Refused(_("The tables in the text are too large. Attach them as a file instead."), field="body")
    lines = MAX_PAPER_LINES if paper else MAX_LINES
    if source.count("\n") >= lines:
        raise Refused(_("The text has too many lines. At most %(limit)s fit.") % {"limit": f"{lines:,}"}, field="body")
    env: dict[str, Any] = {}
    html = (paper_parser if paper else _parser).render(source, env)
    if env["depth"] > MAX_NESTING:
        raise Refused(
            _("Quotes and lists stand too deep inside one another. Make the text flatter."),
            field="body",
        )
    if len(html) > max(10_000, MAX_GROWTH * len(source)):
        raise Refused(
            _("The text grows too large when it is laid out. Make its tables and links simpler."),
            field="body",
        )
    return nh3.clean(
        html,
        tags=_PAPER_TAGS if paper else _TAGS,
        attributes=_PAPER_ATTRIBUTES if paper else _ATTRIBUTES,
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
