"""What waits for the secretariat in meetings: papers that were due and have not come."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings import policies
from meetings.enums import PaperState
from meetings.models import Paper
from members.desk.waiting import Line, counted
from members.viewer import Viewer
from portal.common import clock


def waiting(viewer: Viewer) -> Iterator[Line]:
    if not policies.is_office(viewer):
        return
    late = Paper.objects.visible_to(viewer).filter(state=PaperState.EXPECTED, due__lt=clock.today())
    count, oldest = counted(late, "due")
    first = late.order_by("due").select_related("meeting").first()
    url = first.meeting.get_absolute_url() if first else reverse("meetings:list")
    yield Line(_("Meeting papers that are overdue"), count, url, oldest)
