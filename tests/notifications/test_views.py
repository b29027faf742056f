"""The inbox, the settings and the door out of a mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from initiatives import loading
from initiatives import workflow as initiatives
from initiatives.models import Initiative
from members.viewer import acting_as
from notifications.emails import DIGEST, unsubscribe_token
from notifications.enums import Category
from notifications.models import DigestPreference, Notice, Preference
from portal.common import clock
from tests.world import World

pytestmark = pytest.mark.django_db
INBOX = "/notifications/"


@pytest.fixture
def told(world: World) -> Initiative:
    """Every member has heard that an initiative is paused; the secretariat said so."""
    loading.load()
    initiative = Initiative.objects.exclude(status="paused").earliest("number")
    actor = world.viewer("secretary")
    with acting_as(actor):
        initiatives.update_initiative_status(initiative, status="paused", reason="Other work first.", actor=actor)
    return initiative


def notice_of(world: World, name: str) -> Notice:
    return Notice.objects.get(user=world.users[name])


def test_the_inbox_holds_ones_own_notices_newest_first(world: World, told: Initiative) -> None:
    actor = world.viewer("secretary")
    with clock.at(clock.now() + timedelta(minutes=1)), acting_as(actor):
        initiatives.update_initiative_status(told, status="in_progress", reason="Again.", actor=actor)
    text = world.client("mei").get(INBOX).content.decode()
    assert text.index("now stands at: In progress") < text.index("now stands at: Paused")
    assert "now stands at" not in world.client("secretary").get(INBOX).content.decode()


def test_the_public_has_no_inbox(world: World) -> None:
    assert world.client(None).get(INBOX).headers["Location"].startswith("/accounts/login/")


def test_unread_notices_alone(world: World, told: Initiative) -> None:
    client = world.client("mei")
    Notice.objects.filter(user=world.mei).update(read_at=clock.now())
    assert "Nothing is unread" in client.get(INBOX + "?show=unread").content.decode()
    assert "now stands at" in client.get(INBOX).content.decode()


def test_the_bell_counts_what_is_unread(world: World, told: Initiative) -> None:
    client = world.client("mei")
    assert "Notifications, 1 unread" in client.get(INBOX).content.decode()
    Notice.objects.filter(user=world.mei).update(read_at=clock.now())
    assert "unread</span>" not in client.get(INBOX).content.decode()


def test_opening_a_notice_marks_it_as_read_and_leads_to_its_subject(world: World, told: Initiative) -> None:
    notice = notice_of(world, "mei")
    client = world.client("mei")
    assert client.get(reverse("notifications:open", args=[notice.pk])).status_code == 405
    answer = client.post(reverse("notifications:open", args=[notice.pk]))
    assert answer.headers["Location"] == told.get_absolute_url()
    assert notice_of(world, "mei").read_at is not None
    assert notice_of(world, "kalok").read_at is None


def test_another_persons_notice_is_not_there(world: World, told: Initiative) -> None:
    notice = notice_of(world, "mei")
    absent = world.client("kalok").post(reverse("notifications:open", args=[999_999_999]))
    answer = world.client("kalok").post(reverse("notifications:open", args=[notice.pk]))
    assert answer.headers["Location"] == absent.headers["Location"] == INBOX
    assert notice_of(world, "mei").read_at is None


def test_what_can_no_longer_be_read_is_neither_listed_nor_opened(
    world: World, told: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from notifications import kinds

    kind = kinds.get("initiatives.status_changed")
    monkeypatch.setitem(kinds._kinds, kind.name, replace(kind, readable=lambda users, subjects: set()))
    client = world.client("mei")
    assert "now stands at" not in client.get(INBOX).content.decode()
    answer = client.post(reverse("notifications:open", args=[notice_of(world, "mei").pk]))
    assert answer.headers["Location"] == INBOX
    assert notice_of(world, "mei").read_at is None


def test_all_of_ones_own_can_be_marked_as_read(world: World, told: Initiative) -> None:
    world.client("mei").post(reverse("notifications:mark_all_read"))
    assert notice_of(world, "mei").read_at is not None
    assert notice_of(world, "kalok").read_at is None


def test_queries_of_the_inbox_do_not_grow(world: World, told: Initiative) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client("mei")
    client.get(INBOX)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(INBOX)
        return len(captured)

    few = queries()
    notice = notice_of(world, "mei")
    for number in range(30):
        event = notice.event
        event.pk = None
        event.id = type(event)._meta.pk.get_default()
        event.save(force_insert=True)
        Notice.objects.create(event=event, user=world.mei, at=clock.now() + timedelta(seconds=number))
    assert queries() == few


def test_the_inbox_comes_in_pages(world: World, told: Initiative) -> None:
    notice = notice_of(world, "mei")
    for _copy in range(50):
        event = notice.event
        event.id = type(event)._meta.pk.get_default()
        event.save(force_insert=True)
        Notice.objects.create(event=event, user=world.mei, at=clock.now())
    client = world.client("mei")
    assert client.get(INBOX).content.count(b"linkbtn") == 50
    assert client.get(INBOX + "?page=2").content.count(b"linkbtn") == 1


def test_settings_are_kept_per_category(world: World) -> None:
    client = world.client("mei")
    url = reverse("notifications:settings")
    page = client.get(url).content.decode()
    assert 'name="roadmap" value="digest"' in page
    assert 'name="daily" checked' in page
    answer = client.post(url, {"roadmap": "now", "comments": "never", "meetings": "hourly"})
    assert answer.headers["Location"] == url
    chosen = dict(Preference.objects.filter(user=world.mei).values_list("category", "email"))
    assert chosen == {"roadmap": "now", "comments": "never"}
    assert DigestPreference.objects.get(user=world.mei).daily is False
    assert not Preference.objects.exclude(user=world.mei).exists()
    client.post(url, {"daily": "on"})
    assert DigestPreference.objects.get(user=world.mei).daily is True
    # What a form does not name stays as it was.
    assert dict(Preference.objects.filter(user=world.mei).values_list("category", "email")) == chosen


def test_mail_that_is_a_duty_is_not_offered_for_choice(world: World) -> None:
    assert (
        f'name="{Category.ACCOUNT.value}"'
        not in world.client("mei").get(reverse("notifications:settings")).content.decode()
    )


@pytest.mark.parametrize("what", ["roadmap", DIGEST])
def test_a_link_in_a_mail_asks_and_a_button_stops(world: World, what: str) -> None:
    url = reverse("notifications:unsubscribe", args=[unsubscribe_token(world.mei.pk, what)])
    client = world.client(None)
    asked = client.get(url)
    assert b"<form" in asked.content
    assert "no-store" in asked.headers["Cache-Control"] or "no-cache" in asked.headers["Cache-Control"]
    assert not Preference.objects.exists()
    assert not DigestPreference.objects.exists()
    assert client.post(url).status_code == 200
    if what == DIGEST:
        assert DigestPreference.objects.get().daily is False
    else:
        assert Preference.objects.get(user=world.mei, category=what).email == "never"


def test_a_token_stops_mail_for_its_person_and_does_nothing_else(world: World) -> None:
    token = unsubscribe_token(world.mei.pk, "roadmap")
    client = world.client("kalok")
    client.post(reverse("notifications:unsubscribe", args=[token]))
    assert list(Preference.objects.values_list("user", flat=True)) == [world.mei.pk]
    # It signs nobody in.
    stranger = world.client(None)
    stranger.post(reverse("notifications:unsubscribe", args=[token]))
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(":", ".")])
def test_a_token_that_was_tampered_with_is_unknown(world: World, spoil: Any) -> None:
    token = spoil(unsubscribe_token(world.mei.pk, "roadmap"))
    assert world.client(None).post(f"/u/{token}/").status_code == 404
    assert not Preference.objects.exists()
