"""The page of a person's keys to feeds. A key is shown once, in the answer to the form that made it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from notifications import feeds
from portal.common.errors import Refused


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "POST"])
def feed_keys(request: HttpRequest) -> HttpResponse:
    """The keys that open something; a POST makes one more and shows it."""
    user, status = _user(request), 200
    context: dict[str, Any] = {}
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            _made, key = feeds.make_key(user, actor=request.viewer, name=name)  # type: ignore[attr-defined]
        except Refused as refusal:
            context, status = {"problem": refusal.message, "name": name}, 422
        else:
            context = {"key": key, "feeds": feeds.feeds_of(user, key), "base_url": settings.BASE_URL}
    context["keys"] = list(feeds.keys_of(user))
    response = render(request, "notifications/feeds.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def revoke_feed_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else's key and one that does not exist lead back to the page alike."""
    if feeds.revoke_key(_user(request), pk, actor=request.viewer):  # type: ignore[attr-defined]
        messages.success(request, _("The key is revoked. Feed readers that had it get nothing more."))
    return redirect("notifications:feeds")
