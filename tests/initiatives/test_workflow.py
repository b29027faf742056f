from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from audit.models import Entry
from initiatives import workflow
from initiatives.enums import DatePrecision, InitiativeStatus, MilestoneKind, Verification
from initiatives.models import Initiative, InitiativeUpdate, Milestone, Pillar, StatusChange
from members.audience import Audience
from members.viewer import PUBLIC, acting_as
from notifications.models import Delivery, Event, Notice
from portal.common.errors import Forbidden, Refused

SOURCE = "https://www.sfc.hk/en/News"
EVENT: dict[str, Any] = {
    "date": date(2026, 11, 20),
    "kind": MilestoneKind.CIRCULAR,
    "title_en": "Circular on custody",
    "ref": "26EC40",
}


def _initiative(number: int = 3) -> Initiative:
    return Initiative.objects.get(number=number)


def _last(verb: str) -> Entry:
    return Entry.objects.filter(verb=verb).latest("recorded_at")


# Who may

VERBS: dict[str, Callable[[Any], object]] = {
    "status": lambda actor: workflow.update_initiative_status(
        _initiative(), status="delivered", reason="Done", actor=actor
    ),
    "add": lambda actor: workflow.add_milestone(initiatives=[_initiative()], actor=actor, **EVENT),
    "correct": lambda actor: workflow.correct_milestone(Milestone.objects.earliest("date"), ref="X", actor=actor),
    "confirm": lambda actor: workflow.confirm_fact(_initiative(), "name_en", actor=actor),
    "reword": lambda actor: workflow.reword_initiative(_initiative(), name_en="Other", actor=actor),
    "reword pillar": lambda actor: workflow.reword_pillar(Pillar.objects.get(code="A"), name_en="O", actor=actor),
    "post": lambda actor: workflow.post_update(_initiative(), title_en="News", body_en="Text", actor=actor),
}


def test_others_may_not_write(roadmap: Any) -> None:
    """The database lets the secretary write here: what refuses is the verb, whoever is named as its actor."""
    with acting_as(roadmap.viewer("secretary")):
        before = Entry.objects.count()
        for who in (None, "mei", "poon", "fan", "admin"):
            for verb in VERBS.values():
                with pytest.raises(Forbidden):
                    verb(roadmap.viewer(who))
        assert Entry.objects.count() == before > 0


def test_every_verb_leaves_one_entry_with_its_actor(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    with acting_as(officer):
        for name, verb in VERBS.items():
            before = set(Entry.objects.values_list("pk", flat=True))
            verb(officer)
            added = Entry.objects.exclude(pk__in=before)
            assert [entry.actor_id for entry in added] == [roadmap.officer.pk], name


# Status


def test_a_status_changes_with_its_reason_and_its_record(roadmap: Any) -> None:
    initiative = _initiative()
    change = workflow.update_initiative_status(
        initiative,
        status=InitiativeStatus.PUBLIC_CONSULTATION,
        reason=" CP 2026/05 published ",
        on=date(2026, 10, 12),
        source_url=SOURCE,
        actor=roadmap.viewer("officer"),
    )
    assert (initiative.status, initiative.status_since) == ("public_consultation", date(2026, 10, 12))
    assert (initiative.status_verification, initiative.from_file) == (Verification.VERIFIED, False)
    assert (change.reason_en, change.office) == ("CP 2026/05 published", "Policy officer")
    detail = {"before": "partly_delivered", "after": "public_consultation", "on": "2026-10-12"}
    with acting_as(roadmap.viewer("officer")):
        assert _last("initiatives.status_changed").detail == detail


def test_members_hear_of_a_status_in_the_digest_and_the_actor_does_not(roadmap: Any) -> None:
    workflow.update_initiative_status(
        _initiative(), status="delivered", reason="Circular issued", actor=roadmap.viewer("officer")
    )
    event = Event.objects.get(kind="initiatives.status_changed")
    told = set(Notice.objects.filter(event=event).values_list("user__email", flat=True))
    everybody = {
        "chair",
        "secretary",
        "colleague",
        "admin",
        "mei",
        "rosa",
        "poon",
        "kalok",
        "eva",
        "nina",
        "fan",
    }
    assert {email.split("@")[0] for email in told} == everybody
    assert not Delivery.objects.filter(event=event).exists()
    assert event.url == "/roadmap/3/"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"status": "partly_delivered"}, "status"),
        ({"on": date(2026, 11, 25)}, "on"),
        ({"on": date(2026, 6, 1)}, "on"),
    ],
)
def test_a_status_is_refused(roadmap: Any, change: dict[str, Any], field: str) -> None:
    said = {"status": "delivered", "reason": "Done"} | change
    with pytest.raises(Refused) as refusal:
        workflow.update_initiative_status(_initiative(), actor=roadmap.viewer("officer"), **said)
    assert refusal.value.field == field
    assert StatusChange.objects.count() == 12


