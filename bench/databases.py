"""Fresh databases on the bench's own cluster, and the commands that fill them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from services.area import ROOT, Area
from services.errors import ServiceError
from services.postgres import APP, OWNER, SUPERUSER
from services.shared import Services

KEY = secrets.token_urlsafe(50)


def fresh_database(services: Services, name: str) -> None:
    """An empty database of that name, owned by the portal's owner; an earlier one is dropped."""
    with psycopg.connect(
        host=str(services.postgres.sockets), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        database, owner = sql.Identifier(name), sql.Identifier(OWNER)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))


def checkpoint(services: Services) -> None:
    """Write out what loading left behind, so that it does not fall into the first pages measured."""
    with psycopg.connect(
        host=str(services.postgres.sockets), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("CHECKPOINT")


def _machine() -> dict[str, str]:
    """The environment without what would point a child at another portal."""
    ours = ("DJANGO_", "PORTAL_", "DATABASE_", "REDIS_", "CELERY_", "EMAIL_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def floor_environment(services: Services, database: str, mail_port: int) -> dict[str, str]:
    return _machine() | {
        "DJANGO_SETTINGS_MODULE": "bench.floor.settings",
        "DJANGO_SECRET_KEY": KEY,
        "FLOOR_DATABASE": database,
        "FLOOR_USER": OWNER,
        "FLOOR_HOST": str(services.postgres.sockets),
        "BENCH_SMTP_PORT": str(mail_port),
    }


def portal_environment(services: Services, database: str, mail_port: int) -> dict[str, str]:
    """As in production, but for plain HTTP on the loopback address."""
    return _machine() | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DJANGO_SECRET_KEY": KEY,
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "PORTAL_ENV": "production",
        "PORTAL_BASE_URL": "https://portal.example",
        "PORTAL_SSL_REDIRECT": "false",
        "PORTAL_STATIC_ROOT": str(services.area.path / "static"),
        "PORTAL_MEDIA_ROOT": str(services.area.path / "media"),
        "DATABASE_URL": f"postgres://{APP}@/{database}?host={services.postgres.sockets}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        **services.redis_environment(),
    }


def as_owner(services: Services, environment: Mapping[str, str], database: str) -> dict[str, str]:
    """The same with the owner's address, and with the demonstration, for migrating and loading."""
    return {
        **environment,
        "PORTAL_ENV": "local",
        "PORTAL_DEMO": "true",
        "DATABASE_OWNER_URL": f"postgres://{OWNER}@/{database}?host={services.postgres.sockets}",
    }


def run(area: Area, *arguments: str, environment: Mapping[str, str], name: str) -> str:
    """Run a module of this virtual environment; what it printed. ServiceError when it fails."""
    log = area.path / f"{name}.log"
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    log.write_text(done.stdout)
    if done.returncode != 0:
        last = next((line.strip() for line in reversed(done.stdout.splitlines()) if line.strip()), "no message")
        raise ServiceError(f"{' '.join(arguments)} failed: {last} (the whole story is in {log})")
    return done.stdout


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found
