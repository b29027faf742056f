"""The office sets periods, the portal proposes, a second person decides, and a legal hold wins."""

import re
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Invitation
from audit.models import Entry
from members import workflow
from members.models import DisposalProposal, LegalHold, RetentionRule
from members.retention import kinds
from members.viewer import acting_as
from notifications.models import Delivery, Event
from portal.common import clock
from portal.common.errors import Forbidden, Refused

LONG_AGO = timedelta(days=400)


@pytest.fixture
def office(world: Any) -> Any:
    """Old mail to Mei and to Ka-lok, an old invitation to Banyan, and a year's period for each kind."""
    then = clock.now() - LONG_AGO
    with acting_as(world.viewer("secretary")):
        for user in (world.mei, world.kalok):
            Delivery.objects.create(user=user, kind="digest", state="sent", created_at=then)
        Delivery.objects.create(user=world.mei, kind="digest", state="sent", created_at=clock.now())
        Delivery.objects.create(user=world.mei, kind="digest", state="failed", created_at=then)
        made = workflow.invite(
            world.banyan, email="nobody@banyan.example", role="contributor", actor=world.viewer("secretary")
        )
        Invitation.objects.filter(pk=made.pk).update(created_at=then, expires_at=then)
        for kind in ("notifications.delivery", "accounts.invitation"):
            workflow.set_retention(kind, days=365, basis="Decision of the office", actor=world.viewer("secretary"))
    return world


def _proposal(world: Any, kind: str) -> DisposalProposal:
    workflow.propose_disposals()
    with acting_as(world.viewer("chair")):
        return DisposalProposal.objects.get(kind=kind, state="proposed")


