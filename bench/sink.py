"""``python -m bench.sink PORT``: an SMTP server that takes every mail and keeps none."""

from __future__ import annotations

import asyncio
import signal
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.ports import HOST


class Sink:
    """Answers as soon as the mail is read."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return "250 Taken"


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(lambda: SMTP(Sink(), enable_SMTPUTF8=True, hostname="localhost"), HOST, port)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
