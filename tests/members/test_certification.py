"""Half-yearly certification: asked for in time, once each; who is not confirmed reads and does not write."""

from datetime import date, timedelta

import pytest
from django.urls import NoReverseMatch, reverse

from members import workflow
from members.certification import half_a_year_after, left_to_secretariat
from members.enums import Role
from members.models import FirmChange, Membership
from members.viewer import acting_as, viewer_for
from notifications.models import Event, Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.portal.access import ADDRESSES
from tests.world import START, World, person

pytestmark = pytest.mark.django_db


def seat(world: World, name: str) -> Membership:
    return Membership.objects.filter(user=world.users[name]).latest("starts_on", "pk")


def due_in(world: World, days: int, *names: str) -> None:
    rows = Membership.objects.filter(user__in=[world.users[name] for name in names])
    rows.update(confirm_by=clock.today() + timedelta(days=days))


def told(kind: str) -> list[str]:
    notices = Notice.objects.filter(event__kind=kind).select_related("user").order_by("user__email")
    return [one.user.email.split("@")[0] for one in notices]


# --- the date ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 29), date(2027, 5, 29)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_half_a_year_is_the_same_day_of_the_month(day: date, due: date) -> None:
    assert half_a_year_after(day) == due


def test_a_firms_people_are_confirmed_from_their_appointment_on_and_nobody_else(world: World) -> None:
    assert seat(world, "rosa").confirm_by == half_a_year_after(clock.today())
    assert [seat(world, name).confirm_by for name in ("officer", "fan")] == [None, None]
    assert viewer_for(world.officer).is_unconfirmed is False


def test_the_day_itself_still_counts(world: World) -> None:
    due_in(world, 0, "rosa")
    assert not viewer_for(world.rosa).is_unconfirmed
    due_in(world, -1, "rosa")
    assert viewer_for(world.rosa).is_unconfirmed


def test_knowing_it_costs_no_query(world: World, django_assert_num_queries: object) -> None:
    viewer = viewer_for(world.rosa)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert not viewer.is_unconfirmed


def test_what_was_confirmed_and_what_lapsed_stands_under_what_changed(world: World) -> None:
    due_in(world, 5, "mei")
    due_in(world, -3, "rosa")
    client = world.client("poon")
    said = client.get(reverse("firm:people")).content.decode().split('id="changes"')[1]
    assert "Access not confirmed in time" in said
    assert "Access confirmed" not in said
    mei, rosa = seat(world, "mei"), seat(world, "rosa")
    sent = {f"need-{mei.pk}": "keep", f"need-{rosa.pk}": "keep"}
    assert client.post(reverse("firm:certification"), sent).status_code == 302
    said = client.get(reverse("firm:people")).content.decode().split('id="changes"')[1]
    assert "Access not confirmed in time" not in said
    assert said.count("Access confirmed") == 2
    assert "Still needs access" in said
    # Nobody is told of what changes nothing, and there is nothing to object to.
    assert told("members.firm_changed") == []
    with acting_as(world.viewer("secretary")):
        change = FirmChange.objects.latest("pk")
        with pytest.raises(Refused):
            workflow.object_to(change, actor=world.viewer("secretary"), reason="No")
    listed = world.client("secretary").get(reverse("admin:members_firmchange_changelist"))
    assert listed.context["cl"].result_count == 0


# --- who reads and does not write --------------------------------------------------------------------------------


def test_who_is_not_confirmed_reads_and_is_told_who_can_help(world: World) -> None:
    due_in(world, -1, "rosa")
    client = world.client("rosa")
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "You can read, and not write at present" in page.content.decode()
    refused = client.post(reverse("members:stop_view_as"))
    assert refused.status_code == 403
    assert "You can read, and not write at present" in refused.content.decode()
    assert "Poon" in refused.content.decode()
    assert "You can read" not in world.client("mei").get(reverse("home")).content.decode()


OWN = {
    "set_language", "account_logout", "accounts:theme", "accounts:profile", "account_change_password",
    "mfa_activate_totp", "usersessions_list", "notifications:settings", "notifications:mark_all_read",
}  # fmt: skip


