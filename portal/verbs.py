"""What this room records, in words: read by audit.words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "portal.refused": _("Attempt refused"),
    "portal.record_exported": _("Audit record exported"),
    "portal.head_mailed": _("Head of the audit record mailed"),
}
