"""``make run`` as a person meets it, around a portal of three small files."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services import ports
from services.processes import wait_until
from tests.services.conftest import Checkout

# A session that opens a terminal makes it its own; then it is as if somebody had typed the command there.
ON_TERMINAL = """
import os, sys
terminal = os.open(sys.argv[1], os.O_RDWR)
for stream in range(3):
    os.dup2(terminal, stream)
os.execvp(sys.argv[2], sys.argv[2:])
"""


class Terminal:
    """``python -m services run`` on a terminal of its own, below a parent that waits for it as make does."""

    def __init__(self, checkout: Checkout, port: int) -> None:
        self.output = ""
        self._terminal, self._other_end = pty.openpty()
        command = f'WEB_PORT={port} "$0" -m services run; exit $?'
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                ON_TERMINAL,
                os.ttyname(self._other_end),
                "sh",
                "-c",
                command,
                sys.executable,
            ],
            cwd=checkout.path,
            env=checkout.environment,
            start_new_session=True,
        )

    def read_until(self, text: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, self.output
            if not self._read():
                raise AssertionError(f"ended without {text!r}: {self.output}")

    def press(self, key: bytes) -> None:
        os.write(self._terminal, key)

    def exit_code(self, seconds: float = 40) -> int:
        end = time.monotonic() + seconds
        while self._read() and time.monotonic() < end:
            continue
        os.close(self._terminal)
        return self._process.wait(seconds)

    def _read(self) -> bool:
        """False when the other end is closed."""
        if select.select([self._terminal], [], [], 0.2)[0]:
            try:
                data = os.read(self._terminal, 65536)
            except OSError:
                return False
            if not self.output:
                os.close(self._other_end)  # not before the child has opened it
            self.output += data.decode(errors="replace")
            return bool(data)
        return True


@contextmanager
def started(checkout: Checkout) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A supervisor without a terminal, ready."""
    port = ports.free_port()
    process = checkout.start(*checkout.command("run"), WEB_PORT=str(port))
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ready after" in line:
            break
    else:
        raise AssertionError("".join(lines))
    yield process, port
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)


def test_runs_until_ctrl_c_and_keeps_its_data(checkout: Checkout) -> None:
    port = ports.free_port()
    terminal = Terminal(checkout, port)
    terminal.read_until("Ctrl-C stops everything")
    for expected in (
        "Starting PostgreSQL",
        "Starting Redis",
        "Loading the demo data",
        "52 people",
        f":{port}/",
    ):
        assert expected in terminal.output
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        assert answer.read() == b"ready"
    terminal.press(b"\x1a")  # Ctrl-Z leaves nothing stopped and unattended
    terminal.press(b"\x03")
    terminal.press(b"\x03")
    assert terminal.exit_code() == 0, terminal.output
    assert "Stopped; the data is kept" in terminal.output
    assert "Traceback" not in terminal.output
    assert checkout.nothing_left(0.5)
    secret = checkout.path / ".local/run/secret"
    kept = secret.read_text()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600

    again = Terminal(checkout, port)
    again.read_until("Ctrl-C stops everything")
    assert "Loading the demo data" not in again.output
    assert secret.read_text() == kept
    again.press(b"\x03")
    assert again.exit_code() == 0, again.output
    assert checkout.nothing_left(0.5)


def test_ctrl_c_while_it_prepares(checkout: Checkout) -> None:
    (checkout.path / "manage.py").write_text("import time; time.sleep(60)")
    terminal = Terminal(checkout, ports.free_port())
    terminal.read_until("Bringing the database up to date")
    terminal.press(b"\x03")
    assert terminal.exit_code() == 0, terminal.output
    assert "Traceback" not in terminal.output
    assert checkout.nothing_left(0.5)


def test_a_second_run_a_reset_and_the_tests_beside_it(checkout: Checkout) -> None:
    with started(checkout) as (_process, port):
        second = checkout.run("run", WEB_PORT=str(ports.free_port()))
        assert second.returncode == 1
        assert second.stderr == (
            f"The portal already runs from this checkout at http://localhost:{port}/: "
            "stop it with Ctrl-C in its terminal.\n"
        )
        reset = checkout.run("reset")
        assert (reset.returncode, reset.stderr) == (
            1,
            "The portal is running from this checkout: stop it with Ctrl-C first.\n",
        )
        offered = checkout.run("env", "--area", "run").stdout
        for name in (
            "DATABASE_OWNER_URL",
            "DJANGO_SECRET_KEY",
            "PORTAL_ENV=local",
            "EMAIL_URL=smtp://127.0.0.1:",
        ):
            assert f"export {name}" in offered
        assert checkout.run("up", "--area", "test").returncode == 0
        assert checkout.run("down", "--area", "test").returncode == 0
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.status == 200
    assert checkout.nothing_left()
    assert checkout.run("reset").returncode == 0
    assert not (checkout.path / ".local/run").exists()


def test_a_killed_supervisor_leaves_nothing_and_the_next_run_starts(checkout: Checkout) -> None:
    with started(checkout) as (process, _port):
        process.kill()
        assert checkout.nothing_left()
    with started(checkout):
        assert checkout.processes()
    assert checkout.nothing_left()


def test_one_process_that_ends_by_itself_ends_them_all(checkout: Checkout) -> None:
    with started(checkout) as (process, _port):
        mail = next(pid for pid, line in checkout.processes().items() if "services.mail" in line)
        os.kill(mail, signal.SIGKILL)
        output, _ = process.communicate(timeout=40)
        assert process.returncode == 1
        assert "A process ended by itself (mail): its last lines are above." in output
        assert "Traceback" not in output
    assert checkout.nothing_left()


def test_a_port_that_is_taken(checkout: Checkout) -> None:
    with socket.socket() as other:
        # As a server that shares its port would: a plain bind must notice it.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = checkout.run("run", WEB_PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by another program: use another with  make run PORT=80")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none(checkout: Checkout, port: str) -> None:
    done = checkout.run("run", WEB_PORT=port)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"{port} is not a port")


def test_a_migration_that_fails_is_one_sentence(checkout: Checkout) -> None:
    (checkout.path / "manage.py").write_text("raise SystemExit('no such table')")
    done = checkout.run("run", WEB_PORT=str(ports.free_port()))
    assert done.returncode == 1
    assert done.stderr == (
        "The database could not be brought up to date: no such table "
        f"(the whole story is in {checkout.path}/.local/run/migrate.log)\n"
    )
    assert wait_until(lambda: not checkout.processes(), 5)


@pytest.mark.parametrize(
    ("given", "missing"), [("DATABASE_URL", "DATABASE_OWNER_URL"), ("REDIS_URL", "CELERY_BROKER_URL")]
)
def test_half_an_external_service_is_refused(checkout: Checkout, given: str, missing: str) -> None:
    done = checkout.run("run", WEB_PORT=str(ports.free_port()), **{given: "any"})
    assert (done.returncode, done.stderr) == (
        1,
        f"{given} is set but {missing} is not: give both, or neither.\n",
    )
