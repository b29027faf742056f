from collections.abc import Callable

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from members.viewer import PUBLIC, reading_as, viewer_for


class ViewerMiddleware:
    """Work out `request.viewer` and let everything inside read and write as that viewer, in one transaction.

    A person whose membership has ended, or whose firm's licence no longer stands, is signed out here at the
    next request. An answer of 500 and above undoes what the request wrote: leaving the transaction without an
    exception would commit it (SECURITY.md, finding 3).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = viewer_for(request.user)
        if request.user.is_authenticated and not viewer.is_member:
            logout(request)
            request.viewer = PUBLIC  # type: ignore[attr-defined]
            response = render(request, "accounts/access_closed.html", status=403)
            patch_cache_control(response, private=True, no_store=True)
            return response
        request.viewer = viewer  # type: ignore[attr-defined]
        with reading_as(viewer):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
