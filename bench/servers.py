"""The two programs under gunicorn, and what their processes cost."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from services import supervisor
from services.area import ROOT, Area
from services.errors import ServiceError
from services.ports import HOST, free_port
from services.processes import spawn, stop, tail, wait_until

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
MIB = 1024 * 1024


def gunicorn(area: Area, port: int) -> list[str]:
    """The product's own command line for its web processes, with the harness's entrance in it."""
    command = supervisor._commands(area, {}, port)["web"]
    return ["bench.wsgi" if part == "portal.wsgi" else part for part in command]


class Server:
    """A program that answers on a port of the loopback address until `stop`."""

    def __init__(
        self, name: str, argv: list[str], port: int, *, log: Path, environment: Mapping[str, str] | None
    ) -> None:
        self.name = name
        self.port = port
        self.log = log
        log.unlink(missing_ok=True)
        self.process: subprocess.Popen[bytes] = spawn(
            argv, log=log, death_signal=signal.SIGTERM, env=environment, cwd=ROOT
        )

    def wait(self) -> None:
        """Until it listens. ServiceError with its last words when it does not."""
        wait_until(lambda: self._listens() or self.process.poll() is not None, _START_SECONDS, step=0.1)
        if not self._listens():
            raise ServiceError(f"{self.name} did not start: {tail(self.log)} (the whole story is in {self.log})")

    def _listens(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        stop(self.process, signal.SIGTERM, patience=_STOP_SECONDS)

    @property
    def workers(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return found

    def cpu_seconds(self) -> float:
        """User and system time of the workers since they started."""
        total = 0.0
        for worker in self.workers:
            spent = worker.cpu_times()
            total += spent.user + spent.system
        return total

    def pss_mib(self) -> float:
        """Memory of the workers, shared pages counted by share."""
        return float(sum(worker.memory_full_info().pss for worker in self.workers)) / MIB


def start_web(name: str, area: Area, environment: Mapping[str, str]) -> Server:
    port = free_port()
    return Server(name, gunicorn(area, port), port, log=area.path / f"{name}.log", environment=environment)


def start_sink(area: Area, port: int) -> Server:
    return Server(
        "the mail sink",
        [sys.executable, "-m", "bench.sink", str(port)],
        port,
        log=area.path / "sink.log",
        environment=None,
    )
