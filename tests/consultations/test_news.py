"""A page that stays open: no news costs two statements and a 304; what is new arrives, what is hidden does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.middleware import ACTIVITY_SESSION_KEY
from consultations.models import Consultation
from consultations.views.news import moment_of, stamp_of
from members.viewer import acting_as
from portal.common import clock
from tests.consultations.conftest import NOW, say

pytestmark = pytest.mark.django_db


def address(paper: Consultation) -> str:
    return reverse("consultations:news", args=[paper.key])


def ask(client: Any, paper: Consultation, stamp: Any = "1") -> Any:
    return client.get(address(paper), headers={"If-None-Match": str(stamp)})


def test_without_news_two_statements_and_a_304(world: Any, paper: Consultation) -> None:
    for number in range(30):
        say(paper, world, "mei", f"Remark {number}")
    client = world.client("kalok")
    stamp = ask(client, paper)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        response = ask(client, paper, stamp)
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == stamp
    assert "no-store" in response["Cache-Control"]
    statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 2, statements


def test_a_new_comment_arrives_at_its_place_with_its_notice(world: Any, paper: Consultation) -> None:
    client = world.client("kalok")
    say(paper, world, "mei", "First.")
    stamp = ask(client, paper)["ETag"]
    with clock.at(NOW + timedelta(minutes=1)):
        say(paper, world, "mei", "Second, on 1.1.", anchor=paper.paragraphs.get(number="1.1"))
        response = ask(client, paper, stamp)
        assert response.status_code == 200
        html = response.content.decode()
        assert "1 new comment" in html
        assert 'id="t-p1.1" hx-swap-oob="true"' in html
        assert '<a class="para__c" id="n-p1.1" hx-swap-oob="true" href="#t-p1.1">1<' in html
        assert "Second, on 1.1." in html
        assert "First." not in html
        assert ask(client, paper, response["ETag"]).status_code == 304


def test_what_one_cannot_read_is_no_news(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei")
    rival, colleague, officer = (world.client(name) for name in ("kalok", "rosa", "officer"))
    stamps = {one: ask(one, paper)["ETag"] for one in (rival, colleague, officer)}
    with clock.at(NOW + timedelta(minutes=1)):
        say(paper, world, "mei", "For colleagues.", audience="organisation")
        assert ask(rival, paper, stamps[rival]).status_code == 304
        assert ask(officer, paper, stamps[officer]).status_code == 304
        assert ask(colleague, paper, stamps[colleague]).status_code == 200
    with clock.at(NOW + timedelta(minutes=2)):
        say(paper, world, "mei", "For the SFC.", audience="shared")
        assert ask(rival, paper, stamps[rival])["ETag"] == stamps[rival]
        assert ask(officer, paper, stamps[officer]).status_code == 200


def test_ones_own_post_is_not_announced(world: Any, paper: Consultation) -> None:
    client = world.client("mei")
    say(paper, world, "kalok")
    stamp = ask(client, paper)["ETag"]
    with clock.at(NOW + timedelta(minutes=1)):
        say(paper, world, "mei", "Mine.")
        response = ask(client, paper, stamp)
    assert response.status_code == 200
    assert "new comment" not in response.content.decode()


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "9" * 40, '"', "١٢"])
def test_a_stamp_that_is_not_ours_is_no_news(world: Any, paper: Consultation, stamp: str) -> None:
    say(paper, world, "mei")
    assert world.client("kalok").get(address(paper), {"stamp": stamp}).status_code == 204


def test_a_hidden_and_an_absent_paper_have_no_news(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei")
    with acting_as(world.viewer("officer")):
        assert Consultation.objects.filter(pk=paper.pk).update(released_at=None)
    absent = reverse("consultations:news", args=["no-such-paper"])
    for client in (world.client("kalok"), world.client(None)):
        assert client.get(address(paper), {"stamp": "1"}).status_code == 204
        assert client.get(absent, {"stamp": "1"}).status_code == 204


def test_stamps_are_exact_to_the_microsecond() -> None:
    for microsecond in (0, 1, 499_999, 999_999):
        moment = NOW.replace(microsecond=microsecond)
        assert moment_of(stamp_of(moment)) == moment


def test_a_page_left_open_does_not_keep_its_session_alive(world: Any, paper: Consultation) -> None:
    client = world.client("mei")
    ask(client, paper)
    assert ACTIVITY_SESSION_KEY not in client.session
    client.get(paper.get_absolute_url())
    assert ACTIVITY_SESSION_KEY in client.session


def test_the_page_brings_the_stamp_with_which_it_asks(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei")
    client = world.client("kalok")
    html = client.get(paper.get_absolute_url()).content.decode()
    digits = html.split('{"If-None-Match": "', 1)[1].split('"', 1)[0]
    assert ask(client, paper, digits).status_code == 304
