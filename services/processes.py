"""Starting children that cannot outlive their parent, and finding out about processes."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

LINUX = sys.platform.startswith("linux")
_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 5 * 1024 * 1024


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if LINUX else None


_LIBC = _libc()


def die_with_parent(death_signal: int) -> None:
    """Have the kernel send ``death_signal`` to this process when its parent ends (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    death_signal: int | None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, its output in ``log``; with ``death_signal`` it dies with us."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.unlink()
    if death_signal is not None:
        tether = str(Path(__file__).with_name("tether.py"))
        argv = [sys.executable, tether, signal.Signals(death_signal).name, *argv]
    with log.open("ab") as output:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=None if env is None else dict(env),
            cwd=cwd,
        )


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log in one line, for an error sentence."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return ""
    return " / ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip())


def command_line(pid: int) -> str:
    """The command line of a process, or an empty text when there is no such process."""
    if LINUX:
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def alive(pid: int) -> bool:
    """Whether the process exists and is more than an unreaped entry."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if LINUX:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (OSError, IndexError):
            return False
    return True


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until a process that is not our child has ended; False when it outlives ``seconds``."""
    return wait_until(lambda: not alive(pid), seconds)


def wait_until(condition: Callable[[], bool], seconds: float, *, step: float = 0.02) -> bool:
    """Poll ``condition`` until it holds; False when it does not within ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def stop(process: subprocess.Popen[bytes], first: int, *, patience: float) -> None:
    """Ask a child to stop with the signal ``first``; kill it when ``patience`` seconds were not enough."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class FileLock:
    """An ``flock`` on a file: the kernel lets go of it when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def acquire(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock; False when another holds it and ``wait`` is off."""
        if self._file is None:
            self._file = self.path.open("ab")
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, mode | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def acquire_within(self, seconds: float) -> bool:
        """Take the whole lock, allowing for somebody who only looks whether it is held."""
        return wait_until(lambda: self.acquire(wait=False), seconds)

    def release(self) -> None:
        """Let go; harmless when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def held_elsewhere(self) -> bool:
        """Whether another process (or another open file) holds it at this moment."""
        if not self.path.exists():
            return False
        probe = FileLock(self.path)
        taken = probe.acquire(wait=False)
        probe.release()
        return not taken


def ignore_terminal_stop() -> None:
    """Ctrl-Z would stop the supervisor and leave its services running unattended: ignore it."""
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
