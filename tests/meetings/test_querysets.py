"""Which meetings lie ahead, in which order they are listed, and which actions are late."""

from datetime import timedelta
from typing import Any

import pytest

from meetings import workflow
from meetings.models import Action, Meeting
from members.viewer import acting_as
from portal.common import clock
from tests.meetings.conftest import NOW, Held, plan

pytestmark = pytest.mark.django_db


def test_the_next_meeting_comes_first_and_the_past_runs_backwards(world: Any, ahead: Meeting, held: Held) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        later = plan(world, 9, NOW + timedelta(days=40))
        workflow.issue_notice(later, actor=actor)
        draft = plan(world, 10, NOW + timedelta(days=3))
        cancelled = plan(world, 11, NOW + timedelta(days=2))
        workflow.issue_notice(cancelled, actor=actor)
        workflow.cancel(cancelled, actor=actor, reason="Typhoon signal no. 8")
        rows = list(Meeting.objects.visible_to(actor).next_first())
        upcoming = list(Meeting.objects.visible_to(actor).upcoming())
    assert [row for row in rows if row.ahead] == [ahead, later] == upcoming
    assert [row for row in rows if not row.ahead] == [draft, cancelled, held.meeting]
    assert rows == [ahead, later, draft, cancelled, held.meeting]


def test_a_meeting_that_is_over_does_not_lie_ahead(world: Any, ahead: Meeting) -> None:
    with acting_as(world.viewer("mei")):
        with clock.at(ahead.ends_at - timedelta(seconds=1)):
            assert list(Meeting.objects.upcoming()) == [ahead]
        with clock.at(ahead.ends_at):
            assert not Meeting.objects.upcoming().exists()
            assert [row.ahead for row in Meeting.objects.next_first()] == [False]


def test_an_action_is_late_from_the_day_after_its_day(world: Any, held: Held) -> None:
    due = held.action.due
    with acting_as(world.viewer("secretary")):
        for days, late in ((-1, False), (0, False), (1, True)):
            moment = NOW.replace(year=due.year, month=due.month, day=due.day) + timedelta(days=days)
            with clock.at(moment):
                assert Action.objects.overdue().exists() is late, days
        workflow.update_action(held.action, actor=world.viewer("secretary"), state="done")
        assert not Action.objects.open().filter(pk=held.action.pk).exists()
        assert not Action.objects.overdue().exists()
