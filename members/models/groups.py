"""Working groups and their seats."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members.models.organisations import Organisation
from portal.common.translated import Translated, translated


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


class SeatQuerySet(models.QuerySet["WorkingGroupMembership"]):
    def standing(self) -> "SeatQuerySet":
        """Those that were not ended. Whether the holder's membership still gives access is asked beside it."""
        return self.filter(ended_at=None)


@pghistory.track()
class WorkingGroupMembership(models.Model):
    """A seat in a working group, held for an organisation: it ends with the holder's membership there, or before."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="seats", verbose_name=_("working group"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    # Null: given before the portal recorded when.
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=250, blank=True)

    objects: ClassVar[Any] = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat in a working group")
        verbose_name_plural = _("seats in working groups")
        constraints = (
            models.UniqueConstraint(fields=["group", "user"], condition=models.Q(ended_at=None), name="one_seat_each"),
        )

    def __str__(self) -> str:
        return f"{self.group}: {self.user}"
