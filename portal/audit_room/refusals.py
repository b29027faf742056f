"""Attempts that were refused are recorded, too: who tried what, and from where."""

from collections.abc import Callable
from typing import Final

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.csrf import csrf_failure as _csrf_failure

from audit.context import Origin, origin
from audit.workflow import record
from members.viewer import PUBLIC, Viewer, viewer_for

logger = structlog.get_logger(__name__)
# One entry for a person and a page in so many seconds: somebody who tries on and on must not fill the record.
SECONDS: Final = 60


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without its token. The person did not try what they may not: it is not recorded."""
    request.is_without_token = True  # type: ignore[attr-defined]
    return _csrf_failure(request, reason)


class RefusalMiddleware:
    """Record each answer of 403, in a transaction of its own: the request's may have been undone.

    What is hidden from somebody answers 404, as what does not exist: such an attempt cannot be told from a mistyped
    address, and is not recorded.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 403 and not getattr(request, "is_without_token", False):
            try:
                _note(request)
            except DatabaseError:
                logger.exception("a refused attempt could not be recorded")
        return response


def _name(path: str) -> str:
    """The name of the address: never the address itself, which may name what is not for everybody to know of."""
    try:
        return resolve(path).view_name or "?"
    except Resolver404:
        return "?"


def _note(request: HttpRequest) -> None:
    # Somebody who looks as a firm is refused as themselves.
    viewer: Viewer = getattr(request, "real_viewer", getattr(request, "viewer", PUBLIC))
    turned_away = getattr(request, "turned_away", None)
    page, ip = _name(request.path_info), get_adapter().get_client_ip(request)
    person = turned_away.pk if turned_away else viewer.user_id
    if not _is_first(f"refused:{person or ip}:{page}"):
        return
    # The admin site sends whoever may not enter to its door, and the door refuses them.
    wanted = request.GET.get("next", "") if page == "admin:login" else ""
    more = {"wanted_page": _name(wanted.partition("?")[0])} if wanted else {}
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    with transaction.atomic(), origin(Origin(ip=ip, request_id=request_id)):
        actor = viewer_for(turned_away) if turned_away else viewer
        if turned_away and not actor.user_id:
            actor = Viewer(user_id=turned_away.pk)
        record("portal.refused", None, actor=actor, page=page, method=request.method, **more)


def _is_first(key: str) -> bool:
    try:
        return bool(cache.add(key, 1, SECONDS))
    except Exception as error:  # the client raises many kinds; without Redis each attempt is recorded
        logger.warning("refusals are not bounded", error=str(error))
        return True
