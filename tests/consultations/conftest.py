"""A paper that is open, with two sections, three paragraphs and two questions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse  # noqa: F401

from consultations import workflow
from consultations.models import Comment, Consultation
from members.viewer import acting_as
from portal.common import clock
from tests.opening import settle

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.HONG_KONG)


@pytest.fixture(autouse=True)
def _now(time_machine_off: Any = None) -> Iterator[None]:
    """Monday 23 November 2026, 09:00 in Hong Kong."""
    with clock.at(NOW):
        yield


def make_paper(
    world: Any,
    *,
    key: str = "cp-1",
    audience: str = "group",
    opens: timedelta = timedelta(days=-40),
    closes: timedelta = timedelta(days=18),
    release: bool = True,
    **fields: Any,
) -> Consultation:
    officer = world.viewer("officer")
    with acting_as(officer), clock.at(NOW + opens - timedelta(days=1)):
        paper = workflow.draft_consultation(
            actor=officer,
            key=key,
            reference=key.upper().replace("-", " "),
            kind="panel",
            audience=audience,
            lead=world.officer,
            team="Policy team 2",
            languages=["en", "zh_hant"],
            title={"en": f"Custody {key}", "zh_hant": "託管"},
            summary={"en": "Whether platforms may hold less in cold storage."},
            foreword={"en": "Please comment."},
            **fields,
        )
        for number, title in (("1", "Background"), ("2", "Storage ratio")):
            section = workflow.add_section(paper, actor=officer, number=number, title={"en": title, "zh_hant": "背景"})
            workflow.add_paragraph(
                section,
                actor=officer,
                number=f"{number}.1",
                body={"en": f"Paragraph **{number}.1**", "zh_hant": "段落"},
            )
            workflow.add_paragraph(section, actor=officer, number=f"{number}.10", body={"en": f"Paragraph {number}.10"})
            workflow.add_question(
                section,
                actor=officer,
                number=number,
                body={"en": f"Do you agree with section {number}?"},
                asks_position=True,
                paragraphs=paper.paragraphs.filter(section=section)[:1],
            )
        if release:
            settle(paper, world, opens_at=NOW + opens, closes_at=NOW + closes)
        paper.refresh_from_db()
    return paper


@pytest.fixture
def paper(world: Any) -> Consultation:
    return make_paper(world)


def say(
    paper: Consultation, world: Any, who: str, body: str = "A remark.", audience: str = "group", **kwargs: Any
) -> Comment:
    """A comment by `who` through the verb, as that person's own database viewer."""
    actor = world.viewer(who)
    with acting_as(actor):
        return workflow.post_comment(paper, actor=actor, body=body, audience=audience, **kwargs)
