"""The verbs of threads beyond posting: passages, names, drafts, fewer and more readers, release, pins, readings."""

from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from audit.models import Entry
from consultations import policies, workflow
from consultations.enums import CommentState
from consultations.models import Attachment, Comment, CommentDraft, Consultation, DraftAttachment, Mention, Seen
from consultations.passages import find
from consultations.workflow import Spot
from members import workflow as members
from members.viewer import acting_as
from notifications.models import Event
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import say
from tests.consultations.test_discussion import PEOPLE, edit, last_told, reads


def readers_of(world: Any, comment: Comment) -> set[str]:
    return {name for name in PEOPLE if reads(world, name, comment)}


def act(world: Any, who: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
    actor = world.viewer(who)
    with acting_as(actor):
        return verb(*args, actor=actor, **kwargs)


# --- passages ----------------------------------------------------------------------------------------------------


def test_a_passage_is_kept_with_its_surroundings_and_the_version_of_the_text(world: Any, paper: Consultation) -> None:
    with acting_as(world.viewer("mei")):
        paragraph = paper.paragraphs.get(number="1.1")
        passage = find(paragraph, "paragraph 1.1")
    comment = say(paper, world, "mei", anchor=paragraph, passage=passage, text_version=99)
    assert (comment.passage, comment.passage_language, comment.anchor_version) == ("Paragraph 1.1", "en", 1)


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "named", "told"),
    [("group", ["kalok", "rosa"], {"Kalok", "Rosa"}), ("organisation", ["poon"], {"Poon"})],
)
def test_those_named_are_told_once(
    world: Any, paper: Consultation, audience: str, named: list[str], told: set[str]
) -> None:
    comment = say(paper, world, "mei", audience=audience, tell=[world.users[name].pk for name in named])
    assert last_told("consultations.mentioned") == [told]
    with acting_as(world.viewer("mei")):
        assert Mention.objects.filter(comment=comment).count() == len(named)


def test_who_is_named_and_takes_part_is_told_once(world: Any, paper: Consultation) -> None:
    first = say(paper, world, "kalok")
    Event.objects.all().delete()
    say(paper, world, "mei", parent=first, tell=[world.kalok.pk])
    assert last_told("consultations.mentioned") == [{"Kalok"}]
    assert last_told() == [{"Officer"}]


@pytest.mark.parametrize(("who", "audience", "other"), [
    ("mei", "organisation", "kalok"), ("mei", "shared", "nina"), ("officer", "regulator", "mei"),
    ("mei", "organisation", "officer"), ("mei", "group", "ngai"), ("mei", "group", "leaver"),
])  # fmt: skip
def test_nobody_is_told_of_what_they_cannot_read(
    world: Any, paper: Consultation, who: str, audience: str, other: str
) -> None:
    with pytest.raises(Refused) as refusal:
        say(paper, world, who, audience=audience, tell=[world.users[other].pk])
    assert refusal.value.field == "tell"
    assert last_told("consultations.mentioned") == []


def test_a_name_typed_by_hand_counts_and_is_refused_where_it_cannot_be_told(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei", "Ask @Kalok, and mail x@nina.example", audience="group")
    assert last_told("consultations.mentioned") == [{"Kalok"}]
    with pytest.raises(Refused) as refusal:
        say(paper, world, "mei", "Ask @Kalok about it", audience="shared")
    assert refusal.value.field == "body"
    assert "Kalok" in refusal.value.message


# --- fewer and more readers ------------------------------------------------------------------------------------


def test_a_comment_narrowed_later_is_gone_for_the_others_with_its_history_and_notices(
    world: Any, paper: Consultation
) -> None:
    first = say(paper, world, "kalok")
    comment = say(paper, world, "mei", "One", parent=first)
    edit(world, "mei", comment, "Two")
    narrowed = act(world, "mei", workflow.narrow_comment, comment, audience="shared")
    assert readers_of(world, narrowed) == {"mei", "rosa", "officer", "secretary"}
    assert narrowed.narrowed_at is not None
    with acting_as(world.viewer("kalok")):
        assert not Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).exists()
    event = Event.objects.get(kind="consultations.comment_posted", subject_id=str(comment.pk))
    from notifications.readers import still_readable

    assert still_readable([(world.kalok.pk, event)]) == set()
    assert still_readable([(world.rosa.pk, event)]) != set()


