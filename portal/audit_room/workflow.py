"""What is done in the audit room: the record leaves as a file, and its head goes out of the house each day."""

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from audit import sealing
from audit.models import Batch
from audit.workflow import record
from members.policies import require
from members.viewer import Viewer
from notifications.models import Event
from notifications.workflow import Recipient, publish
from portal.audit_room import policies
from portal.common import clock

HEAD_MAILED = "portal.head_mailed"
LOCK = 7_245_121


def note_export(*, actor: Viewer, form: str, **filters: Any) -> None:
    """Record that the entries that pass `filters` leave as a file."""
    require(policies.can_read_record(actor))
    record("portal.record_exported", None, actor=actor, format=form, filters=filters)


def mail_head() -> bool:
    """Seal whatever has no seal, of any age, and send the head of the newest batch to AUDIT_HEAD_ADDRESS, once each
    Hong Kong day. False: nothing was sent.

    Who holds that mailbox holds the proof: a record that was written anew has other heads.
    """
    sealing.seal_due(everything=True)
    address = settings.AUDIT_HEAD_ADDRESS
    if not address:
        return False
    with transaction.atomic(), sealing.reading_all():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        newest = Batch.objects.order_by("-number").first()
        day = str(clock.today())
        if newest is None or Event.objects.filter(kind=HEAD_MAILED, params__day=day).exists():
            return False
        head = bytes(newest.head).hex()
        publish(
            HEAD_MAILED,
            subject=newest,
            recipients=[Recipient(address=address)],
            params={"batch": newest.number, "head": head, "day": day},
            url=reverse("audit_room:entries"),
        )
        record(HEAD_MAILED, newest, actor=None, batch=newest.number, head=head)
    return True
