"""Whom a publication from the admin site will reach, for its confirmation page."""

from django.utils.translation import gettext as _

from members.desk.confirming import Affected
from members.publication import Plan, preview
from members.viewer import Viewer
from portal.common.dates import long_day_and_time


def reached(plan: Plan, *, viewer: Viewer) -> list[Affected]:
    """Who came and who left since the last time, then everybody by firm with the channel."""
    shown = preview(plan, viewer=viewer)
    found: list[Affected] = []
    if plan.is_public:
        found.append(Affected(_("The public"), _("reads it on its page")))
    if shown.difference is not None and not shown.difference.is_empty:
        since = long_day_and_time(shown.difference.since.at)
        for words, names in (
            (_("New since %(date)s"), shown.difference.added),
            (_("No longer since %(date)s"), shown.difference.gone),
        ):
            if names:
                found.append(Affected(words % {"date": since}, _("; ").join(names)))
    for firm in shown.firms:
        found += [
            Affected(f"{one.name}{_(', ')}{firm.organisation.short}", str(one.channel.label)) for one in firm.people
        ]
    if not shown.people:
        found.append(Affected(_("Nobody"), _("is told of it")))
    return found
