"""Middleware about responses."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.views.defaults import bad_request


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


class SignInAgainMiddleware:
    """A session that has ended leads to the sign-in and back to the page that was read, not to an address of its parts.

    htmx is told to leave for it with the whole page, so that no form is swapped into a box; but where something was
    being sent, the page with the text stays: 401, and `X-Sign-In` says where to sign in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx, sends = bool(getattr(request, "htmx", False)), request.method not in {"GET", "HEAD", "OPTIONS"}
        if response.status_code not in {301, 302} or not (htmx or sends):
            return response
        target, login = response.headers["Location"], resolve_url(settings.LOGIN_URL)
        to_login = target.partition("?")[0] == login
        if to_login and not request.user.is_authenticated:
            target = self._with_way_back(target, request)
            if not htmx:
                response.headers["Location"] = target
            elif sends:
                return HttpResponse(status=401, headers={"X-Sign-In": target})
        if htmx and (to_login or target.startswith("/accounts/")):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return response

    @staticmethod
    def _with_way_back(target: str, request: HttpRequest) -> str:
        """`target` with the page from which the request came as what follows, if that is one of ours."""
        page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
        address, query = target.partition("?")[0], QueryDict(urlsplit(target).query, mutable=True)
        if page.netloc != request.get_host() or REDIRECT_FIELD_NAME not in query:
            return target
        query[REDIRECT_FIELD_NAME] = page.path + (f"?{page.query}" if page.query else "")
        return f"{address}?{query.urlencode(safe='/')}"


class NullCharacterMiddleware:
    """Text with a NUL (U+0000), which PostgreSQL does not keep, is a request that nobody understands: 400 and not 500.

    Forms say so beside their fields; this is for what no form has, such as the place of a comment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError | ValueError) and "NUL" in str(exception):
            return bad_request(request, exception)
        return None