def test_every_form_beyond_the_own_account_is_refused(world: World) -> None:
    """All addresses without arguments: nothing but what is listed here takes a form."""
    due_in(world, -1, "rosa")
    client, taken = world.client("rosa"), set()
    for name in ADDRESSES:
        try:
            url = reverse(name)
        except NoReverseMatch:  # it has arguments
            continue
        if name != "account_logout" and client.post(url).status_code != 403:
            taken.add(name)
    own = {n for n in taken if n.startswith(("account_", "accounts:", "mfa_", "usersessions_", "notifications:"))}
    # The admin site sends everybody who is not of the regulator to its door.
    assert {name for name in taken - own if not name.startswith("admin:")} <= {"set_language", "demo:enter"}
    assert taken >= OWN - {"account_logout"}
    assert client.post(reverse("account_logout")).status_code == 302


def test_what_the_page_offers_is_what_can_be_done(world: World) -> None:
    from consultations import policies

    assert policies.can_write(world.viewer("rosa"))
    assert policies.can_draft(world.viewer("mei"), world.harbour.pk)
    due_in(world, -1, "rosa", "mei")
    assert not policies.can_write(world.viewer("rosa"))
    assert not policies.can_draft(world.viewer("mei"), world.harbour.pk)
    assert not policies.can_ask_for_extension(world.viewer("mei"))


# --- confirming --------------------------------------------------------------------------------------------------


def test_the_coordinator_confirms_on_one_page_and_the_person_writes_again(world: World) -> None:
    due_in(world, -1, "rosa", "mei")
    page = world.client("poon").get(reverse("firm:certification")).content.decode()
    assert "Rosa" in page
    assert "Mei" in page
    data = {f"need-{seat(world, 'rosa').pk}": "keep", f"need-{seat(world, 'mei').pk}": "later"}
    assert world.client("poon").post(reverse("firm:certification"), data).status_code == 302
    assert seat(world, "rosa").confirm_by == half_a_year_after(clock.today())
    assert not viewer_for(world.fresh("rosa")).is_unconfirmed
    assert viewer_for(world.fresh("mei")).is_unconfirmed


def test_a_coordinator_who_is_overdue_still_confirms_others(world: World) -> None:
    due_in(world, -1, "rosa", "poon")
    client = world.client("poon")
    data = {f"need-{seat(world, 'rosa').pk}": "keep", f"need-{seat(world, 'mei').pk}": "later"}
    assert client.post(reverse("firm:certification"), data).status_code == 302
    assert client.post(reverse("firm:invite")).status_code == 403
    assert "Invite a colleague" not in client.get(reverse("firm:people")).content.decode()


def test_who_no_longer_needs_access_loses_it_after_a_page_that_names_them(world: World) -> None:
    rosa, mei = seat(world, "rosa"), seat(world, "mei")
    client, url = world.client("poon"), reverse("firm:certification")
    data = {f"need-{rosa.pk}": "end", f"need-{mei.pk}": "keep"}
    page = client.post(url, data).content.decode()
    assert "Rosa" in page
    assert "Who loses access" in page
    assert viewer_for(world.fresh("rosa")).is_platform
    assert client.post(url, data | {"confirmed": "1", f"successor-{rosa.pk}": mei.pk}).status_code == 302
    assert not viewer_for(world.fresh("rosa")).is_platform
    assert seat(world, "rosa").hand_over.successor_id == world.mei.pk


def test_an_empty_certification_says_what_is_missing(world: World) -> None:
    data = {f"need-{seat(world, name).pk}": "later" for name in ("rosa", "mei")}
    assert world.client("poon").post(reverse("firm:certification"), data).status_code == 422


def test_nobody_confirms_themselves_or_another_firm(world: World) -> None:
    for actor, whom in (("poon", "poon"), ("mei", "rosa"), ("eva", "rosa"), ("officer", "poon")):
        with pytest.raises(Forbidden):
            workflow.confirm_access(seat(world, whom), actor=world.viewer(actor))


def test_the_secretariat_confirms_a_coordinator_who_is_alone(world: World) -> None:
    due_in(world, -1, "poon", "nina", "rosa")
    waiting = {row.user.email.split("@")[0] for row in left_to_secretariat()}
    # Kite has no coordinator at all.
    assert waiting >= {"poon", "nina"}
    assert "rosa" not in waiting
    data = {"action": "confirm_access", "_selected_action": [seat(world, "poon").pk], "confirmed": "yes"}
    client = world.client("secretary")
    assert client.post(reverse("admin:members_membership_changelist"), data).status_code == 302
    assert not viewer_for(world.fresh("poon")).is_unconfirmed


