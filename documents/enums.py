from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentKind(models.TextChoices):
    PAPER = "paper", _("Meeting paper")
    MINUTES = "minutes", _("Minutes")
    CONSULTATION = "consultation", _("Consultation paper")
    APPOINTMENT = "appointment", _("Appointment letter")
    OTHER = "other", _("Other document")


class ScanState(models.TextChoices):
    """What is known of a file's safety. Nothing but a clean file ever leaves the portal."""

    PENDING = "pending", pgettext_lazy("file check", "Waiting for its check")
    CLEAN = "clean", pgettext_lazy("file check", "Checked, clean")
    INFECTED = "infected", pgettext_lazy("file check", "Infected")
    ERROR = "error", pgettext_lazy("file check", "Could not be checked")


# Extension -> media type. What is not named here is not taken in.
MEDIA_TYPES: dict[str, str] = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
