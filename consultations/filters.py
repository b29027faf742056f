"""Which comments are shown: all one can read, the unanswered, one's own, one's firm's; by readers, by question."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from consultations.models import Question, Resolution
from members.audience import Audience
from members.enums import OrganisationKind
from members.viewer import Viewer

UNANSWERED, MINE, FIRM = "unanswered", "mine", "firm"
SHOWS = (UNANSWERED, MINE, FIRM)


@lru_cache(maxsize=512)
def _joined(values: tuple[tuple[str, str], ...]) -> str:
    # Said beside each of a paper's paragraphs.
    return urlencode({name: value for name, value in values if value})


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Values that do not exist ask for nothing."""

    show: str = ""
    audience: str = ""
    question: str = ""
    text: str = ""

    @classmethod
    def of(cls, query: Any, *, text: str = "") -> "Filters":
        """From the parameters of a request."""
        show, audience = query.get("show", ""), query.get("audience", "")
        return cls(
            show if show in SHOWS else "",
            audience if audience in Audience.values else "",
            query.get("question", "")[:10],
            text,
        )

    @property
    def active(self) -> bool:
        return bool(self.show or self.audience or self.question)

    def query(self, **changed: str) -> str:
        """The query string of the same page with some of it changed, without what is empty."""
        values = {"text": self.text, "show": self.show, "audience": self.audience, "question": self.question} | changed
        return _joined(tuple(values.items()))

    def q(self, viewer: Viewer, questions: "Sequence[Question]", waiting: "Sequence[uuid.UUID]") -> Q:
        """The comments that are shown, among those that `viewer` can read. `waiting`: the unanswered threads."""
        wanted = Q(audience=self.audience) if self.audience else Q()
        if self.question:
            row = next((one for one in questions if one.number == self.question), None)
            # With what was said on the paragraphs that it asks about.
            wanted &= Q(question=row) | Q(paragraph__in=row.paragraph_ids) if row else Q(pk__in=[])  # type: ignore[attr-defined]
        if self.show == MINE:
            wanted &= Q(author=viewer.user_id)
        elif self.show == FIRM:
            wanted &= Q(membership__organisation=viewer.organisation_id)
        elif self.show == UNANSWERED:
            wanted &= Q(pk__in=waiting) | Q(root__in=waiting)
        return wanted


def asks() -> Q:
    """What may wait for the regulator's answer: a thread that a platform began. A note inside a firm asks for none."""
    by_platform = Q(membership__organisation__kind=OrganisationKind.PLATFORM)
    return by_platform & Q(parent=None, withdrawn_at=None) & ~Q(audience=Audience.ORGANISATION)


def settles(paper: int) -> Q:
    """What ends the waiting of its thread: the regulator's answer, or that somebody resolved it. What the regulator's
    staff write among themselves is none."""
    by_regulator = Q(membership__organisation__kind=OrganisationKind.REGULATOR)
    resolved = Resolution.objects.filter(consultation=paper, reopened_at=None).values("comment")
    return (by_regulator & Q(withdrawn_at=None) & ~Q(audience=Audience.REGULATOR)) | Q(pk__in=resolved)


def words_of(show: str) -> str:
    return {UNANSWERED: _("Unanswered threads"), MINE: _("Mine"), FIRM: _("My organisation's")}.get(
        show, _("All you can read")
    )
