"""What people hear of a paper's life: that it opens, moves, changes or ends, and what was asked and decided."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consultations import policies
from consultations.models import (
    Conclusions,
    Consultation,
    Correction,
    DeadlineChange,
    Extension,
    ExtensionRequest,
    OpeningRequest,
    Paragraph,
    Question,
)
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.models import Membership
from members.publication import Plan, Telling, carry_out
from members.viewer import Viewer, memberships_with_access, readable_pairs, viewer_of
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common.dates import hong_kong_day, long_day, long_day_and_time
from portal.common.translated import in_languages, text_of

OPENED = "consultations.opened"
DEADLINE_MOVED = "consultations.deadline_moved"
WITHDRAWN = "consultations.withdrawn"
CONCLUDED = "consultations.concluded"
IN_EFFECT = "consultations.in_effect"
AMENDED = "consultations.amended"
LOOK_AGAIN = "consultations.look_again"
EXTENSION_ASKED = "consultations.extension_asked"
EXTENSION_DECIDED = "consultations.extension_decided"
OPENING_ASKED = "consultations.opening_asked"
OPENING_DECIDED = "consultations.opening_decided"
# The same news for whoever may turn its mail off: agencies and the regulator's own staff.
UNBOUND = "_unbound"

READER = gettext_noop("You can read this paper")
DESK = gettext_noop("The secretariat decides on extensions")
LEAD = gettext_noop("You lead this consultation")
FIRM = gettext_noop("It concerns your firm")
SECOND = gettext_noop("A second officer approves")
ASKED = gettext_noop("You asked to open this paper")
APPROVED = gettext_noop("You approved the opening")
DRAFT = gettext_noop("You have a draft there")


def register_kinds() -> None:
    for name, title, icon in (
        (OPENED, _opened, "message-square"),
        (DEADLINE_MOVED, _deadline_moved, "calendar"),
        (WITHDRAWN, _withdrawn, "triangle-alert"),
        (AMENDED, _amended, "history"),
        (IN_EFFECT, _in_effect, "calendar"),
    ):
        for suffix, mandatory in (("", True), (UNBOUND, False)):
            _register(name + suffix, title, icon, papers_readable, mandatory=mandatory)
    _register(CONCLUDED, _concluded, "circle-check-big", _readable(Conclusions))
    _register(LOOK_AGAIN, _look_again, "history", papers_readable, inbox_only=True)
    _register(EXTENSION_ASKED, _extension_asked, "clock", _readable(ExtensionRequest))
    _register(EXTENSION_DECIDED, _extension_decided, "clock", papers_readable, mandatory=True)
    _register(OPENING_ASKED, _opening_asked, "circle-check-big", _readable(OpeningRequest))
    _register(OPENING_DECIDED, _opening_decided, "circle-check-big", _readable(OpeningRequest))


def _register(name: str, title: Any, icon: str, readable: Any, **more: Any) -> None:
    register(
        Kind(
            name=name,
            category=Category.CONSULTATIONS,
            title=title,
            context_line=_paper,
            icon=icon,
            readable=readable,
            **more,
        )
    )


def _readable(model: type[models.Model]) -> Callable[[Collection[int], Collection[str]], set[tuple[int, str]]]:
    def ask(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
        rows: Any = model._default_manager.all()
        return readable_pairs(user_ids, lambda viewer: rows.visible_among(viewer, subject_ids))

    return ask


def papers_readable(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    """The pairs of user and paper that are readable now."""
    rows = Consultation.objects.all()
    return readable_pairs(user_ids, lambda viewer: rows.visible_among(viewer, subject_ids))


# --- how it reads ------------------------------------------------------------------------------------------------


def _paper(params: Mapping[str, Any]) -> str:
    return _("%(reference)s: %(title)s") % {"reference": params["reference"], "title": text_of(params, "title")}


def _when(params: Mapping[str, Any], name: str) -> str:
    return long_day_and_time(datetime.fromisoformat(params[name]))


def _opened(params: Mapping[str, Any]) -> str:
    return _("%(reference)s is open for comments until %(date)s") % {
        "reference": params["reference"],
        "date": _when(params, "until"),
    }


def _deadline_moved(params: Mapping[str, Any]) -> str:
    return _("%(reference)s now closes on %(date)s") % {
        "reference": params["reference"],
        "date": _when(params, "until"),
    }


def _withdrawn(params: Mapping[str, Any]) -> str:
    return _("%(reference)s was withdrawn") % {"reference": params["reference"]}


def _concluded(params: Mapping[str, Any]) -> str:
    return _("The conclusions of %(reference)s are published") % {"reference": params["reference"]}


def _in_effect(params: Mapping[str, Any]) -> str:
    words = {"reference": params["reference"], "date": long_day(date.fromisoformat(params["day"]))}
    return _("%(reference)s: in effect from %(date)s") % words


def _place(params: Mapping[str, Any]) -> str:
    from consultations.emails import place_words

    return place_words(params["place"], params["number"])


def _amended(params: Mapping[str, Any]) -> str:
    return _("A correction was made to %(place)s of %(reference)s") % {
        "place": _place(params),
        "reference": params["reference"],
    }


def _look_again(params: Mapping[str, Any]) -> str:
    return _("Look at your draft on %(place)s of %(reference)s again: its text was amended") % {
        "place": _place(params),
        "reference": params["reference"],
    }


def _extension_asked(params: Mapping[str, Any]) -> str:
    return _("A firm asks for more time on %(reference)s") % {"reference": params["reference"]}


def _extension_decided(params: Mapping[str, Any]) -> str:
    if params["granted"]:
        return _("Your firm may respond to %(reference)s until %(date)s") % {
            "reference": params["reference"],
            "date": _when(params, "until"),
        }
    return _("The request of your firm for more time on %(reference)s was not granted") % {
        "reference": params["reference"]
    }


def _opening_asked(params: Mapping[str, Any]) -> str:
    return _("%(reference)s waits for a second officer's approval") % {"reference": params["reference"]}


def _opening_decided(params: Mapping[str, Any]) -> str:
    words = {
        "approved": _("The opening of %(reference)s was approved"),
        "returned": _("The request to open %(reference)s was returned"),
        "voided": _("The request to open %(reference)s is void: the paper was changed or the request taken back"),
    }
    return words[params["decision"]] % {"reference": params["reference"]}


# --- whom it is told ---------------------------------------------------------------------------------------------


def _params(paper: Consultation, **more: Any) -> dict[str, Any]:
    titles = in_languages(paper, "title")
    return {"reference": paper.reference, **titles, **more}


def _readers(paper: Consultation, where: Q | None = None) -> list[Membership]:
    rows = memberships_with_access()
    found = [(row, viewer_of(row)) for row in (rows.filter(where) if where else rows)]
    # Supervision reads what the public reads, and is told of none of it: it stands outside of the group.
    return [row for row, viewer in found if viewer.is_member and policies.can_read(viewer, paper)]


def plan_for_readers(
    paper: Consultation, kind: str, *, actor: Viewer | None, reason: str = READER, in_feeds: bool = False
) -> Plan:
    """Everybody who can read the paper, but the one who acts. A platform's mail cannot be turned off."""
    bound: list[Recipient] = []
    unbound: list[Recipient] = []
    for row in _readers(paper):
        if actor is None or row.user_id != actor.user_id:
            side = bound if row.organisation.kind == OrganisationKind.PLATFORM else unbound
            side.append(Recipient(user_id=row.user_id, reason=reason))
    return Plan(
        kind,
        paper,
        (Telling(kind, tuple(bound)), Telling(kind + UNBOUND, tuple(unbound))),
        actor=actor,
        narrowed=paper.working_group_id is not None and paper.audience in {Audience.PUBLIC, Audience.GROUP},
        is_public=paper.audience == Audience.PUBLIC and paper.working_group_id is None,
        in_feeds=in_feeds,
    )


