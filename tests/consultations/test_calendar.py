"""Changed days and blackout windows: who sets them, what they do to periods, and who sees why."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from consultations import workflow
from consultations.calendar import Changes, changes, deadlines_on, next_working_moment, windows
from consultations.models import BlackoutWindow, DayChange
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Refused
from tests.consultations.conftest import NOW, make_paper

CLOSES = NOW + timedelta(days=18)  # Friday 11 December 2026, 09:00
FRIDAY = date(2026, 12, 11)
STORM = {"en": "Signal no. 8", "zh_hant": "八號烈風信號"}


def close(world: Any, day: date = FRIDAY, who: str = "secretary", **fields: Any) -> DayChange:
    actor = world.viewer(who)
    given: dict[str, Any] = {"kind": "closed", "cause": "gale", "reason": STORM} | fields
    with acting_as(actor):
        return workflow.change_day(day, actor=actor, **given)


def set_window(world: Any, first: date, last: date, reason: str = "Lunar New Year") -> BlackoutWindow:
    actor = world.viewer("secretary")
    with acting_as(actor):
        return workflow.set_window(first, last, actor=actor, reason={"en": reason, "zh_hant": "農曆新年"})


def test_a_closed_day_changes_every_period_and_undoing_it_changes_them_back(world: Any) -> None:
    assert changes() == Changes()
    change = close(world)
    changed = changes()
    assert not changed.is_working_day(FRIDAY)
    assert changed.between(date(2026, 12, 7), FRIDAY) == 3
    assert changed.next_working_day(FRIDAY) == date(2026, 12, 14)
    with acting_as(world.viewer("secretary")):
        workflow.undo_change(change, actor=world.viewer("secretary"))
    assert changes() == Changes()
    with acting_as(world.viewer("officer")):
        verbs = set(Entry.objects.filter(object_type="consultations.daychange").values_list("verb", flat=True))
    assert verbs == {"consultations.day_changed", "consultations.day_change_undone"}


def test_the_clock_time_stays_when_a_moment_moves(world: Any) -> None:
    evening = datetime(2026, 12, 11, 23, 30, tzinfo=clock.HONG_KONG)
    assert next_working_moment(evening) == evening
    close(world)
    moved = next_working_moment(evening.astimezone(None))
    assert (moved.date(), moved.hour, moved.minute) == (date(2026, 12, 14), 23, 30)
    assert moved.utcoffset() == timedelta(hours=8)


def test_a_moment_is_judged_by_its_day_in_hong_kong() -> None:
    """Friday 17:00 UTC is Saturday 01:00 in Hong Kong."""
    moved = next_working_moment(datetime.fromisoformat("2026-12-11T17:00:00+00:00"), changed=Changes())
    assert moved.isoformat() == "2026-12-14T01:00:00+08:00"


@pytest.mark.parametrize("who", ["officer", "admin", "mei", "fan"])
def test_the_desk_alone_keeps_the_calendar(world: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        close(world, who=who)
    actor = world.viewer(who)
    with acting_as(actor), pytest.raises(PermissionDenied):
        workflow.set_window(FRIDAY, FRIDAY, actor=actor, reason={"en": "Why"})


@pytest.mark.parametrize(
    ("day", "fields", "beside"),
    [
        (date(2026, 12, 12), {}, "day"),  # a Saturday is no working day already
        (date(2026, 12, 25), {}, "day"),
        (FRIDAY, {"kind": "opened", "cause": "gazette"}, "day"),
        (FRIDAY, {"reason": {"en": " "}}, "reason_en"),
    ],
)
def test_a_change_that_changes_nothing_or_says_no_reason_is_refused(
    world: Any, day: date, fields: dict[str, Any], beside: str
) -> None:
    with pytest.raises(Refused) as refused:
        close(world, day, **fields)
    assert refused.value.field == beside
    assert changes() == Changes()


def test_a_day_is_changed_once(world: Any) -> None:
    close(world)
    with pytest.raises(Refused):
        close(world, cause="black_rain")
    assert DayChange.objects.get().cause == "gale"


def test_the_gazette_may_open_a_saturday(world: Any) -> None:
    saturday = date(2026, 12, 12)
    close(world, saturday, kind="opened", cause="gazette")
    assert changes().next_working_day(saturday) == saturday


def test_a_window_is_read_by_every_member_and_by_nobody_else(world: Any) -> None:
    set_window(world, date(2027, 2, 5), date(2027, 2, 12))
    for who in ("mei", "kalok", "fan", "officer"):
        viewer = world.viewer(who)
        with acting_as(viewer):
            assert len(windows(viewer, date(2027, 2, 12), date(2027, 3, 1))) == 1
            assert windows(viewer, date(2027, 2, 13), date(2027, 3, 1)) == []
    public = world.viewer(None)
    with acting_as(public):
        assert windows(public, date(2027, 1, 1), date(2027, 12, 31)) == []
        assert not BlackoutWindow.objects.exists()


def test_a_lifted_window_no_longer_warns_and_stays_on_record(world: Any) -> None:
    window, actor = set_window(world, date(2027, 2, 5), date(2027, 2, 12)), world.viewer("chair")
    with acting_as(actor):
        workflow.lift_window(window, actor=actor)
        assert windows(actor, date(2027, 2, 1), date(2027, 2, 28)) == []
        assert BlackoutWindow.objects.get().lifted_at == NOW
        with pytest.raises(Refused):
            workflow.lift_window(window, actor=actor)


@pytest.mark.parametrize("last", [date(2027, 2, 4), date(2027, 4, 8)])
def test_a_window_ends_after_it_starts_and_lasts_two_months_at_most(world: Any, last: date) -> None:
    with pytest.raises(Refused):
        set_window(world, date(2027, 2, 5), last)


def test_deadlines_on_a_closed_day_are_listed_for_officers(world: Any) -> None:
    paper = make_paper(world)
    make_paper(world, key="cp-2", closes=timedelta(days=15))
    later = date(2026, 12, 14)
    with acting_as(world.viewer("secretary")):
        workflow.extend(
            paper,
            organisation=world.harbour,
            until=datetime(2026, 12, 14, 18, tzinfo=clock.HONG_KONG),
            reason="Audit",
            actor=world.viewer("secretary"),
        )
    officer = world.viewer("officer")
    with acting_as(officer), CaptureQueriesContext(connection) as queries:
        found = deadlines_on(officer, [FRIDAY, later])
    assert len(queries) == 2
    assert [(one.paper.key, one.firm) for one in found[FRIDAY]] == [("cp-1", None)]
    assert [(one.paper.key, one.firm) for one in found[later]] == [("cp-1", world.harbour)]
    with acting_as(world.viewer("kalok")):
        assert later not in deadlines_on(world.viewer("kalok"), [FRIDAY, later])


# The page of days


def test_the_page_of_days_takes_the_desks_forms_and_tells_every_member_why(world: Any) -> None:
    make_paper(world)
    secretary = world.client("secretary")
    answer = secretary.post(
        "/consultations/calendar/days/change/",
        {"day-day": "2026-12-11", "day-kind": "closed", "day-cause": "gale", "day-reason_en": "Signal no. 8 hoisted"},
    )
    assert answer.status_code == 302
    page = secretary.get("/consultations/calendar/days/").content.decode()
    assert "Signal no. 8 hoisted" in page
    assert "CP 1" in page
    assert "To be moved" in page
    firm = world.client("mei").get("/consultations/calendar/days/").content.decode()
    assert "Signal no. 8 hoisted" in firm
    assert "To be moved" not in firm
    assert '<form method="post" action="/consultations/calendar' not in firm


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(world: Any) -> None:
    client = world.client("secretary")
    answer = client.post(
        "/consultations/calendar/days/change/",
        {"day-day": "2026-12-12", "day-kind": "closed", "day-cause": "gale", "day-reason_en": "A long reason"},
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "A long reason" in body
    assert "This is a Saturday, a Sunday or a general holiday already." in body
    answer = client.post(
        "/consultations/calendar/windows/set/",
        {"window-starts_on": "2027-02-12", "window-ends_on": "2027-02-05", "window-reason_en": "Lunar New Year"},
    )
    assert answer.status_code == 422
    assert "The last day cannot come before the first." in answer.content.decode()
    assert not BlackoutWindow.objects.exists()
