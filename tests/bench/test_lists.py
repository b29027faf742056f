"""The admin site's lists at 100,000 rows, as a ratio to 1,000 rows. It fills the database of its run and takes minutes:

PORTAL_LISTS_AT_SCALE=1 python -m services test tests/bench/test_lists.py -q -n 0 -s
"""

import os
import statistics
import time
from typing import Any

import pgtrigger
import pytest
from django.db import connections
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
PAGES = {"list": "", "a year": "?{field}__year={year}", "page 10": "?p=10", "search": "?q=rosa"}
# Columns in which the copies differ from the row that they are copied from; `g` counts.
COPIES: dict[Any, dict[str, str]] = {
    Consultation: {"key": "'copy' || g", "reference": "'COPY ' || g"},
    User: {"email": "'copy' || g || '@copies.example'", "name_en": "'Rosa ' || md5(g::text)"},
    Membership: {
        "user_id": "(SELECT id FROM accounts_user WHERE email = 'copy' || g || '@copies.example')",
        "starts_on": "now()::date - mod(g, 2000)",
        "role": "'contributor'",
    },
    Entry: {"id": "gen_random_uuid()", "at": "now() - g * interval '7 minutes'", "recorded_at": "now()"},
    Delivery: {"id": "gen_random_uuid()", "created_at": "now() - g * interval '7 minutes'"},
    Comment: {
        "id": "gen_random_uuid()",
        "created_at": "now() - g * interval '7 minutes'",
        "consultation_id": "(SELECT id FROM consultations_consultation WHERE key = 'copy' || mod(g, 400))",
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
        cursor.execute(f"ANALYZE {table}")


def _time(client: Client, model: Any, query: str) -> float:
    """Median milliseconds of a page."""
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    address += query.format(field=FIELDS[model], year=clock.today().year)
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        assert client.get(address).status_code == 200
        taken.append((time.perf_counter() - begun) * 1000)
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
    found: dict[tuple[str, str], list[float]] = {}
    for low, high in ((1, SMALL), (SMALL + 1, LARGE)):
        for model, key in first.items():
            _copy(model, key, low, high)
        for model in first:
            for name, query in PAGES.items():
                found.setdefault((model._meta.label, name), []).append(_time(client, model, query))
    for (label, name), (small, large) in found.items():
        record_property("figure", f"{label:24} {name:10} {small:7.1f} ms {large:7.1f} ms  ratio {large / small:.2f}")
    missed = {key: large / small for key, (small, large) in found.items() if key[1] != "search"}
    assert {key: ratio for key, ratio in missed.items() if ratio > AT_MOST} == {}
