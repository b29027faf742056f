"""What a proxy is told, and that it is told no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from notifications.models import Delivery, Heartbeat
from notifications.tasks import heartbeat
from portal import health
from portal.common import clock
from tests.world import World

ALL_WELL = {"database": "ok", "redis": "ok", "outbox": "ok", "beat": "ok"}


@pytest.fixture
def beating(db: Any) -> None:
    heartbeat()


def test_it_lives_without_database_session_or_known_host(client: Client) -> None:
    """No `db` fixture: a query would fail this test."""
    answer = client.get("/health/live", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"live": "ok"})
    assert not answer.cookies


def test_it_is_ready_when_everything_answers(client: Client, beating: None) -> None:
    answer = client.get("/health/ready", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)


def test_it_is_not_ready_without_its_database_and_says_no_more(
    client: Client, beating: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("connection to server at 10.1.2.3 failed: password authentication failed")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answer = client.get("/health/ready")
        assert client.get("/health/live").status_code == 200
    assert answer.status_code == 503
    assert answer.json() == {"database": "failing", "redis": "ok", "outbox": "failing", "beat": "failing"}


def test_it_is_not_ready_without_redis(client: Client, beating: None, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, ALL_WELL | {"redis": "failing"})


def test_it_is_not_ready_when_mail_lies_in_the_outbox(client: Client, world: World, beating: None) -> None:
    moment = clock.now()
    mail = Delivery.objects.create(user=world.mei, kind="digest", due_at=moment - timedelta(seconds=60))
    assert client.get("/health/ready").status_code == 200
    Delivery.objects.filter(pk=mail.pk).update(due_at=moment - timedelta(seconds=health.OUTBOX_LATE_SECONDS + 1))
    assert client.get("/health/ready").json() == ALL_WELL | {"outbox": "failing"}
    # What was sent or given up waits no more.
    Delivery.objects.filter(pk=mail.pk).update(state="failed")
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_before_beat_was_heard_or_when_it_fell_silent(client: Client) -> None:
    assert client.get("/health/ready").json() == ALL_WELL | {"beat": "failing"}
    heartbeat()
    assert client.get("/health/ready").status_code == 200
    Heartbeat.objects.update(at=clock.now() - timedelta(seconds=health.BEAT_LATE_SECONDS + 1))
    assert client.get("/health/ready").json() == ALL_WELL | {"beat": "failing"}


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"x-forwarded-for": "203.0.113.9"}, {}])
def test_metrics_are_for_the_machine_itself(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == (404 if headers else 200)
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
