"""Who is looking: worked out once a request, and told to the database for the length of a transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, models, transaction
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from members.enums import STATES_WITH_ACCESS, OrganisationKind, Role
from portal.common import clock

if TYPE_CHECKING:
    from members.models import Membership, Organisation

ANONYMOUS_KIND = "anonymous"
# The regulator's supervision: signed in, and outside the advisory group.
SUPERVISION_KIND = "supervision"
# How a viewer who looks through a firm's eyes is told to the database: no internal notes, no person's own rows.
MIRROR_KIND = "mirror"


@dataclass(frozen=True)
class Viewer:
    """A person in the role that they hold now, or the public. It decides nothing: policies.py files do."""

    user_id: int | None = None
    organisation_id: int | None = None
    kind: str = ANONYMOUS_KIND
    role: str = ""
    working_groups: tuple[int, ...] = ()
    membership: "Membership | None" = field(default=None, compare=False, repr=False)
    # Firms whose shared content a supervision officer may read under an override that runs now.
    opened_firms: tuple[int, ...] = ()
    # An officer who sees the portal as a firm's role sees it: reads what that firm and the regulator share, no more.
    is_mirror: bool = False

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @property
    def is_regulator(self) -> bool:
        return self.kind == OrganisationKind.REGULATOR

    @property
    def is_platform(self) -> bool:
        return self.kind == OrganisationKind.PLATFORM

    @property
    def is_member(self) -> bool:
        """An active member of the advisory group: regulator, platform or agency."""
        return self.kind in OrganisationKind.values

    @property
    def is_supervision(self) -> bool:
        """An officer of the regulator's supervision, who is no member of the group."""
        return self.kind == SUPERVISION_KIND

    @property
    def is_secretariat(self) -> bool:
        return self.role == Role.SECRETARIAT

    @property
    def own_role(self) -> str:
        """The role of the own membership. `role` is the effective one: that of a colleague or of the chair, for whom
        this person stands in today, where there is one."""
        return self.membership.role if self.membership is not None else self.role

    @property
    def stands_in(self) -> bool:
        """Whether the role is held for somebody else today."""
        return self.role != self.own_role and not self.is_mirror

    @cached_property
    def is_unconfirmed(self) -> bool:
        """Of a firm, and nobody has confirmed in time that this person still needs access: reads and does not write."""
        due = self.membership.confirm_by if self.membership is not None and self.is_platform else None
        return due is not None and due < clock.today()

    @cached_property
    def user(self) -> User | None:
        if self.membership is not None:
            return self.membership.user
        return User.objects.filter(pk=self.user_id).first() if self.user_id else None

    @cached_property
    def organisation(self) -> "Organisation | None":
        return self.membership.organisation if self.membership else None

    @property
    def person_id(self) -> int:
        """The id of the person who acts. ValueError for the public, who never reach a verb that writes."""
        if self.user_id is None:
            raise ValueError("the public does not act")
        return self.user_id

    @property
    def person(self) -> User:
        """The person who acts. ValueError for the public."""
        if self.user is None:
            raise ValueError("the public does not act")
        return self.user

    @property
    def name(self) -> str:
        """The English name, as it goes into records; empty for the public."""
        return self.user.name_en if self.user else ""

    @property
    def reading_class(self) -> tuple[Any, ...]:
        """All that decides what a viewer can read. Viewers with the same class read exactly the same rows."""
        return (self.kind, self.organisation_id, self.working_groups, self.opened_firms, self.is_mirror)


PUBLIC = Viewer()


def memberships_with_access() -> "models.QuerySet[Membership]":
    """Memberships that open the portal today: in their term, of an organisation whose licence stands.

    Each carries `group_ids`, its holder's working groups, and `effective_role`: the role that is delegated to its
    holder today, by somebody who has it today, and otherwise its own. An applicant's firm has no licence that stands,
    so that none of its people has access, whatever their role.
    """
    from members.models import Delegation, LicenceStatus, Membership, WorkingGroupMembership

    today = clock.today()
    delegated = Delegation.objects.in_force(today).filter(
        holder=OuterRef("user"), organisation=OuterRef("organisation")
    )
    latest = LicenceStatus.objects.filter(organisation=OuterRef("organisation"), effective_on__lte=today)
    groups = WorkingGroupMembership.objects.standing().filter(
        user=OuterRef("user"), organisation=OuterRef("organisation")
    )
    return (
        Membership.objects.on(today)
        .annotate(
            licence_state=models.Subquery(latest.order_by("-effective_on", "-pk").values("state")[:1]),
            group_ids=ArraySubquery(groups.order_by("group").values("group")),
            effective_role=Coalesce(
                models.Subquery(delegated.order_by("pk").values("role")[:1]), F("role"), output_field=models.CharField()
            ),
        )
        .filter(
            ~Q(organisation__kind=OrganisationKind.PLATFORM) | Q(licence_state__in=STATES_WITH_ACCESS),
            user__is_active=True,
        )
        .select_related("organisation", "user")
    )


