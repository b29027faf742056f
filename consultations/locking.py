"""The paper that is being written, held until the act on it is done."""

from django.utils.translation import gettext as _

from consultations import policies
from consultations.enums import State
from consultations.models import Consultation
from members.policies import require
from members.viewer import Viewer
from portal.common.errors import Conflict, Refused


def locked_draft(consultation: Consultation, actor: Viewer) -> Consultation:
    """The paper, locked until the transaction ends. Forbidden: `actor` may not write it. Refused: it is published, and
    is corrected instead."""
    require(policies.can_run(actor, consultation))
    rows = Consultation.objects.visible_to(actor).select_for_update(of=("self",))
    locked: Consultation = rows.get(pk=consultation.pk)
    if locked.state != State.DRAFT:
        raise Refused(_("The paper is published. Numbers and questions stay as they are; make a correction instead."))
    return locked


def changed_since() -> Conflict:
    """What an officer meets whose colleague was faster."""
    return Conflict(_("Somebody else has changed this since you opened it. Nothing of theirs was overwritten."))
