"""What people hear of an override: the office that it is asked for, the officer what became of it, the firm that its
shared content is open to supervision and until when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from members.enums import Role
from members.models import Override
from members.viewer import Viewer, memberships_with_access, readable_pairs
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common.dates import long_day_and_time
from portal.common.translated import in_languages, text_of

ASKED = "members.override_asked"
OPENED = "members.override_opened"
CLOSED = "members.override_closed"
DECIDED = "members.override_decided"

SECOND = gettext_noop("A second officer approves")
FIRM = gettext_noop("It concerns your firm")
OWN = gettext_noop("You asked for it")
_FIRM_ROLES = (Role.PRINCIPAL, Role.ALTERNATE, Role.COORDINATOR)


def register_kinds() -> None:
    for name, title in ((ASKED, _asked), (OPENED, _opened), (CLOSED, _closed), (DECIDED, _decided)):
        register(
            Kind(
                name=name,
                category=Category.ACCOUNT,
                title=title,
                context_line=_until,
                icon="shield-check",
                mandatory=True,
                readable=_readable,
            )
        )


def _readable(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    return readable_pairs(
        user_ids,
        lambda viewer: Override.objects.visible_to(viewer).filter(pk__in=subject_ids).values_list("pk", flat=True),
    )


def _until(params: Mapping[str, Any]) -> str:
    return _("Until %(date)s") % {"date": long_day_and_time(datetime.fromisoformat(params["until"]))}


def _asked(params: Mapping[str, Any]) -> str:
    return _("Supervision asks to read what %(firm)s shares with the SFC") % {"firm": text_of(params, "firm")}


def _opened(params: Mapping[str, Any]) -> str:
    return _("Supervision may read what your firm shares with the SFC, for a limited time")


def _closed(params: Mapping[str, Any]) -> str:
    return _("Supervision may no longer read what your firm shares with the SFC")


def _decided(params: Mapping[str, Any]) -> str:
    words = {
        "approved": _("The override for %(firm)s was approved"),
        "refused": _("The override for %(firm)s was refused"),
        "ended": _("The override for %(firm)s was ended"),
    }
    return words[params["decision"]] % {"firm": text_of(params, "firm")}


def asked(override: Override) -> None:
    """The chair's office hears of it, but for those who cannot be the second officer."""
    office = memberships_with_access().filter(role__in=(Role.CHAIR, Role.SECRETARIAT))
    office = office.exclude(user__in=(override.officer_id, override.asked_by_id))
    _tell(ASKED, override, [Recipient(user_id=row.user_id, reason=SECOND) for row in office])


def approved(override: Override) -> None:
    _tell_firm(OPENED, override)
    _tell_officer(override, "approved")


def refused(override: Override) -> None:
    _tell_officer(override, "refused")


def ended(override: Override, *, actor: Viewer) -> None:
    """What opened nothing closes nothing: the firm hears of the end of what it has heard of."""
    if override.was_opened:
        _tell_firm(CLOSED, override)
    _tell_officer(override, "ended", but=actor.person_id)


def _tell_firm(kind: str, override: Override) -> None:
    people = memberships_with_access().filter(
        Q(role__in=_FIRM_ROLES) | Q(effective_role__in=_FIRM_ROLES), organisation=override.organisation_id
    )
    _tell(kind, override, [Recipient(user_id=row.user_id, reason=FIRM) for row in people])


def _tell_officer(override: Override, decision: str, but: int = 0) -> None:
    people = {override.officer_id, override.asked_by_id} - {but}
    _tell(DECIDED, override, [Recipient(user_id=pk, reason=OWN) for pk in sorted(people)], decision=decision)


def _tell(kind: str, override: Override, recipients: list[Recipient], **more: str) -> None:
    if not recipients:
        return
    firm = override.organisation
    names = in_languages(firm, "short", "firm")
    names["firm_en"] = names["firm_en"] or firm.name_en
    publish(
        kind,
        subject=override,
        recipients=recipients,
        params={**names, "until": override.ends_at.isoformat(), **more},
        url=f"{reverse('oversight:overrides')}#o-{override.pk}",
        thread=f"override-{override.pk}",
    )
