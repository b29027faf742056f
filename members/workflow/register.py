"""What can happen to organisations and their licences."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from members import access_news, policies
from members.enums import STATES_WITH_ACCESS
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
            until = names_from or clock.today()
            since = check_new_name(organisation, left_behind, until)
            FormerName.objects.create(organisation=organisation, since=since, until=until, **left_behind)
        record(
            "members.organisation_amended",
            organisation,
            actor=actor,
            before={name: _recorded(getattr(before, name)) for name in changed},
            after={name: _recorded(getattr(organisation, name)) for name in changed},
        )
        organisation.save(update_fields=list(changed))


def _recorded(value: Any) -> Any:
    """A value as the trail keeps it: a list stays one, so that its choices can be said in words."""
    if isinstance(value, list | tuple):
        return [_recorded(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def check_new_name(organisation: Organisation, replaced: Iterable[str], day: date) -> date | None:
    """The day from which the names to be replaced have held; None where nobody has said so.

    Refused when the new names would begin after today, or before the present ones did.
    """
    rows = organisation.former_names.all()
    since = max((row.until for row in rows if any(getattr(row, name) for name in replaced)), default=None)
    if day > clock.today():
        raise Refused(_("A new name is entered from the day on which it holds, and not before."), field="names_from")
    if since is not None and day < since:
        words = _("The present name holds since %(day)s: the new one cannot have begun before.")
        raise Refused(words % {"day": f"{since:%d/%m/%Y}"}, field="names_from")
    return since


def set_licence_status(
    organisation: Organisation, *, state: str, effective_on: date, actor: Viewer | None, note: str = ""
) -> LicenceStatus:
    """The licence is in `state` from `effective_on` (Hong Kong day). A platform's access follows at once."""
    if actor is not None:
        policies.require(policies.can_keep_register(actor))
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = _state_from(organisation, effective_on)
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
        after = _state_from(organisation, effective_on)
        if before and after != before and _concerns_access(before, after):
            access_news.tell_licence(status)
    return status


def _state_from(organisation: Organisation, day: date) -> str:
    """The state that holds on `day`, or today where that is later; empty without any."""
    rows = LicenceStatus.objects.filter(organisation=organisation, effective_on__lte=max(day, clock.today()))
    return rows.order_by("-effective_on", "-pk").values_list("state", flat=True).first() or ""


def _concerns_access(before: str, after: str) -> bool:
    return after not in STATES_WITH_ACCESS or before not in STATES_WITH_ACCESS
