from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from services import redis
from services.area import Area
from services.redis import Redis


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_the_server_of_the_machine_is_taken_before_the_one_of_the_virtual_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", ours)
    assert redis.installed_server() is None
    program(tmp_path / "redis-server", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{ours}:{tmp_path}")
    assert redis.installed_server() == str(tmp_path / "redis-server")


def test_answers_on_a_private_socket_and_stops(area: Area) -> None:
    server = Redis(area)
    server.socket.touch()  # left over from a server that was killed
    server.start()
    try:
        assert server.answers()
        assert server.socket.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
    assert not server.answers()


def test_a_foreign_server_that_does_not_start_is_passed_over(
    area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "redis-server", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    server = Redis(area)
    server.start()
    try:
        assert server.answers()
    finally:
        server.stop()


def test_the_same_server_has_two_forms_of_address(area: Area) -> None:
    server = Redis(area)
    assert server.cache_url() == f"unix://{server.socket}?db=0"
    assert server.broker_url(7) == f"redis+socket://{server.socket}?virtual_host=7"
