"""What others wait for and only this person, or somebody in the same role, can do.

It has no date of its own and stands under today. One query for each kind of work, whatever there is of it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations import policies
from consultations.enums import ClarificationState, CommentState
from consultations.models import ClarificationRequest, Comment, Consultation, ExtensionRequest, OpeningRequest
from members.audience import Audience
from members.certification import is_asked, people_of
from members.enums import Role
from members.policies import is_coordinator_of
from members.viewer import Viewer
from portal.common import clock
from portal.work import Task, day_of


def waited_for(viewer: Viewer) -> list[Task]:
    tasks: list[Task] = []
    if policies.can_see_waiting(viewer):
        tasks += [*_to_release(viewer), *_returned(viewer)]
    if viewer.organisation_id is not None and is_coordinator_of(viewer, viewer.organisation_id):
        tasks += _certifications(viewer)
    if policies.can_extend(viewer):
        tasks += _requests_for_time(viewer)
    if policies.can_run(viewer):
        tasks += [*_openings(viewer), *_conclusions(viewer)]
    # The chair's office may answer; it is asked of the officers and the secretariat.
    if policies.can_clarify(viewer) and viewer.own_role in {Role.POLICY_OFFICER, Role.SECRETARIAT}:
        tasks += _clarifications(viewer)
    return tasks


def _references(rows: Iterable[Any]) -> str:
    """CP 1, CP 2: the papers of `rows`, each once."""
    return _(", ").join(dict.fromkeys(row.consultation.reference for row in rows))


def _today(title: str, context: str, url: str, verb: str) -> Task:
    return Task(due=day_of(None), title=title, context=context, url=url, verb=verb)


def _certifications(viewer: Viewer) -> list[Task]:
    """Colleagues whose access must be confirmed before a day that is near or past."""
    assert viewer.organisation_id is not None
    rows = [row for row in is_asked(people_of(viewer.organisation_id)) if row.user_id != viewer.user_id]
    if not rows:
        return []
    title = ngettext(
        "Confirm the access of %(count)s colleague", "Confirm the access of %(count)s colleagues", len(rows)
    ) % {"count": len(rows)}
    names = _(", ").join(row.user.display_name for row in rows[:3])
    first = min(row.confirm_by for row in rows if row.confirm_by)
    return [Task(due=first, title=title, context=names, url=reverse("firm:certification"), verb=_("Confirm"))]


def _to_release(viewer: Viewer) -> list[Task]:
    """What colleagues wrote for all members, where the firm wants somebody to release it first."""
    waiting = (
        Comment.objects.visible_to(viewer)
        .with_people()
        .select_related("consultation", "author", "membership__organisation", "organisation", "working_group")
        .filter(state=CommentState.AWAITING, audience=Audience.ORGANISATION, withdrawn_at=None)
        .order_by("created_at", "pk")
    )
    rows = [row for row in waiting if policies.can_let_out(viewer, row)]
    if not rows:
        return []
    title = ngettext(
        "Release or give back %(count)s comment of a colleague",
        "Release or give back %(count)s comments of colleagues",
        len(rows),
    ) % {"count": len(rows)}
    url = reverse("consultations:waiting")
    return [_today(title, _references(rows), url, _("Decide"))]


def _returned(viewer: Viewer) -> list[Task]:
    """The viewer's own comments that the moderator returned or a colleague gave back."""
    rows = list(
        Comment.objects.visible_to(viewer)
        .filter(author=viewer.user_id, state=CommentState.RETURNED, withdrawn_at=None)
        .select_related("consultation", "section", "paragraph", "question")
        .order_by("created_at", "pk")
    )
    if not rows:
        return []
    title = ngettext(
        "%(count)s comment of yours was returned to you",
        "%(count)s comments of yours were returned to you",
        len(rows),
    ) % {"count": len(rows)}
    url = rows[0].get_absolute_url() if len(rows) == 1 else reverse("consultations:waiting")
    return [_today(title, _references(rows), url, _("Read the reason"))]


def _by_paper(waiting: Any) -> Iterator[tuple[Consultation, list[Any]]]:
    """The requests of each paper, oldest first."""
    rows = waiting.select_related("consultation").order_by("consultation_id", "asked_at")
    for _key, found in groupby(rows, key=lambda row: row.consultation_id):
        of_paper = list(found)
        yield of_paper[0].consultation, of_paper


def _requests_for_time(viewer: Viewer) -> Iterator[Task]:
    """Firms that ask for a later deadline, for each paper."""
    for paper, rows in _by_paper(ExtensionRequest.objects.visible_to(viewer).filter(decision="")):
        title = ngettext(
            "Decide on %(count)s request for more time: %(reference)s",
            "Decide on %(count)s requests for more time: %(reference)s",
            len(rows),
        ) % {"count": len(rows), "reference": paper.reference}
        url = f"{reverse('consultations:manage', args=[paper.key])}#deadline"
        if len(rows) == 1:
            url = reverse("consultations:decide_extension", args=[paper.key, rows[0].pk])
        yield _today(title, str(paper.title), url, _("Decide"))


def _openings(viewer: Viewer) -> Iterator[Task]:
    """Papers that wait for a second officer: anybody's but the asker's."""
    waiting = OpeningRequest.objects.visible_to(viewer).filter(approved_at=None, returned_at=None, voided_at=None)
    for paper, _rows in _by_paper(waiting.exclude(asked_by=viewer.user_id)):
        title = _("Approve or return the opening of %(reference)s") % {"reference": paper.reference}
        yield _today(title, str(paper.title), reverse("consultations:manage", args=[paper.key]), _("Look"))


def _conclusions(viewer: Viewer) -> Iterator[Task]:
    """Papers that the viewer leads and that have closed, by the day for which their conclusions are planned."""
    papers = Consultation.objects.visible_to(viewer).filter(
        lead=viewer.user_id, released_at__isnull=False, closes_at__lte=clock.now(), concluded_at=None, withdrawn_at=None
    )
    for paper in papers.exclude(conclusions_planned_by=None).order_by("conclusions_planned_by"):
        yield Task(
            due=paper.conclusions_planned_by,
            title=_("Publish the conclusions of %(reference)s") % {"reference": paper.reference},
            context=str(paper.title),
            url=reverse("consultations:conclusions", args=[paper.key]),
            verb=_("Write"),
        )


def _clarifications(viewer: Viewer) -> Iterator[Task]:
    """Questions about a paper without an answer; one whose answer has its hour of release waits for nobody."""
    asked = ClarificationRequest.objects.visible_to(viewer)
    waiting = asked.filter(state=ClarificationState.ASKED, answer__released_at__isnull=True)
    for paper, rows in _by_paper(waiting):
        title = ngettext(
            "Answer %(count)s request for clarification of %(reference)s",
            "Answer %(count)s requests for clarification of %(reference)s",
            len(rows),
        ) % {"count": len(rows), "reference": paper.reference}
        url = f"{reverse('consultations:clarifications', args=[paper.key])}#h-wait"
        yield _today(title, str(paper.title), url, _("Read the questions"))
