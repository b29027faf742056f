"""A checkout of its own for the tests that start and stop whole sets of services."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.area import ROOT, Area
from services.processes import alive, wait_until

MANAGE = """
import os, sys
if sys.argv[1] == "migrate":
    assert os.environ["DATABASE_OWNER_URL"]
elif sys.argv[1] == "load_demo":
    assert "DATABASE_OWNER_URL" not in os.environ
    print("52 people")
"""
CELERY = """
import os
from celery import Celery
celery_app = Celery("portal", broker=os.environ["CELERY_BROKER_URL"])
celery_app.conf.worker_soft_shutdown_timeout = 1
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ready"]
"""


class Checkout:
    """The services of this checkout around a portal of three small files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for folder in ("services", "deploy"):
            shutil.copytree(ROOT / folder, path / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in {
            "manage.py": MANAGE,
            "tools/__init__.py": "",
            "tools/catalogues.py": "",
            "portal/__init__.py": CELERY,
            "portal/wsgi.py": WSGI,
        }.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_text(text)
        foreign = ("DATABASE_", "REDIS_", "CELERY_", "EMAIL_", "DJANGO_", "PORTAL_", "WEB_PORT", "PYTEST_")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "services", *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """``python -m services ...`` to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.path,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *argv: str, **environment: str) -> subprocess.Popen[str]:
        """A process of this checkout, its output to be read line by line."""
        return subprocess.Popen(
            argv,
            cwd=self.path,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> dict[int, str]:
        """Every living process that works in this checkout or names it."""
        return processes_of(self.path)

    def nothing_left(self, seconds: float = 15) -> bool:
        return wait_until(lambda: not self.processes(), seconds)


def processes_of(path: Path) -> dict[int, str]:
    """Living processes with their command lines, other than this one, that have to do with a folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid() or not alive(int(entry.name)):
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if str(path) in line or folder.startswith(str(path)):
            found[int(entry.name)] = line
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A small checkout; whatever a failed test left running in it is ended."""
    made = Checkout(tmp_path / "checkout")
    yield made
    for pid in made.processes():
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue
    for name in ("run", "test"):
        Area(made.path / ".local" / name).clean_up()


@pytest.fixture
def area(tmp_path: Path) -> Iterator[Area]:
    """An empty area for services that the test starts itself."""
    made = Area(tmp_path / "area", durable=False)
    made.create()
    yield made
    made.clean_up()
