"""What the tests ask for: a database server and a Redis, shared by every pytest process of this checkout."""

from __future__ import annotations

import atexit
import os

from services.area import Area
from services.shared import Membership, join

_memberships: dict[str, Membership] = {}
NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL")


def ensure(area: str = "test") -> dict[str, str]:
    """The addresses of running services, started when need be; they are ours until this process ends.

    Addresses that the environment already gives are taken as they are (a database server of one's own).
    """
    if os.environ.get("PORTAL_TEST_SERVICES") == "external":
        return {name: os.environ[name] for name in NAMES}
    if area not in _memberships:
        _memberships[area] = join(Area.named(area))
        atexit.register(_memberships[area].leave)
    return dict(_memberships[area].environment)
