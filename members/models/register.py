"""The register of licensees through time: names that firms have left behind, and lists that were read in."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.enums import ImportState
from members.models.organisations import Organisation
from portal.common import clock
from portal.common.translated import Translated, translated


@pghistory.track()
class FormerName(models.Model):
    """A legal name that an organisation no longer bears. Only what changed is kept: an empty language had no change.

    `until` is the day on which the next name began; `since` stays empty where the beginning is not known.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_names")
    name_en = models.CharField(_("former name in English"), max_length=200, blank=True)
    name_zh_hant = models.CharField(_("former name in Traditional Chinese"), max_length=120, blank=True)
    name_zh_hans = models.CharField(_("former name in Simplified Chinese"), max_length=120, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ("organisation", "-until", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(since=None) | Q(until__gte=F("since")), name="former_name_in_order"),
            models.CheckConstraint(
                condition=~Q(name_en="", name_zh_hant="", name_zh_hans=""), name="former_name_says_something"
            ),
        )

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Translated:
        return translated(self, "name")


@pghistory.track(exclude=["rows", "lines", "absent"])
class RegisterImport(models.Model):
    """A list of licensees as a file brought it, what it would change, and what became of it.

    `rows` is what the file says and never changes. `lines` and `absent` (members.register.comparing) are how that
    compares with the register, at the preview or, once committed, at the commit.
    """

    file_name = models.CharField(_("file"), max_length=160)
    digest = models.CharField(_("SHA-256 checksum"), max_length=64)
    read_at = models.DateTimeField(pgettext_lazy("a file, by somebody", "read"), default=clock.now)
    # Null: the operator of the machine.
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("read by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.PREVIEWED)
    compared_at = models.DateTimeField(_("compared with the register"), default=clock.now)
    decided_at = models.DateTimeField(_("committed or discarded"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    rows = models.JSONField(default=list, editable=False)
    lines = models.JSONField(default=list, editable=False)
    absent = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("import of the register")
        verbose_name_plural = _("imports of the register")
        ordering = ("-read_at", "-pk")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:members_registerimport_change", args=[self.pk])

    @property
    def is_previewed(self) -> bool:
        return self.state == ImportState.PREVIEWED

    def count(self, outcome: str) -> int:
        """How many lines came out so (members.register.comparing)."""
        found: list[dict[str, Any]] = self.lines
        return sum(line["outcome"] == outcome for line in found)
