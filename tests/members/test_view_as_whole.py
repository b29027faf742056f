"""Everything that there is an address for, seen through a firm's eyes: nothing is written, no word is met that is not
for the firm's readers outside the firm, and nothing that would change something is reached."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from members.models import MirrorPage, Opening
from members.viewer import acting_as
from tests.portal.access import ADDRESSES
from tests.portal.conftest import secrets
from tests.portal.secrets import Secrets
from tests.portal.test_access_matrix import address_of, cases
from tests.portal.test_leaks import addresses, admin_addresses, posts, words_in
from tests.whole import WHOLE, share

__all__ = ["secrets"]

# The record of the view itself, and of what the officer opened of a firm's.
OWN_RECORD = {MirrorPage._meta.db_table, Opening._meta.db_table, Session._meta.db_table}
LEAVING = {"members:stop_view_as", "account_logout"}


@pytest.fixture
def mirrored(secrets: Secrets) -> Iterator[Client]:
    """The secretariat as Harbour's principal; nothing of it is kept."""
    with transaction.atomic():
        client = secrets.world.client("secretary")
        address = reverse("members:view_as", args=["harbour"])
        assert client.post(address, {"role": "principal", "reason": "A walk"}).status_code == 302
        yield client
        transaction.set_rollback(True)


def written() -> dict[str, tuple[int, int, int]]:
    """Rows inserted, changed and removed by this session in each table, those of open transactions included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {name: (ins, upd, rem) for name, ins, upd, rem in cursor.fetchall()}


def for_mirror(secrets: Secrets, word: str) -> bool:
    """What everybody in the group may meet, and what the firm shared with the regulator: both sides read it anyway."""
    readers = secrets.readers[word]
    return {"mei", "rosa", "poon", "secretary"} <= readers


def test_a_walk_over_every_page_writes_nothing_and_meets_no_word_of_the_firms_own(
    secrets: Secrets, mirrored: Client, record_property: Any
) -> None:
    every = list(addresses(secrets)) if WHOLE else share(addresses(secrets), 8, "mirror")
    before = written()
    shown, met, leaks = 0, set(), {}
    for address in [*every, *share(admin_addresses(secrets), 120, "mirror")]:
        response = mirrored.get(address)
        assert response.status_code < 500, address
        assert not (response.status_code == 200 and address.startswith("/admin/")), address
        met |= (found := words_in(response))
        if wrong := {word for word in found if not for_mirror(secrets, word)}:
            leaks[address] = wrong
        shown += response.status_code == 200
    changed = {name for name, figures in written().items() if figures != before.get(name, (0, 0, 0))}
    assert not changed - OWN_RECORD, changed
    assert not leaks, leaks
    assert shown > 10, "the firm's pages are shown, not refused"
    assert met, "a walk that meets no word at all proves nothing"
    with acting_as(secrets.viewer("mei")):
        assert MirrorPage.objects.count() == shown
    record_property("figure", f"view as: {shown} pages shown, 0 rows written, 0 words of others")


def test_nothing_that_changes_something_is_reached(secrets: Secrets, mirrored: Client, record_property: Any) -> None:
    """Every address with every unsafe method, for the first object of its kind; then every form with its fields."""
    chosen = [(n, a) for n, a in share(ADDRESSES.items(), 6, "mirror") if n not in LEAVING]
    targets = [address_of(name, cases(secrets, name, address)[0]) for name, address in chosen]
    forms = [*share(posts(secrets), 16, "mirror")]
    before, asked = written(), 0
    for target in targets:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert mirrored.generic(method, target).status_code == 403, (target, method)
            asked += 1
    for target, data in forms:
        assert mirrored.post(target, data).status_code == 403, target
        asked += 1
    assert written() == before
    record_property("figure", f"view as: {asked} unsafe requests, 0 reached")


def test_the_measure_sees_a_write(secrets: Secrets) -> None:
    """What the walk counts by is known to count."""
    with transaction.atomic():
        before = written()
        model: type[models.Model] = apps.get_model("notifications", "Heartbeat")
        assert model._meta.db_table
        with acting_as(secrets.viewer("secretary")):
            secrets.world.secretary.__class__.objects.filter(pk=secrets.world.secretary.pk).update(name_zh_hans="x")
        assert written() != before
        transaction.set_rollback(True)
