"""Middleware about responses."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control


class ResponseHeadersMiddleware:
    """Pages of a signed-in person are kept by nobody; powers that no page uses are given up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)",
        )
        return response


class HtmxRedirectMiddleware:
    """A session that has ended answers htmx with a whole page's redirect, so that no form is swapped into a box."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code in {301, 302}:
            target = response.headers["Location"]
            if target.startswith((resolve_url(settings.LOGIN_URL), "/accounts/")):
                redirect = HttpResponse(status=204)
                redirect["HX-Redirect"] = target
                return redirect
        return response
