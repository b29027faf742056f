"""Make ``.venv`` and install the lock into it. Run by whatever Python the machine has, so it imports nothing of ours.

The syntax stays that of old versions, to be able to say in a sentence that a Python is too old.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
MARKER = os.path.join(VENV, "installed.json")
LOCAL = os.path.join(ROOT, ".local")
LOG = os.path.join(LOCAL, "install.log")
UV_LOCK = os.path.join(ROOT, "requirements", "uv.lock")
LOCK = os.path.join(ROOT, "requirements", "dev.lock")
FULL = "The disk is full: free some space (the installation needs 1 GB) and run the command again."


class Refusal(Exception):
    """One sentence for the person at the terminal."""


def wanted():
    """What an up-to-date installation has in its marker."""
    digest = hashlib.sha256()
    for path in (UV_LOCK, LOCK):
        with open(path, "rb") as lock:
            digest.update(lock.read())
    return {
        "locks": digest.hexdigest(),
        "place": VENV,
        "python": "%d.%d" % sys.version_info[:2],
    }


def found():
    """What the marker of the last installation says."""
    try:
        with open(MARKER) as marker:
            return json.load(marker)
    except (OSError, ValueError):
        return {}


def check_python():
    """Refuse a Python that cannot make the environment."""
    if sys.version_info < (3, 11):
        raise Refusal(
            "The portal needs Python 3.11 or newer and this is %d.%d: install it, or say which with make PYTHON=..."
            % sys.version_info[:2]
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = "%d.%d" % sys.version_info[:2]
        raise Refusal(
            "This Python lacks venv and ensurepip: install them (on Debian or Ubuntu: apt-get install python%s-venv)."
            % version
        ) from None


def run(arguments, explanation):
    """Run one installation step, its output in the log."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("PYTHONPATH", "PYTHONHOME")
    }
    environment.update(
        VIRTUAL_ENV=VENV, PIP_DISABLE_PIP_VERSION_CHECK="1", UV_NO_PROGRESS="1"
    )
    with open(LOG, "a") as log:
        start = log.tell()
        failed = subprocess.call(
            arguments, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env=environment
        )
    if failed:
        with open(LOG) as log:
            log.seek(start)
            said = log.read()
        if "No space left on device" in said or "os error 28" in said:
            raise Refusal(FULL)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        raise Refusal(
            "%s\n  %s\n(the whole story is in %s)"
            % (explanation, "\n  ".join(lines[-4:]), LOG)
        )


def works():
    """Whether the environment's Python has its pip."""
    with open(os.devnull, "w") as nowhere:
        try:
            return (
                subprocess.call(
                    [PYTHON, "-c", "import pip"], stdout=nowhere, stderr=nowhere
                )
                == 0
            )
        except OSError:
            return False


def install(want, have):
    """Bring ``.venv`` to the state of the lock; a moved checkout or another Python starts it afresh."""
    if (
        have
        and (have.get("place") != want["place"] or have.get("python") != want["python"])
        or not works()
    ):
        shutil.rmtree(VENV, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", VENV],
            "The virtual environment could not be made.",
        )
    offline = "The packages could not be installed: is the network there?"
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", UV_LOCK],
        offline,
    )
    uv = os.path.join(VENV, "bin", "uv")
    run([uv, "pip", "sync", "--python", PYTHON, "--require-hashes", LOCK], offline)
    fresh = MARKER + ".new"
    with open(fresh, "w") as marker:
        json.dump(want, marker)
    os.rename(fresh, MARKER)


def main():
    """Install when the lock has changed; say nothing when it has not."""
    check_python()
    want = wanted()
    if found() == want:
        return
    if not os.path.isdir(LOCAL):
        os.makedirs(LOCAL, 0o700)
    with open(os.path.join(LOCAL, "install.lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        have = found()
        if have == want:
            return
        sys.stdout.write("  %-46s" % "Installing the packages of the lock")
        sys.stdout.flush()
        start = time.time()
        try:
            install(want, have)
        except BaseException:
            sys.stdout.write("\n")
            raise
        print("%5.1f s" % (time.time() - start))


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        sys.exit(FULL if full else "The installation failed: %s" % error)
