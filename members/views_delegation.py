"""A role held for a colleague for a while: who holds what, and how it is given."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import policies, workflow
from members.enums import Role
from members.forms_delegation import DelegationForm
from members.models import Delegation, Membership
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

SHOWN = 50


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined,no-any-return]


def _own(viewer: Viewer) -> QuerySet[Delegation]:
    return Delegation.objects.filter(organisation=viewer.organisation_id).select_related("giver", "holder")


def _role_to_give(viewer: Viewer) -> Membership | None:
    """The membership whose role this person may give: their own; for the chair's office that of the chair."""
    own = viewer.membership
    if own is not None and policies.can_delegate(viewer, own):
        return own
    chair = Membership.objects.on(clock.today()).filter(role=Role.CHAIR, organisation=viewer.organisation_id)
    found = chair.select_related("user", "organisation").first()
    return found if found is not None and policies.can_delegate(viewer, found) else None


def _colleagues(giver: Membership) -> QuerySet[Membership]:
    """Who can hold it: whose own role is less."""
    rows = Membership.objects.on(clock.today()).filter(organisation=giver.organisation_id, user__is_active=True)
    as_much = Q(user=giver.user_id) | Q(role__in=(giver.role, Role.PRINCIPAL, Role.SUPERVISION))
    return rows.exclude(as_much).select_related("user").order_by("user__name_en")


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """The organisation's own, the newest first."""
    viewer = _viewer(request)
    policies.require(policies.can_see_delegations(viewer))
    rows = list(_own(viewer)[:SHOWN])
    context = {
        "rows": [(row, policies.can_end_delegation(viewer, row) and not row.is_over) for row in rows],
        "may_give": _role_to_give(viewer) is not None,
    }
    return render(request, "members/delegation/list.html", context)


@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest) -> HttpResponse:
    """To whom and for how long; then what it means, for a yes."""
    viewer = _viewer(request)
    giver = _role_to_give(viewer)
    policies.require(giver is not None)
    assert giver is not None
    sent = request.POST if request.method == "POST" else None
    form = DelegationForm(sent, colleagues=_colleagues(giver), initial={"starts_on": clock.today()})
    context = {"form": form, "giver": giver, "is_deputising": giver.role == Role.CHAIR}
    if request.method == "POST" and form.is_valid():
        try:
            workflow.check_delegation(giver, **form.cleaned_data)
            if "confirmed" not in request.POST:
                page = "form" if "change" in request.POST else "confirm"
                return render(request, f"members/delegation/{page}.html", context)
            workflow.delegate(giver, actor=viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Recorded. It ends by itself."))
            return redirect("members:delegations")
    return render(request, "members/delegation/form.html", context, status=422 if form.errors else 200)


@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = _viewer(request)
    policies.require(policies.can_see_delegations(viewer))
    delegation = get_object_or_404(_own(viewer), pk=pk)
    try:
        workflow.end_delegation(delegation, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The delegation has ended."))
    return redirect("members:delegations")
