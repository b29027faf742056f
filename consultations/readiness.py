"""What a paper needs before it may be opened, and the checksum of what a second officer approves."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from consultations.calendar import changes, next_working_moment
from consultations.enums import Kind
from consultations.models import Consultation
from portal.common import clock
from portal.common.dates import long_day_and_time
from portal.common.translated import translated
from portal.common.working_days import Changes

CODES = ("en", "zh_hant", "zh_hans")
NOTED_EARLY = ("id", "consultation_id", "amended_at", "stale_since", "stale_reason", "version")
"""Columns of a part that say nothing to its readers before the paper opens."""


@dataclass(frozen=True)
class Condition:
    """Something that opening needs. `words` says what is missing, or what is there; `field` is the form's."""

    code: str
    met: bool
    words: str
    field: str = ""


def conditions(
    paper: Consultation,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    recipients: int,
    changed: Changes | None = None,
    on_approval: bool = False,
) -> list[Condition]:
    """All that opening needs, met or not, in the order in which an officer deals with it.

    `recipients`: how many people the audience preview names. `on_approval`: it was asked for, so that an opening time
    that has passed means the moment of the approval.
    """
    return [
        _text_condition(paper),
        *_settings(paper),
        *_dates(opens_at, closes_at, changed or changes(), on_approval=on_approval),
        Condition(
            "recipients",
            recipients > 0,
            _("The audience preview names people.") if recipients else _("The audience preview names nobody."),
        ),
    ]


def missing(found: Iterable[Condition]) -> list[Condition]:
    return [one for one in found if not one.met]


def _text_condition(paper: Consultation) -> Condition:
    paragraphs, questions = paper.paragraphs.count(), paper.questions.count()
    if not paragraphs:
        return Condition("text", False, _("The paper has no paragraphs yet."))
    if not questions:
        return Condition("text", False, _("The paper asks no question yet."))
    return Condition("text", True, _("The paper has paragraphs and at least one question."))


def _settings(paper: Consultation) -> list[Condition]:
    statement = paper.statement_id is not None
    found = [
        Condition(
            "purpose",
            bool(paper.purpose.text),
            _("The purpose is stated.") if paper.purpose.text else _("State the purpose of the consultation."),
            "purpose_en",
        ),
        Condition(
            "statement",
            statement,
            _("The Personal Information Collection Statement is chosen.")
            if statement
            else _("Choose the Personal Information Collection Statement."),
            "statement",
        ),
    ]
    if paper.kind in {Kind.FURTHER, Kind.JOINT}:
        linked = paper.follows.exists() or (paper.kind == Kind.JOINT and bool(paper.lead_body.text))
        words = _("The paper to which it belongs is named.")
        if not linked and paper.kind == Kind.FURTHER:
            words = _("A further consultation follows another paper: name it.")
        elif not linked:
            words = _("A joint consultation names its parent paper or the body that leads it.")
        found.append(Condition("parent", linked, words, "follows"))
    return found


def _dates(
    opens_at: datetime | None, closes_at: datetime | None, changed: Changes, *, on_approval: bool
) -> list[Condition]:
    now = clock.now()
    if opens_at is None:
        opening = Condition("opens_at", False, _("Give an opening time."), "opens_at")
    elif opens_at <= now and on_approval:
        opening = Condition("opens_at", True, _("It opens as soon as it is approved."), "opens_at")
    elif opens_at <= now:
        opening = Condition("opens_at", False, _("The opening time has passed."), "opens_at")
    else:
        opening = Condition(
            "opens_at", True, _("It opens on %(date)s.") % {"date": long_day_and_time(opens_at)}, "opens_at"
        )
    return [opening, closing_condition(closes_at, after=max(opens_at or now, now), changed=changed)]


def closing_condition(closes_at: datetime | None, *, after: datetime, changed: Changes) -> Condition:
    """A closing time after the opening, on a Hong Kong working day; else the next one is offered (Cap. 1 s.71)."""
    if closes_at is None:
        return Condition("closes_at", False, _("Give a closing time."), "closes_at")
    if closes_at <= after:
        return Condition("closes_at", False, _("Give a closing time after the opening time."), "closes_at")
    offered = next_working_moment(closes_at, changed=changed)
    if offered != closes_at:
        return Condition("closes_at", False, not_a_working_day(closes_at, offered), "closes_at")
    return Condition(
        "closes_at", True, _("It closes on %(date)s.") % {"date": long_day_and_time(closes_at)}, "closes_at"
    )


def not_a_working_day(wanted: datetime, offered: datetime) -> str:
    return _("%(day)s is not a working day in Hong Kong. The next one is %(next)s.") % {
        "day": long_day_and_time(wanted),
        "next": long_day_and_time(offered),
    }


def digest(paper: Consultation, opens_at: datetime, closes_at: datetime) -> str:
    """SHA-256 of all that would be published: every text in every language, its order, the dates and the audience."""
    whole = {
        "opens_at": opens_at.timestamp(),
        "closes_at": closes_at.timestamp(),
        "paper": _columns(paper, leave=_NOT_PUBLISHED),
        "initiatives": sorted(paper.initiatives.values_list("number", flat=True)),
        "depends_on": sorted(paper.depends_on.values_list("number", flat=True)),
        "follows": sorted(paper.follows.values_list("key", flat=True)),
        **{
            name: [_columns(row, leave=NOTED_EARLY) for row in getattr(paper, name).order_by("position", "pk")]
            for name in ("sections", "paragraphs", "annexes", "clauses", "terms")
        },
        "questions": [
            _columns(row, leave=NOTED_EARLY) | {"about": sorted(one.number for one in row.paragraphs.all())}
            for row in paper.questions.prefetch_related("paragraphs").order_by("position", "pk")
        ],
    }
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


# Dates that are settled by the request itself, and what comes later.
_NOT_PUBLISHED = (
    "id", "opens_at", "closes_at", "released_at", "announced_at", "analysing_at", "concluded_at", "implementing_at",
    "in_effect_at", "withdrawn_at",
)  # fmt: skip


def _columns(row: Model, *, leave: Iterable[str]) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.attname not in leave}


def says(paper: Consultation, name: str) -> str:
    """A field of the paper in the active language, for a page that shows what is there."""
    return translated(paper, name).text
