"""The verbs of the discussion."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from consultations import policies, workflow
from consultations.enums import CommentState
from consultations.models import Comment, Consultation, Resolution
from members.audience import Audience, may_follow
from members.viewer import acting_as
from notifications.models import Event, Notice
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import NOW, say

PEOPLE = ("officer", "secretary", "mei", "rosa", "kalok", "nina", "fan")


def reads(world: Any, who: str | None, comment: Comment) -> bool:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return Comment.objects.visible_to(viewer).filter(pk=comment.pk).exists()


def test_a_comment_is_stored_with_its_html_and_its_anchor(world: Any, paper: Consultation) -> None:
    with acting_as(world.viewer("mei")):
        paragraph = paper.paragraphs.get(number="1.10")
    comment = say(paper, world, "mei", "Hello **there**", anchor=paragraph)
    assert comment.body_html == "<p>Hello <strong>there</strong></p>\n"
    assert comment.anchor_key == "p1.10"
    assert comment.organisation == world.harbour
    assert comment.thread_at == comment.created_at == NOW


@pytest.mark.parametrize(
    ("who", "audience", "readers"),
    [
        ("mei", "organisation", {"mei", "rosa"}),
        ("mei", "shared", {"mei", "rosa", "officer", "secretary"}),
        ("mei", "group", set(PEOPLE)),
        ("officer", "regulator", {"officer", "secretary"}),
        ("officer", "group", set(PEOPLE)),
    ],
)
def test_who_reads_a_comment(world: Any, paper: Consultation, who: str, audience: str, readers: set[str]) -> None:
    comment = say(paper, world, who, audience=audience)
    assert {name for name in PEOPLE if reads(world, name, comment)} == readers
    assert not reads(world, None, comment)


@pytest.mark.parametrize("who", ["fan", None])
def test_observers_and_the_public_do_not_write(world: Any, paper: Consultation, who: str | None) -> None:
    with pytest.raises(Forbidden):
        say(paper, world, who, audience="group")


@pytest.mark.parametrize(
    ("who", "audience"), [("mei", "regulator"), ("mei", "public"), ("officer", "organisation"), ("officer", "shared")]
)
def test_audiences_that_are_not_offered(world: Any, paper: Consultation, who: str, audience: str) -> None:
    with pytest.raises(Refused) as refusal:
        say(paper, world, who, audience=audience)
    assert refusal.value.field == "audience"


def test_nobody_comments_after_the_deadline(world: Any, paper: Consultation) -> None:
    with clock.at(paper.closes_at - timedelta(seconds=1)):
        say(paper, world, "mei")
    with clock.at(paper.closes_at), pytest.raises(Refused):
        say(paper, world, "mei")


def test_an_extension_counts_for_its_firm_alone(world: Any, paper: Consultation) -> None:
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        workflow.extend(
            paper,
            organisation=world.banyan,
            until=paper.closes_at + timedelta(days=7),
            reason="Wallet migration",
            actor=secretary,
        )
    with clock.at(paper.closes_at + timedelta(days=1)):
        comment = say(paper, world, "kalok", audience="shared")
        with pytest.raises(Refused):
            say(paper, world, "mei")
        assert say(paper, world, "officer", audience="shared", parent=comment).organisation == world.banyan


def test_the_regulator_answers_a_firm_in_confidence(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "mei", audience="shared")
    answer = say(paper, world, "officer", audience="shared", parent=asked, posted_as="Policy team")
    assert answer.organisation == world.harbour
    assert {name for name in PEOPLE if reads(world, name, answer)} == {"mei", "rosa", "officer", "secretary"}


def test_a_parent_that_cannot_be_read_cannot_be_answered(world: Any, paper: Consultation) -> None:
    hidden = say(paper, world, "mei", audience="organisation")
    with pytest.raises(Refused):
        say(paper, world, "kalok", audience="group", parent=hidden)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.sampled_from(("mei", "kalok", "officer")),
    first_audience=st.sampled_from(Audience.values),
    second=st.sampled_from(PEOPLE),
    audience=st.sampled_from(Audience.values),
)
def test_a_reply_has_no_reader_whom_its_parent_has_not(
    world: Any, paper: Consultation, first: str, first_audience: str, second: str, audience: str
) -> None:
    try:
        parent = say(paper, world, first, audience=first_audience)
        reply = say(paper, world, second, audience=audience, parent=parent)
    except (Refused, Forbidden):
        return
    assert may_follow(parent, audience=reply.audience, organisation_id=reply.organisation_id)
    assert reply.anchor_key == parent.anchor_key
    assert all(reads(world, name, parent) for name in PEOPLE if reads(world, name, reply))


def test_a_comment_keeps_to_the_working_group_of_its_paper(world: Any) -> None:
    from tests.consultations.conftest import make_paper

    paper = make_paper(world, key="cp-wg", working_group=world.custody)
    comment = say(paper, world, "mei")
    assert comment.working_group == world.custody
    assert {name for name in PEOPLE if reads(world, name, comment)} == {"officer", "mei", "kalok"}


def test_can_read_is_the_same_rule_as_visible_q(world: Any, paper: Consultation) -> None:
    rows = [say(paper, world, "mei", audience=a) for a in ("organisation", "shared", "group")]
    rows += [say(paper, world, "officer", audience=a) for a in ("regulator", "group")]
    for row in rows:
        for name in (*PEOPLE, None):
            assert policies.can_read(world.viewer(name), row) == reads(world, name, row), (row.audience, name)


def edit(world: Any, who: str, comment: Comment, body: str, version: int = 1, reason: str = "") -> Comment:
    with acting_as(world.viewer(who)):
        return workflow.edit_comment(
            comment, actor=world.viewer(who), body=body, reason=reason, expected_version=version
        )


def test_an_edit_keeps_the_earlier_text_in_the_history(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "First")
    edited = edit(world, "mei", comment, "Second", reason="Typing error")
    assert (edited.body, edited.version, edited.edit_reason, edited.edited_at) == ("Second", 2, "Typing error", NOW)
    with acting_as(world.viewer("kalok")):
        assert list(
            Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).order_by("pgh_id").values_list("body", flat=True)
        ) == ["First", "Second"]


def test_two_edits_from_the_same_version_conflict(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "First")
    edit(world, "mei", comment, "Second")
    with pytest.raises(Conflict):
        edit(world, "mei", comment, "Third")
    with acting_as(world.viewer("mei")):
        assert Comment.objects.get(pk=comment.pk).body == "Second"


@pytest.mark.parametrize("who", ["rosa", "kalok", "officer", "secretary"])
def test_only_the_author_edits(world: Any, paper: Consultation, who: str) -> None:
    comment = say(paper, world, "mei")
    with pytest.raises(Forbidden):
        edit(world, who, comment, "Changed")


def withdraw(world: Any, who: str, comment: Comment, reason: str = "Posted by mistake") -> Comment:
    with acting_as(world.viewer(who)):
        return workflow.withdraw_comment(comment, actor=world.viewer(who), reason=reason)


def test_a_withdrawn_comment_leaves_a_stub(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "Our secret")
    stub = withdraw(world, "mei", comment)
    assert (stub.body, stub.body_html, stub.withdrawal_reason) == ("", "", "Posted by mistake")
    assert {name for name in PEOPLE if policies.can_see_history(world.viewer(name), stub)} == {
        "mei", "rosa", "officer", "secretary",
    }  # fmt: skip
    with pytest.raises(Refused):
        withdraw(world, "mei", comment)
    with pytest.raises(Refused):
        say(paper, world, "kalok", parent=comment)


@pytest.mark.parametrize("who", ["rosa", "kalok", "officer"])
def test_who_may_not_withdraw(world: Any, paper: Consultation, who: str) -> None:
    comment = say(paper, world, "mei")
    with pytest.raises(Forbidden):
        withdraw(world, who, comment)


def test_the_secretariat_may_withdraw_and_must_say_why(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei")
    with pytest.raises(Refused):
        withdraw(world, "secretary", comment, reason="  ")
    assert withdraw(world, "secretary", comment).withdrawn_by == world.secretary


def test_a_held_comment_is_read_by_its_firm_and_the_regulator(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", hold=True)
    assert comment.state == CommentState.HELD
    assert {name for name in PEOPLE if reads(world, name, comment)} == {"mei", "rosa", "officer", "secretary"}
    with acting_as(world.viewer("secretary")):
        workflow.release_comment(comment, actor=world.viewer("secretary"))
    assert all(reads(world, name, comment) for name in PEOPLE)
    with acting_as(world.viewer("secretary")):
        workflow.hold_comment(comment, actor=world.viewer("secretary"), reason="It names a client.")
    assert not reads(world, "kalok", comment)
    with acting_as(world.viewer("mei")), pytest.raises(Forbidden):
        workflow.release_comment(comment, actor=world.viewer("mei"))


def test_an_official_answer_is_the_regulators(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "kalok")
    answer = say(paper, world, "officer", parent=asked)
    with acting_as(world.viewer("officer")):
        assert workflow.mark_official_answer(answer, actor=world.viewer("officer")).official_answer
        with pytest.raises(Forbidden):
            workflow.mark_official_answer(asked, actor=world.viewer("officer"))
    with acting_as(world.viewer("kalok")), pytest.raises(Forbidden):
        workflow.mark_official_answer(answer, actor=world.viewer("kalok"))
    event = Event.objects.get(kind="consultations.official_answer")
    assert list(event.notices.values_list("user__name_en", flat=True)) == ["Kalok"]


def test_the_asker_resolves_and_reopens(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "kalok")
    answer = say(paper, world, "officer", parent=asked)
    kalok = world.viewer("kalok")
    with acting_as(kalok):
        first = workflow.resolve(answer, actor=kalok)
        assert workflow.resolve(answer, actor=kalok) == first
        workflow.reopen(answer, actor=kalok)
        workflow.reopen(answer, actor=kalok)
        assert Resolution.objects.filter(comment=answer, reopened_at=None).count() == 0
    with acting_as(world.viewer("nina")), pytest.raises(Forbidden):
        workflow.resolve(answer, actor=world.viewer("nina"))


def told(world: Any) -> set[str]:
    event = Event.objects.latest("at", "pk")
    return set(Notice.objects.filter(event=event).values_list("user__name_en", flat=True))


def last_told(kind: str = "consultations.comment_posted") -> list[set[str]]:
    events = Event.objects.filter(kind=kind)
    return [set(event.notices.values_list("user__name_en", flat=True)) for event in events]


def test_a_firms_comment_is_told_to_the_lead(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei", audience="shared")
    assert last_told() == [{"Officer"}]


def test_an_internal_note_is_told_inside_the_firm_alone(world: Any, paper: Consultation) -> None:
    first = say(paper, world, "mei", audience="organisation")
    assert last_told() == []
    say(paper, world, "rosa", audience="organisation", parent=first)
    assert last_told() == [{"Mei"}]


def test_a_reply_is_told_to_those_in_the_thread_who_can_read_it(world: Any, paper: Consultation) -> None:
    first = say(paper, world, "kalok")
    say(paper, world, "mei", parent=first)
    Event.objects.all().delete()
    say(paper, world, "nina", audience="shared", parent=first)
    assert last_told() == [{"Officer"}]
    Event.objects.all().delete()
    say(paper, world, "officer", parent=first)
    assert last_told() == [{"Kalok", "Mei", "Nina"}]


def test_no_event_and_no_entry_carries_the_text(world: Any, paper: Consultation) -> None:
    canary = "canary-7b1f"
    for audience in ("group", "shared", "organisation"):
        first = say(paper, world, "mei", canary, audience=audience)
        say(paper, world, "rosa", canary, audience=audience, parent=first)
    assert canary not in repr(list(Event.objects.values()))
    with acting_as(world.viewer("mei")):
        # The trail of what the whole group may read is the regulator's.
        assert Entry.objects.filter(verb="consultations.comment_posted").count() == 4
        assert canary not in repr(list(Entry.objects.values()))
    with acting_as(world.viewer("officer")):
        assert Entry.objects.filter(verb="consultations.comment_posted").count() == 4


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 20_001, "[a]: http://x\n" * 60])
def test_texts_that_are_refused(world: Any, paper: Consultation, body: str) -> None:
    with pytest.raises(Refused) as refusal:
        say(paper, world, "mei", body)
    assert refusal.value.field == "body"
