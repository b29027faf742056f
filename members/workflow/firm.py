"""What a firm says about its own people's work."""

from django.db import transaction

from audit.workflow import record
from members import policies
from members.models import Organisation
from members.viewer import Viewer


def set_release_wish(organisation: Organisation, *, wanted: bool, actor: Viewer) -> None:
    """From now on what a contributor of this firm writes for all members waits for a colleague, or does not any more.
    What waits already stays until somebody releases it or gives it back."""
    policies.require(policies.can_set_release_wish(actor, organisation))
    with transaction.atomic():
        locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if locked.group_comments_need_release == wanted:
            return
        locked.group_comments_need_release = wanted
        locked.save(update_fields=["group_comments_need_release"])
        record("members.release_wish_set", locked, actor=actor, wanted=wanted)
    organisation.group_comments_need_release = wanted
