"""The Celery application. A task is only a nudge: what must happen stands in a table (docs/adr/0002)."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["portal.audit_room"])


@app.on_after_finalize.connect
def _refuse_unsafe_start(**kwargs: object) -> None:
    """A worker or beat of an unsafe production configuration does not start either."""
    import sys

    if any(word in sys.argv for word in ("worker", "beat")):
        from portal.checks import refuse_unsafe_start

        refuse_unsafe_start()


@beat_init.connect
def _first_heartbeat(**kwargs: object) -> None:
    """Beat is known to live as soon as a worker answers, not only after its first interval."""
    app.send_task("notifications.tasks.heartbeat", expires=60)
