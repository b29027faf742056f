"""Conclusions that are written and published as an officer does it."""

from consultations import notices, workflow
from consultations.models import Conclusions
from members import publication
from members.viewer import Viewer


def publish(conclusions: Conclusions, actor: Viewer) -> Conclusions:
    """Publish them with the audience preview of this moment."""
    shown = publication.preview(notices.plan_of_conclusions(conclusions, actor=actor))
    return workflow.publish_conclusions(conclusions.consultation, actor=actor, previewed=shown.checksum)
