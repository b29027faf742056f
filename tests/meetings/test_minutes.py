"""Both texts of the minutes, for everybody: by `visible_to`, by row-level security alone, and on the page."""

from datetime import timedelta
from typing import Any

import pytest

from meetings import workflow
from meetings.models import MinuteAttribution, MinuteParagraph, Minutes
from members.viewer import PUBLIC, acting_as
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.meetings.conftest import NOW, Held

CANARIES = {"OWN-CANARY", "BOTH-CANARY", "STAFF-CANARY", "ACTION-CANARY"}
READS = {
    "secretary": CANARIES,
    "chair": CANARIES,
    "officer": CANARIES,
    "admin": CANARIES,
    "mei": {"OWN-CANARY", "ACTION-CANARY"},
    "rosa": {"OWN-CANARY", "ACTION-CANARY"},
    "kalok": set(),
    "nina": set(),
    "fan": set(),
}


@pytest.mark.parametrize("who", READS)
def test_each_reader_gets_the_texts_of_their_own(world: Any, held: Held, who: str) -> None:
    viewer = world.viewer(who)
    texts = READS[who] - {"ACTION-CANARY"}
    with acting_as(viewer):
        for rows in (MinuteAttribution.objects.visible_to(viewer), MinuteAttribution.objects.all()):
            found = " ".join(row.text for row in rows)
            assert {canary for canary in CANARIES if canary in found} == texts
        assert MinuteParagraph.objects.visible_to(viewer).count() == MinuteParagraph.objects.count() == 3


def test_the_public_reads_nothing(world: Any, held: Held) -> None:
    for viewer in (PUBLIC, None):
        with acting_as(viewer):
            for model in (MinuteAttribution, MinuteParagraph, Minutes):
                assert not model.objects.exists()
    with acting_as(world.viewer("secretary")):
        assert not MinuteParagraph.objects.visible_to(PUBLIC).exists()
        assert not MinuteAttribution.objects.visible_to(PUBLIC).exists()


@pytest.mark.parametrize("who", READS)
def test_the_page_shows_them_as_the_rule_says(world: Any, held: Held, who: str) -> None:
    page = world.client(who).get("/meetings/7/").content.decode()
    assert {canary for canary in CANARIES if canary in page} == READS[who]
    assert "A member spoke of its queue." in page
    assert "Two members disagreed." in page


def test_a_history_of_an_attributed_text_is_read_like_the_text(world: Any, held: Held) -> None:
    events = MinuteAttribution.pgh_event_model.objects  # type: ignore[attr-defined]
    for who, count in (("secretary", 3), ("mei", 1), ("kalok", 0), (None, 0)):
        with acting_as(world.viewer(who)):
            assert events.count() == count


def test_before_circulation_only_the_regulator_reads_minutes(world: Any, held: Held) -> None:
    with acting_as(world.viewer("secretary")):
        held.minutes.released_at = None
        held.minutes.save(update_fields=["released_at"])
    for who, sees in (("officer", True), ("mei", False), ("fan", False)):
        viewer = world.viewer(who)
        with acting_as(viewer):
            assert MinuteParagraph.objects.visible_to(viewer).exists() is sees
            assert MinuteParagraph.objects.exists() is sees
            assert MinuteAttribution.objects.exists() is sees


@pytest.mark.parametrize("text", ["Harbour (demo) spoke.", "Harbour spoke.", "Mei spoke."])
def test_a_circulated_text_that_names_a_firm_or_its_people_is_refused(world: Any, held: Held, text: str) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused):
        workflow.write_paragraph(held.minutes, actor=actor, number="7.11", text=text)


def test_an_attributed_text_that_would_show_a_firm_anothers_name_is_refused(world: Any, held: Held) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor), pytest.raises(Refused):
        workflow.write_paragraph(
            held.minutes, actor=actor, number="7.11", text="A member spoke.",
            attributed="Harbour (demo) answered Kalok.", concerns=[world.harbour.pk],
        )  # fmt: skip


def test_the_same_text_twice_is_kept_once(world: Any, held: Held) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        paragraph = workflow.write_paragraph(
            held.minutes, actor=actor, number="7.11", text="The chair closed.", attributed="The chair closed."
        )
        assert not MinuteAttribution.objects.filter(paragraph=paragraph).exists()


def test_confirmed_minutes_are_closed(world: Any, held: Held, ahead: Any) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        with pytest.raises(Refused):
            workflow.confirm_minutes(held.minutes, actor=actor, at_meeting=ahead)
        with clock.at(NOW + timedelta(days=9)):
            workflow.confirm_minutes(held.minutes, actor=actor, at_meeting=ahead)
            assert held.minutes.state == "confirmed"
            assert held.minutes.meeting.state == "minutes_confirmed"
            with pytest.raises(Forbidden):
                workflow.write_paragraph(held.minutes, actor=actor, number="7.11", text="Late.")


@pytest.mark.parametrize("who", ["officer", "admin", "mei", "fan", None])
def test_only_the_chairs_office_writes_minutes(world: Any, held: Held, who: str | None) -> None:
    actor = world.viewer(who)
    with acting_as(world.viewer("secretary")), pytest.raises(Forbidden):
        workflow.write_paragraph(held.minutes, actor=actor, number="7.11", text="Words.")
