"""SQL that is made once: real values stand where stand-ins stood, nothing of the first reader comes to the second."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pghistory
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length

from accounts.models import User
from portal.common import clock
from portal.common.prepared import Prepared, Summed

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Somebody:
    number: int | None = None
    kind: str = "plain"
    groups: tuple[int, ...] = ()
    row: Any = field(default=None, compare=False)


def people(*emails: str) -> list[User]:
    return [get_user_model().objects.create(email=email, name_en=email[:3]) for email in emails]


def test_values_are_put_in_anew_each_time() -> None:
    first, second = people("one@example.org", "two@example.org")
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk))
    assert by_key(pk=first.pk) == [first]
    assert by_key(pk=second.pk) == [second]
    assert by_key(pk=0) == []
    assert by_key._statement.cache_info().misses == 1


def test_a_list_may_be_of_any_length() -> None:
    found = people("one@example.org", "two@example.org", "six@example.org")
    several = Prepared(lambda ids: User.objects.filter(pk__in=ids).order_by("pk"))
    for count in (3, 1, 2):
        assert several(ids=[one.pk for one in found[:count]]) == found[:count]
    with pytest.raises(ValueError, match="empty"):
        several(ids=[])


def test_a_list_stands_in_an_in_alone() -> None:
    with pytest.raises(ValueError, match="__in"):
        Prepared(lambda ids: User.objects.filter(pk=ids[0]))(ids=[1, 2])


def test_what_is_deferred_is_fetched_when_it_is_asked_for() -> None:
    (one,) = people("one@example.org")
    (found,) = Prepared(lambda pk: User.objects.filter(pk=pk).only("email"))(pk=one.pk)
    assert found.get_deferred_fields() >= {"name_en", "password"}
    assert (found.email, found.name_en, found._state.adding) == (one.email, "one", False)


def test_annotations_stand_on_the_objects() -> None:
    (one,) = people("one@example.org")
    rows = Prepared(lambda pk: User.objects.filter(pk=pk).annotate(letters=Length("email")))
    assert rows(pk=one.pk)[0].letters == len(one.email)


def test_the_present_moment_is_asked_each_time() -> None:
    (one,) = people("one@example.org")
    joined = Prepared(lambda pk: User.objects.filter(pk=pk, date_joined__lte=clock.now()))
    assert joined(pk=one.pk) == [one]
    with clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
        assert joined(pk=one.pk) == []
    assert joined(pk=one.pk) == [one]


def test_the_present_day_is_asked_each_time() -> None:
    (one,) = people("one@example.org")
    joined = Prepared(lambda pk: User.objects.filter(pk=pk, date_joined__date__lte=clock.today()))
    with clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
        assert joined(pk=one.pk) == []
    assert joined(pk=one.pk) == [one]


def test_what_kind_of_reader_it_is_belongs_to_the_key() -> None:
    first, second = people("one@example.org", "two@example.org")

    def build(viewer: Somebody) -> Any:
        wanted = Q(pk=viewer.number) | Q(pk__in=viewer.groups)
        return User.objects.order_by("pk") if viewer.kind == "all" else User.objects.filter(wanted)

    query = Prepared(build)
    assert query(viewer=Somebody(first.pk)) == [first]
    assert query(viewer=Somebody(second.pk)) == [second]
    assert query(viewer=Somebody(None)) == []
    assert query(viewer=Somebody(0, groups=(second.pk,))) == [second]
    assert set(query(viewer=Somebody(0, groups=(second.pk, first.pk)))) == {first, second}
    assert {first, second} <= set(query(viewer=Somebody(0, kind="all")))
    assert query(viewer=Somebody(0)) == []


def test_nothing_of_the_first_reader_is_kept() -> None:
    def build(viewer: Somebody) -> Any:
        assert viewer.row is None
        return User.objects.filter(pk=viewer.number)

    Prepared(build)(viewer=Somebody(1, row=object()))


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: User.objects.filter(pk=pk + 1),
        lambda pk: User.objects.filter(pk=7_000_000_001),
        lambda pk: User.objects.filter(date_joined__lte=datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_value_that_was_not_handed_in_is_refused(build: Any) -> None:
    with pytest.raises(ValueError, match="would be kept"):
        Prepared(build)(pk=1)


def test_words_around_a_value_are_refused() -> None:
    with pytest.raises(ValueError, match="would be kept"):
        Prepared(lambda name: User.objects.filter(name_en__contains=name))(name="x")


def test_other_sorts_of_values() -> None:
    (one,) = people("one@example.org")
    by_name = Prepared(lambda name: User.objects.filter(name_en=name).values_list("pk", flat=True))
    assert by_name(name="one") == [one.pk]
    assert by_name(name="' OR 1=1 --") == []
    with pytest.raises(TypeError):
        by_name(name=object())
    with pytest.raises(TypeError):
        by_name(name=[Q()])
    assert Prepared(lambda key: User.objects.filter(email=key))(key=None) == []
    assert uuid.UUID(int=1) not in by_name(name="two")


def test_a_query_that_fetches_more_is_refused() -> None:
    with pytest.raises(ValueError, match="manager"):
        Prepared(lambda pk: User.objects.filter(pk=pk).prefetch_related("groups"))(pk=1)


def test_postgresql_plans_a_statement_once() -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk, name_zh_hans="", name_zh_hant=""))
    for pk in range(1, 9):
        by_key(pk=pk)
    statement = by_key.sql(pk=1)[0].replace("%s", "$1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE statement = %s", [statement])
        # The first five are planned for their values, to compare.
        assert cursor.fetchall() == [(3,)]


@pytest.mark.parametrize("moment", ["2026-11-24T02:00:00", "2026-11-24T02:00:00.5", "0009-01-02T03:04:05.000006"])
def test_moments_are_read_as_django_reads_them(moment: str) -> None:
    (one,) = people("one@example.org")
    User.objects.filter(pk=one.pk).update(date_joined=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    (found,) = Prepared(lambda pk: User.objects.filter(pk=pk))(pk=one.pk)
    one.refresh_from_db()
    assert (found.date_joined, found.date_joined.tzinfo) == (one.date_joined, UTC)
    assert found.date_joined.isoformat() == one.date_joined.isoformat()


def test_rows_are_summed_up_by_postgresql() -> None:
    people("one@example.org", "two@example.org", "six@example.org")
    rows = Summed(
        lambda email: User.objects.filter(email__endswith="@example.org", email__gte=email).values("email"),
        "SELECT count(*) AS n, min(email) AS first FROM {rows}",
    )
    assert rows(email="s") == [{"n": 2, "first": "six@example.org"}]
    assert rows(email="t") == [{"n": 1, "first": "two@example.org"}]


def test_a_union_is_prepared_beside_a_change() -> None:
    """pghistory puts a command before every statement that does not begin as a reading one."""
    either = Prepared(lambda pk, email: User.objects.filter(pk=pk).union(User.objects.filter(email=email), all=True))
    one, other = people("a@union.example", "b@union.example")
    with pghistory.context(user=one.pk):
        assert {row.pk for row in either(pk=one.pk, email=other.email)} == {one.pk, other.pk}
