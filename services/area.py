"""Where one set of services lives: ``.local/run`` for ``make run``, ``.local/test`` for the tests."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from services.errors import ServiceError
from services.processes import FileLock

ROOT = Path(__file__).resolve().parent.parent
AREAS = ("run", "test")
# A socket's path may be 107 bytes long on Linux, 103 on macOS; ".s.PGSQL.5432.lock" is the longest name.
_SOCKET_FOLDER_LIMIT = 80
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Area:
    """A folder with a PostgreSQL cluster, a Redis socket and the files that say who uses them."""

    path: Path
    durable: bool = True

    @classmethod
    def named(cls, name: str) -> Area:
        """The area ``run`` or ``test`` of this checkout."""
        if name not in AREAS:
            raise ServiceError(f"There is no area {name}: choose one of {', '.join(AREAS)}.")
        return cls(ROOT / ".local" / name, durable=name != "test")

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def lock(self) -> FileLock:
        """Held for as long as the services of this area run."""
        return FileLock(self.path / "lock")

    @property
    def users(self) -> FileLock:
        """Held shared by everybody who uses shared services; taken whole by their keeper when it ends."""
        return FileLock(self.path / "users")

    @property
    def starting(self) -> FileLock:
        return FileLock(self.path / "starting")

    @property
    def state(self) -> Path:
        """Present while the services are ready: their keeper's process and the environment they offer."""
        return self.path / "state.json"

    @property
    def stay(self) -> Path:
        """Present when the services shall keep running without users, until ``down``."""
        return self.path / "stay"

    @property
    def digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]

    def create(self) -> None:
        """Make the folder, closed to other users."""
        for folder in (self.path.parent, self.path):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self.path, os.W_OK):
            owner = self.path.stat().st_uid
            raise ServiceError(f"{self.path} belongs to another user (id {owner}): run as that user, or remove it.")

    @cached_property
    def sockets(self) -> Path:
        """The sockets' folder: in the area, or in the temporary folder when that path is too long or odd."""
        here = self.path / "sockets"
        if len(os.fsencode(here)) <= _SOCKET_FOLDER_LIMIT and _PLAIN_PATH.fullmatch(str(here)):
            here.mkdir(mode=0o700, parents=True, exist_ok=True)
            return here
        return private_folder(self._elsewhere.parent, self._elsewhere.name)

    @property
    def _elsewhere(self) -> Path:
        return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{self.digest}"

    def clean_up(self) -> None:
        """Remove a sockets' folder outside the area, once nothing runs; harmless when there is none."""
        if self._elsewhere.is_dir() and not self._elsewhere.is_symlink():
            shutil.rmtree(self._elsewhere, ignore_errors=True)
        self.__dict__.pop("sockets", None)


def private_folder(parent: Path, name: str, mode: int = 0o700) -> Path:
    """A folder of our own in a place where others write too; refused when somebody else made it first."""
    folder = parent / name
    folder.mkdir(mode=mode, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ServiceError(f"{folder} belongs to somebody else: remove it, or set TMPDIR to another folder.")
    folder.chmod(mode)
    return folder
