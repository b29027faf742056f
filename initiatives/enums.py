"""States and kinds of the roadmap, in the SFC's words where it has them (DOMAIN 7.2 to 7.4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InitiativeStatus(models.TextChoices):
    """Editorial, never official: the SFC publishes events, not states."""

    UNDER_STUDY = "under_study", _("Under study")
    IN_PROGRESS = "in_progress", _("In progress")
    SOFT_CONSULTATION = "soft_consultation", _("Soft consultation")
    PUBLIC_CONSULTATION = "public_consultation", _("Public consultation")
    CONCLUSIONS_PUBLISHED = "conclusions_published", _("Conclusions published")
    LEGISLATING = "legislating", _("Legislating")
    PARTLY_DELIVERED = "partly_delivered", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")
    ONGOING = "ongoing", _("Ongoing")
    PAUSED = "paused", _("Paused")


# How the present stretch of a timeline is drawn: the classes of the design language.
BAR_OF: dict[str, str] = {
    InitiativeStatus.UNDER_STUDY: "past",
    InitiativeStatus.PAUSED: "past",
    InitiativeStatus.PARTLY_DELIVERED: "done",
    InitiativeStatus.DELIVERED: "done",
}


class MilestoneKind(models.TextChoices):
    ANNOUNCEMENT = "announcement", _("Announcement")
    CIRCULAR = "circular", _("Circular")
    CONSULTATION_OPENED = "consultation_opened", _("Consultation opened")
    CONCLUSIONS_PUBLISHED = "conclusions_published", _("Consultation conclusions")
    POLICY_PAPER = "policy_paper", _("Policy paper")
    POLICY_STATEMENT = "policy_statement", _("Policy statement")
    GUIDELINE = "guideline", _("Guideline")
    CODE = "code", pgettext_lazy("instrument", "Code")
    RULES = "rules", pgettext_lazy("instrument", "Rules")
    SUBSIDIARY_LEGISLATION = "subsidiary_legislation", _("Subsidiary legislation")
    BILL = "bill", pgettext_lazy("legislation", "Bill")
    GAZETTAL = "gazettal", _("Gazettal")
    FIRST_READING = "first_reading", _("First reading")
    SECOND_READING = "second_reading", _("Second reading")
    THIRD_READING = "third_reading", _("Third reading")
    TABLED = "tabled", _("Tabled in the Legislative Council")
    COMMENCEMENT = "commencement", _("Commencement")


class DatePrecision(models.TextChoices):
    """How exactly the source names the date. The stored day is the first of the period."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class Verification(models.TextChoices):
    """Where a fact was read. Everything but `verified` is shown as unverified."""

    VERIFIED = "verified", _("Verified in the issuer's own text or a verbatim copy")
    REPORTED = "reported", _("Unverified: read in a secondary source")
    WORKING = "working", _("Unverified: our own working wording")
