"""Somebody leaves: access closes, what was open goes to a colleague unread, what was posted stays theirs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from audit.models import Entry
from consultations import workflow as consulting
from consultations.models import Comment, CommentDraft, Consultation, Response
from consultations.workflow.drafts import Spot
from meetings import workflow as meeting
from meetings.models import Action, Meeting, Minutes
from members import tasks, workflow
from members.enums import Role
from members.models import HandOver, Membership
from members.reach import everything
from members.viewer import PUBLIC, acting_as, viewer_for
from notifications.models import Notice
from portal.common import clock
from portal.common.errors import Refused
from tests.consultations.conftest import make_paper, say
from tests.members.test_terms import days, noon, refused, seat
from tests.world import World, person

pytestmark = pytest.mark.django_db

SECRET = "What Harbour has not said yet"


@pytest.fixture
def paper(world: World) -> Consultation:
    with clock.at(noon(days(0))):
        return make_paper(world, opens=timedelta(days=-4), closes=timedelta(days=30))


def write(
    paper: Consultation, world: World, who: str, body: str = SECRET, anchor: str = "paper", **fields: Any
) -> None:
    actor = world.viewer(who)
    with acting_as(actor):
        found = Consultation.objects.visible_to(actor).get(pk=paper.pk)
        spot = Spot(found, anchor, fields.pop("parent", None), fields.pop("edits", None))
        assert consulting.save_draft(spot, actor=actor, body=body, **fields)


def drafts(world: World, who: str) -> list[str]:
    actor = world.viewer(who)
    with acting_as(actor):
        return sorted(CommentDraft.objects.visible_to(actor).values_list("body", flat=True))


def end(world: World, who: str, name: str, **given: Any) -> None:
    actor = world.viewer(who)
    with acting_as(actor):
        workflow.end_membership(seat(world, name), actor=actor, **given)


def told(kind: str) -> set[int | None]:
    return set(Notice.objects.filter(event__kind=kind).values_list("user", flat=True))


def owe(world: World, who: str, number: str, **fields: Any) -> Action:
    actor = world.viewer("secretary")
    with acting_as(actor):
        return meeting.add_action(
            actor=actor,
            organisation=world.sfc,
            number=number,
            text="Send the figures",
            due=days(20),
            side="platform",
            owner_user=world.users[who],
            **fields,
        )


def owner_of(action: Action) -> Any:
    with acting_as(everything()):
        return Action.objects.get(pk=action.pk).owner_user


def test_drafts_and_actions_go_to_the_successor_and_what_was_posted_stays(world: World, paper: Consultation) -> None:
    posted = say(paper, world, "rosa", "Said already")
    write(paper, world, "rosa")
    open_one, done = owe(world, "rosa", "C-1"), owe(world, "rosa", "C-2")
    with acting_as(world.viewer("secretary")):
        meeting.update_action(done, actor=world.viewer("secretary"), state="done")
    end(world, "poon", "rosa", successor=seat(world, "mei"))
    assert viewer_for(world.rosa) == PUBLIC
    assert world.client("rosa").get("/").status_code == 403
    assert drafts(world, "mei") == [SECRET]
    assert owner_of(open_one) == world.mei
    assert owner_of(done) == world.rosa
    with acting_as(world.viewer("kalok")):
        assert Comment.objects.get(pk=posted.pk).author == world.rosa
    assert told("members.handed_over") == {world.mei.pk}
    assert told("members.work_remains") == set()


@pytest.mark.parametrize("who", ["poon", "secretary"])
def test_who_ends_a_membership_reads_no_draft_on_the_way(world: World, paper: Consultation, who: str) -> None:
    write(paper, world, "rosa")
    actor = world.viewer(who)
    with acting_as(actor):
        queries: list[str] = []

        def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            queries.append(str(sql))
            assert not (isinstance(sql, str) and "commentdraft" in sql and sql.lstrip().startswith("SELECT")), sql
            return execute(sql, params, many, context)

        with connection.execute_wrapper(look):
            workflow.end_membership(seat(world, "rosa"), actor=actor, successor=seat(world, "mei"))
        assert CommentDraft.objects.count() == 0
        assert not any(SECRET in one for one in queries)
    assert drafts(world, "mei") == [SECRET]


def test_nobody_but_the_function_gives_a_draft_to_somebody_else(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    with acting_as(world.viewer("poon")):
        assert CommentDraft.objects.filter(author=world.rosa).update(author=world.poon) == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT moved, kept FROM consultations_hand_over(%s)", [0])
            assert cursor.fetchone() == (0, 0)
    assert drafts(world, "rosa") == [SECRET]


def test_without_a_successor_nothing_is_lost_and_one_may_be_named_later(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    action = owe(world, "rosa", "C-1")
    end(world, "secretary", "rosa")
    assert told("members.work_remains") == {world.poon.pk}
    assert owner_of(action) == world.rosa
    poon = world.viewer("poon")
    with acting_as(poon):
        workflow.name_successor(seat(world, "rosa"), successor=seat(world, "poon"), actor=poon)
    assert drafts(world, "poon") == [SECRET]
    assert owner_of(action) == world.poon
    assert told("members.handed_over") == {world.poon.pk}


def test_a_later_last_day_hands_over_when_it_has_passed_and_once(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    end(world, "poon", "rosa", last_day=days(4), successor=seat(world, "mei"))
    assert tasks.hand_over() == 0
    with clock.at(noon(days(4))):
        assert tasks.hand_over() == 0
        assert drafts(world, "rosa") == [SECRET]
    with clock.at(noon(days(5))):
        assert viewer_for(world.rosa) == PUBLIC
        assert tasks.hand_over() == 1
        assert drafts(world, "mei") == [SECRET]
        assert tasks.hand_over() == 0
    assert Notice.objects.filter(event__kind="members.handed_over").count() == 1


def test_a_term_that_runs_out_by_itself_tells_the_coordinator(world: World, paper: Consultation) -> None:
    world.users["temp"] = person("temp", world.harbour, Role.CONTRIBUTOR, ends_on=days(2))
    write(paper, world, "temp")
    with clock.at(noon(days(3))):
        assert tasks.hand_over() == 1
        assert tasks.hand_over() == 0
    assert told("members.work_remains") == {world.poon.pk}


def test_a_change_of_role_hands_nothing_over(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    poon = world.viewer("poon")
    with acting_as(poon):
        workflow.change_role(seat(world, "rosa"), role=Role.ALTERNATE, actor=poon)
    assert tasks.hand_over() == 0
    assert drafts(world, "rosa") == [SECRET]


def test_a_successor_who_has_left_too_is_none(world: World, paper: Consultation) -> None:
    world.users["next"] = person("next", world.harbour, Role.CONTRIBUTOR)
    write(paper, world, "rosa")
    end(world, "poon", "rosa", last_day=days(4), successor=seat(world, "next"))
    end(world, "poon", "next", last_day=days(3))
    with clock.at(noon(days(5))):
        tasks.hand_over()
        assert told("members.work_remains") == {world.poon.pk}
        assert told("members.handed_over") == set()


@pytest.mark.parametrize("name", ["rosa", "kalok", "leaver"])
def test_the_successor_is_a_colleague_who_stays(world: World, name: str) -> None:
    with refused("successor"):
        end(world, "secretary", "rosa", successor=seat(world, name))
    assert viewer_for(world.rosa).is_platform


def test_two_drafts_at_one_place_stand_below_one_another_for_the_narrower_readers(
    world: World, paper: Consultation
) -> None:
    write(paper, world, "rosa", audience="organisation")
    write(paper, world, "mei", "Mine", audience="group")
    write(paper, world, "rosa", "Elsewhere", anchor="q1")
    end(world, "poon", "rosa", successor=seat(world, "mei"))
    assert drafts(world, "mei") == ["Elsewhere", f"Mine\n\n{SECRET}"]
    with acting_as(world.viewer("mei")):
        assert CommentDraft.objects.get(body__startswith="Mine").audience == "organisation"


def test_the_new_text_of_a_posted_comment_becomes_an_answer_to_it(world: World, paper: Consultation) -> None:
    posted = say(paper, world, "rosa", "Said already")
    write(paper, world, "rosa", edits=posted)
    end(world, "poon", "rosa", successor=seat(world, "mei"))
    with acting_as(world.viewer("mei")):
        draft = CommentDraft.objects.get()
    assert (draft.parent_id, draft.edits_id) == (posted.pk, None)


def test_what_the_successor_cannot_read_stays(world: World) -> None:
    """Mei sits in the custody group, Rosa does not."""
    with clock.at(noon(days(0))):
        inside = make_paper(
            world, key="inside", working_group=world.custody, opens=timedelta(days=-4), closes=timedelta(days=30)
        )
    write(inside, world, "mei")
    end(world, "secretary", "mei", successor=seat(world, "rosa"))
    assert drafts(world, "rosa") == []
    assert told("members.work_remains") == {world.poon.pk}


def test_drafts_of_a_former_firm_do_not_go_to_the_new_ones_people(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    end(world, "poon", "rosa")
    with clock.at(noon(days(1))):
        workflow.appoint(world.rosa, world.banyan, role=Role.ALTERNATE, actor=None, starts_on=clock.today())
        write(paper, world, "rosa", "For Banyan", anchor="q1")
        end(world, "eva", "rosa", last_day=clock.today(), successor=seat(world, "kalok"))
    with clock.at(noon(days(2))):
        assert tasks.hand_over() == 1
        assert drafts(world, "kalok") == ["For Banyan"]
        former = Membership.objects.get(user=world.rosa, organisation=world.harbour)
        with acting_as(world.viewer("poon")):
            workflow.name_successor(former, successor=seat(world, "mei"), actor=world.viewer("poon"))
        assert drafts(world, "mei") == [SECRET]


@pytest.mark.parametrize(("successor", "signs"), [("alt", True), ("poon", False)])
def test_work_on_a_response_goes_on_and_only_a_representative_signs(
    world: World, paper: Consultation, successor: str, signs: bool
) -> None:
    world.users["alt"] = person("alt", world.harbour, Role.ALTERNATE)
    mei = world.viewer("mei")
    with acting_as(mei):
        response = consulting.record_response(paper, actor=mei, drafter=world.mei, signatory=world.mei)
        question = paper.questions.get(number="1")
        consulting.record_answer(
            response, question, actor=mei, body="Yes", stage="drafting", drafted_by=world.mei, assigned_to=world.mei
        )
    end(world, "secretary", "mei", successor=seat(world, successor))
    with acting_as(world.viewer(successor)):
        found = Response.objects.get()
        answer = found.answers.get()
    taker = world.users[successor]
    assert (found.drafter, found.signatory) == (taker, taker if signs else world.mei)
    assert (answer.assigned_to, answer.drafted_by) == (taker, world.mei)
    assert (told("members.work_remains") == set()) is signs


def test_an_officer_hands_over_the_papers_until_they_are_concluded(world: World, paper: Consultation) -> None:
    end(world, "secretary", "officer", successor=seat(world, "colleague"))
    with acting_as(everything()):
        assert Consultation.objects.get(pk=paper.pk).lead == world.colleague


def planned(world: World, number: int, when: datetime, chair: str = "officer", **fields: Any) -> Meeting:
    actor = world.viewer("secretary")
    with acting_as(everything()):
        return meeting.create_meeting(
            actor=actor, organisation=world.sfc, key=f"m{number}", number=number, chair=world.users[chair],
            starts_at=when, ends_at=when + timedelta(hours=2), title_en=f"Meeting {number}", **fields,
        )  # fmt: skip


def chair_of(row: Meeting) -> Any:
    with acting_as(everything()):
        return Meeting.objects.get(pk=row.pk).chair


def test_an_officer_hands_over_the_chair_of_planned_meetings_and_open_minutes(world: World) -> None:
    draft, noticed = planned(world, 21, noon(days(5))), planned(world, 22, noon(days(9)))
    begun, others = planned(world, 23, noon(days(-3))), planned(world, 24, noon(days(9)), chair="chair")
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        meeting.issue_notice(noticed, actor=secretary)
        open_one = Minutes.objects.create(
            meeting=begun, organisation=world.sfc, audience="group", taken_by=world.officer, state="draft"
        )
    end(world, "secretary", "officer", successor=seat(world, "colleague"))
    assert [chair_of(row) for row in (draft, noticed, begun, others)] == [
        world.colleague, world.colleague, world.officer, world.chair
    ]  # fmt: skip
    with acting_as(everything()):
        assert Minutes.objects.get(pk=open_one.pk).taken_by == world.colleague
    with acting_as(secretary):
        verbs = set(Entry.objects.filter(verb__endswith="handed_over").values_list("verb", flat=True))
    assert {"meetings.chair_handed_over", "meetings.minutes_handed_over"} <= verbs
    assert told("members.handed_over") == {world.colleague.pk}


def test_a_planned_meeting_without_a_successor_waits_and_the_secretariat_is_told(world: World) -> None:
    row = planned(world, 21, noon(days(5)))
    end(world, "secretary", "officer")
    assert chair_of(row) == world.officer
    assert told("members.work_remains") == {world.secretary.pk}
    with acting_as(world.viewer("secretary")):
        workflow.name_successor(
            seat(world, "officer"), successor=seat(world, "colleague"), actor=world.viewer("secretary")
        )
    assert chair_of(row) == world.colleague


def test_a_working_groups_meeting_goes_only_to_a_member_of_it(world: World) -> None:
    row = planned(world, 21, noon(days(5)), working_group=world.custody)
    end(world, "secretary", "officer", successor=seat(world, "admin"))
    assert chair_of(row) == world.officer
    assert told("members.work_remains") == {world.secretary.pk}


def test_the_regulator_does_not_learn_what_a_firm_has_in_hand(world: World, paper: Consultation) -> None:
    write(paper, world, "rosa")
    end(world, "secretary", "rosa", successor=seat(world, "mei"))
    for name, count in (("secretary", 0), ("kalok", 0), ("fan", 0), ("poon", 1)):
        actor = world.viewer(name)
        with acting_as(actor):
            assert HandOver.objects.visible_to(actor).count() == HandOver.objects.count() == count, name


def test_a_membership_that_runs_has_no_successor(world: World) -> None:
    poon = world.viewer("poon")
    with acting_as(poon), pytest.raises(Refused):
        workflow.name_successor(seat(world, "rosa"), successor=seat(world, "mei"), actor=poon)
