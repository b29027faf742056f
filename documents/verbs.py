"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from django.utils.translation import gettext_lazy as _

from audit.particulars import Rows
from documents.enums import ScanState
from members.audience import Audience

WORDS = {
    "documents.appointment_letter_filed": _("Letter of appointment filed"),
    "documents.filed": _("Document filed"),
    "documents.version_filed": _("Version of a document filed"),
    "documents.released": _("Document released"),
    "documents.scanned": _("File checked"),
    "documents.downloaded": _("Document downloaded"),
    "documents.opened": _("Document opened"),
}


PARTICULARS = {"audience": Audience, "membership": Rows("members.membership"), "state": ScanState}
