"""Telling people: publish an event, deliver what is due, queue the digests, keep preferences.

A lost nudge loses nothing, since the rows stand in the database and a sweep finds them (docs/adr/0002).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import models, transaction

from accounts.models import User
from notifications import kinds
from notifications.enums import Category, EmailChoice
from notifications.models import Delivery, DigestPreference, Event, Notice, Preference
from notifications.readers import alike_together
from portal.common import clock
from portal.common.prepared import Prepared

logger = structlog.get_logger(__name__)
DIGEST = "digest"
_seen_before: ContextVar[datetime | None] = ContextVar("notifications_seen_before", default=None)


@dataclass(frozen=True)
class Recipient:
    """Somebody who must hear of it: a user, or an address that has no account yet. `reason`: why they get it.

    `mail_only`: a user who cannot open the inbox, so that nothing of it stands there nor in a digest.
    """

    user_id: int | None = None
    address: str = ""
    language: str = ""
    reason: str = ""
    mail_only: bool = False


@contextmanager
def without_mail(seen_before: datetime) -> Iterator[None]:
    """Publish to the inbox only: for loading records of the past. What is older than `seen_before` is read."""
    token = _seen_before.set(seen_before)
    try:
        yield
    finally:
        _seen_before.reset(token)


def publish(
    kind: str,
    *,
    subject: models.Model,
    recipients: Iterable[Recipient],
    params: Mapping[str, Any],
    url: str,
    thread: str = "",
    secret_url: bool = False,
) -> Event:
    """Tell `recipients` of an event of a registered kind about `subject`, inside the caller's transaction.

    `params` must be JSON and hold no text that was written for a limited readership; `url` is a path.
    """
    people = {r.user_id or r.address: r for r in recipients}.values()
    moment = clock.now()
    event = Event.objects.create(
        kind=kind,
        at=moment,
        subject_id=str(subject.pk),
        thread=thread,
        params=dict(params),
        url=url,
        url_is_secret=secret_url,
    )
    users = [r for r in people if r.user_id]
    seen_before = _seen_before.get()
    seen = moment if seen_before and moment < seen_before else None
    Notice.objects.bulk_create(
        [
            Notice(event=event, user_id=pk, at=moment, reason=r.reason, read_at=seen, digested_at=seen)
            for r in users
            if (pk := r.user_id) and not r.mail_only
        ]
    )
    if seen_before:
        return event
    at_once = wanting_mail_at_once(kind, [r.user_id for r in users if r.user_id])
    mails = [
        Delivery(event=event, user_id=r.user_id, kind=kind, reason=r.reason, created_at=moment, due_at=moment)
        for r in users
        if r.user_id in at_once
    ] + [
        Delivery(event=event, address=r.address, language=r.language, kind=kind, created_at=moment, due_at=moment)
        for r in people
        if r.address
    ]
    if mails:
        Delivery.objects.bulk_create(mails)
        nudge()
    return event


def wanting_mail_at_once(kind: str, user_ids: list[int]) -> set[int]:
    """Those of these users whom an event of this kind reaches by a mail at once."""
    spec = kinds.get(kind)
    if spec.inbox_only:
        return set()
    if spec.mandatory:
        return set(user_ids)
    chosen = dict(_choices(users=user_ids, category=str(spec.category)) if user_ids else ())
    return {pk for pk in user_ids if chosen.get(pk, spec.default_email) == EmailChoice.NOW}


@Prepared
def _choices(users: list[int], category: str) -> Any:
    return Preference.objects.filter(user__in=users, category=category).values_list("user_id", "email")


def nudge() -> None:
    """Wake a worker once the present transaction is safe. Redis away: the sweep comes within half a minute."""
    transaction.on_commit(_nudge_now, robust=True)


def _nudge_now() -> None:
    from notifications.tasks import deliver

    try:
        deliver.apply_async(retry=False)
    except Exception as error:  # the broker's client raises many kinds
        logger.warning("outbox nudge lost", error=str(error))


def queue_digests(*, force_users: Iterable[int] | None = None) -> int:
    """One digest for each person with something unseen, for today in Hong Kong. Repeating it adds none.

    Returns how many were added.
    """
    moment, period = clock.now(), clock.today()
    made_today = Delivery.objects.filter(kind=DIGEST, period=period, user=models.OuterRef("user"))
    waiting = (
        Notice.objects.filter(~models.Exists(made_today), read_at=None, digested_at=None, user__is_active=True)
        .exclude(user__digest_preference__daily=False)
        .order_by()
        .values_list("user_id", flat=True)
        .distinct()
    )
    if force_users is not None:
        waiting = waiting.filter(user__in=force_users)
    people = alike_together(list(waiting))
    # Due one after the other, so that a batch holds people who read alike.
    made = Delivery.objects.bulk_create(
        [
            Delivery(
                user_id=pk,
                kind=DIGEST,
                period=period,
                created_at=moment,
                due_at=moment - timedelta(microseconds=len(people) - position),
            )
            for position, pk in enumerate(people, start=1)
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    nudge()
    return len(made)


def mark_read(user: User, *, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the person's own notices as read: these, or all."""
    mine = Notice.objects.filter(user=user, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=clock.now())


def set_preference(user_id: int, category: str, email: str) -> None:
    """How the mail of a category reaches this person from now on. ValueError for values that do not exist."""
    Preference.objects.update_or_create(
        user_id=user_id, category=Category(category), defaults={"email": EmailChoice(email)}
    )


def set_digest(user_id: int, daily: bool) -> None:
    DigestPreference.objects.update_or_create(user_id=user_id, defaults={"daily": daily})


def retry(delivery: Delivery) -> None:
    """Send a failed mail again at the next sweep. A digest whose fate is unknown is not repeated."""
    Delivery.objects.filter(pk=delivery.pk, state="failed").update(
        state="pending", due_at=clock.now(), attempts=0, lease_until=None
    )
    nudge()


def outbox_age() -> float:
    """Seconds by which the oldest due mail is late; 0 when nothing waits."""
    oldest = Delivery.objects.filter(state="pending", due_at__lte=clock.now()).aggregate(at=models.Min("due_at"))["at"]
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def lease_seconds() -> int:
    return int(settings.OUTBOX_LEASE_SECONDS)
