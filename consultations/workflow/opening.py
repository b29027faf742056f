"""Opening a paper takes two officers: one asks, with the dates and the audience preview; another approves."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import notices, policies
from consultations.enums import State
from consultations.models import Consultation, OpeningRequest
from consultations.reach import locked_paper
from consultations.readiness import Condition, conditions, digest, missing
from consultations.recipients import preview
from members.audience import Audience
from members.policies import require
from members.publication import Preview
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


class NotReady(Refused):
    """Something that opening needs is missing. `missing` are all of them; the message says each."""

    def __init__(self, found: list[Condition]) -> None:
        super().__init__(" ".join(one.words for one in found), field=found[0].field or None)
        self.missing = found


def standing_request(paper: Consultation, viewer: Viewer) -> OpeningRequest | None:
    """What was asked for and neither returned nor voided."""
    rows = OpeningRequest.objects.visible_to(viewer).filter(consultation=paper, voided_at=None, returned_at=None)
    return rows.select_related("asked_by", "approved_by").first()


def _require_ready(
    paper: Consultation,
    opens_at: datetime | None,
    closes_at: datetime | None,
    shown: Preview,
    *,
    on_approval: bool = False,
) -> None:
    people = len(shown.people)
    found = missing(
        conditions(paper, opens_at=opens_at, closes_at=closes_at, recipients=people, on_approval=on_approval)
    )
    if found:
        raise NotReady(found)


def _require_shown(shown: Preview, checksum: str) -> None:
    if shown.checksum != checksum:
        raise Refused(
            _("The people who will be told have changed since you looked at the audience preview. Look again."),
            field="previewed",
        )


def ask_to_open(
    consultation: Consultation,
    *,
    actor: Viewer,
    opens_at: datetime | None,
    closes_at: datetime | None,
    previewed: str,
    note: str = "",
    on_approval: bool = False,
) -> OpeningRequest:
    """Ask that the paper be opened at `opens_at` until `closes_at` (aware), and tell the officers who may approve.

    `previewed`: the checksum of the audience preview that the officer saw. `NotReady` says all that is missing.
    `on_approval`: it opens as soon as it is approved, whatever `opens_at` says. What was asked for before is voided.
    """
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        paper = locked_paper(consultation, actor)
        if paper.state != State.DRAFT or paper.released_at is not None:
            raise Refused(_("This consultation has been opened before."))
        shown = preview(paper)
        moment = clock.now()
        if on_approval:
            opens_at = moment
        _require_ready(paper, opens_at, closes_at, shown, on_approval=on_approval)
        assert opens_at is not None
        assert closes_at is not None
        _require_shown(shown, previewed)
        _standing(paper, actor).update(voided_at=moment)
        request = OpeningRequest(
            consultation=paper,
            audience=Audience.REGULATOR,
            organisation_id=paper.organisation_id,
            working_group_id=paper.working_group_id,
            opens_at=opens_at,
            closes_at=closes_at,
            digest=digest(paper, opens_at, closes_at),
            recipients=shown.kept(),
            note=note.strip(),
            asked_by_id=actor.person_id,
            asked_at=moment,
        )
        request.save(force_insert=True)
        record(
            "consultations.opening_asked",
            request,
            actor=actor,
            opens_at=opens_at.isoformat(),
            closes_at=closes_at.isoformat(),
            on_approval=on_approval,
            digest=request.digest,
            recipients=len(shown.people),
        )
        notices.tell_of_opening_request(request, paper, actor=actor)
    return request


def _standing(paper: Consultation, actor: Viewer) -> Any:
    return OpeningRequest.objects.visible_to(actor).filter(consultation=paper, voided_at=None, returned_at=None)


def _locked_request(request: OpeningRequest, paper: Consultation, actor: Viewer) -> OpeningRequest:
    found = _standing(paper, actor).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if found is None:
        raise Refused(_("This request is no longer open: it was voided, or has been decided."))
    return found  # type: ignore[no-any-return]


def approve_opening(request: OpeningRequest, *, actor: Viewer, previewed: str) -> OpeningRequest:
    """A second officer approves what was asked for, and the release is settled: see `open_consultation`.

    An opening time that has passed means now, as long as the closing time still meets the rules.
    Voided instead, and `Refused`, if the text, the dates or the audience are no longer what was asked for.
    """
    require(policies.can_run(actor))
    require(policies.can_approve_opening(actor, request))
    changed = False
    with transaction.atomic():
        paper = locked_paper(request.consultation, actor)
        standing = _locked_request(request, paper, actor)
        if standing.approved_at is not None:
            raise Refused(_("This request has been approved before."))
        if digest(paper, standing.opens_at, standing.closes_at) != standing.digest:
            _void(standing, actor, "changed")
            changed = True
        else:
            shown = preview(paper)
            _require_ready(paper, standing.opens_at, standing.closes_at, shown, on_approval=True)
            _require_shown(shown, previewed)
            standing.approved_by_id, standing.approved_at = actor.person_id, clock.now()
            standing.save(update_fields=["approved_by", "approved_at"])
            record("consultations.opening_approved", standing, actor=actor, digest=standing.digest)
            open_consultation(paper, actor=actor)
            notices.tell_of_opening_decision(standing, paper, actor=actor)
    if changed:
        raise Refused(_("The paper was changed after it was asked for. The request is voided; ask anew."))
    return standing


def return_opening(request: OpeningRequest, *, actor: Viewer, reason: str) -> OpeningRequest:
    """Give the request back, with a reason for whoever asked."""
    require(policies.can_run(actor))
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        paper = locked_paper(request.consultation, actor)
        standing = _locked_request(request, paper, actor)
        if standing.approved_at is not None:
            raise Refused(_("This request has been approved before."))
        standing.returned_by_id, standing.returned_at = actor.person_id, clock.now()
        standing.return_reason = reason.strip()
        standing.save(update_fields=["returned_by", "returned_at", "return_reason"])
        record("consultations.opening_returned", standing, actor=actor)
        notices.tell_of_opening_decision(standing, paper, actor=actor)
    return standing


def open_consultation(consultation: Consultation, *, actor: Viewer) -> Consultation:
    """Settle the release: at `opens_at` the paper appears to all its readers at the same moment, and opens.

    If `opens_at` has passed by the database's clock, that moment is now: readers see it from the commit on.
    Only with a second officer's approval of exactly this text, these dates and this audience.
    """
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        paper = locked_paper(consultation, actor)
        if paper.state != State.DRAFT or paper.released_at is not None:
            raise Refused(_("This consultation has been opened before."))
        approved = _standing(paper, actor).filter(approved_at__isnull=False).first()
        if approved is None or approved.approved_by_id in {None, approved.asked_by_id}:
            raise Refused(_("A second officer has to approve the opening first."))
        if digest(paper, approved.opens_at, approved.closes_at) != approved.digest:
            raise Refused(_("The paper was changed after it was asked for. The request is voided; ask anew."))
        opens_at = max(approved.opens_at, clock.database_now())
        if approved.closes_at <= opens_at:
            raise Refused(_("Give a closing time after the opening time."), field="closes_at")
        paper.opens_at, paper.closes_at = opens_at, approved.closes_at
        paper.released_at = opens_at
        paper.save(update_fields=["opens_at", "closes_at", "released_at"])
        record(
            "consultations.opened",
            paper,
            actor=actor,
            opens_at=paper.opens_at.isoformat(),
            closes_at=paper.closes_at.isoformat(),
            on_approval=opens_at != approved.opens_at,
            digest=approved.digest,
        )
    return paper


def take_back_opening(consultation: Consultation, *, actor: Viewer) -> Consultation:
    """Before the opening: the request is void and the release no longer settled. What it was asked for stays kept."""
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        paper = locked_paper(consultation, actor)
        if not _unsettle(paper, actor, "taken back"):
            raise Refused(_("Nobody has asked to open this paper."))
        record("consultations.opening_taken_back", paper, actor=actor)
    return paper


def void_approval(consultation: Consultation, actor: Viewer) -> None:
    """The draft was changed, or will be in this transaction: what was asked for or approved holds no longer.

    Refused if the paper has opened by the database's clock: then it is corrected instead.
    """
    require(policies.can_run(actor, consultation))
    with transaction.atomic():
        _unsettle(locked_paper(consultation, actor), actor, "changed")


def _unsettle(paper: Consultation, actor: Viewer, why: str) -> bool:
    """Void the standing request and take the release back; whether there was either. Both officers are told."""
    if paper.state != State.DRAFT or (paper.released_at is not None and paper.released_at <= clock.database_now()):
        raise Refused(_("The paper is published. Numbers and questions stay as they are; make a correction instead."))
    standing = _standing(paper, actor).select_for_update(of=("self",)).first()
    settled = paper.released_at is not None
    if settled:
        paper.released_at = None
        paper.save(update_fields=["released_at"])
    if standing is not None:
        _void(standing, actor, why)
        notices.tell_of_opening_decision(standing, paper, actor=actor)
    return settled or standing is not None


def _void(standing: OpeningRequest, actor: Viewer, why: str) -> None:
    standing.voided_at = clock.now()
    standing.save(update_fields=["voided_at"])
    record("consultations.opening_voided", standing, actor=actor, why=why)
