"""Deadlines move to a later time alone, whom it concerns is told and nobody else, and the database's clock decides."""

import threading
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse

from audit.models import Entry
from consultations import workflow
from consultations.enums import State
from consultations.models import Comment, Consultation, DayChange, DeadlineChange, Extension, ExtensionRequest
from members.viewer import acting_as
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.consultations.conftest import NOW, make_paper, say

HARBOUR = {"mei", "rosa", "poon"}
REASON = {"en": "A correction needs reading.", "zh_hant": "更正需時閱讀。"}
LATER = NOW + timedelta(days=22)  # Tuesday 15 December


def told(kind: str) -> set[str]:
    rows = Notice.objects.filter(event__kind__startswith=f"consultations.{kind}")
    return {email.split("@")[0] for email in rows.values_list("user__email", flat=True)}


def move(paper: Consultation, world: Any, who: str = "officer", **changed: Any) -> DeadlineChange:
    actor = world.viewer(who)
    with acting_as(actor):
        given = {"until": LATER, "cause": "correction", "reason": REASON} | changed
        return workflow.move_deadline(paper, actor=actor, **given)


@pytest.mark.django_db
class TestForEverybody:
    def test_it_moves_and_everybody_reads_why(self, paper: Consultation, world: Any) -> None:
        before = paper.closes_at
        change = move(paper, world)
        assert (change.before, change.after) == (before, LATER)
        assert told("deadline_moved") == {
            "mei", "rosa", "poon", "kalok", "eva", "nina", "fan", "chair", "secretary", "colleague", "admin",
        }  # fmt: skip
        for who in ("mei", "fan"):
            viewer = world.viewer(who)
            with acting_as(viewer):
                assert Consultation.objects.visible_to(viewer).get(pk=paper.pk).closes_at == LATER
                assert DeadlineChange.objects.get().reason_zh_hant == REASON["zh_hant"]

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"until": NOW + timedelta(days=17)}, "later time"),
            ({"until": NOW + timedelta(days=19)}, "not a working day"),
            ({"reason": {"en": " "}}, "reason"),
            ({"reason": {"en": "Only English."}}, "Traditional Chinese"),
        ],
    )
    def test_refused(self, paper: Consultation, world: Any, changed: Any, words: str) -> None:
        with pytest.raises(Refused, match=words):
            move(paper, world, **changed)
        assert told("deadline_moved") == set()

    def test_a_closed_paper_opens_again_only_for_what_happened_by_itself(self, paper: Consultation, world: Any) -> None:
        with clock.at(NOW + timedelta(days=19)):
            with pytest.raises(Refused, match="open consultation"):
                move(paper, world, cause="extension")
            move(paper, world, cause="gale")
            with acting_as(world.viewer("officer")):
                paper.refresh_from_db()
                assert paper.state == State.OPEN

    @pytest.mark.parametrize("who", ["mei", "fan", "admin"])
    def test_nobody_else(self, paper: Consultation, world: Any, who: str) -> None:
        with pytest.raises(Forbidden):
            move(paper, world, who)


@pytest.mark.django_db
class TestWeather:
    def closed(self, world: Any, day: date, cause: str = "black_rain") -> None:
        DayChange.objects.create(
            day=day,
            kind="closed",
            cause=cause,
            reason_en="Black rain from 07:10",
            reason_zh_hant="黑雨",
            set_by=world.secretary,
        )

    def test_every_deadline_of_the_day_moves_to_the_same_time_of_the_next_working_day(self, world: Any) -> None:
        friday = NOW + timedelta(days=18)
        one, grouped = make_paper(world), make_paper(world, key="cp-wg", working_group=world.custody)
        other = make_paper(world, key="cp-late", closes=timedelta(days=30))
        secretary = world.viewer("secretary")
        with acting_as(secretary):
            workflow.extend(
                other_open(world, friday), organisation=world.kite, until=friday, reason="x", actor=secretary
            )
        with pytest.raises(Refused, match="calendar"):
            workflow.extend_for_weather(friday.date(), actor=secretary)
        self.closed(world, friday.date())
        with acting_as(secretary):
            # The secretary has no seat in the working group: its paper moves all the same.
            moved = workflow.extend_for_weather(friday.date(), actor=secretary)
            assert workflow.extend_for_weather(friday.date(), actor=secretary) == []
        assert {change.consultation_id for change in moved} == {one.pk, grouped.pk}
        with acting_as(world.viewer("officer")):
            for paper in (one, grouped, other):
                before = paper.closes_at
                paper.refresh_from_db()
                assert paper.closes_at == before + (timedelta(0) if paper == other else timedelta(days=3))
            assert Extension.objects.get().until == friday + timedelta(days=3)
            assert {change.cause for change in DeadlineChange.objects.all()} == {"black_rain"}

    def test_it_counts_when_the_day_is_over(self, paper: Consultation, world: Any) -> None:
        self.closed(world, paper.closes_at.date(), "gale")
        officer = world.viewer("officer")
        with clock.at(NOW + timedelta(days=18, hours=14)), acting_as(officer):
            assert len(workflow.extend_for_weather(paper.closes_at.date(), actor=officer)) == 1
            paper.refresh_from_db()
            assert paper.state == State.OPEN


