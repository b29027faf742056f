"""Use limitation: overrides that open a firm's shared content to supervision, and the log of who opened what."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from members.enums import OrganisationKind, OverrideState, Role
from members.models.organisations import Organisation
from members.row_security import ORGANISATION, PERSON, STAFF, Rules, kind_is
from members.viewer import MIRROR_KIND, SUPERVISION_KIND, Viewer
from portal.common import clock

# An override lasts no longer than this: a longer matter is asked for anew, with its reason.
LONGEST = timedelta(days=30)
_OWN_FIRM = f"({kind_is(OrganisationKind.PLATFORM, MIRROR_KIND)} AND organisation_id = {ORGANISATION})"


class OverrideQuerySet(models.QuerySet["Override"]):
    def visible_to(self, viewer: Viewer) -> "OverrideQuerySet":
        """The regulator's staff read all, supervision its own, a firm those that opened its content."""
        if viewer.is_regulator:
            return self
        if viewer.is_supervision:
            return self.filter(Q(officer=viewer.user_id) | Q(asked_by=viewer.user_id))
        if viewer.is_platform:
            return self.opened().filter(organisation=viewer.organisation_id)
        return self.none()

    def opened(self) -> "OverrideQuerySet":
        """Those that were approved, whatever came after."""
        return self.filter(state__in=(OverrideState.APPROVED, OverrideState.ENDED), decided_at__isnull=False)

    def running(self) -> "OverrideQuerySet":
        """Those that give access at this moment: from the minute of their start, until before the one of their end."""
        now = clock.now()
        return self.filter(state=OverrideState.APPROVED, starts_at__lte=now, ends_at__gt=now)

    def standing(self) -> "OverrideQuerySet":
        """Those that wait for a decision, run, or will run."""
        return self.filter(state__in=(OverrideState.ASKED, OverrideState.APPROVED), ends_at__gt=clock.now())


@pghistory.track()
class Override(models.Model):
    """A supervision officer reads what one firm shares with the regulator, for a stated time and reason.

    A second officer approves. Nothing ends it but its own end, or somebody before.
    """

    row_security_rules: ClassVar[Rules] = Rules(
        read=(
            f"({STAFF} OR ({_OWN_FIRM} AND decided_at IS NOT NULL AND state IN ('approved', 'ended'))"
            f" OR ({kind_is(SUPERVISION_KIND)} AND (officer_id = {PERSON} OR asked_by_id = {PERSON})))"
        ),
        add=f"({kind_is(SUPERVISION_KIND)} AND asked_by_id = {PERSON} AND state = 'asked')",
        change=f"({STAFF} OR {kind_is(SUPERVISION_KIND)})",
        # Supervision gives itself nothing: all that it may do is to end.
        changed=f"({STAFF} OR ({kind_is(SUPERVISION_KIND)} AND state = 'ended'))",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("supervision officer"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("firm"))
    reason = models.TextField(_("reason"), max_length=2000)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=OverrideState.choices, default=OverrideState.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_role = models.CharField(_("decided in the role"), max_length=16, choices=Role.choices, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    refusal = models.TextField(_("why it was refused"), max_length=2000, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    ended_role = models.CharField(_("ended in the role"), max_length=16, choices=Role.choices, blank=True)
    ended_at = models.DateTimeField(_("ended early"), null=True)

    objects: ClassVar[Any] = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ("-asked_at", "-pk")
        indexes = (
            models.Index(fields=["officer", "state", "ends_at"], name="override_of_officer"),
            models.Index(fields=["organisation", "state"], name="override_of_firm"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="override_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("officer"))),
                name="override_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=OverrideState.APPROVED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="override_is_decided",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.starts_at:%Y-%m-%d}"

    @property
    def was_opened(self) -> bool:
        return self.decided_at is not None and self.state in {OverrideState.APPROVED, OverrideState.ENDED}

    @property
    def audience(self) -> str:
        """Who reads entries of the audit trail about it: the firm too, from its approval on."""
        return "shared" if self.was_opened else "regulator"

    @property
    def stage(self) -> str:
        """Where it stands at this moment, as the pages say it."""
        now = clock.now()
        if self.state == OverrideState.ENDED:
            return "ended_early" if self.was_opened else "taken_back"
        if self.state == OverrideState.REFUSED:
            return "refused"
        if self.ends_at <= now:
            return "over" if self.was_opened else "lapsed"
        if self.state == OverrideState.ASKED:
            return "asked"
        return "runs" if self.starts_at <= now else "planned"


class How(models.TextChoices):
    READ = "read", pgettext_lazy("how content was opened", "Read")
    DOWNLOAD = "download", pgettext_lazy("how content was opened", "Downloaded")
    EXPORT = "export", pgettext_lazy("how content was opened", "Exported")


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, viewer: Viewer) -> "OpeningQuerySet":
        """The firm whose content it was, and the regulator's staff (who among them: members.policies)."""
        if viewer.is_regulator:
            return self
        return self.filter(organisation=viewer.organisation_id) if viewer.is_platform else self.none()


class Opening(models.Model):
    """One person of the regulator had content on the screen or in a file that one firm shares with the regulator.

    A row for each page, firm, kind and way; it names every object. Nobody changes or removes it.
    """

    row_security_rules: ClassVar[Rules] = Rules(
        read=f"({STAFF} OR {_OWN_FIRM})",
        # In one's own name. Who has looked through a firm's eyes is the officer again when this is written.
        add=f"({kind_is(OrganisationKind.REGULATOR, SUPERVISION_KIND)} AND user_id = {PERSON})",
    )

    # Not a sequence: supervision writes what it may not read back.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("time"), default=clock.now)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("reader"))
    role = models.CharField(_("reader's role"), max_length=16, choices=Role.choices)
    reader_organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("reader's organisation")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owning firm"))
    kind = models.CharField(_("kind of content"), max_length=60)
    objects_opened = ArrayField(models.CharField(max_length=64), verbose_name=_("what was opened"))
    how = models.CharField(_("how"), max_length=8, choices=How.choices)
    page = models.CharField(_("page"), max_length=250)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects: ClassVar[Any] = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of confidential content")
        verbose_name_plural = _("openings of confidential content")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["organisation", "-at"], name="opening_of_firm"),
            models.Index(fields=["user", "-at"], name="opening_by_reader"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.role} {self.how} {self.kind}"
