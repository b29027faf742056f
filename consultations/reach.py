"""As whom the portal itself reads, never for a page; and the lock that every verb of a paper takes first."""

from consultations.models import Consultation
from members.enums import OrganisationKind
from members.models import Organisation, WorkingGroup
from members.viewer import Viewer


def everything() -> Viewer:
    """The regulator without a person, in every working group. What firms keep to themselves stays hidden."""
    regulator = Organisation.objects.filter(kind=OrganisationKind.REGULATOR).order_by("pk").first()
    if regulator is None:
        return Viewer()
    groups = tuple(WorkingGroup.objects.order_by("pk").values_list("pk", flat=True))
    return Viewer(organisation_id=regulator.pk, kind=OrganisationKind.REGULATOR, working_groups=groups)


def locked_paper(consultation: Consultation, actor: Viewer) -> Consultation:
    """The paper as the actor may read it, locked until the transaction ends."""
    rows = Consultation.objects.visible_to(actor)
    return rows.select_for_update(of=("self",)).get(pk=consultation.pk)  # type: ignore[no-any-return]
