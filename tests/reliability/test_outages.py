"""What stands around the portal goes away and comes back: the broker, the mail relay, a second scheduler."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from consultations.models import Comment, Consultation
from members.viewer import acting_as
from notifications.models import Delivery, Event, Notice
from portal.common import clock
from tests.reliability.conftest import OFFICERS, Machinery, Postbox, broker, comment, wait
from tests.reliability.test_killed_workers import many_members, roadmap_changes, states
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120, func_only=True)]

PUBLISHES = """
from time import monotonic
from consultations import workflow
from consultations.models import Consultation
from accounts.models import User
from members.viewer import acting_as, viewer_for
actor = viewer_for(User.objects.get(email="mei@harbour.example"))
began = monotonic()
with acting_as(actor):
    paper = Consultation.objects.visible_to(actor).get(key="cp-1")
    workflow.post_comment(paper, actor=actor, body="Written without Redis", audience="group")
print(f"seconds {monotonic() - began:.2f}")
"""

QUEUES = """
from django.db import connection
from notifications import tasks
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_advisory_lock_shared(77)")
tasks.queue_digests()
"""


def test_a_comment_is_kept_while_redis_is_gone_and_its_mail_goes_out_at_the_next_sweep(
    world: World, paper: Consultation, machinery: Machinery, postbox: Postbox, record_property: Any
) -> None:
    there = dict(machinery.environment)
    machinery.environment |= {
        "CELERY_BROKER_URL": "redis+socket:///nowhere/redis.sock?virtual_host=1",
        "REDIS_URL": "unix:///nowhere/redis.sock",
    }
    assert machinery.script(PUBLISHES).wait(60) == 0, machinery.log("script")
    said = machinery.log("script")
    assert "outbox nudge lost" in said
    with acting_as(world.viewer("officer")):
        assert Comment.objects.filter(body="Written without Redis").count() == 1
    assert states() == {"pending": OFFICERS}
    machinery.environment = there
    # The nudges of these are lost as well: Redis starts empty after a crash.
    comment(paper, world, 1)
    assert broker().dbsize() > 0
    broker().flushdb()
    machinery.beat()
    machinery.worker()
    wait(lambda: states() == {"sent": 2 * OFFICERS}, 60, machinery)
    assert len(set(postbox.taken)) == len(postbox.taken) == 2 * OFFICERS
    record_property("figure", f"{2 * OFFICERS} mails written while Redis was gone or lost its memory: all sent once")


def test_mail_that_the_relay_refuses_or_cannot_take_is_neither_lost_nor_sent_twice(
    world: World, paper: Consultation, machinery: Machinery, postbox: Postbox, record_property: Any
) -> None:
    postbox.close()
    for number in range(6):
        comment(paper, world, number)
    total = 6 * OFFICERS
    machinery.beat()
    machinery.worker()
    # Nothing listens: every mail is tried, put back and waits a minute.
    wait(lambda: Delivery.objects.filter(state="pending", attempts=1).count() == total, 60, machinery)
    assert Delivery.objects.filter(due_at__gt=clock.now() + timedelta(seconds=30)).count() == total
    refused: set[str] = set()

    def moody(message_id: str, number: int) -> str:
        """Of three mails one is refused for now and one for good, each at its first attempt."""
        if message_id in refused or number % 3 == 0:
            return ""
        refused.add(message_id)
        return "451 Try later" if number % 3 == 1 else "550 No such mailbox"

    postbox.answer = moody
    postbox.open()
    for attempts in (1, 2):
        _a_minute_passes()
        wait(lambda: not Delivery.objects.filter(state="pending", attempts=attempts).exists(), 60, machinery)  # noqa: B023
    assert states() == {"sent": total}
    wanted = {delivery.message_id for delivery in Delivery.objects.all()}
    assert set(postbox.taken) == wanted
    assert postbox.repeated == 0
    assert len(refused) == total * 2 // 3
    record_property(
        "figure", f"{total} mails, relay down and then refusing two of three: 0 lost, {postbox.repeated} repeated"
    )


def _a_minute_passes() -> None:
    Delivery.objects.filter(state="pending").update(due_at=F("due_at") - timedelta(minutes=3))


def test_two_workers_share_the_outbox_of_a_slow_relay_and_send_nothing_twice(
    world: World, paper: Consultation, machinery: Machinery, postbox: Postbox
) -> None:
    """A batch of 50 takes longer than the lease: what is in hand stays in hand."""
    import time

    def slow(message_id: str, number: int) -> str:
        time.sleep(0.06)
        return ""

    postbox.answer = slow
    for number in range(10):
        comment(paper, world, number)
    machinery.beat()
    machinery.worker(processes=2)
    wait(lambda: states() == {"sent": 10 * OFFICERS}, 60, machinery)
    assert postbox.repeated == 0


def test_two_schedulers_at_the_same_moment_add_no_digest_twice(world: World, machinery: Machinery) -> None:
    many_members(world, 40)
    roadmap_changes(world)
    expected = Notice.objects.filter(read_at=None).values("user").distinct().count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(77)")
        both = [machinery.script(QUEUES), machinery.script(QUEUES)]
        wait(lambda: _waiting() == 2, 60, machinery)
        cursor.execute("SELECT pg_advisory_unlock(77)")
    assert [process.wait(60) for process in both] == [0, 0], machinery.log("script")
    assert Delivery.objects.filter(kind="digest").count() == expected > 40
    assert Event.objects.count() == 1


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
               WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"""
        )
        return int(cursor.fetchone()[0])
