"""An officer who looked at the portal as a firm's role sees it: a record that is added to and never changed."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

import pgtrigger
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import User
from members.audience import Audience, Restricted
from members.enums import Role
from portal.common import clock

REASON_LENGTH: Final = 200
_ADDED_TO = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)


class MirrorEnding(models.TextChoices):
    STOPPED = "stopped", pgettext_lazy("viewing as a firm", "Stopped")
    SIGNED_OUT = "signed_out", pgettext_lazy("viewing as a firm", "Signed out")
    RAN_OUT = "ran_out", pgettext_lazy("viewing as a firm", "Time was up")


class Mirror(Restricted):
    """One look through a firm's eyes: `officer` sees what `role` of the owning organisation sees, until `ends_at`.

    The firm reads this row, the reason as well.
    """

    # The firm owns the row and does not write it.
    written_by_staff = True
    is_content = False

    audience = models.CharField(_("audience"), max_length=12, choices=Audience.choices, default=Audience.SHARED)
    role = models.CharField(_("seen as"), max_length=16, choices=Role.choices)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who looked"))
    officer_role = models.CharField(_("role of who looked"), max_length=16, choices=Role.choices)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, validators=[MinLengthValidator(3)])
    started_at = models.DateTimeField(_("from"), default=clock.now)
    ends_at = models.DateTimeField(_("until at the latest"))

    class Meta:
        verbose_name = _("view as a firm")
        verbose_name_plural = _("views as a firm")
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(audience=Audience.SHARED), name="mirror_is_shown_to_its_firm"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="mirror_ends_after_it_starts"),
        )
        triggers: ClassVar = _ADDED_TO

    def __str__(self) -> str:
        return pgettext("between name and title", ", ").join((self.get_role_display(), str(self.organisation)))

    @property
    def ended_at(self) -> datetime | None:
        """When it was over: by its end, or by itself; None while it runs."""
        end: MirrorEnd | None = getattr(self, "end", None)
        if end is not None:
            return min(end.at, self.ends_at)
        return self.ends_at if clock.now() >= self.ends_at else None

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def minutes(self) -> int | None:
        """How long it took, begun minutes counted; None while it runs."""
        ended = self.ended_at
        return None if ended is None else max(1, -(-(ended - self.started_at) // timedelta(minutes=1)))

    @property
    def minutes_left(self) -> int:
        return max(0, -(-(self.ends_at - clock.now()) // timedelta(minutes=1)))


class MirrorEnd(models.Model):
    """It was over before its time, or somebody came back after it. Without one it ended by itself, at `ends_at`."""

    row_security_parent = "mirror"

    mirror = models.OneToOneField(Mirror, models.PROTECT, related_name="end")
    at = models.DateTimeField(_("time"), default=clock.now)
    how = models.CharField(_("how"), max_length=10, choices=MirrorEnding.choices)

    class Meta:
        verbose_name = _("end of a view as a firm")
        verbose_name_plural = _("ends of views as a firm")
        triggers: ClassVar = _ADDED_TO

    def __str__(self) -> str:
        return f"{self.mirror}: {self.get_how_display()}"


class MirrorPage(models.Model):
    """A page that was shown meanwhile, by its path: what stands behind the question mark is not kept."""

    row_security_parent = "mirror"

    mirror = models.ForeignKey(Mirror, models.PROTECT, related_name="pages")
    at = models.DateTimeField(_("time"), default=clock.now)
    path = models.CharField(_("page"), max_length=300)

    class Meta:
        verbose_name = _("page seen as a firm")
        verbose_name_plural = _("pages seen as a firm")
        ordering = ("at", "pk")
        triggers: ClassVar = _ADDED_TO

    def __str__(self) -> str:
        return self.path
