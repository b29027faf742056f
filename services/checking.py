"""``make test`` and ``make check``: what they run, with the environment that it needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services import browser
from services.area import ROOT, Area
from services.console import python, run_quietly, step
from services.errors import ServiceError
from services.shared import join, wait_for_end

# Only read, never connected to: the settings want addresses before they say anything.
_ANY_ADDRESSES = {
    "DATABASE_URL": "postgres://portal_app@/portal?host=/nowhere",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/1",
    "PORTAL_DB_POOLED": "false",
}
_FOREIGN = ("DJANGO_SETTINGS_MODULE", "DATABASE_OWNER_URL")


def _clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in _FOREIGN}


def test(arguments: list[str]) -> int:
    """Run pytest with everything it needs; its exit code."""
    chromium = browser.ensure()
    area = Area.named("test")
    environment = _clean_environment() | {"PORTAL_CHROMIUM": chromium}
    area.create()
    with step("Compiling the catalogues"):
        run_quietly(
            python("-m", "tools.catalogues", "compile"),
            environment=environment | _ANY_ADDRESSES,
            log=area.path / "catalogues.log",
            trouble="The catalogues could not be compiled",
        )
    with step("Starting PostgreSQL and Redis"):
        membership = join(area)
    try:
        with _interrupts_left_to_the_child():
            argv = pytest_command(arguments)
            return subprocess.run(argv, cwd=ROOT, env=environment, check=False).returncode
    finally:
        membership.leave()
        wait_for_end(area)


def pytest_command(arguments: list[str]) -> list[str]:
    """All tests, or those that the arguments name. Arguments come last, so that -n 0 or another --ds wins.

    Each process gets one half of the tests in their order and helps the other at the end: dealt out one by one, both
    would load the demonstration and build the long walks' worlds.
    """
    named = any((ROOT / argument.split("::")[0]).exists() for argument in arguments if argument[:1] not in ("", "-"))
    everything = [] if named else ["tests"]
    return python("-m", "pytest", "--ds=tests.settings", "-n", "2", "--dist", "worksteal", *everything, *arguments)


@contextmanager
def _interrupts_left_to_the_child() -> Iterator[None]:
    """Ctrl-C reaches pytest as well: it ends by itself, and we clean up after it."""
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def check() -> int:
    """Run every check, all of them even when one fails; 0 when none did."""
    failed = [name for name, argv, extra in _checks() if not _passes(name, argv, extra)]
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
        return 1
    print("\nEvery check passed.", flush=True)
    return 0


def _checks() -> list[tuple[str, list[str], Mapping[str, str]]]:
    binary = Path(sys.executable).parent
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    local = {"PORTAL_ENV": "local", "DJANGO_SECRET_KEY": "only-for-the-checks", **_ANY_ADDRESSES}
    return [
        ("ruff", [str(binary / "ruff"), "check", "."], {}),
        ("ruff format", [str(binary / "ruff"), "format", "--check", "."], {}),
        ("mypy", python("-m", "mypy", "."), local),
        ("import-linter", [str(binary / "lint-imports")], local),
        ("djade", [str(binary / "djade"), "--check", "--target-version", "5.2", *templates], {}),
        ("djlint", [str(binary / "djlint"), "--lint", "--quiet", "templates"], {}),
        ("migrations", python("manage.py", "makemigrations", "--check", "--dry-run"), local),
        ("catalogues", python("-m", "tools.catalogues", "check"), local),
        (
            "check --deploy",
            python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            _production(),
        ),
        ("no host of a package registry", python("-m", "services.registries"), {}),
    ]


def _production() -> dict[str, str]:
    return {
        **_ANY_ADDRESSES,
        "PORTAL_ENV": "production",
        "PORTAL_DEMO": "false",
        "DJANGO_DEBUG": "false",
        "DJANGO_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
        "DJANGO_ALLOWED_HOSTS": "portal.example",
        "PORTAL_BASE_URL": "https://portal.example",
        "EMAIL_URL": "smtp://mail.portal.example:25",
        "PORTAL_TRUSTED_PROXIES": "1",
        "PORTAL_AUDIT_HEAD_ADDRESS": "records@archive.example",
    }


def _passes(name: str, argv: list[str], extra: Mapping[str, str]) -> bool:
    print(f"  {name:<46}", end="", flush=True)
    start = time.monotonic()
    try:
        done = subprocess.run(
            argv,
            cwd=ROOT,
            env=_clean_environment() | dict(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError as missing:
        raise ServiceError(f"{missing.filename} is not installed: run make install.") from missing
    passed = done.returncode == 0
    print(f"{time.monotonic() - start:5.1f} s  {'passed' if passed else 'FAILED'}", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed
