"""Whom something that is about to be published will reach and by what way; the same list is then told.

The room that tells makes a `Plan`. The page shows `preview(plan)`, the verb calls `carry_out(plan, ...)`, which keeps
whom it told: the next preview of that sort of news says who came and who left since.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from members.enums import STATES_WITH_ACCESS, OrganisationKind
from members.models import LicenceStatus, Membership, Organisation, Publication
from members.reach import everything
from members.viewer import Viewer, acting_as, memberships_with_access
from notifications.models import DigestPreference, Event, FeedToken
from notifications.workflow import Recipient, publish, wanting_mail_at_once
from portal.common import clock
from portal.common.dates import long_day

ENDED_SINCE = timedelta(days=365)
"""Whose membership ended longer ago than this is not named as left out."""


class Channel(models.TextChoices):
    """How the news reaches somebody, beside the inbox, which everybody has."""

    AT_ONCE = "at_once", _("Inbox and email at once")
    DIGEST = "digest", _("Inbox and daily digest")
    INBOX = "inbox", _("Inbox only")
    PAGE = "page", _("On its page, without a notice")


class Why(models.TextChoices):
    LICENCE = "licence", _("The firm's licence gives no access")
    ENDED = "ended", _("The membership has ended")
    NOT_BEGUN = "not_begun", _("The membership has not begun")
    CLOSED = "closed", _("The account is closed")
    WORKING_GROUP = "working_group", _("Not in the working group")
    ACTS = "acts", _("Does it, and is not told of it")


@dataclass(frozen=True)
class Telling:
    """One registered kind of event and whom it tells."""

    kind: str
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Plan:
    """What will be told of `subject`, to whom. `what` names the sort of news, with which the next one is compared.

    `readers` may read it from then on and get no notice. `actor` does it and is not told. `narrowed`: to a working
    group. `firm`: it concerns that firm alone. `is_public`: it stands on a page for anybody. `in_feeds`: those of the
    told who have a feed key find it in their feeds.
    """

    what: str
    subject: models.Model
    tellings: tuple[Telling, ...]
    readers: tuple[int, ...] = ()
    actor: Viewer | None = None
    narrowed: bool = False
    firm: int | None = None
    is_public: bool = False
    in_feeds: bool = False

    @property
    def user_ids(self) -> list[int]:
        """Everybody whom it reaches, each once."""
        return sorted({*self.readers, *self.told})

    @property
    def told(self) -> set[int]:
        found = (one.user_id for telling in self.tellings for one in telling.recipients)
        return {pk for pk in found if pk}


@dataclass(frozen=True)
class Person:
    """Somebody who is told."""

    user_id: int
    name: str
    role: str
    organisation: Organisation
    channel: Channel
    has_feed: bool = False
    membership: Membership | None = field(default=None, compare=False)


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


class Before(Protocol):
    """What a preview is compared with: an earlier publication, or a request for one."""

    @property
    def label(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def told(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Difference:
    """What is new and what is gone since then, by name."""

    since: Before
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.gone


@dataclass(frozen=True)
class Preview:
    people: tuple[Person, ...]
    left_out: tuple[LeftOut, ...] = ()
    difference: Difference | None = None
    is_public: bool = False
    in_feeds: bool = False

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

    @property
    def feeds(self) -> int:
        """How many of them find it in a feed."""
        return sum(1 for one in self.people if one.has_feed)

    def kept(self) -> list[dict[str, Any]]:
        """What is kept of it for the next comparison."""
        return [{"id": one.user_id, "name": one.name, "firm": str(one.organisation.name)} for one in self.people]

    def since(self, before: Before | None) -> Difference | None:
        if before is None:
            return None
        former = {row["id"]: row for row in before.told}
        now = {one.user_id: one for one in self.people}
        comma = pgettext("between name and title", ", ")
        added = [f"{one.name}{comma}{one.organisation.short}" for key, one in now.items() if key not in former]
        gone = [f"{row['name']}{comma}{row['firm']}" for key, row in former.items() if key not in now]
        return Difference(before, tuple(sorted(added)), tuple(sorted(gone)))


def preview(plan: Plan, *, viewer: Viewer | None = None) -> Preview:
    """As it would go out now. The number of queries does not grow with the people.

    With a `viewer`, compared with the last publication of this sort that they may read.
    """
    users = plan.user_ids
    rows = list(memberships_with_access().filter(user__in=users).order_by("user"))
    channels = _channels(plan, users)
    with_feed = _with_feed(users) if plan.in_feeds else set()
    people = tuple(
        Person(
            row.user_id,
            row.user.display_name,
            str(row.get_role_display()),
            row.organisation,
            channels[row.user_id],
            row.user_id in with_feed,
            row,
        )
        for row in rows
    )
    left_out = tuple(_left_out(plan, {row.pk for row in rows}, set(users)))
    shown = Preview(people, left_out, is_public=plan.is_public, in_feeds=plan.in_feeds)
    return replace(shown, difference=shown.since(last(plan, viewer))) if viewer is not None else shown


def _with_feed(users: list[int]) -> set[int]:
    return set(FeedToken.objects.filter(user__in=users, revoked_at=None).values_list("user_id", flat=True))


def _channels(plan: Plan, users: list[int]) -> dict[int, Channel]:
    """What was chosen "never" stays out of the mail at once; the digest still names what is unseen."""
    without_digest = set(DigestPreference.objects.filter(user__in=users, daily=False).values_list("user_id", flat=True))
    found = dict.fromkeys(users, Channel.PAGE)
    found |= {pk: Channel.INBOX if pk in without_digest else Channel.DIGEST for pk in plan.told}
    for telling in plan.tellings:
        ids = [one.user_id for one in telling.recipients if one.user_id]
        found |= dict.fromkeys(wanting_mail_at_once(telling.kind, ids), Channel.AT_ONCE)
    return found


def _left_out(plan: Plan, told: set[int], users: set[int]) -> Iterable[LeftOut]:
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
    if plan.firm is not None:
        rows = rows.filter(organisation=plan.firm)
    for row in rows:
        # Somebody with a new seat is told in that one.
        if row.pk in told or row.user_id in users:
            continue
        reason = _why(plan, row, today)
        if reason is not None:
            yield LeftOut(row.user.display_name, row.organisation, *reason)


def _why(plan: Plan, row: Any, today: Any) -> tuple[Why, Any] | None:
    if row.ends_on is not None and row.ends_on < today:
        return Why.ENDED, row.ends_on
    if row.starts_on > today:
        return Why.NOT_BEGUN, row.starts_on
    if row.organisation.kind == OrganisationKind.PLATFORM and row.licence not in STATES_WITH_ACCESS:
        return Why.LICENCE, row.licence_since
    if not row.user.is_active:
        return Why.CLOSED, None
    if plan.actor is not None and row.user_id == plan.actor.user_id:
        return Why.ACTS, None
    return (Why.WORKING_GROUP, None) if plan.narrowed else None


def last(plan: Plan, viewer: Viewer) -> Publication | None:
    """The last publication of this sort: of the same object, else of another one. For one firm: of that firm alone."""
    rows = Publication.objects.visible_to(viewer).filter(what=_sort(plan))
    of_subject = rows.filter(subject_type=plan.subject._meta.label_lower, subject_id=str(plan.subject.pk))
    return of_subject.first() or rows.first()


def _sort(plan: Plan) -> str:
    return plan.what if plan.firm is None else f"{plan.what}:{plan.firm}"


def carry_out(
    plan: Plan, *, params: Mapping[str, Any] | None = None, url: str = "", thread: str = "", label: str = ""
) -> list[Event]:
    """Tell everybody whom the plan names, inside the caller's transaction, and keep whom it told."""
    events = [
        publish(
            telling.kind,
            subject=plan.subject,
            recipients=telling.recipients,
            params=params or {},
            url=url,
            thread=thread,
        )
        for telling in plan.tellings
        if telling.recipients
    ]
    if plan.user_ids:
        _keep(plan, label or str(plan.subject))
    return events


def _keep(plan: Plan, label: str) -> None:
    """As the regulator in every working group: a task and a command have no viewer of their own."""
    rows = memberships_with_access().filter(user__in=plan.user_ids).order_by("user")
    people = [{"id": row.user_id, "name": row.user.display_name, "firm": str(row.organisation.name)} for row in rows]
    keeper = everything()
    if keeper.organisation_id is None:
        return
    with acting_as(keeper):
        Publication.objects.create(
            what=_sort(plan),
            organisation_id=keeper.organisation_id,
            working_group_id=getattr(plan.subject, "working_group_id", None),
            subject_type=plan.subject._meta.label_lower,
            subject_id=str(plan.subject.pk),
            subject_label=label[:250],
            at=clock.now(),
            told=people,
        )
