"""A person's own pages, and the door for those who were invited."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import step_up, workflow
from accounts.adapters import INVITATION_SESSION_KEY
from accounts.forms import ProfileForm
from accounts.models import Theme, User
from portal.common.i18n import set_language_cookie

THEME_COOKIE = "theme"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing, since mail scanners follow links; the button opens the sign-up form."""
    found = workflow.open_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_closed.html", status=410)
    if request.user.is_authenticated:
        # What it says of who is signed in, that person knows; of the invitation, whoever holds its link.
        if request.method == "POST":
            return redirect(request.path)
        return render(request, "accounts/invitation_signed_in.html", {"invitation": found, "address": request.path})
    if request.method == "POST":
        request.session[INVITATION_SESSION_KEY] = found.pk
        with translation.override(found.language):
            return set_language_cookie(redirect("account_signup"), found.language)
    return render(request, "accounts/invitation.html", {"invitation": found, "token": token})


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Names, language and appearance."""
    user = request.user
    assert isinstance(user, User)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        workflow.update_profile(user, form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Your profile was saved."))
        return set_language_cookie(redirect("accounts:profile"), user.language)
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one device out; this one leads to the sign-in page."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    here = session.is_current()
    workflow.end_session(session, request=request)
    if here:
        return redirect("account_login")
    messages.success(request, _("That session is signed out."))
    return redirect("usersessions_list")


@never_cache
@require_GET
def carry_on(request: HttpRequest) -> HttpResponse:
    """After the confirmation: what was typed, to be sent now, or the file that was asked for."""
    held = step_up.held(request)
    if held is None:
        return redirect("home")
    if not step_up.is_fresh(request):
        return step_up.ask(request, request.get_full_path())
    return render(request, "accounts/carry_on.html", {"held": held})


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark, or as the device; kept with the person, or in a cookie for the public."""
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponse(status=400)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if isinstance(request.user, User):
        workflow.update_profile(request.user, {"theme": chosen})
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=31_536_000, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response
