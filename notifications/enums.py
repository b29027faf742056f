from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeliveryState(models.TextChoices):
    """A mail's way out. Digests pass through SENDING, after which they are never sent again."""

    PENDING = "pending", pgettext_lazy("mail", "Pending")
    SENDING = "sending", pgettext_lazy("mail", "Sending")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    SKIPPED = "skipped", pgettext_lazy("mail", "Not needed")
    UNKNOWN = "unknown", pgettext_lazy("mail", "Unknown")
    FAILED = "failed", pgettext_lazy("mail", "Failed")


class EmailChoice(models.TextChoices):
    NOW = "now", _("At once")
    DIGEST = "digest", _("In the daily digest")
    NEVER = "never", _("Never")


class Category(models.TextChoices):
    """What a person can choose about."""

    COMMENTS = "comments", _("Comments and replies")
    CONSULTATIONS = "consultations", _("Consultations")
    ROADMAP = "roadmap", _("Roadmap")
    MEETINGS = "meetings", _("Meetings")
    ACCOUNT = "account", _("Your account")
