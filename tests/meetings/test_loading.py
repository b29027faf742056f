"""The demonstration's meetings, loaded whole and twice."""

from datetime import date, datetime
from typing import Any

import pytest

from documents.models import Document, Version
from initiatives import loading as roadmap
from meetings.loading import load
from meetings.models import (
    Action,
    ActionPart,
    AgendaItem,
    Attendance,
    Interest,
    Meeting,
    MinuteAttribution,
    MinuteParagraph,
    Minutes,
    Paper,
    Presenter,
)
from members.models import LicenceStatus, Membership, Organisation, WorkingGroup, WorkingGroupMembership
from members.viewer import PUBLIC, acting_as
from notifications.models import Delivery
from notifications.workflow import without_mail
from portal.common import clock
from portal.demo.loader import Loader, read
from tests.meetings.conftest import NOW

COUNTED = (
    Meeting, AgendaItem, Presenter, Paper, Attendance, Interest, Minutes, MinuteParagraph, MinuteAttribution, Action,
    ActionPart, Document, Version,
)  # fmt: skip


@pytest.fixture
def loader(db: Any) -> Loader:
    # The world of the other tests stands in the same database: for this test, only, it makes room.
    for model in (WorkingGroupMembership, WorkingGroup, Membership, LicenceStatus, Organisation):
        model.objects.all().delete()
    made = Loader(say=lambda sentence: None)
    data = read("organisations.yaml")
    with acting_as(PUBLIC):
        made._organisations(data["organisations"])
        made._people(data["people"])
        made._working_groups(data["working_groups"])
    with acting_as(made.secretary()):
        roadmap.load()
    return made


def go(loader: Loader) -> list[str]:
    with without_mail(seen_before=NOW):
        return load(
            read("meetings.yaml"), people=loader.people, organisations=loader.organisations, actor_for=loader.actor
        )


def test_everything_is_there_and_loading_twice_changes_nothing(loader: Loader) -> None:
    data = read("meetings.yaml")
    left_out = go(loader)
    assert all("consultation" in sentence and "not on the portal" in sentence for sentence in left_out), left_out
    secretary = loader.actor("kwok-sze-nga")
    with acting_as(secretary):
        counts = {model.__name__: model.objects.count() for model in COUNTED}
    meeting_7 = next(m for m in data["meetings"] if m["number"] == 7)
    paragraphs = [p for block in meeting_7["minutes"]["items"] for p in block["paragraphs"]]
    papers = [p for m in data["meetings"] for p in m.get("papers", [])]
    replies = next(m for m in data["meetings"] if m["number"] == 8)["replies"]
    assert counts == {
        "Meeting": len(data["meetings"]) + len(data["sessions"]),
        "AgendaItem": sum(len(m["agenda"]) for m in data["meetings"]),
        "Presenter": sum(len(i["presenters"]) for m in data["meetings"] for i in m["agenda"]),
        "Paper": len(papers),
        "Attendance": len(meeting_7["attendance"]) + sum(map(len, replies.values())) + 1,
        "Interest": 3,
        "Minutes": 7,
        "MinuteParagraph": len(paragraphs),
        "MinuteAttribution": sum(p["attributed"] != p["unattributed"] for p in paragraphs),
        "Action": len(data["actions"]),
        "ActionPart": 10,
        "Document": sum("published_at" in p for p in papers),
        "Version": sum("published_at" in p for p in papers),
    }
    go(loader)
    with acting_as(secretary):
        assert {model.__name__: model.objects.count() for model in COUNTED} == counts
    assert not Delivery.objects.exists()


def test_states_dates_and_texts_are_the_datas_own(loader: Loader) -> None:
    data = read("meetings.yaml")
    go(loader)
    with acting_as(loader.actor("kwok-sze-nga")):
        for entry in data["meetings"]:
            meeting = Meeting.objects.get(number=entry["number"])
            assert (meeting.state, meeting.starts_at, meeting.ends_at) == (
                entry["state"], entry["starts_at"], entry["ends_at"],
            )  # fmt: skip
            assert (meeting.notice_issued_at, meeting.agenda_issued_at) == (
                entry.get("notice_issued_at"), entry.get("agenda_issued_at"),
            )  # fmt: skip
            if "confirmed_at_meeting" in entry:
                assert meeting.minutes.confirmed_at_meeting is not None
                assert meeting.minutes.confirmed_at_meeting.number == entry["confirmed_at_meeting"]
                assert meeting.minutes.summary == entry["summary"]
        item = AgendaItem.objects.get(meeting__number=8, number=3)
        assert item.starts_at == datetime(2026, 12, 2, 15, 15, tzinfo=clock.HONG_KONG)
        assert MinuteParagraph.objects.order_by("position").last().number == "7.31"  # type: ignore[union-attr]
        for entry in data["actions"]:
            action = Action.objects.get(number=entry["number"])
            assert (action.due, action.due_first, action.done_on) == (
                entry["due"], entry.get("due_first"), entry.get("done_on"),
            )  # fmt: skip
            assert action.state == {"overdue": "open"}.get(entry["state"], entry["state"])
        late = Action.objects.get(number="6.2")
        with clock.at(datetime(2026, 11, 23, 9, tzinfo=clock.HONG_KONG)):
            assert (late.is_overdue, late.is_moved) == (True, True)
        assert Action.objects.get(number="7.5").kept_by_paper == Paper.objects.get(number="8/3")
        pilot = Action.objects.get(number="7.4")
        assert (pilot.parts_done, pilot.parts_total) == (7, 10)
        assert Paper.objects.get(number="8/5").due == date(2026, 11, 25)


def test_each_firm_reads_its_own_passages_and_no_other_name(loader: Loader) -> None:
    go(loader)
    by_firm: dict[str, set[str]] = {}
    for person, firm in (("chan-mei-yan", "harbour"), ("ho-ka-lok", "banyan"), ("fan-sau-king", "fpb")):
        viewer = loader.actor(person)
        with acting_as(viewer):
            rows = MinuteAttribution.objects.all().select_related("paragraph")
            by_firm[firm] = {row.paragraph.number for row in rows}
            for row in rows:
                for other in loader.organisations.values():
                    if other.key not in {firm, "sfc"}:
                        assert other.name_en not in row.text
    assert by_firm == {"harbour": {"7.12", "7.19"}, "banyan": {"7.6", "7.20"}, "fpb": {"7.1", "7.10"}}


def test_the_working_session_is_for_its_group_alone(loader: Loader) -> None:
    go(loader)
    for person, sees in (("daniel-ho", True), ("chan-mei-yan", False), ("karen-wong", True)):
        viewer = loader.actor(person)
        with acting_as(viewer):
            assert Meeting.objects.filter(key="custody-2026-12").exists() is sees
            assert Meeting.objects.visible_to(viewer).filter(key="custody-2026-12").exists() is sees
