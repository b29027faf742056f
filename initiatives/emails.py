"""What people are sent about the roadmap."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from initiatives.enums import InitiativeStatus
from portal.common.translated import translated


def status_changed(params: Mapping[str, Any]) -> str:
    """The sentence of a change of status, in the active language."""
    name = translated(SimpleNamespace(**{key: params[key] for key in params if key.startswith("name_")}), "name")
    return _("Initiative %(number)s, “%(name)s”, now stands at: %(status)s") % {
        "number": params["number"],
        "name": name,
        "status": InitiativeStatus(params["status"]).label,
    }
