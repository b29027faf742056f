"""The feed of a paper by a personal key."""

import logging
import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from consultations.views import exports
from members import workflow as members
from members.enums import LicenceState
from members.viewer import acting_as
from notifications import feeds
from notifications.models import FeedToken
from portal.common import clock
from portal.common.errors import Refused
from portal.common.scrubbing import without_keys
from tests.consultations.conftest import NOW, make_paper, say
from tests.consultations.exports.conftest import READERS, Scene, build

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def scene(world: Any) -> Scene:
    return build(world)


def key_of(world: Any, name: str) -> str:
    _made, key = feeds.make_key(world.users[name], actor=world.viewer(name))
    return key


def url(key: str, paper: str = "cp-1") -> str:
    return reverse("consultations:feed", args=[paper, key])


def titles(content: bytes) -> list[str]:
    feed = ElementTree.fromstring(content)  # noqa: S314 - our own
    return [str(one.findtext(f"{ATOM}title")) for one in feed.iter(f"{ATOM}entry")]


def test_a_key_works_without_a_session_and_reads_as_its_owner(scene: Scene) -> None:
    answer = scene.world.client(None).get(url(key_of(scene.world, "mei")))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    found = titles(answer.content)
    # On the question hers for all and hers for the SFC; nothing of Banyan's to the SFC, nothing withdrawn.
    assert found.count("Comment on question 1") == 2
    assert found.count("Comment on the whole paper") == 1
    assert "Clarification 1" in found
    assert "Clarification 2" not in found
    other = titles(scene.world.client(None).get(url(key_of(scene.world, "kalok"))).content)
    assert other.count("Comment on question 1") == 3


def test_somebody_elses_session_changes_nothing(scene: Scene) -> None:
    key = key_of(scene.world, "mei")
    alone = scene.world.client(None).get(url(key)).content
    assert scene.world.client("kalok").get(url(key)).content == alone


def test_no_entry_holds_what_was_written_or_by_whom(scene: Scene) -> None:
    for name in ("mei", "kalok", "officer"):
        key = key_of(scene.world, name)
        content = scene.world.client(None).get(url(key)).content.decode()
        assert not re.findall(r"qz[a-z]+qz", content)
        assert "Harbour" not in content
        assert "Banyan" not in content
        assert key not in content
    assert len(READERS) > 10


def test_a_feed_that_has_nothing_new_answers_304(scene: Scene) -> None:
    client, key = scene.world.client(None), key_of(scene.world, "mei")
    first = client.get(url(key))
    again = client.get(url(key), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    # What the owner cannot read is no news either.
    say(scene.paper, scene.world, "kalok", "Among us.", "organisation")
    assert client.get(url(key), headers={"If-None-Match": first["ETag"]}).status_code == 304
    say(scene.paper, scene.world, "kalok", "To all.")
    assert client.get(url(key), headers={"If-None-Match": f'W/{first["ETag"]}, "x"'}).status_code == 200


def test_unknown_revoked_and_foreign_are_the_same_404(scene: Scene) -> None:
    world, client = scene.world, scene.world.client(None)
    make_paper(world, key="cp-custody", working_group=world.custody)
    key = key_of(world, "nina")
    assert client.get(url(key)).status_code == 200
    hidden = client.get(url(key, "cp-custody"))
    row = FeedToken.objects.get(user=world.nina)
    assert feeds.revoke_key(world.nina, row.pk, actor=world.viewer("nina"))
    revoked = client.get(url(key))
    answers = [client.get(url("forged")), client.get(url("x" * 43)), hidden, revoked, client.get(url(key, "cp-absent"))]
    assert {one.status_code for one in answers} == {404}


def test_a_suspended_firms_key_opens_nothing(scene: Scene) -> None:
    world, key = scene.world, key_of(scene.world, "kalok")
    assert world.client(None).get(url(key)).status_code == 200
    with acting_as(world.viewer("secretary")):
        members.set_licence_status(
            world.banyan, state=LicenceState.SUSPENDED, effective_on=date(2026, 11, 20), actor=None
        )
    assert world.client(None).get(url(key)).status_code == 404


def test_the_database_keeps_no_key(scene: Scene) -> None:
    key = key_of(scene.world, "mei")
    row = FeedToken.objects.get(user=scene.world.mei)
    assert len(key) == 43
    assert key not in repr(row.__dict__)
    assert row.digest == feeds.digest(key)
    assert row.last_used_at is None
    scene.world.client(None).get(url(key))
    row.refresh_from_db()
    assert row.last_used_at == NOW
    with clock.at(NOW + timedelta(minutes=30)):
        scene.world.client(None).get(url(key))
    row.refresh_from_db()
    assert row.last_used_at == NOW


def test_a_key_that_is_used_too_often_is_told_to_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FETCHES", 2)
    key = key_of(scene.world, "mei")
    answers = [scene.world.client(None).get(url(key)) for _time in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "900"


def test_ten_keys_are_enough(world: Any) -> None:
    for _time in range(10):
        key_of(world, "mei")
    with pytest.raises(Refused, match="ten feed keys"):
        key_of(world, "mei")


def test_the_page_shows_a_key_once_with_the_addresses(scene: Scene) -> None:
    client = scene.world.client("mei")
    page = client.post(reverse("notifications:feeds"), {"name": "Office reader"})
    (key,) = set(re.findall(r"/consultations/cp-1/feed/([\w-]{43})/", page.content.decode()))
    assert page["Cache-Control"] == "private, no-store"
    assert scene.world.client(None).get(url(key)).status_code == 200
    again = client.get(reverse("notifications:feeds")).content.decode()
    assert "Office reader" in again
    assert key not in again
    row = FeedToken.objects.get(user=scene.world.mei)
    # Somebody else cannot revoke it.
    scene.world.client("kalok").post(reverse("notifications:revoke_feed_key", args=[row.pk]))
    assert scene.world.client(None).get(url(key)).status_code == 200
    client.post(reverse("notifications:revoke_feed_key", args=[row.pk]))
    assert scene.world.client(None).get(url(key)).status_code == 404


def test_a_feed_speaks_its_owners_language(scene: Scene) -> None:
    key = key_of(scene.world, "mei")
    User.objects.filter(pk=scene.world.mei.pk).update(language="zh-hant")
    content = scene.world.client(None).get(url(key)).content.decode()
    assert 'xml:lang="zh-hant"' in content
    assert "Comment on" not in content


def test_no_log_holds_a_key(scene: Scene, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    key = key_of(scene.world, "mei")
    path = url(key)
    assert without_keys(f"GET {path}?x=1 /account/invitation/abc/ https://p.example/u/tok:en/") == (
        "GET /consultations/cp-1/feed/[key]/?x=1 /account/invitation/[key]/ https://p.example/u/[key]/"
    )
    assert without_keys("/consultations/cp-1/export/ and/u/x") == "/consultations/cp-1/export/ and/u/x"
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (path,), None)
    assert key not in handler.format(record)
    assert "[key]" in handler.format(record)
