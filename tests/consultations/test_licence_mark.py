"""The mark beside the name of a firm whose licence does not stand: what its people wrote stays readable."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Consultation
from members import workflow
from tests.consultations.conftest import say

pytestmark = pytest.mark.django_db
MARK = "Licence suspended"


def set_licence(world: Any, firm: str, state: str) -> None:
    workflow.set_licence_status(
        world.organisations[firm], state=state, effective_on=date(2026, 11, 20), actor=world.viewer("secretary")
    )


@pytest.mark.parametrize("state", ["suspended", "revoked", "ceased"])
def test_a_comment_stays_and_is_marked(world: Any, paper: Consultation, state: str) -> None:
    say(paper, world, "mei", "What Mei thinks")
    say(paper, world, "kalok", "What Ka Lok thinks")
    words = f"Licence {state}"
    assert words not in world.client("nina").get(paper.get_absolute_url()).content.decode()
    set_licence(world, "harbour", state)
    html = world.client("nina").get(paper.get_absolute_url()).content.decode()
    assert "What Mei thinks" in html
    assert html.count(words) == 1
    # Beside the firm's name, with an icon.
    beside = html[html.index("<b>Mei</b> Harbour") : html.index(words)]
    assert beside.startswith('<b>Mei</b> Harbour <span class="lic">')
    assert "<article" not in beside
    set_licence(world, "harbour", "licensed")
    assert words not in world.client("nina").get(paper.get_absolute_url()).content.decode()


def test_the_mark_costs_no_statement(world: Any, paper: Consultation) -> None:
    for number in range(4):
        say(paper, world, "mei", f"Remark {number}")
    client, found = world.client("nina"), []
    for state in ("licensed", "suspended"):
        set_licence(world, "harbour", state)
        client.get(paper.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            html = client.get(paper.get_absolute_url()).content.decode()
        found.append((len(captured), html.count(MARK)))
    assert found == [(found[0][0], 0), (found[0][0], 4)]
