"""Taking mails out of the outbox.

Each mail is claimed under a lease, sent, and marked by itself. A worker that dies leaves at most one mail whose
fate is unknown: a notice is sent again with the same Message-ID (at least once), a digest is not (at most once).
A relay may be slower than the lease: a worker renews it mail by mail, and leaves alone what another has taken over.
"""

import smtplib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from notifications import emails
from notifications.enums import DeliveryState
from notifications.models import Delivery, Event, Notice
from notifications.readers import still_readable
from portal.common import clock

logger = structlog.get_logger(__name__)
MAX_ATTEMPTS = 12
DIGEST_ITEMS = 60


def _backoff(attempts: int) -> timedelta:
    """One minute, then twice as long each time, at most six hours."""
    return timedelta(minutes=min(360, 2 ** max(0, attempts - 1)))


def deliver_due(*, batch: int | None = None, on_sent: Callable[[Delivery], None] | None = None) -> int:
    """Send what is due until nothing is left; returns how many mails went out.

    Any number of workers may do this at the same moment: a row is claimed by one.
    """
    total = 0
    while claimed := _claim(batch or settings.OUTBOX_BATCH):
        total += _send_batch(claimed, on_sent)
    return total


def _claim(batch: int) -> list[Delivery]:
    """Up to `batch` due mails, leased to this worker. Expired leases of digests in flight are closed as unknown."""
    now = clock.now()
    lease = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with transaction.atomic():
        lost = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now)
        for delivery in lost.select_for_update(skip_locked=True):
            delivery.state = DeliveryState.UNKNOWN
            delivery.last_error = "the worker died while sending"
            delivery.save(update_fields=["state", "last_error"])
            logger.warning("digest of unknown fate", delivery=str(delivery.pk))
        due = Delivery.objects.filter(free, state=DeliveryState.PENDING, due_at__lte=now).order_by("due_at", "pk")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:batch])
        Delivery.objects.filter(pk__in=ids).update(lease_until=lease)
    rows = Delivery.objects.filter(pk__in=ids).select_related("event", "user").order_by("due_at", "pk")
    return list(rows)


def _send_batch(claimed: Sequence[Delivery], on_sent: Callable[[Delivery], None] | None) -> int:
    digests = [d for d in claimed if d.kind == emails.DIGEST]
    readable = still_readable([(d.user_id, d.event) for d in claimed if d.event and d.user_id])
    unseen = _unseen([d.user_id for d in digests if d.user_id])
    connection = get_connection()
    sent = 0
    try:
        for delivery in claimed:
            if delivery.kind == emails.DIGEST:
                done = _send_digest(delivery, unseen.get(delivery.user_id or 0, []), connection)
            else:
                done = _send_event(delivery, readable, connection)
            if done:
                sent += 1
                if on_sent:
                    on_sent(delivery)
    finally:
        connection.close()
    return sent


def _unseen(user_ids: Sequence[int]) -> dict[int, list[Event]]:
    """What each of these people has not seen and may still read, newest first: queries per batch, not per person."""
    if not user_ids:
        return {}
    notices = (
        Notice.objects.filter(user__in=user_ids, read_at=None, digested_at=None)
        .select_related("event")
        .order_by("-at", "-pk")
    )
    pairs = [(notice.user_id, notice.event) for notice in notices]
    allowed = still_readable(pairs)
    found: dict[int, list[Event]] = defaultdict(list)
    for user_id, event in pairs:
        if (user_id, str(event.pk)) in allowed and len(found[user_id]) < DIGEST_ITEMS:
            found[user_id].append(event)
    return found


def _still_ours(delivery: Delivery, **changes: str) -> bool:
    """Renew the lease of a mail that is about to go out, with `changes`. False: another worker has it by now."""
    lease = clock.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING, lease_until=delivery.lease_until)
    if not mine.update(lease_until=lease, **changes):
        return False
    delivery.lease_until = lease
    return True


def _half_gone(delivery: Delivery) -> bool:
    left = (delivery.lease_until - clock.now()).total_seconds() if delivery.lease_until else 0
    return left < settings.OUTBOX_LEASE_SECONDS / 2


def _send_event(delivery: Delivery, readable: set[tuple[int, str]], connection: BaseEmailBackend) -> bool:
    if delivery.user_id and (delivery.user_id, str(delivery.event_id)) not in readable:
        # Narrowed, withdrawn, or the person has left since: nothing is sent.
        _finish(delivery, DeliveryState.SKIPPED)
        return False
    if _half_gone(delivery) and not _still_ours(delivery):
        return False
    try:
        emails.event_mail(delivery, connection).send()
    except Exception as error:  # SMTP, template and connection errors alike must not stop the batch
        _failed(delivery, error, connection)
        return False
    _finish(delivery, DeliveryState.SENT)
    if (event := delivery.event) and event.url_is_secret:
        Event.objects.filter(pk=event.pk).update(url="")
    return True


def _send_digest(delivery: Delivery, events: Sequence[Event], connection: BaseEmailBackend) -> bool:
    if not events:
        _finish(delivery, DeliveryState.SKIPPED)
        return False
    try:
        message = emails.digest_mail(delivery, events, connection)
    except Exception as error:  # a digest that cannot be made has not been sent: it may be tried again
        _failed(delivery, error, connection)
        return False
    # From here on a second attempt is ruled out, whatever happens to this process.
    if not _still_ours(delivery, state=DeliveryState.SENDING):
        return False
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        # A plain no: the relay has not taken it, so a later attempt repeats nothing.
        _failed(delivery, error, connection)
        return False
    except Exception as error:  # the relay went away: what it took is not known
        connection.close()
        logger.warning("digest not sent", delivery=str(delivery.pk), error=repr(error))
        _finish(delivery, DeliveryState.UNKNOWN, error=repr(error))
        return False
    with transaction.atomic():
        _finish(delivery, DeliveryState.SENT)
        shown = [event.pk for event in events]
        Notice.objects.filter(user=delivery.user_id, event__in=shown).update(digested_at=clock.now())
    return True


def _finish(delivery: Delivery, state: DeliveryState, error: str = "") -> None:
    moment = clock.now()
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        sent_at=moment if state == DeliveryState.SENT else None,
        lease_until=None,
        attempts=delivery.attempts + 1,
        last_error=error,
    )


def _failed(delivery: Delivery, error: Exception, connection: BaseEmailBackend) -> None:
    connection.close()
    attempts = delivery.attempts + 1
    final = attempts >= MAX_ATTEMPTS
    logger.warning("mail not sent", delivery=str(delivery.pk), attempts=attempts, error=repr(error))
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED if final else DeliveryState.PENDING,
        attempts=attempts,
        last_error=repr(error)[:2000],
        lease_until=None,
        due_at=clock.now() + _backoff(attempts),
    )
