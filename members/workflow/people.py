"""What can happen to memberships and working groups.

Applicants for a licence are not members. A membership may be written down for the people of an applicant's firm, and
no role in it opens anything: access needs a licence that stands (`members.viewer.memberships_with_access`).
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.workflow import record
from members import access_news, firm_news, policies
from members.certification import first_day_of
from members.enums import ROLES_OF, Capacity, FirmChangeKind, Role
from members.models import Membership, Organisation
from members.viewer import Viewer
from members.workflow import leaving
from portal.common import clock
from portal.common.errors import Refused

# Of these an organisation has one at a time.
_ONE_AT_A_TIME = frozenset({Role.CHAIR, Role.PRINCIPAL})
_DAY = timedelta(days=1)


def appoint(
    user: User, organisation: Organisation, *, role: str, actor: Viewer | None, starts_on: date, **fields: Any
) -> Membership:
    """Give `user` a role in `organisation` from `starts_on` on. Refused while another membership of theirs runs, and
    where the chair or the firm's principal representative is somebody else in that period (`replace`)."""
    if actor is not None:
        policies.require(policies.can_invite(actor, organisation))
    require_role_fits(role, organisation)
    _require_capacities(fields.get("capacities") or ())
    with transaction.atomic():
        _lock(organisation)
        User.objects.select_for_update().get(pk=user.pk)
        last_day = fields.get("ends_on") or date.max
        for other in user.memberships.all():
            if other.starts_on <= last_day and (other.ends_on or date.max) >= starts_on:
                raise Refused(_("This person already holds a membership in that period."), field="user")
        require_vacant(role, organisation, starts_on, fields.get("ends_on"))
        fields.setdefault("confirm_by", first_day_of(organisation, starts_on))
        membership = Membership(user=user, organisation=organisation, role=role, starts_on=starts_on, **fields)
        membership.full_clean()
        membership.save(force_insert=True)
        record("members.appointed", membership, actor=actor, role=role, organisation=organisation.key)
    return membership


def require_role_fits(role: str, organisation: Organisation) -> None:
    """Refused unless organisations of that kind have such a role."""
    if role not in ROLES_OF[organisation.kind]:
        raise Refused(_("This role does not belong to that kind of organisation."), field="role")


def _require_capacities(capacities: Iterable[str]) -> None:
    if not set(capacities) <= set(Capacity.values):
        raise Refused(_("Choose from the capacities in the list."), field="capacities")


def _lock(organisation: Organisation) -> None:
    """Appointments to one organisation wait for one another: two at once would not see each other."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def require_vacant(
    role: str, organisation: Organisation, starts_on: date, ends_on: date | None, *, besides: Collection[int] = ()
) -> None:
    """Refused, beside `role`, where somebody else is chair or the firm's principal representative in that period."""
    if role not in _ONE_AT_A_TIME:
        return
    others = Membership.objects.filter(role=role, organisation=organisation).exclude(pk__in=besides)
    for other in others.select_related("user"):
        if other.starts_on <= (ends_on or date.max) and (other.ends_on or date.max) >= max(starts_on, other.starts_on):
            words = {"person": other.user.display_name, "role": Role(role).label}
            raise Refused(_("%(role)s is %(person)s in that period. Replace them instead.") % words, field="role")


