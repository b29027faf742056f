"""Who the advisory group is."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from members import policies
from members.models import Delegation, LicenceStatus, Membership, Organisation
from portal.common import clock


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """The organisations of the group and the people who act for them today."""
    policies.require(policies.can_see_people(request.viewer))  # type: ignore[attr-defined]
    organisations = Organisation.objects.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.on(clock.today()).select_related("user").order_by("role", "user__name_en"),
            to_attr="current_people",
        ),
        Prefetch(
            "licence_statuses",
            LicenceStatus.objects.filter(effective_on__lte=clock.today()).order_by("-effective_on", "-pk"),
            to_attr="states_so_far",
        ),
        "former_names",
        Prefetch(
            "delegations",
            Delegation.objects.in_force(clock.today()).select_related("giver"),
            to_attr="delegations_today",
        ),
    )
    viewer = request.viewer  # type: ignore[attr-defined]
    context = {
        "organisations": organisations,
        "may_look": policies.can_look(viewer),
        "may_see_delegations": policies.can_see_delegations(viewer),
        "may_see_views": policies.can_see_views(viewer),
    }
    return render(request, "members/directory.html", context)
