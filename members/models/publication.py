"""Whom something reached when it was published: what the next audience preview is compared with."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.audience import Audience, Restricted
from portal.common import clock


class Publication(Restricted):
    """`told` are the people who were told, as then named; `what` is the sort of news, such as "consultations.amended".

    The regulator's own record: no firm learns from it who else was told.
    """

    written_by_staff = True

    audience = models.CharField(_("audience"), max_length=12, choices=Audience.choices, default=Audience.REGULATOR)
    what = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(_("kind of object"), max_length=60)
    subject_id = models.CharField(_("object"), max_length=64)
    subject_label = models.CharField(_("object, as then named"), max_length=250)
    at = models.DateTimeField(_("time"), default=clock.now)
    told: "models.JSONField[Any, Any]" = models.JSONField(_("who was told"), default=list)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["what", "subject_id", "-at"], name="publication_of_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(audience=Audience.REGULATOR), name="publication_is_the_regulators"
            ),
        )
        triggers: ClassVar = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.subject_label} {self.at:%Y-%m-%d}"

    @property
    def label(self) -> str:
        return self.subject_label
