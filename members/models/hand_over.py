"""What somebody who leaves had open, and who takes it on."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members.audience import Restricted
from members.models.memberships import Membership
from portal.common import clock


@pghistory.track()
class HandOver(Restricted):
    """One for each membership that ends. `done_at` null: its last day has not passed, or nobody was named yet.

    It says how much was open, never what stands in it. A firm's is read by that firm alone: that it has something in
    hand is not for the regulator to know.
    """

    membership = models.OneToOneField(
        Membership, models.PROTECT, related_name="hand_over", verbose_name=_("membership")
    )
    successor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("successor")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    # When access had closed and the receivers were asked; what nobody took on is counted in `kept`.
    seen_at = models.DateTimeField(_("looked through"), null=True, blank=True)
    done_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    moved = models.PositiveIntegerField(_("handed over"), default=0)
    kept = models.PositiveIntegerField(_("left as they are"), default=0)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(audience__in=("organisation", "shared")), name="hand_over_is_internal"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(successor__isnull=False), name="hand_over_to_somebody"
            ),
        )

    def __str__(self) -> str:
        return str(self.membership)
