"""Who will be told of a paper, for the regulator alone. Nothing here depends on what a firm writes for itself."""

from consultations import notices
from consultations.models import Consultation, OpeningRequest
from members import publication
from members.publication import Preview
from members.viewer import Viewer


def preview(paper: Consultation) -> Preview:
    """Of its opening, as it would go out now."""
    return publication.preview(notices.plan_of_release(paper))


def asked_before(viewer: Viewer, paper: Consultation, *, but: OpeningRequest | None = None) -> OpeningRequest | None:
    """The preview to compare with: the last one of this paper, else of the last paper that was approved."""
    rows = OpeningRequest.objects.visible_to(viewer).select_related("consultation").order_by("-asked_at")
    if but is not None:
        rows = rows.exclude(pk=but.pk).filter(asked_at__lt=but.asked_at)
    return rows.filter(consultation=paper).first() or (
        rows.filter(approved_at__isnull=False, voided_at=None).exclude(consultation=paper).first()
    )
