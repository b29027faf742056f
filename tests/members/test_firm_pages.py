"""The coordinator's own pages: who sees the list, who acts, and what an objection undoes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Invitation
from members import workflow
from members.enums import Role
from members.models import FirmChange, Membership, MembershipOffer
from members.viewer import PUBLIC, acting_as, viewer_for
from notifications import kinds
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.world import World, person

pytestmark = pytest.mark.django_db


def seat(world: World, name: str) -> Membership:
    return Membership.objects.filter(user=world.users[name]).latest("starts_on", "pk")


def changes_of(world: World) -> list[FirmChange]:
    with acting_as(world.viewer("secretary")):
        return list(FirmChange.objects.order_by("pk"))


def told(kind: str) -> set[str]:
    return {n.user.email.split("@")[0] for n in Notice.objects.filter(event__kind=kind).select_related("user")}


def test_colleagues_see_the_list_and_the_coordinator_alone_sees_sign_ins_and_factors(world: World) -> None:
    world.rosa.last_login = clock.now()
    world.rosa.save()
    for name, sees in (("mei", False), ("rosa", False), ("poon", True)):
        page = world.client(name).get(reverse("firm:people"))
        assert page.status_code == 200
        text = page.content.decode()
        assert "Rosa" in text
        assert "Kalok" not in text
        assert ("Last sign-in" in text, "Second factor" in text, "Change role" in text) == (sees,) * 3


def test_others_have_no_such_page(world: World) -> None:
    for name in ("officer", "secretary", "fan"):
        assert world.client(name).get(reverse("firm:people")).status_code == 403


def test_the_kind_of_factor_is_shown_and_never_a_secret(world: World) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=world.rosa, type="totp", data={"secret": "TOPSECRET"})
    Authenticator.objects.create(
        user=world.rosa, type="recovery_codes", data={"seed": "SEED", "used_mask": 0b1111111111}
    )
    text = world.client("poon").get(reverse("firm:people")).content.decode()
    assert "Authenticator app" in text
    assert "No recovery codes left" in text
    assert "TOPSECRET" not in text
    assert "SEED" not in text


def test_an_invitation_is_confirmed_first_and_the_secretariat_is_told(world: World) -> None:
    client, data = world.client("poon"), {
        "email": "new@harbour.example", "name_en": "New Comer", "role": "contributor", "language": "en",
    }  # fmt: skip
    page = client.post(reverse("firm:invite"), data)
    assert page.status_code == 200
    assert "new@harbour.example" in page.content.decode()
    assert not Invitation.objects.exists()
    assert client.post(reverse("firm:invite"), data | {"confirmed": "1"}).status_code == 302
    assert MembershipOffer.objects.get().organisation == world.harbour
    assert told("members.firm_changed") == {"secretary"}
    assert [(one.kind, one.role_after) for one in changes_of(world)] == [("invited", "contributor")]


def test_a_wrong_address_comes_back_beside_its_field(world: World) -> None:
    page = world.client("poon").post(reverse("firm:invite"), {"email": world.mei.email, "name_en": "X",
        "role": "contributor", "language": "en", "confirmed": "1"})  # fmt: skip
    assert page.status_code == 422
    assert "already has an account" in page.content.decode()


def test_an_invitation_is_withdrawn_and_sent_again(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.invite(world.harbour, email="new@harbour.example", role=Role.CONTRIBUTOR, actor=world.viewer("poon"))
    first = MembershipOffer.objects.get()
    client = world.client("poon")
    assert client.post(reverse("firm:send_again", args=[first.pk])).status_code == 302
    second = MembershipOffer.objects.exclude(pk=first.pk).get()
    assert not Invitation.objects.get(pk=first.invitation_id).is_open
    assert second.invitation.is_open
    assert client.get(reverse("firm:withdraw", args=[first.pk])).status_code == 404
    assert client.post(reverse("firm:withdraw", args=[second.pk])).status_code == 302
    assert not Invitation.objects.get(pk=second.invitation_id).is_open


def test_a_role_is_changed_after_a_confirmation_and_the_person_is_told(world: World) -> None:
    client, url = world.client("poon"), reverse("firm:role", args=[seat(world, "rosa").pk])
    page = client.post(url, {"role": "alternate"})
    assert "Rosa" in page.content.decode()
    assert seat(world, "rosa").role == Role.CONTRIBUTOR
    assert client.post(url, {"role": "alternate", "confirmed": "1"}).status_code == 302
    assert viewer_for(world.fresh("rosa")).role == Role.ALTERNATE
    assert told("members.place_changed") == {"rosa"}
    assert told("members.firm_changed") == {"secretary"}


def test_a_last_day_in_the_past_is_said_on_the_form_itself(world: World) -> None:
    client, url = world.client("poon"), reverse("firm:end", args=[seat(world, "rosa").pk])
    past = (clock.today() - timedelta(days=7)).isoformat()
    page = client.post(url, {"last_day": past, "successor": seat(world, "mei").pk})
    text = page.content.decode()
    assert page.status_code == 422
    assert "The last day lies in the past" in text.split('id="id_last_day_error"')[1].split("</p>")[0]
    assert f'value="{past}"' in text
    assert "End this membership?" not in text
    assert f'value="{seat(world, "mei").pk}" selected' in text


def test_an_end_names_who_loses_access_and_who_takes_over(world: World) -> None:
    client, url = world.client("poon"), reverse("firm:end", args=[seat(world, "rosa").pk])
    page = client.post(url, {"successor": seat(world, "mei").pk}).content.decode()
    assert "Rosa" in page
    assert "Mei takes them over" in page
    assert client.post(url, {"successor": seat(world, "mei").pk, "confirmed": "1"}).status_code == 302
    assert viewer_for(world.fresh("rosa")) == PUBLIC


def test_nobody_else_acts_and_no_other_firm_is_reached(world: World) -> None:
    rosa, kalok = seat(world, "rosa").pk, seat(world, "kalok").pk
    assert world.client("mei").post(reverse("firm:end", args=[rosa]), {"confirmed": "1"}).status_code == 403
    assert world.client("poon").post(reverse("firm:end", args=[kalok]), {"confirmed": "1"}).status_code == 404
    assert world.client("poon").post(reverse("firm:end", args=[seat(world, "poon").pk])).status_code == 403


# --- objections --------------------------------------------------------------------------------------------------


def object_to(world: World, change: FirmChange, reason: str = "Not a person of this firm.") -> None:
    with acting_as(world.viewer("secretary")):
        workflow.object_to(change, actor=world.viewer("secretary"), reason=reason)


def test_an_objection_withdraws_an_open_invitation_and_the_coordinator_reads_why(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.invite(world.harbour, email="new@harbour.example", role=Role.CONTRIBUTOR, actor=world.viewer("poon"))
    object_to(world, changes_of(world)[0])
    assert not Invitation.objects.get().is_open
    assert told("members.objected") == {"poon"}
    assert "Not a person of this firm." in world.client("poon").get(reverse("firm:people")).content.decode()
    assert "Not a person of this firm." not in world.client("mei").get(reverse("firm:people")).content.decode()


def test_an_objection_to_an_invitation_that_was_taken_up_ends_the_membership(world: World) -> None:
    with acting_as(world.viewer("poon")):
        made = workflow.invite(
            world.harbour, email="new@harbour.example", role=Role.CONTRIBUTOR, actor=world.viewer("poon")
        )
    newcomer = person("new", world.harbour, Role.CONTRIBUTOR)
    Invitation.objects.filter(pk=made.pk).update(accepted_at=clock.now(), accepted_by=newcomer)
    object_to(world, changes_of(world)[0])
    assert viewer_for(newcomer) == PUBLIC


def test_a_change_of_capacities_alone_is_told_and_can_be_objected_to(world: World) -> None:
    poon, rosa = world.viewer("poon"), seat(world, "rosa")
    with acting_as(poon):
        workflow.change_role(rosa, actor=poon, capacities=["responsible_officer"])
    (change,) = changes_of(world)
    assert change.is_of_capacities
    assert (change.capacities_before, change.capacities_after) == ([], ["responsible_officer"])
    assert told("members.firm_changed") == {"secretary"}
    assert told("members.place_changed") == {"rosa"}
    page = world.client("poon").get(reverse("firm:people")).content.decode()
    assert "Responsible officer" in page[page.index('id="changes"') :]
    with acting_as(world.viewer("secretary")):
        workflow.object_to(change, actor=world.viewer("secretary"), reason="Not registered as one.")
    assert seat(world, "rosa").capacities == []


def test_a_form_that_changes_nothing_says_so(world: World) -> None:
    rosa = seat(world, "rosa")
    url = reverse("firm:role", args=[rosa.pk])
    answer = world.client("poon").post(url, {"role": rosa.role, "confirmed": "1"})
    assert answer.status_code == 422
    assert "nothing would change" in answer.content.decode()


def test_an_objection_puts_a_role_back(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.change_role(seat(world, "rosa"), role=Role.ALTERNATE, actor=world.viewer("poon"))
    object_to(world, changes_of(world)[0])
    assert viewer_for(world.fresh("rosa")).role == Role.CONTRIBUTOR


def test_an_objection_lets_a_membership_go_on(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.end_membership(seat(world, "rosa"), actor=world.viewer("poon"))
    assert viewer_for(world.fresh("rosa")) == PUBLIC
    object_to(world, changes_of(world)[0])
    assert viewer_for(world.fresh("rosa")).role == Role.CONTRIBUTOR


def test_an_objection_is_the_offices_needs_a_reason_and_comes_in_time_and_once(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.end_membership(seat(world, "rosa"), actor=world.viewer("poon"))
    change = changes_of(world)[0]
    for name in ("poon", "officer", "kalok"):
        with pytest.raises(Forbidden), acting_as(world.viewer(name)):
            workflow.object_to(change, actor=world.viewer(name), reason="No.")
    with pytest.raises(Refused) as refusal:
        object_to(world, change, reason=" ")
    assert refusal.value.field == "reason"
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(Refused):
        object_to(world, change)
    object_to(world, change)
    with pytest.raises(Refused):
        object_to(world, change)


def test_what_the_secretariat_does_itself_is_no_change_by_a_firm(world: World) -> None:
    with acting_as(world.viewer("secretary")):
        workflow.end_membership(seat(world, "rosa"), actor=world.viewer("secretary"))
    assert changes_of(world) == []


def test_the_secretariat_objects_on_a_page_that_names_who_is_affected(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.end_membership(seat(world, "rosa"), actor=world.viewer("poon"))
    change, url = changes_of(world)[0], reverse("admin:members_firmchange_changelist")
    data = {"action": "object", "_selected_action": [change.pk]}
    client = world.client("secretary")
    page = client.post(url, data).content.decode()
    assert "Rosa" in page
    assert "Poon" in page
    assert client.post(url, data | {"confirmed": "yes"}).status_code == 422
    assert client.post(url, data | {"confirmed": "yes", "reason": "She stays."}).status_code == 302
    assert viewer_for(world.fresh("rosa")).role == Role.CONTRIBUTOR


# --- what is told ------------------------------------------------------------------------------------------------

PARAMS = {
    "organisation_en": "Harbour (demo)", "organisation_zh_hant": "海港", "person_en": "Rosa", "person_zh_hant": "潔瑩",
    "role": "alternate", "last_day": "2026-12-01", "due_on": "2026-12-01", "count": 2, "is_over": False,
}  # fmt: skip
TOLD = [
    ("members.firm_changed", "invited", {"Harbour (demo)", "Rosa"}, {"海港", "潔瑩"}),
    ("members.firm_changed", "role_set", {"Rosa", "Alternate representative"}, {"潔瑩", "替任代表"}),
    ("members.firm_changed", "ended", {"Rosa", "1 Dec"}, {"潔瑩", "12月1日"}),
    ("members.objected", "invited", {"Rosa", "withdrawn"}, {"潔瑩"}),
    ("members.objected", "role_set", {"Rosa"}, {"潔瑩"}),
    ("members.objected", "ended", {"Rosa", "continues"}, {"潔瑩"}),
    ("members.place_changed", "role_set", {"Alternate representative"}, {"替任代表"}),
    ("members.place_changed", "ended", {"Harbour (demo)"}, {"海港"}),
    ("members.confirm_due", "", {"2 colleagues", "1 Dec"}, {"2名同事"}),
    ("members.confirm_due_office", "", {"2 people", "Harbour (demo)"}, {"海港"}),
    ("members.confirm_person", "", {"1 Dec"}, {"12月1日"}),
    ("members.last_coordinator_ends", "", {"Rosa", "Harbour (demo)"}, {"潔瑩"}),
]


@pytest.mark.parametrize(("kind", "change", "english", "chinese"), TOLD)
def test_each_message_says_who_and_what_in_the_readers_language(
    kind: str, change: str, english: set[str], chinese: set[str]
) -> None:
    spec = kinds.get(kind)
    for language, wanted in (("en", english), ("zh-hant", chinese)):
        with translation.override(language):
            title = spec.title(PARAMS | {"change": change}).replace("\xa0", " ")
        assert all(word in title for word in wanted), title
