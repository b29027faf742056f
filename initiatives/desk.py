"""What waits for the secretariat in the roadmap: facts that nobody has read in the issuer's own text yet."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.enums import Verification
from initiatives.models import Initiative, Milestone
from initiatives.policies import can_keep_roadmap
from members.desk.waiting import Line, counted
from members.viewer import Viewer


def unverified(viewer: Viewer) -> Iterator[Line]:
    if not can_keep_roadmap(viewer):
        return
    count, oldest = counted(Milestone.objects.exclude(verification=Verification.VERIFIED), "as_at")
    url = reverse("admin:initiatives_milestone_changelist")
    yield Line(_("Milestones not yet verified"), count, f"{url}?confirmed=no", oldest)
    rows = Initiative.objects.exclude(status_verification=Verification.VERIFIED)
    count, oldest = counted(rows, "status_as_at")
    url = reverse("admin:initiatives_initiative_changelist")
    yield Line(_("Statuses of initiatives not yet verified"), count, f"{url}?confirmed=no", oldest)
