"""Files: a document is what people speak of, a version is one file of it."""

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from documents.enums import DocumentKind
from documents.querysets import DocumentQuerySet
from documents.stored import StoredFile
from members.audience import Embargoed
from members.models import Membership
from portal.common import clock
from portal.common.translated import Translated, translated


@pghistory.track()
class Document(Embargoed):
    """Read by its audience once it is released; before that by the regulator's staff alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=120, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=120, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    secrecy_notice = models.BooleanField(
        _("may be subject to section 378 of the Securities and Futures Ordinance"), default=False
    )
    # The letter by which an organisation appoints somebody: for that organisation and the regulator, nobody else.
    appointment = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointment_letters",
        verbose_name=_("appointment of"),
    )
    created_at = models.DateTimeField(_("filed"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by")
    )

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-released_at", "-created_at", "pk")
        indexes = (models.Index(fields=["-released_at", "-created_at"], name="document_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(appointment=None) | models.Q(audience__in=("shared", "regulator")),
                name="appointment_letter_is_limited",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title_en}".strip()

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @cached_property
    def latest(self) -> "Version | None":
        """The newest version; from the prefetch of `with_versions()` where there is one."""
        return next(iter(self.versions.all()), None)

    @property
    def is_logged(self) -> bool:
        """Whether each download is recorded: everything that the public cannot have anyway."""
        return self.audience != "public" or self.secrecy_notice


@pghistory.track()
class Version(StoredFile):
    """One file of a document. It is stored under a random name outside the web root and never overwritten."""

    row_security_parent = "document"

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name=_("document"))
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by")
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("document", "-number")
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="one_version_per_number"),)

    def __str__(self) -> str:
        return f"v{self.number} {self.file_name}"
