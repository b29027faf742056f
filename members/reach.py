"""The reach of the system itself, for what no person's own reach allows."""

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
