"""What every stored file is, whichever room it belongs to: a row with these columns and bytes under a random name.

`documents.storing` takes files in, `documents.serving` hands them out, for any row of this kind.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.enums import ScanState
from portal.common import clock


class StoredFile(models.Model):
    """Columns of a file that was taken in. The bytes lie in the default storage under `storage_name`, are never
    overwritten, and leave the portal only through `documents.serving.serve`, which refuses what is not clean."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256 checksum"), max_length=64)
    scan_state = models.CharField(_("check"), max_length=8, choices=ScanState.choices, default=ScanState.PENDING)
    storage_name = models.CharField(max_length=120, editable=False)
    created_at = models.DateTimeField(_("filed"), default=clock.now)

    class Meta:
        abstract = True

    @property
    def is_clean(self) -> bool:
        return self.scan_state == ScanState.CLEAN


@dataclass(frozen=True)
class Keeper:
    """A room's table of files.

    `organisation`: the way from a row to the organisation whose quota it uses, such as "document__organisation".
    `person`: in place of it, where a row is one person's alone, such as "draft__author".
    `subject`: the relation to what the audit log names when a later check finds something, such as "document"; empty
    where the log must not know of the row.
    """

    model: type[StoredFile]
    organisation: str
    person: str
    subject: str


_keepers: dict[type[StoredFile], Keeper] = {}


def register(model: type[StoredFile], *, organisation: str = "", person: str = "", subject: str = "") -> None:
    """Called from the owning room's AppConfig.ready(): from then on its files count, and are checked again."""
    _keepers[model] = Keeper(model, organisation, person, subject)


def keepers() -> Iterator[Keeper]:
    yield from list(_keepers.values())
