"""Celery's shells: each wakes a verb. None carries data that is not in a table."""

from celery import shared_task

from portal.audit_room import workflow


@shared_task
def mail_head() -> bool:
    return workflow.mail_head()
