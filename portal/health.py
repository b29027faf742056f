"""Whether the portal lives, and whether it is ready: asked by a proxy or an orchestrator, before all else."""

from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.common import clock

OUTBOX_LATE_SECONDS = 300
BEAT_LATE_SECONDS = 180


class HealthMiddleware:
    """Answers /health/live without touching anything, and /health/ready with one word for each part.

    First in line: it needs no session, no host name and no transaction. It tells a stranger no more than
    ok or failing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health/live":
            return JsonResponse({"live": "ok"})
        if request.path == "/health/ready":
            parts = readiness()
            answer = JsonResponse(parts, status=200 if all(state == "ok" for state in parts.values()) else 503)
            answer._has_been_logged = True  # type: ignore[attr-defined]  # being asked too early is no error
            return answer
        return self.get_response(request)


def readiness() -> dict[str, str]:
    """The state of the database, Redis, the outbox (oldest mail at most 5 minutes late) and beat (3 minutes)."""
    return {
        "database": _state(_database),
        "redis": _state(_redis),
        "outbox": _state(_outbox),
        "beat": _state(_beat),
    }


def _state(check: Callable[[], Any]) -> str:
    try:
        return "ok" if check() else "failing"
    except Exception:  # any failure of a part is the answer, not an error of this page
        return "failing"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0] == 1)


def _redis() -> bool:
    return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping())


def _outbox() -> bool:
    from notifications.workflow import outbox_age

    return outbox_age() < OUTBOX_LATE_SECONDS


def _beat() -> bool:
    from notifications.models import Heartbeat

    beat = Heartbeat.objects.filter(name="beat").first()
    return beat is not None and (clock.now() - beat.at).total_seconds() < BEAT_LATE_SECONDS