def test_replies_of_the_firm_and_of_the_regulator_go_along(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei")
    own, sfc = say(paper, world, "rosa", parent=comment), say(paper, world, "officer", parent=comment)
    inside = say(paper, world, "officer", parent=comment, audience="regulator")
    act(world, "mei", workflow.narrow_comment, comment, audience="shared")
    for reply in (own, sfc):
        assert readers_of(world, reply) == {"mei", "rosa", "officer", "secretary"}
    assert readers_of(world, inside) == {"officer", "secretary"}
    assert sorted(map(sorted, last_told("consultations.readers_narrowed"))) == [["Officer"], ["Rosa"]]
    with pytest.raises(Refused, match="SFC has answered"):
        act(world, "mei", workflow.narrow_comment, comment, audience="organisation")


def test_somebody_elses_answer_holds_its_readers(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei")
    say(paper, world, "kalok", parent=comment)
    with pytest.raises(Refused, match="Another firm"):
        act(world, "mei", workflow.narrow_comment, comment, audience="shared")
    assert reads(world, "nina", comment)


def test_what_others_keep_to_themselves_does_not_show_by_a_refusal(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei")
    note = say(paper, world, "kalok", parent=comment, audience="organisation")
    act(world, "mei", workflow.narrow_comment, comment, audience="shared")
    assert readers_of(world, note) == {"kalok"}
    assert not reads(world, "kalok", comment)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("mei", True), ("poon", True), ("secretary", True), ("chair", True), ("rosa", False), ("officer", False),
     ("kalok", False)],
)  # fmt: skip
def test_who_narrows(world: Any, paper: Consultation, who: str, allowed: bool) -> None:
    comment = say(paper, world, "mei")
    if allowed:
        assert act(world, who, workflow.narrow_comment, comment, audience="shared").audience == "shared"
    else:
        with pytest.raises(Forbidden):
            act(world, who, workflow.narrow_comment, comment, audience="shared")


def test_the_regulator_puts_nothing_into_a_firm(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei")
    with pytest.raises(Refused):
        act(world, "secretary", workflow.narrow_comment, comment, audience="organisation")


@pytest.mark.parametrize("who", ["poon", "rosa", "secretary", "kalok"])
def test_only_the_author_widens(world: Any, paper: Consultation, who: str) -> None:
    comment = say(paper, world, "mei", audience="shared")
    with pytest.raises(Forbidden):
        act(world, who, workflow.widen_comment, comment, audience="group")


def test_widening_ends_at_what_is_answered(world: Any, paper: Consultation) -> None:
    first = say(paper, world, "mei", audience="shared")
    reply = say(paper, world, "rosa", audience="organisation", parent=first)
    with pytest.raises(Refused):
        act(world, "rosa", workflow.widen_comment, reply, audience="group")
    assert readers_of(world, act(world, "rosa", workflow.widen_comment, reply, audience="shared")) == {
        "mei", "rosa", "officer", "secretary",
    }  # fmt: skip


def test_earlier_texts_stay_with_their_readers_when_a_comment_is_widened(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "secret words", audience="organisation")
    edit(world, "mei", comment, "public words")
    act(world, "mei", workflow.widen_comment, comment, audience="group")
    with acting_as(world.viewer("kalok")):
        assert Comment.objects.get(pk=comment.pk).body == "public words"
        assert "secret words" not in repr(
            list(Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).values_list("body", flat=True))
        )


def test_nobody_hears_twice_of_a_comment_that_is_widened(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", audience="shared", tell=[world.secretary.pk])
    act(world, "mei", workflow.widen_comment, comment, audience="group")
    assert last_told() == [{"Officer"}]
    assert last_told("consultations.mentioned") == [{"Secretary"}]


# --- release by a colleague --------------------------------------------------------------------------------------


@pytest.fixture
def wish(world: Any) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)


def test_only_the_coordinator_says_so(world: Any, paper: Consultation) -> None:
    for who in ("mei", "rosa", "eva", "secretary"):
        with pytest.raises(Forbidden):
            act(world, who, members.set_release_wish, world.harbour, wanted=True)


@pytest.mark.usefixtures("wish")
def test_a_contributors_comment_to_all_waits_for_a_colleague(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa", "Ask @Kalok")
    assert (comment.state, comment.held_audience) == (CommentState.AWAITING, "group")
    assert readers_of(world, comment) == {"mei", "rosa"}
    assert last_told("consultations.comment_awaiting") == [{"Mei", "Poon"}]
    assert last_told() == last_told("consultations.mentioned") == []
    for who in ("rosa", "kalok", "officer"):
        with pytest.raises(Forbidden):
            act(world, who, workflow.let_out, comment)
    out = act(world, "mei", workflow.let_out, comment)
    assert (out.state, out.author, out.let_out_by) == (CommentState.PUBLISHED, world.rosa, world.mei)
    assert readers_of(world, out) == set(PEOPLE)
    assert last_told("consultations.mentioned") == [{"Kalok"}]
    assert last_told() == [{"Officer"}]
    with pytest.raises(Refused):
        act(world, "poon", workflow.let_out, comment)


@pytest.mark.usefixtures("wish")
@pytest.mark.parametrize(("who", "audience"), [("rosa", "shared"), ("rosa", "organisation"), ("mei", "group"),
                                               ("kalok", "group")])  # fmt: skip
def test_nothing_else_waits(world: Any, paper: Consultation, who: str, audience: str) -> None:
    assert say(paper, world, who, audience=audience).state == CommentState.PUBLISHED


@pytest.mark.usefixtures("wish")
def test_what_is_given_back_comes_with_the_reason_and_waits_again_when_it_is_rewritten(
    world: Any, paper: Consultation
) -> None:
    comment = say(paper, world, "rosa", "First")
    with pytest.raises(Refused):
        act(world, "mei", workflow.give_back, comment, reason=" ")
    act(world, "mei", workflow.give_back, comment, reason="Too blunt")
    assert last_told("consultations.comment_given_back") == [{"Rosa"}]
    assert "Too blunt" not in repr(list(Event.objects.values()))
    with acting_as(world.viewer("rosa")):
        assert Comment.objects.get(parent=comment).body == "Too blunt"
    with acting_as(world.viewer("officer")):
        assert not Comment.objects.filter(consultation=paper).exists()
        assert "Too blunt" not in repr(list(Entry.objects.values()))
    again = edit(world, "rosa", comment, "Second")
    assert again.state == CommentState.AWAITING
    assert readers_of(world, act(world, "poon", workflow.let_out, comment)) == set(PEOPLE)


@pytest.mark.usefixtures("wish")
def test_a_released_comment_cannot_be_rewritten_past_the_colleague(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa", "First")
    act(world, "mei", workflow.let_out, comment)
    assert edit(world, "rosa", comment, "Our plans").state == CommentState.AWAITING
    assert not reads(world, "kalok", comment)
    act(world, "mei", workflow.let_out, comment)
    say(paper, world, "kalok", parent=comment)
    with pytest.raises(Refused, match="Others have answered"):
        edit(world, "rosa", comment, "Something else", version=2)


@pytest.mark.usefixtures("wish")
def test_widening_is_no_way_past_the_colleague(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa", audience="shared")
    with pytest.raises(Refused):
        act(world, "rosa", workflow.widen_comment, comment, audience="group")


@pytest.mark.usefixtures("wish")
def test_the_author_may_settle_for_fewer_readers_instead(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa")
    act(world, "rosa", workflow.narrow_comment, comment, audience="shared")
    assert readers_of(world, comment) == {"mei", "rosa", "officer", "secretary"}


# --- pins, readings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mei", "kalok", "admin"])
def test_the_papers_officers_pin(world: Any, paper: Consultation, who: str) -> None:
    comment = say(paper, world, "mei")
    assert act(world, "officer", workflow.pin, comment).pinned_by == world.officer
    assert act(world, "officer", workflow.pin, comment, pinned=False).pinned_at is None
    with pytest.raises(Forbidden):
        act(world, who, workflow.pin, comment)


def test_a_reading_is_noted_once_and_known_to_its_firm_and_the_regulator(world: Any, paper: Consultation) -> None:
    post = say(paper, world, "officer", official=True)
    for _time in range(2):
        for who in ("mei", "kalok"):
            act(world, who, workflow.note_seen, [post])
    known = {}
    for who in ("rosa", "kalok", "nina", "fan", "officer"):
        viewer = world.viewer(who)
        with acting_as(viewer):
            known[who] = set(Seen.objects.visible_to(viewer).values_list("user__name_en", flat=True))
    assert known == {"rosa": {"Mei"}, "kalok": {"Kalok"}, "nina": set(), "fan": set(), "officer": {"Mei", "Kalok"}}
    for who in ("officer", "fan"):
        with pytest.raises(Forbidden):
            act(world, who, workflow.note_seen, [post])


# --- drafts and files --------------------------------------------------------------------------------------------


def drafts_of(world: Any, who: str) -> list[str]:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return list(CommentDraft.objects.values_list("body", flat=True))


def test_a_draft_is_its_writers_alone(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "p1.1")
    act(world, "mei", workflow.save_draft, spot, body="Half a sen")
    assert {who: drafts_of(world, who) for who in ("mei", "rosa", "poon", "officer", "kalok")} == {
        "mei": ["Half a sen"], "rosa": [], "poon": [], "officer": [], "kalok": [],
    }  # fmt: skip


def test_two_windows_overwrite_nothing(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "p1.1")
    first = act(world, "mei", workflow.save_draft, spot, body="One", expected_version=0)
    second = act(world, "mei", workflow.save_draft, spot, body="One two", expected_version=first.version)
    with pytest.raises(Conflict):
        act(world, "mei", workflow.save_draft, spot, body="Other", expected_version=first.version)
    with pytest.raises(Conflict):
        act(world, "mei", workflow.save_draft, spot, body="Other", expected_version=0)
    assert drafts_of(world, "mei") == ["One two"]
    act(world, "mei", workflow.save_draft, spot, body="Other", expected_version=second.version)
    assert drafts_of(world, "mei") == ["Other"]


def test_posting_ends_the_draft_and_not_what_another_window_wrote(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "whole")
    draft = act(world, "mei", workflow.save_draft, spot, body="One")
    say(paper, world, "mei", "One and more", draft=draft)
    assert drafts_of(world, "mei") == []
    stale = act(world, "mei", workflow.save_draft, spot, body="One")
    stale.version = 1
    act(world, "mei", workflow.save_draft, spot, body="Quite another thought")
    say(paper, world, "mei", "One and more", draft=stale)
    assert drafts_of(world, "mei") == ["Quite another thought"]


def test_a_save_that_arrives_after_the_post_leaves_no_draft(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "whole")
    draft = act(world, "mei", workflow.save_draft, spot, body="One")
    say(paper, world, "mei", "One and\nmore", draft=draft)
    for late in ("One", "One and\r\nmore", "One and\nmore "):
        assert act(world, "mei", workflow.save_draft, spot, body=late, expected_version=1) is None
    assert drafts_of(world, "mei") == []
    # Elsewhere, with other words, or later it is a new thought.
    act(world, "mei", workflow.save_draft, Spot(paper, "p1.1"), body="One")
    act(world, "mei", workflow.save_draft, spot, body="One more", expected_version=1)
    assert sorted(drafts_of(world, "mei")) == ["One", "One more"]


def test_a_save_during_the_post_leaves_no_draft(world: Any, paper: Consultation) -> None:
    act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="One an")
    say(paper, world, "mei", "One and more", draft=None)
    assert drafts_of(world, "mei") == []


def test_what_is_sent_on_leaving_goes_on_from_the_save_under_way(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "whole")
    act(world, "mei", workflow.save_draft, spot, body="One", expected_version=0)
    act(world, "mei", workflow.save_draft, spot, body="One two", expected_version=0, goes_on=True)
    with pytest.raises(Conflict):
        act(world, "mei", workflow.save_draft, spot, body="Other", expected_version=0, goes_on=True)
    assert drafts_of(world, "mei") == ["One two"]


def test_a_save_that_comes_twice_is_no_other_window(world: Any, paper: Consultation) -> None:
    spot = Spot(paper, "whole")
    first = act(world, "mei", workflow.save_draft, spot, body="One", expected_version=0)
    again = act(world, "mei", workflow.save_draft, spot, body="One", expected_version=0)
    assert (again.version, again.updated_at) == (first.version, first.updated_at)
    # So the page that was shown the first goes on from it, wherever the words are put in.
    act(world, "mei", workflow.save_draft, spot, body="One two", expected_version=first.version)
    act(world, "mei", workflow.save_draft, spot, body="Before: One two", expected_version=first.version, goes_on=True)
    assert drafts_of(world, "mei") == ["Before: One two"]


def test_whoever_leaves_while_another_window_wrote_keeps_both_texts(world: Any, paper: Consultation) -> None:
    act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="The other window")
    client, address = world.client("mei"), reverse("consultations:save_draft", args=[paper.key])
    sent = {"anchor": "whole", "body": "Mine", "draft_version": "0"}
    for _twice in range(2):  # the tab is left, and then closed
        answer = client.post(address, {**sent, "leaving": "1"}, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert b"The other window" in answer.content
    assert drafts_of(world, "mei") == ["The other window\n\nMine"]
    # Who stays is asked, and nothing is overwritten.
    assert client.post(address, sent, headers={"HX-Request": "true"}).status_code == 422
    assert drafts_of(world, "mei") == ["The other window\n\nMine"]


def test_an_emptied_draft_is_gone(world: Any, paper: Consultation) -> None:
    act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="One")
    assert act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="  ") is None
    assert drafts_of(world, "mei") == []


def test_files_wait_with_the_draft_and_go_along(world: Any, paper: Consultation, tmp_path: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with override_settings(MEDIA_ROOT=tmp_path):
        draft = act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="See the file")
        for number in range(5):
            act(world, "mei", workflow.attach, draft, SimpleUploadedFile(f"note{number}.txt", b"plain words"))
        with pytest.raises(Refused):
            act(world, "mei", workflow.attach, draft, SimpleUploadedFile("sixth.txt", b"plain words"))
        with pytest.raises(Refused):
            act(world, "mei", workflow.attach, draft, SimpleUploadedFile("run.exe", b"MZ\x90\x00"))
        with acting_as(world.viewer("rosa")):
            assert not DraftAttachment.objects.exists()
        comment = say(paper, world, "mei", "See the file", audience="shared", draft=draft)
        for who, count in (("mei", 5), ("rosa", 5), ("officer", 5), ("kalok", 0)):
            with acting_as(world.viewer(who)):
                assert Attachment.objects.filter(comment=comment).count() == count, who
        with acting_as(world.viewer("mei")):
            assert not DraftAttachment.objects.exists()


def test_a_draft_file_cannot_be_put_beside_somebody_elses_draft(world: Any, paper: Consultation) -> None:
    draft = act(world, "mei", workflow.save_draft, Spot(paper, "whole"), body="Mine")
    for verb in (workflow.discard_draft,):
        with pytest.raises(Forbidden):
            act(world, "rosa", verb, draft)


def test_policies_of_readers_offer_only_narrower_and_wider_ones(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", audience="shared")
    with acting_as(world.viewer("mei")):
        assert policies.narrower(world.viewer("mei"), comment) == ["organisation"]
        assert policies.wider(world.viewer("mei"), comment) == ["group"]
        assert policies.wider(world.viewer("rosa"), comment) == []
