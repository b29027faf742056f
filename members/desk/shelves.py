"""The models of the admin site by the field's words, not by the names of the program's rooms."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order in which the site shows them.
SHELVES: Final[dict[str, str | Promise]] = {
    "people": _("Firms and people"),
    "consultations": _("Consultations"),
    "calendar": _("Calendar of asks"),
    "meetings": _("Meetings"),
    "documents": _("Documents"),
    "roadmap": _("Roadmap"),
    "oversight": _("Oversight and records"),
    "rules": _("Rules and machinery"),
}
_OF_ROOM: Final = {
    "accounts": "people",
    "members": "people",
    "consultations": "consultations",
    "meetings": "meetings",
    "documents": "documents",
    "initiatives": "roadmap",
    "audit": "oversight",
    "notifications": "rules",
}


def shelf_of(model_admin: Any) -> str:
    """The shelf that the model's admin names, or that of its room."""
    return str(getattr(model_admin, "shelf", "") or _OF_ROOM.get(model_admin.opts.app_label, "rules"))