def change_role(
    membership: Membership,
    *,
    actor: Viewer,
    role: str | None = None,
    capacities: Collection[str] | None = None,
    from_day: date | None = None,
    without_coordinator: bool = False,
    reason: str = "",
) -> Membership:
    """From `from_day` (default: today) on the person has this role and these capacities; None leaves each as it is.

    Returns the membership that holds from that day: a new row, since the term before stays on record with its last
    day. Refused beside `role`, `capacities` or `from_day`. A firm loses its last coordinator so as in
    `end_membership` (`role`). The person is told of a new role, and of what a firm's coordinator does the secretariat.
    """
    policies.require(policies.can_end_membership(actor, membership))
    with transaction.atomic():
        _lock(membership.organisation)
        now = Membership.objects.select_for_update().get(pk=membership.pk)
        wanted = now.role if role is None else role
        able = list(now.capacities if capacities is None else capacities)
        day = _first_day(now, from_day)
        require_role_fits(wanted, membership.organisation)
        _require_capacities(able)
        if (wanted, sorted(able)) == (now.role, sorted(now.capacities)):
            return membership
        require_vacant(wanted, membership.organisation, day, now.ends_on, besides=[now.pk])
        if now.role == Role.COORDINATOR != wanted and not _is_deliberate(actor, without_coordinator, reason):
            require_another_coordinator(now, from_day=day, field="role")
        before = {"role": now.role, "capacities": list(now.capacities)}
        now_before = (now.role, list(now.capacities))
        held = _from_day(now, day, role=wanted, capacities=able)
        record(
            "members.role_changed",
            held,
            actor=actor,
            before=before,
            after={"role": held.role, "capacities": list(held.capacities)},
            from_day=str(day),
            **({"reason": reason} if reason else {}),
        )
        _tell_role(held, before=now_before, actor=actor)
    if held.pk == membership.pk:
        membership.role, membership.capacities = held.role, held.capacities
    else:
        membership.ends_on = now.ends_on
    return held


def _tell_role(held: Membership, *, before: tuple[str, list[str]], actor: Viewer) -> None:
    firm_news.note(
        FirmChangeKind.ROLE_SET,
        organisation=held.organisation,
        actor=actor,
        membership=held,
        role_before=before[0],
        role_after=held.role,
        capacities_before=before[1],
        capacities_after=list(held.capacities),
    )
    firm_news.tell_person(held, kind=FirmChangeKind.ROLE_SET, same_role=before[0] == held.role)


def _tell_end(membership: Membership, *, before: date | None, actor: Viewer) -> None:
    if membership.ends_on != before:
        access_news.tell_ended(membership, actor=actor)
    firm_news.note(
        FirmChangeKind.ENDED,
        organisation=membership.organisation,
        actor=actor,
        membership=membership,
        last_day_before=before,
        last_day_after=membership.ends_on,
    )


def _is_deliberate(actor: Viewer, without_coordinator: bool, reason: str) -> bool:
    """The chair's office leaves a firm without a coordinator where it says so, and why. Nobody of the firm can."""
    if not without_coordinator or not policies.can_keep_register(actor):
        return False
    if not reason.strip():
        raise Refused(_("Say why this firm is left without a coordinator."), field="reason")
    return True


def _first_day(membership: Membership, from_day: date | None) -> date:
    today = clock.today()
    if from_day is not None and from_day < today:
        raise Refused(_("Choose today or a later day: what was held until now stays on record."), field="from_day")
    day = max(from_day or today, membership.starts_on)
    if membership.ends_on is not None and membership.ends_on < day:
        raise Refused(_("This membership has ended by then."), field="from_day")
    return day


def _from_day(membership: Membership, day: date, *, role: str, capacities: list[str]) -> Membership:
    """The membership with another role from `day` on; the same row where nothing of its term lies before."""
    if membership.starts_on >= day:
        membership.role, membership.capacities = role, capacities
        membership.save(update_fields=["role", "capacities"])
        return membership
    held = Membership.objects.get(pk=membership.pk)
    held.pk, held._state.adding = None, True
    held.role, held.capacities, held.starts_on = role, capacities, day
    membership.ends_on = day - _DAY
    membership.save(update_fields=["ends_on"])
    held.full_clean()
    held.save(force_insert=True)
    return held


