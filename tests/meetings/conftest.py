"""A meeting that was held, with two texts of its minutes, and one that lies ahead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from meetings import workflow
from meetings.models import Action, Meeting, MinuteParagraph, Minutes, Paper
from members.viewer import acting_as
from portal.common import clock

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=clock.HONG_KONG)


@pytest.fixture(autouse=True)
def now(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Tuesday 24 November 2026, 10:00 in Hong Kong; files go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW):
        yield


def plan(world: Any, number: int, starts_at: datetime, **fields: Any) -> Meeting:
    """A draft of meeting `number` with three items of which the last two need the competition check."""
    actor = world.viewer("secretary")
    meeting = workflow.create_meeting(
        actor=actor,
        organisation=world.sfc,
        key=str(number),
        number=number,
        chair=world.chair,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        by_video=True,
        title_en=f"Advisory group, meeting {number}",
        title_zh_hant=f"諮詢小組第{number}次會議",
        **fields,
    )
    for item, (purpose, minutes) in enumerate((("formal", 5), ("for_discussion", 40), ("for_information", 15)), 1):
        workflow.add_agenda_item(
            meeting,
            actor=actor,
            number=item,
            purpose=purpose,
            minutes_planned=minutes,
            title_en=f"Item {item}",
            presenters=[workflow.Presents(world.officer, world.sfc, "Policy team 2")] if item > 1 else (),
            competition_check="cleared",
        )
    return meeting


@pytest.fixture
def ahead(world: Any) -> Meeting:
    """Meeting 8, in eight days: agenda circulated, one paper out and one expected, two people asked."""
    actor = world.viewer("secretary")
    with acting_as(actor), clock.at(NOW - timedelta(days=8)):
        meeting = plan(world, 8, NOW + timedelta(days=8, hours=5), reply_by=NOW + timedelta(days=3))
        workflow.issue_notice(meeting, actor=actor)
        workflow.invite(meeting, actor=actor, user=world.mei, organisation=world.harbour)
        workflow.invite(meeting, actor=actor, user=world.kalok, organisation=world.banyan)
        workflow.circulate_agenda(meeting, actor=actor)
        item = meeting.agendaitems.get(number=2)
        paper = workflow.expect_paper(item, actor=actor, number="8/1", author=world.officer, title_en="Options")
        workflow.expect_paper(
            item, actor=actor, number="8/2", author=world.officer, title_en="Survey", due=date(2026, 11, 25)
        )
        workflow.file_paper(paper, actor=actor, file_name="paper.md", content=b"# Options", pages=3, trusted=True)
    return meeting


@dataclass
class Held:
    meeting: Meeting
    minutes: Minutes
    own: MinuteParagraph
    several: MinuteParagraph
    staff: MinuteParagraph
    action: Action


@pytest.fixture
def held(world: Any) -> Held:
    """Meeting 7, two months ago, with circulated minutes: a passage on Harbour, one on two firms, one on staff."""
    actor = world.viewer("secretary")
    with acting_as(actor):
        with clock.at(NOW - timedelta(days=80)):
            meeting = plan(world, 7, NOW - timedelta(days=60))
            workflow.issue_notice(meeting, actor=actor)
            workflow.circulate_agenda(meeting, actor=actor)
        with clock.at(NOW - timedelta(days=59)):
            workflow.hold(meeting, actor=actor)
            for who, firm in ((world.mei, world.harbour), (world.kalok, world.banyan), (world.fan, world.fpb)):
                workflow.record_attendance(meeting, actor=actor, user=who, organisation=firm, mode="in_person")
            minutes = workflow.record_minutes(meeting, actor=actor, taken_by=world.secretary)
            item = meeting.agendaitems.get(number=2)
            own = workflow.write_paragraph(
                minutes, actor=actor, number="7.1", item=item,
                text="A member spoke of its queue.", attributed="Harbour (demo) said OWN-CANARY.",
            )  # fmt: skip
            several = workflow.write_paragraph(
                minutes, actor=actor, number="7.2", item=item,
                text="Two members disagreed.", attributed="Harbour (demo) and Banyan (demo) said BOTH-CANARY.",
            )  # fmt: skip
            staff = workflow.write_paragraph(
                minutes, actor=actor, number="7.10", item=item,
                text="The secretariat reported.", attributed="The secretary said STAFF-CANARY.",
            )  # fmt: skip
            action = workflow.add_action(
                actor=actor, organisation=world.harbour, audience="shared", meeting=meeting, paragraph=own,
                number="7.1", text="Send the ACTION-CANARY", due=date(2026, 11, 20), side="platform",
                owner_organisation=world.harbour,
            )  # fmt: skip
            workflow.circulate_minutes(minutes, actor=actor, comment_by=NOW + timedelta(days=7), silence="agreement")
    return Held(meeting, minutes, own, several, staff, action)


@pytest.fixture
def paper(ahead: Meeting, world: Any) -> Paper:
    with acting_as(world.viewer("secretary")):
        return Paper.objects.select_related("document", "meeting").get(number="8/1")
