"""What the calendar of asks knows beside deadlines: days that the gazette or a storm changed, and blackout windows."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.enums import DayChangeCause, DayChangeKind
from consultations.models.texts import lines
from members.audience import Restricted
from portal.common import clock
from portal.common.translated import Translated, translated


@pghistory.track()
class DayChange(models.Model):
    """A day in Hong Kong that is not what the holidays of Cap. 149 say: a gazetted holiday, a gale, black rain."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=6, choices=DayChangeKind.choices, default=DayChangeKind.CLOSED)
    cause = models.CharField(_("cause"), max_length=10, choices=DayChangeCause.choices)
    reason_en, reason_zh_hant, reason_zh_hans = lines(_("reason"))
    source_url = models.URLField(_("source"), blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"), default=clock.now)

    class Meta:
        verbose_name = _("changed day")
        verbose_name_plural = _("changed days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"

    @property
    def reason(self) -> Translated:
        return translated(self, "reason")


@pghistory.track()
class BlackoutWindow(Restricted):
    """Days, first and last included, on which no deadline should fall. A warning, never a refusal."""

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason_en, reason_zh_hant, reason_zh_hans = lines(_("reason"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"), default=clock.now)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("blackout window")
        verbose_name_plural = _("blackout windows")
        ordering = ("starts_on",)
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="blackout_ends_after_it_starts"),
        )

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} {self.ends_on:%Y-%m-%d}"

    @property
    def reason(self) -> Translated:
        return translated(self, "reason")