def test_a_membership_that_has_ended_and_one_of_the_regulator_are_not_confirmed(world: World) -> None:
    for name in ("leaver", "colleague"):
        with pytest.raises(Refused):
            workflow.confirm_access(seat(world, name), actor=world.viewer("secretary"))


def test_a_new_role_does_not_move_the_date(world: World) -> None:
    due_in(world, 5, "rosa")
    with acting_as(world.viewer("poon")):
        workflow.change_role(seat(world, "rosa"), role=Role.ALTERNATE, actor=world.viewer("poon"))
    assert seat(world, "rosa").confirm_by == clock.today() + timedelta(days=5)


# --- reminders ---------------------------------------------------------------------------------------------------


def test_reminders_go_out_at_each_step_once_and_the_person_hears_in_the_last_week(world: World) -> None:
    due_in(world, 40, "rosa")
    today, sent = clock.now(), []
    # Each step, and days beside them.
    for day in (9, 10, 26, 27, 33, 37, 40, 41, 42):
        with clock.at(today + timedelta(days=day)):
            Event.objects.all().delete()
            first, second = workflow.remind_of_certifications(), workflow.remind_of_certifications()
            assert second == 0
            if first:
                sent.append((40 - day, told("members.confirm_due"), told("members.confirm_person")))
    assert sent == [
        (30, ["poon"], []),
        (14, ["poon"], []),
        (7, [], ["rosa"]),
        (3, ["poon"], []),
        (-1, ["poon"], ["rosa"]),
    ]


def test_a_day_on_which_the_task_did_not_run_is_made_up_for(world: World) -> None:
    due_in(world, 9, "rosa")
    workflow.remind_of_certifications()
    assert Event.objects.filter(kind="members.confirm_due").count() == 1


def test_a_coordinator_hears_of_colleagues_together_and_the_secretariat_of_who_is_alone(world: World) -> None:
    due_in(world, 14, "rosa", "mei", "poon")
    workflow.remind_of_certifications()
    event = Event.objects.get(kind="members.confirm_due")
    assert event.params["count"] == 2
    office = Event.objects.get(kind="members.confirm_due_office")
    assert (office.params["count"], told("members.confirm_due_office")) == (1, ["secretary"])


def test_once_confirmed_nobody_is_reminded(world: World) -> None:
    due_in(world, 10, "rosa")
    with acting_as(world.viewer("poon")):
        workflow.confirm_access(seat(world, "rosa"), actor=world.viewer("poon"))
    assert workflow.remind_of_certifications() == 0


def test_a_firm_that_is_suspended_is_not_reminded(world: World) -> None:
    due_in(world, 3, "ngai")
    assert workflow.remind_of_certifications() == 0


def test_a_coordinators_term_that_runs_out_is_warned_of_in_time(world: World) -> None:
    Membership.objects.filter(user=world.poon).update(ends_on=clock.today() + timedelta(days=14))
    workflow.remind_of_certifications()
    assert told("members.last_coordinator_ends") == ["poon", "secretary"]
    second = person("second", world.kite, Role.COORDINATOR)
    assert second.memberships.get().starts_on == START
    Membership.objects.filter(user=world.eva).update(ends_on=clock.today() + timedelta(days=14))
    person("other", world.banyan, Role.COORDINATOR)
    assert workflow.remind_of_certifications() == 0


def test_the_coordinators_home_page_lists_it_by_its_date(world: World) -> None:
    from portal.waited_for import waited_for

    assert waited_for(world.viewer("poon")) == []
    due_in(world, -2, "rosa")
    due_in(world, 40, "mei")
    (task,) = waited_for(world.viewer("poon"))
    assert (task.is_late, task.url, task.context) == (True, reverse("firm:certification"), "Rosa")
    assert waited_for(world.viewer("mei")) == []


def test_a_certification_without_any_answer_comes_back(world: World) -> None:
    assert world.client("poon").post(reverse("firm:certification")).status_code == 422
