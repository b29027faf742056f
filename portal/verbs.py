"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.particulars import Rows, kind_words
from audit.words import words_of

WORDS = {
    "portal.refused": _("Attempt refused"),
    "portal.record_exported": _("Audit record exported"),
    "portal.head_mailed": _("Head of the audit record mailed"),
}


PARTICULARS: dict[str, Any] = {
    "firm": Rows("members.organisation", said="short"),
    "kind": kind_words,
    "verb": words_of,
}
