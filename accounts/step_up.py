"""What a session left open on a desk must not do: it asks for the password or the second factor once more.

This is the one list, by the names of addresses. tests/accounts/test_step_up.py walks it, and fails for an address or a
verb that sounds like one of these and has not been classified.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Never kept with a session: a secret is typed anew after the confirmation.
NOT_HELD = frozenset({"csrfmiddlewaretoken", "client_secret"})
HELD_SESSION_KEY = "step_up_held"
# Where somebody goes who has neither a password nor a factor, by the name of the address: to a first factor. The
# demonstration, whose people have none, has a page of its own.
without_methods = "mfa_activate_totp"
HELD_FOR_SECONDS = 3600

# Pages that are there for the act alone: asked before anything is typed, and again when the typing took long.
ACTS = frozenset(
    {
        # publishing
        "consultations:ask_to_open",
        "consultations:approve_opening",
        "consultations:move_deadline",
        "consultations:extend",
        "consultations:decide_extension",
        "consultations:withdraw_paper",
        "consultations:effect",
        "consultations:amend",
        "consultations:publish_conclusions",
        "consultations:change_clarification",
        # roles and who may do what
        "admin:members_membership_invite",
        # a second door to the account
        "members:connect_firm",
        "admin:members_identityprovider_set",
        "firm:invite",
        "firm:role",
        "members:delegate",
    }
)
# Pages that show something too, and buttons: asked when the form is sent.
SENDING = frozenset(
    {
        # publishing and signing off
        "consultations:advance",
        "consultations:clarification",
        "consultations:official",
        "consultations:let_out",
        "consultations:release_wish",
        "consultations:move_deadlines",
        # a firm's own people
        "firm:end",
        "firm:certification",
        "firm:send_again",
        "members:end_delegation",
        # what supervision may see for a time
        "oversight:ask",
        "oversight:decide",
    }
)
# Files with what was said within limits; those whose arguments stand here hold nothing of the kind.
FILES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "consultations:export_file": {"what": frozenset({"paper"})},
    "audit_room:export_csv": {},
    "audit_room:export_xlsx": {},
    "oversight:opening_file": {},
}
# All that is done in the admin site.
ADMIN = "admin:"
ADMIN_FREE = frozenset({"admin:login", "admin:logout"})


def is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor, or the password asked for anew, was given in this session within STEP_UP_SECONDS."""
    moments = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa" or record.get("reauthenticated")
    ]
    return bool(moments) and time.time() - max(moments) < settings.STEP_UP_SECONDS


def is_asked(name: str, method: str | None, arguments: Mapping[str, Any]) -> bool:
    """Whether the address of this name asks for it, with this method and these arguments."""
    sends = method not in SAFE
    if name in ACTS:
        return True
    if name in FILES:
        free = FILES[name]
        return not free or any(arguments.get(key) not in values for key, values in free.items())
    return sends and (name in SENDING or (name.startswith(ADMIN) and name not in ADMIN_FREE))


def confirm_first(request: HttpRequest) -> HttpResponse:
    """To the page that asks. What was typed is kept with the session and comes back afterwards."""
    back = request.get_full_path()
    if request.method not in SAFE or (request.resolver_match and request.resolver_match.view_name in FILES):
        request.session[HELD_SESSION_KEY] = {
            "path": back,
            "sends": request.method not in SAFE,
            "typed": [pair for pair in typed(request) if pair[0] not in NOT_HELD],
            "files": bool(request.FILES),
            "at": time.time(),
        }
        back = reverse("accounts:carry_on")
    return ask(request, back)


def ask(request: HttpRequest, back: str) -> HttpResponse:
    """To the page that asks for the password or the second factor, and from there to `back`."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    where = methods[0]["url"] if methods else reverse(without_methods)
    return redirect(f"{where}?{urlencode({'next': back})}")


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def held(request: HttpRequest) -> dict[str, Any] | None:
    """What this session was about to do when it was asked, for an hour."""
    found: dict[str, Any] | None = request.session.get(HELD_SESSION_KEY)
    return found if found and time.time() - found["at"] < HELD_FOR_SECONDS else None


def let_go(request: HttpRequest) -> None:
    """What was held is on its way now."""
    if request.session.get(HELD_SESSION_KEY, {}).get("path") == request.get_full_path():
        del request.session[HELD_SESSION_KEY]
