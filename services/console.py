"""What the person at the terminal sees: one line a step, with its seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services.area import ROOT
from services.errors import ServiceError

_WIDTH = 46


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    print(f"  {what:<{_WIDTH}}", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - start:5.1f} s", flush=True)


def run_quietly(argv: list[str], *, environment: Mapping[str, str], log: Path, trouble: str) -> str:
    """Run a command, its output in ``log``; a failure becomes a sentence with its last line."""
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    log.write_text(done.stdout)
    if done.returncode != 0:
        if "No space left on device" in done.stdout:
            raise ServiceError(f"{trouble}: the disk is full. Free some space and run the command again.")
        last = next((line.strip() for line in reversed(done.stdout.splitlines()) if line.strip()), "no message")
        raise ServiceError(f"{trouble}: {last} (the whole story is in {log})")
    return done.stdout


def python(*arguments: str) -> list[str]:
    """A command line of this virtual environment's Python."""
    return [sys.executable, *arguments]
