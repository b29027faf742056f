"""Who hears of clarifications. What everybody hears is the same for all, the firm that asked included: nothing in it
says that anybody asked, who it was, how many or when."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consultations import policies
from consultations.emails import place_words
from consultations.models import Clarification, ClarificationRequest, Consultation
from members.audience import Audience
from members.enums import OrganisationKind
from members.publication import Plan, Telling, carry_out
from members.reach import everything
from members.viewer import acting_as, memberships_with_access, readable_pairs, viewer_of
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.translated import in_languages, text_of

ASKED = "consultations.clarification_asked"
DECLINED = "consultations.clarification_declined"
RELEASED = "consultations.clarification_released"
CHANGED = "consultations.clarification_changed"
OFFICER = gettext_noop("You answer questions about this paper")
ASKER = gettext_noop("You asked for a clarification")
READER = gettext_noop("You can read this paper")


def register_kinds() -> None:
    for name, title, readable in (
        (ASKED, _asked, _requests_readable),
        (DECLINED, _declined, _requests_readable),
        (RELEASED, _released, _readable),
        (CHANGED, _changed, _readable),
    ):
        register(
            Kind(
                name=name,
                category=Category.CONSULTATIONS,
                title=title,
                context_line=_paper,
                icon="circle-question-mark",
                readable=readable,
            )
        )


def _requests_readable(user_ids: Any, subject_ids: Any) -> set[tuple[int, str]]:
    rows = ClarificationRequest.objects.all()
    return readable_pairs(user_ids, lambda viewer: rows.visible_among(viewer, subject_ids))


def _readable(user_ids: Any, subject_ids: Any) -> set[tuple[int, str]]:
    rows = Clarification.objects.all()
    return readable_pairs(user_ids, lambda viewer: rows.visible_among(viewer, [int(pk) for pk in subject_ids]))


def _paper(params: Mapping[str, Any]) -> str:
    return _("%(reference)s: %(title)s") % {"reference": params["reference"], "title": text_of(params, "title")}


def _words(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": params["reference"],
        "place": place_words(params["place"], params["number"]),
        "serial": params.get("serial", ""),
    }


def _asked(params: Mapping[str, Any]) -> str:
    return _("A clarification of %(place)s of %(reference)s is asked for") % _words(params)


def _declined(params: Mapping[str, Any]) -> str:
    return _("Your question on %(place)s of %(reference)s will not be answered in the register") % _words(params)


def _released(params: Mapping[str, Any]) -> str:
    return _("Clarification %(serial)s on %(place)s of %(reference)s") % _words(params)


def _changed(params: Mapping[str, Any]) -> str:
    return _("Clarification %(serial)s on %(place)s of %(reference)s was corrected") % _words(params)


def _params(paper: Consultation, row: Any, **more: Any) -> dict[str, Any]:
    part = row.paragraph or row.question
    titles = in_languages(paper, "title")
    place = part._meta.model_name if part else "whole"
    return {"reference": paper.reference, **titles, "place": place, "number": part.number if part else "", **more}


def _register(paper: Consultation) -> str:
    return reverse("consultations:clarifications", args=[paper.key])


def tell_officers(request: ClarificationRequest) -> None:
    """The paper's officers learn that something is asked."""
    paper = request.consultation
    wanted = Q(user=paper.lead_id) | Q(user=paper.contact_id)
    if paper.team:
        wanted |= Q(organisation__kind=OrganisationKind.REGULATOR, team=paper.team)
    rows = memberships_with_access().filter(wanted, organisation__kind=OrganisationKind.REGULATOR)
    people = [row.user_id for row in rows if policies.can_read(viewer_of(row), request)]
    recipients = [Recipient(user_id=pk, reason=OFFICER) for pk in people]
    if recipients:
        publish(ASKED, subject=request, recipients=recipients, params=_params(paper, request), url=_register(paper))


def tell_asker(request: ClarificationRequest) -> None:
    publish(
        DECLINED,
        subject=request,
        recipients=[Recipient(user_id=request.asked_by_id, reason=ASKER)],
        params=_params(request.consultation, request),
        url=_register(request.consultation),
    )


def due() -> int:
    """Clarifications whose moment has come by the database's clock, and of which nobody was told: everybody at once."""
    viewer, moment = everything(), clock.database_now()
    with acting_as(viewer):
        rows = Clarification.objects.visible_to(viewer).filter(released_at__lte=moment, announced_at=None)
        waiting = list(rows.order_by("released_at").values_list("pk", flat=True))
    return sum(_announce(pk) for pk in waiting)


def _announce(pk: int) -> int:
    viewer, moment = everything(), clock.database_now()
    with acting_as(viewer):
        free = Clarification.objects.visible_to(viewer).filter(pk=pk, announced_at=None, released_at__lte=moment)
        if not free.update(announced_at=moment):
            return 0
        row = (
            Clarification.objects.visible_to(viewer).select_related("consultation", "paragraph", "question").get(pk=pk)
        )
        paper = row.consultation
        carry_out(
            plan_of_release(row, is_change=row.version > 1),
            params=_params(paper, row, serial=row.number),
            url=f"{paper.get_absolute_url()}#{row.anchor_key}",
            label=paper.reference,
        )
    return 1


def plan_of_release(row: Clarification, *, is_change: bool) -> Plan:
    """Whoever can read the paper, its asker among them: nobody earlier than anybody else."""
    paper = row.consultation
    able = [viewer for row in memberships_with_access() if policies.can_read(viewer := viewer_of(row), paper)]
    recipients = tuple(Recipient(user_id=one.person_id, reason=READER) for one in able if one.is_member)
    return Plan(
        RELEASED,
        row,
        (Telling(CHANGED if is_change else RELEASED, recipients),),
        narrowed=paper.working_group_id is not None,
        is_public=row.audience == Audience.PUBLIC and row.working_group_id is None,
        in_feeds=True,
    )
