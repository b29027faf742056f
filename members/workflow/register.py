"""What can happen to organisations and their licences."""

from datetime import date
from typing import Any

from django.db import transaction

from audit.workflow import record
from members import policies
from members.models import LicenceStatus, Organisation
from members.viewer import Viewer


def register_organisation(*, actor: Viewer | None, **fields: Any) -> Organisation:
    """Add an organisation. `actor` None is the operator of the machine, at set-up."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        organisation = Organisation(**fields)
        organisation.full_clean()
        organisation.save(force_insert=True)
        record("members.organisation_registered", organisation, actor=actor)
    return organisation


def amend_organisation(organisation: Organisation, *, changed: list[str], actor: Viewer) -> None:
    """Write the changed fields of an organisation that the caller has edited and validated."""
    policies.require(policies.can_keep_register(actor))
    if not changed:
        return
    with transaction.atomic():
        before = Organisation.objects.select_for_update().get(pk=organisation.pk)
        record(
            "members.organisation_amended",
            organisation,
            actor=actor,
            before={name: str(getattr(before, name)) for name in changed},
            after={name: str(getattr(organisation, name)) for name in changed},
        )
        organisation.save(update_fields=changed)


def set_licence_status(
    organisation: Organisation, *, state: str, effective_on: date, actor: Viewer | None, note: str = ""
) -> LicenceStatus:
    """The licence is in `state` from `effective_on` (Hong Kong day). A platform's access follows at once."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        status = LicenceStatus.objects.create(
            organisation=organisation, state=state, effective_on=effective_on, note=note
        )
        record(
            "members.licence_status_set",
            organisation,
            actor=actor,
            state=state,
            effective_on=str(effective_on),
        )
    return status
