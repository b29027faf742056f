"""Enter as ..., and the mailbox."""

import mailbox
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import second_factor
from accounts.models import User
from portal.demo.entering import enter_request
from portal.demo.people import may_enter

SHOWN = 200


@login_not_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the people of the demonstration."""
    user = User.objects.filter(email=request.POST.get("email", ""), is_active=True).first()
    if user is None or not may_enter(user):
        raise Http404
    enter_request(request, user)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    response = redirect(back if safe else "home")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
    return response


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """In the place of the second factor, which people of the demonstration have not: a button says that it is them."""
    user: User = request.user  # type: ignore[assignment]
    if not may_enter(user):
        raise Http404
    back = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    if request.method == "POST":
        second_factor.mark_proved(request, user, type="demo")
        return redirect(back if safe else "home")
    return render(request, "demo/confirm.html", {"next": back if safe else ""})


def _box() -> mailbox.Maildir:
    if not settings.MAILBOX:
        raise Http404
    return mailbox.Maildir(settings.MAILBOX, factory=None, create=True)


def _header(message: Message, name: str) -> str:
    return str(make_header(decode_header(message.get(name, ""))))


def _moment(sent: str | None) -> datetime | None:
    """When a mail was sent; the zone -0000, which Django writes, means UTC without saying so."""
    moment = parsedate_to_datetime(sent) if sent else None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


@login_not_required
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mail that the portal sent, newest first."""
    rows = []
    for key, message in _box().iteritems():
        sent = message.get("Date")
        rows.append(
            {
                "key": key,
                "to": _header(message, "To"),
                "subject": _header(message, "Subject"),
                "at": _moment(sent),
            }
        )
    rows.sort(key=lambda row: (row["at"] is not None, row["at"]), reverse=True)
    return render(request, "demo/mail_list.html", {"rows": rows[:SHOWN], "total": len(rows)})


def _message(key: str) -> Message:
    try:
        return _box()[key]
    except KeyError:
        raise Http404 from None


def _part(message: Message, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload(decode=True)
            return (
                payload.decode(part.get_content_charset() or "utf-8", "replace") if isinstance(payload, bytes) else ""
            )
    return ""


@login_not_required
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_GET
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its headers, its text, and its HTML in a frame."""
    message = _message(key)
    headers = [(name, _header(message, name)) for name in message if name.lower() not in {"received", "content-type"}]
    return render(
        request,
        "demo/mail.html",
        {
            "key": key,
            "headers": headers,
            "subject": _header(message, "Subject"),
            "text": _part(message, "text/plain"),
        },
    )


@login_not_required
@csp_replace(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "style-src": ["'unsafe-inline'"],  # mail has its styles inline; nothing else may run or load
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups"],
        "script-src": [NONE],
    }
)
@require_GET
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of a mail as sent, in a sandbox: no script, its own inline styles only."""
    response = HttpResponse(_part(_message(key), "text/html"))
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
