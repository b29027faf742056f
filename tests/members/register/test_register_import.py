"""The list compared with the register, and committed: all or nothing."""

from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from members import policies, workflow
from members.enums import ImportState
from members.models import FormerName, LicenceStatus, Membership, Organisation, RegisterImport
from members.register import differences, reading, words
from members.register.comparing import Comparison
from members.viewer import Viewer, acting_as
from portal.common.errors import Conflict, Forbidden, Refused
from tests.members.register.conftest import csv_file, firm
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(world: World) -> Viewer:
    return world.viewer("secretary")


def preview(rows: list[list[str]] | bytes, actor: Viewer | None) -> RegisterImport:
    content = rows if isinstance(rows, bytes) else csv_file(rows)
    return workflow.preview_register(content, file_name="list.csv", actor=actor)


def commit(imported: RegisterImport, actor: Viewer | None) -> None:
    workflow.commit_register(imported, actor=actor, seal=Comparison(imported.lines, imported.absent).seal)


def outcomes(imported: RegisterImport) -> list[str]:
    return [line["outcome"] for line in imported.lines]


def said(imported: RegisterImport, row: int) -> list[str]:
    return words.said(next(line for line in imported.lines if line["row"] == row))


def everything() -> list[Any]:
    """All that an import could touch."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Organisation, LicenceStatus, FormerName, Membership)
    ]


def test_a_preview_writes_nothing_but_itself(actor: Viewer, sample: bytes) -> None:
    before = everything()
    imported = preview(sample, actor)
    assert everything() == before
    assert outcomes(imported) == ["new"] * 4
    assert (imported.state, imported.read_by_id, len(imported.digest)) == ("previewed", actor.user_id, 64)
    # Harbour, Banyan, Kite and Peakline are not on the list, and stay.
    assert [firm["name"] for firm in imported.absent] == [
        f"{name} (demo)" for name in ("Banyan", "Harbour", "Kite", "Peakline")
    ]


def test_a_new_firm_is_a_platform_licensed_from_its_date_without_people(actor: Viewer) -> None:
    commit(preview([firm(1), ["", "No Date Limited", "", "", ""]], actor), actor)
    made = Organisation.objects.get(ce_reference="ZYA001")
    assert (made.kind, made.name_en, made.platform_name_en) == ("platform", "Invented Firm 1 Limited", "Plat 1")
    assert [(s.state, s.effective_on) for s in made.licence_statuses.all()] == [("licensed", date(2025, 2, 3))]
    assert not made.memberships.exists()
    undated = Organisation.objects.get(name_en="No Date Limited")
    assert (undated.ce_reference, undated.licence_date, undated.licence_statuses.count()) == (None, None, 0)


def test_the_same_file_twice_changes_nothing(actor: Viewer, sample: bytes) -> None:
    commit(preview(sample, actor), actor)
    before = everything()
    again = preview(sample, actor)
    assert set(outcomes(again)) == {"unchanged"}
    with acting_as(actor):
        entries = Entry.objects.filter(verb__startswith="members.organisation_").count()
    commit(again, actor)
    assert everything() == before
    with acting_as(actor):
        assert Entry.objects.filter(verb__startswith="members.organisation_").count() == entries


def test_a_firm_is_found_by_its_reference_and_keeps_its_former_name(actor: Viewer, world: World) -> None:
    commit(preview([["ZYA001", "Old Name Limited", "舊名有限公司", "P", "03/02/2025"]], actor), actor)
    imported = preview([["ZYA001", "New Name Limited", "", "Q", ""]], actor)
    assert said(imported, 2) == ["English name: Old Name Limited → New Name Limited", "Platform: P → Q"]
    commit(imported, actor)
    made = Organisation.objects.get(ce_reference="ZYA001")
    # An empty cell says nothing: the Chinese name and the date stay.
    assert (made.name_en, made.name_zh_hant, made.licence_date) == (
        "New Name Limited",
        "舊名有限公司",
        date(2025, 2, 3),
    )
    former = made.former_names.get()
    assert (former.name_en, former.name_zh_hant, former.since) == ("Old Name Limited", "", None)


def test_a_name_whose_reference_is_unknown_gets_the_reference(actor: Viewer, world: World) -> None:
    imported = preview([["ZYA001", "Harbour (demo)", "", "", ""]], actor)
    assert said(imported, 2) == ["CE reference: empty → ZYA001"]
    commit(imported, actor)
    world.harbour.refresh_from_db()
    assert world.harbour.ce_reference == "ZYA001"
    # Only the exact name.
    assert outcomes(preview([["ZYA002", "banyan (demo)", "", "", ""]], actor)) == ["new"]


@pytest.mark.parametrize("reference", ["", "AB1234", "abc123", "ABC１２３"])
def test_the_database_itself_holds_the_form_of_a_reference(world: World, reference: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=world.harbour.pk).update(ce_reference=reference)


def test_a_reference_is_never_taken_from_another_firm(actor: Viewer, world: World) -> None:
    workflow.amend_organisation(_with(world.harbour, ce_reference="ZYA001"), changed=["ce_reference"], actor=actor)
    rows = [
        ["ZYA001", "Banyan (demo)", "", "", ""],
        ["ZYA009", "Harbour (demo)", "", "", ""],
        ["ZYA010", "Fpb (demo)", "", "", ""],
    ]
    imported = preview(rows, actor)
    assert said(imported, 2) == [
        "CE reference ZYA001 belongs to Harbour (demo) in the register, and Banyan (demo) is there as another firm."
    ]
    assert said(imported, 3) == ["Harbour (demo) has the CE reference ZYA001 in the register, and not ZYA009."]
    assert said(imported, 4) == ["Fpb (demo) is in the register as a body that is no platform."]


def test_a_firm_stands_once_in_a_file(actor: Viewer, world: World) -> None:
    workflow.amend_organisation(_with(world.harbour, ce_reference="ZYA001"), changed=["ce_reference"], actor=actor)
    rows = [firm(2), [firm(2)[0], "Other Limited", "", "", ""], ["ZYB099", firm(2)[1], "", "", ""],
            ["ZYA001", "Renamed Harbour", "", "", ""], ["", "Harbour (demo)", "", "", ""]]  # fmt: skip
    imported = preview(rows, actor)
    assert said(imported, 3) == ["CE reference ZYA002 stands in row 2 already."]
    assert said(imported, 4) == ["The English name stands in row 2 already."]
    assert said(imported, 6) == ["Row 5 is about the same firm of the register."]


def test_a_licence_that_does_not_stand_is_remarked_and_left(actor: Viewer, world: World) -> None:
    imported = preview([["", "Peakline (demo)", "", "Peak", ""]], actor)
    assert said(imported, 2)[-1] == "The register has the licence as Suspended. That is not changed here."
    commit(imported, actor)
    assert [s.state for s in world.peakline.licence_statuses.order_by("pk")] == ["licensed", "suspended"]


def best_of(times: int, act: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest time in seconds, and what came out last."""
    found, took = None, []
    for _number in range(times):
        begin = perf_counter()
        found = act()
        took.append(perf_counter() - begin)
    return min(took), found


