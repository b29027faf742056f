"""The clarification register: what everybody learns, and that nothing in it leads to who asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from consultations import clarification_news, workflow
from consultations.enums import ClarificationState
from consultations.models import Clarification, ClarificationRequest, Consultation
from members.models import Organisation
from members.viewer import acting_as
from notifications import kinds
from notifications.models import Event, Notice
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import NOW

SECRET = "zebra wallet"
ASKED = {"en": "Does the ratio apply overnight?", "zh_hant": "比率是否適用於隔夜？"}
ANSWER = {"en": "It applies **at all times**.", "zh_hant": "任何時間均適用。"}
PEOPLE = {"Mei", "Rosa", "Poon", "Kalok", "Eva", "Nina", "Fan", "Officer", "Colleague", "Secretary", "Chair", "Admin"}


def act(world: Any, who: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return verb(*args, actor=viewer, **kwargs)


def ask(world: Any, paper: Consultation, who: str = "mei", body: str = f"May our {SECRET} do so?") -> Any:
    with acting_as(world.viewer("officer")):
        anchor = paper.paragraphs.get(number="1.10")
    return act(world, who, workflow.ask_for_clarification, paper, body=body, anchor=anchor)


def write(world: Any, paper: Consultation, *requests: Any, **more: Any) -> Clarification:
    with acting_as(world.viewer("officer")):
        anchor = paper.paragraphs.get(number="1.10")
    texts = {"asked": ASKED, "answer": ANSWER, **more}
    return act(world, "officer", workflow.write_clarification, paper, anchor=anchor, requests=requests, **texts)  # type: ignore[no-any-return]


def release(world: Any, row: Clarification, **more: Any) -> Clarification:
    return act(world, "officer", workflow.release_clarification, row, **more)  # type: ignore[no-any-return]


def page(world: Any, who: str | None, paper: Consultation, name: str = "clarifications", **headers: Any) -> str:
    url = paper.get_absolute_url() if name == "paper" else reverse(f"consultations:{name}", args=[paper.key])
    return str(world.client(who).get(url, **headers).content.decode())


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(event__kind=kind).order_by("user__name_en")
    return list(rows.values_list("user__name_en", "reason"))


def test_a_request_is_its_firms_and_the_regulators(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    for who, sees in (("mei", True), ("rosa", True), ("officer", True), ("kalok", False), ("fan", False)):
        with acting_as(world.viewer(who)):
            assert ClarificationRequest.objects.filter(pk=request.pk).exists() == sees
        assert (SECRET in page(world, who, paper)) == sees, who
    assert {name for name, _reason in told(clarification_news.ASKED)} == {"Officer"}
    for event in Event.objects.all():
        assert SECRET not in str(event.params)


@pytest.mark.parametrize("who", ["officer", "fan"])
def test_who_does_not_ask(world: Any, paper: Consultation, who: str) -> None:
    with pytest.raises(Forbidden):
        ask(world, paper, who)


def test_asking_is_for_while_the_paper_is_open(world: Any, paper: Consultation) -> None:
    with clock.at(paper.closes_at), pytest.raises(Refused):  # type: ignore[arg-type]
        ask(world, paper)
    with pytest.raises(Refused):
        ask(world, paper, body="  ")


def test_only_the_asker_takes_it_back(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    for who in ("rosa", "officer", "kalok"):
        with pytest.raises(Forbidden):
            act(world, who, workflow.take_back_request, request)
    assert act(world, "mei", workflow.take_back_request, request).state == ClarificationState.WITHDRAWN
    with pytest.raises(Refused):
        act(world, "mei", workflow.take_back_request, request)


def test_declined_with_a_reason_for_the_asker_alone(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    with pytest.raises(Refused):
        act(world, "officer", workflow.decline_request, request, reason=" ")
    with pytest.raises(Forbidden):
        act(world, "mei", workflow.decline_request, request, reason="No.")
    act(world, "officer", workflow.decline_request, request, reason="Paragraph 3 says it.")
    assert told(clarification_news.DECLINED) == [("Mei", "You asked for a clarification")]
    for who, sees in (("mei", True), ("rosa", True), ("kalok", False)):
        assert ("Paragraph 3 says it." in page(world, who, paper)) == sees


def test_nobody_outside_sees_what_is_written_before_its_release(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    row = write(world, paper, request)
    for who in ("mei", "rosa", "kalok", "fan"):
        with acting_as(world.viewer(who)):
            assert not Clarification.objects.exists()
            assert not Clarification.pgh_event_model.objects.exists()  # type: ignore[attr-defined]
        for name in ("clarifications", "paper"):
            assert "overnight" not in page(world, who, paper, name)
    assert "With the officers" in page(world, "mei", paper)
    assert "overnight" in page(world, "officer", paper)
    assert "overnight" not in page(world, "officer", paper, "paper")
    with pytest.raises(Forbidden):
        act(world, "mei", workflow.release_clarification, row)


def test_english_and_chinese_are_needed(world: Any, paper: Consultation) -> None:
    row = write(world, paper, answer={"en": "It does."})
    with pytest.raises(Refused) as refusal:
        release(world, row)
    assert refusal.value.field == "answer_zh_hant"


def test_names_are_seen_in_any_language_and_form(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    for text in ("**Har**bour asks whether it applies.", "MEI asks.", "As Kite (demo) knows."):
        row = write(world, paper, request, asked={"en": text, "zh_hant": "問題"})
        with pytest.raises(workflow.NamesFound):
            release(world, row)
        act(
            world,
            "officer",
            workflow.change_clarification,
            row,
            asked=ASKED,
            answer=ANSWER,
            expected=workflow.stamp(row),
        )
    assert release(world, write(world, paper, asked={"en": "Harbour", "zh_hant": "問題"}), names_are_meant=True)


def test_a_firm_is_seen_by_the_word_by_which_it_is_called(world: Any, paper: Consultation) -> None:
    Organisation.objects.filter(pk=world.harbour.pk).update(name_en="Silver Quay Exchange Limited", short_en="")
    request = ask(world, paper)
    named = write(world, paper, request, asked={"en": "Does Silver have to answer?", "zh_hant": "問題"})
    assert workflow.names_in(named, world.viewer("officer")) == ["Silver"]
    with pytest.raises(workflow.NamesFound):
        release(world, named)
    plain = write(world, paper, asked={"en": "Is silver an asset?", "zh_hant": "問題"})
    assert workflow.names_in(plain, world.viewer("officer")) == []


def test_everybody_learns_at_the_same_moment(world: Any, paper: Consultation) -> None:
    request = ask(world, paper)
    row = write(world, paper, request)
    moment = NOW + timedelta(hours=5)
    release(world, row, at=moment)
    assert clarification_news.due() == 0
    assert "With the officers" in page(world, "mei", paper)
    with clock.at(moment):
        assert clarification_news.due() == 1
        assert clarification_news.due() == 0
        rows = told(clarification_news.RELEASED)
        assert {name for name, _reason in rows} == PEOPLE
        assert {reason for _name, reason in rows} == {"You can read this paper"}
        assert Event.objects.filter(kind=clarification_news.RELEASED).count() == 1
        for who in ("mei", "rosa", "kalok", "nina", "fan", "officer"):
            assert "Does the ratio apply overnight?" in page(world, who, paper)
            found = page(world, who, paper, "paper")
            assert "Does the ratio apply overnight?" in found
            assert 'id="clarification-1"' in found
        assert "Answered" in page(world, "mei", paper)


def trail(world: Any, who: str, paper: Consultation) -> str:
    """All that this person can come by: pages, rows, their history, entries, notices, mails."""
    viewer = world.viewer(who)
    with acting_as(viewer):
        rows: list[Any] = []
        for model in (Clarification, Clarification.pgh_event_model, ClarificationRequest, Entry):  # type: ignore[attr-defined]
            rows += [sorted(one.items()) for one in model.objects.values()]
    events = Event.objects.filter(notices__user=viewer.user_id)
    said = []
    for event in events:
        kind = kinds.get(event.kind)
        said += [event.params, event.url, event.subject_id, kind.title(event.params), kind.context_line(event.params)]  # type: ignore[misc]
    history = reverse("consultations:clarification_history", args=[paper.key, 1])
    pages = [page(world, who, paper), page(world, who, paper, "paper"), world.client(who).get(history).content.decode()]
    return str(rows) + str(said) + "".join(pages)


def test_nothing_leads_to_who_asked(world: Any, paper: Consultation) -> None:
    """As a rival, and as an agency; the asker's own colleague may read what their firm asked, and no other firm's."""
    asked_at = NOW - timedelta(minutes=77)
    with clock.at(asked_at):
        first = ask(world, paper)
        second = ask(world, paper, "nina", body="Is a yak vault cold?")
        third = ask(world, paper, "nina", body="Never mind the ibex.")
    with clock.at(NOW - timedelta(minutes=5)):
        act(world, "nina", workflow.take_back_request, third)
        row = write(world, paper, first, second)
    release(world, row)
    clarification_news.due()
    ids = [str(one.pk) for one in (first, second, third)]
    stamp = asked_at.isoformat()[:16]
    for who, foreign in (
        ("kalok", [SECRET, "yak", "ibex", *ids]),
        ("fan", [SECRET, "yak", "ibex", *ids]),
        ("rosa", ["yak", "ibex", ids[1], ids[2]]),
        ("nina", [SECRET, ids[0]]),
    ):
        found = trail(world, who, paper)
        for word in foreign:
            assert word not in found, (who, word)
        assert "overnight" in found
    for who in ("kalok", "fan"):
        found = trail(world, who, paper)
        # Neither who nor when: the names of the two firms' people and the minute of asking stand nowhere.
        for word in (
            "Nina",
            "Rosa",
            stamp,
            asked_at.astimezone(clock.HONG_KONG).strftime("%H:%M"),
            "Questions of your firm",
        ):
            assert word not in found, (who, word)
    # Two asked: a rival's trail is the same as if nobody had.
    rival = {name for name, _ in told(clarification_news.RELEASED)}
    assert rival == PEOPLE
    with acting_as(world.viewer("kalok")):
        (event,) = Event.objects.filter(kind=clarification_news.RELEASED)
    assert set(event.params) == {"reference", "title_en", "title_zh_hant", "title_zh_hans", "place", "number", "serial"}


def test_numbers_follow_the_release_without_gaps(world: Any, paper: Consultation) -> None:
    drafts = [write(world, paper) for _ in range(4)]
    release(world, drafts[3])
    release(world, drafts[0], at=NOW + timedelta(hours=2))
    release(world, drafts[1], at=NOW + timedelta(hours=1))
    numbers = [get(world, one).number for one in drafts]
    assert (numbers[3], numbers[1], numbers[0]) == (1, 2, 3)
    assert numbers[2] > 10_000
    act(world, "officer", workflow.hold_clarification, drafts[1])
    assert get(world, drafts[0]).number == 2
    with clock.at(NOW + timedelta(hours=3)):
        assert release(world, drafts[2]).number == 3
        with pytest.raises(Refused):
            act(world, "officer", workflow.hold_clarification, drafts[0])


def get(world: Any, row: Clarification) -> Clarification:
    with acting_as(world.viewer("officer")):
        return Clarification.objects.get(pk=row.pk)


def test_a_correction_is_a_new_version_that_everybody_hears_of(world: Any, paper: Consultation) -> None:
    row = write(world, paper)
    act(
        world, "officer", workflow.change_clarification, row, asked=ASKED,
        answer={"en": "An early draft.", "zh_hant": "初稿"}, expected=workflow.stamp(row),
    )  # fmt: skip
    act(
        world,
        "officer",
        workflow.change_clarification,
        row,
        asked=ASKED,
        answer=ANSWER,
        expected=workflow.stamp(get(world, row)),
    )
    row = release(world, get(world, row))
    clarification_news.due()
    later = {"en": "It applies at night only.", "zh_hant": "只適用於夜間。"}
    with pytest.raises(Refused):
        act(
            world, "officer", workflow.change_clarification, row, asked=ASKED, answer={"en": "No."},
            expected=workflow.stamp(row),
        )  # fmt: skip
    with clock.at(NOW + timedelta(hours=1)):
        changed = act(
            world,
            "officer",
            workflow.change_clarification,
            row,
            asked=ASKED,
            answer=later,
            expected=workflow.stamp(row),
        )
        assert (changed.version, changed.number) == (2, 1)
        assert clarification_news.due() == 1
        assert {name for name, _reason in told(clarification_news.CHANGED)} == PEOPLE
        with pytest.raises(Conflict):
            act(
                world, "officer", workflow.change_clarification, row, asked=ASKED, answer=ANSWER,
                expected=workflow.stamp(row),
            )  # fmt: skip
        history = reverse("consultations:clarification_history", args=[paper.key, 1])
        found = world.client("kalok").get(history).content.decode()
        assert "at night only" in found
        assert "at all times" in found
        assert "An early draft" not in found


def test_in_the_readers_language(world: Any, paper: Consultation) -> None:
    release(world, write(world, paper))
    client = world.client("kalok")
    client.cookies["django_language"] = "zh-hant"
    with translation.override("zh-hant"):
        found = client.get(paper.get_absolute_url()).content.decode()
    assert "任何時間均適用。" in found
    both = world.client("kalok").get(f"{paper.get_absolute_url()}?text=both").content.decode()
    assert "任何時間均適用。" in both
    assert "at all times" in both


def test_the_pages_of_the_register(world: Any, paper: Consultation) -> None:
    mei, officer = world.client("mei"), world.client("officer")
    url = reverse("consultations:ask_clarification", args=[paper.key])
    assert mei.post(url, {"place": "p1.10", "body": ""}).status_code == 422
    assert mei.post(url, {"place": "q1", "body": f"<b> {SECRET}?"}).status_code == 302
    assert "&lt;b&gt; zebra" in mei.get(reverse("consultations:clarifications", args=[paper.key])).content.decode()
    with acting_as(world.viewer("officer")):
        request = ClarificationRequest.objects.get()
    assert request.question is not None
    write_url = reverse("consultations:write_clarification", args=[paper.key])
    form = officer.get(write_url, {"request": str(request.pk)}).content.decode()
    assert f'value="{request.pk}"' in form
    texts = {f"asked_{code}": text for code, text in ASKED.items()} | {
        f"answer_{code}": text for code, text in ANSWER.items()
    }
    sent = officer.post(write_url, {"place": "q1", "requests": [str(request.pk)], **texts})
    assert sent.status_code == 302
    preview = officer.get(sent["Location"]).content.decode()
    assert "As a firm will see it" in preview
    assert "Not in this language" in preview
    assert officer.post(sent["Location"], {"when": "at", "at_0": "", "at_1": ""}).status_code == 422
    assert officer.post(sent["Location"], {"when": "now"}).status_code == 302
    found = mei.get(paper.get_absolute_url()).content.decode()
    assert "Clarification 1" in found
    for who in ("mei", "kalok", "fan"):
        for name in ("clarification", "change_clarification"):
            with acting_as(world.viewer("officer")):
                pk = Clarification.objects.get().pk
            assert world.client(who).get(reverse(f"consultations:{name}", args=[paper.key, pk])).status_code == 403


def test_one_query_for_all_clarifications_of_a_paper(
    world: Any, paper: Consultation, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client("kalok")
    client.get(paper.get_absolute_url())
    with CaptureQueriesContext(connection) as none:
        client.get(paper.get_absolute_url())
    release(world, write(world, paper))
    with CaptureQueriesContext(connection) as one:
        client.get(paper.get_absolute_url())
    for _ in range(4):
        release(world, write(world, paper))
    with CaptureQueriesContext(connection) as five:
        client.get(paper.get_absolute_url())
    assert len(five) == len(one) == len(none) + 1
