"""Who was not confirmed in time reads and does not write: the gate in front of every page (members.certification)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.certification import helpers_for
from members.viewer import Viewer

READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Somebody's own account, and what shows everybody the same.
_OWN = ("account_", "mfa_", "usersessions_", "accounts:", "notifications:")
_FREE = frozenset(
    {
        "set_language",
        "demo:enter",
        # A coordinator confirms colleagues, also when nobody has confirmed the coordinator.
        "firm:certification",
    }
)


def is_free(name: str) -> bool:
    """Whether the address of this name takes forms also from somebody who is unconfirmed."""
    return name in _FREE or name.startswith(_OWN)


class RequireConfirmationMiddleware:
    """Refuses what would change anything, and says why and who can help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method in READING:
            return None
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not viewer.is_unconfirmed or is_free(name):
            return None
        return render(request, "members/firm/unconfirmed.html", {"helpers": helpers_for(viewer)}, status=403)
