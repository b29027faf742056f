"""``make run``: PostgreSQL, Redis, migrations, demo data, then web, worker, beat and mail until Ctrl-C."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import shlex
import shutil
import signal
import sys
import termios
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import honcho.manager

from services import ports
from services.area import ROOT, Area
from services.console import python, run_quietly, step
from services.errors import ServiceError
from services.postgres import Postgres
from services.processes import die_with_parent, ignore_terminal_stop
from services.shared import Services

DEFAULT_PORT = "8000"
# Longer than the worker's soft shutdown: honcho sends SIGKILL after this many seconds.
_KILL_WAIT = 20
_READY_SECONDS = 90


def run() -> int:
    """Run until Ctrl-C; 0 then, 1 when a process ended by itself."""
    port = ports.parse(os.environ.get("WEB_PORT") or DEFAULT_PORT)
    area = Area.named("run")
    area.create()
    lock = area.lock
    if not lock.acquire_within(1):
        address = _read(area.path / "address")
        where = f" at {address}" if address else ""
        raise ServiceError(f"The portal already runs from this checkout{where}: stop it with Ctrl-C in its terminal.")
    ports.require_free(port)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        with _terminal_of_our_own():
            return _run_locked(area, port)
    except _Stopped:
        return 0
    finally:
        (area.path / "address").unlink(missing_ok=True)
        lock.release()


class _Stopped(SystemExit):
    """Ctrl-C or SIGTERM before the processes were up."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise _Stopped(0)


def _run_locked(area: Area, port: int) -> int:
    services = Services(area)
    try:
        environment = _prepare(services, port)
        return _supervise(area, environment, port)
    finally:
        # A second Ctrl-C must not interrupt the orderly end.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        services.stop()


def _prepare(services: Services, port: int) -> dict[str, str]:
    """Everything before the first process; returns the environment of the processes."""
    area = services.area
    environment = _environment(services, port)
    owner_url = environment.pop("DATABASE_OWNER_URL")
    as_owner = environment | {"DATABASE_OWNER_URL": owner_url}
    with step("Compiling the catalogues"):
        run_quietly(
            python("-m", "tools.catalogues", "compile"),
            environment=environment,
            log=area.path / "catalogues.log",
            trouble="The catalogues could not be compiled",
        )
    with step("Bringing the database up to date"):
        run_quietly(
            python("manage.py", "migrate", "--database=owner", "--no-input"),
            environment=as_owner,
            log=area.path / "migrate.log",
            trouble="The database could not be brought up to date",
        )
    loaded = area.path / "demo-loaded"
    if not loaded.exists():
        with step("Loading the demo data (once)"):
            said = run_quietly(
                python("manage.py", "load_demo"),
                environment=environment,
                log=area.path / "demo.log",
                trouble="The demo data could not be loaded",
            )
        print("\n".join(f"    {line}" for line in said.splitlines()), flush=True)
        loaded.touch()
    return environment


