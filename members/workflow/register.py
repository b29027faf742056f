"""What can happen to organisations and their licences."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from members import policies
from members.models import FormerName, LicenceStatus, Organisation
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

LEGAL_NAMES: Final = ("name_en", "name_zh_hant", "name_zh_hans")


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


def amend_organisation(
    organisation: Organisation,
    *,
    changed: Sequence[str],
    actor: Viewer | None,
    names_from: date | None = None,
    correcting: bool = False,
) -> None:
    """Write the changed fields of an organisation that the caller has edited and validated.

    A legal name that is replaced stays as a former name, until `names_from` (default: today). `correcting`: it was
    misspelt, and the organisation never bore it. `actor` None is the operator of the machine.
    """
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    if not changed:
        return
    with transaction.atomic():
        before = Organisation.objects.select_for_update().get(pk=organisation.pk)
        left_behind = {name: getattr(before, name) for name in LEGAL_NAMES if name in changed and getattr(before, name)}
        if left_behind and not correcting:
            _keep_names(organisation, left_behind, until=names_from or clock.today())
        record(
            "members.organisation_amended",
            organisation,
            actor=actor,
            before={name: str(getattr(before, name)) for name in changed},
            after={name: str(getattr(organisation, name)) for name in changed},
        )
        organisation.save(update_fields=list(changed))


def _keep_names(organisation: Organisation, names: dict[str, str], *, until: date) -> None:
    """The names began when those before them ended; without any before, nobody has said when.

    Refused when the next name would have begun before these did.
    """
    earlier = [row.until for row in organisation.former_names.all() if any(getattr(row, name) for name in names)]
    since = max(earlier, default=None)
    if until > clock.today():
        raise Refused(
            _("A new name can be entered from the day on which it holds, and not before."), field="names_from"
        )
    if since is not None and until < since:
        raise Refused(
            _("The present name holds since %(day)s: the new one cannot have begun before.")
            % {"day": f"{since:%d/%m/%Y}"},
            field="names_from",
        )
    FormerName.objects.create(organisation=organisation, since=since, until=until, **names)


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
