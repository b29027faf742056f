"""The mail catcher: a real SMTP server on the loopback address that keeps what it gets in a Maildir.

The Maildir is bounded: the oldest messages go when there are too many, or they weigh too much.
"""

from __future__ import annotations

import argparse
import asyncio
import mailbox
import signal
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MAX_MESSAGES = 2_000
MAX_BYTES = 100 * 1024 * 1024
MAX_MESSAGE_BYTES = 20 * 1024 * 1024


class Catcher:
    """Stores each message once, with its envelope in two headers."""

    def __init__(self, folder: Path, *, max_messages: int = MAX_MESSAGES, max_bytes: int = MAX_BYTES) -> None:
        self.box = mailbox.Maildir(folder, create=True)
        self.max_messages = max_messages
        self.max_bytes = max_bytes

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for a complete message; the answer tells the sender that it is ours now."""
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.SMTP)
        for header in ("X-Envelope-From", "X-Envelope-To"):
            del message[header]
        message["X-Envelope-From"] = str(envelope.mail_from or "")
        message["X-Envelope-To"] = ", ".join(str(recipient) for recipient in envelope.rcpt_tos)
        self.box.add(mailbox.MaildirMessage(message))
        self.prune()
        return "250 Message caught"

    def prune(self) -> None:
        """Drop the oldest messages beyond the bounds."""
        files = sorted(self._files(), key=lambda file: file.stat().st_mtime_ns)
        size = sum(file.stat().st_size for file in files)
        surplus = len(files) - self.max_messages
        for number, file in enumerate(files[:-1]):
            if number >= surplus and size <= self.max_bytes:
                break
            size -= file.stat().st_size
            file.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        root = Path(str(self.box._path))
        return [file for folder in ("new", "cur") for file in (root / folder).iterdir() if file.is_file()]


async def serve(folder: Path, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    catcher = Catcher(folder)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def session() -> SMTP:
        return SMTP(catcher, data_size_limit=MAX_MESSAGE_BYTES, enable_SMTPUTF8=True, hostname="localhost")

    server = await loop.create_server(session, HOST, port)
    print(f"catching mail on {HOST}:{port}", flush=True)
    async with server:
        await ended.wait()


def main() -> None:
    """``python -m services.mail --port N --maildir FOLDER``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--maildir", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.maildir, options.port))


if __name__ == "__main__":
    main()