def other_open(world: Any, before: datetime) -> Consultation:
    """A paper that closes earlier, of which one firm's extension falls on the day."""
    return make_paper(world, key="cp-early", closes=before - NOW - timedelta(days=3))


@pytest.mark.django_db
class TestOneFirm:
    def ask(self, paper: Consultation, world: Any, who: str = "mei", **changed: Any) -> ExtensionRequest:
        actor = world.viewer(who)
        with acting_as(actor):
            given = {"until": LATER, "reason": "Wallet migration."} | changed
            return workflow.ask_for_extension(paper, actor=actor, **given)

    def decide(self, request: ExtensionRequest, world: Any, who: str = "secretary", **changed: Any) -> None:
        actor = world.viewer(who)
        with acting_as(actor):
            given = {"grant": True, "reason": "Agreed."} | changed
            workflow.decide_extension(request, actor=actor, **given)

    def test_granted_the_firm_is_told_and_may_respond(self, paper: Consultation, world: Any) -> None:
        request = self.ask(paper, world)
        assert told("extension_asked") == {"secretary", "chair", "officer"}
        self.decide(request, world)
        assert told("extension_decided") == HARBOUR
        with clock.at(LATER - timedelta(hours=1)):
            say(paper, world, "mei", audience="shared")
            with pytest.raises(Refused):
                say(paper, world, "kalok", audience="shared")

    def test_refused_with_a_reason(self, paper: Consultation, world: Any) -> None:
        request = self.ask(paper, world)
        self.decide(request, world, grant=False, reason="The bill does not wait.")
        assert told("extension_decided") == HARBOUR
        with acting_as(world.viewer("mei")):
            assert not Extension.objects.exists()
            assert ExtensionRequest.objects.get().decision_reason == "The bill does not wait."
        with pytest.raises(Refused, match="decided"):
            self.decide(request, world)
        self.ask(paper, world)

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"until": NOW + timedelta(days=10)}, "present deadline"),
            ({"until": NOW + timedelta(days=20)}, "not a working day"),
            ({"reason": ""}, "reason"),
        ],
    )
    def test_what_cannot_be_asked(self, paper: Consultation, world: Any, changed: Any, words: str) -> None:
        with pytest.raises(Refused, match=words):
            self.ask(paper, world, **changed)

    def test_once_at_a_time_and_in_time(self, paper: Consultation, world: Any) -> None:
        self.ask(paper, world)
        with pytest.raises(Refused, match="asked before"):
            self.ask(paper, world)
        with clock.at(paper.closes_at), pytest.raises(Refused, match="is over"):
            self.ask(paper, world, "kalok")

    @pytest.mark.parametrize("who", ["rosa", "poon", "fan", "officer"])
    def test_the_representative_asks(self, paper: Consultation, world: Any, who: str) -> None:
        with pytest.raises(Forbidden):
            self.ask(paper, world, who)

    @pytest.mark.parametrize("who", ["officer", "admin", "mei", "kalok"])
    def test_the_desk_decides(self, paper: Consultation, world: Any, who: str) -> None:
        request = self.ask(paper, world)
        with pytest.raises(Forbidden):
            self.decide(request, world, who)

    def test_no_other_firm_learns_of_any_of_it(self, paper: Consultation, world: Any) -> None:
        request = self.ask(paper, world, reason="Harbour moves its wallets")
        self.decide(request, world, reason="Because of the wallets of Harbour")
        address = reverse("consultations:ask_for_extension", args=[paper.key])
        for who in ("kalok", "nina", "fan"):
            viewer = world.viewer(who)
            with acting_as(viewer):
                assert not ExtensionRequest.objects.exists()
                assert not Extension.objects.exists()
                assert not Entry.objects.filter(verb__contains="exten").exists()
            client = world.client(who)
            for url in (address, paper.get_absolute_url(), reverse("consultations:list"), reverse("home")):
                assert "wallets" not in client.get(url).content.decode()
            assert not Notice.objects.filter(user=viewer.user_id, event__kind__contains="exten").exists()
        assert "wallets" in world.client("rosa").get(address).content.decode()

    def test_who_cannot_ask_is_not_led_there(self, paper: Consultation, world: Any) -> None:
        link = reverse("consultations:ask_for_extension", args=[paper.key])
        for who, led in (("mei", True), ("rosa", False), ("fan", False), ("officer", False)):
            assert (link in world.client(who).get(paper.get_absolute_url()).content.decode()) is led, who

    def test_on_the_pages(self, paper: Consultation, world: Any) -> None:
        address = reverse("consultations:ask_for_extension", args=[paper.key])
        mei = world.client("mei")
        wrong = mei.post(address, {"until_0": "2026-12-12", "until_1": "18:00", "reason": "Kept words"})
        assert wrong.status_code == 422
        assert "Kept words" in wrong.content.decode()
        assert mei.post(address, {"until_0": "2026-12-15", "until_1": "18:00", "reason": "x"}).status_code == 302
        request = ExtensionRequest.objects.visible_to(world.viewer("secretary"))
        with acting_as(world.viewer("secretary")):
            url = reverse("consultations:decide_extension", args=[paper.key, request.get().pk])
        assert world.client("officer").get(url).status_code == 403
        desk = world.client("secretary")
        assert desk.get(url).status_code == 200
        given = {"decision": "grant", "until_0": "2026-12-15", "until_1": "18:00", "reason": "Agreed"}
        assert desk.post(url, given).status_code == 302
        assert "Agreed" in mei.get(address).content.decode()


