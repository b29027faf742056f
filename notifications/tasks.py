"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task
from django.db import DatabaseError

from notifications import delivery, workflow
from notifications.models import Heartbeat
from portal.common import clock


@shared_task
def deliver() -> int:
    return delivery.deliver_due()


@shared_task
def queue_digests() -> int:
    return workflow.queue_digests()


@shared_task(autoretry_for=(DatabaseError,), max_retries=1)
def heartbeat() -> None:
    """Beat asked and a worker answered: both are alive."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": clock.now()})
