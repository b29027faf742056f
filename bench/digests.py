"""``python -m bench.digests``: queue everybody's digest and send it, in one process; prints what it took."""

from __future__ import annotations

import json
import time

import django

django.setup()

from django.db import connections  # noqa: E402

from bench.counting import Count  # noqa: E402
from notifications import delivery, workflow  # noqa: E402


def main() -> None:
    began = time.perf_counter()
    queued = workflow.queue_digests()
    queueing = time.perf_counter() - began
    count = Count()
    began = time.perf_counter()
    with connections["default"].execute_wrapper(count):
        sent = delivery.deliver_due()
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
