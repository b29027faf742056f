"""What somebody does with a draft is entered in the log for their own firm: the regulator learns nothing of it."""

from typing import Any

import pytest

from audit.models import Entry
from consultations.models import CommentDraft, Consultation
from consultations.workflow.drafts import discard_draft
from members.viewer import acting_as

pytestmark = pytest.mark.django_db


def test_a_discarded_draft_is_the_firms_own_affair(world: Any, paper: Consultation) -> None:
    mei = world.viewer("mei")
    with acting_as(mei):
        draft = CommentDraft.objects.create(consultation=paper, author=world.mei, anchor="p1.1", body="Not yet.")
        discard_draft(draft, actor=mei)
        assert Entry.objects.filter(verb="consultations.draft_discarded").count() == 1
    for name in ("officer", "secretary", "chair", "admin", "kalok"):
        with acting_as(world.viewer(name)):
            assert not Entry.objects.filter(verb="consultations.draft_discarded").exists(), name
