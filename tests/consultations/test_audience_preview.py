"""Whom a publication will reach, as its page says it before: the same people, by the same ways, as then hear of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from consultations import announcing, clarification_news, notices, workflow
from consultations.models import Clarification, Consultation
from members import publication
from members.enums import Role
from members.models import Publication
from members.publication import Channel, Plan, Preview, Why, preview
from members.viewer import Viewer, acting_as
from notifications import feeds
from notifications.enums import EmailChoice
from notifications.models import Delivery, Event, Notice
from notifications.workflow import queue_digests, set_digest, set_preference
from portal.common import clock
from tests.consultations.conftest import NOW, make_paper
from tests.world import World, person

BOTH = {"en": "A slip", "zh_hant": "筆誤"}
CHANGED = {"en": "Is it right?", "zh_hant": "是否正確？"}


@pytest.fixture
def paper(world: World) -> Any:
    with clock.at(NOW):
        yield make_paper(world)


def reached(kind: str) -> tuple[set[int], set[int]]:
    """Who has a notice of it, and who a mail."""
    events = Event.objects.filter(kind__startswith=kind)
    told = set(Notice.objects.filter(event__in=events).values_list("user_id", flat=True))
    return told, set(Delivery.objects.filter(event__in=events).values_list("user_id", flat=True))


def assert_as_shown(shown: Preview, kind: str) -> None:
    """The set that was previewed is the set that is told, and by mail at once those of whom it was said."""
    told, mailed = reached(kind)
    assert told, "nobody at all: this would prove nothing"
    assert told == {one.user_id for one in shown.people}
    assert mailed == {one.user_id for one in shown.people if one.channel == Channel.AT_ONCE}


def choose(world: World) -> None:
    """Different wishes, so that the channels differ."""
    set_preference(world.officer.pk, "consultations", EmailChoice.DIGEST)
    set_preference(world.fan.pk, "consultations", EmailChoice.NEVER)
    set_preference(world.mei.pk, "consultations", EmailChoice.NEVER)
    set_digest(world.fan.pk, False)


def as_officer(world: World) -> Viewer:
    return world.viewer("officer")


def test_an_amendment_reaches_whom_the_page_named(world: World, paper: Consultation) -> None:
    choose(world)
    actor = as_officer(world)
    with acting_as(actor):
        part = paper.questions.get(number="1")
        shown = preview(notices.plan_of_amendment(paper, actor=actor), viewer=actor)
        workflow.amend(part, actor=actor, body=CHANGED, note=BOTH, expected_version=part.version)
    assert_as_shown(shown, notices.AMENDED)
    by = {one.user_id: one.channel for one in shown.people}
    assert by[world.mei.pk] == Channel.AT_ONCE, "a platform cannot turn it off"
    assert by[world.fan.pk] == Channel.INBOX
    assert world.officer.pk not in by
    assert Why.ACTS in {one.why for one in shown.left_out}


def test_a_moved_deadline_and_a_withdrawal_reach_whom_the_page_named(world: World, paper: Consultation) -> None:
    choose(world)
    actor = world.viewer("secretary")
    assert paper.closes_at is not None
    with acting_as(actor):
        shown = preview(notices.plan_of_deadline(paper, actor=actor))
        until = paper.closes_at + timedelta(days=7)
        workflow.move_deadline(paper, actor=actor, until=until, cause="extension", reason=BOTH)
        assert_as_shown(shown, notices.DEADLINE_MOVED)
        paper.refresh_from_db()
        gone = preview(notices.plan_of_withdrawal(paper, actor=actor))
        workflow.withdraw_consultation(paper, actor=actor, reason=BOTH)
    assert_as_shown(gone, notices.WITHDRAWN)


def test_more_time_for_one_firm_reaches_that_firm_alone(world: World, paper: Consultation) -> None:
    actor = world.viewer("secretary")
    assert paper.closes_at is not None
    with acting_as(actor):
        shown = preview(notices.plan_for_firm(paper, world.harbour.pk), viewer=actor)
        until = paper.closes_at + timedelta(days=7)
        workflow.extend(paper, organisation=world.harbour, until=until, reason="Ill", actor=actor)
        assert {one.organisation for one in shown.people} == {world.harbour}
        assert_as_shown(shown, notices.EXTENSION_DECIDED)
        other = preview(notices.plan_for_firm(paper, world.banyan.pk), viewer=actor)
        again = preview(notices.plan_for_firm(paper, world.harbour.pk), viewer=actor)
    assert other.difference is None, "compared with what that firm was told, not with another firm"
    assert again.difference is not None
    assert again.difference.is_empty


def test_a_clarification_reaches_whom_the_page_named_at_its_release(world: World, paper: Consultation) -> None:
    choose(world)
    actor = as_officer(world)
    with acting_as(actor):
        texts = {"en": "What counts?", "zh_hant": "甚麼計算在內？"}
        row = workflow.write_clarification(paper, actor=actor, asked=texts, answer=texts)
        shown = preview(clarification_news.plan_of_release(row, is_change=False), viewer=actor)
        workflow.release_clarification(row, actor=actor)
    announcing.announce_due()
    if not Event.objects.filter(kind=clarification_news.RELEASED).exists():
        with acting_as(actor):
            Clarification.objects.filter(pk=row.pk).update(released_at=clock.database_now())
        announcing.announce_due()
    assert_as_shown(shown, clarification_news.RELEASED)


def test_the_next_preview_says_who_came_and_who_left(world: World, paper: Consultation) -> None:
    actor = as_officer(world)

    def plan() -> Plan:
        return notices.plan_of_amendment(paper, actor=actor)

    with acting_as(actor):
        assert preview(plan(), viewer=actor).difference is None, "nothing of the sort so far"
        publication.carry_out(plan(), params=notices._params(paper, place="paragraph", number="1"), url="/")
        world.nina.memberships.update(ends_on=clock.today() - timedelta(days=1))
        world.leaver.memberships.update(ends_on=None)
        found = preview(plan(), viewer=actor).difference
    assert found is not None
    assert found.gone == ("Nina, Kite (demo)",)
    assert found.added == ("Leaver, Kite",)
    other = make_paper(world, key="cp-other")
    with acting_as(actor):
        last = publication.last(notices.plan_of_amendment(other, actor=actor), actor)
    assert last is not None, "the first of its kind for this paper: compared with the last of another paper"


def test_a_narrowed_paper_names_who_is_outside_and_the_record_follows_it(world: World) -> None:
    with clock.at(NOW):
        paper = make_paper(world, working_group=world.custody)
        actor = as_officer(world)
        with acting_as(actor):
            plan = notices.plan_of_amendment(paper, actor=actor)
            shown = preview(plan)
            publication.carry_out(plan, params=notices._params(paper, place="paragraph", number="1"), url="/")
            assert Publication.objects.count() == 1
    assert Why.WORKING_GROUP in {one.why for one in shown.left_out}
    for name in ("secretary", "mei", "fan"):
        with acting_as(world.viewer(name)):
            assert not Publication.objects.exists(), f"{name} is outside of the group, or no regulator"


def test_feeds_and_the_public_page_are_named(world: World) -> None:
    with clock.at(NOW):
        paper = make_paper(world, audience="public")
        with acting_as(world.viewer("mei")):
            feeds.make_key(world.mei, actor=world.viewer("mei"))
        actor = as_officer(world)
        with acting_as(actor):
            shown = preview(notices.plan_of_amendment(paper, actor=actor))
            without = preview(notices.plan_of_deadline(paper, actor=actor))
    assert shown.is_public
    assert (shown.feeds, {one.user_id for one in shown.people if one.has_feed}) == (1, {world.mei.pk})
    assert without.feeds == 0


def test_who_is_promised_the_digest_is_in_it(world: World, paper: Consultation) -> None:
    choose(world)
    actor = world.viewer("secretary")
    with acting_as(actor):
        shown = preview(notices.plan_of_amendment(paper, actor=actor))
        publication.carry_out(
            notices.plan_of_amendment(paper, actor=actor),
            params=notices._params(paper, place="paragraph", number="1"),
            url="/",
        )
    queue_digests()
    promised = {one.user_id for one in shown.people if one.channel == Channel.DIGEST}
    assert promised == {world.officer.pk}
    in_digest = set(Delivery.objects.filter(kind="digest").values_list("user_id", flat=True))
    assert promised <= in_digest
    assert world.fan.pk not in in_digest


def test_the_forms_name_the_people_before_anything_is_sent(world: World, paper: Consultation) -> None:
    browser = world.client("secretary")
    for name, extra in (("move_deadline", ()), ("withdraw_paper", ()), ("amend", ("q1",))):
        page = browser.get(reverse(f"consultations:{name}", args=[paper.key, *extra])).content.decode()
        assert "people will be told" in page, name
        assert "Mei" in page, name
        assert "Inbox and email at once" in page, name
    address = reverse("consultations:extend", args=[paper.key])
    assert "will be told</summary>" not in browser.get(address).content.decode()
    looked = browser.post(address, {"organisation": world.harbour.pk, "reason": "Kept as typed", "look": "1"})
    assert looked.status_code == 200
    assert "3 people will be told" in looked.content.decode()
    assert "Kept as typed" in looked.content.decode()
    assert not Event.objects.filter(kind=notices.EXTENSION_DECIDED).exists()
    assert browser.post(address, {"organisation": "9" * 40, "look": "1"}).status_code == 200


def test_supervision_is_told_of_nothing_not_even_of_what_is_public(world: World) -> None:
    world.users["sun"] = person("sun", world.sfc, Role.SUPERVISION)
    with clock.at(NOW):
        paper = make_paper(world, audience="public")
        actor = as_officer(world)
        with acting_as(actor):
            shown = preview(notices.plan_of_amendment(paper, actor=actor))
    assert world.sun.pk not in {one.user_id for one in shown.people}
    assert world.mei.pk in {one.user_id for one in shown.people}
