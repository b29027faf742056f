"""What of this room the log of openings names, and how (members.openings)."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Action, MinuteAttribution
from members.openings import Kind, register
from members.viewer import Viewer


def register_kinds() -> None:
    register(
        Action,
        Kind(
            gettext_lazy("Actions"),
            lambda n: ngettext("%(count)s action", "%(count)s actions", n) % {"count": n},
            _actions,
            name_is_text=True,
        ),
    )
    register(
        MinuteAttribution,
        Kind(
            gettext_lazy("Passages of minutes with names"),
            lambda n: (
                ngettext("%(count)s passage of minutes with names", "%(count)s passages of minutes with names", n)
                % {"count": n}
            ),
            _passages,
        ),
    )


def _actions(viewer: Viewer, keys: Collection[str]) -> Mapping[str, tuple[str, str]]:
    rows = Action.objects.visible_to(viewer).filter(pk__in=keys)
    page = reverse("meetings:actions")
    return {
        str(row.pk): (
            _("Action %(number)s: %(text)s") % {"number": row.number, "text": row.text},
            f"{page}?all=1#action-{row.number}",
        )
        for row in rows
    }


def _passages(viewer: Viewer, keys: Collection[str]) -> Mapping[str, tuple[str, str]]:
    rows = MinuteAttribution.objects.visible_to(viewer).filter(pk__in=keys)
    rows = rows.select_related("paragraph__minutes__meeting")
    return {
        str(row.pk): (
            _("%(meeting)s, paragraph %(number)s")
            % {"meeting": row.paragraph.minutes.meeting.short_title, "number": row.paragraph.number},
            row.paragraph.minutes.meeting.get_absolute_url(),
        )
        for row in rows
    }
