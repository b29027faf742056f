"""How long records are kept, what is proposed for disposal, and what is held for a legal reason."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members.models.organisations import Organisation
from members.row_security import STAFF, Rules
from portal.common import clock
from portal.common.dates import long_day

_REGULATORS: Rules = Rules(read=STAFF, add=STAFF, change=STAFF, changed=STAFF)


def _kind_in_words(name: str) -> str:
    """Asked of the kinds when it is said: they stand on the models."""
    from members.retention.kinds import words_of

    return words_of(name)


@pghistory.track()
class RetentionRule(models.Model):
    """The period that the office has set for a kind of record (members.retention.kinds). Without a row for a kind, or
    without a period, nothing of that kind is ever proposed. The portal brings no period of its own."""

    row_security_rules: ClassVar[Rules] = _REGULATORS

    kind = models.CharField(_("kind of record"), max_length=60, unique=True)
    days = models.PositiveIntegerField(
        _("kept for, in days"), null=True, blank=True, help_text=_("Leave empty: kept until the office sets a period.")
    )
    basis = models.TextField(
        _("basis"), blank=True, max_length=1000, help_text=_("The decision or the law that the period rests on.")
    )
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"), default=clock.now)

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention schedule")
        ordering = ("kind",)
        constraints = (
            models.CheckConstraint(condition=Q(days=None) | ~Q(basis=""), name="retention_period_has_a_basis"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1), name="retention_period_is_a_period"),
        )

    def __str__(self) -> str:
        return _kind_in_words(self.kind)


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("disposal", "Waits for a decision")
    APPROVED = "approved", pgettext_lazy("disposal", "Approved")
    DECLINED = "declined", pgettext_lazy("disposal", "Declined")


@pghistory.track()
class DisposalProposal(models.Model):
    """Records whose period is over at `cutoff`. A person decides, who is not the one who set the period."""

    row_security_rules: ClassVar[Rules] = _REGULATORS

    kind = models.CharField(_("kind of record"), max_length=60)
    cutoff = models.DateTimeField(_("older than"))
    count = models.PositiveIntegerField(_("records"))
    held = models.PositiveIntegerField(_("under legal hold"), default=0)
    made_at = models.DateTimeField(_("proposed"), default=clock.now)
    state = models.CharField(_("state"), max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    disposed = models.PositiveIntegerField(_("disposed of"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal for disposal")
        verbose_name_plural = _("proposals for disposal")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state=ProposalState.PROPOSED), name="one_standing_proposal_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="disposal_is_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        kind, day = _kind_in_words(self.kind), long_day(self.cutoff)
        return gettext("%(kind)s, older than %(day)s") % {"kind": kind, "day": day}


@pghistory.track()
class LegalHold(models.Model):
    """Nothing that concerns this firm, this person or this object is disposed of until somebody lifts the hold."""

    row_security_rules: ClassVar[Rules] = _REGULATORS

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("firm")
    )
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    # An object of a room to the right of this one, such as a paper: its address, below which its parts lie too.
    address = models.CharField(_("address of the object"), max_length=200, blank=True)
    label = models.CharField(_("object, as then named"), max_length=250, blank=True)
    reason = models.TextField(_("reason"), max_length=1000)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("placed by"))
    placed_at = models.DateTimeField(_("from"), default=clock.now)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lift_reason = models.TextField(_("why it was lifted"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ("-placed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True, address="")
                | Q(organisation__isnull=True, person__isnull=False, address="")
                | (Q(organisation__isnull=True, person__isnull=True) & ~Q(address="")),
                name="legal_hold_on_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="legal_hold_is_lifted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation or self.person or self.label)
