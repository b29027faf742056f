"""Chromium for the browser tests: found, installed where we may, or asked for in words. Never skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from services.console import step
from services.errors import ServiceError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> str | None:
    """The path of a Chromium, from PORTAL_CHROMIUM or the PATH."""
    if chosen := os.environ.get("PORTAL_CHROMIUM"):
        if not os.access(chosen, os.X_OK):
            raise ServiceError(f"PORTAL_CHROMIUM names {chosen}, which is not a program.")
        return chosen
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and sys.platform == "darwin" and _MAC.exists():
        return str(_MAC)
    return found


def ensure() -> str:
    """The path of Chromium, installing Debian's package when we may."""
    found = find()
    if found is None and (administrator := _administrator()) is not None:
        with step("Installing Chromium (apt-get)"):
            _apt([*administrator, "apt-get", "update"])
            _apt([*administrator, "apt-get", "install", "-y", "--no-install-recommends", "chromium"])
        found = find()
    if found is None:
        raise ServiceError(
            "The browser tests need Chromium and none is on the PATH. Install it (on Debian or Ubuntu: "
            "sudo apt-get install chromium; on macOS: brew install --cask google-chrome), or name one in "
            "PORTAL_CHROMIUM, and run the command again."
        )
    return found


def _administrator() -> list[str] | None:
    """The prefix that lets us install packages; None when we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.getuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if allowed else None


def _apt(argv: list[str]) -> None:
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no message")
        raise ServiceError(f"{' '.join(argv)} failed: {last.strip()}\nInstall Chromium yourself and try again.")
