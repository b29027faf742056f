"""The line of stages on a paper's page: what was, what is, what lies ahead, each with its date where it is known."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from consultations.enums import LIFE_CYCLE, State
from consultations.models import Consultation, OpeningRequest
from portal.common.dates import long_day

Position = Literal["done", "now", "ahead"]
GLYPHS = {"done": "tick", "now": "half", "ahead": "ring"}


@dataclass(frozen=True)
class Stage:
    state: State
    position: Position
    when: date | datetime | None = None
    # The date is a plan that was published, not a fact.
    planned: bool = False
    # The officers' own plan for opening and closing: neither asked for nor settled.
    drafted: bool = False

    @property
    def label(self) -> str:
        """The state's name; what the day will bring where it lies ahead."""
        ahead = {State.OPEN: _("Opens"), State.CLOSED: _("Closes")}
        if self.position == "ahead" and self.when is not None and self.state in ahead:
            return ahead[self.state]
        return str(self.state.label)

    @property
    def words(self) -> str:
        """What a screen reader hears before the stage's name."""
        return {"done": _("Done"), "now": _("Now"), "ahead": _("Ahead")}[self.position]

    @property
    def glyph(self) -> str:
        return "cross" if self.state == State.WITHDRAWN else GLYPHS[self.position]

    @property
    def date_words(self) -> str:
        if self.when is None:
            return ""
        if self.drafted:
            return _("plan: %(date)s") % {"date": long_day(self.when)}
        return _("planned by %(date)s") % {"date": long_day(self.when)} if self.planned else long_day(self.when)


def stages(paper: Consultation, moment: datetime, asked: OpeningRequest | None = None) -> list[Stage]:
    """`asked`: the request to open that stands; its dates take the place of those planned in the draft.

    All states in their order. Passed over ones are left out, as is what lies ahead of a paper that was withdrawn.
    """
    present = paper.state_at(moment)
    order = list(LIFE_CYCLE)
    here = order.index(present)
    line = []
    for place, (state, step) in enumerate(LIFE_CYCLE.items()):
        when = getattr(paper, step.reached_by) if step.reached_by else None
        if state == present:
            line.append(Stage(state, "now", when))
        elif place < here:
            if state == State.DRAFT or (when is not None and paper.released_at is not None and when <= moment):
                line.append(Stage(state, "done", when))
        elif step.always:
            line.append(_ahead(paper, state, when, asked))
    return line


def _ahead(paper: Consultation, state: State, when: datetime | None, asked: OpeningRequest | None) -> Stage:
    if paper.released_at is None and state in {State.OPEN, State.CLOSED}:
        if asked is None:
            return Stage(state, "ahead", when, drafted=when is not None)
        opening = None if asked.opens_on_approval else asked.opens_at
        return Stage(state, "ahead", opening if state == State.OPEN else asked.closes_at)
    if state == State.CONCLUSIONS_PUBLISHED and when is None and paper.conclusions_planned_by:
        return Stage(state, "ahead", paper.conclusions_planned_by, planned=True)
    return Stage(state, "ahead", when)
