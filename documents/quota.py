"""How much room an organisation's files take, over every room of the portal that keeps files."""

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from documents.stored import keepers
from members.models import Organisation, WorkingGroup
from members.viewer import Viewer, acting_as
from portal.common.errors import Refused

_LOCK = 0x51_07A  # the first half of the advisory lock's key; the organisation's id is the second


def used(organisation: Organisation) -> int:
    """Bytes of all files whose owner is `organisation`, in every working group, whoever asks."""
    owner = Viewer(
        organisation_id=organisation.pk,
        kind=organisation.kind,
        working_groups=tuple(WorkingGroup.objects.order_by("pk").values_list("pk", flat=True)),
    )
    with acting_as(owner):
        return sum(
            keeper.model._default_manager.filter(**{keeper.organisation: organisation.pk}).aggregate(n=Sum("size"))["n"]
            or 0
            for keeper in keepers()
        )


def require_room(organisation: Organisation, size: int, *, field: str | None = None) -> None:
    """Refused where `size` more bytes would pass the quota. In a transaction: it makes others of the organisation wait
    until that ends, so that two files at the same moment do not both take the last room."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, organisation.pk])
    if used(organisation) + size > settings.FILE_QUOTA_BYTES:
        raise Refused(
            _("The files of your organisation take up all of its room (%(quota)s). Ask the secretariat for more.")
            % {"quota": filesizeformat(settings.FILE_QUOTA_BYTES)},
            field=field,
        )
