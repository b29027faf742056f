"""Deputising for the chair and the delegation of a representative's role: for a period that ends by itself."""

from datetime import date, datetime, time, timedelta
from typing import Self

import pghistory
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members.enums import Role
from members.models.memberships import Membership
from members.models.organisations import Organisation
from portal.common import clock

# First and last day included.
LONGEST = timedelta(days=90)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> Self:
        """Those that give the role on `day` as things stand: nobody has ended them, and their giver has it that day."""
        return self.filter(ended_at=None)._given(day)

    def was_in_force(self, day: date) -> Self:
        """As `in_force`, with what was ended only after `day`: for what a page says of that day."""
        night = datetime.combine(day + timedelta(days=1), time(), clock.HONG_KONG)
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=night))._given(day)

    def _given(self, day: date) -> Self:
        givers = Membership.objects.on(day).filter(
            user=OuterRef("giver"), organisation=OuterRef("organisation"), role=OuterRef("role")
        )
        return self.filter(Exists(givers), starts_on__lte=day, ends_on__gte=day)

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        return self.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)


@pghistory.track()
class Delegation(models.Model):
    """From a day to a day `holder` has the role of `giver` in their organisation, as long as the giver has it too.

    A delegation of the chair's role is what the field calls deputising. What somebody held for whom on a past day
    stays on record: a period is ended early by `ended_at`, and no row is changed or removed after it.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="delegations", verbose_name=_("organisation")
    )
    giver = models.ForeignKey(User, models.PROTECT, related_name="delegations_given", verbose_name=_("for"))
    holder = models.ForeignKey(User, models.PROTECT, related_name="delegations_held", verbose_name=_("held by"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(ends_on__lt=F("starts_on") + LONGEST), name="delegation_lasts_ninety_days_at_most"
            ),
            models.CheckConstraint(condition=~Q(giver=F("holder")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(
                condition=Q(role__in=(Role.CHAIR, Role.PRINCIPAL, Role.ALTERNATE)), name="delegated_roles"
            ),
        )
        indexes = (models.Index(fields=["holder", "ends_on"], name="delegation_by_holder"),)

    def __str__(self) -> str:
        return gettext("%(holder)s for %(giver)s") % {"holder": self.holder, "giver": self.giver}

    @property
    def is_deputising(self) -> bool:
        return self.role == Role.CHAIR

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.starts_on <= clock.today() <= self.ends_on

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_on < clock.today()
