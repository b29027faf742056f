"""What a firm hears when somebody looks at the portal through its eyes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from members.enums import Role
from members.models import Mirror
from members.viewer import readable_pairs
from members.workflow.mirroring import STARTED
from notifications.enums import Category
from notifications.kinds import Kind, register
from portal.common.dates import long_day_and_time


def register_kinds() -> None:
    register(
        Kind(
            name=STARTED,
            category=Category.ACCOUNT,
            title=_title,
            context_line=_when,
            icon="eye",
            mandatory=True,
            readable=_readable,
        )
    )


def _title(params: Mapping[str, Any]) -> str:
    return _("The SFC (%(officer)s) looks at the portal as your firm sees it (%(role)s)") % {
        "officer": Role(params["officer_role"]).label,
        "role": Role(params["role"]).label,
    }


def _when(params: Mapping[str, Any]) -> str:
    return _(
        "From %(from)s to %(until)s at the latest, reading alone. What is internal to your firm, drafts and inboxes "
        "are not shown. The page names the reason, how long it took and what was opened."
    ) % {name: long_day_and_time(datetime.fromisoformat(params[name])) for name in ("from", "until")}


def _readable(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    rows = Mirror.objects.all()
    return readable_pairs(user_ids, lambda viewer: rows.visible_among(viewer, subject_ids))
