"""Markdown as plain data: blocks and inline pieces that each format writes in its own way.

The source goes through the parser of pages, so an export shows what the page shows. Nothing here is markup of any
format: a writer gets words, and escapes or encodes them as its format asks.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

Node = dict[str, Any]

# Nothing of this in a text: it is paragraphs of plain words, and needs no parser. Most comments are.
_MARKS = re.compile(r"[*_`\[\]<>#|\\~&!=^{}]|^[ \t]*(?:[-+]|\d{1,9}[.)])|^(?: {4}|\t)|  $", re.MULTILINE)
# What no format can hold: control characters, halves of surrogate pairs, and what XML forbids.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CRITIC = re.compile(r"\{\+\+(?P<ins>.*?)\+\+\}|\{--(?P<del>.*?)--\}", re.DOTALL)
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

_OPEN: Final = {
    "strong_open": "strong",
    "em_open": "em",
    "s_open": "del",
}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.disable(["image"])
    parser.use(footnote_plugin, inline=False)
    return parser


_markdown = _parser()


def clean(text: str) -> str:
    """The text without characters that no document can hold."""
    return _CONTROL.sub("", text)


def words(text: str) -> Node:
    return {"t": "text", "s": text}


def blocks(source: str) -> list[Node]:
    """The blocks of a Markdown text."""
    source = clean(source).strip()
    if not source:
        return []
    if not _MARKS.search(source):
        return [{"t": "p", "c": _lines(one)} for one in re.split(r"\n[ \t]*\n\s*", source)]
    tokens = _markdown.parse(source)
    walker = _Walker(tokens)
    return walker.blocks(iter(tokens), "")


def marked(source: str) -> list[Node]:
    """The blocks of drafting in which {++inserted++} and {--deleted--} words are marked; all else is plain text."""
    source = clean(source).strip()
    return [{"t": "p", "c": _critic(one)} for one in re.split(r"\n\s*\n", source) if one.strip()]


def plain(nodes: Sequence[Node]) -> str:
    """The words alone, blocks on lines of their own: for a cell."""
    found: list[str] = []
    for node in nodes:
        match node["t"]:
            case "p" | "h":
                found.append(_flat(node["c"]))
            case "code":
                found.append(node["s"])
            case "quote":
                found.append("\n".join(f"> {line}" for line in plain(node["c"]).split("\n")))
            case "ul" | "ol":
                for number, item in enumerate(node["items"], start=node.get("start", 1)):
                    sign = f"{number}." if node["t"] == "ol" else "•"
                    found.append(f"{sign} {plain(item)}")
            case "table":
                for row in [node["head"], *node["rows"]]:
                    found.append(" | ".join(_flat(cell) for cell in row))
            case _:
                pass
    return "\n".join(found)


def _flat(nodes: Sequence[Node]) -> str:
    parts: list[str] = []
    for node in nodes:
        match node["t"]:
            case "text" | "code":
                parts.append(node["s"])
            case "br":
                parts.append("\n")
            case "ins":
                parts.append(f"[+{_flat(node['c'])}+]")
            case "del":
                parts.append(f"[-{_flat(node['c'])}-]")
            case "note":
                parts.append(f" [{_flat(node['c'])}]")
            case "link":
                text = _flat(node["c"])
                parts.append(text if text == node["url"] else f"{text} ({node['url']})")
            case _:
                parts.append(_flat(node["c"]))
    return "".join(parts)


def _run(nodes: Sequence[Node]) -> list[Node]:
    """The blocks of a footnote as one run of words."""
    found: list[Node] = []
    for node in nodes:
        if found:
            found.append(words(" "))
        found += node["c"] if node["t"] in {"p", "h"} else [words(plain([node]))]
    return found


def _lines(text: str) -> list[Node]:
    """A paragraph of plain words: a line end within it is a blank, between Chinese characters nothing."""
    joined = ""
    for part in text.strip().split("\n"):
        part = part.strip()
        joined += part if not joined else _between(joined, part) + part
    return [words(joined)]


def _between(before: str, after: str) -> str:
    return "" if _CHINESE.match(before[-1:]) and _CHINESE.match(after[:1]) else " "


def _critic(text: str) -> list[Node]:
    found: list[Node] = []
    place = 0
    for mark in _CRITIC.finditer(text):
        if mark.start() > place:
            found.append(words(text[place : mark.start()]))
        tag = "ins" if mark["ins"] is not None else "del"
        found.append({"t": tag, "c": [words(mark[tag])]})
        place = mark.end()
    if place < len(text):
        found.append(words(text[place:]))
    return found


class _Walker:
    """From a list of tokens to a tree."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.notes = self._notes(tokens)

    def _notes(self, tokens: Sequence[Token]) -> dict[int, list[Node]]:
        """The text of each footnote. A reference within a footnote shows its number alone."""
        self.notes = {}
        found: dict[int, list[Node]] = {}
        stream = iter(tokens)
        for token in stream:
            if token.type == "footnote_open":
                found[token.meta["id"]] = _run(self.blocks(stream, "footnote_close"))
        return found

    def blocks(self, stream: Iterator[Token], end: str) -> list[Node]:
        found: list[Node] = []
        for token in stream:
            if token.type == end:
                break
            match token.type:
                case "paragraph_open":
                    found.append({"t": "p", "c": self._inline_until(stream, "paragraph_close")})
                case "heading_open":
                    content = self._inline_until(stream, "heading_close")
                    found.append({"t": "h", "level": int(token.tag[1]), "c": content})
                case "blockquote_open":
                    found.append({"t": "quote", "c": self.blocks(stream, "blockquote_close")})
                case "bullet_list_open":
                    found.append({"t": "ul", "items": self._items(stream, "bullet_list_close")})
                case "ordered_list_open":
                    start = int(token.attrGet("start") or 1) if token.attrGet("start") != 0 else 0
                    found.append({"t": "ol", "start": start, "items": self._items(stream, "ordered_list_close")})
                case "fence" | "code_block":
                    found.append({"t": "code", "s": token.content.rstrip("\n")})
                case "hr":
                    found.append({"t": "hr"})
                case "table_open":
                    found.append(self._table(stream))
                case "footnote_block_open":
                    for rest in stream:
                        if rest.type == "footnote_block_close":
                            break
                case _:
                    pass
        return found

    def _items(self, stream: Iterator[Token], end: str) -> list[list[Node]]:
        found: list[list[Node]] = []
        for token in stream:
            if token.type == end:
                break
            if token.type == "list_item_open":
                found.append(self.blocks(stream, "list_item_close"))
        return found

    def _table(self, stream: Iterator[Token]) -> Node:
        rows: list[list[list[Node]]] = []
        align: list[str] = []
        for token in stream:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                if token.type == "th_open":
                    align.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
                rows[-1].append(self._inline_until(stream, token.type.replace("open", "close")))
        return {"t": "table", "align": align, "head": rows[0] if rows else [], "rows": rows[1:]}

    def _inline_until(self, stream: Iterator[Token], end: str) -> list[Node]:
        found: list[Node] = []
        for token in stream:
            if token.type == end:
                break
            if token.type == "inline":
                found += self._inline(iter(token.children or ()), "")
        return found

    def _inline(self, stream: Iterator[Token], end: str) -> list[Node]:
        found: list[Node] = []
        broken = False
        for token in stream:
            if token.type == end:
                break
            if broken:
                before = found[-1].get("s", "") if found else ""
                if gap := _between(before, token.content):
                    found.append(words(gap))
                broken = False
            match token.type:
                case "text" | "text_special" | "html_inline":
                    if token.content:
                        found.append(words(token.content))
                case "code_inline":
                    found.append({"t": "code", "s": token.content})
                case "softbreak":
                    broken = True
                case "hardbreak":
                    found.append({"t": "br"})
                case "link_open":
                    content = self._inline(stream, "link_close")
                    url = str(token.attrGet("href") or "")
                    found += [{"t": "link", "url": url, "c": content}] if _SAFE_LINK.match(url) else content
                case "footnote_ref":
                    note = self.notes.get(token.meta["id"])
                    label = str(token.meta["id"] + 1)
                    found.append({"t": "note", "c": note} if note else words(f"[{label}]"))
                case kind if kind in _OPEN:
                    found.append({"t": _OPEN[kind], "c": self._inline(stream, kind.replace("open", "close"))})
                case _:
                    pass
        return found
