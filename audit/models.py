"""What happened: entries that verbs write and nobody changes.

The app's database role may insert here and read, and nothing else (members.row_security). An entry carries no
text that somebody wrote for a limited readership; it carries that text's audience, so that an entry about a
firm's internal note is read only by that firm.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.words import words_of
from portal.common import clock
from portal.common.clock import HONG_KONG
from portal.common.pairs import PairsIndex


class Entry(models.Model):
    # Not a sequence: PostgreSQL would have to return its value, and a writer may not read what it records.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("time"), default=clock.now)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    # Its index is one of those below.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"), db_index=False
    )
    actor_name = models.CharField(_("who, as then named"), max_length=200, blank=True)
    # Plain numbers, not foreign keys: the organisation lives in a room to the right of this one.
    on_behalf_of = models.BigIntegerField(_("on behalf of"), null=True)
    verb = models.CharField(_("what"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    object_label = models.CharField(_("object, as then named"), max_length=250, blank=True)
    audience = models.CharField(_("audience of the object"), max_length=12, default="regulator")
    organisation_id = models.BigIntegerField(_("owner of the object"), null=True)
    working_group_id = models.BigIntegerField(_("working group of the object"), null=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-pk")
        # The audit room asks for a page by one of these, newest first; the sealer by when an entry was recorded.
        indexes = (
            models.Index(fields=["at", "id"], name="audit_entry_at"),
            models.Index(fields=["actor", "at", "id"], name="audit_entry_actor"),
            models.Index(fields=["on_behalf_of", "at", "id"], name="audit_entry_firm"),
            models.Index(fields=["organisation_id", "at", "id"], name="audit_entry_owner"),
            models.Index(fields=["verb", "at", "id"], name="audit_entry_verb"),
            models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),
            models.Index(fields=["object_type", "at", "id"], name="audit_entry_kind"),
            models.Index(fields=["recorded_at", "id"], name="audit_entry_recorded"),
            PairsIndex("actor_name", "object_label", "object_id", "verb", name="audit_entry_pairs"),
        )

    def __str__(self) -> str:
        return f"{self.at.astimezone(HONG_KONG):%Y-%m-%d %H:%M} {words_of(self.verb)} {self.object_label}".strip()


class Batch(models.Model):
    """Entries that were sealed together. Its head stands for them and, through `previous`, for all before."""

    # Counted by the sealer without a gap, so that a batch that was taken away is missed.
    number = models.BigIntegerField(_("batch"), primary_key=True)
    sealed_at = models.DateTimeField(_("sealed"))
    count = models.PositiveIntegerField(_("entries"))
    previous = models.BinaryField(_("head of the batch before"), max_length=32)
    head = models.BinaryField(_("head"), max_length=32)

    class Meta:
        verbose_name = _("sealed batch")
        verbose_name_plural = _("sealed batches")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} {self.hex}"

    @property
    def hex(self) -> str:
        return bytes(self.head).hex()


class Seal(models.Model):
    """An entry's place in the chain. Read by the sealer alone: a digest could be used to try what an entry says."""

    # Not a foreign key: a seal outlives an entry that somebody has taken away, and tells of it.
    entry_id = models.UUIDField(primary_key=True)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="seals", db_index=False)
    position = models.PositiveIntegerField(_("position"))
    digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    marks = models.BinaryField(max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = (models.UniqueConstraint(fields=["batch", "position"], name="one_seal_per_position"),)

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position} {self.entry_id}"