def tell_readers(plan: Plan, *, url: str = "", **params: Any) -> int:
    """Tell those whom the plan names. Returns how many."""
    paper: Any = plan.subject
    carry_out(
        plan,
        params=_params(paper, **params),
        url=url or paper.get_absolute_url(),
        thread=f"paper-{paper.pk}",
        label=paper.reference,
    )
    return len(plan.user_ids)


def plan_of_release(paper: Consultation) -> Plan:
    return plan_for_readers(paper, OPENED, actor=None)


def tell_of_release(paper: Consultation) -> int:
    """It has opened: everybody at once. Returns how many were told."""
    assert paper.closes_at is not None
    return tell_readers(plan_of_release(paper), until=paper.closes_at.isoformat())


def plan_of_deadline(paper: Consultation, *, actor: Viewer | None) -> Plan:
    return plan_for_readers(paper, DEADLINE_MOVED, actor=actor)


def tell_of_deadline(paper: Consultation, change: DeadlineChange, *, actor: Viewer) -> None:
    tell_readers(plan_of_deadline(paper, actor=actor), until=change.after.isoformat())


def plan_of_withdrawal(paper: Consultation, *, actor: Viewer) -> Plan:
    return plan_for_readers(paper, WITHDRAWN, actor=actor)


def tell_of_withdrawal(paper: Consultation, *, actor: Viewer) -> None:
    tell_readers(plan_of_withdrawal(paper, actor=actor))


def plan_of_conclusions(conclusions: Conclusions, *, actor: Viewer) -> Plan:
    """Everybody who can read them, but the one who publishes. They may have fewer readers than their paper."""
    paper = conclusions.consultation
    people = tuple(
        Recipient(user_id=row.user_id, reason=READER)
        for row in _readers(paper)
        if row.user_id != actor.user_id and policies.can_read(viewer_of(row), conclusions)
    )
    return Plan(
        CONCLUDED,
        conclusions,
        (Telling(CONCLUDED, people),),
        actor=actor,
        narrowed=conclusions.working_group_id is not None,
        is_public=conclusions.audience == paper.audience == Audience.PUBLIC and conclusions.working_group_id is None,
        in_feeds=True,
    )


