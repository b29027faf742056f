"""Who has had an official post before them."""

from collections.abc import Collection

from consultations import policies
from consultations.models import Comment, Seen
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock


def note_seen(comments: Collection[Comment], *, actor: Viewer) -> None:
    """`actor` has these official posts on the page. Once a person and post; repeating it changes nothing.

    Their firm and the regulator know of it, no other firm. Agencies observe, and are not noted.
    """
    require(policies.can_be_noted(actor))
    Seen.objects.bulk_create(
        [
            Seen(
                comment=comment,
                user_id=actor.person_id,
                at=clock.now(),
                audience=Audience.SHARED,
                organisation_id=actor.organisation_id or 0,
            )
            for comment in comments
        ],
        ignore_conflicts=True,
    )
