"""What a new deadline collides with, in plain sentences, before it is set. It warns; it never refuses.

For the regulator's staff alone: it reads what all firms owe.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations import policies
from consultations.asks import COLLISION_DAYS, Ask, AskKind, Firms, Period, asks_of, firms_of
from consultations.calendar import changes, span, windows, windows_on
from consultations.enums import Kind
from consultations.models import Consultation
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock, dates
from portal.common.working_days import Changes

SHORTEST: Final = {
    Kind.PUBLIC: 20,
    Kind.FURTHER: 20,
    Kind.JOINT: 20,
    Kind.SOFT: 10,
    Kind.PANEL: 10,
}
"""Working days from opening to deadline below which the portal warns. The portal's own figures: no law and no
published practice of the SFC sets them."""
NAMED: Final = 3
"""So many firms are named in a sentence; of more the number is told."""


class ConflictKind(models.TextChoices):
    NOT_A_WORKING_DAY = "not_a_working_day", gettext_lazy("Not a working day")
    BLACKOUT = "blackout", gettext_lazy("Blackout window")
    SHORT = "short", gettext_lazy("Short period")
    NEAR = "near", gettext_lazy("Deadlines close together")
    PARALLEL = "parallel", gettext_lazy("Open at the same time")


WEIGHTS: Final = {
    ConflictKind.NOT_A_WORKING_DAY: 3,
    ConflictKind.BLACKOUT: 3,
    ConflictKind.SHORT: 2,
    ConflictKind.NEAR: 2,
    ConflictKind.PARALLEL: 1,
}
"""What each adds to the score of a deadline. The portal's own, to compare one day with another."""


@dataclass(frozen=True)
class Conflict:
    """One reason to choose another day. `text` is a whole sentence in the active language."""

    kind: ConflictKind
    text: str
    organisations: tuple[Organisation, ...] = ()
    url: str = ""

    @property
    def weight(self) -> int:
        return WEIGHTS[self.kind]


def score(found: Iterable[Conflict]) -> int:
    return sum(one.weight for one in found)


def score_words() -> str:
    """One sentence that says what the score is made of."""
    return _(
        "The score adds up what is listed here: %(off)s for a day that is not a working day, %(blackout)s for a "
        "blackout window, %(short)s for a short period, %(near)s for each deadline close by and %(parallel)s for each "
        "paper that is open at the same time; the lower, the better the day."
    ) % {
        "off": WEIGHTS[ConflictKind.NOT_A_WORKING_DAY],
        "blackout": WEIGHTS[ConflictKind.BLACKOUT],
        "short": WEIGHTS[ConflictKind.SHORT],
        "near": WEIGHTS[ConflictKind.NEAR],
        "parallel": WEIGHTS[ConflictKind.PARALLEL],
    }


def conflicts(
    deadline_at: datetime,
    organisations: Collection[Organisation] | None = None,
    *,
    viewer: Viewer,
    opens_at: datetime | None = None,
    ignoring: Consultation | None = None,
    kind: str = Kind.PUBLIC,
) -> list[Conflict]:
    """What speaks against `deadline_at` (aware), the heaviest first. At most fifteen queries.

    `organisations` None: every platform, or those of the working group of `ignoring`, the paper whose own deadline
    is being set and which is not counted. `opens_at` None: now. `kind`: which shortest period is compared.
    """
    require(policies.can_weigh_deadlines(viewer))
    firms, changed = _firms(viewer, organisations, ignoring), changes()
    day = dates.hong_kong_day(deadline_at)
    opens_on = dates.hong_kong_day(opens_at or clock.now())
    # Wide enough for COLLISION_DAYS working days across the longest run of holidays.
    period = Period(min(opens_on, day) - timedelta(days=1), day + timedelta(days=COLLISION_DAYS * 3))
    period = Period(min(period.since, day - timedelta(days=COLLISION_DAYS * 3)), period.until)
    mark = f"consultation-{ignoring.pk}" if ignoring else ""
    asks = [ask for ask in asks_of(viewer, firms, period) if ask.counts and ask.mark != mark]
    found = [
        *_day(day, changed),
        *(
            Conflict(
                ConflictKind.BLACKOUT,
                _("The deadline falls in a blackout window: %(reason)s (%(days)s).")
                % {"reason": window.reason, "days": span(window.starts_on, window.ends_on)},
            )
            for window in windows_on(day, windows(viewer, day, day))
        ),
        *_length(opens_on, day, changed, kind),
        *_others(asks, firms, opens_on, day, changed),
    ]
    return sorted(found, key=lambda one: -one.weight)


