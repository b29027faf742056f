"""Real workers, a real beat and a real SMTP socket over the real PostgreSQL and Redis."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connections

from consultations import workflow as consultations
from consultations.models import Consultation
from members.enums import Role
from members.viewer import acting_as
from notifications.workflow import without_mail
from portal.common import clock
from services.area import ROOT
from services.ports import free_port
from services.processes import spawn, tail, wait_until
from tests.opening import settle
from tests.world import World, person

# Short, so that what a killed worker had claimed is free again before the next one has started.
LEASE_SECONDS = 2
OFFICERS = 10

Answer = Callable[[str, int], str]


class Postbox:
    """An SMTP server of the test's own: it keeps the Message-ID of all that it took, in order."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[str] = []
        self.offered = 0
        self.answer: Answer = lambda message_id, number: ""
        self._lock = Lock()
        self._controller: Controller | None = None

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, unless `answer(message id, number of the mail)` gives another reply for it."""
        message_id = str(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        with self._lock:
            self.offered += 1
            reply = self.answer(message_id, self.offered)
            if reply[:1] in {"4", "5"}:
                return reply
            self.taken.append(message_id)
            after = getattr(self.answer, "after", None)
            if after is not None:
                after(len(self.taken))
        return "250 Taken"

    @property
    def repeated(self) -> int:
        return len(self.taken) - len(set(self.taken))


class Machinery:
    """The portal's processes beside the web, started as `make run` starts them."""

    def __init__(self, postbox: Postbox, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = _environment(postbox)

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A process in a group of its own, which the kernel ends when pytest does."""
        process = spawn(
            [sys.executable, "-m", *arguments],
            log=self.folder / f"{name}.log",
            death_signal=signal.SIGKILL,
            env=self.environment,
            cwd=ROOT,
        )
        self.running.append(process)
        return process

    def worker(self, processes: int = 1) -> subprocess.Popen[bytes]:
        return self.start("worker", "celery", "-q", "-A", "portal", "worker", "-c", str(processes), "-l", "warning")

    def beat(self) -> subprocess.Popen[bytes]:
        schedule = str(self.folder / "schedule")
        return self.start("beat", "celery", "-q", "-A", "portal", "beat", "-l", "warning", "--pidfile=", "-s", schedule)

    def script(self, source: str) -> subprocess.Popen[bytes]:
        """A short program inside Django; its output is kept in script.log."""
        return self.start("script", "tests.reliability.inside", source)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL for the process and all that it started."""
        kill_group(process)
        process.wait()
        self.running.remove(process)

    def stop(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def log(self, name: str) -> str:
        return tail(self.folder / f"{name}.log", lines=30)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment(postbox: Postbox) -> dict[str, str]:
    """What a worker of the product gets, on this run's database and broker: no owner, no test settings."""
    given = connections["default"].get_connection_params()
    database = f"postgres://{given['user']}@/{given['dbname']}?host={given['host']}"
    dropped = ("DJANGO_SETTINGS_MODULE", "DATABASE_OWNER_URL", "PORTAL_MAILBOX")
    return {name: value for name, value in os.environ.items() if name not in dropped} | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ENV": "test",
        "PORTAL_DEMO": "false",
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
        "PORTAL_BASE_URL": settings.BASE_URL,
        "PORTAL_OUTBOX_LEASE": str(LEASE_SECONDS),
        "PORTAL_OUTBOX_SWEEP": "1",
    }


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(autouse=True)
def _empty_broker() -> Iterator[None]:
    """No nudge of an earlier test, nor one that a killed worker held, reaches this test's workers."""
    _flush_broker()
    yield
    _flush_broker()


def _flush_broker() -> None:
    broker().flushdb()


def broker() -> Any:
    """The Redis database of this run's Celery."""
    import redis

    path, _, number = settings.CELERY_BROKER_URL.partition("?virtual_host=")
    return redis.Redis(unix_socket_path=path.removeprefix("redis+socket://"), db=int(number))


@pytest.fixture
def machinery(transactional_db: Any, postbox: Postbox, tmp_path: Path) -> Iterator[Machinery]:
    started = Machinery(postbox, tmp_path)
    yield started
    started.stop()


@pytest.fixture
def paper(world: World) -> Consultation:
    """A consultation that is open at this moment, run by a team of ten: each comment of a firm makes ten mails."""
    team = "Policy team 2"
    for number in range(1, OFFICERS):
        world.users[f"o{number}"] = person(f"o{number}", world.sfc, Role.POLICY_OFFICER, team=team)
    actor = world.viewer("officer")
    moment = clock.now()
    with acting_as(actor), clock.at(moment - timedelta(hours=2)):
        paper = consultations.draft_consultation(
            actor=actor,
            key="cp-1",
            reference="CP 1",
            kind="panel",
            audience="group",
            lead=world.officer,
            team=team,
            languages=["en"],
            title={"en": "Custody"},
            summary={"en": "Whether platforms may hold less in cold storage."},
        )
        section = consultations.add_section(paper, actor=actor, number="1", title={"en": "Storage"})
        consultations.add_paragraph(section, actor=actor, number="1", body={"en": "Less in cold storage."})
        with without_mail(moment):
            settle(
                paper,
                world,
                opens_at=moment - timedelta(hours=1),
                closes_at=moment + timedelta(days=9),
            )
        # Its readers were told before: the mails that are counted are those of comments.
        Consultation.objects.visible_to(actor).filter(pk=paper.pk).update(announced_at=moment - timedelta(hours=1))
    return paper


def comment(paper: Consultation, world: World, number: int) -> None:
    """One comment by a firm, through the verb, in a transaction of its own."""
    actor = world.viewer("mei")
    with acting_as(actor):
        consultations.post_comment(paper, actor=actor, body=f"Remark {number}", audience="group")


def wait(condition: Callable[[], bool], seconds: float, machinery: Machinery) -> None:
    if not wait_until(condition, seconds):
        pytest.fail(f"not within {seconds:.0f} s; the worker said: {machinery.log('worker')}")
