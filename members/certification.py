"""The half-yearly certification of a firm's people: until when, who confirms whom, and who waits for it."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from members.enums import OrganisationKind, Role
from members.models import Membership, MembershipQuerySet, Organisation
from members.viewer import Viewer, memberships_with_access
from portal.common import clock

MONTHS = 6
# From so many days before its date on a certification is asked for.
ASKED_FROM_DAYS = 30


def half_a_year_after(day: date) -> date:
    """The same day of the month half a year on, or the last one where that month is shorter."""
    months = day.month - 1 + MONTHS
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_day_of(organisation: Organisation, starts_on: date) -> date | None:
    """Until when a new membership must be confirmed; None for those who are not certified: regulator and agencies."""
    if organisation.kind != OrganisationKind.PLATFORM:
        return None
    return half_a_year_after(max(starts_on, clock.today()))


def people_of(organisation_id: int) -> MembershipQuerySet:
    """The firm's memberships that run today or begin later, with their people; the firm's list."""
    rows = Membership.objects.filter(organisation=organisation_id).exclude(ends_on__lt=clock.today())
    return rows.select_related("user", "organisation").order_by("user__name_en", "starts_on", "pk")


def coordinators_of(organisation_id: int) -> MembershipQuerySet:
    """Who can act as the firm's coordinator today."""
    return memberships_with_access().filter(  # type: ignore[return-value]
        organisation=organisation_id, organisation__kind=OrganisationKind.PLATFORM, role=Role.COORDINATOR
    )


def secretariat() -> list[int]:
    """The people of the regulator's secretariat, to be told."""
    rows = memberships_with_access().filter(role=Role.SECRETARIAT).order_by("user")
    return list(rows.values_list("user", flat=True))


def left_to_secretariat() -> MembershipQuerySet:
    """People of firms whom no coordinator of their firm can confirm: a coordinator who is alone, and everybody of a
    firm without one."""
    able = coordinators_of(OuterRef("organisation")).exclude(user=OuterRef("user"))  # type: ignore[arg-type]
    rows = Membership.objects.on(clock.today()).filter(~Exists(able), confirm_by__isnull=False, user__is_active=True)
    return rows.filter(organisation__kind=OrganisationKind.PLATFORM).select_related("user", "organisation")


def waits_for_secretariat() -> MembershipQuerySet:
    """Of these, whose date is near or past: what the admin site's start page counts."""
    soon = clock.today().toordinal() + ASKED_FROM_DAYS
    return left_to_secretariat().filter(confirm_by__lte=date.fromordinal(soon)).order_by("confirm_by", "pk")


def overdue() -> MembershipQuerySet:
    """Everybody who can read and not write at present, because nobody has confirmed them."""
    rows = Membership.objects.on(clock.today()).filter(confirm_by__lt=clock.today())
    return rows.select_related("user", "organisation").order_by("confirm_by", "pk")


def helpers_for(viewer: Viewer) -> list[str]:
    """The names of the coordinators who can confirm this person; none where it is for the secretariat."""
    if viewer.organisation_id is None:
        return []
    rows = coordinators_of(viewer.organisation_id).exclude(user=viewer.user_id)
    return [row.user.full_name_both for row in rows]


def is_asked(memberships: Iterable[Membership]) -> list[Membership]:
    """Those whose date is near or past."""
    limit = date.fromordinal(clock.today().toordinal() + ASKED_FROM_DAYS)
    return [row for row in memberships if row.confirm_by is not None and row.confirm_by <= limit]
