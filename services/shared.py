"""Services that several processes share: a keeper holds them and ends when its last user has gone.

A user holds a shared lock on the file ``users``; the kernel drops it however the user ends, so a killed
pytest leaves nothing behind. The keeper looks four times a second whether it can have the whole lock: then
nobody is left. It keeps that lock to its end, so that a newcomer waits and starts a new keeper.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from services.area import ROOT, Area
from services.errors import ServiceError, explain
from services.postgres import APP, OWNER, Postgres
from services.processes import FileLock, spawn, tail, wait_until
from services.redis import Redis

_READY_SECONDS = 90.0
_QUIET_LOOKS = 2


class Services:
    """PostgreSQL and Redis of one area, as children of this process."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self.postgres = Postgres(area)
        self.redis = Redis(area)

    def start(self) -> None:
        """Start both; the caller holds the area's lock."""
        self.postgres.start()
        self.redis.start()
        self.announce(self.database_environment() | self.redis_environment())

    def announce(self, environment: dict[str, str]) -> None:
        """Write down, for other processes, that the services are ready and where."""
        fresh = self.area.state.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), "environment": environment}))
        fresh.rename(self.area.state)

    def stop(self) -> None:
        """Stop both, also after a start that broke off."""
        self.area.state.unlink(missing_ok=True)
        try:
            self.redis.stop()
        finally:
            self.postgres.stop()
            self.area.clean_up()

    def database_environment(self) -> dict[str, str]:
        """The two addresses of the database: as the app, and as the owner for migrations."""
        return {"DATABASE_URL": self.postgres.url(APP), "DATABASE_OWNER_URL": self.postgres.url(OWNER)}

    def redis_environment(self) -> dict[str, str]:
        """The addresses of Redis: for the cache, and for Celery."""
        return {"REDIS_URL": self.redis.cache_url(), "CELERY_BROKER_URL": self.redis.broker_url()}


class Membership:
    """Being a user of shared services, until ``leave`` or the end of the process."""

    def __init__(self, area: Area, lock: FileLock, environment: dict[str, str]) -> None:
        self.area = area
        self.environment = environment
        self._lock = lock

    def leave(self) -> None:
        """Stop being a user; the services end when nobody else is one."""
        self._lock.release()


def join(area: Area, *, stay: bool = False) -> Membership:
    """Become a user of the area's services, starting them when nobody has; any number of processes may."""
    area.create()
    users = area.users
    users.acquire(shared=True)
    if stay:
        area.stay.touch()
    starting = area.starting
    starting.acquire()
    try:
        if area.lock.held_elsewhere():
            wait_until(lambda: area.state.exists() or not area.lock.held_elsewhere(), _READY_SECONDS)
        environment = running(area)
        if environment is None:
            environment = _started(area)
        return Membership(area, users, environment)
    except BaseException:
        users.release()
        raise
    finally:
        starting.release()


def _started(area: Area) -> dict[str, str]:
    """Start a keeper and wait until its services answer."""
    area.state.unlink(missing_ok=True)
    log = area.path / "keeper.log"
    log.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "services", "keep", str(area.path)]
    keeper = spawn(argv, log=log, death_signal=None, cwd=ROOT)
    wait_until(lambda: area.state.exists() or keeper.poll() is not None, _READY_SECONDS)
    environment = running(area)
    if environment is None:
        said = tail(log, lines=1)
        raise ServiceError(said or f"The services in {area.path} did not start (see the logs there).")
    return environment


def running(area: Area) -> dict[str, str] | None:
    """The environment of services that run in this area, or None."""
    if not area.lock.held_elsewhere():
        return None
    try:
        environment: dict[str, str] = json.loads(area.state.read_text())["environment"]
    except (OSError, ValueError, KeyError):
        return None
    return environment


def keep(path: Path) -> None:
    """The keeper's life: start, hold, and stop when asked or when no user is left."""
    area = Area(path, durable=path.name != "test")
    lock = area.lock
    if not lock.acquire_within(1):
        raise ServiceError(f"The services in {path} are already running.")
    stopping = False

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    services = Services(area)
    users = area.users
    try:
        services.start()
        quiet = 0
        while not stopping and quiet < _QUIET_LOOKS:
            time.sleep(0.25)
            if services.postgres.process is None or services.postgres.process.poll() is not None:
                raise ServiceError(f"PostgreSQL ended by itself: {tail(services.postgres.log)}")
            if users.acquire(wait=False):
                # One look holds the lock to the end only when it is the last one.
                quiet = 0 if area.stay.exists() else quiet + 1
                if quiet < _QUIET_LOOKS:
                    users.release()
            else:
                quiet = 0
    except OSError as error:
        raise ServiceError(explain(error)) from error
    finally:
        services.stop()
        lock.release()
        users.release()


def down(area: Area) -> bool:
    """Stop shared services at once, users or not; False when none ran."""
    area.stay.unlink(missing_ok=True)
    if not area.lock.held_elsewhere():
        return False
    try:
        pid = int(json.loads(area.state.read_text())["pid"])
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError, KeyError):
        pass
    if not wait_until(lambda: not area.lock.held_elsewhere(), 40):
        raise ServiceError(f"The services in {area.path} do not stop.")
    return True


def wait_for_end(area: Area, seconds: float = 40.0) -> None:
    """Wait until the keeper has ended, unless others use the services or they shall stay."""

    def over() -> bool:
        return area.stay.exists() or not area.lock.held_elsewhere()

    end = time.monotonic() + seconds
    others = 0
    while not over() and time.monotonic() < end and others < 10:
        probe = area.users
        # The keeper takes the lock for an instant at every look: only a lock that stays taken is a user's.
        if probe.acquire(shared=True, wait=False):
            probe.release()
            whole = area.users
            others = 0 if whole.acquire(wait=False) else others + 1
            whole.release()
        time.sleep(0.1)
