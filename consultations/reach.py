"""The lock that every verb of a paper takes first."""

from consultations.models import Consultation
from members.viewer import Viewer


def locked_paper(consultation: Consultation, actor: Viewer) -> Consultation:
    """The paper as the actor may read it, locked until the transaction ends."""
    rows = Consultation.objects.visible_to(actor)
    return rows.select_for_update(of=("self",)).get(pk=consultation.pk)  # type: ignore[no-any-return]
