"""``python -m bench.digests``: queue everybody's digest and send, in one process; prints what it took."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import django

django.setup()

from django.db import connections  # noqa: E402

from bench.counting import Count  # noqa: E402
from notifications import delivery, workflow  # noqa: E402

# A rate is known by then; what is left stays in the outbox.
ENOUGH_SECONDS = 90.0


class EnoughError(Exception):
    """Raised to leave the sending."""


def send(seconds: float) -> int:
    """Send what is due, for so long at most; how many mails went out."""
    end = time.perf_counter() + seconds
    sent = 0

    def count(_delivery: object) -> None:
        nonlocal sent
        sent += 1
        if time.perf_counter() > end:
            raise EnoughError

    with suppress(EnoughError):
        delivery.deliver_due(on_sent=count)
    return sent


def main() -> None:
    began = time.perf_counter()
    queued = workflow.queue_digests()
    queueing = time.perf_counter() - began
    count = Count()
    began = time.perf_counter()
    with connections["default"].execute_wrapper(count):
        sent = send(ENOUGH_SECONDS)
    took = time.perf_counter() - began
    print(
        json.dumps(
            {
                "queued": queued,
                "queueing_seconds": queueing,
                "count": sent,
                "seconds": took,
                "statements": len(count.statements),
            }
        )
    )


if __name__ == "__main__":
    main()