def _firms(viewer: Viewer, organisations: Collection[Organisation] | None, paper: Consultation | None) -> Firms:
    known = firms_of(viewer)
    if organisations is not None:
        wanted = {organisation.pk for organisation in organisations}
    else:
        wanted = set(known.platforms(paper.working_group_id if paper else None))
    return Firms({pk: row for pk, row in known.organisations.items() if pk in wanted}, known.groups)


def _day(day: date, changed: Changes) -> list[Conflict]:
    if changed.is_working_day(day):
        return []
    text = _("%(day)s is not a working day. The next one is %(next)s.") % {
        "day": dates.long_day(day, weekday=True),
        "next": dates.long_day(changed.next_working_day(day), weekday=True),
    }
    return [Conflict(ConflictKind.NOT_A_WORKING_DAY, text)]


def _length(opens_on: date, day: date, changed: Changes, kind: str) -> list[Conflict]:
    given, wanted = changed.between(opens_on, day), SHORTEST[Kind(kind)]
    if given >= wanted:
        return []
    text = ngettext(
        "Firms have %(count)s working day. This portal warns below %(wanted)s for a paper of this kind.",
        "Firms have %(count)s working days. This portal warns below %(wanted)s for a paper of this kind.",
        given,
    ) % {"count": given, "wanted": wanted}
    return [Conflict(ConflictKind.SHORT, text)]


def _others(asks: list[Ask], firms: Firms, opens_on: date, day: date, changed: Changes) -> list[Conflict]:
    """One sentence for each ask that several firms share, and for each of its deadlines."""
    shared: dict[tuple[str, date], list[Ask]] = defaultdict(list)
    for ask in asks:
        shared[ask.mark, ask.due_on].append(ask)
    found = []
    for (_mark, due_on), same in shared.items():
        ask = same[0]
        concerned = tuple(firms.organisations[one.organisation_id] for one in same)
        who = _who(concerned, len(firms.organisations))
        apart = changed.apart(day, due_on)
        if apart <= COLLISION_DAYS:
            found.append(Conflict(ConflictKind.NEAR, _near(ask, day, apart, who), concerned, ask.url))
        elif ask.kind == AskKind.RESPONSE and ask.starts_on <= day and opens_on <= due_on:
            text = _("%(what)s is open at the same time, until %(due)s, for %(who)s.") % {
                "what": ask.what,
                "due": dates.long_day(due_on),
                "who": who,
            }
            found.append(Conflict(ConflictKind.PARALLEL, text, concerned, ask.url))
    return found


def _near(ask: Ask, day: date, apart: int, who: str) -> str:
    words = {"what": ask.what, "due": dates.long_day(ask.due_on), "count": apart, "who": who}
    if apart == 0:
        return _("%(what)s falls due at the same time, on %(due)s, for %(who)s.") % words
    if ask.due_on < day:
        text = ngettext(
            "%(what)s falls due %(count)s working day before, on %(due)s, for %(who)s.",
            "%(what)s falls due %(count)s working days before, on %(due)s, for %(who)s.",
            apart,
        )
    else:
        text = ngettext(
            "%(what)s falls due %(count)s working day after, on %(due)s, for %(who)s.",
            "%(what)s falls due %(count)s working days after, on %(due)s, for %(who)s.",
            apart,
        )
    return text % words


def _who(concerned: tuple[Organisation, ...], of: int) -> str:
    """`Harbour and Banyan`, `7 platforms`, `all platforms`."""
    if len(concerned) == of and of > 1:
        return _("all platforms")
    if len(concerned) > NAMED:
        return ngettext("%(count)s platform", "%(count)s platforms", len(concerned)) % {"count": len(concerned)}
    names = [str(one.short) for one in concerned]
    if len(names) == 1:
        return names[0]
    return _("%(some)s and %(last)s") % {"some": _(", ").join(names[:-1]), "last": names[-1]}
