"""Signing in through a firm's own identity provider.

The browser goes there by a link and not by a form: the content security policy lets forms lead to this portal alone.
"""

from typing import Any, Final

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import oidc, step_up
from members.forms_sign_in import FirmAddressForm
from members.models import FirmIdentity, IdentityProvider
from members.workflow import firm_sign_in as workflow

logger = structlog.get_logger(__name__)
PENDING: Final = "firm_sign_in"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def through_a_firm(request: HttpRequest) -> HttpResponse:
    """Which firm: by the domain of the address, whether or not anybody has an account under it."""
    form = FirmAddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if limited := _limit(request):
            return limited
        if form.is_valid():
            return redirect("members:to_firm", key=form.provider.organisation.key)
    return render(request, "members/sign_in/ask.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_GET
def to_firm(request: HttpRequest, key: str) -> HttpResponse:
    """Where the next step leads, in words; a link goes there."""
    return render(request, "members/sign_in/go.html", {"provider": _provider_or_404(key)})


@login_not_required
@never_cache
@require_GET
def go(request: HttpRequest, key: str) -> HttpResponse:
    """Off to the firm's provider, to sign in here afterwards."""
    provider = _provider_or_404(key)
    if request.user.is_authenticated:
        return redirect("home")
    return _limit(request) or _begin(request, provider, purpose="sign in")


@never_cache
@require_GET
def connect(request: HttpRequest) -> HttpResponse:
    """Off to the firm's provider, to tie its name for this person to their account. Asks for a factor first."""
    return _begin(request, _own_provider_or_404(request), purpose="connect")


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """Back from there. Whatever is not as it must be leads to one page that says the same of everything."""
    provider = _provider_or_404(key)
    kept: dict[str, Any] = request.session.pop(PENDING, {})
    try:
        if limited := _limit(request):
            return limited
        if kept.get("provider") != provider.pk or kept.get("user") != request.user.pk:
            raise oidc.NotAccepted("not begun in this session")
        pending = oidc.Pending(**kept["pending"])
        claims = oidc.finish(provider.as_provider, pending, request.GET.dict(), _callback(provider))
        if kept["purpose"] == "connect":
            return _connected(request, provider, claims)
        user = workflow.person_of(provider, claims)
    except oidc.NotAccepted as refusal:
        logger.warning("sign-in through a firm refused", provider=provider.pk, reason=refusal.reason)
        workflow.note_refusal(provider, refusal.reason)
        return render(request, "members/sign_in/refused.html", status=403)
    record_authentication(request, user, method="firm", provider=key)
    # The portal's own second factor is still asked for: allauth's next stage, or enrolment.
    entered: HttpResponse = perform_login(request, Login(user=user, email=user.email))
    return entered


@never_cache
@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """Whether this person signs in through their firm."""
    provider = _own_provider_or_404(request)
    identity = FirmIdentity.objects.filter(user=request.user.pk, issuer=provider.issuer, ended_at=None).first()
    return render(request, "members/sign_in/manage.html", {"provider": provider, "identity": identity})


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    _own_provider_or_404(request)
    if workflow.disconnect(actor=request.viewer):  # type: ignore[attr-defined]
        get_adapter(request).send_notification_mail("firm_sign_in_disconnected", request.user)
        messages.success(request, _("Your firm's sign-in is no longer connected."))
    return redirect("members:firm_sign_in")


def _connected(request: HttpRequest, provider: IdentityProvider, claims: oidc.Claims) -> HttpResponse:
    if not step_up.is_fresh(request):
        raise oidc.NotAccepted("the confirmation is too old")
    workflow.connect(provider, claims, actor=request.viewer)  # type: ignore[attr-defined]
    get_adapter(request).send_notification_mail("firm_sign_in_connected", request.user)
    messages.success(request, _("Your firm's sign-in is connected. You can use it the next time."))
    return redirect("members:firm_sign_in")


def _begin(request: HttpRequest, provider: IdentityProvider, *, purpose: str) -> HttpResponse:
    try:
        where, pending = oidc.begin(provider.as_provider, _callback(provider))
    except oidc.NotAccepted as refusal:
        logger.warning("sign-in through a firm not begun", provider=provider.pk, reason=refusal.reason)
        return render(request, "members/sign_in/refused.html", status=403)
    request.session[PENDING] = {
        "provider": provider.pk,
        "user": request.user.pk,
        "purpose": purpose,
        "pending": pending.kept(),
    }
    return redirect(where)


def _callback(provider: IdentityProvider) -> str:
    """From the portal's own address, never from what a request says about its host."""
    path: str = reverse("members:from_firm", args=[provider.organisation.key])
    return settings.BASE_URL + path


def _provider_or_404(key: str) -> IdentityProvider:
    found = IdentityProvider.objects.select_related("organisation").filter(organisation__key=key, ended_at=None)
    provider = found.first()
    if provider is None:
        raise Http404
    return provider


def _own_provider_or_404(request: HttpRequest) -> IdentityProvider:
    organisation = request.viewer.organisation  # type: ignore[attr-defined]
    if organisation is None:
        raise Http404
    return _provider_or_404(organisation.key)


def _limit(request: HttpRequest) -> HttpResponse | None:
    """As many tries as at the sign-in page, from one address."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login", limit_get=True)
    return limited
