from collections.abc import Callable

import pghistory
import structlog
from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from audit.context import Origin, origin


class AuditContextMiddleware:
    """Say for the length of a request who acts and from where: for audit entries and for row history."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} and not request.user.is_authenticated:
            return self.get_response(request)
        ip = get_adapter().get_client_ip(request)
        request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        with (
            origin(Origin(ip=ip, request_id=request_id)),
            pghistory.context(user=request.user.pk, ip=ip, url=request.path),
        ):
            return self.get_response(request)
