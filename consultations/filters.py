"""Which comments are shown: all one can read, the unanswered, one's own, one's firm's; by readers, by question."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from consultations.models import Comment, Question
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


def waiting_threads(viewer: Viewer, paper: int) -> "QuerySet[Any]":
    """The threads that a platform began, the regulator has not answered and nobody has resolved: their first comments.

    Notes inside a firm ask for no answer, and what the regulator's staff write among themselves is none. One pass over
    the paper's comments: a search for answers comment by comment takes half a minute for 2,000 of them.
    """
    by = "membership__organisation__kind"
    asked = Q(parent=None, withdrawn_at=None, **{by: OrganisationKind.PLATFORM}) & ~Q(audience=Audience.ORGANISATION)
    answered = Q(withdrawn_at=None, **{by: OrganisationKind.REGULATOR}) & ~Q(audience=Audience.REGULATOR)
    rows = (
        Comment.objects.visible_to(viewer)
        .filter(consultation=paper)
        .annotate(standing=FilteredRelation("resolutions", condition=Q(resolutions__reopened_at=None)))
        .order_by()
        .values(begun=Coalesce("root", "pk"))
        .annotate(
            asked=Count("pk", filter=asked),
            settled=Count("pk", filter=answered | Q(standing__isnull=False)),
        )
        .filter(asked__gt=0, settled=0)
    )
    return rows.values_list("begun", flat=True)  # type: ignore[no-any-return]


def words_of(show: str) -> str:
    return {UNANSWERED: _("Unanswered"), MINE: _("Mine"), FIRM: _("My organisation's")}.get(show, _("All you can read"))
