"""The language of a response."""

from typing import TypeVar

from django.conf import settings
from django.http.response import HttpResponseBase

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def set_language_cookie(response: ResponseT, language: str) -> ResponseT:
    """Let the next pages be in `language`, as Django's own set_language does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
