from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command

from audit.models import Entry
from initiatives import loading, workflow
from initiatives.enums import InitiativeStatus, Verification
from initiatives.models import Initiative, Milestone, Pillar, StatusChange
from members.viewer import acting_as
from notifications.models import Event

FILE_ROWS = Counter(entered=5 + 12 + 15)


def _everything() -> dict[str, list[Any]]:
    """Every row of this room, history and "last change" included, and the audit entries."""
    found = {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_app_config("initiatives").get_models()
    }
    return found | {"entries": list(Entry.objects.order_by("pk").values())}


def _changed_file(tmp_path: Path, **of_milestone: Any) -> Path:
    data = yaml.safe_load(loading.FILE.read_text(encoding="utf-8"))
    data["milestones"][0] |= of_milestone
    path = tmp_path / "roadmap.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_the_five_pillars_and_twelve_initiatives_are_those_of_the_sfc(roadmap: Any) -> None:
    shape = [(pillar.code, [one.number for one in pillar.initiatives.all()]) for pillar in Pillar.objects.all()]
    assert shape == [("A", [1, 2]), ("S", [3, 4, 5]), ("P", [6, 7, 8]), ("I", [9, 10]), ("Re", [11, 12])]


def test_a_milestone_may_touch_several_initiatives(roadmap: Any) -> None:
    shared = Milestone.objects.get(key="2025-11-03-shared-liquidity")
    assert [one.number for one in shared.initiatives.order_by("number")] == [2, 4]


def test_no_milestone_lies_in_the_future_and_no_verified_one_is_without_source(roadmap: Any) -> None:
    assert not Milestone.objects.filter(date__gt=date(2026, 11, 24)).exists()
    assert not Milestone.objects.filter(verification=Verification.VERIFIED, source_url="").exists()


def test_loading_again_changes_nothing(world: Any) -> None:
    assert loading.load() == FILE_ROWS
    with acting_as(world.viewer("secretary")):
        before = _everything()
        assert loading.load() == Counter(unchanged=32)
        assert _everything() == before
    assert len(before["entries"]) > 32


def test_first_loading_records_statuses_and_tells_nobody(roadmap: Any) -> None:
    assert StatusChange.objects.count() == 12
    assert not Event.objects.filter(kind="initiatives.status_changed").exists()
    with acting_as(roadmap.viewer("secretary")):
        assert Entry.objects.filter(verb="initiatives.milestone_added").count() == 15


def test_what_an_officer_has_edited_is_kept(roadmap: Any, tmp_path: Path) -> None:
    officer = roadmap.viewer("officer")
    milestone = Milestone.objects.get(key="2024-02-08-fstb-otc")
    workflow.correct_milestone(milestone, title_en="Consultation on over-the-counter trading", actor=officer)
    workflow.update_initiative_status(
        Initiative.objects.get(number=4),
        status=InitiativeStatus.IN_PROGRESS,
        reason="Work began",
        actor=officer,
    )
    workflow.confirm_fact(Initiative.objects.get(number=1), "name_en", actor=officer)
    assert loading.load(_changed_file(tmp_path, title="Another title")) == Counter(unchanged=29, kept=3)
    milestone.refresh_from_db()
    assert milestone.title_en == "Consultation on over-the-counter trading"
    assert Initiative.objects.get(number=4).status == InitiativeStatus.IN_PROGRESS
    assert Initiative.objects.get(number=1).name_en_verification == Verification.VERIFIED


def test_a_newer_file_updates_what_no_officer_has_touched(roadmap: Any, tmp_path: Path) -> None:
    assert loading.load(_changed_file(tmp_path, title="A corrected title")) == Counter(unchanged=31, updated=1)
    assert Milestone.objects.get(key="2024-02-08-fstb-otc").title_en == "A corrected title"


def test_the_command_says_what_it_did(world: Any) -> None:
    out = StringIO()
    call_command("load_roadmap", stdout=out)
    call_command("load_roadmap", stdout=out)
    assert out.getvalue().splitlines() == [
        "Roadmap: 32 entered, 0 updated, 0 unchanged, 0 kept.",
        "Roadmap: 0 entered, 0 updated, 32 unchanged, 0 kept.",
    ]


@pytest.mark.parametrize(
    ("verification", "source", "believed"),
    [
        ("verified", "https://www.sfc.hk/", "verified"),
        ("verified", "", "reported"),
        ("reported", "", "reported"),
        ("working", "", "working"),
    ],
)
def test_what_has_no_address_is_not_believed(verification: str, source: str, believed: str) -> None:
    assert loading._believed(verification, source) == believed
