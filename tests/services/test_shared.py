from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from services.processes import wait_until
from tests.services.conftest import Checkout

USER = """
import sys, time
from services.testing import ensure
print(ensure()["DATABASE_URL"], flush=True)
time.sleep(float(sys.argv[1]))
"""


def user(checkout: Checkout, seconds: float) -> subprocess.Popen[str]:
    return checkout.start(sys.executable, "-c", USER, str(seconds))


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def keeper(checkout: Checkout) -> int:
    return int(json.loads((checkout.path / ".local/test/state.json").read_text())["pid"])


def test_users_share_one_server_which_ends_with_the_last(checkout: Checkout) -> None:
    users = [user(checkout, 1.5) for _ in range(3)]
    assert len({first_line(process) for process in users}) == 1
    assert sum("services keep" in line for line in checkout.processes().values()) == 1
    for process in users:
        process.communicate()
    assert checkout.nothing_left()


def test_a_killed_user_leaves_nothing_and_does_not_harm_the_next(checkout: Checkout) -> None:
    killed = user(checkout, 60)
    assert first_line(killed).startswith("postgres://portal_app@")
    killed.kill()
    killed.communicate()
    following = user(checkout, 0.5)
    assert first_line(following).startswith("postgres://portal_app@")
    following.communicate()
    assert checkout.nothing_left()


def test_a_killed_keeper_takes_its_servers_with_it(checkout: Checkout) -> None:
    process = user(checkout, 60)
    first_line(process)
    os.kill(keeper(checkout), signal.SIGKILL)
    assert wait_until(lambda: list(checkout.processes()) == [process.pid], 15)
    following = user(checkout, 0)
    assert first_line(following).startswith("postgres://portal_app@")
    following.communicate()
    process.kill()
    process.communicate()
    assert checkout.nothing_left()


def test_up_env_down(checkout: Checkout) -> None:
    assert checkout.run("env").returncode == 1
    up = checkout.run("up")
    assert up.returncode == 0, up.stderr
    assert checkout.run("up").stdout == checkout.run("env").stdout == up.stdout
    assert [line.split("=")[0] for line in up.stdout.splitlines()] == [
        "export DATABASE_URL",
        "export DATABASE_OWNER_URL",
        "export REDIS_URL",
        "export CELERY_BROKER_URL",
    ]
    passing = user(checkout, 0)
    passing.communicate()
    assert checkout.run("env").stdout == up.stdout
    assert checkout.run("down").returncode == 0
    assert checkout.nothing_left()


def test_a_server_that_cannot_start_is_one_sentence(checkout: Checkout) -> None:
    (checkout.path / ".local/test/pg").mkdir(parents=True)
    up = checkout.run("up")
    assert up.returncode == 1
    assert up.stdout == ""
    assert len(up.stderr.splitlines()) == 1
    assert up.stderr.startswith("PostgreSQL did not start: ")
    assert checkout.nothing_left()
