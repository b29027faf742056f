"""A paper on which everybody has said something that only some may read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from consultations import workflow
from consultations.exports.files import FORMATS, WHATS, make
from consultations.models import Clarification, Comment, Conclusions, Consultation
from consultations.page import find
from members.viewer import Viewer, acting_as
from portal.common import clock
from tests.consultations.conftest import NOW, make_paper, say

# Word by word, who may ever meet it; written by hand.
MEMBERS = {"mei", "kalok", "fan", "officer"}
READERS = {
    "qzmeigroupqz": MEMBERS,
    "qzmeisharedqz": {"mei", "officer"},
    "qzmeiownqz": {"mei"},
    "qzkaloksharedqz": {"kalok", "officer"},
    "qzkalokownqz": {"kalok"},
    "qzregulatorqz": {"officer"},
    "qzwithdrawnqz": set(),
    "qzearlierqz": set(),
    "qzreplacedqz": MEMBERS,
    "qzconclusionsqz": set(),
    "qzunreleasedqz": set(),
    "qzclarifiedqz": MEMBERS,
    "qzreasonqz": MEMBERS,
}
ROLES = ("public", "mei", "kalok", "fan", "officer")


@dataclass
class Scene:
    world: Any
    paper: Consultation

    def viewer(self, role: str) -> Viewer:
        return self.world.viewer(None if role == "public" else role)

    def file(self, role: str, what: str, extension: str, **choices: Any) -> bytes | None:
        """The file as this role would get it; None where the paper is hidden."""
        viewer = self.viewer(role)
        with acting_as(viewer):
            paper = find(viewer, self.paper.key)
            if paper is None:
                return None
            return make(viewer, paper, what=WHATS[what], form=FORMATS[extension], **choices)


def build(world: Any, *, audience: str = "group") -> Scene:
    paper = make_paper(world, key="cp-1", audience=audience)
    officer = world.viewer("officer")
    with acting_as(officer):
        question, paragraph = paper.questions.get(number="1"), paper.paragraphs.get(number="1.1")
    say(paper, world, "mei", "A remark, qzmeigroupqz. 託管安排", anchor=question)
    say(paper, world, "mei", "To the SFC, qzmeisharedqz.", "shared", anchor=question)
    say(paper, world, "mei", "Among us, qzmeiownqz.", "organisation")
    say(paper, world, "kalok", "To the SFC, qzkaloksharedqz.", "shared", anchor=question)
    say(paper, world, "kalok", "Among us, qzkalokownqz.", "organisation", anchor=question)
    say(paper, world, "officer", "Among the staff, qzregulatorqz.", "regulator", anchor=question)
    gone = say(paper, world, "kalok", "Fees, qzwithdrawnqz.")
    changed = say(paper, world, "kalok", "First, qzearlierqz.", anchor=paragraph)
    actor = world.viewer("kalok")
    with acting_as(actor):
        gone.refresh_from_db()
        workflow.withdraw_comment(gone, actor=actor, reason="Wrong paper, qzreasonqz")
        changed.refresh_from_db()
        workflow.edit_comment(
            changed, actor=actor, body="Then, qzreplacedqz.", reason="clearer", expected_version=changed.version
        )
    with acting_as(officer):
        shared = {"consultation": paper, "organisation": paper.organisation, "answered_by": world.officer}
        for number, (word, released) in enumerate(
            (("qzclarifiedqz", NOW - timedelta(days=1)), ("qzunreleasedqz", None)), start=1
        ):
            Clarification.objects.create(
                number=number, audience=paper.audience, asked_en="What?", answer_en=f"This, {word}.",
                released_at=released, paragraph=paragraph, **shared,
            )  # fmt: skip
        Conclusions.objects.create(
            consultation=paper, organisation=paper.organisation, audience=paper.audience, signed_by=world.officer,
            executive_summary_en="In short, qzconclusionsqz.",
        )  # fmt: skip
    return Scene(world, paper)


@pytest.fixture
def scene(world: Any) -> Scene:
    return build(world)


def comment_of(scene: Scene, who: str, audience: str) -> Comment:
    viewer = scene.viewer(who)
    with acting_as(viewer):
        found: Comment = Comment.objects.visible_to(viewer).get(
            consultation=scene.paper, author=viewer.user_id, audience=audience, withdrawn_at=None, edited_at=None
        )
    return found


__all__ = ["MEMBERS", "NOW", "READERS", "ROLES", "Scene", "build", "clock", "comment_of", "scene"]
