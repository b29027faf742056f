"""What a firm's coordinator did about the firm's own people, and which reminders went out."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members.audience import Restricted
from members.enums import Capacity, FirmChangeKind, Role
from members.models.memberships import Membership, MembershipOffer
from portal.common import clock


@pghistory.track()
class FirmChange(Restricted):
    """One act of a coordinator, to which the secretariat may object. The firm and the regulator read it."""

    is_content = False

    kind = models.CharField(_("what"), max_length=8, choices=FirmChangeKind.choices)
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("membership")
    )
    offer = models.ForeignKey(
        MembershipOffer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )
    role_before = models.CharField(_("role before"), max_length=16, choices=Role.choices, blank=True)
    role_after = models.CharField(_("role after"), max_length=16, choices=Role.choices, blank=True)
    capacities_before = ArrayField(
        models.CharField(max_length=40, choices=Capacity.choices),
        default=list,
        blank=True,
        verbose_name=_("capacities before"),
    )
    capacities_after = ArrayField(
        models.CharField(max_length=40, choices=Capacity.choices),
        default=list,
        blank=True,
        verbose_name=_("capacities after"),
    )
    last_day_before = models.DateField(_("last day before"), null=True, blank=True)
    last_day_after = models.DateField(_("last day after"), null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("time"), default=clock.now)
    objected_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("objection by")
    )
    objected_at = models.DateTimeField(_("objection"), null=True, blank=True)
    objection = models.TextField(_("reason of the objection"), blank=True)

    class Meta:
        verbose_name = _("change by a firm")
        verbose_name_plural = _("changes by firms")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(membership__isnull=False, offer__isnull=True)
                | Q(membership__isnull=True, offer__isnull=False),
                name="firm_change_of_one_person",
            ),
            models.CheckConstraint(
                condition=Q(objected_at__isnull=True, objection="") | (Q(objected_at__isnull=False) & ~Q(objection="")),
                name="firm_change_objection_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person_name}"

    @property
    def is_of_capacities(self) -> bool:
        """The role stayed; what changed is in which capacities the person holds it."""
        return self.kind == FirmChangeKind.ROLE_SET and self.role_before == self.role_after

    @property
    def capacities_in_words(self) -> list[str]:
        return [str(Capacity(one).label) for one in self.capacities_after]

    @property
    def person_name(self) -> str:
        """Whom it concerns: a person, or the address that was invited."""
        if self.membership is not None:
            return self.membership.user.display_name
        assert self.offer is not None
        return self.offer.invitation.name_en or self.offer.invitation.email


class MembershipReminder(models.Model):
    """A reminder that went out: one of each step for each date, however often the task runs."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="reminders")
    about = models.CharField(max_length=8)
    due_on = models.DateField()
    step = models.SmallIntegerField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.UniqueConstraint(fields=["membership", "about", "due_on", "step"], name="one_reminder_of_each_step"),
        )

    def __str__(self) -> str:
        return f"{self.membership} {self.about} {self.due_on:%Y-%m-%d} {self.step}"
