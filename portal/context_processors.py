"""What every page may use."""

from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Theme
from accounts.views import THEME_COOKIE
from members.viewer import PUBLIC
from notifications.models import Notice
from portal.audit_room.policies import can_read_record
from portal.common.prepared import Prepared


def portal(request: HttpRequest) -> dict[str, Any]:
    """viewer, unread_count (one query, only if the page shows it), theme, demo, and the nonce by htmx's name."""
    viewer = getattr(request, "viewer", PUBLIC)
    return {
        "viewer": viewer,
        "unread_count": SimpleLazyObject(lambda: _unread(viewer.user_id)),
        "theme": _theme(request),
        "demo": settings.DEMO,
        "may_read_record": can_read_record(viewer),
        # django-csp calls it CSP_NONCE; django-htmx and Django 6 look for this name (SECURITY.md, finding 8).
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


@Prepared
def _unread_notices(user: int) -> Any:
    return Notice.objects.filter(user=user, read_at=None).order_by().values("user").values_list(Count("pk"), flat=True)


def _unread(user_id: int | None) -> int:
    return next(iter(_unread_notices(user=user_id)), 0) if user_id else 0


def _theme(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = user.theme if user and user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in {Theme.LIGHT, Theme.DARK} else ""
