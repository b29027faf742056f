from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from members.enums import LicenceState
from members.viewer import PUBLIC, acting_as, viewer_for, viewers_for
from members.workflow import end_membership, set_licence_status
from portal.common import clock
from portal.common.errors import Forbidden
from tests.world import World

pytestmark = pytest.mark.django_db


def told() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.kind', true), ''), coalesce(current_setting('app.org', true), '')"
        )
        kind, organisation = cursor.fetchone()
    return kind, organisation


def test_a_viewer_is_worked_out_in_one_query(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        viewer = viewer_for(world.mei)
    assert (viewer.kind, viewer.role, viewer.organisation_id) == ("platform", "principal", world.harbour.pk)
    assert viewer.working_groups == (world.custody.pk,)


def test_a_suspended_licence_closes_access_and_lifting_it_opens_access_again(world: World) -> None:
    assert viewer_for(world.ngai) == PUBLIC
    set_licence_status(world.peakline, state=LicenceState.LICENSED, effective_on=clock.today(), actor=None)
    assert viewer_for(world.ngai).organisation_id == world.peakline.pk


def test_a_restricted_licence_keeps_access(world: World) -> None:
    set_licence_status(world.kite, state=LicenceState.RESTRICTED, effective_on=clock.today(), actor=None)
    assert viewer_for(world.nina).is_platform


def test_a_state_of_tomorrow_does_not_count_today(world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    set_licence_status(world.kite, state=LicenceState.REVOKED, effective_on=tomorrow, actor=None)
    assert viewer_for(world.nina).is_platform


def test_a_membership_that_ended_gives_nothing(world: World) -> None:
    assert viewer_for(world.leaver) == PUBLIC
    with clock.at(datetime(2026, 3, 31, 12, tzinfo=UTC)):
        assert viewer_for(world.leaver).is_platform


def test_ending_a_membership_closes_access_at_once_even_on_its_first_day(world: World) -> None:
    with acting_as(world.viewer("poon")):
        end_membership(world.rosa.memberships.get(), actor=world.viewer("poon"))
    assert viewer_for(world.rosa) == PUBLIC


def test_a_coordinator_ends_only_memberships_of_the_own_firm(world: World) -> None:
    with pytest.raises(Forbidden):
        end_membership(world.kalok.memberships.get(), actor=world.viewer("poon"))


def test_many_viewers_cost_one_query(world: World, django_assert_num_queries: object) -> None:
    ids = [world.users[name].pk for name in ("mei", "kalok", "ngai", "officer")]
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = viewers_for(ids)
    assert set(found) == set(ids) - {world.ngai.pk}


def test_the_database_is_told_for_the_block_and_the_former_viewer_comes_back(world: World) -> None:
    with acting_as(world.viewer("officer")):
        with acting_as(world.viewer("mei")):
            assert told() == ("platform", str(world.harbour.pk))
        assert told()[0] == "regulator"
    assert told() == ("", "")


def test_an_exception_inside_puts_the_former_viewer_back(world: World) -> None:
    with acting_as(world.viewer("officer")):
        with pytest.raises(RuntimeError), acting_as(world.viewer("mei")):
            raise RuntimeError
        assert told()[0] == "regulator"


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_viewer_stays_on_a_pooled_connection(world: World) -> None:
    with acting_as(world.viewer("officer")):
        pass
    connection.close()
    with transaction.atomic():
        assert told() == ("", "")


def test_the_term_of_a_membership_includes_its_first_and_last_day(world: World) -> None:
    membership = world.leaver.memberships.get()
    assert membership.ends_on == date(2026, 3, 31)
    assert type(membership).objects.on(date(2026, 3, 31)).filter(pk=membership.pk).exists()
    assert not type(membership).objects.on(date(2026, 4, 1)).filter(pk=membership.pk).exists()
