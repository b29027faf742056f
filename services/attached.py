"""Commands beside a running ``make run``: they use its services."""

from __future__ import annotations

import os
import subprocess

from services import shared
from services.area import ROOT, Area
from services.console import python
from services.errors import ServiceError


def environment() -> dict[str, str]:
    """The environment of the running portal's processes."""
    found = shared.running(Area.named("run"))
    if found is None:
        raise ServiceError("The portal is not running: start it with make run in another terminal.")
    return found | {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}


def shell() -> int:
    """A Django shell; the exit code is the shell's."""
    return subprocess.run(python("manage.py", "shell"), cwd=ROOT, env=environment(), check=False).returncode
