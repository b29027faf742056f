"""Who will be told of a paper: the named people by firm and channel, who is left out and why, what changed since.

For the regulator's staff alone. Nothing here depends on what a firm writes for itself.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from consultations import policies
from consultations.models import Consultation, OpeningRequest
from members.audience import Audience
from members.enums import STATES_WITH_ACCESS, OrganisationKind
from members.models import LicenceStatus, Membership, Organisation
from members.viewer import Viewer, memberships_with_access, viewer_of
from notifications.enums import Category, EmailChoice
from notifications.models import DigestPreference, Preference
from portal.common import clock
from portal.common.dates import long_day

ENDED_SINCE = timedelta(days=365)
"""Whose membership ended longer ago than this is not named as left out."""


class Channel(models.TextChoices):
    """How the news reaches somebody, beside the inbox, which everybody has."""

    AT_ONCE = "at_once", _("Inbox and email at once")
    DIGEST = "digest", _("Inbox and daily digest")
    INBOX = "inbox", _("Inbox only")


class Why(models.TextChoices):
    LICENCE = "licence", _("The firm's licence gives no access")
    ENDED = "ended", _("The membership has ended")
    NOT_BEGUN = "not_begun", _("The membership has not begun")
    CLOSED = "closed", _("The account is closed")
    WORKING_GROUP = "working_group", _("Not in the working group")


@dataclass(frozen=True)
class Person:
    """Somebody who is told."""

    user_id: int
    name: str
    role: str
    organisation: Organisation
    channel: Channel
    membership: Membership = field(compare=False)


@dataclass(frozen=True)
class LeftOut:
    name: str
    organisation: Organisation
    why: Why
    since: Any = None

    @property
    def words(self) -> str:
        said = str(self.why.label)
        return f"{said} ({long_day(self.since)})" if self.since else said


@dataclass(frozen=True)
class Firm:
    organisation: Organisation
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Difference:
    """What is new and what is gone since an earlier preview, by name."""

    since: OpeningRequest
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.gone


@dataclass(frozen=True)
class Preview:
    people: tuple[Person, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def firms(self) -> list[Firm]:
        """Platforms first, then agencies, then the regulator; within a firm by name."""
        order = [OrganisationKind.PLATFORM, OrganisationKind.AGENCY, OrganisationKind.REGULATOR]
        by: dict[int, list[Person]] = defaultdict(list)
        for person in self.people:
            by[person.organisation.pk].append(person)
        firms = [Firm(rows[0].organisation, tuple(sorted(rows, key=lambda one: one.name))) for rows in by.values()]
        return sorted(
            firms, key=lambda one: (order.index(OrganisationKind(one.organisation.kind)), str(one.organisation.short))
        )

    @property
    def checksum(self) -> str:
        """Of who is told, so that an approval is for the people who were shown."""
        return hashlib.sha256(repr(sorted(one.user_id for one in self.people)).encode()).hexdigest()

    def count(self, channel: str) -> int:
        return sum(1 for one in self.people if one.channel == channel)

    @property
    def channels(self) -> list[tuple[str, int]]:
        return [(str(channel.label), number) for channel in Channel if (number := self.count(channel))]

    def kept(self) -> list[dict[str, Any]]:
        """What an opening request keeps of it."""
        return [{"id": one.user_id, "name": one.name, "firm": str(one.organisation.name)} for one in self.people]

    def since(self, request: OpeningRequest | None) -> Difference | None:
        if request is None:
            return None
        before = {row["id"]: row for row in request.recipients}
        now = {one.user_id: one for one in self.people}
        added = [f"{one.name}, {one.organisation.short}" for key, one in now.items() if key not in before]
        gone = [f"{row['name']}, {row['firm']}" for key, row in before.items() if key not in now]
        return Difference(request, tuple(sorted(added)), tuple(sorted(gone)))


def readers(paper: Consultation) -> Iterable[Membership]:
    """The memberships whose holders may read the paper once it is released: two queries."""
    return [row for row in memberships_with_access() if policies.can_read(viewer_of(row), paper)]


def preview(paper: Consultation) -> Preview:
    """As it would go out now. The number of queries does not grow with the people."""
    rows = sorted(readers(paper), key=lambda row: row.user_id)
    users = [row.user_id for row in rows]
    chosen = dict(
        Preference.objects.filter(user__in=users, category=Category.CONSULTATIONS).values_list("user_id", "email")
    )
    without_digest = set(DigestPreference.objects.filter(user__in=users, daily=False).values_list("user_id", flat=True))
    people = tuple(
        Person(
            row.user_id,
            row.user.display_name,
            str(row.get_role_display()),
            row.organisation,
            _channel(row, chosen.get(row.user_id, EmailChoice.NOW), row.user_id in without_digest),
            row,
        )
        for row in rows
    )
    return Preview(people, tuple(_left_out(paper, {row.pk for row in rows}, set(users))))


def _channel(row: Membership, choice: str, no_digest: bool) -> Channel:
    """A platform cannot turn the mail off: it must know that it is asked."""
    if row.organisation.kind == OrganisationKind.PLATFORM or choice == EmailChoice.NOW:
        return Channel.AT_ONCE
    # What was chosen "never" stays out of the mail at once; the digest still names what is unseen.
    return Channel.INBOX if no_digest else Channel.DIGEST


def _left_out(paper: Consultation, told: set[int], users: set[int]) -> Iterable[LeftOut]:
    today = clock.today()
    latest = LicenceStatus.objects.filter(organisation=OuterRef("organisation"), effective_on__lte=today)
    latest = latest.order_by("-effective_on", "-pk")
    rows: Any = (
        Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today - ENDED_SINCE))
        .annotate(
            licence=Subquery(latest.values("state")[:1]), licence_since=Subquery(latest.values("effective_on")[:1])
        )
        .select_related("organisation", "user")
        .order_by("organisation__kind", "organisation__name_en", "user__name_en", "pk")
    )
    for row in rows:
        # Somebody with a new seat is told in that one.
        if row.pk in told or row.user_id in users:
            continue
        if row.ends_on is not None and row.ends_on < today:
            yield LeftOut(row.user.display_name, row.organisation, Why.ENDED, row.ends_on)
        elif row.starts_on > today:
            yield LeftOut(row.user.display_name, row.organisation, Why.NOT_BEGUN, row.starts_on)
        elif row.organisation.kind == OrganisationKind.PLATFORM and row.licence not in STATES_WITH_ACCESS:
            yield LeftOut(row.user.display_name, row.organisation, Why.LICENCE, row.licence_since)
        elif not row.user.is_active:
            yield LeftOut(row.user.display_name, row.organisation, Why.CLOSED)
        elif paper.working_group_id is not None and paper.audience in {Audience.PUBLIC, Audience.GROUP}:
            yield LeftOut(row.user.display_name, row.organisation, Why.WORKING_GROUP)


def asked_before(viewer: Viewer, paper: Consultation, *, but: OpeningRequest | None = None) -> OpeningRequest | None:
    """The preview to compare with: the last one of this paper, else of the last paper that was approved."""
    rows = OpeningRequest.objects.visible_to(viewer).select_related("consultation").order_by("-asked_at")
    if but is not None:
        rows = rows.exclude(pk=but.pk).filter(asked_at__lt=but.asked_at)
    return rows.filter(consultation=paper).first() or (
        rows.filter(approved_at__isnull=False, voided_at=None).exclude(consultation=paper).first()
    )
