"""``python -m bench.floor.digests COUNT``: render and send that many digests of 30 items; prints the seconds.

Nothing is worked out: the content is there. This is what rendering and sending cost at least.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

import django

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402

ITEMS = 30
BATCH = 50


def message(number: int, items: list[dict[str, object]]) -> EmailMultiAlternatives:
    context = {
        "subject": f"Floor, 24 November 2026: {len(items)} new items",
        "person": f"Person {number}",
        "items": items,
        "stop": f"http://127.0.0.1/stop/{number}/",
    }
    made = EmailMultiAlternatives(
        subject=str(context["subject"]),
        body=render_to_string("floor/digest.txt", context),
        to=[f"p{number}@floor.example"],
    )
    made.attach_alternative(render_to_string("floor/digest.html", context), "text/html")
    return made


def main() -> None:
    count = int(sys.argv[1])
    moment = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    items = [
        {
            "title": f"Family{n} Given{n} commented on paragraph {n} of CP-2026-05",
            "context": "CP-2026-05: Consultation paper on requirements for the custody of virtual assets",
            "url": f"https://portal.example/consultations/cp-2026-05/?thread=p{n}#c-00000000-0000-0000-0000-0000000000{n:02}",
            "at": moment,
        }
        for n in range(ITEMS)
    ]
    message(0, items).message()
    began = time.perf_counter()
    connection = None
    for number in range(count):
        if number % BATCH == 0:
            if connection is not None:
                connection.close()
            connection = get_connection()
            connection.open()
        assert connection is not None
        connection.send_messages([message(number, items)])
    took = time.perf_counter() - began
    print(json.dumps({"count": count, "seconds": took, "bytes": len(message(1, items).message().as_bytes())}))


if __name__ == "__main__":
    main()
