"""The demonstration's data: whole, exact, told to nobody by mail, and the same after a second loading."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.database import as_owner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(170, func_only=True)]

COMMENTS = {"group": 96, "shared": 21, "organisation": 21, "regulator": 5}
# A comment that is held back is kept as "shared" until it is released.
COMMENTS_AS_KEPT = COMMENTS | {"group": 95, "shared": 22}


def ask(sql: str) -> list[tuple[Any, ...]]:
    """As the owner, whom row security does not bind: no single reader may see all of it."""
    with as_owner() as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]


def rows_of_every_table() -> dict[str, int]:
    tables = [name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    return {str(name): int(count) for name, count in ask(counts)}


def test_everything_is_there_and_loading_again_changes_nothing(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    # The people of the other tests make room; the next test that asks for them builds them again.
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    said = StringIO()
    call_command("load_demo", stdout=said)
    rows = rows_of_every_table()
    assert {
        "organisations": rows["members_organisation"],
        "people": rows["accounts_user"],
        "working groups": rows["members_workinggroup"],
        "pillars": rows["initiatives_pillar"],
        "initiatives": rows["initiatives_initiative"],
        "consultations": rows["consultations_consultation"],
        "comments": rows["consultations_comment"],
        "responses": rows["consultations_response"],
        "meetings": ask("SELECT count(*) FROM meetings_meeting WHERE kind = 'meeting'")[0][0],
    } == {
        "organisations": 12,
        "people": 53,
        "working groups": 1,
        "pillars": 5,
        "initiatives": 12,
        "consultations": 5,
        "comments": 143,
        "responses": 19,
        "meetings": 8,
    }
    by_audience = dict(ask("SELECT audience, count(*) FROM consultations_comment GROUP BY 1"))
    assert by_audience == COMMENTS_AS_KEPT
    assert dict(ask("SELECT kind, count(*) FROM members_organisation GROUP BY 1")) == {
        "regulator": 1,
        "platform": 10,
        "agency": 1,
    }
    # Records of the past: inboxes are filled, nobody is written to, and what is old counts as read.
    assert rows["notifications_delivery"] == 0
    assert rows["notifications_notice"] > 100
    assert ask("SELECT count(*) FROM notifications_notice WHERE at < '2026-11-15' AND read_at IS NULL") == [(0,)]
    # Nobody of the demonstration has a password: the one way in is the demonstration's own door.
    assert ask("SELECT count(*) FROM accounts_user WHERE password NOT LIKE '!%'") == [(0,)]

    call_command("load_demo", stdout=said)
    assert rows_of_every_table() == rows