def tell_of_conclusions(conclusions: Conclusions, plan: Plan) -> None:
    paper = conclusions.consultation
    carry_out(
        plan,
        params=_params(paper),
        url=f"{paper.get_absolute_url()}#conclusions",
        thread=f"paper-{paper.pk}",
        label=paper.reference,
    )


def plan_of_effect(paper: Consultation, *, actor: Viewer) -> Plan:
    return plan_for_readers(paper, IN_EFFECT, actor=actor)


def tell_of_effect(paper: Consultation, *, actor: Viewer) -> None:
    assert paper.in_effect_at is not None
    tell_readers(plan_of_effect(paper, actor=actor), day=hong_kong_day(paper.in_effect_at).isoformat())


def plan_of_amendment(paper: Consultation, *, actor: Viewer) -> Plan:
    return plan_for_readers(paper, AMENDED, actor=actor, in_feeds=True)


def _part_params(part: Paragraph | Question) -> dict[str, str]:
    return {"place": str(part._meta.model_name), "number": part.number}


def tell_of_amendment(
    paper: Consultation, part: Paragraph | Question, correction: Correction, *, actor: Viewer
) -> None:
    url = reverse("consultations:part_history", args=[paper.key, part.anchor_key])
    tell_readers(plan_of_amendment(paper, actor=actor), url=url, **_part_params(part))


def tell_to_look_again(correction: Correction, user_ids: Iterable[int]) -> None:
    """Ask these people to look at their drafts where something was amended: in their inbox, and nowhere else."""
    paper, part = correction.consultation, correction.paragraph or correction.question
    assert part is not None
    publish(
        LOOK_AGAIN,
        subject=paper,
        recipients=[Recipient(user_id=pk, reason=DRAFT) for pk in sorted(user_ids)],
        params=_params(paper, **_part_params(part)),
        url=reverse("consultations:reconfirm", args=[paper.key]),
    )


def _desk(paper: Consultation, actor: Viewer) -> list[Recipient]:
    where = Q(organisation__kind=OrganisationKind.REGULATOR) & (
        Q(role=Role.SECRETARIAT) | Q(effective_role=Role.CHAIR) | Q(user=paper.lead_id)
    )
    return [
        Recipient(user_id=row.user_id, reason=LEAD if row.user_id == paper.lead_id else DESK)
        for row in _readers(paper, where)
        if row.user_id != actor.user_id
    ]


def tell_of_extension_request(request: ExtensionRequest, paper: Consultation, *, actor: Viewer) -> None:
    publish(
        EXTENSION_ASKED,
        subject=request,
        recipients=_desk(paper, actor),
        params=_params(paper),
        url=reverse("consultations:decide_extension", args=[paper.key, request.pk]),
    )


def plan_for_firm(paper: Consultation, organisation_id: int) -> Plan:
    """The firm's own people who can read the paper: of what is decided about its time."""
    rows = _readers(paper, Q(organisation=organisation_id))
    people = tuple(Recipient(user_id=row.user_id, reason=FIRM) for row in rows)
    return Plan(
        EXTENSION_DECIDED,
        paper,
        (Telling(EXTENSION_DECIDED, people),),
        narrowed=paper.working_group_id is not None,
        firm=organisation_id,
    )


def tell_of_extension(extension: Extension, paper: Consultation, *, actor: Viewer) -> None:
    """The firm, and nobody else."""
    _tell_firm(paper, extension.organisation_id, granted=True, until=extension.until.isoformat())


def tell_of_refusal(request: ExtensionRequest, paper: Consultation, *, actor: Viewer) -> None:
    _tell_firm(paper, request.organisation_id, granted=False)


def _tell_firm(paper: Consultation, organisation_id: int, **params: Any) -> None:
    carry_out(
        plan_for_firm(paper, organisation_id),
        params=_params(paper, **params),
        url=reverse("consultations:ask_for_extension", args=[paper.key]),
        label=paper.reference,
    )


def _manage(paper: Consultation) -> str:
    return reverse("consultations:manage", args=[paper.key])


def tell_of_opening_request(request: OpeningRequest, paper: Consultation, *, actor: Viewer) -> None:
    """Every officer who may approve: not the one who asked."""
    recipients = [
        Recipient(user_id=row.user_id, reason=SECOND)
        for row in _readers(paper, Q(organisation__kind=OrganisationKind.REGULATOR))
        if policies.can_approve_opening(viewer_of(row), request)
    ]
    if recipients:
        publish(OPENING_ASKED, subject=request, recipients=recipients, params=_params(paper), url=_manage(paper))


def tell_of_opening_decision(request: OpeningRequest, paper: Consultation, *, actor: Viewer) -> None:
    """The officers of the request: who asked, and who had approved it."""
    decision = "voided" if request.voided_at else "returned" if request.returned_at else "approved"
    people = {request.asked_by_id: ASKED, request.approved_by_id: APPROVED}
    recipients = [Recipient(user_id=pk, reason=reason) for pk, reason in people.items() if pk and pk != actor.user_id]
    if recipients:
        publish(
            OPENING_DECIDED,
            subject=request,
            recipients=recipients,
            params=_params(paper, decision=decision),
            url=_manage(paper),
        )