def test_500_rows_with_20_wrong_ones_name_each_and_write_nothing(
    actor: Viewer, world: World, record_property: Any
) -> None:
    workflow.amend_organisation(_with(world.harbour, ce_reference="ZZZ999"), changed=["ce_reference"], actor=actor)
    rows = [firm(number) for number in range(500)]
    spoilt: list[tuple[int, dict[int, str], str]] = [
        (3, {0: "ZY1003"}, "no CE reference"),
        (30, {0: "zya030"}, "no CE reference"),
        (55, {0: "ZYA0555"}, "no CE reference"),
        (80, {0: firm(79)[0]}, "stands in row 81 already"),
        (100, {0: firm(7)[0]}, "stands in row 9 already"),
        (120, {1: ""}, "English name is missing"),
        (133, {1: "   "}, "English name is missing"),
        (150, {1: firm(11)[1]}, "English name stands in row 13 already"),
        (177, {1: "N" * 240}, "at most 200"),
        (200, {1: "=HYPERLINK(\"x\")"}, "begins like one"),
        (222, {1: "Zero\u200bWidth Limited"}, "cannot be seen"),
        (250, {3: "+cmd"}, "begins like one"),
        (251, {4: "31/02/2025"}, "no day of the calendar"),
        (280, {4: "2025-02-03"}, "no date as dd/mm/yyyy"),
        (301, {4: "03/02/2199"}, "in the future"),
        (333, {4: "03/02/1901"}, "older than the SFC"),
        (360, {4: "soon"}, "no date as dd/mm/yyyy"),
        (400, {0: "ZZZ999", 1: "Banyan (demo)"}, "belongs to Harbour (demo)"),
        (450, {1: "Harbour (demo)"}, "has the CE reference ZZZ999"),
        (499, {4: "03/02/2025,more"}, "There are 6 cells"),
    ]  # fmt: skip
    for number, cells, _reason in spoilt:
        for column, text in cells.items():
            rows[number][column] = text
    content = csv_file(rows).replace(b'"03/02/2025,more"', b"03/02/2025,more")
    before = everything()
    alone, _rows = best_of(3, lambda: reading.read(content))
    whole, imported = best_of(3, lambda: preview(content, actor))
    record_property(
        "figure",
        f"register of 500 rows, 20 wrong: preview {whole * 1000:.0f} ms, "
        f"reading the file alone {alone * 1000:.0f} ms, ratio {whole / alone:.1f}",
    )
    wrong = [line for line in imported.lines if line["outcome"] == "error"]
    assert [line["row"] for line in wrong] == [number + 2 for number, _cells, _reason in spoilt]
    for number, _cells, reason in spoilt:
        assert any(reason in text for text in said(imported, number + 2)), (number, said(imported, number + 2))
    assert all(len(line["faults"]) == 1 for line in wrong)
    with pytest.raises(Refused, match="while a row is wrong"):
        commit(imported, actor)
    assert everything() == before
    assert RegisterImport.objects.get(pk=imported.pk).state == ImportState.PREVIEWED


