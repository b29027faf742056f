"""How gunicorn serves the portal, in the image and on a developer's machine."""

import gc
from typing import Any

worker_class = "gthread"
workers = 2
threads = 4
# The workers share what is loaded before they are made: a third less memory. Loading opens no connection, which two
# processes must not share (tests/portal/test_wsgi.py).
preload_app = True


def when_ready(server: Any) -> None:
    """Keep the garbage collector's hands off what is loaded: pages that nobody writes to stay shared.

    Afterwards it looks around once for many requests: Python's own 700 objects have it look dozens of times a page, for
    nothing but what the request still uses.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
