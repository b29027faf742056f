"""A member took something away: recorded before it is handed out."""

from audit.workflow import record
from consultations import policies
from consultations.models import Consultation
from members.policies import require
from members.viewer import Viewer


def note_export(consultation: Consultation, *, actor: Viewer, what: str, extension: str, text: str) -> None:
    """Record that `actor` exported from this paper. The public has no record: it takes what anybody can read.

    Which comments were chosen is not recorded: it would tell of a firm's own work.
    """
    require(policies.can_read(actor, consultation))
    if actor.is_member:
        record("consultations.exported", consultation, actor=actor, what=what, format=extension, text=text)
