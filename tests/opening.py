"""Opening a paper in a test as it is opened in the portal: one officer asks, a second approves."""

from datetime import datetime
from typing import Any

from consultations import workflow
from consultations.calendar import next_working_moment
from consultations.models import Consultation
from consultations.recipients import preview
from members.viewer import acting_as

PURPOSE = {"en": "To learn what the proposals would cost and protect.", "zh_hant": "了解建議的成本及保障。"}


def settle(
    paper: Consultation,
    world: Any,
    *,
    opens_at: datetime,
    closes_at: datetime,
    officer: str = "officer",
    second: str = "colleague",
) -> Consultation:
    """Ask and approve at the moment of the clock. A closing time on a day off moves to the next working day."""
    asker, approver = world.viewer(officer), world.viewer(second)
    with acting_as(asker):
        if not paper.purpose_en or paper.statement is None:
            paper.purpose_en, paper.purpose_zh_hant = PURPOSE["en"], PURPOSE["zh_hant"]
            paper.statement = paper.statement or workflow.adopt_statement(
                "PICS test", {"en": "What we do with your data."}, actor=asker
            )
            paper.save(update_fields=["purpose_en", "purpose_zh_hant", "statement"])
        if not paper.questions.exists():
            section = paper.sections.earliest("position")
            workflow.add_question(section, actor=asker, number="1", body={"en": "Do you agree?"})
        request = workflow.ask_to_open(
            paper,
            actor=asker,
            opens_at=opens_at,
            closes_at=next_working_moment(closes_at),
            previewed=preview(paper).checksum,
        )
    with acting_as(approver):
        workflow.approve_opening(request, actor=approver, previewed=preview(paper).checksum)
    with acting_as(asker):
        paper.refresh_from_db()
    return paper