def test_all_right_rows_are_committed_together(actor: Viewer, record_property: Any) -> None:
    rows = [firm(number) for number in range(60)]
    imported = preview(rows, actor)
    begin = perf_counter()
    commit(imported, actor)
    record_property("figure", f"register of 60 new firms: committed in {perf_counter() - begin:.2f} s")
    assert Organisation.objects.filter(ce_reference__startswith="ZY").count() == 60
    assert LicenceStatus.objects.filter(organisation__ce_reference__startswith="ZY").count() == 60


def test_a_register_that_changed_since_the_preview_refuses_and_previews_anew(actor: Viewer, world: World) -> None:
    imported = preview([firm(1), ["ZYA009", "Harbour (demo)", "", "", ""]], actor)
    workflow.amend_organisation(_with(world.harbour, platform_name_en="H"), changed=["platform_name_en"], actor=actor)
    commit(imported, actor)  # nothing that the list speaks about
    imported = preview([firm(1), ["ZYA009", "Harbour (demo)", "", "H2", ""]], actor)
    assert said(imported, 3) == ["Platform: H → H2"]
    workflow.amend_organisation(_with(world.harbour, platform_name_en="H1"), changed=["platform_name_en"], actor=actor)
    before = everything()
    with pytest.raises(Conflict, match="has changed since this preview"):
        commit(imported, actor)
    assert everything() == before
    workflow.compare_anew(imported, actor=actor)
    assert said(imported, 3) == ["Platform: H1 → H2"]
    commit(imported, actor)
    world.harbour.refresh_from_db()
    assert world.harbour.platform_name_en == "H2"


def test_what_is_committed_is_what_was_read(actor: Viewer, world: World) -> None:
    """A colleague has compared anew in the meantime: the seal of the older reading does not commit the newer."""
    imported = preview([["", "Harbour (demo)", "", "H2", ""]], actor)
    seal = Comparison(imported.lines, imported.absent).seal
    workflow.amend_organisation(_with(world.harbour, platform_name_en="H1"), changed=["platform_name_en"], actor=actor)
    workflow.compare_anew(imported, actor=actor)
    with pytest.raises(Conflict):
        workflow.commit_register(imported, actor=actor, seal=seal)


def test_a_failure_in_the_middle_leaves_nothing(actor: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = preview([firm(1), firm(2), firm(3)], actor)
    before, calls = everything(), []

    def fails_at_the_second(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the power fails")
        return workflow.set_licence_status(*args, **kwargs)

    monkeypatch.setattr("members.workflow.importing.set_licence_status", fails_at_the_second)
    with pytest.raises(RuntimeError):
        commit(imported, actor)
    assert everything() == before


def test_a_list_is_decided_once(actor: Viewer, sample: bytes) -> None:
    imported = preview(sample, actor)
    workflow.discard_register(imported, actor=actor)
    for act in (commit, lambda one, who: workflow.compare_anew(one, actor=who)):
        with pytest.raises(Refused, match="already"):
            act(imported, actor)


@pytest.mark.parametrize("who", ["officer", "mei", "poon", "fan"])
def test_only_the_chair_s_office_reads_lists_in(world: World, actor: Viewer, sample: bytes, who: str) -> None:
    imported, viewer = preview(sample, actor), world.viewer(who)
    assert not policies.can_keep_register(viewer)
    for act in (
        lambda: preview(sample, viewer),
        lambda: commit(imported, viewer),
        lambda: workflow.compare_anew(imported, actor=viewer),
        lambda: workflow.discard_register(imported, actor=viewer),
    ):
        with pytest.raises(Forbidden):
            act()


def test_differences_are_between_the_last_list_and_the_register_now(actor: Viewer, world: World, sample: bytes) -> None:
    assert (differences().count, differences().read_at) == (0, None)
    imported = preview(sample, actor)
    found = differences()
    assert (found.count, found.url) == (4 + 4, imported.get_absolute_url())
    commit(imported, actor)
    # Four new firms are there now; four of the register are still not on the list.
    assert differences().count == 4
    workflow.set_licence_status(world.kite, state="ceased", effective_on=date(2026, 11, 1), actor=actor)
    assert differences().count == 3
    workflow.discard_register(preview([firm(1)], actor), actor=actor)
    assert differences().url == imported.get_absolute_url()


def test_each_act_has_an_entry(actor: Viewer, sample: bytes) -> None:
    imported = preview(sample, actor)
    workflow.compare_anew(imported, actor=actor)
    commit(imported, actor)
    workflow.discard_register(preview(sample, actor), actor=actor)
    with acting_as(actor):
        rows = Entry.objects.filter(object_type="members.registerimport").order_by("recorded_at")
        verbs = [(one.verb, one.actor_id) for one in rows]
    wanted = ("previewed", "compared_anew", "committed", "previewed", "discarded")
    assert verbs == [(f"members.register_{verb}", actor.user_id) for verb in wanted]


def _with(organisation: Organisation, **fields: Any) -> Organisation:
    organisation.refresh_from_db()
    for name, value in fields.items():
        setattr(organisation, name, value)
    return organisation
