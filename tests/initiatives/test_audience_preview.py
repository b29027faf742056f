"""Whom a change on the roadmap reaches, as its confirmation says it before."""

from typing import Any

from django.urls import reverse

from initiatives import emails, workflow
from initiatives.models import Initiative
from members.desk.reached import reached
from members.publication import Channel, preview
from members.viewer import acting_as
from notifications.models import Delivery, Notice


def test_a_change_of_status_reaches_whom_the_confirmation_named(roadmap: Any) -> None:
    actor = roadmap.viewer("officer")
    row = Initiative.objects.get(number=1)
    status = "paused" if row.status != "paused" else "in_progress"
    with acting_as(actor):
        shown = preview(emails.plan_of_status(row, actor=actor), viewer=actor)
        workflow.update_initiative_status(row, status=status, reason="Done", actor=actor)
        again = preview(emails.plan_of_status(row, actor=actor), viewer=actor)
    people = {one.user_id for one in shown.people}
    assert roadmap.mei.pk in people
    assert roadmap.officer.pk not in people, "who does it is not told of it"
    assert set(Notice.objects.values_list("user_id", flat=True)) == people
    at_once = {one.user_id for one in shown.people if one.channel == Channel.AT_ONCE}
    assert set(Delivery.objects.values_list("user_id", flat=True)) == at_once
    assert shown.is_public
    assert again.difference is not None
    assert again.difference.is_empty


def test_the_confirmation_in_the_admin_site_names_them(roadmap: Any) -> None:
    page = roadmap.client("secretary").post(
        reverse("admin:initiatives_initiative_changelist"),
        {"action": "change_status", "_selected_action": [str(Initiative.objects.get(number=1).pk)]},
    )
    text = page.content.decode()
    assert "Mei, Harbour" in text
    assert "Inbox and" in text
    assert "The public" in text


def test_an_update_in_words_is_public_and_told_to_nobody(roadmap: Any) -> None:
    actor = roadmap.viewer("secretary")
    with acting_as(actor):
        row = Initiative.objects.get(number=1)
        update = workflow.post_update(row, actor=actor, title_en="News", body_en="Words")
        names = [(one.name, one.what) for one in reached(emails.plan_of_update(update), viewer=actor)]
        workflow.publish_update(update, actor=actor)
    assert names == [("The public", "reads it on its page"), ("Nobody", "is told of it")]
    assert not Notice.objects.exists()
