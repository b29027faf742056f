"""What can happen to an override: supervision asks, a second officer decides, anybody concerned ends it early.

At its end it ends by itself: `members.viewer.firms_opened_to` compares its dates with the clock.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from members import override_news, policies
from members.enums import OrganisationKind, OverrideState, Role
from members.models import Organisation, Override
from members.models.oversight import LONGEST
from members.viewer import Viewer, memberships_with_access
from portal.common import clock
from portal.common.errors import Refused

# A reason says which matter it is about: a word alone does not.
SHORTEST_REASON: Final = 20


def ask_for_override(
    organisation: Organisation,
    *,
    actor: Viewer,
    reason: str,
    ends_at: datetime,
    starts_at: datetime | None = None,
    officer: User | None = None,
) -> Override:
    """Ask that `officer` (default: who asks) may read what this firm shares with the regulator. It opens nothing.

    Without `starts_at` it begins with its approval; `ends_at` is counted from now.
    """
    policies.require(policies.can_ask_for_override(actor))
    person, now = officer or actor.person, clock.now()
    begins = max(starts_at or now, now)
    _check(organisation, reason, begins, ends_at, person)
    with transaction.atomic():
        # Two requests for the same firm at the same moment: one of them waits here.
        User.objects.select_for_update().get(pk=person.pk)
        if Override.objects.standing().filter(officer=person, organisation=organisation).exists():
            raise Refused(_("An override for this firm is asked for or approved already."), field="organisation")
        override = Override.objects.create(
            officer=person,
            organisation=organisation,
            reason=reason.strip(),
            starts_at=begins,
            ends_at=ends_at,
            asked_by=actor.person,
            asked_at=now,
        )
        record("members.override_asked", override, actor=actor, **_detail(override))
        override_news.asked(override)
    return override


def _check(organisation: Organisation, reason: str, begins: datetime, ends_at: datetime, person: User) -> None:
    if organisation.kind != OrganisationKind.PLATFORM:
        raise Refused(_("Choose a platform."), field="organisation")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("Say why in at least %(count)s characters.") % {"count": SHORTEST_REASON}, field="reason")
    if ends_at <= begins:
        raise Refused(_("It must end after it begins, and in the future."), field="until")
    if ends_at - begins > LONGEST:
        raise Refused(_("An override lasts %(count)s days at most.") % {"count": LONGEST.days}, field="until")
    if not memberships_with_access().filter(user=person, role=Role.SUPERVISION).exists():
        raise Refused(_("This person is not in the supervision role."), field="officer")


def approve_override(override: Override, *, actor: Viewer) -> None:
    """From now on, or from its beginning, it gives access. The firm is told in the same transaction."""
    with transaction.atomic():
        locked = _locked(override)
        policies.require(policies.can_decide_override(actor, locked))
        _require_waiting(locked)
        if locked.ends_at <= clock.now():
            raise Refused(_("Its time is over. It has to be asked for anew."))
        # Nothing was open before the approval, and no page says that it was.
        locked.starts_at = max(locked.starts_at, clock.now())
        locked.state = OverrideState.APPROVED
        _decided(locked, actor)
        record("members.override_approved", locked, actor=actor, **_detail(locked))
        override_news.approved(locked)
    _taken_over(override, locked)


def refuse_override(override: Override, *, actor: Viewer, reason: str) -> None:
    """It is not given. The firm does not hear of it, since nothing of it was opened."""
    if not reason.strip():
        raise Refused(_("Give a reason."), field="reason")
    with transaction.atomic():
        locked = _locked(override)
        policies.require(policies.can_decide_override(actor, locked))
        _require_waiting(locked)
        locked.state, locked.refusal = OverrideState.REFUSED, reason.strip()
        _decided(locked, actor)
        record("members.override_refused", locked, actor=actor, **_detail(locked))
        override_news.refused(locked)
    _taken_over(override, locked)


def end_override(override: Override, *, actor: Viewer) -> None:
    """End it before its time, or take back what is not decided."""
    with transaction.atomic():
        locked = _locked(override)
        policies.require(policies.can_end_override(actor, locked))
        if locked.state not in {OverrideState.ASKED, OverrideState.APPROVED} or locked.ends_at <= clock.now():
            raise Refused(_("It has ended already."))
        locked.state = OverrideState.ENDED
        locked.ended_by, locked.ended_role, locked.ended_at = actor.person, actor.role, clock.now()
        locked.save(update_fields=["state", "ended_by", "ended_role", "ended_at"])
        record("members.override_ended", locked, actor=actor, **_detail(locked))
        override_news.ended(locked, actor=actor)
    _taken_over(override, locked)


def _locked(override: Override) -> Override:
    rows = Override.objects.select_for_update(of=("self",)).select_related("organisation", "officer", "asked_by")
    return rows.get(pk=override.pk)


def _require_waiting(override: Override) -> None:
    if override.state != OverrideState.ASKED:
        raise Refused(_("This was decided already."))


def _decided(override: Override, actor: Viewer) -> None:
    override.decided_by, override.decided_role, override.decided_at = actor.person, actor.role, clock.now()
    override.save(update_fields=["state", "starts_at", "refusal", "decided_by", "decided_role", "decided_at"])


def _detail(override: Override) -> dict[str, Any]:
    """For the trail: whom it is about and until when. The reason stands in the override itself."""
    return {
        "firm": override.organisation.key,
        "officer": override.officer_id,
        "starts_at": override.starts_at.isoformat(),
        "ends_at": override.ends_at.isoformat(),
    }


def _taken_over(override: Override, locked: Override) -> None:
    for field in ("state", "refusal", "decided_by", "decided_role", "decided_at", "ended_by", "ended_role", "ended_at"):
        setattr(override, field, getattr(locked, field))