# Milestones


def test_a_milestone_is_added_unverified(roadmap: Any) -> None:
    milestone = workflow.add_milestone(
        initiatives=[_initiative(7), _initiative(2)], actor=roadmap.viewer("secretary"), **EVENT
    )
    assert [one.number for one in milestone.initiatives.order_by("number")] == [2, 7]
    assert (milestone.is_verified, milestone.from_file, milestone.key) == (False, False, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"date": date(2027, 3, 31)}, "source_url"),
        ({"date": date(2027, 3, 31), "source_url": SOURCE}, "source_url"),
        ({"verification": "verified"}, "source_url"),
        ({"initiatives": []}, "initiatives"),
    ],
)
def test_a_milestone_is_refused(roadmap: Any, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        workflow.add_milestone(**({"initiatives": [_initiative()]} | EVENT | said), actor=roadmap.viewer("officer"))
    assert refusal.value.field == field


def test_a_date_to_come_is_taken_from_the_page_that_published_it(roadmap: Any) -> None:
    said = EVENT | {"date": date(2027, 3, 31), "source_url": SOURCE, "verification": "verified"}
    milestone = workflow.add_milestone(initiatives=[_initiative()], actor=roadmap.viewer("officer"), **said)
    assert milestone.is_met is False


@pytest.mark.parametrize(
    ("precision", "stored"),
    [
        (DatePrecision.DAY, date(2026, 8, 20)),
        (DatePrecision.MONTH, date(2026, 8, 1)),
        (DatePrecision.QUARTER, date(2026, 7, 1)),
        (DatePrecision.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_date_is_stored_as_the_first_of_its_period(roadmap: Any, precision: str, stored: date) -> None:
    said = EVENT | {"date": date(2026, 8, 20), "date_precision": precision}
    milestone = workflow.add_milestone(initiatives=[_initiative()], actor=roadmap.viewer("officer"), **said)
    assert milestone.date == stored


def test_a_correction_records_before_and_after_and_the_touched_initiatives(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    milestone = Milestone.objects.get(key="2025-08-15-custody")
    assert workflow.correct_milestone(
        milestone, date=date(2025, 8, 14), initiatives=[_initiative(3), _initiative(4)], actor=officer
    )
    with acting_as(officer):
        changes = _last("initiatives.milestone_corrected").detail["changes"]
    assert changes == {"date": ["2025-08-15", "2025-08-14"], "initiatives": ["[3]", "[3, 4]"]}
    assert milestone.from_file is False


def test_a_correction_that_changes_nothing_leaves_no_trace(roadmap: Any) -> None:
    milestone = Milestone.objects.get(key="2025-08-15-custody")
    officer = roadmap.viewer("officer")
    with acting_as(officer):
        before = (Entry.objects.count(), milestone.updated_at)
        changed = workflow.correct_milestone(milestone, ref="25EC44", initiatives=[_initiative(3)], actor=officer)
        assert (changed, milestone.from_file) == (False, True)
        assert (Entry.objects.count(), milestone.updated_at) == before


def test_the_history_of_a_milestone_is_kept(roadmap: Any) -> None:
    from django.apps import apps

    milestone = Milestone.objects.get(key="2025-08-15-custody")
    workflow.correct_milestone(milestone, date=date(2025, 8, 14), actor=roadmap.viewer("officer"))
    events = apps.get_model("initiatives", "MilestoneEvent").objects.filter(pgh_obj_id=milestone.pk)
    assert list(events.order_by("pgh_id").values_list("date", flat=True)) == [
        date(2025, 8, 15),
        date(2025, 8, 14),
    ]


def test_a_reference_that_is_no_circular_number_is_only_a_warning() -> None:
    assert workflow.reference_warning("circular", "Circular 7") != ""
    assert {workflow.reference_warning("circular", ref) for ref in ("", "25EC44")} == {""}
    assert workflow.reference_warning("bill", "Anything") == ""


# Confirmation and wording


def test_a_confirmed_name_is_shown_as_verified(roadmap: Any) -> None:
    initiative = _initiative()
    assert initiative.name_is_verified is False
    workflow.confirm_fact(initiative, "name_en", actor=roadmap.viewer("officer"))
    assert (initiative.name_is_verified, initiative.as_at) == (True, date(2026, 11, 24))


def test_a_status_is_confirmed_as_at_today_without_a_page(roadmap: Any) -> None:
    initiative = _initiative()
    workflow.confirm_fact(initiative, "status", actor=roadmap.viewer("chair"))
    assert (initiative.status_is_verified, initiative.status_as_at) == (True, date(2026, 11, 24))
    assert initiative.status_since == date(2026, 6, 2)


def test_a_milestone_without_source_is_confirmed_only_with_one(roadmap: Any) -> None:
    milestone = Milestone.objects.get(key="2024-02-08-fstb-otc")
    officer = roadmap.viewer("officer")
    with pytest.raises(Refused) as refusal:
        workflow.confirm_fact(milestone, "milestone", actor=officer)
    assert refusal.value.field == "source_url"
    workflow.confirm_fact(milestone, "milestone", source_url=SOURCE, actor=officer)
    assert (milestone.is_verified, milestone.source_url) == (True, SOURCE)


def test_nothing_is_confirmed_for_a_day_to_come(roadmap: Any) -> None:
    with pytest.raises(Refused):
        workflow.confirm_fact(_initiative(), "status", as_at=date(2026, 11, 25), actor=roadmap.viewer("officer"))


def test_a_reworded_name_is_unverified_until_it_is_confirmed_again(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    initiative = _initiative(1)
    workflow.confirm_fact(initiative, "name_en", actor=officer)
    workflow.reword_initiative(initiative, name_en="Licensing of dealing and custody", actor=officer)
    assert initiative.name_is_verified is False


# Updates


def test_a_draft_update_is_read_by_the_regulator_alone_until_it_is_published(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    with acting_as(officer):
        update = workflow.post_update(_initiative(), title_en="News", body_en="**Now** <b>x</b>", actor=officer)
        assert update.html_en == "<p><strong>Now</strong> &lt;b&gt;x&lt;/b&gt;</p>\n"
    for reader in (PUBLIC, roadmap.viewer("mei")):
        with acting_as(reader):
            assert not InitiativeUpdate.objects.all().exists()
    with acting_as(officer):
        workflow.publish_update(update, actor=officer)
        with pytest.raises(Refused):
            workflow.publish_update(update, actor=officer)
    with acting_as(PUBLIC):
        assert InitiativeUpdate.objects.visible_to(PUBLIC).get() == update


def test_an_update_is_never_a_firms(roadmap: Any) -> None:
    officer = roadmap.viewer("officer")
    with acting_as(officer), pytest.raises(Refused):
        workflow.post_update(_initiative(), title_en="News", body_en="Text", audience=Audience.SHARED, actor=officer)
