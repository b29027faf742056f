"""Fetching from an address that somebody outside has given: https, nothing inside the house, little, and soon."""

import ipaddress
import socket
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Final
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.conf import settings

SECONDS: Final = 4
ALL_SECONDS: Final = 8
BYTES: Final = 256 * 1024


class NotFetched(Exception):
    """Why nothing was fetched, for the log."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        raise NotFetched("sent elsewhere")


def require_outside(address: str) -> None:
    """NotFetched: not https, or a name that leads into the house. A developer's machine may ask itself by http."""
    parts = urlsplit(address)
    if settings.LOCAL and parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}:
        return
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise NotFetched("not https")
    try:
        found = {row[4][0] for row in socket.getaddrinfo(parts.hostname, parts.port or 443)}
    except OSError:
        raise NotFetched("no such host") from None
    if not found or not all(ipaddress.ip_address(one).is_global for one in found):
        raise NotFetched("an address inside the house")


def fetch(address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """What stands there (GET), or what it answers to `form` (POST)."""
    try:
        require_outside(address)
        request = Request(  # noqa: S310 - the scheme is checked above
            address,
            data=urlencode(form).encode() if form is not None else None,
            headers={"Accept": "application/json", **(headers or {})},
        )
        opener = build_opener(_NoRedirect, ProxyHandler({}))
        with opener.open(request, timeout=SECONDS) as response:
            return _read(response)
    except (OSError, URLError, HTTPException, ValueError) as error:
        raise NotFetched(type(error).__name__) from None


def _read(response: Any) -> bytes:
    """At most BYTES in ALL_SECONDS: who sends one byte a second holds up a worker otherwise."""
    ends, body = time.monotonic() + ALL_SECONDS, b""
    while chunk := response.read1(64 * 1024):
        body += chunk
        if len(body) > BYTES:
            raise NotFetched("too long")
        if time.monotonic() > ends:
            raise NotFetched("too slow")
    return body
