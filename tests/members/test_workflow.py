from datetime import date

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from members import workflow
from members.enums import OrganisationKind, Role
from members.models import Membership
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.world import World

pytestmark = pytest.mark.django_db


def test_one_membership_at_a_time(world: World) -> None:
    with pytest.raises(Refused):
        workflow.appoint(world.mei, world.banyan, role=Role.CONTRIBUTOR, actor=None, starts_on=clock.today())


def test_a_role_belongs_to_its_kind_of_organisation(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        workflow.appoint(world.leaver, world.harbour, role=Role.CHAIR, actor=None, starts_on=clock.today())
    assert refusal.value.field == "role"


def test_one_chair_at_a_time(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=world.leaver, organisation=world.sfc, role=Role.CHAIR, starts_on=clock.today())


def test_a_coordinator_invites_colleagues_and_nobody_else(world: World) -> None:
    with acting_as(world.viewer("poon")):
        workflow.invite(world.harbour, email="c@harbour.example", role=Role.CONTRIBUTOR, actor=world.viewer("poon"))
    with pytest.raises(Forbidden):
        workflow.invite(world.banyan, email="c@banyan.example", role=Role.CONTRIBUTOR, actor=world.viewer("poon"))
    with pytest.raises(Forbidden):
        workflow.invite(world.harbour, email="d@harbour.example", role=Role.CONTRIBUTOR, actor=world.viewer("rosa"))


def test_a_policy_officer_does_not_keep_the_register(world: World) -> None:
    with pytest.raises(Forbidden):
        workflow.register_organisation(
            actor=world.viewer("officer"), key="new", kind=OrganisationKind.PLATFORM, name_en="New (demo)"
        )


def test_every_act_has_an_entry_with_its_actor(world: World) -> None:
    workflow.set_licence_status(
        world.kite, state="suspended", effective_on=date(2026, 11, 20), actor=world.viewer("secretary")
    )
    with acting_as(world.viewer("secretary")):
        entry = Entry.objects.filter(verb="members.licence_status_set").latest("recorded_at")
    assert (entry.actor_id, entry.object_label, entry.detail["state"]) == (
        world.secretary.pk,
        str(world.kite),
        "suspended",
    )


def test_a_ce_reference_has_three_letters_and_three_digits(world: World) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        workflow.register_organisation(
            actor=None, key="bad", kind=OrganisationKind.PLATFORM, name_en="Bad (demo)", ce_reference="BP1"
        )
