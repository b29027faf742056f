"""Asking for pages: one after another, and by eight at a time, over connections that are kept open.

Sockets and a minimal parser, so that the harness itself costs little; `wrk` can do the second half where it
is installed (`--wrk`), to check the one against the other.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from services.errors import ServiceError
from services.ports import HOST

CONCURRENCY = 8
_TIMEOUT = 60.0


class PageError(ServiceError):
    """A page did not answer as it should."""


@dataclass(frozen=True)
class Request:
    """What is asked for, and the status that must come back. `form` makes it a POST."""

    path: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    status: int = 200

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def body(self) -> str:
        return "" if self.form is None else urlencode(self.form)

    def all_headers(self, port: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        made = {
            "Host": f"{HOST}:{port}",
            "Accept": "text/html",
            "Accept-Language": "en",
            **self.headers,
            **(extra or {}),
        }
        if self.cookies:
            made["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.form is not None:
            made["Content-Type"] = "application/x-www-form-urlencoded"
            made["Content-Length"] = str(len(self.body))
        return made

    def encode(self, port: int, extra: Mapping[str, str] | None = None) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.all_headers(port, extra).items()]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*(.*?)\r?$", self.head)
        return found.group(1).decode() if found else ""


class Connection:
    """A kept-open connection; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def ask(self, raw: bytes) -> Answer:
        try:
            return self._ask(raw)
        except (ConnectionError, EOFError):
            # Closed between two requests, as a server may: nothing of the answer had come.
            self.close()
            return self._ask(raw)

    def _ask(self, raw: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), timeout=_TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(raw)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        head, rest = data[:end], data[end + 4 :]
        status = int(head[9:12])
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            while not rest.endswith(b"0\r\n\r\n"):
                rest += self._receive()
            body = _unchunked(rest)
        elif status in {204, 304}:
            body = b""
        else:
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            while len(rest) < length:
                rest += self._receive()
            body = rest
        if b"connection: close" in lower:
            self.close()
        return Answer(status, head, body)

    def _receive(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(262_144)
        if not part:
            raise EOFError
        return part

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _unchunked(data: bytes) -> bytes:
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        body += data[:length]
        data = data[length + 2 :]
        if length == 0:
            break
    return body


def ask(port: int, request: Request, extra: Mapping[str, str] | None = None) -> Answer:
    """One answer. PageError when its status is another than expected."""
    connection = Connection(port)
    try:
        answer = connection.ask(request.encode(port, extra))
    finally:
        connection.close()
    if answer.status != request.status:
        where = answer.header("Location")
        raise PageError(f"{request.method} {request.path} answered {answer.status}{' to ' + where if where else ''}")
    return answer


def one_by_one(port: int, requests: Sequence[Request], seconds: float) -> list[float]:
    """The milliseconds of each answer at concurrency 1, for at least ten answers."""
    raw = [request.encode(port) for request in requests]
    connection = Connection(port)
    times: list[float] = []
    end = time.perf_counter() + seconds
    try:
        while len(times) < 10 or time.perf_counter() < end:
            number = len(times) % len(raw)
            began = time.perf_counter()
            answer = connection.ask(raw[number])
            times.append((time.perf_counter() - began) * 1000)
            _check(answer, requests[number])
    finally:
        connection.close()
    return times


def _check(answer: Answer, request: Request) -> None:
    if answer.status != request.status:
        raise PageError(f"{request.method} {request.path} answered {answer.status} under load")


def together(port: int, requests: Sequence[Request], seconds: float) -> tuple[int, float]:
    """Answers, and the seconds that they took, at concurrency 8."""
    counts = [0] * CONCURRENCY
    troubles: list[Exception] = []
    gate = threading.Barrier(CONCURRENCY + 1)

    def run(number: int) -> None:
        request = requests[number % len(requests)]
        raw = request.encode(port)
        connection = Connection(port)
        gate.wait()
        try:
            while time.perf_counter() < end[0] and not troubles:
                _check(connection.ask(raw), request)
                counts[number] += 1
        except Exception as error:  # told by the thread that waits
            troubles.append(error)
        finally:
            connection.close()

    end = [0.0]
    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    end[0] = began + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    if troubles:
        raise PageError(str(troubles[0]) or repr(troubles[0])) from troubles[0]
    return sum(counts), time.perf_counter() - began


def together_by_wrk(port: int, requests: Sequence[Request], seconds: float) -> tuple[int, float]:
    """The same by wrk: its connections take the requests in turn."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise ServiceError("There is no wrk on the PATH: leave --wrk out.")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(_lua(port, requests))
        done = subprocess.run(
            [
                wrk,
                "-t1",
                f"-c{CONCURRENCY}",
                f"-d{max(1, round(seconds))}s",
                "-s",
                str(script),
                f"http://{HOST}:{port}/",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    return read_wrk(done.stdout)


def read_wrk(said: str) -> tuple[int, float]:
    """Requests and seconds from wrk's report. PageError for one that tells of failures."""
    found = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", said)
    if found is None or "Socket errors" in said:
        raise PageError(f"wrk: {said.strip()[-200:]}")
    unit = {"ms": 0.001, "s": 1.0, "m": 60.0}[found.group(3)]
    return int(found.group(1)), float(found.group(2)) * unit


def _lua(port: int, requests: Sequence[Request]) -> str:
    made = []
    for request in requests:
        headers = ", ".join(f"[{_quoted(k)}] = {_quoted(v)}" for k, v in request.all_headers(port).items())
        body = _quoted(request.body) if request.form is not None else "nil"
        made.append(f"wrk.format({_quoted(request.method)}, {_quoted(request.path)}, {{{headers}}}, {body})")
    return (
        "local made, at = {}, 0\n"
        f"function init()\n  made = {{{', '.join(made)}}}\nend\n"
        "function request()\n  at = at % #made + 1\n  return made[at]\nend\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
