"""A worker is killed with SIGKILL in the middle of a batch, five times: what is lost, and what goes out twice."""

import os
import signal
import subprocess
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from consultations.models import Consultation
from initiatives import loading
from initiatives import workflow as initiatives
from initiatives.models import Initiative
from members.models import Membership
from members.viewer import acting_as
from notifications.models import Delivery, Notice
from notifications.workflow import queue_digests
from tests.reliability.conftest import OFFICERS, Machinery, Postbox, comment, wait
from tests.world import START, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180, func_only=True)]

KILLS = 5
DIGEST_KILLS = 3
MAILS = 500
DIGESTS = 150


class Killer:
    """Kills the worker at the worst moment: the relay has taken the mail and has not said so yet.

    Every other time it kills a little earlier, before the relay has taken it.
    """

    def __init__(self, every: int, wanted: int = KILLS) -> None:
        self.every = every
        self.wanted = wanted
        self.kills = 0
        self.next = every
        self.worker: subprocess.Popen[bytes] | None = None

    def __call__(self, message_id: str, number: int) -> str:
        if self.kills % 2 and self._due(number):
            self._kill()
            return "451 Gone"
        return ""

    def after(self, taken: int) -> None:
        if not self.kills % 2 and self._due(taken):
            self._kill()

    def _due(self, number: int) -> bool:
        return self.worker is not None and self.kills < self.wanted and number >= self.next

    def _kill(self) -> None:
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker = None
        self.kills += 1
        self.next += self.every


def work_and_be_killed(machinery: Machinery, killer: Killer) -> None:
    """Start a worker again after every kill, until the last one is left alone."""
    while killer.kills < killer.wanted:
        worker = machinery.worker()
        killer.worker = worker
        wait(partial(_has_ended, worker), 40, machinery)
        machinery.running.remove(worker)
    machinery.worker()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_of_500_mails_none_is_lost_and_one_at_most_repeated_for_each_killed_worker(
    world: World, paper: Consultation, machinery: Machinery, postbox: Postbox, record_property: Any
) -> None:
    for number in range(MAILS // OFFICERS):
        comment(paper, world, number)
    wanted = {delivery.message_id for delivery in Delivery.objects.all()}
    assert len(wanted) == MAILS
    machinery.beat()
    killer = postbox.answer = Killer(every=80)
    work_and_be_killed(machinery, killer)
    wait(lambda: states() == {"sent": MAILS}, 60, machinery)
    lost = len(wanted - set(postbox.taken))
    record_property("figure", f"{MAILS} mails, {killer.kills} workers killed: {lost} lost, {postbox.repeated} repeated")
    assert killer.kills == KILLS
    assert set(postbox.taken) == wanted
    assert postbox.repeated <= KILLS
    # Three of the kills came after the relay had taken the mail: without repeating, these would be in doubt.
    assert postbox.repeated == 3


def many_members(world: World, count: int) -> None:
    """People who hear of the roadmap by digest; their appointments are no matter of this test."""
    people = User.objects.bulk_create(
        User(email=f"m{number}@kite.example", name_en=f"Member {number}", password="!") for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=world.kite, role="contributor", starts_on=START) for user in people
    )


def roadmap_changes(world: World) -> None:
    """Every member hears of it, by default in the digest."""
    actor = world.viewer("secretary")
    loading.load()
    initiative = Initiative.objects.exclude(status="paused").first()
    assert initiative is not None
    with acting_as(actor):
        initiatives.update_initiative_status(initiative, status="paused", reason="Other work first.", actor=actor)


def test_of_150_digests_none_goes_out_twice_and_one_at_most_is_in_doubt_for_each_killed_worker(
    world: World, machinery: Machinery, postbox: Postbox, record_property: Any
) -> None:
    many_members(world, DIGESTS)
    roadmap_changes(world)
    queue_digests()
    total = Delivery.objects.filter(kind="digest").count()
    assert total >= DIGESTS
    machinery.beat()
    killer = postbox.answer = Killer(every=30, wanted=DIGEST_KILLS)
    work_and_be_killed(machinery, killer)
    wait(lambda: set(states()) <= {"sent", "unknown"}, 60, machinery)
    found = states()
    record_property(
        "figure",
        f"{total} digests, {killer.kills} workers killed: {postbox.repeated} repeated, "
        f"{found.get('unknown', 0)} in doubt and not sent again",
    )
    assert postbox.repeated == 0
    assert found.get("unknown", 0) <= DIGEST_KILLS
    assert found["sent"] + found.get("unknown", 0) == total
    assert found["sent"] <= len(postbox.taken)
    # Who is in doubt keeps the news as unseen: the next day's digest holds it.
    assert Notice.objects.filter(read_at=None, digested_at=None).count() == found.get("unknown", 0)
