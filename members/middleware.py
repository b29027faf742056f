from collections.abc import Callable

import structlog
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from accounts.entrance import entering
from members import openings
from members.mirroring import seen_as
from members.viewer import PUBLIC, Viewer, present_as, tell_database, viewer_for


class ViewerMiddleware:
    """Work out `request.viewer` and let everything inside read and write as that viewer, in one transaction.

    A person whose membership has ended, or whose firm's licence no longer stands, is signed out here at the
    next request. An answer of 500 and above undoes what the request wrote: leaving the transaction without an
    exception would commit it (SECURITY.md, finding 3).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session is read inside the transaction, since its statement tells the database who is looking.
        with transaction.atomic():
            person = _enter(request)
            if person is not None:
                viewer = request.viewer = seen_as(request, person)  # type: ignore[attr-defined]
                with present_as(viewer), openings.collecting(person) as ledger:
                    response = self.get_response(request)
                    if ledger is not None and request.method != "HEAD" and response.status_code in openings.SHOWN:
                        ledger.write(request.path)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
        request.turned_away = request.user  # type: ignore[attr-defined]
        logout(request)
        request.viewer = PUBLIC  # type: ignore[attr-defined]
        response = render(request, "accounts/access_closed.html", status=403)
        patch_cache_control(response, private=True, no_store=True)
        return response


def _enter(request: HttpRequest) -> Viewer | None:
    """Who is looking, told to the database; None for a person without access."""
    with entering():
        user = request.user
        signed_in = user.is_authenticated
    structlog.contextvars.bind_contextvars(user_id=user.pk)
    entered = getattr(request.session, "entered", None)
    viewer: Viewer | None = None
    if signed_in and entered is not None and entered.user is request._cached_user:  # type: ignore[attr-defined]
        viewer = entered.companion
        if viewer is None:
            return None
        if viewer.opened_firms:
            tell_database(viewer)
    elif signed_in:
        # The session was read before: by a middleware outside this one.
        viewer = viewer_for(user)
        if viewer.membership is None:
            return None
        tell_database(viewer)
    if viewer is None:
        viewer = PUBLIC
        tell_database(viewer)
    return viewer
