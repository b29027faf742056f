"""The portal as a firm's role sees it: how it begins and ends, and the list that the firm reads."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members import mirroring, policies
from members.enums import ROLES_OF, OrganisationKind, Role
from members.models import Mirror, MirrorEnding, Organisation
from members.models.mirror import REASON_LENGTH
from members.viewer import Viewer
from members.workflow.mirroring import LASTS
from members.workflow.mirroring import view_as as start
from portal.common.errors import Refused

PER_PAGE = 25
FIRM_ROLES = [(role.value, role.label) for role in Role if role in ROLES_OF[OrganisationKind.PLATFORM]]


class ViewAsForm(forms.Form):
    """As whom, and why."""

    role = forms.ChoiceField(label=gettext_lazy("As which role"), choices=FIRM_ROLES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("A few words. The firm reads them."),
    )


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined,no-any-return]


@require_http_methods(["GET", "POST"])
def view_as(request: HttpRequest, key: str) -> HttpResponse:
    """What will be seen and what not, and that the firm is told; then the firm's eyes."""
    viewer = _viewer(request)
    policies.require(policies.can_look(viewer))
    platforms = Organisation.objects.filter(kind=OrganisationKind.PLATFORM)
    organisation = get_object_or_404(platforms, key=key)
    form = ViewAsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mirror = start(organisation, actor=viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            mirroring.begin(request, mirror)
            return redirect("home")
    context = {"organisation": organisation, "form": form, "minutes": LASTS.seconds // 60}
    return render(request, "members/view_as/start.html", context, status=422 if form.errors else 200)


@require_POST
def stop_view_as(request: HttpRequest) -> HttpResponse:
    """Back to one's own eyes, and to the list that says so."""
    policies.require(policies.can_look(_viewer(request)))
    if request.mirror is not None:  # type: ignore[attr-defined]
        mirroring.leave(request, MirrorEnding.STOPPED)
        messages.success(request, _("You see the portal as yourself again."))
    return redirect("members:views")


@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """Who looked through the firm's eyes: for the firm, its own; for the regulator's staff, all."""
    viewer = _viewer(request)
    policies.require(policies.can_see_views(viewer))
    rows = Mirror.objects.visible_to(viewer).select_related("organisation", "end").prefetch_related("pages")
    if viewer.is_regulator:
        rows = rows.select_related("officer")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "members/view_as/list.html", {"page": page})
