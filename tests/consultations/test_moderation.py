"""The guardrail in front of posts, and the moderator behind it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from consultations import workflow
from consultations.enums import CommentState
from consultations.guarding import Warned
from consultations.guardrail_rules import starting_rules
from consultations.models import Comment, Consultation, GuardrailRule, Moderation
from members.viewer import acting_as
from notifications.models import Event, Notice
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import say

BAD = "Our maker fee is 8 bps."
FINE = "We agree with the proposal."


@pytest.fixture(autouse=True)
def _rules(world: Any) -> None:
    """As the migration put them: a test that empties the tables takes them along."""
    if not GuardrailRule.objects.exists():
        for topic, language, phrases in starting_rules():
            GuardrailRule.objects.create(topic=topic, language=language, phrases=phrases)


def act(world: Any, who: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return verb(*args, actor=viewer, **kwargs)


def state(world: Any, comment: Comment, who: str = "secretary") -> Comment:
    with acting_as(world.viewer(who)):
        return Comment.objects.get(pk=comment.pk)


def reads(world: Any, who: str, comment: Comment) -> bool:
    with acting_as(world.viewer(who)):
        return Comment.objects.visible_to(world.viewer(who)).filter(pk=comment.pk).exists()


def entries(world: Any, who: str, verb: str) -> list[Entry]:
    with acting_as(world.viewer(who)):
        return list(Entry.objects.filter(verb=verb))


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(event__kind=kind).values_list("user__name_en", flat=True))


# --- the warning -----------------------------------------------------------------------------------------------------


def test_what_others_would_read_is_not_posted(world: Any, paper: Consultation) -> None:
    with pytest.raises(Warned) as warned:
        say(paper, world, "mei", BAD)
    ((topic, why, words),) = warned.value.warning.topics
    assert (topic, words) == ("fees", ["Our maker fee is 8 bps"])
    assert why
    assert warned.value.warning.narrower == ("organisation", "shared")
    with acting_as(world.viewer("mei")):
        assert not Comment.objects.exists()


@pytest.mark.parametrize(("who", "audience"), [("mei", "organisation"), ("mei", "shared"), ("officer", "group")])
def test_whom_the_guardrail_leaves_alone(world: Any, paper: Consultation, who: str, audience: str) -> None:
    assert say(paper, world, who, BAD, audience).state == CommentState.PUBLISHED


def test_a_warning_is_an_entry_of_the_firm_and_the_regulator_without_the_words(world: Any, paper: Consultation) -> None:
    mei = world.viewer("mei")
    with acting_as(mei), pytest.raises(Warned):
        workflow.post_comment(paper, actor=mei, body=BAD, audience="group")
    (entry,) = entries(world, "secretary", "consultations.guardrail_warned")
    assert entry.detail == {"act": "post_comment", "place": "whole", "topics": ["fees"]}
    assert "bps" not in str(entry.__dict__)
    assert entries(world, "mei", "consultations.guardrail_warned") == [entry]
    assert entries(world, "kalok", "consultations.guardrail_warned") == []


def test_sent_to_the_moderator(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    assert (comment.state, comment.held_audience) == (CommentState.HELD, "group")
    assert [who for who in ("mei", "rosa", "kalok", "officer", "secretary", "fan") if reads(world, who, comment)] == [
        "mei", "rosa", "officer", "secretary",
    ]  # fmt: skip
    with acting_as(world.viewer("secretary")):
        case = Moderation.objects.get(comment=comment)
    assert (case.topics, case.matched, case.asked_by) == (["fees"], ["Our maker fee is 8 bps"], world.mei)
    assert told("consultations.moderation_asked") == {"Secretary", "Chair"}
    for event in Event.objects.all():
        assert "bps" not in str(event.params) + event.url
    with acting_as(world.viewer("kalok")):
        assert not Moderation.objects.exists()


def test_names_of_files_are_searched(world: Any, paper: Consultation) -> None:
    from consultations.guarding import guard

    mei = world.viewer("mei")
    with acting_as(mei):
        comment = Comment(
            consultation=paper, audience="group", organisation=world.harbour, body=FINE, body_html=f"<p>{FINE}</p>"
        )
        assert guard(comment, actor=mei, names=["photo.png"]) == []
        with pytest.raises(Warned):
            guard(comment, actor=mei, names=["our_maker-fees 2027.xlsx"])


def test_an_edit_is_searched_and_what_was_read_already_passes(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", FINE)
    with pytest.raises(Warned):
        act(world, "mei", workflow.edit_comment, comment, body=f"{FINE} {BAD}", expected_version=1)
    with pytest.raises(Warned):
        act(world, "mei", workflow.edit_comment, comment, body=f"{FINE} Yes.", reason=BAD, expected_version=1)
    assert state(world, comment).body == FINE
    sent = act(world, "mei", workflow.edit_comment, comment, body=f"{FINE} {BAD}", expected_version=1, hold=True)
    assert sent.state == CommentState.HELD
    assert not reads(world, "kalok", comment)
    act(world, "secretary", workflow.release_comment, comment)
    assert reads(world, "kalok", comment)
    # The moderator let the sentence through; a word beside it needs no second look.
    edited = act(world, "mei", workflow.edit_comment, comment, body=f"{BAD} {FINE} Indeed.", expected_version=2)
    assert edited.state == CommentState.PUBLISHED


def test_an_edit_with_wider_answers_cannot_be_held(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", FINE)
    say(paper, world, "kalok", "I disagree.", parent=comment)
    with pytest.raises(Refused):
        act(world, "mei", workflow.edit_comment, comment, body=BAD, expected_version=1, hold=True)
    assert state(world, comment).body == FINE


def test_more_readers_are_a_post_too(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, "shared")
    with pytest.raises(Warned):
        act(world, "mei", workflow.widen_comment, comment, audience="group")
    assert state(world, comment).audience == "shared"
    held = act(world, "mei", workflow.widen_comment, comment, audience="group", hold=True)
    assert (held.state, held.audience, held.held_audience) == (CommentState.HELD, "shared", "group")


def test_a_rule_that_changes_is_in_force_with_the_next_post(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei", "The purple elephant.")
    rule = GuardrailRule(topic="other", language="en", phrases="purple elephant*")
    act(world, "secretary", workflow.keep_rule, rule)
    with pytest.raises(Warned):
        say(paper, world, "mei", "The purple elephant.")
    rule.is_active = False
    act(world, "secretary", workflow.keep_rule, rule)
    say(paper, world, "mei", "The purple elephant.")
    with pytest.raises(Forbidden):
        act(world, "officer", workflow.keep_rule, rule)
    rule.phrases = "fee ~"
    with pytest.raises(Refused) as refusal:
        act(world, "secretary", workflow.keep_rule, rule)
    assert refusal.value.field == "phrases"


# --- the moderator -----------------------------------------------------------------------------------------------


def test_release_gives_the_chosen_readers_and_the_same_words(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    act(world, "secretary", workflow.release_comment, comment, expected_version=1)
    now = state(world, comment)
    assert (now.state, now.audience, now.held_audience, now.body) == (CommentState.PUBLISHED, "group", "", BAD)
    assert told("consultations.moderation_released") == {"Mei"}
    with acting_as(world.viewer("mei")):
        case = Moderation.objects.get(comment=comment)
    assert (case.decision, case.decided_by) == ("released", world.secretary)


def test_return_needs_a_reason_that_the_author_reads(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    with pytest.raises(Refused) as refusal:
        act(world, "secretary", workflow.return_comment, comment, reason=" ")
    assert refusal.value.field == "reason"
    act(world, "secretary", workflow.return_comment, comment, reason="Leave the figure out.")
    assert told("consultations.moderation_returned") == {"Mei"}
    assert "figure" not in str([event.params for event in Event.objects.all()])
    url = comment.get_absolute_url().partition("#")[0]
    for who, sees in (("mei", True), ("rosa", True), ("secretary", True), ("kalok", False), ("fan", False)):
        page = world.client(who).get(url).content.decode()
        assert ("Leave the figure out." in page) == sees, who
        assert ("8 bps" in page) == sees, who


def test_only_the_desk_decides_and_of_two_one(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    for who in ("officer", "admin", "mei", "kalok"):
        with pytest.raises(Forbidden):
            act(world, who, workflow.release_comment, comment)
    act(world, "chair", workflow.return_comment, comment, reason="No.")
    with pytest.raises(Refused):
        act(world, "secretary", workflow.release_comment, comment)
    with acting_as(world.viewer("secretary")):
        assert Moderation.objects.get(comment=comment).decided_by == world.chair
    assert state(world, comment).state == CommentState.RETURNED


def test_a_text_that_changed_is_read_again_before_it_is_decided(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    changed = act(world, "mei", workflow.edit_comment, comment, body="Our taker fee is 9 bps.", expected_version=1)
    assert changed.state == CommentState.HELD
    with pytest.raises(Conflict):
        act(world, "secretary", workflow.release_comment, comment, expected_version=1)
    with acting_as(world.viewer("secretary")):
        assert Moderation.objects.get(comment=comment).matched == ["Our taker fee is 9 bps"]


@pytest.mark.parametrize(
    ("body", "sent", "after"),
    [(FINE, False, CommentState.PUBLISHED), ("Our taker fee is 9 bps.", True, CommentState.HELD)],
)
def test_what_was_returned_is_written_anew(world: Any, paper: Consultation, body: str, sent: bool, after: str) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    act(world, "secretary", workflow.return_comment, comment, reason="Leave the figure out.")
    if sent:
        with pytest.raises(Warned):
            act(world, "mei", workflow.edit_comment, comment, body=body, expected_version=1)
    with pytest.raises(Refused):
        act(world, "mei", workflow.edit_comment, comment, body=BAD, expected_version=1, hold=True)
    now = act(world, "mei", workflow.edit_comment, comment, body=body, expected_version=1, hold=sent)
    assert now.state == after
    assert reads(world, "kalok", comment) == (after == CommentState.PUBLISHED)


def test_what_the_moderator_found_alone_goes_to_the_moderator_again(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "Eight hundredths, as always, for those who add.")
    act(world, "secretary", workflow.hold_comment, comment, reason="A fee in other words.")
    act(world, "secretary", workflow.return_comment, comment, reason="A fee in other words.")
    now = act(world, "mei", workflow.edit_comment, comment, body="Nine hundredths.", expected_version=1)
    assert now.state == CommentState.HELD
    assert not reads(world, "kalok", comment)


def test_returned_posted_narrower_or_withdrawn(world: Any, paper: Consultation) -> None:
    first, second = (say(paper, world, "mei", BAD, hold=True) for _ in range(2))
    act(world, "secretary", workflow.return_comment, first, reason="No.")
    narrow = act(world, "mei", workflow.narrow_comment, first, audience="shared")
    assert (narrow.state, narrow.audience) == (CommentState.PUBLISHED, "shared")
    act(world, "mei", workflow.withdraw_comment, second, reason="A mistake.")
    page = world.client("secretary").get(reverse("consultations:moderation")).content.decode()
    assert "Nothing waits for the moderator." in page
    with pytest.raises(Forbidden):
        act(world, "secretary", workflow.release_comment, second)


def test_holding_back_afterwards_needs_a_reason_and_tells_the_author(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", FINE)
    with pytest.raises(Refused):
        act(world, "secretary", workflow.hold_comment, comment, reason="")
    act(world, "secretary", workflow.hold_comment, comment, reason="It names a client.")
    assert told("consultations.moderation_held") == {"Mei"}
    assert "It names a client." in world.client("mei").get(paper.get_absolute_url()).content.decode()
    answered = say(paper, world, "mei", FINE)
    say(paper, world, "kalok", "No.", parent=answered)
    with pytest.raises(Refused):
        act(world, "secretary", workflow.hold_comment, answered, reason="It names a client.")


# --- the pages -----------------------------------------------------------------------------------------------------


def post(client: Client, paper: Consultation, htmx: bool = False, **data: Any) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    url = reverse("consultations:post", args=[paper.key])
    return client.post(url, {"anchor": "whole", "audience": "group", **data}, headers=headers)


@pytest.mark.parametrize("htmx", [False, True])
def test_the_composer_comes_back_with_three_ways_on(world: Any, paper: Consultation, htmx: bool) -> None:
    response = post(world.client("mei"), paper, htmx, body=f"<b> {BAD}")
    page = response.content.decode()
    assert response.status_code == 422
    assert "&lt;b&gt; Our maker fee is 8 bps." in page
    assert '<q class="guard__words">Our maker fee is 8 bps</q>' in page
    for button in ('name="narrower" value="shared"', 'name="narrower" value="organisation"', 'name="moderate"'):
        assert button in page
    assert "anyway" not in page


@pytest.mark.parametrize(
    ("sent", "state_", "audience", "way"),
    [
        ({"narrower": "shared"}, "published", "shared", "narrower"),
        ({"narrower": "organisation"}, "published", "organisation", "narrower"),
        ({"moderate": "1"}, "held", "shared", "sent_to_moderator"),
        ({"body": FINE}, "published", "group", "rewritten"),
    ],
)
def test_each_way_on_is_noted(
    world: Any, paper: Consultation, sent: dict[str, str], state_: str, audience: str, way: str
) -> None:
    response = post(world.client("mei"), paper, **{"body": BAD, "warned": "1", **sent})
    assert response.status_code == 302
    with acting_as(world.viewer("mei")):
        comment = Comment.objects.get()
    assert (comment.state, comment.audience) == (state_, audience)
    (entry,) = entries(world, "mei", "consultations.guardrail_heeded") or entries(
        world, "secretary", "consultations.guardrail_heeded"
    )
    assert entry.detail == {"way": way}
    if audience == "organisation":
        assert entries(world, "secretary", "consultations.guardrail_heeded") == []


@pytest.mark.parametrize("sent", [{"warned": "1"}, {"warned": "1", "narrower": "public"}, {"narrower": "group"}])
def test_a_forged_form_does_not_get_by(world: Any, paper: Consultation, sent: dict[str, str]) -> None:
    assert post(world.client("mei"), paper, body=BAD, **sent).status_code == 422
    with acting_as(world.viewer("mei")):
        assert not Comment.objects.exists()


def test_the_queue_marks_the_words_and_decides(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", BAD, hold=True)
    client, url = world.client("secretary"), reverse("consultations:moderation")
    page = client.get(url).content.decode()
    assert "<mark>Our maker fee is 8 bps</mark>" in page
    for who, status in (("mei", 403), ("kalok", 403), ("fan", 403), ("admin", 403), ("officer", 200)):
        response = world.client(who).get(url)
        assert response.status_code == status
        assert b"8 bps" not in response.content
    assert "The secretariat moderates comments." in response.content.decode()
    assert "Nothing waits for the moderator." not in response.content.decode()
    decide = reverse("consultations:decide", args=[paper.key, comment.pk])
    refused = client.post(decide, {"decision": "return", "reason": "", "version": 1})
    assert refused.status_code == 422
    assert "Give a reason. The author receives it." in refused.content.decode()
    assert client.post(decide, {"decision": "return", "reason": "No.", "version": 1}).status_code == 302
    assert state(world, comment).state == CommentState.RETURNED
    late = world.client("chair").post(decide, {"decision": "release", "version": 1})
    assert late.status_code == 422
    assert "Somebody else has decided" in late.content.decode()


def test_an_edit_page_offers_the_ways_too(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", FINE)
    client, url = world.client("mei"), reverse("consultations:edit", args=[paper.key, comment.pk])
    page = client.post(url, {"body": BAD, "version": 1})
    assert page.status_code == 422
    assert 'name="moderate"' in page.content.decode()
    assert client.post(url, {"body": BAD, "version": 1, "narrower": "shared", "warned": "1"}).status_code == 302
    now = state(world, comment)
    assert (now.audience, now.body) == ("shared", BAD)


# --- the rules in the admin site -----------------------------------------------------------------------------------


def test_rules_are_tried_refused_and_kept_in_the_admin_site(world: Any) -> None:
    client = world.client("secretary")
    rule = GuardrailRule.objects.filter(topic="fees", language="en").first()
    assert rule is not None
    url = reverse("admin:consultations_guardrailrule_change", args=[rule.pk])
    data = {"topic": "fees", "language": "en", "phrases": "blue whale*", "is_active": "on", "note": ""}
    tried = client.post(url, {**data, "trial": "<i> The blue whales sing.", "_try": "1"}).content.decode()
    assert "&lt;i&gt; The <mark>blue whales</mark> sing." in tried
    rule.refresh_from_db()
    assert "blue" not in rule.phrases
    broken = client.post(url, {**data, "phrases": "fee\nfee ~"}).content.decode()
    assert "Line 2:" in broken
    assert client.post(url, data).status_code == 302
    rule.refresh_from_db()
    assert rule.phrases == "blue whale*"
    assert (
        "blue whale"
        in client.get(reverse("admin:consultations_guardrailrule_history", args=[rule.pk])).content.decode()
    )
    looking = world.client("officer")
    assert looking.get(url).status_code == 200
    assert looking.post(url, data).status_code == 403
