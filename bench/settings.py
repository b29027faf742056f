"""The product's settings with the counting middleware around it."""

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE as _MIDDLEWARE

MIDDLEWARE = ["bench.counting.CountQueriesMiddleware", *_MIDDLEWARE]
