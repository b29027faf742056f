"""Opening takes two officers, and everybody hears of it once, at the same moment."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from audit.models import Entry
from consultations import announcing, notices, workflow
from consultations.calendar import changes
from consultations.enums import State
from consultations.models import Consultation, DayChange, OpeningRequest
from consultations.readiness import conditions, digest
from consultations.recipients import asked_before, preview
from consultations.stages import stages
from members.publication import Why
from members.viewer import PUBLIC, acting_as
from notifications.models import Delivery, Event, Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.consultations.conftest import NOW, make_paper
from tests.opening import settle

pytestmark = pytest.mark.django_db

OPENS, CLOSES = NOW + timedelta(days=2), NOW + timedelta(days=30)  # Wednesday; Wednesday 23 December


@pytest.fixture
def draft(world: Any) -> Consultation:
    """A draft that has all that opening needs."""
    paper = make_paper(world, release=False)
    officer = world.viewer("officer")
    with acting_as(officer):
        paper.statement = workflow.adopt_statement("PICS 9", {"en": "Data."}, actor=officer)
        paper.purpose_en = "To learn what it would cost."
        paper.save()
    return paper


def ask(paper: Consultation, world: Any, who: str = "officer", **changed: Any) -> OpeningRequest:
    actor = world.viewer(who)
    with acting_as(actor):
        given = {"opens_at": OPENS, "closes_at": CLOSES, "previewed": preview(paper).checksum} | changed
        return workflow.ask_to_open(paper, actor=actor, **given)


def approve(request: OpeningRequest, world: Any, who: str = "colleague") -> OpeningRequest:
    actor = world.viewer(who)
    with acting_as(actor):
        return workflow.approve_opening(request, actor=actor, previewed=preview(request.consultation).checksum)


def test_everything_that_is_missing_is_said_at_once(world: Any) -> None:
    paper = make_paper(world, release=False)
    officer = world.viewer("officer")
    with acting_as(officer):
        for question in paper.questions.all():
            question.delete()
        with pytest.raises(workflow.NotReady) as refused:
            workflow.ask_to_open(
                paper, actor=officer, opens_at=NOW - timedelta(1), closes_at=None, previewed=preview(paper).checksum
            )
    assert {one.code for one in refused.value.missing} == {"text", "purpose", "statement", "opens_at", "closes_at"}
    for words in ("no question", "purpose", "Collection Statement", "has passed", "closing time"):
        assert words in refused.value.message


@pytest.mark.parametrize("closes", [datetime(2026, 12, 26, 18), datetime(2026, 12, 25, 18), datetime(2027, 1, 3, 18)])
def test_a_closing_day_off_is_refused_and_the_next_working_day_offered(
    draft: Consultation, world: Any, closes: datetime
) -> None:
    with pytest.raises(workflow.NotReady, match="not a working day") as refused:
        ask(draft, world, closes_at=closes.replace(tzinfo=clock.HONG_KONG))
    assert refused.value.field == "closes_at"
    assert ("28 December 2026" if closes.month == 12 else "4 January 2027") in refused.value.message.replace(
        "\u00a0", " "
    )


def test_a_day_that_the_desk_closed_counts(draft: Consultation, world: Any) -> None:
    DayChange.objects.create(day=CLOSES.date(), kind="closed", cause="gazette", reason_en="x", set_by=world.secretary)
    with pytest.raises(workflow.NotReady, match="24\u00a0December 2026"):
        ask(draft, world)


def test_a_further_paper_names_its_parent(world: Any) -> None:
    paper = make_paper(world, release=False)
    with acting_as(world.viewer("officer")):
        Consultation.objects.filter(pk=paper.pk).update(kind="further")
        paper.refresh_from_db()
        found = {
            c.code: c for c in conditions(paper, opens_at=OPENS, closes_at=CLOSES, recipients=1, changed=changes())
        }
    assert not found["parent"].met


def test_who_asks_cannot_approve(draft: Consultation, world: Any) -> None:
    request = ask(draft, world)
    with pytest.raises(Forbidden):
        approve(request, world, "officer")
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
    assert draft.released_at is None


@pytest.mark.parametrize("who", ["mei", "fan", "admin"])
def test_nobody_else_asks_or_approves(draft: Consultation, world: Any, who: str) -> None:
    request = ask(draft, world)
    viewer = world.viewer(who)
    with pytest.raises(Forbidden):
        workflow.approve_opening(request, actor=viewer, previewed="")
    with pytest.raises(Forbidden):
        workflow.ask_to_open(draft, actor=viewer, opens_at=OPENS, closes_at=CLOSES, previewed="")


def test_approval_settles_the_release_for_everybody_at_the_same_moment(draft: Consultation, world: Any) -> None:
    approve(ask(draft, world), world)
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
        assert draft.released_at == draft.opens_at == OPENS
        assert draft.closes_at == CLOSES
        assert draft.state == State.DRAFT
    for who in ("mei", "kalok", "nina", "fan", None):
        viewer = world.viewer(who)
        with clock.at(OPENS - timedelta(seconds=1)), acting_as(viewer):
            assert not Consultation.objects.visible_to(viewer).filter(pk=draft.pk).exists()
        with clock.at(OPENS), acting_as(viewer):
            assert Consultation.objects.visible_to(viewer).filter(pk=draft.pk).exists() is (who is not None)


def test_without_approval_nothing_opens(draft: Consultation, world: Any) -> None:
    ask(draft, world)
    for who in ("officer", "colleague"):
        actor = world.viewer(who)
        with acting_as(actor), pytest.raises(Refused, match="second officer"):
            workflow.open_consultation(draft, actor=actor)


def test_any_edit_voids_the_request_and_a_settled_release(draft: Consultation, world: Any) -> None:
    officer = world.viewer("officer")
    first = ask(draft, world)
    with acting_as(officer):
        workflow.add_paragraph(draft.sections.first(), actor=officer, number="9", body={"en": "More."})
        first.refresh_from_db()
        assert first.voided_at is not None
    with pytest.raises(Refused, match="no longer open"):
        approve(first, world)
    second = approve(ask(draft, world), world)
    with acting_as(officer):
        draft.refresh_from_db()
        workflow.add_paragraph(draft.sections.first(), actor=officer, number="10", body={"en": "More."})
        draft.refresh_from_db()
        second.refresh_from_db()
        assert second.voided_at is not None
        assert draft.released_at is None


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: paper.paragraphs.filter(number="1.1").update(body_zh_hant="另一段"),
        lambda paper: paper.questions.filter(number="1").update(asks_position=False),
        lambda paper: Consultation.objects.filter(pk=paper.pk).update(audience="public"),
        lambda paper: Consultation.objects.filter(pk=paper.pk).update(foreword_en="Other"),
        lambda paper: paper.questions.get(number="1").paragraphs.clear(),
    ],
    ids=["text", "question", "audience", "foreword", "link"],
)
def test_an_approval_is_for_exactly_what_was_asked_for(draft: Consultation, world: Any, change: Any) -> None:
    """Also when something changed the rows past the verbs."""
    request = ask(draft, world)
    with acting_as(world.viewer("officer")):
        change(draft)
    with pytest.raises(Refused):
        approve(request, world)
    with acting_as(world.viewer("officer")):
        request.refresh_from_db()
        draft.refresh_from_db()
        assert request.approved_at is None
        assert draft.released_at is None


def test_the_checksum_covers_the_dates(draft: Consultation, world: Any) -> None:
    with acting_as(world.viewer("officer")):
        one = digest(draft, OPENS, CLOSES)
        assert one == digest(draft, OPENS, CLOSES)
        assert one != digest(draft, OPENS, CLOSES + timedelta(days=1))


def test_returned_with_a_reason_for_who_asked(draft: Consultation, world: Any) -> None:
    request = ask(draft, world)
    actor = world.viewer("colleague")
    with acting_as(actor):
        with pytest.raises(Refused):
            workflow.return_opening(request, actor=actor, reason=" ")
        workflow.return_opening(request, actor=actor, reason="Question 2 asks two things.")
    notice = Notice.objects.get(event__kind="consultations.opening_decided")
    assert notice.user == world.officer
    assert "Question 2" not in str(notice.event.params)
    ask(draft, world)


def test_the_preview_names_people_channels_and_who_is_left_out(world: Any) -> None:
    paper = make_paper(world, release=False)
    shown = preview(paper)
    told = {one.user_id for one in shown.people}
    assert {world.mei.pk, world.kalok.pk, world.fan.pk, world.officer.pk} <= told
    left = {one.organisation.key: one.why for one in shown.left_out}
    assert left == {"peakline": Why.LICENCE, "kite": Why.ENDED}
    grouped = make_paper(world, key="cp-wg", release=False, working_group=world.custody)
    narrow = preview(grouped)
    assert {one.user_id for one in narrow.people} == {
        world.officer.pk, world.colleague.pk, world.mei.pk, world.kalok.pk,
    }  # fmt: skip
    assert Why.WORKING_GROUP in {one.why for one in narrow.left_out}


def test_the_preview_says_what_changed_since_it_was_asked_for(draft: Consultation, world: Any) -> None:
    request = ask(draft, world)
    officer = world.viewer("officer")
    world.nina.memberships.update(ends_on=clock.today() - timedelta(days=1))
    with acting_as(officer):
        before = asked_before(officer, draft)
        assert before == request
        found = preview(draft).since(before)
    assert found is not None
    assert found.gone == ("Nina, Kite (demo)",)
    with pytest.raises(Refused, match="have changed"):
        ask(draft, world, previewed="of other people")


def test_everybody_is_told_once_when_the_moment_comes(draft: Consultation, world: Any) -> None:
    approve(ask(draft, world), world)
    assert announcing.papers() == 0
    assert not Event.objects.filter(kind__startswith="consultations.opened").exists()
    with clock.at(OPENS):
        assert announcing.papers() == 1
        assert announcing.papers() == 0
    told = Notice.objects.filter(event__kind__startswith="consultations.opened")
    assert set(told.values_list("user", flat=True)) == {one.user_id for one in preview(draft).people}
    assert told.count() == len(preview(draft).people)


def test_a_sweep_that_dies_leaves_it_to_the_next(
    draft: Consultation, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(ask(draft, world), world)
    told = notices.tell_of_release
    with clock.at(OPENS):

        def dies(paper: Consultation) -> int:
            told(paper)
            raise KeyboardInterrupt

        monkeypatch.setattr(notices, "tell_of_release", dies)
        with pytest.raises(KeyboardInterrupt):
            announcing.papers()
        assert not Notice.objects.filter(event__kind__startswith="consultations.opened").exists()
        monkeypatch.setattr(notices, "tell_of_release", told)
        assert announcing.papers() == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_the_same_moment_tell_once(world: Any) -> None:
    paper = make_paper(world)
    fence, done = threading.Barrier(4), []

    def sweep() -> None:
        try:
            with clock.at(NOW):
                fence.wait()
                done.append(announcing.papers())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1
    told = Notice.objects.filter(event__kind__startswith="consultations.opened")
    assert told.count() == len(preview(paper).people)


def test_a_platform_cannot_turn_the_news_off(draft: Consultation, world: Any) -> None:
    from notifications.workflow import set_preference

    for who in ("mei", "fan"):
        set_preference(world.users[who].pk, "consultations", "never")
    approve(ask(draft, world), world)
    with clock.at(OPENS):
        announcing.papers()
    mailed = set(Delivery.objects.filter(kind__startswith="consultations.opened").values_list("user", flat=True))
    assert world.mei.pk in mailed
    assert world.fan.pk not in mailed


def test_a_planned_paper_that_is_withdrawn_appears_to_nobody(draft: Consultation, world: Any) -> None:
    approve(ask(draft, world), world)
    officer = world.viewer("officer")
    with acting_as(officer):
        workflow.withdraw_consultation(
            draft, actor=officer, reason={"en": "Overtaken by the bill.", "zh_hant": "條例草案已取代。"}
        )
    with clock.at(OPENS + timedelta(days=1)):
        assert announcing.papers() == 0
        for who in ("mei", "fan"):
            with acting_as(world.viewer(who)):
                assert not Consultation.objects.visible_to(world.viewer(who)).filter(pk=draft.pk).exists()
    assert not Notice.objects.filter(event__kind__startswith="consultations.withdrawn").exists()


def test_withdrawn_papers_stay_readable_and_their_readers_are_told(paper: Consultation, world: Any) -> None:
    officer = world.viewer("officer")
    with acting_as(officer):
        with pytest.raises(Refused, match="Traditional Chinese"):
            workflow.withdraw_consultation(paper, actor=officer, reason={"en": "Overtaken."})
        workflow.withdraw_consultation(paper, actor=officer, reason={"en": "Overtaken.", "zh_hant": "已被取代。"})
    for who in ("mei", "kalok", "fan"):
        with acting_as(world.viewer(who)):
            assert Consultation.objects.visible_to(world.viewer(who)).filter(pk=paper.pk).exists()
    told = set(Notice.objects.filter(event__kind__startswith="consultations.withdrawn").values_list("user", flat=True))
    assert {world.mei.pk, world.kalok.pk, world.fan.pk} <= told
    assert world.officer.pk not in told
    page = world.client("mei", headers={"accept-language": "zh-hant"}).get(paper.get_absolute_url())
    assert "已被取代。" in page.content.decode()


def test_requests_to_open_and_embargoed_papers_are_the_regulators(draft: Consultation, world: Any) -> None:
    request = ask(draft, world)
    for who in ("mei", "fan", None):
        viewer = world.viewer(who)
        with acting_as(viewer):
            assert not OpeningRequest.objects.exists()
            assert not OpeningRequest.objects.visible_to(viewer).exists()
        client = world.client(who)
        for name, args in (("manage", []), ("audience_preview", []), ("approve_opening", [request.pk])):
            answer = client.get(reverse(f"consultations:{name}", args=[draft.key, *args]))
            assert answer.status_code == (404 if who else 302)
    with acting_as(world.viewer("officer")):
        asked = Entry.objects.filter(verb="consultations.opening_asked")
        assert set(asked.values_list("audience", flat=True)) == {"regulator"}


def test_the_stage_line(paper: Consultation, world: Any) -> None:
    paper.conclusions_planned_by = datetime(2027, 3, 31).date()
    line = {one.state: one for one in stages(paper, NOW)}
    assert [one.position for one in line.values()] == ["done", "now", *["ahead"] * 5]
    assert line[State.CONCLUSIONS_PUBLISHED].planned
    assert State.WITHDRAWN not in line
    paper.withdrawn_at = NOW
    paper.withdrawal_reason = "x"
    ended = stages(paper, NOW)
    assert [one.state for one in ended] == [State.DRAFT, State.OPEN, State.WITHDRAWN]
    assert PUBLIC.user_id is None


def test_two_officers_open_a_paper_on_its_pages(draft: Consultation, world: Any) -> None:
    officer, colleague = world.client("officer"), world.client("colleague")
    ask_url = reverse("consultations:ask_to_open", args=[draft.key])
    page = officer.get(ask_url)
    assert "Mei" in page.content.decode()
    form = page.context["form"]
    given = {
        "opens_0": "2026-11-25", "opens_1": "09:00", "closes_0": "2026-12-26", "closes_1": "18:00",
        "note": "", "previewed": form["previewed"].value(), "confirmed": "on",
    }  # fmt: skip
    refused = officer.post(ask_url, given)
    assert refused.status_code == 422
    assert "not a working day" in refused.content.decode()
    assert officer.post(ask_url, given | {"closes_0": "2026-12-28"}).status_code == 302
    with acting_as(world.viewer("officer")):
        request = OpeningRequest.objects.get()
    approve_url = reverse("consultations:approve_opening", args=[draft.key, request.pk])
    assert officer.get(approve_url).status_code == 403
    shown = colleague.get(approve_url)
    sent = {"previewed": shown.context["form"]["previewed"].value(), "confirmed": "on"}
    assert colleague.post(approve_url, sent).status_code == 302
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
        assert draft.is_planned
    assert officer.get(reverse("consultations:manage", args=[draft.key])).status_code == 200


def test_the_helper_of_the_tests_goes_through_the_gate(world: Any) -> None:
    paper = make_paper(world, key="cp-gate", release=False)
    settle(paper, world, opens_at=OPENS, closes_at=CLOSES)
    with acting_as(world.viewer("officer")):
        verbs = set(Entry.objects.filter(object_label__startswith="CP GATE").values_list("verb", flat=True))
    assert {"consultations.opening_asked", "consultations.opening_approved", "consultations.opened"} <= verbs


def test_the_opening_may_be_approved_after_the_time_that_was_asked_for(draft: Consultation, world: Any) -> None:
    """It opens then on approval, for everybody at the same moment, as long as the deadline lies ahead."""
    request = ask(draft, world)
    late = OPENS + timedelta(hours=3)
    with clock.at(late):
        manage = world.client("colleague").get(reverse("consultations:manage", args=[draft.key])).content.decode()
        assert "It opens as soon as it is approved." in manage
        assert "The opening time has passed." not in manage
        approve_url = reverse("consultations:approve_opening", args=[draft.key, request.pk])
        shown = world.client("colleague").get(approve_url)
        assert "which has passed" in shown.content.decode()
        sent = {"previewed": shown.context["form"]["previewed"].value(), "confirmed": "on"}
        done = world.client("colleague").post(approve_url, sent, follow=True)
        assert "The paper is open now." in done.content.decode()
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
        assert draft.released_at == draft.opens_at == late
        assert draft.closes_at == CLOSES
        entry = Entry.objects.get(verb="consultations.opened")
        assert entry.detail["opens_at"] == late.isoformat()
        assert entry.detail["on_approval"] is True
    with clock.at(late):
        assert draft.state == State.OPEN
        for who in ("mei", "kalok", "fan"):
            with acting_as(world.viewer(who)):
                assert Consultation.objects.visible_to(world.viewer(who)).filter(pk=draft.pk).exists()
        assert announcing.papers() == 1


def test_a_late_approval_needs_a_deadline_ahead_on_a_working_day(draft: Consultation, world: Any) -> None:
    request = ask(draft, world)
    with clock.at(CLOSES), pytest.raises(Refused, match="closing time after the opening"):
        approve(request, world)
    DayChange.objects.create(day=CLOSES.date(), kind="closed", cause="gazette", reason_en="x", set_by=world.secretary)
    with clock.at(OPENS), pytest.raises(Refused, match="not a working day"):
        approve(request, world)
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
        assert draft.released_at is None


def test_asked_to_open_as_soon_as_it_is_approved(draft: Consultation, world: Any) -> None:
    officer, url = world.client("officer"), reverse("consultations:ask_to_open", args=[draft.key])
    page = officer.get(url)
    assert "I have looked at the people above" in page.content.decode()
    given = {
        "opens_0": "", "opens_1": "", "closes_0": "2026-12-28", "closes_1": "18:00", "note": "",
        "previewed": page.context["form"]["previewed"].value(), "confirmed": "on",
    }  # fmt: skip
    refused = officer.post(url, given)
    assert refused.status_code == 422
    assert "Give an opening time." in refused.content.decode()
    assert officer.post(url, given | {"on_approval": "on"}).status_code == 302
    with acting_as(world.viewer("officer")):
        request = OpeningRequest.objects.get()
        assert request.opens_on_approval
        draft.refresh_from_db()
        assert draft.released_at is None
    approve(request, world)
    with acting_as(world.viewer("officer")):
        draft.refresh_from_db()
        assert draft.state == State.OPEN


def test_the_stages_show_the_dates_that_were_asked_for(draft: Consultation, world: Any) -> None:
    officer = world.viewer("officer")
    with acting_as(officer):
        Consultation.objects.filter(pk=draft.pk).update(opens_at=OPENS, closes_at=CLOSES + timedelta(days=3))
        draft.refresh_from_db()
    plan = {one.state: one for one in stages(draft, NOW)}
    assert plan[State.CLOSED].date_words == "plan: 26\u00a0December 2026"
    assert plan[State.CLOSED].label == "Closes"
    request = ask(draft, world)
    line = {one.state: one for one in stages(draft, NOW, request)}
    assert (line[State.OPEN].label, line[State.OPEN].when) == ("Opens", OPENS)
    assert (line[State.CLOSED].label, line[State.CLOSED].when) == ("Closes", CLOSES)
    for who in ("officer", "colleague"):
        for url in (reverse("consultations:manage", args=[draft.key]), draft.get_absolute_url()):
            rail = world.client(who).get(url).content.decode().split('class="stages')[1].split("</ol>")[0]
            assert "</span>Closes</b>23\u00a0December 2026" in rail
            assert "26\u00a0December" not in rail


def test_the_check_of_a_day_off_does_not_say_that_it_can_be_set(draft: Consultation, world: Any) -> None:
    url = reverse("consultations:calendar_check")
    asked = {"field": "closes", "paper": draft.key, "closes_1": "18:00"}
    off = world.client("officer").get(url, asked | {"closes_0": "2026-12-26"}, headers={"hx-request": "true"})
    assert "A deadline cannot be set on this day" in off.content.decode()
    assert "can still be set" not in off.content.decode()
    assert "The score adds up what is listed here: 3 for a day that is not a working day" in off.content.decode()
    short = world.client("officer").get(url, asked | {"closes_0": "2026-11-27"}, headers={"hx-request": "true"})
    assert "can still be set" in short.content.decode()


def test_both_officers_are_told_which_texts_lack_a_language(draft: Consultation, world: Any) -> None:
    said = "no translation yet"
    with acting_as(world.viewer("officer")):
        paragraphs = list(draft.paragraphs.order_by("position"))
        type(paragraphs[0]).objects.filter(pk__in=[one.pk for one in paragraphs]).update(body_zh_hant="")
    page = world.client("officer").get(reverse("consultations:ask_to_open", args=[draft.key])).content.decode()
    assert said in page
    url = reverse("consultations:approve_opening", args=[draft.key, ask(draft, world).pk])
    assert said in world.client("colleague").get(url).content.decode()
