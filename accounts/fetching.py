"""Fetching from an address that somebody outside has given: https, nothing inside the house, little, and soon.

A name is looked up once. What was found is checked, and the connection goes to that very address: looked up a second
time, the same name could lead into the house (DNS rebinding). The certificate is still asked for by the name.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings

SECONDS: Final = 4
ALL_SECONDS: Final = 8
BYTES: Final = 256 * 1024
# Of a name with many addresses, each of which may keep us waiting.
TRIED: Final = 3
# Addresses that carry another one inside, which a translator on the way would go to.
_CARRIERS: Final = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "2001::/32"))


class NotFetched(Exception):
    """Why nothing was fetched, for the log."""


class _Pinned(HTTPSConnection):
    """To one of the addresses that were checked; server name, certificate and Host are those of the name."""

    def __init__(self, host: str, port: int, *, found: tuple[str, ...]) -> None:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._found, self._tls = found[:TRIED], context

    def connect(self) -> None:
        plain = self._reach()
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _reach(self) -> socket.socket:
        failure: OSError | None = None
        for address in self._found:
            try:
                return socket.create_connection((address, self.port), SECONDS)
            except OSError as error:
                failure = error
        raise failure or OSError("no address")


def require_outside(address: str) -> tuple[str, ...]:
    """The network addresses behind it, checked, to connect to without another look.

    NotFetched: not https, or a name that leads into the house. A developer's machine may ask itself by http.
    """
    parts = urlsplit(address)
    if _is_own_machine(parts):
        return ()
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise NotFetched("not https")
    try:
        rows = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotFetched("no such host") from None
    found = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
    if not found or not all(_is_outside(one) for one in found):
        raise NotFetched("an address inside the house")
    return found


def _is_own_machine(parts: SplitResult) -> bool:
    return bool(settings.LOCAL) and parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}


def _is_outside(text: str) -> bool:
    address = ipaddress.ip_address(text)
    carries = any(address in network for network in _CARRIERS if network.version == address.version)
    return address.is_global and not address.is_multicast and not carries


def fetch(address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """What stands there (GET), or what it answers to `form` (POST)."""
    try:
        connection = _connection(address)
        try:
            _ask(connection, address, form, headers or {})
            return _read(connection.getresponse())
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise NotFetched(type(error).__name__) from None


def _connection(address: str) -> HTTPConnection:
    found, parts = require_outside(address), urlsplit(address)
    host = parts.hostname or ""
    if _is_own_machine(parts):
        return HTTPConnection(host, parts.port or 80, timeout=SECONDS)
    return _Pinned(host, parts.port or 443, found=found)


def _ask(connection: HTTPConnection, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> None:
    parts = urlsplit(address)
    said = {"Accept": "application/json", "User-Agent": "ASPIRe-Portal", "Connection": "close", **headers}
    body = None
    if form is not None:
        body = urlencode(form).encode()
        said["Content-Type"] = "application/x-www-form-urlencoded"
    target = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
    connection.request("GET" if form is None else "POST", target, body=body, headers=said)


def _read(response: HTTPResponse) -> bytes:
    """At most BYTES in ALL_SECONDS: who sends one byte a second holds up a worker otherwise."""
    if 300 <= response.status < 400:
        raise NotFetched("sent elsewhere")
    if response.status >= 400:
        raise NotFetched(f"answered {response.status}")
    ends, body = time.monotonic() + ALL_SECONDS, b""
    while chunk := response.read1(64 * 1024):
        body += chunk
        if len(body) > BYTES:
            raise NotFetched("too long")
        if time.monotonic() > ends:
            raise NotFetched("too slow")
    return body
