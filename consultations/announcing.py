"""Telling people when a moment that was settled beforehand has come: a paper opens, a clarification is released.

Each room's part registers what may be due. A sweep asks all of them, every 30 seconds and after a nudge. What is due
is claimed by a conditional update in the transaction that publishes, so that a worker that dies leaves it for the next
sweep, and two sweeps at the same moment tell people once.
"""

from collections.abc import Callable

import structlog
from django.db import DatabaseError

from consultations import notices, reconfirming
from consultations.models import Consultation, Correction
from members.enums import OrganisationKind
from members.reach import everything
from members.viewer import Viewer, acting_as, memberships_with_access, viewer_of
from portal.common import clock

logger = structlog.get_logger(__name__)
Due = Callable[[], int]
_due: list[Due] = []


def register(due: Due) -> None:
    """Have `due` asked at each sweep: it tells of all that is due and returns of how many things it told."""
    if due not in _due:
        _due.append(due)


def announce_due() -> int:
    """Tell of everything that is due. One part that fails does not keep the others waiting."""
    told = 0
    for due in _due:
        try:
            told += due()
        except DatabaseError as error:
            logger.warning("announcement failed", part=due.__qualname__, error=str(error))
    return told


def papers() -> int:
    """Papers whose release has passed by the database's clock, and whose readers were not told."""
    moment = clock.database_now()
    with acting_as(everything()):
        rows = Consultation.objects.visible_to(everything()).filter(released_at__lte=moment, announced_at=None)
        waiting = list(rows.order_by("released_at").values_list("pk", flat=True))
    return sum(_announce_paper(pk) for pk in waiting)


def _announce_paper(pk: int) -> int:
    viewer, moment = everything(), clock.database_now()
    with acting_as(viewer):
        # The row stays locked until the events are committed: who comes second finds it announced.
        free = Consultation.objects.visible_to(viewer).filter(pk=pk, announced_at=None, released_at__lte=moment)
        if not free.update(announced_at=moment):
            return 0
        paper = Consultation.objects.visible_to(viewer).get(pk=pk)
        if paper.withdrawn_at is None:
            notices.tell_of_release(paper)
    return 1


def corrections() -> int:
    """Corrections after which nobody was asked to look at their drafts again.

    Worked out as each firm and each person whose drafts they are. Nothing that the regulator reads depends on whether
    there were any.
    """
    viewer = everything()
    with acting_as(viewer):
        papers = Consultation.objects.visible_to(viewer).order_by()
        waiting = list(
            Correction.objects.filter(consultation__in=papers, announced_at=None)
            .order_by("made_at")
            .values_list("pk", flat=True)
        )
    return sum(_ask_again(pk) for pk in waiting)


def _ask_again(pk: int) -> int:
    viewer, moment = everything(), clock.database_now()
    with acting_as(viewer):
        papers = Consultation.objects.visible_to(viewer).order_by()
        free = Correction.objects.filter(pk=pk, announced_at=None, consultation__in=papers)
        if not free.update(announced_at=moment):
            return 0
        correction = Correction.objects.select_related("consultation", "paragraph", "question").get(pk=pk)
        people = _with_drafts(correction)
        if people:
            notices.tell_to_look_again(correction, people)
    return 1


def _with_drafts(correction: Correction) -> set[int]:
    found: set[int] = set()
    firms: dict[int, Viewer] = {}
    rows = list(memberships_with_access())
    for row in rows:
        viewer = viewer_of(row)
        with acting_as(viewer):
            if reconfirming.has_draft(correction, viewer):
                found.add(row.user_id)
        if row.organisation.kind == OrganisationKind.PLATFORM:
            # Who reads most of the firm's rows: a seat in the working group of the paper.
            known = firms.get(row.organisation_id)
            if known is None or len(viewer.working_groups) > len(known.working_groups):
                firms[row.organisation_id] = viewer
    members = {(row.user_id, row.organisation_id) for row in rows}
    for organisation_id, viewer in firms.items():
        with acting_as(viewer):
            people = set(reconfirming.concerned_by(correction, viewer))
        found |= {pk for pk in people if (pk, organisation_id) in members}
    return found
