"""What happened: entries that verbs write and nobody changes.

The app's database role may insert here and read, and nothing else (members.row_security). An entry carries no
text that somebody wrote for a limited readership; it carries that text's audience, so that an entry about a
firm's internal note is read only by that firm.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.common import clock


class Entry(models.Model):
    # Not a sequence: PostgreSQL would have to return its value, and a writer may not read what it records.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("time"), default=clock.now, db_index=True)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    actor_name = models.CharField(_("who, as then named"), max_length=200, blank=True)
    # Plain numbers, not foreign keys: the organisation lives in a room to the right of this one.
    on_behalf_of = models.BigIntegerField(_("on behalf of"), null=True)
    verb = models.CharField(_("what"), max_length=80, db_index=True)
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
        indexes = (models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.object_label}"
