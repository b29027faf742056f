"""What this room records, in words: read by audit.words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "documents.appointment_letter_filed": _("Letter of appointment filed"),
    "documents.filed": _("Document filed"),
    "documents.version_filed": _("Version of a document filed"),
    "documents.released": _("Document released"),
    "documents.scanned": _("File checked"),
    "documents.downloaded": _("Document downloaded"),
    "documents.opened": _("Document opened"),
}