def _environment(services: Services, port: int) -> dict[str, str]:
    """Addresses from the environment win over our own services; the rest is what a local run needs."""
    area = services.area
    given = os.environ
    own = {"PORTAL_ENV": "local", "PORTAL_DEMO": "true", "PORTAL_BASE_URL": f"http://{ports.NAME}:{port}"}
    own["PORTAL_MEDIA_ROOT"] = str(area.path / "media")
    if "DATABASE_URL" in given:
        if "DATABASE_OWNER_URL" not in given:
            raise ServiceError("DATABASE_URL is set but DATABASE_OWNER_URL is not: give both, or neither.")
    else:
        with step("Starting PostgreSQL"):
            services.postgres.start()
        own |= services.database_environment()
    if "REDIS_URL" in given:
        if "CELERY_BROKER_URL" not in given:
            raise ServiceError("REDIS_URL is set but CELERY_BROKER_URL is not: give both, or neither.")
    else:
        with step("Starting Redis"):
            services.redis.start()
        own |= services.redis_environment()
    if "EMAIL_URL" not in given:
        own["EMAIL_URL"] = f"smtp://{ports.HOST}:{_mail_port(area)}"
        own["PORTAL_MAILBOX"] = str(area.path / "mail")
    own["DJANGO_SECRET_KEY"] = _secret(area)
    services.announce(own)
    environment = own | {key: value for key, value in given.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment["WEB_PORT"] = str(port)
    environment["PYTHONUNBUFFERED"] = "1"
    if os.getuid() == 0:
        # A local run as root is allowed here; Celery says otherwise in eight lines at every start.
        environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    return environment


def _mail_port(area: Area) -> int:
    kept = area.path / "mail-port"
    text = _read(kept)
    port = ports.free_port(int(text) if text.isdecimal() else None)
    kept.write_text(str(port))
    return port


def _secret(area: Area) -> str:
    """Made once: sessions survive a restart."""
    path = area.path / "secret"
    if not _read(path):
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        fresh.rename(path)
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _commands(area: Area, environment: dict[str, str], port: int) -> dict[str, list[str]]:
    web = (
        f"gunicorn portal.wsgi --config deploy/gunicorn.conf.py --bind {ports.HOST}:{port}"
        " --graceful-timeout 5 --no-control-socket --log-level warning"
    )
    schedule = str(area.path / "beat-schedule")
    celery = ("-m", "celery", "--quiet", "-A", "portal")
    commands = {
        "web": python("-m", *web.split()),
        "worker": python(*celery, "worker", "-c", "2", "--loglevel", "warning"),
        "beat": python(*celery, "beat", "--loglevel", "warning", "--pidfile=", "--schedule", schedule),
    }
    if environment.get("PORTAL_MAILBOX") and "EMAIL_URL" not in os.environ:
        mail_port = environment["EMAIL_URL"].rpartition(":")[2]
        maildir = environment["PORTAL_MAILBOX"]
        commands["mail"] = python("-m", "services.mail", "--port", mail_port, "--maildir", maildir)
    return commands


def _supervise(area: Area, environment: dict[str, str], port: int) -> int:
    """Hand over to honcho: when one process ends, it ends them all."""
    for left in area.path.glob("beat-schedule*"):
        left.unlink()
    multiprocessing.set_start_method("fork", force=True)
    os.register_at_fork(after_in_child=lambda: die_with_parent(signal.SIGKILL))
    honcho.manager.KILL_WAIT = _KILL_WAIT
    manager = _Manager()
    for name, command in _commands(area, environment, port).items():
        line = shlex.join(python(str(ROOT / "services" / "tether.py"), "SIGTERM", *command))
        manager.add_process(name, f"exec {line}", env=environment, cwd=str(ROOT))
    address = f"http://{ports.NAME}:{port}/"
    manager.address = address
    (area.path / "address").write_text(address)
    manager.loop()
    if manager.returncode in (130, 143):
        print("\n  Stopped; the data is kept (make reset starts afresh).", flush=True)
        return 0
    raise ServiceError(f"A process ended by itself ({', '.join(manager.ended)}): its last lines are above.")


class _Manager(honcho.manager.Manager):
    """Honcho's, without its own remarks; remembers which process ended first."""

    address = ""
    ended: tuple[str, ...] = ()

    def _start(self) -> None:
        """The thread begins after the forks: a process that has threads should not fork."""
        super()._start()
        threading.Thread(target=_announce, args=(self, self.address), daemon=True).start()

    def terminate(self) -> None:
        if not self._terminating:
            self.ended = tuple(name for name, entry in self._processes.items() if "returncode" in entry)
        super().terminate()

    def _system_print(self, data: str) -> None:
        """Pids and signals help nobody here."""


def _announce(manager: _Manager, address: str) -> None:
    """Print the address as soon as the portal answers that it is ready."""
    start = time.monotonic()
    while not manager._all_started():
        time.sleep(0.1)
    print(f"  {'Starting web, worker, beat and mail catcher':<46}", flush=True)
    waiting = "no answer"
    while time.monotonic() - start < _READY_SECONDS:
        waiting = _not_ready(f"{address}health/ready")
        if not waiting:
            print(
                f"\n  Ready after {time.monotonic() - start:.1f} s:  {address}\n  Ctrl-C stops everything.\n",
                flush=True,
            )
            return
        time.sleep(0.25)
    print(f"\n  Not everything is ready ({waiting}), but the portal is at  {address}\n", flush=True)


def _not_ready(url: str) -> str:
    """An empty text when ready, else what is missing. Beat tells of itself after half a minute only."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        try:
            parts = json.loads(error.read(2000))
            return ", ".join(name for name, state in parts.items() if state != "ok" and name != "beat")
        except (ValueError, AttributeError):
            return f"the answer was {error.code}"
    except OSError as error:
        return str(error)


@contextmanager
def _terminal_of_our_own() -> Iterator[None]:
    """Take the terminal from make, so that Ctrl-C reaches us alone and make sees us end with 0.

    Without it make is interrupted too, and reports an error although everything ended well.
    """
    if not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    try:
        before = os.tcgetpgrp(terminal)
        ours = os.getpgrp()
        if before != ours:
            yield  # started in the background: the terminal is somebody else's
            return
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        ignore_terminal_stop()
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpgrp())
    except (OSError, termios.error):
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):
            os.tcsetpgrp(terminal, before)


def reset() -> None:
    """Delete the local data; refused while the portal runs."""
    area = Area.named("run")
    if area.lock.held_elsewhere():
        raise ServiceError("The portal is running from this checkout: stop it with Ctrl-C first.")
    Postgres(area).remove()
    area.clean_up()
    if area.path.exists():
        shutil.rmtree(area.path)
    print("The local data is deleted: make run starts afresh.")
