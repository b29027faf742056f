"""The particulars of an entry in words: names of people and firms, labels of choices, moments."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audit.models import Entry
from audit.particulars import NAMES, Reading
from members.viewer import acting_as
from tests.world import World

ROOMS = ("accounts", "audit", "members", "documents", "initiatives", "consultations", "meetings", "notifications",
         "portal")  # fmt: skip


def said(verb: str = "", label: str = "", **detail: Any) -> list[tuple[str, str | None, str]]:
    entry = Entry(verb=verb, object_type=label, detail=detail)
    return [(one.name, one.before, one.after) for one in Reading([entry]).changes(entry)]


def test_before_and_after() -> None:
    assert said(before="draft", after="open") == [("", "draft", "open")]
    assert said(before={"a": 1}, after={"a": 2, "b_c": [1, 2]}) == [("a", "1", "2"), ("b c", "", "1; 2")]
    assert said(changes={"status": ["a", ""]}) == [("Status", "a", "")]
    ((_name, before, after),) = said("x.y", "members.membership", changes={"role": ["policy_officer", "chair"]})
    assert (before, after) == ("Policy officer", "Chair")
    assert said(until="2026-12-01", held=False) == [("Until", None, "2026-12-01"), ("Held back", None, "No")]


def test_choices_are_said_by_their_labels_in_the_readers_language() -> None:
    ((_name, before, after), (_also, none, mic)) = said(
        "members.role_changed", "members.membership",
        before={"role": "alternate", "capacities": []},
        after={"role": "principal", "capacities": ["mic_compliance", "responsible_officer"]},
    )  # fmt: skip
    assert (before, after, none) == ("Alternate representative", "Principal representative", "")
    assert "mic_" not in mic
    assert "; " in mic
    with translation.override("zh-hant"):
        assert said("members.invited", "members.membershipoffer", role="contributor")[0][2] not in {"", "contributor"}
    for verb, name, value in (
        ("members.view_as_ended", "how", "stopped"), ("members.licence_status_set", "state", "suspended"),
        ("meetings.attendance_recorded", "mode", "in_person"), ("meetings.replied", "reply", "colleague"),
        ("consultations.guardrail_heeded", "way", "narrower"), ("consultations.part_added", "part", "paragraph"),
        ("accounts.second_factor_added", "kind", "webauthn"), ("documents.filed", "audience", "group"),
        ("initiatives.fact_confirmed", "part", "aim_zh"), ("members.disposal_proposed", "kind", "accounts.invitation"),
        ("consultations.opening_voided", "why", "taken back"), ("consultations.comment_posted", "anchor", "p16"),
    ):  # fmt: skip
        ((_name, _none, after),) = said(verb, **{name: value})
        assert after not in {"", value}, (verb, name, after)
    assert said("consultations.advanced", before="draft", after="open") == [("", "Draft", "Open")]


def test_a_moment_is_said_as_one_in_hong_kong_and_text_as_it_stands() -> None:
    assert said(until="2026-12-18T10:00:00+00:00")[0][2].endswith("18:00")
    assert said(reason="2026-12-18T10:00:00+00:00 it was")[0][2] == "2026-12-18T10:00:00+00:00 it was"


def test_people_and_firms_are_named_with_one_query_for_each_kind(world: World) -> None:
    mei, rosa = world.mei, world.rosa
    entries = [
        Entry(verb="members.successor_named", object_type="members.membership", detail={"successor": mei.pk}),
        Entry(verb="members.certified", detail={"confirmed": [mei.pk, rosa.pk], "ended": [999_999]}),
        Entry(verb="members.appointed", object_type="members.membership",
              detail={"organisation": "harbour", "role": "principal"}),
        Entry(verb="members.override_asked", detail={"firm": "banyan", "officer": mei.pk}),
        Entry(verb="meetings.invited", detail={"person": rosa.pk}),
    ]  # fmt: skip
    with acting_as(world.viewer("secretary")):
        with CaptureQueriesContext(connection) as asked:
            reading = Reading(entries)
            after = [[one.after for one in reading.changes(entry)] for entry in entries]
        assert len(asked) == 2
    assert after == [
        [mei.display_name],
        [f"{mei.display_name}; {rosa.display_name}", "999999"],
        ["Harbour", "Principal representative"],
        ["Banyan", mei.display_name],
        [rosa.display_name],
    ]


@pytest.mark.parametrize("detail", [{"successor": "nobody"}, {"successor": None}, {"successor": {"a": 1}}])
def test_what_an_old_entry_holds_is_said_as_it_stands(world: World, detail: dict[str, Any]) -> None:
    with acting_as(world.viewer("secretary")):
        ((_name, _before, after),) = said("members.successor_named", "members.membership", **detail)
    assert after in {"nobody", "", "a: 1"}


def test_every_particular_that_a_verb_records_has_a_name_in_words() -> None:
    unnamed = set()
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "record_inside"}:
                    names = {one.arg for one in node.keywords} - {None, "actor", "before", "after", "changes"}
                    unnamed |= {(str(path), name) for name in names if name not in NAMES}
    assert unnamed == set()
