"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from audit import sealing


@shared_task
def seal() -> int:
    return sealing.seal_due()


@shared_task
def seal_everything() -> int:
    """Once a day, whatever its age: an entry whose transaction was open for days, or that was restored."""
    return sealing.seal_due(everything=True)
