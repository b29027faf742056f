"""Conclusions that are written and published as officers do it."""

from consultations import notices, workflow
from consultations.concluding import whole_seal
from consultations.models import Conclusions
from members import publication
from members.viewer import acting_as
from tests.world import World


def publish(conclusions: Conclusions, world: World, who: str = "colleague") -> Conclusions:
    """A second officer publishes them, with the text and the audience preview of this moment."""
    actor = world.viewer(who)
    with acting_as(actor):
        shown = publication.preview(notices.plan_of_conclusions(conclusions, actor=actor))
        return workflow.publish_conclusions(
            conclusions.consultation, actor=actor, previewed=shown.checksum, seen=whole_seal(conclusions)
        )
