"""What can happen to records whose period is over: the office sets periods, the portal proposes, a second person
decides, and a legal hold wins."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from members import policies
from members.enums import OrganisationKind
from members.models import DisposalProposal, LegalHold, Organisation, RetentionRule
from members.models.retention import ProposalState
from members.retention.kinds import BY_NAME, free, held
from members.viewer import Viewer, acting_as
from portal.common import clock
from portal.common.errors import Refused


def set_retention(kind: str, *, days: int | None, basis: str, actor: Viewer) -> RetentionRule:
    """From now on records of `kind` are kept for `days` days, on this basis; None: until a period is set."""
    policies.require(policies.can_set_retention(actor))
    if kind not in BY_NAME:
        raise Refused(_("There is no such kind of record."), field="kind")
    if days is not None and days < 1:
        raise Refused(_("Enter a number of days, or leave it empty."), field="days")
    if days is not None and not basis.strip():
        raise Refused(_("Name the decision or the law that the period rests on."), field="basis")
    with transaction.atomic():
        before = RetentionRule.objects.select_for_update().filter(kind=kind).first()
        rule, _new = RetentionRule.objects.update_or_create(
            kind=kind,
            defaults={"days": days, "basis": basis.strip(), "set_by": actor.person, "set_at": clock.now()},
        )
        record(
            "members.retention_set", rule, actor=actor,
            before={"days": before.days, "basis": before.basis} if before else {},
            after={"days": days, "basis": rule.basis},
        )  # fmt: skip
    return rule


def propose_disposals() -> int:
    """Propose what is past its period, for each kind that has one and no proposal waiting. How many were made.

    Nothing is disposed of here. It acts as the regulator without a person.
    """
    made = 0
    with acting_as(Viewer(kind=OrganisationKind.REGULATOR)):
        waiting = set(DisposalProposal.objects.filter(state=ProposalState.PROPOSED).values_list("kind", flat=True))
        for rule in RetentionRule.objects.select_for_update().exclude(days=None).exclude(kind__in=waiting):
            kind = BY_NAME.get(rule.kind)
            if kind is None or rule.days is None:
                continue
            cutoff = clock.now() - timedelta(days=rule.days)
            count = free(kind, cutoff).count()
            if count:
                proposal = DisposalProposal.objects.create(
                    kind=kind.name, cutoff=cutoff, count=count, held=held(kind, cutoff).count()
                )
                record("members.disposal_proposed", proposal, actor=None, kind=kind.name, count=count)
                made += 1
    return made


def approve_disposal(proposal: DisposalProposal, *, actor: Viewer) -> int:
    """Dispose of what the proposal names and no hold keeps at this moment. How many records it was."""
    with transaction.atomic():
        # Holds are placed under the same lock (place_hold): one that comes meanwhile is wholly before or after.
        rule = RetentionRule.objects.select_for_update().filter(kind=proposal.kind).first()
        locked = DisposalProposal.objects.select_for_update().get(pk=proposal.pk)
        policies.require(policies.can_decide_disposal(actor))
        _require_waiting(locked)
        if rule is None or rule.days is None or clock.now() - timedelta(days=rule.days) < locked.cutoff:
            raise Refused(_("The period has been changed since: decline this proposal, and a new one is made."))
        if rule.set_by_id == actor.user_id:
            raise Refused(_("Somebody else than the one who set the period decides."))
        kind = BY_NAME[locked.kind]
        kept = held(kind, locked.cutoff).count()
        disposed = kind.dispose(free(kind, locked.cutoff))
        _decide(locked, ProposalState.APPROVED, actor, disposed=disposed, held=kept)
        record(
            "members.disposal_approved", locked, actor=actor,
            kind=kind.name, cutoff=locked.cutoff.isoformat(), disposed=disposed, held=kept, basis=rule.basis,
        )  # fmt: skip
    proposal.refresh_from_db()
    return disposed


def decline_disposal(proposal: DisposalProposal, *, reason: str, actor: Viewer) -> None:
    """Keep what was proposed. The next day's look proposes it anew, unless the period has been changed."""
    policies.require(policies.can_decide_disposal(actor))
    if not reason.strip():
        raise Refused(_("Say why it is kept."), field="reason")
    with transaction.atomic():
        locked = DisposalProposal.objects.select_for_update().get(pk=proposal.pk)
        _require_waiting(locked)
        _decide(locked, ProposalState.DECLINED, actor, reason=reason.strip())
        record("members.disposal_declined", locked, actor=actor, kind=locked.kind, reason=reason.strip())
    proposal.refresh_from_db()


def place_hold(
    *,
    reason: str,
    actor: Viewer,
    organisation: Organisation | None = None,
    person: User | None = None,
    subject: Any = None,
) -> LegalHold:
    """Keep all that concerns one firm, one person or one object (with an address of its own) until it is lifted."""
    policies.require(policies.can_hold_records(actor))
    if sum(one is not None for one in (organisation, person, subject)) != 1:
        raise Refused(_("Choose a firm or a person, and not both."), field="organisation")
    if not reason.strip():
        raise Refused(_("Say why the records are held."), field="reason")
    with transaction.atomic():
        list(RetentionRule.objects.select_for_update().order_by("pk"))
        hold = LegalHold.objects.create(
            organisation=organisation,
            person=person,
            address=subject.get_absolute_url() if subject is not None else "",
            label=str(subject)[:250] if subject is not None else "",
            reason=reason.strip(),
            placed_by=actor.person,
        )
        record("members.hold_placed", hold, actor=actor, reason=hold.reason)
    return hold


def lift_hold(hold: LegalHold, *, reason: str, actor: Viewer) -> None:
    policies.require(policies.can_hold_records(actor))
    if not reason.strip():
        raise Refused(_("Say why the hold is lifted."), field="reason")
    with transaction.atomic():
        locked = LegalHold.objects.select_for_update().get(pk=hold.pk)
        if locked.lifted_at is not None:
            raise Refused(_("This hold was lifted already."))
        locked.lifted_at, locked.lifted_by, locked.lift_reason = clock.now(), actor.person, reason.strip()
        locked.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        record("members.hold_lifted", locked, actor=actor, reason=locked.lift_reason)
    hold.refresh_from_db()


def _require_waiting(proposal: DisposalProposal) -> None:
    if proposal.state != ProposalState.PROPOSED:
        raise Refused(_("This proposal was decided already."))


def _decide(proposal: DisposalProposal, state: ProposalState, actor: Viewer, **fields: Any) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.person, clock.now()
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["state", "decided_by", "decided_at", *fields])
