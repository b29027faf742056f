"""Whoever answers a comment that is withdrawn or narrowed meanwhile keeps what they wrote, and is told."""

from typing import Any

import pytest
from django.urls import reverse

from consultations.models import Comment, CommentDraft, Consultation
from consultations.short import shortened
from consultations.workflow import discussion
from members.viewer import acting_as
from tests.consultations.conftest import say

pytestmark = pytest.mark.django_db
TEXT = "We read it otherwise, for three reasons."


@pytest.fixture
def gone(world: Any, paper: Consultation) -> Comment:
    comment = say(paper, world, "mei", "A comment")
    with acting_as(world.viewer("mei")):
        discussion.withdraw_comment(comment, actor=world.viewer("mei"), reason="Wrong paper")
    return comment


def _post(world: Any, paper: Consultation, comment: Comment, **more: Any) -> Any:
    data = {"body": TEXT, "audience": "group", "anchor": comment.anchor_key, "parent": str(comment.pk)}
    return world.client("kalok").post(
        reverse("consultations:post", args=[paper.key]), data | more.pop("data", {}), **more
    )


@pytest.mark.parametrize("header", [{}, {"headers": {"HX-Request": "true"}}])
def test_the_text_stays_with_a_sentence_that_says_why(
    world: Any, paper: Consultation, gone: Comment, header: Any
) -> None:
    answer = _post(world, paper, gone, **header)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert TEXT in html
    assert "is no longer there for you to answer" in html
    with acting_as(world.viewer("kalok")):
        assert {one.author_id for one in Comment._default_manager.filter(consultation=paper)} == {world.mei.pk}
    assert CommentDraft._default_manager.get(author=world.kalok).body == TEXT


def test_what_never_was_gets_the_same_answer_as_what_one_cannot_read(world: Any, paper: Consultation) -> None:
    hidden = say(paper, world, "mei", "Ours", audience="organisation")
    found = _post(world, paper, hidden)
    absent = _post(world, paper, hidden, data={"parent": "9f9b0187-4626-5b2c-b030-df0e469fa07e"})
    assert (found.status_code, absent.status_code) == (422, 422)
    assert "Ours" not in found.content.decode()


def test_a_comment_that_was_begun_at_the_place_is_not_written_over(
    world: Any, paper: Consultation, gone: Comment
) -> None:
    save = reverse("consultations:save_draft", args=[paper.key])
    client = world.client("kalok")
    client.post(save, {"body": "Begun before.", "audience": "group", "anchor": gone.anchor_key, "draft_version": "0"})
    html = _post(world, paper, gone).content.decode()
    assert TEXT in html
    assert CommentDraft._default_manager.get(author=world.kalok).body == "Begun before."
    client.post(save, {"body": TEXT, "anchor": gone.anchor_key, "parent": str(gone.pk), "draft_version": "0"})
    assert CommentDraft._default_manager.get(author=world.kalok).body == f"Begun before.\n\n{TEXT}"


def test_a_draft_that_is_saved_while_one_types_says_it(world: Any, paper: Consultation, gone: Comment) -> None:
    save = reverse("consultations:save_draft", args=[paper.key])
    data = {"body": TEXT, "anchor": gone.anchor_key, "parent": str(gone.pk), "draft_version": "0"}
    answer = world.client("kalok").post(save, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "is no longer there for you to answer" in answer.content.decode()
    assert CommentDraft._default_manager.get(author=world.kalok).body == TEXT


def test_a_link_to_what_is_gone_says_so(world: Any, paper: Consultation, gone: Comment) -> None:
    client, address = world.client("kalok"), paper.get_absolute_url()
    assert "not there any more" in client.get(f"{address}?reply={shortened(gone.pk)}").content.decode()
    assert "is not there, or not for you to read" in client.get(f"{address}?c=n5sBh0YmWyywMN8ORp-gfg").content.decode()


def test_a_draft_of_an_answer_to_what_was_withdrawn_leads_nowhere(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "A comment")
    save, client = reverse("consultations:save_draft", args=[paper.key]), world.client("kalok")
    client.post(save, {"body": TEXT, "anchor": comment.anchor_key, "parent": str(comment.pk), "draft_version": "0"})
    with acting_as(world.viewer("mei")):
        discussion.withdraw_comment(comment, actor=world.viewer("mei"), reason="Wrong paper")
    html = client.get(reverse("consultations:drafts")).content.decode()
    assert TEXT in html
    assert "Go on writing" not in html


def test_a_null_character_in_an_address_is_not_understood(world: Any, paper: Consultation) -> None:
    for anchor in ("p\x00", "s\x00", "q1\x00"):
        for name in ("post", "save_draft"):
            data = {"body": TEXT, "audience": "group", "anchor": anchor}
            answer = world.client("kalok").post(reverse(f"consultations:{name}", args=[paper.key]), data)
            assert answer.status_code == 400, (anchor, name)
