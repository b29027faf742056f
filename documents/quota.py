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


def used(organisation: Organisation, person_id: int | None = None) -> int:
    """Bytes of all files whose owner is `organisation`, in every working group, whoever asks; with those beside the
    drafts of the person `person_id`, which nobody else can read."""
    owner = Viewer(
        user_id=person_id,
        organisation_id=organisation.pk,
        kind=organisation.kind,
        working_groups=tuple(WorkingGroup.objects.order_by("pk").values_list("pk", flat=True)),
    )
    total = 0
    with acting_as(owner):
        for keeper in keepers():
            way, value = (keeper.person, person_id) if keeper.person else (keeper.organisation, organisation.pk)
            if value is not None:
                total += keeper.model._default_manager.filter(**{way: value}).aggregate(n=Sum("size"))["n"] or 0
    return total


def require_room(
    organisation: Organisation, size: int, *, person_id: int | None = None, field: str | None = None
) -> None:
    """Refused where `size` more bytes would pass the quota. In a transaction: it makes others of the organisation wait
    until that ends, so that two files at the same moment do not both take the last room."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, organisation.pk])
    if used(organisation, person_id) + size > settings.FILE_QUOTA_BYTES:
        raise Refused(
            _("The files of your organisation take up all of its room (%(quota)s). Ask the secretariat for more.")
            % {"quota": filesizeformat(settings.FILE_QUOTA_BYTES)},
            field=field,
        )