# --- the moment itself -------------------------------------------------------------------------------------------

# A process holds six connections.
REQUESTS, THREADS, AROUND = 1000, 4, 2.0


def database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


@pytest.mark.django_db(transaction=True)
def test_a_thousand_requests_around_a_deadline(world: Any, record_property: Any) -> None:
    """By the database's clock none is accepted late and none refused early. Four connections at once; what a
    process's own clock says does not matter."""
    paper = make_paper(world)
    actor = world.viewer("mei")
    assert actor.organisation is not None
    assert actor.user is not None
    answers: list[tuple[datetime, datetime, datetime | None]] = []
    failures: list[BaseException] = []
    fence = threading.Barrier(THREADS + 1)

    def post(count: int) -> None:
        try:
            connection.ensure_connection()
            fence.wait()
            for number in range(count):
                before, accepted = database_clock(), None
                try:
                    with acting_as(actor):
                        accepted = workflow.post_comment(
                            paper, actor=actor, body=f"Remark {number}", audience="organisation"
                        ).created_at
                except Refused:
                    pass
                answers.append((before, database_clock(), accepted))
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    # Threads begin without the tests' moved clock: they live in the present, as requests do.
    threads = [threading.Thread(target=post, args=(REQUESTS // THREADS,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    deadline = database_clock() + timedelta(seconds=AROUND)
    with acting_as(world.viewer("officer")):
        Consultation.objects.visible_to(world.viewer("officer")).filter(pk=paper.pk).update(
            opens_at=deadline - timedelta(days=40), released_at=deadline - timedelta(days=40), closes_at=deadline
        )
    fence.wait()
    started = time.monotonic()
    for thread in threads:
        thread.join()
    assert not failures
    accepted = [moment for _before, _after, moment in answers if moment is not None]
    refused = [(before, after) for before, after, moment in answers if moment is None]
    late = [moment for moment in accepted if moment >= deadline]
    # Each was decided between two readings of the database's clock.
    late_begun = [before for before, _after, moment in answers if moment is not None and before >= deadline]
    early = [after for _before, after in refused if after < deadline]
    record_property(
        "figure",
        f"deadline: {len(answers)} requests in {time.monotonic() - started:.1f} s, {len(accepted)} accepted, "
        f"{len(refused)} refused; late {len(late) + len(late_begun)}, early {len(early)}; "
        f"nearest accepted {(deadline - max(accepted)).total_seconds() * 1000:.1f} ms before",
    )
    assert len(answers) == REQUESTS
    assert accepted
    assert refused
    assert (late, late_begun, early) == ([], [], [])
    with acting_as(actor):
        assert Comment.objects.filter(consultation=paper).count() == len(accepted)
