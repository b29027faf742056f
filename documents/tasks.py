"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from documents import workflow


@shared_task
def check_again() -> int:
    return workflow.check_again()
