"""A request learns who is there in one statement, and tells the database in the same."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session as PlainSession
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import entrance
from accounts.models import Session
from accounts.sessions import SessionStore
from members.viewer import viewer_for

pytestmark = pytest.mark.django_db


def settings_of_the_database() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('app.{n}', true), '')" for n in _NAMES))
        return list(cursor.fetchone())


_NAMES = ("kind", "org", "groups", "user")


@pytest.mark.parametrize("name", ["officer", "secretary", "mei", "rosa", "kalok", "nina", "fan"])
def test_the_viewer_that_comes_with_the_session_is_the_viewer_of_the_rule(world: Any, name: str) -> None:
    client = world.client(name)
    with transaction.atomic():
        entered = entrance.enter(client.session.session_key)
        told = settings_of_the_database()
    expected = viewer_for(world.fresh(name))
    assert entered is not None
    assert entered.companion == expected
    assert entered.companion.organisation == expected.organisation
    assert entered.companion.membership.title_en == expected.membership.title_en
    assert told == [
        expected.kind,
        str(expected.organisation_id),
        "{" + ",".join(map(str, expected.working_groups)) + "}",
        str(expected.user_id),
    ]


@pytest.mark.parametrize("name", ["leaver", "ngai"])
def test_without_access_there_is_no_viewer_and_the_database_reads_as_the_public(world: Any, name: str) -> None:
    client = world.client(name)
    with transaction.atomic():
        entered = entrance.enter(client.session.session_key)
        assert settings_of_the_database() == ["anonymous", "", "{}", ""]
    assert entered is not None
    assert entered.user is not None
    assert entered.companion is None
    assert client.get("/").status_code == 403


def test_a_page_begins_with_one_statement(world: Any) -> None:
    client = world.client("mei")
    client.get("/help/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/help/")
    said = [one["sql"] for one in asked]
    statements = [sql for sql in said if "SAVEPOINT" not in sql]
    assert statements[0].startswith("SELECT s.session_data")
    assert not [sql for sql in statements[1:] if "accounts_user" in sql or "members_membership" in sql]


def test_a_session_that_ended_or_never_was_is_nobodys(world: Any) -> None:
    client = world.client("mei")
    key = client.session.session_key
    Session.objects.filter(session_key=key).delete()
    assert entrance.enter(key) is None
    assert client.get("/notifications/").status_code == 302


def test_a_changed_password_ends_the_session_at_the_next_request(world: Any) -> None:
    """Django's own check of the session's hash; the database, told of the person at first, is told of the public."""
    client = world.client("mei")
    user = world.fresh("mei")
    user.set_password("another one entirely 9")
    user.save(update_fields=["password"])
    response = client.get("/notifications/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_someone_made_inactive_is_out(world: Any) -> None:
    client = world.client("mei")
    user = world.fresh("mei")
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/notifications/").status_code == 302


def test_another_session_loaded_in_a_request_changes_nothing(world: Any) -> None:
    """A list of devices or a clean-up loads sessions of others: the database must not start to read as them."""
    other = world.client("kalok").session.session_key
    with transaction.atomic():
        entrance.enter(world.client("mei").session.session_key)
        before = settings_of_the_database()
        assert SessionStore(other).load()["_auth_user_id"] == str(world.kalok.pk)
        assert settings_of_the_database() == before


def test_each_session_has_its_person_beside_it(world: Any) -> None:
    client = world.client("mei")
    assert Session.objects.get(session_key=client.session.session_key).user_id == world.mei.pk
    assert not PlainSession.objects.exists()
