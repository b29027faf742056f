import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.documents.corpus import TEST_VIRUS


class Clamd(socketserver.ThreadingTCPServer):
    """A scanner on a real socket that speaks clamd's INSTREAM: it finds the test virus, and the word VIRUS."""

    allow_reuse_address = daemon_threads = True
    answer: bytes | None = None  # in place of what it would say

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.seen: list[bytes] = []

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        if self._until_nul() != b"zINSTREAM":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        received = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            received += self.rfile.read(size)
        self.server.seen.append(received)
        bad = TEST_VIRUS in received or b"VIRUS" in received
        self.wfile.write(self.server.answer or (b"stream: Demo.Virus FOUND\0" if bad else b"stream: OK\0"))

    def _until_nul(self) -> bytes:
        word = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            word += letter
        return word


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.CLAMD_URL, settings.CLAMD_TIMEOUT = server.url, 3
        yield server
        server.shutdown()
        thread.join()
