"""What people are sent about the roadmap."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from initiatives.enums import InitiativeStatus
from initiatives.models import Initiative, InitiativeUpdate
from members.enums import Role
from members.publication import Plan, Telling
from members.viewer import Viewer, memberships_with_access
from notifications.workflow import Recipient
from portal.common.translated import translated


def status_changed(params: Mapping[str, Any]) -> str:
    """The sentence of a change of status, in the active language."""
    name = translated(SimpleNamespace(**{key: params[key] for key in params if key.startswith("name_")}), "name")
    return _("Initiative %(number)s, “%(name)s”, now stands at: %(status)s") % {
        "number": params["number"],
        "name": name,
        "status": InitiativeStatus(params["status"]).label,
    }


def plan_of_status(initiative: Initiative, *, actor: Viewer | None) -> Plan:
    """Every member, but the one who acts; the public reads it on the roadmap."""
    people = memberships_with_access().exclude(role=Role.SUPERVISION).values_list("user_id", flat=True)
    recipients = tuple(Recipient(user_id=pk, reason="member") for pk in people if actor is None or pk != actor.user_id)
    kind = "initiatives.status_changed"
    return Plan(kind, initiative, (Telling(kind, recipients),), actor=actor, is_public=True)


def plan_of_update(update: InitiativeUpdate) -> Plan:
    """An update in words stands on the public page; nobody is told."""
    return Plan("initiatives.update_published", update, (), is_public=True)
