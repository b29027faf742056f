"""Make ``.venv`` and install the lock into it.

Run by the machine's own Python before anything is installed, so it needs the standard library alone.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARKER = VENV / "installed.json"
LOG = ROOT / ".local" / "install.log"
UV_LOCK = ROOT / "requirements" / "uv.lock"
LOCK = ROOT / "requirements" / "dev.lock"
FULL = "The disk is full: free some space (the installation needs 1 GB) and run the command again."
OFFLINE = "The packages could not be installed: is the network there?"


class InstallationError(Exception):
    """One sentence for the person at the terminal."""


def wanted() -> dict[str, str]:
    """What an up-to-date installation has in its marker."""
    locks = hashlib.sha256(UV_LOCK.read_bytes() + LOCK.read_bytes()).hexdigest()
    return {"locks": locks, "place": str(VENV), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def found() -> dict[str, str]:
    """What the marker of the last installation says."""
    try:
        marker: dict[str, str] = json.loads(MARKER.read_text())
    except (OSError, ValueError):
        return {}
    return marker


def require_venv() -> None:
    """Debian's Python comes without these two until its package is installed."""
    if not all(importlib.util.find_spec(name) for name in ("ensurepip", "venv")):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise InstallationError(
            f"Python {version} lacks venv and ensurepip: install them "
            f"(on Debian or Ubuntu: apt-get install python{version}-venv) and run the command again."
        )


def run(arguments: list[str], explanation: str) -> None:
    """Run one installation step, its output in the log."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    environment |= {"VIRTUAL_ENV": str(VENV), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_PROGRESS": "1"}
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    if "No space left on device" in done.stdout or "os error 28" in done.stdout:
        raise InstallationError(FULL)
    LOG.write_text(done.stdout)
    last = "\n  ".join([line.strip() for line in done.stdout.splitlines() if line.strip()][-3:])
    raise InstallationError(f"{explanation}\n  {last}\n(the whole story is in {LOG})")


def works() -> bool:
    """Whether the environment's Python has its pip."""
    try:
        return subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(want: dict[str, str], have: dict[str, str]) -> None:
    """Bring ``.venv`` to the state of the lock; a moved checkout or another Python starts it afresh."""
    moved = bool(have) and any(have.get(key) != want[key] for key in ("place", "python"))
    if moved or not works():
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made.")
    run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(UV_LOCK)], OFFLINE)
    uv = str(VENV / "bin" / "uv")
    run([uv, "pip", "sync", "--python", str(PYTHON), "--require-hashes", str(LOCK)], OFFLINE)
    fresh = MARKER.with_suffix(".new")
    fresh.write_text(json.dumps(want))
    fresh.rename(MARKER)


def main() -> None:
    """Install when the lock has changed; say nothing when it has not."""
    require_venv()
    want = wanted()
    if found() == want:
        return
    LOG.parent.mkdir(mode=0o700, exist_ok=True)
    with (LOG.parent / "install.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        have = found()
        if have == want:
            return
        print(f"  {'Installing the packages of the lock':<46}", end="", flush=True)
        start = time.monotonic()
        try:
            install(want, have)
        except BaseException:
            print(flush=True)
            raise
        print(f"{time.monotonic() - start:5.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except InstallationError as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OSError as error:
        sys.exit(FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"The installation failed: {error}")
