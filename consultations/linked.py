"""What other rooms show of consultations: closing dates on the roadmap, linked work of an initiative."""

from collections.abc import Iterable

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from consultations.models import Consultation
from initiatives import deadlines, related
from members.viewer import PUBLIC, Viewer
from portal.common import clock
from portal.common.dates import day_and_time


def register() -> None:
    deadlines.register(closing_dates, stamp=public_stamp)
    related.register(papers_of)


def closing_dates(viewer: Viewer) -> Iterable[deadlines.Deadline]:
    """When open papers close, on each of their initiatives: two queries."""
    rows = Consultation.objects.visible_to(viewer).open().with_own_deadline(viewer).prefetch_related("initiatives")
    for paper in rows:
        for initiative in paper.initiatives.all():
            yield deadlines.Deadline(
                initiative_number=initiative.number,
                date=paper.own_deadline,
                title=_("Consultation closes: %(title)s") % {"title": paper.title},
                url=paper.get_absolute_url(),
            )


def public_stamp() -> str:
    """Changes with whatever the public can see of closing dates: papers come and go at moments that are known."""
    rows = Consultation.objects.visible_to(PUBLIC).open()
    found = rows.aggregate(n=Count("pk"), last=Max("closes_at"), opened=Max("opens_at"), newest=Max("pk"))
    return repr(sorted((name, str(value)) for name, value in found.items())) + str(clock.today())


def papers_of(viewer: Viewer, number: int) -> Iterable[related.Related]:
    """The papers of an initiative, newest first: one query."""
    for paper in Consultation.objects.visible_to(viewer).filter(initiatives__number=number).order_by("-opens_at"):
        if paper.is_open:
            note = _("Open until %(date)s") % {"date": day_and_time(paper.closes_at)}
        else:
            note = _("Planned") if paper.is_planned else str(paper.state.label)
        yield related.Related(
            heading=_("Consultations"),
            title=_("%(reference)s: %(title)s") % {"reference": paper.reference, "title": paper.title},
            url=paper.get_absolute_url(),
            note=note,
        )
