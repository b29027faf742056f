"""Whom the release of a document reaches: those who can read it from then on, without a notice."""

from datetime import timedelta
from typing import Any

import pytest

from documents import workflow
from documents.models import Document
from members.publication import Channel, last, preview
from members.viewer import acting_as
from portal.common import clock


@pytest.mark.parametrize(("audience", "group"), [("group", None), ("regulator", None), ("group", "custody")])
def test_the_preview_names_exactly_who_can_read_it_then(world: Any, audience: str, group: str | None) -> None:
    actor = world.viewer("officer")
    # Released for the database's own clock as well.
    with acting_as(actor), clock.at(clock.now() - timedelta(hours=1)):
        row = workflow.file_document(
            actor=actor,
            organisation=world.sfc,
            audience=audience,
            titles={"en": "Options"},
            working_group=world.groups[group] if group else None,
        )
        shown = preview(workflow.plan_of_release(row))
        workflow.release(row, actor=actor)
        before = last(workflow.plan_of_release(row), actor)
    able = set()
    for name, user in world.users.items():
        viewer = world.viewer(name)
        with acting_as(viewer):
            if viewer.user_id and Document.objects.visible_to(viewer).filter(pk=row.pk).exists():
                able.add(user.pk)
    assert able == {one.user_id for one in shown.people}
    assert {one.channel for one in shown.people} == {Channel.PAGE}
    assert before is not None
    assert {one["id"] for one in before.told} == able
