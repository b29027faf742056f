"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from members import workflow


@shared_task
def hand_over() -> int:
    return workflow.look_through_due()


@shared_task
def remind_of_certifications() -> int:
    return workflow.remind_of_certifications()


@shared_task
def propose_disposals() -> int:
    return workflow.propose_disposals()
