"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from members import workflow


@shared_task
def hand_over() -> int:
    return workflow.look_through_due()
