"""The half-yearly certification of a firm's people, and the reminders of it."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from members import firm_news, policies
from members.certification import ASKED_FROM_DAYS, coordinators_of, half_a_year_after
from members.enums import OrganisationKind, Role
from members.models import Membership, MembershipReminder, Organisation
from members.viewer import Viewer, memberships_with_access
from members.workflow.people import end_membership
from portal.common import clock
from portal.common.errors import Refused

STEPS = (ASKED_FROM_DAYS, 14, 3)
# The person is told in the last week, the others at each step, everybody once it is too late.
PERSON_STEPS = (7,)
OVER = -1
CONFIRM, PERSON, LAST = "confirm", "person", "last"


def confirm_access(membership: Membership, *, actor: Viewer) -> None:
    """The person still needs access: to be asked again half a year from today. Refused once the membership is over."""
    policies.require(policies.can_confirm(actor, membership))
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        if locked.confirm_by is None:
            raise Refused(_("Only the people of firms are confirmed."))
        if locked.ends_on is not None and locked.ends_on < clock.today():
            raise Refused(_("This membership has ended already."))
        before, locked.confirm_by = locked.confirm_by, half_a_year_after(clock.today())
        locked.save(update_fields=["confirm_by"])
        record("members.access_confirmed", locked, actor=actor, before=str(before), after=str(locked.confirm_by))
        firm_news.note_kept(locked, actor=actor)
    membership.confirm_by = locked.confirm_by


def certify(
    organisation: Organisation,
    *,
    confirmed: Collection[Membership],
    ended: Mapping[Membership, Membership | None],
    actor: Viewer,
) -> None:
    """A firm's certification: these keep their access, these lose it now, with who takes over. All of it or nothing.

    Refused beside the key of the membership that stands in the way.
    """
    policies.require(policies.is_coordinator_of(actor, organisation.pk))
    with transaction.atomic():
        for membership in confirmed:
            confirm_access(membership, actor=actor)
        for membership, successor in ended.items():
            try:
                end_membership(membership, actor=actor, successor=successor)
            except Refused as refusal:
                raise Refused(refusal.message, field=str(membership.pk)) from None
        record(
            "members.certified",
            organisation,
            actor=actor,
            confirmed=[one.user_id for one in confirmed],
            ended=[one.user_id for one in ended],
        )


def remind_of_certifications() -> int:
    """By the system, daily: what is due is asked for, and a coordinator's term that ends is warned of.

    Returns how many reminders went out; repeating it on the same day sends none, and a day that was left out is made
    up for.
    """
    sent = 0
    firms = Organisation.objects.filter(kind=OrganisationKind.PLATFORM).order_by("pk")
    for pk in firms.values_list("pk", flat=True):
        with transaction.atomic():
            firm = Organisation.objects.select_for_update(no_key=True).get(pk=pk)
            rows = list(memberships_with_access().filter(organisation=firm).order_by("user__name_en", "pk"))
            sent += _remind_of(firm, rows) + _warn_of_last_coordinator(firm, rows)
    return sent


def _remind_of(firm: Organisation, rows: list[Membership]) -> int:
    waiting = [row for row in rows if row.confirm_by is not None]
    coordinators = {row.user_id for row in coordinators_of(firm.pk)}
    asked = _mark(waiting, CONFIRM, lambda row: row.confirm_by, STEPS)
    for due_on, step in sorted({(row.confirm_by, step) for row, step in asked if row.confirm_by}):
        of_date = [row for row, one in asked if (row.confirm_by, one) == (due_on, step)]
        firm_news.tell_certifiers(firm, of_date, due_on=due_on, is_over=step == OVER)
        alone = [row for row in of_date if not coordinators - {row.user_id}]
        if alone:
            firm_news.tell_secretariat_certifies(firm, len(alone), due_on=due_on)
    told = _mark(waiting, PERSON, lambda row: row.confirm_by, PERSON_STEPS)
    for row, step in told:
        by_secretariat = not coordinators - {row.user_id}
        firm_news.tell_unconfirmed(row, is_over=step == OVER, by_secretariat=by_secretariat)
    return len(asked) + len(told)


def _warn_of_last_coordinator(firm: Organisation, rows: list[Membership]) -> int:
    """The term of the last one runs out by itself: nothing refuses that, so it is said in time."""
    if not any(row.role == Role.COORDINATOR for row in rows):
        return 0
    every = Membership.objects.filter(organisation=firm, role=Role.COORDINATOR, user__is_active=True)
    terms = list(every.exclude(ends_on__lt=clock.today()).select_related("user", "organisation"))
    last = max(terms, key=lambda row: row.ends_on or date.max)
    if last.ends_on is None:
        return 0
    warned = _mark([last], LAST, lambda row: row.ends_on, STEPS)
    for row, _step in warned:
        firm_news.tell_last_coordinator_ends(row)
    return len(warned)


def _mark(
    rows: Collection[Membership], about: str, date_of: Callable[[Membership], date | None], steps: tuple[int, ...]
) -> list[tuple[Membership, int]]:
    """Who is to be reminded now, and at which step; noted, so that it is once. The firm's row is locked."""
    today, found = clock.today(), []
    for row in rows:
        due = date_of(row)
        if due is None:
            continue
        left = (due - today).days
        reached = [OVER] if left < 0 else [step for step in steps if left <= step]
        if reached:
            found.append((row, due, min(reached)))
    known = set(
        MembershipReminder.objects.filter(membership__in=[row for row, _due, _step in found], about=about).values_list(
            "membership", "due_on", "step"
        )
    )
    fresh = [(row, due, step) for row, due, step in found if (row.pk, due, step) not in known]
    MembershipReminder.objects.bulk_create(
        MembershipReminder(membership=row, about=about, due_on=due, step=step) for row, due, step in fresh
    )
    return [(row, step) for row, _due, step in fresh]