def viewer_of(membership: "Membership") -> Viewer:
    """The viewer whom a row of `memberships_with_access()` makes."""
    if membership.role == Role.SUPERVISION:
        return Viewer(
            user_id=membership.user_id,
            organisation_id=membership.organisation_id,
            kind=SUPERVISION_KIND,
            role=membership.role,
            opened_firms=firms_opened_to(membership.user_id),
            membership=membership,
        )
    return Viewer(
        user_id=membership.user_id,
        organisation_id=membership.organisation_id,
        kind=membership.organisation.kind,
        role=membership.effective_role,  # type: ignore[attr-defined]
        working_groups=tuple(membership.group_ids),  # type: ignore[attr-defined]
        membership=membership,
    )


def firms_opened_to(user_id: int) -> tuple[int, ...]:
    """The firms that an override opens to this supervision officer now; none without one."""
    from members.models import Override

    rows = Override.objects.running().filter(officer=user_id).order_by("organisation")
    return tuple(dict.fromkeys(rows.values_list("organisation", flat=True)))


def viewer_for(user: Any) -> Viewer:
    """The viewer that `user` is now: one query. Without a membership that gives access, the public."""
    if user is None or not user.is_authenticated:
        return PUBLIC
    membership = memberships_with_access().select_related(None).select_related("organisation").filter(user=user).first()
    if membership is None:
        return PUBLIC
    # The person is known: not fetched a second time.
    membership._state.fields_cache["user"] = user
    return viewer_of(membership)


def viewers_for(user_ids: "list[int] | set[int]") -> dict[int, Viewer]:
    """The viewers that these users are now, in one query; who has no access is left out."""
    return {row.user_id: viewer_of(row) for row in memberships_with_access().filter(user_id__in=user_ids)}


def in_reading_order(user_ids: Collection[int]) -> list[int]:
    """These users, those of one organisation together; who has no access comes last."""
    rows = memberships_with_access().filter(user__in=user_ids).order_by("organisation", "user")
    known = dict.fromkeys(rows.values_list("user", flat=True))
    return [*known, *(pk for pk in user_ids if pk not in known)]


SETTINGS = ("app.kind", "app.org", "app.groups", "app.user", "app.firms")


def _values(viewer: Viewer | None) -> list[str]:
    if viewer is None:
        return [""] * len(SETTINGS)
    return [
        MIRROR_KIND if viewer.is_mirror else viewer.kind,
        str(viewer.organisation_id or ""),
        _as_array(viewer.working_groups),
        "" if viewer.is_mirror else str(viewer.user_id or ""),
        _as_array(viewer.opened_firms),
    ]


def _as_array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


# Whom the present transaction reads as, in this thread.
_present: ContextVar[Viewer | None] = ContextVar("members_viewer", default=None)


def tell_database(viewer: Viewer | None, using: str = "default") -> None:
    """Set the viewer for row-level security until the present transaction ends."""
    _set(_values(viewer), using)


def _set(values: list[str], using: str) -> None:
    calls = ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)


@contextmanager
def present_as(viewer: Viewer) -> Iterator[None]:
    """The viewer of the present request, whom the database has been told in the transaction around it."""
    token = _present.set(viewer)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def acting_as(viewer: Viewer | None, using: str = "default") -> Iterator[None]:
    """Read and write as `viewer` in a transaction of its own: for tasks, commands and tests.

    A local setting survives the release of a savepoint, so the former viewer is put back on the way out;
    an exception's rollback puts it back by itself (RECIPES.md 4).
    """
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{n}', true), '')" for n in SETTINGS))
            before = list(cursor.fetchone())
        _set(_values(viewer), using)
        token = _present.set(viewer if using == "default" else _present.get())
        try:
            yield
        finally:
            _present.reset(token)
        _set(before, using)


def readable_pairs(user_ids: Collection[int], readable_ids: Callable[[Viewer], Iterable[Any]]) -> set[tuple[int, str]]:
    """The pairs of user and row that are readable now: `readable_ids` is asked once for those who read alike.

    It reads as the viewer whom it is given. Somebody who asks about themselves alone is that viewer already.
    """
    present = _present.get()
    if present is not None and set(user_ids) == {present.user_id}:
        return {(present.person_id, str(pk)) for pk in readable_ids(present)}
    alike: dict[Any, list[Viewer]] = defaultdict(list)
    for viewer in viewers_for(set(user_ids)).values():
        alike[viewer.reading_class].append(viewer)
    pairs: set[tuple[int, str]] = set()
    for viewers in alike.values():
        with acting_as(viewers[0]):
            seen = [str(pk) for pk in readable_ids(viewers[0])]
        pairs |= {(viewer.person_id, pk) for viewer in viewers for pk in seen}
    return pairs
