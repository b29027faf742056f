"""A page that an officer sees through a firm's eyes: what leads nowhere there is not offered as if it did.

Done once, on the page as it was made: a link to what is closed loses its address, and whatever would send something is
disabled. Both say so to a screen reader and point to the sentence in the frame (`NOTE`) that says why.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.urls import Resolver404, resolve

NOTE: Final = "view-as-closed"
"""The id of the sentence in the frame."""

_TAG: Final = re.compile(
    r"""<(/?)(a|form|button|input|select|textarea)\b((?:[^>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(r"""([^\s"'=<>/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_SENDS: Final = ("hx-post", "hx-put", "hx-patch", "hx-delete", "formaction")
_LEADS: Final = ("href", "hx-get", "hx-push-url")
_CLOSED: Final = f' aria-disabled="true" aria-describedby="{NOTE}"'


def name_of(address: str) -> str | None:
    """The name of an address of this portal; None for one elsewhere, for a place on the page, or for none at all."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return None


def closed(page: str, *, is_open: Callable[[str], bool], leaving: frozenset[str], asking: frozenset[str]) -> str:
    """`page` with all that is closed marked so. `leaving`: the forms that the officer may send; `asking`: by these
    words of its query a link asks for a form."""
    return _Closing(is_open, leaving, asking).of(page)


class _Closing:
    def __init__(self, is_open: Callable[[str], bool], leaving: frozenset[str], asking: frozenset[str]) -> None:
        self._is_open, self._leaving, self._asking = is_open, leaving, asking
        self._known: dict[str, bool] = {}
        # Whether what stands here would be sent to where nothing is taken.
        self._form_is_closed = False

    def of(self, page: str) -> str:
        return _TAG.sub(self._tag, page)

    def _leads_nowhere(self, address: str) -> bool:
        path, _mark, query = address.partition("#")[0].partition("?")
        if not self._asking.isdisjoint(parse_qs(query, keep_blank_values=True)):
            return True
        if path not in self._known:
            name = name_of(path)
            self._known[path] = name is not None and not self._is_open(name)
        return self._known[path]

    def _tag(self, found: re.Match[str]) -> str:
        ends, tag, inside = found[1], found[2].lower(), found[3]
        if tag == "form":
            self._form_is_closed = not ends and self._is_closed_form(_attributes(inside))
            return found[0]
        if ends:
            return found[0]
        given = _attributes(inside)
        if tag == "a":
            if not any(name in given and self._leads_nowhere(given[name]) for name in _LEADS):
                return found[0]
            return f'<a role="link"{_CLOSED}{_without(inside, {*_LEADS, "role", "aria-describedby", "download"})}>'
        sends = any(name in given for name in _SENDS) or self._leads_nowhere(given.get("hx-get", ""))
        if given.get("type") == "hidden" or "disabled" in given or not (self._form_is_closed or sends):
            return found[0]
        described = f"{given['aria-describedby']} {NOTE}" if "aria-describedby" in given else NOTE
        rest = _without(inside, {"aria-describedby", *_SENDS, "hx-get"})
        return f'<{tag} disabled aria-describedby="{described}"{rest}>'

    def _is_closed_form(self, given: dict[str, str]) -> bool:
        address = given.get("action", "")
        if given.get("method", "get").lower() == "post":
            return name_of(address) not in self._leaving
        return self._leads_nowhere(address)


def _attributes(inside: str) -> dict[str, str]:
    return {one[1].lower(): unescape((one[2] or "").strip("\"'")) for one in _ATTRIBUTE.finditer(inside)}


def _without(inside: str, names: set[str]) -> str:
    """The attributes of a tag as they were written, but for these."""
    kept = [one[0] for one in _ATTRIBUTE.finditer(inside) if one[1].lower() not in names]
    return "".join(f" {one}" for one in kept)
