"""The virus scanner, where one is connected: clamd, asked over a socket (`CLAMD_URL`, docs/uploads.md).

INSTREAM of clamd's protocol (clamd(8)): the bytes in pieces, each behind its length as four bytes, and a length of
nought at the end. The answer is "stream: OK", "stream: NAME FOUND" or "stream: REASON ERROR".
"""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from documents.enums import ScanState

logger = structlog.get_logger(__name__)
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Verdict:
    """CLEAN, INFECTED with the scanner's name for it, or ERROR with the reason, for the log."""

    state: ScanState
    detail: str = ""
    was_reached: bool = True  # otherwise the next file need not be tried either


def is_connected() -> bool:
    """Whether a scanner is configured. Without one the structural check alone decides, and pages say so."""
    return bool(settings.CLAMD_URL)


def scan(content: bytes) -> Verdict:
    """Ask the scanner. Never raises: a scanner that cannot be reached or understood gives ERROR."""
    try:
        answer = _ask(content)
    except (OSError, ValueError) as error:
        logger.warning("virus scanner not reached", error=str(error))
        return Verdict(ScanState.ERROR, str(error), was_reached=False)
    if answer == "stream: OK":
        return Verdict(ScanState.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(ScanState.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    logger.warning("virus scanner did not decide", answer=answer)
    return Verdict(ScanState.ERROR, answer)


def _ask(content: bytes) -> str:
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        view = memoryview(content)
        for start in range(0, len(view), _PIECE):
            piece = view[start : start + _PIECE]
            connection.sendall(len(piece).to_bytes(4, "big"))
            connection.sendall(piece)
        connection.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            received = connection.recv(_LONGEST_ANSWER)
            if not received:
                break
            answer += received
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected() -> socket.socket:
    """`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`. ValueError: neither."""
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "tcp" and url.hostname:
        return socket.create_connection((url.hostname, url.port or 3310), timeout=settings.CLAMD_TIMEOUT)
    if url.scheme != "unix" or not url.path:
        raise ValueError("CLAMD_URL must begin with unix:/// or tcp://")
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(settings.CLAMD_TIMEOUT)
    try:
        connection.connect(url.path)
    except OSError:
        connection.close()
        raise
    return connection
