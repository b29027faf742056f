from typing import Any

from audit.models import Entry
from initiatives.models import Initiative, InitiativeUpdate, Milestone, Pillar
from members.viewer import acting_as

MILESTONE = {
    "date": "2026-11-20",
    "date_precision": "day",
    "kind": "circular",
    "ref": "26EC40",
    "title_en": "Circular on custody assurance",
    "as_at": "2026-11-24",
    "verification": "reported",
}


def _verbs(roadmap: Any) -> set[str]:
    with acting_as(roadmap.viewer("officer")):
        return set(Entry.objects.filter(actor=roadmap.officer).values_list("verb", flat=True))


def _status_form(*numbers: int, **fields: str) -> dict[str, Any]:
    return {
        "action": "change_status",
        "_selected_action": [str(Initiative.objects.get(number=number).pk) for number in numbers],
        "confirmed": "yes",
    } | fields


def test_a_status_is_changed_by_its_verb(roadmap: Any) -> None:
    client = roadmap.client("officer")
    client.post("/admin/initiatives/initiative/", _status_form(4, status="in_progress", reason="Work began"))
    assert Initiative.objects.get(number=4).status == "in_progress"
    assert "initiatives.status_changed" in _verbs(roadmap)


def test_a_refused_status_is_told_in_words(roadmap: Any) -> None:
    client = roadmap.client("officer")
    page = client.post("/admin/initiatives/initiative/", _status_form(4, status="in_progress", reason=""))
    assert page.status_code == 422
    assert "Say why the status changes" in page.content.decode()
    assert Initiative.objects.get(number=4).status == "under_study"


def test_a_milestone_is_added_and_corrected_by_its_verbs(roadmap: Any) -> None:
    client = roadmap.client("officer")
    touched = [str(Initiative.objects.get(number=3).pk)]
    answer = client.post("/admin/initiatives/milestone/add/", MILESTONE | {"touched": touched})
    assert answer.status_code == 302
    milestone = Milestone.objects.get(ref="26EC40")
    address = f"/admin/initiatives/milestone/{milestone.pk}/change/"
    assert client.get(address).status_code == 200
    client.post(address, MILESTONE | {"touched": touched, "ref": "26EC41"})
    milestone.refresh_from_db()
    assert milestone.ref == "26EC41"
    assert {"initiatives.milestone_added", "initiatives.milestone_corrected"} <= _verbs(roadmap)


def test_a_date_to_come_without_its_page_is_refused_in_the_form(roadmap: Any) -> None:
    touched = [str(Initiative.objects.get(number=3).pk)]
    page = roadmap.client("officer").post(
        "/admin/initiatives/milestone/add/", MILESTONE | {"touched": touched, "date": "2027-03-31"}
    )
    assert "The roadmap shows no other date to come." in page.content.decode()
    assert Milestone.objects.count() == 15


def test_a_name_is_reworded_by_its_verb(roadmap: Any) -> None:
    initiative = Initiative.objects.get(number=3)
    client = roadmap.client("officer")
    address = f"/admin/initiatives/initiative/{initiative.pk}/change/"
    assert client.get(address).status_code == 200
    client.post(
        address,
        {"name_en": "Custody technologies", "name_zh_hant": "", "name_zh_hans": "", "source_url": "",
         "as_at": "2026-11-24",
         "status_changes-TOTAL_FORMS": "0", "status_changes-INITIAL_FORMS": "0"},
    )  # fmt: skip
    initiative.refresh_from_db()
    assert initiative.name_en == "Custody technologies"
    assert "initiatives.initiative_reworded" in _verbs(roadmap)


def test_facts_are_confirmed_by_actions(roadmap: Any) -> None:
    client = roadmap.client("officer")
    pillar = Pillar.objects.get(code="A")
    client.post(
        "/admin/initiatives/pillar/",
        {"action": "confirm_aim", "_selected_action": [str(pillar.pk)], "confirmed": "yes"},
    )
    pillar.refresh_from_db()
    assert pillar.aim_verification == "verified"


def test_an_update_is_drafted_and_published(roadmap: Any) -> None:
    client = roadmap.client("officer")
    said = {
        "initiative": str(Initiative.objects.get(number=3).pk),
        "audience": "regulator",
        "title_en": "News",
        "body_en": "Text",
    }
    client.post("/admin/initiatives/initiativeupdate/add/", said)
    with acting_as(roadmap.viewer("officer")):
        update = InitiativeUpdate.objects.get()
    client.post(
        "/admin/initiatives/initiativeupdate/",
        {"action": "publish", "_selected_action": [str(update.pk)], "confirmed": "yes"},
    )
    with acting_as(roadmap.viewer("mei")):
        assert InitiativeUpdate.objects.get().audience == "public"


def test_an_administrator_looks_and_does_not_write(roadmap: Any) -> None:
    client = roadmap.client("admin")
    for model in ("pillar", "initiative", "milestone", "initiativeupdate"):
        assert client.get(f"/admin/initiatives/{model}/").status_code == 200
    assert client.get("/admin/initiatives/milestone/add/").status_code == 403
    client.post("/admin/initiatives/initiative/", _status_form(4, status="in_progress", reason="Mine"))
    assert Initiative.objects.get(number=4).status == "under_study"
