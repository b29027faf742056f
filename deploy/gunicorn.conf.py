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
    """Keep the garbage collector's hands off what is loaded: pages that nobody writes to stay shared."""
    gc.collect()
    gc.freeze()
