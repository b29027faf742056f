"""How a paper comes about: files that were read in, and the second officer's approval before it opens."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.enums import TextLanguage
from consultations.models.paper import Consultation
from documents.stored import StoredFile
from members.audience import Restricted
from portal.common import clock


class PaperImport(StoredFile, Restricted):
    """A file that was read into blocks, which an officer looks through and corrects before they become the paper.

    `blocks` and `remarks` are JSON of `consultations.importing`; the file itself is kept as it came.
    """

    row_security_parent: ClassVar[str] = "consultation"

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="imports", verbose_name=_("consultation")
    )
    language = models.CharField(_("language"), max_length=8, choices=TextLanguage.choices)
    blocks = models.JSONField(_("blocks"), default=list)
    remarks = models.JSONField(_("remarks"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    committed_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of a paper")
        verbose_name_plural = _("imports of papers")
        ordering = ("consultation", "-created_at")
        constraints = (models.CheckConstraint(condition=Q(audience="regulator"), name="import_is_the_regulators"),)

    def __str__(self) -> str:
        return self.file_name


@pghistory.track()
class OpeningRequest(Restricted):
    """An officer asks that the paper be opened at its dates; a second officer approves, or returns it with a reason.

    `digest` is the SHA-256 of all that would be published (text, dates, audience): a change voids the approval.
    `recipients` are the people named in the audience preview when it was asked for.
    """

    row_security_parent: ClassVar[str] = "consultation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="opening_requests", verbose_name=_("consultation")
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    digest = models.CharField(_("checksum of what was asked for"), max_length=64)
    recipients = models.JSONField(_("recipients"), default=list)
    note = models.TextField(_("note"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("returned by")
    )
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    return_reason = models.TextField(_("reason for returning it"), blank=True)
    # The paper was changed, or asked for anew.
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)

    class Meta:
        verbose_name = _("request to open")
        verbose_name_plural = _("requests to open")
        ordering = ("consultation", "-asked_at")
        constraints = (
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(voided_at=None, returned_at=None),
                name="one_standing_opening_request",
            ),
            models.CheckConstraint(condition=Q(audience="regulator"), name="opening_request_is_the_regulators"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.asked_at:%Y-%m-%d}"

    @property
    def label(self) -> str:
        """With `at` and `told`: what a later audience preview is compared with (members.publication.Before)."""
        return self.consultation.reference

    @property
    def at(self) -> datetime:
        return self.asked_at

    @property
    def told(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.recipients
        return found

    @property
    def opens_on_approval(self) -> bool:
        """It was asked for so, or the time that was asked for has passed while it waited."""
        return self.approved_at is None and self.opens_at <= clock.now()
