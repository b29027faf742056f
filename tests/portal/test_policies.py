"""Every rule of every policies.py for every role, against tables written by hand. No database: rules are functions.

Mutation testing (docs/mutation.md) runs these for each changed line of the rules, so each rule is asked on both sides
of its every condition.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from consultations import policies as consultations
from consultations.models import Comment, Consultation, Response
from documents import policies as documents
from documents.models import Version
from initiatives import policies as initiatives
from meetings import policies as meetings
from meetings.models import Action, Attendance, Interest, Meeting, Minutes, Paper
from members import policies as members
from members.audience import Audience
from members.enums import OrganisationKind, Role
from members.models import Membership, Organisation, Override
from members.viewer import PUBLIC, Viewer
from portal.common.errors import Forbidden

SFC = Organisation(pk=9, kind=OrganisationKind.REGULATOR, name_en="SFC")
HARBOUR = Organisation(pk=1, kind=OrganisationKind.PLATFORM, name_en="Harbour")
BANYAN = Organisation(pk=2, kind=OrganisationKind.PLATFORM, name_en="Banyan")
BUREAU = Organisation(pk=15, kind=OrganisationKind.AGENCY, name_en="Bureau")


def viewer(number: int, organisation: Organisation, role: str, team: str = "", groups: tuple[int, ...] = ()) -> Viewer:
    user = User(pk=number, name_en=f"Person {number}")
    membership = Membership(pk=number, user=user, organisation=organisation, role=role, team=team)
    return Viewer(number, organisation.pk, organisation.kind, role, groups, membership)


PEOPLE = {
    "public": PUBLIC,
    "chair": viewer(10, SFC, Role.CHAIR),
    "secretariat": viewer(11, SFC, Role.SECRETARIAT, "Secretariat"),
    "officer": viewer(12, SFC, Role.POLICY_OFFICER, "Policy team 2"),
    "administrator": viewer(13, SFC, Role.ADMINISTRATOR),
    "principal": viewer(20, HARBOUR, Role.PRINCIPAL),
    "alternate": viewer(21, HARBOUR, Role.ALTERNATE),
    "contributor": viewer(22, HARBOUR, Role.CONTRIBUTOR),
    "coordinator": viewer(23, HARBOUR, Role.COORDINATOR),
    "rival": viewer(30, BANYAN, Role.PRINCIPAL),
    "observer": viewer(40, BUREAU, Role.OBSERVER),
    # Roles of the regulator in the hands of somebody else's: the role alone opens nothing.
    "false chair": viewer(50, BANYAN, Role.CHAIR),
    "false secretariat": viewer(51, BUREAU, Role.SECRETARIAT),
    "false officer": viewer(52, BANYAN, Role.POLICY_OFFICER),
    "false administrator": viewer(53, BANYAN, Role.ADMINISTRATOR),
    # And a firm's role at the regulator.
    "false principal": viewer(54, SFC, Role.PRINCIPAL),
    "false coordinator": viewer(55, SFC, Role.COORDINATOR),
}
STAFF = {"chair", "secretariat", "officer", "administrator", "false principal", "false coordinator"}
HARBOURS = {"principal", "alternate", "contributor", "coordinator"}
PLATFORMS = HARBOURS | {"rival", "false chair", "false officer", "false administrator"}
MEMBERS = STAFF | PLATFORMS | {"observer", "false secretariat"}
OFFICE = {"chair", "secretariat"}
ANSWERING = {"principal", "alternate", "coordinator"}
PAPER = {"chair", "secretariat", "officer"}
KEEPERS = {"chair", "secretariat", "administrator"}

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)


def allowed(rule: Any, *arguments: Any) -> set[str]:
    """Who may, by name. A rule says True or False and nothing else."""
    answers = {name: rule(who, *arguments) for name, who in PEOPLE.items()}
    assert all(isinstance(answer, bool) for answer in answers.values()), answers
    return {name for name, answer in answers.items() if answer}


def test_require_raises_unless_allowed() -> None:
    members.require(True)
    with pytest.raises(Forbidden):
        members.require(False)


# --- members -----------------------------------------------------------------------------------------------------


def test_members() -> None:
    assert allowed(members.can_enter_admin) == STAFF
    assert allowed(members.can_keep_register) == KEEPERS
    assert allowed(members.can_see_people) == MEMBERS
    assert allowed(members.can_invite, HARBOUR) == KEEPERS | {"coordinator"}
    assert allowed(members.can_invite, BANYAN) == KEEPERS
    assert allowed(members.can_invite, SFC) == KEEPERS
    # Neighbours of their own number are as foreign as any other.
    for number in (0, 3):
        assert allowed(members.can_invite, Organisation(pk=number, kind=OrganisationKind.PLATFORM)) == KEEPERS
    # An id that is equal and not the same object, as it comes from the database.
    big = Organisation(pk=int("1000"), kind=OrganisationKind.PLATFORM)
    assert members.can_invite(Viewer(5, int("1000"), "platform", Role.COORDINATOR), big)


def test_nobody_ends_their_own_membership() -> None:
    for name in ("secretariat", "coordinator"):
        own = PEOPLE[name].membership
        assert own is not None
        assert not members.can_end_membership(PEOPLE[name], own)
    colleague = PEOPLE["principal"].membership
    assert colleague is not None
    assert allowed(members.can_end_membership, colleague) == KEEPERS | {"coordinator"}


# --- documents, initiatives --------------------------------------------------------------------------------------


def test_overrides_and_openings() -> None:
    sun = Viewer(60, 9, "supervision", Role.SUPERVISION)
    asked = Override(officer_id=60, asked_by_id=61, organisation=HARBOUR)
    assert allowed(members.can_ask_for_override) == set()
    assert members.can_ask_for_override(sun)
    assert allowed(members.decides_overrides) == OFFICE
    assert allowed(members.can_decide_override, asked) == OFFICE
    # The chair, once in supervision, asked for it or was to read.
    for own in ({"officer_id": 10}, {"asked_by_id": 10}):
        row = Override(**{"officer_id": 60, "asked_by_id": 61, "organisation": HARBOUR, **own})
        assert allowed(members.can_decide_override, row) == {"secretariat"}
    assert not members.can_decide_override(Viewer(62, 9, "supervision", Role.CHAIR), asked)
    assert allowed(members.can_end_override, asked) == OFFICE
    ends = {number for number in (60, 61, 62) if members.can_end_override(replace(sun, user_id=number), asked)}
    assert ends == {60, 61}
    assert allowed(members.can_see_overrides) == PLATFORMS | KEEPERS
    assert members.can_see_overrides(sun)
    assert allowed(members.can_see_openings) == PLATFORMS | KEEPERS
    assert not members.can_see_openings(sun)
    assert allowed(members.can_see_readers_names) == KEEPERS
    assert not members.can_see_readers_names(sun)


def test_documents() -> None:
    assert allowed(documents.can_browse) == MEMBERS
    assert allowed(documents.can_file) == PAPER
    assert allowed(documents.can_record_scan) == PAPER
    assert documents.can_record_scan(None)
    assert allowed(documents.can_download, Version(scan_state="clean")) == PEOPLE.keys()
    for state in ("pending", "infected", "error"):
        assert allowed(documents.can_download, Version(scan_state=state)) == set()


def test_initiatives() -> None:
    assert allowed(initiatives.can_keep_roadmap) == PAPER
    assert initiatives.UPDATE_AUDIENCES == (Audience.REGULATOR, Audience.GROUP, Audience.PUBLIC)


# --- meetings ----------------------------------------------------------------------------------------------------


def test_meetings() -> None:
    officer, chairing = PEOPLE["officer"], Meeting(chair_id=12)
    assert allowed(meetings.can_browse) == MEMBERS
    assert allowed(meetings.is_office) == OFFICE
    assert allowed(meetings.can_create) == OFFICE
    assert allowed(meetings.can_run, Meeting(chair_id=99)) == OFFICE
    assert allowed(meetings.can_run, chairing) == OFFICE | {"officer"}
    for number in (9, 16):
        assert allowed(meetings.can_run, Meeting(chair_id=number)) == OFFICE
        assert allowed(meetings.can_clear_late_item, Meeting(chair_id=number)) == {"chair"}
    # A convener of the past who is at a firm now, by user id.
    assert allowed(meetings.can_run, Meeting(chair_id=20)) == OFFICE
    assert allowed(meetings.can_clear_late_item, Meeting(chair_id=99)) == {"chair"}
    assert allowed(meetings.can_clear_late_item, chairing) == {"chair", "officer"}
    assert allowed(meetings.can_clear_late_item, Meeting(chair_id=20)) == {"chair"}
    assert allowed(meetings.can_decide_interest, Interest(meeting=chairing)) == {"chair", "officer"}
    assert meetings.can_run(officer, Meeting(chair_id=int("12")))


def test_papers_of_meetings() -> None:
    meeting = Meeting(chair_id=99)
    assert allowed(meetings.can_file_paper, Paper(meeting=meeting, author_id=13)) == OFFICE | {"administrator"}
    for number in (9, 16, 20, 70):
        assert allowed(meetings.can_file_paper, Paper(meeting=meeting, author_id=number)) == OFFICE


def test_replies_and_interests() -> None:
    meeting = Meeting(chair_id=99)
    asked = Attendance(meeting=meeting, user_id=20, is_invited=True)
    assert allowed(meetings.can_reply, asked) == OFFICE | {"principal"}
    assert allowed(meetings.can_reply, Attendance(meeting=meeting, user_id=20, is_invited=False)) == set()
    assert allowed(meetings.can_declare, meeting, 40) == OFFICE | {"observer"}
    for number in (5, 70):
        assert allowed(meetings.can_declare, meeting, number) == OFFICE
        asked = Attendance(meeting=meeting, user_id=number, is_invited=True)
        assert allowed(meetings.can_reply, asked) == OFFICE
    assert not meetings.can_declare(Viewer(user_id=40), meeting, 40), "whose access has ended"


def test_minutes_and_actions() -> None:
    meeting = Meeting(chair_id=12)
    assert allowed(meetings.can_write_minutes, Minutes(meeting=meeting, state="draft")) == OFFICE | {"officer"}
    assert allowed(meetings.can_write_minutes, Minutes(meeting=meeting, state="draft_for_comment")) == OFFICE | {
        "officer"
    }
    assert allowed(meetings.can_write_minutes, Minutes(meeting=meeting, state="confirmed")) == set()
    assert allowed(meetings.can_keep_action, Action(owner_user_id=12)) == OFFICE | {"officer"}
    for number in (9, 16, 20, 70):
        assert allowed(meetings.can_keep_action, Action(owner_user_id=number)) == OFFICE
    assert allowed(meetings.can_keep_action, Action()) == OFFICE


# --- consultations -----------------------------------------------------------------------------------------------


def paper(audience: str = Audience.GROUP, **dates: datetime | None) -> Consultation:
    standing: dict[str, Any] = {"released_at": BEFORE, "opens_at": BEFORE, "closes_at": AFTER}
    return Consultation(pk=7, audience=audience, organisation_id=9, organisation=SFC, **{**standing, **dates})


def comment(
    author: str, audience: str, organisation: Organisation | None = None, parent: Comment | None = None, **more: Any
) -> Comment:
    who = PEOPLE[author]
    owner = organisation or who.organisation
    return Comment(
        author_id=who.user_id, membership=who.membership, audience=audience, organisation=owner, parent=parent, **more
    )


def test_reading_a_comment() -> None:
    for audience, readers in (
        (Audience.PUBLIC, set(PEOPLE)),
        (Audience.GROUP, MEMBERS),
        (Audience.REGULATOR, STAFF),
        (Audience.SHARED, STAFF | HARBOURS),
        (Audience.ORGANISATION, HARBOURS),
    ):
        assert allowed(consultations.can_read, comment("principal", audience)) == readers
    kept = comment("principal", Audience.GROUP, working_group_id=3)
    assert allowed(consultations.can_read, kept) == set()
    assert consultations.can_read(viewer(70, SFC, Role.POLICY_OFFICER, groups=(2, 3)), kept)
    assert not consultations.can_read(viewer(70, SFC, Role.POLICY_OFFICER, groups=(2, 4)), kept)
    # The public has no organisation, and so owns nothing that has none.
    assert not consultations.can_read(PUBLIC, Comment(audience=Audience.ORGANISATION))
    assert not consultations.can_read(PUBLIC, Comment(audience=Audience.SHARED))


def test_papers() -> None:
    assert allowed(consultations.can_write) == STAFF | PLATFORMS
    assert allowed(consultations.can_run) == PAPER
    assert allowed(consultations.can_run, paper()) == PAPER
    assert allowed(consultations.can_extend) == OFFICE
    assert allowed(consultations.can_keep_calendar) == OFFICE
    assert allowed(consultations.can_weigh_deadlines) == STAFF
    assert allowed(consultations.can_see_calendar) == MEMBERS
    assert allowed(consultations.can_conclude) == PAPER


@pytest.mark.parametrize(
    ("dates", "until", "now", "open_"),
    [
        ({}, AFTER, NOW, True),
        ({}, AFTER, BEFORE, True),  # from the moment on at which it opens
        ({}, AFTER, BEFORE - timedelta(seconds=1), False),
        ({}, AFTER, AFTER, False),  # and until the moment at which it closes
        ({}, AFTER, AFTER - timedelta(seconds=1), True),
        ({}, AFTER, AFTER + timedelta(seconds=1), False),
        ({}, None, NOW, False),
        ({"released_at": None}, AFTER, NOW, False),
        ({"opens_at": None}, AFTER, NOW, False),
        ({"withdrawn_at": BEFORE}, AFTER, NOW, False),
        ({"withdrawn_at": NOW}, AFTER, NOW, False),
        ({"withdrawn_at": AFTER}, AFTER, NOW, True),
        ({"concluded_at": BEFORE}, AFTER, NOW, False),
        ({"concluded_at": NOW}, AFTER, NOW, False),
        ({"concluded_at": AFTER}, AFTER, NOW, True),
    ],
)
def test_comments_are_taken_while_the_paper_is_open(
    dates: dict[str, datetime | None], until: datetime | None, now: datetime, open_: bool
) -> None:
    expected = STAFF | PLATFORMS if open_ else set()
    assert allowed(consultations.can_comment, paper(**dates), until, now) == expected


def test_who_owns_a_comment() -> None:
    asked, internal = comment("principal", Audience.SHARED), comment("officer", Audience.REGULATOR)
    owner = consultations.owner_for
    assert owner(PEOPLE["principal"], Audience.SHARED, None) == 1
    assert owner(PEOPLE["rival"], Audience.GROUP, asked) == 2
    assert owner(PEOPLE["officer"], Audience.SHARED, asked) == 1
    assert owner(PEOPLE["officer"], Audience.GROUP, asked) == 9
    assert owner(PEOPLE["officer"], Audience.SHARED, None) is None
    assert owner(PEOPLE["officer"], Audience.SHARED, internal) is None
    assert owner(PEOPLE["officer"], Audience.SHARED, comment("principal", Audience.SHARED, BUREAU)) is None


def test_which_readers_a_writer_may_choose() -> None:
    may = consultations.audiences_for
    organisation, shared, regulator, group = (
        Audience.ORGANISATION, Audience.SHARED, Audience.REGULATOR, Audience.GROUP,
    )  # fmt: skip
    for name in ("public", "observer"):
        assert may(PEOPLE[name], paper()) == []
    assert may(PEOPLE["principal"], paper()) == [organisation, shared, group]
    assert may(PEOPLE["principal"], paper(Audience.PUBLIC)) == [organisation, shared, group]
    assert may(PEOPLE["officer"], paper()) == [regulator, group]
    asked = comment("principal", shared)
    assert may(PEOPLE["officer"], paper(), asked) == [regulator, shared]
    assert may(PEOPLE["principal"], paper(), asked) == [organisation, shared]
    assert may(PEOPLE["rival"], paper(), asked) == []
    assert may(PEOPLE["principal"], paper(), comment("contributor", organisation)) == [organisation]
    assert may(PEOPLE["officer"], paper(), comment("officer", regulator)) == [regulator]


def test_edits_and_withdrawals() -> None:
    own, other = comment("principal", Audience.GROUP), comment("contributor", Audience.ORGANISATION)
    assert allowed(consultations.is_author, own) == {"principal"}
    assert allowed(consultations.is_author, Comment()) == set(), "nobody is the author of what has none"
    for number in (5, 19, 70):
        foreign = Comment(author_id=number, audience=Audience.GROUP)
        assert allowed(consultations.is_author, foreign) == allowed(consultations.can_edit, foreign) == set()
    assert allowed(consultations.can_edit, own) == {"principal"}
    gone = comment("principal", Audience.GROUP, withdrawn_at=BEFORE)
    assert allowed(consultations.can_edit, gone) == set()
    assert allowed(consultations.can_withdraw, own) == ANSWERING | OFFICE
    assert allowed(consultations.can_withdraw, other) == {"contributor"}, "a firm's own note is its author's"
    assert allowed(consultations.can_withdraw, gone) == set()
    observed = comment("observer", Audience.GROUP)
    assert allowed(consultations.can_edit, observed) == set()
    assert allowed(consultations.can_withdraw, observed) == OFFICE
    for name in ("principal", "observer"):
        left = Viewer(user_id=PEOPLE[name].user_id)
        assert not consultations.can_edit(left, own)
        assert not consultations.can_withdraw(left, own)


def test_who_answers_for_a_colleagues_comment_while_its_author_is_away() -> None:
    for audience in (Audience.SHARED, Audience.GROUP, Audience.PUBLIC):
        written = comment("contributor", audience)
        assert allowed(consultations.answers_for, written) == ANSWERING
        removes = set() if audience == Audience.SHARED else OFFICE
        assert allowed(consultations.can_narrow, written) == ANSWERING | {"contributor"} | removes
        assert allowed(consultations.can_withdraw, written) == ANSWERING | {"contributor"} | OFFICE
        assert allowed(consultations.can_widen, written) == {"contributor"}, "nobody widens a colleague's"
        gone = comment("contributor", audience, withdrawn_at=BEFORE)
        assert allowed(consultations.can_narrow, gone) == allowed(consultations.can_withdraw, gone) == set()
    inside = comment("contributor", Audience.ORGANISATION)
    assert allowed(consultations.answers_for, inside) == set()
    assert allowed(consultations.can_narrow, inside) == {"contributor"}, "what stands inside the firm is its author's"
    answer = comment("officer", Audience.SHARED, organisation=HARBOUR)
    assert allowed(consultations.answers_for, answer) == set(), "the regulator wrote it"


def test_official_answers() -> None:
    for audience in (Audience.GROUP, Audience.SHARED, Audience.PUBLIC):
        assert allowed(consultations.can_mark_official, comment("officer", audience)) == STAFF
    for audience in (Audience.REGULATOR, Audience.ORGANISATION):
        assert allowed(consultations.can_mark_official, comment("officer", audience)) == set()
    assert allowed(consultations.can_mark_official, comment("principal", Audience.GROUP)) == set()
    assert allowed(consultations.can_mark_official, comment("officer", Audience.GROUP, withdrawn_at=BEFORE)) == set()
    nameless = Comment(audience=Audience.GROUP, organisation=SFC)
    assert allowed(consultations.can_mark_official, nameless) == set()


def test_resolving() -> None:
    asked = comment("principal", Audience.GROUP)
    answer = comment("officer", Audience.GROUP, parent=asked)
    assert allowed(consultations.can_resolve, asked) == HARBOURS | STAFF
    assert allowed(consultations.can_resolve, answer) == HARBOURS | STAFF, "it is theirs who asked"
    assert allowed(consultations.can_resolve, comment("rival", Audience.GROUP, parent=asked)) == HARBOURS | STAFF
    assert allowed(consultations.can_resolve, comment("principal", Audience.GROUP, withdrawn_at=BEFORE)) == set()
    nameless = Comment(audience=Audience.GROUP, organisation=BANYAN)
    assert "rival" in allowed(consultations.can_resolve, nameless)
    observed = comment("observer", Audience.GROUP)
    assert allowed(consultations.can_resolve, observed) == STAFF
    for number in (0, 3, 12):
        firm = Organisation(pk=number, kind=OrganisationKind.PLATFORM)
        asked_by = Comment(audience=Audience.GROUP, organisation=firm)
        assert allowed(consultations.can_resolve, asked_by) == STAFF
        gone = Comment(audience=Audience.PUBLIC, organisation=firm, withdrawn_at=BEFORE)
        assert allowed(consultations.can_see_history, gone) == STAFF
        narrow = Comment(audience=Audience.SHARED, organisation=firm)
        assert allowed(consultations.can_read, narrow) == STAFF
        signed = Comment(audience=Audience.GROUP, organisation=firm, membership=Membership(organisation=firm))
        assert allowed(consultations.can_mark_official, signed) == set()


def test_holding() -> None:
    assert allowed(consultations.can_hold, comment("principal", Audience.GROUP)) == OFFICE
    assert allowed(consultations.can_hold, comment("principal", Audience.GROUP, withdrawn_at=BEFORE)) == set()


def test_earlier_texts() -> None:
    standing = comment("principal", Audience.GROUP)
    gone = comment("principal", Audience.GROUP, withdrawn_at=BEFORE)
    assert allowed(consultations.can_see_history, standing) == MEMBERS
    assert allowed(consultations.can_see_history, gone) == HARBOURS | STAFF
    assert allowed(consultations.can_see_history, comment("principal", Audience.ORGANISATION)) == HARBOURS
    public = comment("officer", Audience.PUBLIC)
    assert allowed(consultations.can_see_history, public) == PEOPLE.keys()
    # Without a membership it is its owner's; the public belongs to no firm.
    nameless = Comment(audience=Audience.PUBLIC, organisation=BANYAN, withdrawn_at=BEFORE)
    assert allowed(consultations.can_see_history, nameless) == STAFF | (PLATFORMS - HARBOURS)
    assert not consultations.can_see_history(PUBLIC, Comment(audience=Audience.PUBLIC, withdrawn_at=BEFORE))


def test_responses() -> None:
    response = Response(organisation_id=1)
    assert allowed(consultations.can_draft, 1) == HARBOURS
    assert allowed(consultations.can_draft, 9) == set(), "the regulator answers no paper of its own"
    assert allowed(consultations.can_draft, 2) == PLATFORMS - HARBOURS
    for number in (0, 3):
        assert allowed(consultations.can_draft, number) == allowed(consultations.can_sign_off, number) == set()
    assert allowed(consultations.can_submit, response) == {"principal", "alternate"}
    assert allowed(consultations.can_sign_off, 1) == {"principal", "alternate"}


def test_posting_as_a_team() -> None:
    names = {name: consultations.posting_name(who) for name, who in PEOPLE.items()}
    assert names.pop("secretariat") == "Secretariat"
    assert names.pop("officer") == "Policy team", "the team's own number is nobody else's matter"
    assert names.pop("false secretariat") == "Secretariat", "the verb refuses a team to anybody outside the regulator"
    assert set(names.values()) == {""}
    other = viewer(60, SFC, Role.POLICY_OFFICER, "Enforcement")
    assert consultations.posting_name(other) == "Enforcement"
    outside = viewer(61, HARBOUR, Role.PRINCIPAL, "Policy team 9")
    assert consultations.posting_name(outside) == ""
    assert consultations.posting_name(Viewer(62, 9, "regulator", Role.POLICY_OFFICER)) == ""
