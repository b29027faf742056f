"""Celery's shells: each wakes what stands elsewhere. None carries data that is not in a table."""

from celery import shared_task

from consultations import announcing


@shared_task
def announce() -> int:
    return announcing.announce_due()
