"""Search in the admin site's lists: a part of a word, by an index, and never of a row that is hidden."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import Entry
from consultations.models import Comment
from members.desk import searching
from members.models import Membership
from members.viewer import PUBLIC, acting_as
from notifications.models import Delivery
from portal.common.pairs import Pairs, paired_columns, pairs_of
from tests.consultations.conftest import make_paper, say

TERMS = (
    "rosa",
    "ROS",
    "sa",
    "a",
    "若蘭",
    "蘭",
    "rosa harbour",
    '"a comment"',
    "harbour@",
    "zzxq",
    "50%",
    "o'b",
    "\\",
    "_",
)


@pytest.fixture
def written(world: Any) -> Any:
    """A world in which somebody has a Chinese name, and each of the long lists has rows."""
    paper = make_paper(world)
    say(paper, world, "mei", "A comment")
    say(paper, world, "mei", "For ourselves", audience="organisation")
    with acting_as(world.viewer("secretary")):
        User.objects.filter(pk=world.rosa.pk).update(name_zh_hant="歐陽若蘭", name_en="Rosa 50% _")
        Delivery.objects.create(address="rosa@harbour.example", kind="digest")
        Delivery.objects.create(user=world.rosa, kind="digest")
        Entry.objects.create(verb="members.invited", actor_name="歐陽若蘭", object_label="Rosa 50% _")
    say(paper, world, "rosa", "Another")
    return world


@pytest.mark.parametrize("most", [5_000, 0])
@pytest.mark.parametrize("common", [50, 1])
@pytest.mark.parametrize("model", [User, Membership, Entry, Delivery, Comment], ids=lambda m: m._meta.model_name)
def test_a_search_finds_what_django_finds(written: Any, monkeypatch: Any, model: Any, most: int, common: int) -> None:
    """Also where more rows match than are named one by one, and where it is seen at once that many do."""
    monkeypatch.setattr(searching, "NAMED_AT_MOST", most)
    monkeypatch.setattr(searching, "COMMON", common)
    model_admin: Any = admin.site._registry[model]
    request: Any = RequestFactory().get("/")
    request.viewer = written.viewer("secretary")
    with acting_as(request.viewer):
        rows = model_admin.get_queryset(request)
        for term in TERMS:
            found, _twice = model_admin.get_search_results(request, rows, term)
            expected, _twice = admin.ModelAdmin.get_search_results(model_admin, request, rows, term)
            assert set(found) == set(expected), term
        assert set(model_admin.get_search_results(request, rows, "若蘭")[0])


@pytest.mark.parametrize("model", [User, Delivery], ids=lambda m: m._meta.model_name)
def test_two_chinese_characters_and_one_are_found_by_the_index(world: Any, model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for term in ("若蘭", "蘭", "ros"):
        rows = (
            model.objects.order_by().alias(pairs=Pairs(*paired_columns(model))).filter(pairs__contains=pairs_of(term))
        )
        assert "_pairs" in rows.explain(), term


def test_a_pair_never_reaches_from_one_column_into_the_next(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT character_pairs('ab', '', 'c', '若蘭')")
        assert set(cursor.fetchone()[0]) == {"AB", "若", "蘭", "若蘭"}


def test_the_owner_searches_nothing_that_its_caller_may_not_read(written: Any) -> None:
    """Called as the app's role by whoever has got that far: it would be a way to try what hidden entries say."""

    def found(viewer: Any, term: str) -> int:
        with acting_as(viewer), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_entry_found(%s, 100)", [term])
            count = int(cursor.fetchone()[0])
            for hits, many in ((count, True), (count + 1, False)):
                cursor.execute("SELECT audit_entry_has_many(%s, 100, %s)", [term, hits])
                assert cursor.fetchone()[0] is many
            return count

    def readable(viewer: Any, term: str) -> int:
        with acting_as(viewer):
            return sum(
                any(term.upper() in str(getattr(e, name)).upper() for name in paired_columns(Entry))
                for e in Entry.objects.all()
            )

    for term in ("comment", "rosa", "members."):
        for name in ("secretary", "officer", "mei", "rosa", "nina"):
            viewer = written.viewer(name)
            assert found(viewer, term) == readable(viewer, term), (name, term)
        assert found(PUBLIC, term) == 0
    assert found(written.viewer("mei"), "comment") > found(written.viewer("nina"), "comment")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proacl::text FROM pg_proc WHERE proname IN ('audit_entry_found', 'audit_entry_has_many')"
        )
        grants = [grant for (row,) in cursor.fetchall() for grant in row.strip("{}").split(",")]
    assert len(grants) == 4
    assert not [grant for grant in grants if grant.startswith("=")]


def test_a_list_does_not_join_what_it_searches(written: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = written.client("secretary").get("/admin/consultations/comment/?q=若蘭").content.decode()
    assert "Another" not in page
    assert page.count('class="action-select"') == 1
    lists = [q["sql"] for q in asked if 'FROM "consultations_comment"' in q["sql"]]
    assert lists
    assert not [sql for sql in lists if 'JOIN "accounts_user"' in sql]