def replace(
    membership: Membership,
    *,
    by: Membership,
    actor: Viewer,
    from_day: date | None = None,
    former_role: str | None = None,
) -> Membership:
    """From `from_day` (default: today) on the colleague `by` is chair or principal representative instead.

    The former one keeps `former_role` from that day, or, without one, leaves: the membership ends the day before and
    what they had open goes to `by`. Returns the membership of the new holder. Refused beside `by`, `from_day`,
    `former_role`.
    """
    policies.require(policies.can_replace(actor, membership, by))
    if by.organisation_id != membership.organisation_id or by.user_id == membership.user_id:
        raise Refused(_("Choose a colleague of the same organisation."), field="by")
    if membership.role not in _ONE_AT_A_TIME:
        raise Refused(_("Only the chair and a principal representative are replaced. Change the role instead."))
    if former_role in _ONE_AT_A_TIME:
        raise Refused(_("There is one at a time. Choose another role."), field="former_role")
    with transaction.atomic():
        _lock(membership.organisation)
        rows = {one.pk: one for one in Membership.objects.select_for_update().filter(pk__in=[membership.pk, by.pk])}
        former, next_one = rows[membership.pk], rows[by.pk]
        day = max(_first_day(former, from_day), _first_day(next_one, from_day))
        role = former.role
        if next_one.role == Role.COORDINATOR:
            require_another_coordinator(next_one, from_day=day, field="by")
        require_vacant(role, membership.organisation, day, next_one.ends_on, besides=[former.pk, next_one.pk])
        before, last_day = (next_one.role, list(next_one.capacities)), former.ends_on
        if former_role is None:
            leaving.close(former, last_day=day - _DAY, successor=next_one, actor=actor)
            _tell_end(former, before=last_day, actor=actor)
        else:
            require_role_fits(former_role, membership.organisation)
            was = (role, list(former.capacities))
            _tell_role(_from_day(former, day, role=former_role, capacities=was[1]), before=was, actor=actor)
        held = _from_day(next_one, day, role=role, capacities=list(next_one.capacities))
        record(
            "members.replaced", held, actor=actor, role=role, former=former.user_id, from_day=str(day), kept=former_role
        )
        _tell_role(held, before=before, actor=actor)
        if former_role is None:
            leaving.look_through(former)
    membership.ends_on = Membership.objects.get(pk=membership.pk).ends_on
    return held


def end_membership(
    membership: Membership,
    *,
    actor: Viewer,
    last_day: date | None = None,
    successor: Membership | None = None,
    without_coordinator: bool = False,
    reason: str = "",
) -> None:
    """Close the membership after `last_day` (default: yesterday, so that access ends now).

    What the person has open, drafts and actions, goes to `successor`, a colleague of the same organisation, once
    access has closed: now, or the night after a later last day. Nobody reads it on the way; what was posted stays
    under its author's name. Without a successor it stays as it is and the coordinators are told; `name_successor`
    hands it over at any later time.

    Refused beside `last_day` or `successor`. The last coordinator of a firm goes only with `without_coordinator`
    and a `reason` (beside `membership`, `reason`), which nobody of the firm itself may say. The secretariat is told of
    what a firm's coordinator does, and can object.
    """
    policies.require(policies.can_end_membership(actor, membership))
    with transaction.atomic():
        _lock(membership.organisation)
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        day = clock.today() - _DAY if last_day is None else last_day
        if locked.role == Role.COORDINATOR and not _is_deliberate(actor, without_coordinator, reason):
            require_another_coordinator(locked, from_day=day + _DAY, field="membership")
        before = locked.ends_on
        leaving.close(locked, last_day=day, successor=successor, actor=actor, reason=reason)
        _tell_end(locked, before=before, actor=actor)
        leaving.look_through(locked)
    membership.ends_on = locked.ends_on


def check_end(membership: Membership, *, last_day: date | None, successor: Membership | None) -> None:
    """Refused, beside its field, where `end_membership` would refuse it: for a page that asks before it acts."""
    day = clock.today() - _DAY if last_day is None else last_day
    if membership.role == Role.COORDINATOR:
        require_another_coordinator(membership, from_day=day + _DAY, field="membership")
    closes = leaving.closing_day(membership, day)
    if successor is not None:
        leaving.require_colleague(membership, successor, closes)


def name_successor(membership: Membership, *, successor: Membership, actor: Viewer) -> None:
    """Say who takes on what is open of a membership that ends or has ended. Nothing that was handed over comes back."""
    policies.require(policies.can_end_membership(actor, membership))
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        if locked.ends_on is None:
            raise Refused(_("This membership does not end."))
        leaving.name(locked, successor=successor, actor=actor)
        leaving.look_through(locked)


def require_another_coordinator(membership: Membership, *, from_day: date, field: str) -> None:
    """Refused where the firm had no coordinator from `from_day` on without this one. For coordinators' memberships."""
    others = Membership.objects.on(from_day).filter(organisation=membership.organisation_id, role=Role.COORDINATOR)
    if not others.filter(user__is_active=True).exclude(user=membership.user_id).exists():
        raise Refused(
            _("This is the firm's last coordinator. Make a colleague coordinator first."),
            field=field,
        )
