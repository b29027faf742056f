"""Bodies of the advisory group and the licences of platforms."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.enums import LicenceKind, LicenceState, OrganisationKind
from portal.common.translated import Translated, translated

# As the SFC's register writes it. Not \d, which takes digits of every script; null while it is unknown.
CE_REFERENCE = r"^[A-Z]{3}[0-9]{3}$"


@pghistory.track()
class Organisation(models.Model):
    """A body of the advisory group. A platform is the licensee; the platform's own name stands apart."""

    key = models.SlugField(_("short key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind.choices)
    name_en = models.CharField(_("legal name in English"), max_length=200)
    name_zh_hant = models.CharField(_("legal name in Traditional Chinese"), max_length=120, blank=True)
    name_zh_hans = models.CharField(_("legal name in Simplified Chinese"), max_length=120, blank=True)
    short_en = models.CharField(_("short name in English"), max_length=80, blank=True)
    short_zh_hant = models.CharField(_("short name in Traditional Chinese"), max_length=60, blank=True)
    short_zh_hans = models.CharField(_("short name in Simplified Chinese"), max_length=60, blank=True)
    platform_name_en = models.CharField(_("platform name in English"), max_length=120, blank=True)
    platform_name_zh_hant = models.CharField(_("platform name in Traditional Chinese"), max_length=80, blank=True)
    platform_name_zh_hans = models.CharField(_("platform name in Simplified Chinese"), max_length=80, blank=True)
    email_domain = models.CharField(_("email domain"), max_length=120, blank=True)
    ce_reference = models.CharField(
        _("CE reference"),
        max_length=6,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(CE_REFERENCE, _("Three capital letters and three digits, such as ABC123."))],
        help_text=_("Leave empty while unknown."),
    )
    licence_date = models.DateField(_("date of licence"), null=True, blank=True)
    licence_kinds = ArrayField(
        models.CharField(max_length=20, choices=LicenceKind.choices),
        default=list,
        blank=True,
        verbose_name=_("licences"),
    )
    # The firm's own wish: what a contributor writes for all members waits for a colleague inside the firm.
    group_comments_need_release = models.BooleanField(
        _("a colleague releases a contributor's comments to all members"), default=False
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("kind", "name_en")
        constraints = (
            models.CheckConstraint(
                condition=Q(ce_reference=None) | Q(ce_reference__regex=CE_REFERENCE), name="ce_reference_form"
            ),
        )

    def __str__(self) -> str:
        return str(translated(self, "name"))

    @property
    def name(self) -> Translated:
        return translated(self, "name")

    @property
    def short(self) -> Translated:
        """The name for a line of a comment; the legal name where no short one is kept."""
        found = translated(self, "short")
        return found if found.text else self.name

    @property
    def is_platform(self) -> bool:
        return self.kind == OrganisationKind.PLATFORM


@pghistory.track()
class LicenceStatus(models.Model):
    """The state of a licence from a day on. The latest entry that has begun is the present one."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="licence_statuses", verbose_name=_("organisation")
    )
    state = models.CharField(_("state"), max_length=10, choices=LicenceState.choices)
    effective_on = models.DateField(_("from"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("licence status")
        verbose_name_plural = _("licence statuses")
        ordering = ("organisation", "-effective_on", "-pk")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.effective_on:%Y-%m-%d}"
