"""Dated memberships, and the membership that an invitation offers."""

from datetime import date, timedelta
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import Invitation, User
from members.enums import Capacity, Role
from members.models.organisations import Organisation
from portal.common import clock
from portal.common.translated import Translated, translated


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
    # A firm's people alone: after this day the person reads and does not write, until somebody confirms the need.
    confirm_by = models.DateField(_("to be confirmed by"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("organisation", "starts_on", "pk")
        indexes = (models.Index(fields=["-starts_on", "-id"], name="membership_by_start"),)
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
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(role=Role.PRINCIPAL, ends_on=None),
                name="one_principal_of_each_platform",
            ),
        )

    def __str__(self) -> str:
        return pgettext("between name and title", ", ").join((str(self.user), str(self.organisation)))

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def is_current(self) -> bool:
        return self.covers(clock.today())

    def covers(self, day: date) -> bool:
        """Whether the term includes `day`, first and last day included."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


@pghistory.track()
class MembershipOffer(models.Model):
    """The membership that an invited person will hold once they accept."""

    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="membership_offer", verbose_name=_("invitation")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    title_en = models.CharField(_("job title in English"), max_length=120, blank=True)
    title_zh_hant = models.CharField(_("job title in Traditional Chinese"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("offered membership")
        verbose_name_plural = _("offered memberships")

    def __str__(self) -> str:
        return f"{self.invitation}, {self.organisation}"
