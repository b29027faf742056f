"""The roadmap: pillars, initiatives, and the dated milestones that tell where each stands.

Pillars, initiatives and milestones are public. Each fact says where it was read, up to which day, and whether
that was the issuer's own text; what is not `verified` is shown as unverified. There is no column for a share
done, and none for a date that the SFC did not publish.
"""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from initiatives.enums import BAR_OF, DatePrecision, InitiativeStatus, MilestoneKind, Verification
from initiatives.querysets import InitiativeQuerySet, MilestoneQuerySet
from members.audience import Restricted
from members.enums import Role
from portal.common import clock
from portal.common.translated import Translated, translated


@dataclass(frozen=True)
class Part:
    """One confirmable statement of a row: the columns of its verification, source and "as at" day."""

    label: Any
    verification: str
    source_url: str = "source_url"
    as_at: str = "as_at"
    needs_source: bool = True


def office(role: str) -> str:
    """Who recorded it, as the public reads it: the office, never the person."""
    return str(Role(role).label) if role else gettext("Roadmap file")


def _verification(label: Any) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=8, choices=Verification.choices, default=Verification.WORKING)


class Fact(models.Model):
    """A public statement with its source. `from_file`: it stands as the roadmap file has it."""

    source_url = models.URLField(_("source"), max_length=500, blank=True)
    as_at = models.DateField(_("as at"), default=clock.today, help_text=_("The day up to which the source was read."))
    from_file = models.BooleanField(_("as loaded"), default=False, editable=False)
    # The machine's clock, not the domain's: conditional requests need the moment of writing (views.py).
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    PARTS: ClassVar[dict[str, Part]] = {}

    class Meta:
        abstract = True


@pghistory.track()
class Pillar(Fact):
    """One of the five letters of A-S-P-I-Re."""

    code = models.CharField(_("letter"), max_length=2, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    name_en = models.CharField(_("name in English"), max_length=60)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=30, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=30, blank=True)
    aim_en = models.CharField(_("aim in English"), max_length=200, blank=True)
    aim_zh_hant = models.CharField(_("aim in Traditional Chinese"), max_length=100, blank=True)
    aim_zh_hans = models.CharField(_("aim in Simplified Chinese"), max_length=100, blank=True)
    name_verification = _verification(_("verification of the name"))
    aim_verification = _verification(_("verification of the English aim"))
    aim_zh_verification = _verification(_("verification of the Chinese aim"))

    PARTS = {
        "name": Part(_("Name"), "name_verification"),
        "aim": Part(_("English aim"), "aim_verification"),
        "aim_zh": Part(_("Chinese aim"), "aim_zh_verification"),
    }

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ("position",)

    def __str__(self) -> str:
        return str(_("%(code)s: %(name)s") % {"code": self.code, "name": self.name})

    @property
    def name(self) -> Translated:
        return translated(self, "name")

    @property
    def aim_is_verified(self) -> bool:
        """Whether the aim may be shown as the SFC's wording in the active language."""
        found = translated(self, "aim").language
        return (self.aim_verification if found == "en" else self.aim_zh_verification) == Verification.VERIFIED


@pghistory.track()
class Initiative(Fact):
    """One of the roadmap's twelve. Its status is editorial and follows from the milestones."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    pillar = models.ForeignKey(Pillar, models.PROTECT, related_name="initiatives", verbose_name=_("pillar"))
    name_en = models.CharField(_("name in English"), max_length=200)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=100, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=100, blank=True)
    name_en_verification = _verification(_("verification of the English name"))
    name_zh_verification = _verification(_("verification of the Chinese name"))
    status = models.CharField(_("status"), max_length=24, choices=InitiativeStatus.choices)
    status_since = models.DateField(_("status since"))
    status_as_at = models.DateField(_("status as at"))
    status_source_url = models.URLField(_("source of the status"), max_length=500, blank=True)
    status_verification = _verification(_("verification of the status"))

    PARTS = {
        "name_en": Part(_("English name"), "name_en_verification"),
        "name_zh": Part(_("Chinese name"), "name_zh_verification"),
        "status": Part(_("Status"), "status_verification", "status_source_url", "status_as_at", needs_source=False),
    }

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("initiatives:initiative", args=[self.number])

    @property
    def name(self) -> Translated:
        return translated(self, "name")

    @property
    def name_is_verified(self) -> bool:
        """Whether the name, as it is shown in the active language, was read in the SFC's own text."""
        shown = self.name_en_verification if self.name.language == "en" else self.name_zh_verification
        return shown == Verification.VERIFIED

    @property
    def shows_working_translation(self) -> bool:
        """Whether the active language shows a Chinese name that is not the SFC's."""
        return self.name.language != "en" and self.name_zh_verification != Verification.VERIFIED

    @property
    def status_is_verified(self) -> bool:
        return self.status_verification == Verification.VERIFIED

    @property
    def bar(self) -> str:
        """The drawing class of the present status."""
        return BAR_OF.get(self.status, "now")


