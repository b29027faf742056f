"""Who has a seat in a working group reads what is narrowed to it: given and ended by the office, never by oneself."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from members import workflow
from members.models import WorkingGroup, WorkingGroupMembership
from members.viewer import acting_as
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.consultations.conftest import make_paper
from tests.world import World


@pytest.fixture
def paper(world: World) -> Any:
    return make_paper(world, working_group=world.custody)


def seat_of(world: World, who: str) -> WorkingGroupMembership:
    return WorkingGroupMembership.objects.standing().get(group=world.custody, user=world.users[who])


def opens(world: World, who: str, paper: Any) -> int:
    return world.client(who).get(paper.get_absolute_url()).status_code


def act(world: World, who: str, verb: Any, *arguments: Any, **given: Any) -> Any:
    actor = world.viewer(who)
    with acting_as(actor):
        return verb(*arguments, actor=actor, **given)


def told(world: World, who: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(user=world.users[who], event__kind__startswith="members.seat").order_by("at")
    return [(one.event.kind, one.event.params.get("reason", "")) for one in rows.select_related("event")]


def test_a_seat_opens_the_group_and_its_end_closes_it(world: World, paper: Any) -> None:
    assert opens(world, "rosa", paper) == 404
    client = world.client("rosa")
    seat = act(world, "secretary", workflow.give_seat, world.custody, world.rosa.memberships.get())
    assert client.get(paper.get_absolute_url()).status_code == 200
    act(world, "secretary", workflow.end_seat, seat, reason="The group is smaller now.")
    # The session that was open included.
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert told(world, "rosa") == [("members.seat_given", ""), ("members.seat_ended", "The group is smaller now.")]
    convener = next(name for name, user in world.users.items() if user.pk == world.custody.convener_id)
    # A reason is for the person alone.
    assert told(world, convener) == [("members.seat_given", ""), ("members.seat_ended", "")]
    with acting_as(world.viewer("secretary")):
        verbs = set(Entry.objects.filter(verb__startswith="members.seat").values_list("verb", flat=True))
    assert verbs == {"members.seat_given", "members.seat_ended"}
    # And it can be given again.
    act(world, "secretary", workflow.give_seat, world.custody, world.rosa.memberships.get())
    assert opens(world, "rosa", paper) == 200


def test_nobody_lets_themself_in(world: World, paper: Any) -> None:
    with pytest.raises(Refused, match="Nobody gives themself a seat"):
        act(world, "secretary", workflow.give_seat, world.custody, world.secretary.memberships.get())
    assert opens(world, "secretary", paper) == 404


@pytest.mark.parametrize("who", ["mei", "poon", "officer", "fan"])
def test_only_the_office_gives_and_ends_seats(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        act(world, who, workflow.give_seat, world.custody, world.rosa.memberships.get())
    with pytest.raises(Forbidden):
        act(world, who, workflow.end_seat, seat_of(world, "kalok"), reason="No")
    with pytest.raises(Forbidden):
        act(world, who, workflow.form_working_group, key="x", convener=world.officer, name_en="X")
    with pytest.raises(Forbidden):
        act(world, who, workflow.amend_working_group, world.custody, convener=world.officer, name_en="X")


def test_who_has_a_seat_or_no_access_gets_none(world: World) -> None:
    with pytest.raises(Refused, match="has a seat"):
        act(world, "secretary", workflow.give_seat, world.custody, world.mei.memberships.get())
    with pytest.raises(Refused, match="no access"):
        act(world, "secretary", workflow.give_seat, world.custody, world.leaver.memberships.get())
    seat = seat_of(world, "mei")
    with pytest.raises(Refused, match="reason"):
        act(world, "secretary", workflow.end_seat, seat, reason="  ")
    act(world, "secretary", workflow.end_seat, seat, reason="Enough")
    with pytest.raises(Refused, match="has ended"):
        act(world, "secretary", workflow.end_seat, seat, reason="Enough")


def test_in_the_admin_site_a_group_is_formed_seated_and_emptied(world: World, paper: Any) -> None:
    client = world.client("secretary")
    typed = {"key": "tokens", "name_en": "Token listing", "name_zh_hant": "代幣", "name_zh_hans": ""}
    add = reverse("admin:members_workinggroup_add")
    answer = client.post(add, {**typed, "convener": "nobody@x.example"})
    assert answer.status_code == 200
    assert "Nobody who has access to the portal has this address." in answer.content.decode()
    assert "Token listing" in answer.content.decode()
    assert client.post(add, {**typed, "convener": world.officer.email}).status_code == 302
    group = WorkingGroup.objects.get(key="tokens")
    assert (group.convener_id, group.seats.count()) == (world.officer.pk, 0)
    assert "already exists" in client.post(add, {**typed, "convener": world.officer.email}).content.decode()
    seat = world.rosa.memberships.get()
    chosen = {"action": "give_seat", "_selected_action": [seat.pk]}
    members = reverse("admin:members_membership_changelist")
    page = client.post(members, chosen).content.decode()
    assert world.rosa.display_name in page
    assert "what was said there before as well" in page
    assert client.post(members, {**chosen, "confirmed": "yes", "group": group.pk}).status_code == 302
    row = group.seats.standing().get()
    assert row.user_id == world.rosa.pk
    seats = reverse("admin:members_workinggroupmembership_changelist")
    ending = {"action": "end_seats", "_selected_action": [row.pk], "confirmed": "yes"}
    assert client.post(seats, ending).status_code == 422
    assert client.post(seats, {**ending, "reason": "Done"}).status_code == 302
    assert not group.seats.standing().exists()
    change = reverse("admin:members_workinggroup_change", args=[group.pk])
    assert "Done" in client.get(seats).content.decode()
    assert world.rosa.display_name in client.get(change).content.decode()
    inline = {"seats-TOTAL_FORMS": "0", "seats-INITIAL_FORMS": "0"}
    renamed = {**typed, **inline, "name_en": "Listing", "convener": world.mei.email}
    assert client.post(change, renamed).status_code == 302
    group.refresh_from_db()
    assert (group.key, group.name_en, group.convener_id) == ("tokens", "Listing", world.mei.pk)


def test_two_at_once_give_one_seat_by_the_databases_own_rule(world: World) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingGroupMembership.objects.create(group=world.custody, user=world.mei, organisation=world.harbour)
    WorkingGroupMembership.objects.create(
        group=world.custody, user=world.mei, organisation=world.harbour, ended_at=clock.now() - timedelta(days=1)
    )
