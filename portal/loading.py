"""What a web process loads before its first request: before gunicorn makes its workers, which then share it."""

from importlib import import_module

from django.urls import get_resolver

# What the first comment that is posted would load, in each worker apart: a task is sent, by way of Redis.
_WITH_THE_FIRST_TASK = (
    "notifications.tasks",
    "kombu.transport.redis",
    "celery.app.amqp",
    "celery.app.events",
    "celery.backends.base",
    "celery.canvas",
    "celery.contrib.django.task",
    "celery.events.receiver",
)


def load_all() -> None:
    """All rooms, the sending of tasks, and the guardrail's rules as they are on the first day (10 MB when they are made
    ready; rules that were changed since are made ready by the first post). Opens no connection."""
    get_resolver()._populate()
    for name in _WITH_THE_FIRST_TASK:
        import_module(name)
    from consultations import guardrail
    from consultations.guardrail_rules import starting_rules

    guardrail.compiled(tuple((topic, phrases) for topic, _language, phrases in starting_rules()))
