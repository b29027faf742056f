from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from services import postgres
from services.area import ROOT, Area
from services.errors import ServiceError
from services.postgres import Postgres
from services.processes import alive, wait_until
from tests.services.conftest import processes_of


@contextmanager
def running(area: Area) -> Iterator[Postgres]:
    server = Postgres(area)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def connect(server: Postgres, role: str, database: str = "portal") -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(server.sockets), user=role, dbname=database, autocommit=True)


def test_roles_and_database(area: Area) -> None:
    with running(area) as server:
        with connect(server, "portal_app") as app:
            roles = app.execute(
                "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
                " WHERE rolname LIKE 'portal%' ORDER BY rolname"
            ).fetchall()
            assert roles == [
                ("portal_app", True, False, False, False),
                ("portal_owner", True, False, False, False),
            ]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE public.mine (id int)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("SET ROLE portal_owner")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE DATABASE mine")
        with connect(server, "portal_owner") as owner:
            owner.execute("CREATE TABLE public.ours (id int)")
            owner.execute("CREATE DATABASE test_ours")
        # Data and roles outlive a restart, and making the roles again changes nothing.
        server.stop()
        server.start()
        with connect(server, "portal_owner") as owner:
            assert owner.execute("SELECT count(*) FROM public.ours").fetchone() == (0,)


def test_a_local_run_gives_the_owner_no_more_than_production(tmp_path: Path) -> None:
    area = Area(tmp_path / "run")
    area.create()
    with running(area) as server, connect(server, "portal_owner") as owner:
        assert owner.execute("SHOW fsync").fetchone() == ("on",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("CREATE DATABASE another")
    area.clean_up()


def test_listens_on_no_port_and_on_a_private_socket(area: Area) -> None:
    with running(area) as server, connect(server, "postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700


def test_stale_pid_file_that_names_a_process_of_somebody_else(area: Area) -> None:
    with running(area) as server:
        content = (server.data / "postmaster.pid").read_text().splitlines()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(bystander.pid), *content[1:]]) + "\n")
        with running(area) as server, connect(server, "portal_app") as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_server_left_over_from_before_is_stopped_first(area: Area) -> None:
    left = Postgres(area)
    left.start()
    assert left.process is not None
    with running(area) as server, connect(server, "portal_app") as app:
        assert not alive(left.process.pid)
        assert app.execute("SELECT 1").fetchone() == (1,)
    left.process.wait()


@pytest.mark.parametrize("name", ["x" * 150, "a folder, with spaces & 文字"])
def test_path_too_long_or_too_odd_for_a_socket(tmp_path: Path, name: str) -> None:
    area = Area(tmp_path / name / "test", durable=False)
    area.create()
    try:
        with running(area) as server, psycopg.connect(server.url("portal_app")) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
            assert area.path not in server.sockets.parents
            assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    finally:
        area.clean_up()


def test_temporary_folder_that_somebody_else_made_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    area = Area(tmp_path / ("x" * 150) / "test")
    area.create()
    (tmp_path / f"portal-{os.getuid()}-{area.digest}").symlink_to("/")
    with pytest.raises(ServiceError, match="belongs to somebody else"):
        Postgres(area).start()


def test_full_disk_is_one_sentence(area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    initdb = tmp_path / "initdb"
    initdb.write_text("#!/bin/sh\necho 'could not write to file: No space left on device' >&2\nexit 1\n")
    initdb.chmod(0o755)
    server = Postgres(area)
    monkeypatch.setitem(server.__dict__, "binaries", tmp_path)
    with pytest.raises(ServiceError, match=r"the disk is full\. Free some space"):
        server.start()
    assert not server.data.exists()
    assert not server.data.with_name("pg.new").exists()


def test_without_user_namespaces_root_becomes_nobody(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers often refuse user namespaces. An ordinary user needs no help either way."""
    monkeypatch.setattr(postgres, "_USER_NAMESPACE", ("false",))
    try:
        with running(area) as server, connect(server, "portal_app") as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
            assert server.process is not None
            uid = Path(f"/proc/{server.process.pid}").stat().st_uid
            assert uid != 0
            assert (uid == os.getuid()) == (os.getuid() != 0)
    finally:
        server.remove()


def test_dies_with_its_supervisor(area: Area) -> None:
    code = (
        "import os, sys; from pathlib import Path; from services.area import Area\n"
        "from services.postgres import Postgres; Postgres(Area(Path(sys.argv[1]), durable=False)).start()\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(area.path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert wait_until(lambda: not processes_of(area.path), 15)
    with running(area) as server, connect(server, "portal_app") as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
