"""On whose behalf people act: organisations, their licences, dated memberships, working groups."""

from datetime import date, timedelta
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User
from members.enums import Capacity, LicenceKind, LicenceState, OrganisationKind, Role
from portal.common import clock
from portal.common.translated import Translated, translated


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
        validators=[RegexValidator(r"^[A-Z]{3}\d{3}$", _("Three capital letters and three digits, such as ABC123."))],
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
                condition=Q(ce_reference__isnull=True) | ~Q(ce_reference=""), name="ce_reference_null"
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

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="licence_statuses")
    state = models.CharField(_("state"), max_length=10, choices=LicenceState.choices)
    effective_on = models.DateField(_("from"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("licence status")
        verbose_name_plural = _("licence statuses")
        ordering = ("organisation", "-effective_on", "-pk")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.effective_on:%Y-%m-%d}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        """Memberships whose term includes `day`, first and last day included."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


@pghistory.track()
class Membership(models.Model):
    """A person's role in an organisation, from a day to a day. Access follows it at the next request."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    team = models.CharField(_("team"), max_length=80, blank=True)
    title_en = models.CharField(_("job title in English"), max_length=120, blank=True)
    title_zh_hant = models.CharField(_("job title in Traditional Chinese"), max_length=80, blank=True)
    title_zh_hans = models.CharField(_("job title in Simplified Chinese"), max_length=80, blank=True)
    capacities = ArrayField(
        models.CharField(max_length=40, choices=Capacity.choices),
        default=list,
        blank=True,
        verbose_name=_("capacities"),
    )
    starts_on = models.DateField(_("from"), default=clock.today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("organisation", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                # The day before it starts: a membership that was ended on its first day gives no access at all.
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(ends_on=None), name="one_open_membership_each"),
            models.UniqueConstraint(
                fields=["role"], condition=Q(role=Role.CHAIR, ends_on=None), name="one_chair_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def is_current(self) -> bool:
        today = clock.today()
        return self.starts_on <= today and (self.ends_on is None or self.ends_on >= today)


@pghistory.track()
class MembershipOffer(models.Model):
    """The membership that an invited person will hold once they accept."""

    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="membership_offer")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    title_en = models.CharField(_("job title in English"), max_length=120, blank=True)
    title_zh_hant = models.CharField(_("job title in Traditional Chinese"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("offered membership")
        verbose_name_plural = _("offered memberships")

    def __str__(self) -> str:
        return f"{self.invitation}, {self.organisation}"


@pghistory.track()
class WorkingGroup(models.Model):
    key = models.SlugField(_("short key"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=80, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=80, blank=True)
    convener = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("convener"))
    members: "models.ManyToManyField[User, Any]" = models.ManyToManyField(
        User, through="WorkingGroupMembership", related_name="working_groups"
    )

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ("name_en",)

    def __str__(self) -> str:
        return str(translated(self, "name"))

    @property
    def name(self) -> Translated:
        return translated(self, "name")


@pghistory.track()
class WorkingGroupMembership(models.Model):
    """A seat in a working group, held for an organisation: it ends with the holder's membership there."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))

    class Meta:
        verbose_name = _("seat in a working group")
        verbose_name_plural = _("seats in working groups")
        constraints = (models.UniqueConstraint(fields=["group", "user"], name="one_seat_each"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.user}"
