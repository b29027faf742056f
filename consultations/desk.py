"""What waits for the secretariat in consultations: held comments, papers to approve or to conclude, requests."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultations import policies
from consultations.enums import ClarificationState, CommentState
from consultations.models import ClarificationRequest, Comment, Consultation, ExtensionRequest, OpeningRequest
from members.audience import Audience
from members.desk.waiting import Line, counted
from members.viewer import Viewer
from portal.common import clock


def waiting(viewer: Viewer) -> Iterator[Line]:
    if policies.can_moderate(viewer):
        held = Comment.objects.visible_to(viewer).exclude(audience=Audience.ORGANISATION)
        count, oldest = counted(held.filter(state=CommentState.HELD, withdrawn_at=None), "created_at")
        url = reverse("consultations:moderation")
        yield Line(_("Comments held for the moderator"), count, url, oldest, is_urgent=True)
    if policies.can_run(viewer):
        asked = OpeningRequest.objects.visible_to(viewer).filter(approved_at=None, returned_at=None, voided_at=None)
        title = _("Papers that wait for a second officer to approve them")
        yield _of_papers(title, asked.exclude(asked_by=viewer.user_id), lambda key, _pk: _at("manage", key))
    if policies.can_extend(viewer):
        wishes = ExtensionRequest.objects.visible_to(viewer).filter(decision="")
        yield _of_papers(_("Firms that ask for more time"), wishes, lambda key, pk: _at("decide_extension", key, pk))
    if policies.can_clarify(viewer):
        questions = ClarificationRequest.objects.visible_to(viewer).filter(
            state=ClarificationState.ASKED, answer__released_at__isnull=True
        )
        title = _("Requests for clarification without an answer")
        yield _of_papers(title, questions, lambda key, _pk: f"{_at('clarifications', key)}#h-wait")
    if policies.can_conclude(viewer):
        closed = Consultation.objects.visible_to(viewer).filter(
            closes_at__lte=clock.now(), released_at__isnull=False, concluded_at=None, withdrawn_at=None
        )
        count, oldest = counted(closed, "closes_at")
        first = closed.order_by("closes_at").values_list("key", flat=True).first()
        url = _at("manage", first) if first else _at("list")
        yield Line(_("Closed papers without conclusions"), count, url, oldest)


def _at(name: str, *arguments: Any) -> str:
    return reverse(f"consultations:{name}", args=arguments)


def _of_papers(title: str, rows: Any, url: Callable[[str, Any], str]) -> Line:
    """A line that leads to the oldest; with nothing waiting, to the list of papers."""
    count, oldest = counted(rows, "asked_at")
    first = rows.order_by("asked_at").values_list("consultation__key", "pk").first()
    return Line(title, count, url(*first) if first else _at("list"), oldest)