@pghistory.track()
class StatusChange(models.Model):
    """What an initiative's status became, when, and why: the record behind `Initiative.status`."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="status_changes")
    status = models.CharField(_("status"), max_length=24, choices=InitiativeStatus.choices)
    on = models.DateField(_("date"))
    reason_en = models.CharField(_("reason in English"), max_length=300)
    reason_zh_hant = models.CharField(_("reason in Traditional Chinese"), max_length=200, blank=True)
    reason_zh_hans = models.CharField(_("reason in Simplified Chinese"), max_length=200, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    # The public sees the office, not the person; the person stands in the audit entry too.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_role = models.CharField(_("recorded as"), max_length=16, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ("-on", "-recorded_at", "-pk")

    def __str__(self) -> str:
        return f"{self.initiative_id}. {self.get_status_display()} {self.on:%Y-%m-%d}"

    @property
    def office(self) -> str:
        return office(self.recorded_role)


@pghistory.track()
class Milestone(Fact):
    """Something dated that moves initiatives: a circular, a consultation, a reading. It may touch several."""

    # Known only to rows that came with the product's roadmap file, so that loading it again finds them.
    key = models.SlugField(_("key"), max_length=60, null=True, blank=True, unique=True, editable=False)
    initiatives: "models.ManyToManyField[Initiative, MilestoneInitiative]" = models.ManyToManyField(
        Initiative, through="MilestoneInitiative", related_name="milestones", verbose_name=_("initiatives")
    )
    date = models.DateField(_("date"))
    date_precision = models.CharField(
        _("precision of the date"), max_length=7, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    kind = models.CharField(_("kind"), max_length=24, choices=MilestoneKind.choices)
    ref = models.CharField(_("reference"), max_length=40, blank=True, help_text=_("Such as 25EC44; empty if unknown."))
    title_en = models.CharField(_("title in English"), max_length=300)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=150, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=150, blank=True)
    verification = _verification(_("verification"))

    PARTS = {"milestone": Part(_("Milestone"), "verification")}

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("-date", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(title_en=""), name="milestone_has_a_title"),)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.title}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def is_verified(self) -> bool:
        return self.verification == Verification.VERIFIED

    @property
    def is_met(self) -> bool:
        return self.date <= clock.today()


@pghistory.track()
class MilestoneInitiative(models.Model):
    """That a milestone touches an initiative: an editorial judgement, so its history is kept too."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="links")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="links")

    class Meta:
        verbose_name = _("initiative of a milestone")
        verbose_name_plural = _("initiatives of a milestone")
        ordering = ("initiative__number",)
        constraints = (models.UniqueConstraint(fields=["milestone", "initiative"], name="milestone_touches_once"),)

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.initiative_id}"


@pghistory.track()
class InitiativeUpdate(Restricted):
    """News about an initiative, in words. A draft is `regulator`, and becomes public when it is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="updates", verbose_name=_("initiative"))
    title_en = models.CharField(_("title in English"), max_length=160)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=80, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=80, blank=True)
    body_en = models.TextField(_("text in English"))
    body_zh_hant = models.TextField(_("text in Traditional Chinese"), blank=True)
    body_zh_hans = models.TextField(_("text in Simplified Chinese"), blank=True)
    html_en = models.TextField(editable=False)
    html_zh_hant = models.TextField(editable=False, blank=True)
    html_zh_hans = models.TextField(editable=False, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    posted_role = models.CharField(_("posted as"), max_length=16)
    posted_at = models.DateTimeField(_("posted"), default=clock.now)

    class Meta:
        verbose_name = pgettext_lazy("roadmap", "update")
        verbose_name_plural = pgettext_lazy("roadmap", "updates")
        ordering = ("-posted_at", "-pk")

    def __str__(self) -> str:
        return str(translated(self, "title"))

    @property
    def office(self) -> str:
        return office(self.posted_role)