def test_no_period_is_invented_and_nothing_is_proposed_without_one(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        assert not RetentionRule.objects.exists()
    assert workflow.propose_disposals() == 0


def test_a_period_names_its_basis_and_is_set_by_the_office(world: Any) -> None:
    with acting_as(world.viewer("secretary")), pytest.raises(Refused, match="Name the decision"):
        workflow.set_retention("accounts.session", days=30, basis=" ", actor=world.viewer("secretary"))
    with acting_as(world.viewer("officer")), pytest.raises(Forbidden):
        workflow.set_retention("accounts.session", days=30, basis="Mine", actor=world.viewer("officer"))


def test_what_is_proposed_stays_until_a_second_person_approves(office: Any) -> None:
    proposal = _proposal(office, "notifications.delivery")
    assert (proposal.count, proposal.held) == (2, 0)
    assert workflow.propose_disposals() == 0  # one standing proposal of a kind
    with acting_as(office.viewer("secretary")):
        assert Delivery.objects.filter(kind="digest").count() == 4
        with pytest.raises(Refused, match="Somebody else"):
            workflow.approve_disposal(proposal, actor=office.viewer("secretary"))
    with acting_as(office.viewer("chair")):
        assert workflow.approve_disposal(proposal, actor=office.viewer("chair")) == 2
        # What failed, and what is younger than the period, stays.
        assert sorted(Delivery.objects.filter(kind="digest").values_list("state", flat=True)) == ["failed", "sent"]
        entry = Entry.objects.get(verb="members.disposal_approved")
        assert (entry.detail["disposed"], entry.detail["basis"]) == (2, "Decision of the office")


def test_an_invitation_is_forgotten_and_not_removed(office: Any) -> None:
    proposal = _proposal(office, "accounts.invitation")
    with acting_as(office.viewer("chair")):
        workflow.approve_disposal(proposal, actor=office.viewer("chair"))
        row = Invitation.objects.get(membership_offer__organisation=office.banyan)
    assert (row.email, row.name_en) == ("", "")
    assert row.invited_by is not None


@pytest.mark.parametrize(("held", "left"), [("organisation", ["kalok"]), ("person", ["kalok"]), ("subject", ["mei"])])
def test_a_legal_hold_wins_also_over_what_was_proposed_before_it(office: Any, held: str, left: list[str]) -> None:
    class Paper:
        def get_absolute_url(self) -> str:
            return "/consultations/cp-1/"

        def __str__(self) -> str:
            return "CP 1"

    with acting_as(office.viewer("secretary")):
        event = Event.objects.create(kind="digest", subject_id="1", url="/consultations/cp-1/thread/q1/")
        Delivery.objects.filter(user=office.mei, state="sent", created_at__lt=clock.now() - timedelta(days=9)).update(
            event=event
        )
    proposal = _proposal(office, "notifications.delivery")
    target = {"organisation": office.banyan, "person": office.kalok, "subject": Paper()}[held]
    with acting_as(office.viewer("secretary")):
        hold = workflow.place_hold(reason="Court order", actor=office.viewer("secretary"), **{held: target})
    with acting_as(office.viewer("chair")):
        assert workflow.approve_disposal(proposal, actor=office.viewer("chair")) == 1
        proposal.refresh_from_db()
        assert (proposal.disposed, proposal.held) == (1, 1)
        old = Delivery.objects.filter(state="sent", created_at__lt=clock.now() - timedelta(days=9))
        assert [row.user.email.split("@")[0] for row in old if row.user] == left
        workflow.lift_hold(hold, reason="The matter is closed", actor=office.viewer("chair"))
        assert kinds.free(kinds.BY_NAME["notifications.delivery"], proposal.cutoff).count() == 1


def test_a_changed_period_voids_what_was_proposed_under_the_old_one(office: Any) -> None:
    proposal = _proposal(office, "notifications.delivery")
    with acting_as(office.viewer("secretary")):
        workflow.set_retention(
            "notifications.delivery", days=3650, basis="A later decision", actor=office.viewer("secretary")
        )
    with acting_as(office.viewer("chair")), pytest.raises(Refused, match="period has been changed"):
        workflow.approve_disposal(proposal, actor=office.viewer("chair"))


def test_the_admin_site_names_whose_data_goes_and_asks(office: Any) -> None:
    proposal = _proposal(office, "accounts.invitation")
    client = office.client("chair")
    form = {"action": "approve", "_selected_action": [str(proposal.pk)]}
    page = client.post("/admin/members/disposalproposal/", form)
    words = page.content.decode()
    assert "<b>nobody@banyan.example</b>" in words
    assert re.search(r"<b>\d+ records?</b><span>Invitations that nobody took up</span>", words), "how many go"
    client.post("/admin/members/disposalproposal/", form | {"confirmed": "yes"})
    with acting_as(office.viewer("chair")):
        assert DisposalProposal.objects.get(pk=proposal.pk).state == "approved"


def test_holds_and_periods_are_kept_in_the_admin_site(world: Any) -> None:
    client = world.client("secretary")
    said = {"organisation": str(world.kite.pk), "person": "", "reason": "Court order"}
    both = client.post("/admin/members/legalhold/add/", said | {"person": world.mei.email})
    assert "not both" in both.content.decode()
    unknown = client.post("/admin/members/legalhold/add/", said | {"organisation": "", "person": "no@body.example"})
    assert "Nobody has this address" in unknown.content.decode()
    assert client.post("/admin/members/legalhold/add/", said).status_code == 302
    rule = {"kind": "accounts.session", "days": "90", "basis": ""}
    assert "Name the decision" in client.post("/admin/members/retentionrule/add/", rule).content.decode()
    assert client.post("/admin/members/retentionrule/add/", rule | {"basis": "Decision 7"}).status_code == 302
    with acting_as(world.viewer("secretary")):
        hold = LegalHold.objects.get()
        assert RetentionRule.objects.get().days == 90
    lift = {"action": "lift", "_selected_action": [str(hold.pk)], "confirmed": "yes"}
    assert client.post("/admin/members/legalhold/", lift).status_code == 422  # without a reason
    assert client.post("/admin/members/legalhold/", lift | {"reason": "Closed"}).status_code == 302
    page = client.get("/admin/members/retentionrule/").content.decode()
    assert "Sessions that are over" in page
