"""Agenda and minutes reach whom their preview names."""

from typing import Any

from meetings import emails, workflow
from members.models import Publication
from members.publication import Channel, preview
from members.viewer import acting_as
from notifications.models import Delivery, Notice
from tests.meetings.conftest import NOW, plan


def test_an_agenda_and_minutes_reach_whom_the_preview_named(world: Any) -> None:
    actor = world.viewer("secretary")
    with acting_as(actor):
        meeting = plan(world, 9, NOW)
        workflow.issue_notice(meeting, actor=actor)
        workflow.invite(meeting, actor=actor, user=world.mei, organisation=world.harbour)
        workflow.invite(meeting, actor=actor, user=world.kalok, organisation=world.banyan)
        agenda = preview(emails.plan_of_agenda(meeting, actor=actor))
        workflow.circulate_agenda(meeting, actor=actor)
        workflow.hold(meeting, actor=actor)
        minutes = workflow.record_minutes(meeting, actor=actor, taken_by=world.secretary)
        circulated = preview(emails.plan_of_minutes(minutes, actor=actor))
        workflow.circulate_minutes(minutes, actor=actor)
        kept = {row.what for row in Publication.objects.all()}
    for shown, kind in ((agenda, "meetings.agenda_circulated"), (circulated, "meetings.minutes_circulated")):
        told = set(Notice.objects.filter(event__kind=kind).values_list("user_id", flat=True))
        assert told == {one.user_id for one in shown.people} == {world.mei.pk, world.kalok.pk}
        mailed = set(Delivery.objects.filter(kind=kind).values_list("user_id", flat=True))
        assert mailed == {one.user_id for one in shown.people if one.channel == Channel.AT_ONCE}
    assert kept >= {"meetings.agenda_circulated", "meetings.minutes_circulated"}
