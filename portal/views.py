"""Pages that combine rooms, and the few that belong to none."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST
from django_prometheus.exports import ExportToDjangoView

from accounts.models import User
from accounts.workflow import update_profile
from portal import home as home_page
from portal.common.i18n import set_language_cookie

PAGES = frozenset({"help", "accessibility", "privacy"})


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this person must do and by when; for the public, what the portal is and what is open."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.is_member:
        return render(request, "portal/welcome.html", home_page.welcome(viewer))
    return render(request, "portal/home.html", home_page.dashboard(viewer))


@login_not_required
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Help, accessibility statement, privacy and confidentiality."""
    if name not in PAGES:
        raise Http404
    return render(request, f"pages/{name}.html")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and of the person's mail if somebody is signed in."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            update_profile(request.user, {"language": language})
        set_language_cookie(response, language)
    return response


@login_not_required
@require_GET
@cache_control(max_age=86400, public=True)
def favicon(request: HttpRequest) -> HttpResponse | FileResponse:
    """Browsers ask here whatever the page says; without an answer each page has a console error."""
    found = finders.find("icons/favicon.ico")
    if found:
        return FileResponse(open(str(found), "rb"), content_type="image/x-icon")
    return redirect(static("icons/favicon.ico"))


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for addresses of the machine itself only: the proxy does not pass this path on."""
    if request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1", ""} or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page, without context: whatever failed may be what a context needs."""
    return HttpResponse(loader.get_template("500.html").render(), status=500)
