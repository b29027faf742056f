"""An attempt that is refused leaves an entry: by whom, where and how, and not more than one a minute."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from audit.models import Entry
from audit.workflow import record
from members.viewer import acting_as
from portal import views
from portal.common.errors import Forbidden
from tests.world import World

pytestmark = pytest.mark.django_db


def refusals(world: World) -> list[Entry]:
    with acting_as(world.viewer("chair")):
        return list(Entry.objects.filter(verb="portal.refused").order_by("recorded_at"))


def test_a_refused_page_is_recorded_with_person_name_and_method(world: World) -> None:
    assert world.client("mei").get("/audit/", REMOTE_ADDR="192.0.2.9").status_code == 403
    (entry,) = refusals(world)
    assert (entry.actor_id, entry.on_behalf_of, entry.ip) == (world.mei.pk, world.harbour.pk, "192.0.2.9")
    assert entry.detail == {"page": "audit_room:entries", "method": "GET"}


def test_one_entry_for_a_person_and_a_page_in_a_minute(world: World) -> None:
    mei, rosa = world.client("mei"), world.client("rosa")
    for _ in range(5):
        mei.get("/audit/")
    rosa.get("/audit/")
    mei.get("/consultations/moderation/")
    assert [entry.actor_id for entry in refusals(world)] == [world.mei.pk, world.rosa.pk, world.mei.pk]
    cache.clear()  # a minute later
    mei.get("/audit/")
    assert len(refusals(world)) == 4


def test_the_admin_sites_door_is_recorded_with_what_was_wanted(world: World) -> None:
    assert world.client("mei").get("/admin/members/membership/", follow=True).status_code == 403
    (entry,) = refusals(world)
    assert entry.detail == {
        "page": "admin:login", "method": "GET", "wanted_page": "admin:members_membership_changelist",
    }  # fmt: skip


def test_somebody_whose_access_has_ended_is_recorded(world: World) -> None:
    assert world.client("leaver").get("/meetings/").status_code == 403
    (entry,) = refusals(world)
    assert (entry.actor_id, entry.detail["page"]) == (world.leaver.pk, "meetings:list")


def test_what_the_request_wrote_is_undone_and_the_entry_stays(world: World, monkeypatch: Any) -> None:
    def refuse(request: Any, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            record("documents.opened", actor=request.viewer, page="undone")
            raise Forbidden

    monkeypatch.setattr(views, "render", refuse)
    assert world.client("mei").get("/help/").status_code == 403
    with acting_as(world.viewer("chair")):
        assert not Entry.objects.filter(detail__page="undone").exists()
    assert [entry.detail["page"] for entry in refusals(world)] == ["help"]


def test_a_form_without_its_token_and_a_hidden_object_are_not(world: World) -> None:
    client = world.client("mei", enforce_csrf_checks=True)
    assert client.post("/accounts/logout/").status_code == 403
    assert client.get("/consultations/no-such-paper/").status_code == 404
    assert refusals(world) == []


def test_without_redis_each_is_recorded(world: World, monkeypatch: Any) -> None:
    def away(*args: Any) -> bool:
        raise ConnectionError("away")

    monkeypatch.setattr(cache, "add", away)
    client = world.client("mei")
    client.get("/audit/")
    client.get("/audit/")
    assert len(refusals(world)) == 2
