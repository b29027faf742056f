"""The clarifications of a paper as its readers see them: at most one query for the page, each at its paragraph or
question."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet

from consultations.models import Clarification, Consultation
from consultations.places import place_of
from members.viewer import Viewer
from portal.common import clock
from portal.common.prepared import Prepared
from portal.common.translated import HTML_LANG, translated

BOTH = ("en", "zh_hant")


@dataclass(frozen=True)
class Shown:
    """A clarification in the languages in which it is read: pairs of question and answer."""

    row: Any
    texts: tuple[tuple[Any, Any], ...]

    @property
    def is_changed(self) -> bool:
        return bool(self.row.version > 1)

    @property
    def place(self) -> str:
        return place_of(self.row)

    @property
    def anchor(self) -> str:
        return anchor_of(self.row)


def anchor_of(row: Any) -> str:
    """The fragment of its place on the paper's page."""
    part = row.paragraph or row.question
    return part.anchor_key if part else "whole"


def released(viewer: Viewer, paper: Consultation | int | OuterRef) -> "QuerySet[Any]":
    """What everybody who reads the paper can read, in the order of their numbers."""
    return (
        Clarification.objects.visible_to(viewer)
        .filter(consultation=paper, released_at__lte=clock.now())
        .select_related("paragraph", "question")
        .order_by("number")
    )


_released = Prepared(released)


def shown(row: Any, text: str = "") -> Shown:
    """`text`: the language of the paper that the reader has chosen, "both", or nothing: that of their pages."""
    codes: tuple[str, ...] = BOTH if text == "both" else ((text,) if text in HTML_LANG else ("",))
    texts = tuple((translated(row, "asked_html", code), translated(row, "answer_html", code)) for code in codes)
    return Shown(row, texts)


def put(reading: Any) -> None:
    """Set each place's clarifications, and how many there are, on a reading of a paper."""
    if not reading.consultation.has_clarifications:
        return
    count = 0
    for row in _released(viewer=reading.viewer, paper=reading.consultation.pk):
        place = reading.places.get(anchor_of(row), reading.places["whole"])
        place.clarified.append(shown(row, reading.text))
        count += 1
    reading.clarified_count = count
