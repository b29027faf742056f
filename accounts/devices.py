"""Whether somebody has signed in with this browser before. If not, they are told by mail.

A signed cookie remembers the people who did; it opens nothing and says nothing to whoever reads it but their numbers.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "known_device"
SALT = "accounts.devices"
YEAR = 365 * 24 * 3600
# A telephone that is handed around forgets the first of so many.
PEOPLE = 12


def is_known(request: HttpRequest, user: User) -> bool:
    return user.pk in _people(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    people = [*(pk for pk in _people(request) if pk != user.pk), user.pk][-PEOPLE:]
    response.set_cookie(
        COOKIE,
        signing.dumps(people, salt=SALT),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _people(request: HttpRequest) -> list[int]:
    try:
        return [int(pk) for pk in signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)]
    except signing.BadSignature:
        return []
