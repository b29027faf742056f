"""What this room tells the rooms to its left: where a document, or an initiative, is discussed."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from documents.related import Mention
from initiatives.related import Related
from meetings.models import Meeting, Paper
from members.viewer import Viewer
from portal.common import dates

SHOWN = 10


def mentions_of_documents(viewer: Viewer, document_ids: Collection[UUID]) -> dict[UUID, list[Mention]]:
    """The meetings for which documents were papers. One query."""
    papers = (
        Paper.objects.visible_to(viewer)
        .filter(document__in=document_ids)
        .select_related("meeting", "item")
        .order_by("meeting__starts_at", "position")
    )
    found: dict[UUID, list[Mention]] = defaultdict(list)
    for paper in papers:
        note = f"{paper.item.number}. {paper.item.title}"
        if paper.document_id is None:
            continue
        found[paper.document_id].append(
            Mention(
                paper.meeting.title,
                f"{paper.meeting.get_absolute_url()}#item-{paper.item.number}",
                paper.meeting.starts_at,
                note,
            )
        )
    return found


def meetings_of_initiative(viewer: Viewer, number: int) -> Iterator[Related]:
    """Meetings with an item on the initiative, the latest first, for its page. One query."""
    meetings = (
        Meeting.objects.visible_to(viewer)
        .filter(agendaitems__initiatives__number=number, agendaitems__released_at__isnull=False)
        .distinct()
        .order_by("-starts_at")[:SHOWN]
    )
    for meeting in meetings:
        yield Related(_("Meetings"), meeting.short_title, meeting.get_absolute_url(), dates.day(meeting.starts_at))
