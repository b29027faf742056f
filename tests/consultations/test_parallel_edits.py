"""Fifty edits of one comment at once, by real connections: each is applied or refused with both texts, none is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from consultations.models import Comment, CommentDraft
from members.viewer import acting_as
from tests.consultations.conftest import make_paper, say
from tests.world import find_or_build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240, func_only=True)]

EDITS, HANDS = 50, 4  # the pool of a process has six connections, of which the test itself holds some


def test_fifty_edits_at_once(record_property: Any) -> None:
    world: Any = find_or_build()
    paper = make_paper(world)
    comment = say(paper, world, "mei", "text-0")
    address = reverse("consultations:edit", args=[paper.key, comment.pk])
    cookies = world.client("mei").cookies
    barrier = Barrier(HANDS)

    def edit(number: int) -> tuple[int, int, str]:
        client = Client()
        client.cookies = cookies
        try:
            form = client.get(address).content.decode()
            version = re.search(r'name="version" value="(\d+)"', form)
            assert version is not None
            if number <= EDITS - EDITS % HANDS:
                barrier.wait(60)
            answer = client.post(address, {"body": f"text-{number}", "version": version[1]})
            return number, answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(edit, range(1, EDITS + 1)))
    applied = [number for number, status, _html in answers if status == 302]
    conflicts = [(number, html) for number, status, html in answers if status == 409]
    assert len(applied) + len(conflicts) == EDITS
    assert applied
    assert conflicts
    with acting_as(world.viewer("mei")):
        standing = Comment.objects.get(pk=comment.pk)
        history = Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).order_by("version")  # type: ignore[attr-defined]
        texts = list(history.values_list("version", "body"))
    assert standing.version == 1 + len(applied)
    assert [version for version, _text in texts] == list(range(1, 2 + len(applied)))
    assert {text for _version, text in texts} == {"text-0", *(f"text-{number}" for number in applied)}
    kept = {f"text-{number}" for number in applied} | {"text-0"}
    for number, html in conflicts:
        assert f"text-{number}</textarea>" in html
        now = re.search(r"<p>(text-\d+)</p>", html)
        assert now is not None
        assert now[1] in kept
        difference = unescape(re.sub(r"<[^>]*>", "", html.split('class="diff')[1].split("</div>")[0]))
        assert str(number) in difference
    record_property("figure", f"50 parallel edits of one comment: {len(applied)} applied, {len(conflicts)} conflicts")


def test_a_draft_saved_in_two_windows_at_once_is_overwritten_in_neither(record_property: Any) -> None:
    world: Any = find_or_build()
    paper = make_paper(world)
    cookies = world.client("mei").cookies
    address = reverse("consultations:save_draft", args=[paper.key])

    def save(number: int) -> int:
        client = Client()
        client.cookies = cookies
        try:
            data = {"anchor": "p1.1", "body": f"window-{number}", "draft_version": "0"}
            return client.post(address, data, HTTP_HX_REQUEST="true").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(save, range(12)))
    assert sorted(answers) == [200] + [422] * 11
    with acting_as(world.viewer("mei")):
        assert CommentDraft.objects.get().version == 1
