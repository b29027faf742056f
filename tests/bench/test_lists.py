"""The admin site's lists at 100,000 rows, as a ratio to 1,000 rows. It fills the database of its run and takes minutes:

PORTAL_LISTS_AT_SCALE=1 python -m services test tests/bench/test_lists.py -q -n 0 -s
"""

import os
import statistics
import time
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.db import connection, connections
from django.test import Client

from accounts.models import User
from audit.models import Entry
from consultations.models import Comment, Consultation
from members.models import Membership
from members.viewer import acting_as
from notifications.models import Delivery
from portal.common import clock
from tests.consultations.conftest import make_paper, say

SMALL, LARGE, AT_MOST = 1_000, 100_000, 1.5
ROUNDS = 9
PAGES = {
    "list": "",
    "a year": "?{field}__year={year}",
    "page 10": "?p=10",
    # In every row, in one, in fifty (two Chinese characters, one), and in none: the answer is as long at both sizes.
    "search: all": "?q=copy",
    "search: one": "?q={one}",
    "search: two 漢字": "?q=若蘭",
    "search: one 漢字": "?q=蘭",
    "search: none": "?q=zzxqzz",
}
ONE = "cee631121c"  # begins the md5 of "500", in a name or a label
PERSON = "(SELECT id FROM accounts_user WHERE email = 'copy' || g || '@copies.example')"
CHINESE = f"CASE WHEN g <= {SMALL} AND mod(g, 20) = 0 THEN '歐陽若蘭' ELSE '陳大文' END"
# Columns in which the copies differ from the row that they are copied from; `g` counts.
COPIES: dict[Any, dict[str, str]] = {
    Consultation: {"key": "'copy' || g", "reference": "'COPY ' || g"},
    User: {
        "email": "'copy' || g || '@copies.example'",
        "name_en": "'Rosa ' || md5(g::text)",
        "name_zh_hant": CHINESE,
    },
    Membership: {
        "user_id": PERSON,
        "starts_on": "now()::date - mod(g, 2000)",
        "role": "'contributor'",
    },
    Entry: {
        "id": "gen_random_uuid()",
        "at": "now() - g * interval '7 minutes'",
        "recorded_at": "now()",
        "actor_name": CHINESE,
        "object_label": "'Copy ' || md5(g::text)",
    },
    # Two of three to a person, the third to somebody who has no account yet.
    Delivery: {
        "id": "gen_random_uuid()",
        "created_at": "now() - g * interval '7 minutes'",
        "user_id": f"CASE WHEN mod(g, 3) > 0 THEN {PERSON} END",
        "address": "CASE WHEN mod(g, 3) = 0 THEN 'copy' || g || '@copies.example' ELSE '' END",
    },
    Comment: {
        "id": "gen_random_uuid()",
        "created_at": "now() - g * interval '7 minutes'",
        "consultation_id": "(SELECT id FROM consultations_consultation WHERE key = 'copy' || mod(g, 400))",
        "author_id": PERSON,
        "audience": "(ARRAY['group', 'group', 'shared', 'organisation', 'regulator'])[1 + mod(g, 5)]",
    },
}
FIELDS = {User: "date_joined", Membership: "starts_on", Entry: "at", Delivery: "created_at", Comment: "created_at"}


def _copy(model: Any, key: Any, first: int, last: int) -> None:
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    wanted = [c for c in columns if c != "id" or "id" in COPIES[model]]
    values = [COPIES[model].get(c, f"t.{c}") for c in wanted]
    # Without a row history of a hundred thousand copies.
    with pgtrigger.ignore(databases=["owner"]), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(wanted)}) SELECT {', '.join(values)}"
            f" FROM {table} t, generate_series(%s, %s) g WHERE t.id = %s",
            [first, last, key],
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


def _spent() -> float:
    """Seconds of CPU time of this process and of its connection to PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    return time.process_time() + int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9


def _time(client: Client, model: Any, query: str) -> float:
    """Median milliseconds of CPU time of a page: what other work on the machine does not change."""
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    address += query.format(field=FIELDS[model], year=clock.today().year, one=ONE)
    taken = []
    for _round in range(ROUNDS):
        begun = _spent()
        assert client.get(address).status_code == 200
        taken.append((_spent() - begun) * 1000)
    return statistics.median(taken)


@pytest.mark.skipif(not os.environ.get("PORTAL_LISTS_AT_SCALE"), reason="fills the database with 500,000 rows")
@pytest.mark.timeout(1400)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_lists_cost_the_same_at_100_000_rows(world: Any, record_property: Any) -> None:
    paper = make_paper(world)
    comment = say(paper, world, "mei", "A comment")
    with acting_as(world.viewer("secretary")):
        first: dict[Any, Any] = {
            User: world.rosa.pk,
            Membership: Membership.objects.get(user=world.rosa).pk,
            Entry: Entry.objects.latest("at").pk,
            Delivery: Delivery.objects.create(address="x@x.example", kind="digest").pk,
            Comment: comment.pk,
        }
    _copy(Consultation, paper.pk, 0, 399)
    client = world.client("secretary")
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # their CPU time is not seen
    found: dict[tuple[str, str], list[float]] = {}
    for low, high in ((1, SMALL), (SMALL + 1, LARGE)):
        for model, key in first.items():
            _copy(model, key, low, high)
        for model in first:
            for name, query in PAGES.items():
                found.setdefault((model._meta.label, name), []).append(_time(client, model, query))
    for (label, name), (small, large) in found.items():
        record_property("figure", f"{label:24} {name:16} {small:7.1f} ms {large:7.1f} ms  ratio {large / small:.2f}")
    ratios = {key: large / small for key, (small, large) in found.items()}
    assert {key: ratio for key, ratio in ratios.items() if ratio > AT_MOST} == {}
