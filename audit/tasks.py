"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from audit import sealing


@shared_task
def seal() -> int:
    return sealing.seal_due()
