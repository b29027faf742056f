"""Conclusions: drafted by officers, unseen until they are published, then read by all at once and changed no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from consultations import desk, notices, workflow
from consultations.concluding import outcome_seal, problems, remarks, seal, whole_seal
from consultations.enums import State
from consultations.models import Conclusions, Consultation, ProposalOutcome
from members import publication
from members.viewer import acting_as
from notifications.models import Event, Notice
from portal.common import clock
from portal.common.dates import long_day
from portal.common.errors import Conflict, Forbidden, Refused
from tests.concluding import publish
from tests.consultations.conftest import NOW, make_paper
from tests.world import World

OPENED, CLOSED = timedelta(days=-60), timedelta(days=-10)
SUMMARY = {"executive_summary": {"en": "Eight firms replied.", "zh_hant": "八間公司回應。"}}
SAID = {
    "title": {"en": "A lower ratio", "zh_hant": "較低比率"},
    "comments_received": {"en": "Six agreed.", "zh_hant": "六間同意。"},
    "sfc_response": {"en": "We **proceed**.", "zh_hant": "我們會推行。"},
}


@pytest.fixture
def paper(world: World) -> Consultation:
    """It has closed. Ahead of the database's clock nothing would be released, so all of it lies in the past."""
    return make_paper(world, opens=OPENED, closes=CLOSED)


def respond(world: World, paper: Consultation, who: str, **fields: Any) -> None:
    viewer = world.viewer(who)
    with clock.at(NOW + CLOSED - timedelta(days=1)), acting_as(viewer):
        response = workflow.record_response(paper, actor=viewer, general_comments="We agree.", **fields)
        workflow.submit(response, actor=viewer)


def begin(world: World, paper: Consultation, **given: Any) -> Conclusions:
    officer = world.viewer("officer")
    with acting_as(officer):
        return workflow.begin_conclusions(
            paper, actor=officer, signed_by=world.officer, **{"texts": SUMMARY, "by_section": True, **given}
        )


def write(world: World, paper: Consultation) -> Conclusions:
    """All that publishing needs."""
    officer, found = world.viewer("officer"), begin(world, paper)
    with acting_as(officer):
        for row in found.outcomes.all():
            workflow.revise_outcome(
                paper,
                row.pk,
                actor=officer,
                seen=outcome_seal(row),
                number=row.number,
                texts=SAID,
                outcome="modified",
                questions=row.questions.all(),
                changed_paragraphs=paper.paragraphs.all()[:1],
            )
    return found


def page(world: World, who: str | None, name: str, *arguments: Any, **sent: Any) -> Any:
    client, address = world.client(who), reverse(f"consultations:{name}", args=arguments)
    return client.post(address, sent) if sent else client.get(address)


class TestDraft:
    def test_it_begins_with_a_proposal_for_each_section_that_asks(self, world: World, paper: Consultation) -> None:
        found = begin(world, paper)
        with acting_as(world.viewer("officer")):
            rows = [
                (one.number, one.title.text, [q.number for q in one.questions.all()]) for one in found.outcomes.all()
            ]
        assert rows == [("1", "Background", ["1"]), ("2", "Storage ratio", ["2"])]

    def test_nobody_meets_it_before_it_is_published(self, world: World, paper: Consultation) -> None:
        write(world, paper)
        for who in (None, "mei", "kalok", "fan", "officer"):
            for name in ("consultation", "export"):
                assert "Eight firms replied" not in page(world, who, name, paper.key).content.decode()
        for who in ("mei", "kalok", "fan"):
            with acting_as(world.viewer(who)):
                assert not Conclusions.objects.exists()
                assert not ProposalOutcome.objects.exists()
            for name in ("conclusions", "conclusions_head", "add_outcome", "publish_conclusions"):
                assert page(world, who, name, paper.key).status_code == 403
        data = page(world, "officer", "export_file", paper.key, "paper", "json")
        assert b"Eight firms" not in (b"".join(data) if data.streaming else data.content)

    def test_only_officers_who_run_papers_write_it(self, world: World, paper: Consultation) -> None:
        for who in ("mei", "fan", "admin"):
            viewer = world.viewer(who)
            with acting_as(viewer), pytest.raises(Forbidden):
                workflow.begin_conclusions(paper, actor=viewer, signed_by=world.officer)

    @pytest.mark.parametrize("days", [-20, -61])
    def test_an_open_or_planned_paper_has_none(self, world: World, paper: Consultation, days: int) -> None:
        with clock.at(NOW + timedelta(days=days)):
            with pytest.raises(Refused, match="once the consultation has closed"):
                begin(world, paper)
            if days == -20:
                assert page(world, "officer", "conclusions", paper.key).status_code == 302

    def test_two_officers_do_not_overwrite_each_other(self, world: World, paper: Consultation) -> None:
        found, officer = begin(world, paper), world.viewer("officer")
        with acting_as(officer):
            seen, row = seal(found), found.outcomes.first()
            row_seen = outcome_seal(row)
        head = {
            "executive_summary_en": "Mine", "executive_summary_zh_hant": "我的", "way_forward_en": "",
            "responses_received": "3", "respondents_withheld": "0", "signed_by": world.officer.pk,
            "respondents": [world.harbour.pk, world.kite.pk], "seen": seen,
        }  # fmt: skip
        assert page(world, "colleague", "conclusions_head", paper.key, **head).status_code == 302
        lost = page(world, "officer", "conclusions_head", paper.key, **{**head, "executive_summary_en": "Not mine"})
        assert lost.status_code == 409
        shown = lost.content.decode()
        assert "Not mine" in shown
        assert "<del" in shown
        assert shown.count("checked") >= 2, "the firms that were ticked stay ticked"
        # Not only texts: what was chosen and counted is set side by side as well.
        other = {**head, "responses_received": "7", "respondents": [world.banyan.pk], "signed_by": world.chair.pk}
        lost = page(world, "officer", "conclusions_head", paper.key, **other)
        found_there = {label for label, _diff in lost.context["differences"]}
        assert found_there == {"Submissions received", "List of respondents", "Signed by"}
        lost = page(world, "officer", "conclusions_head", paper.key, **{**head, "executive_summary_en": "Not mine"})
        again = {**head, "executive_summary_en": "Not mine", "seen": lost.context["form"].data["seen"]}
        assert page(world, "officer", "conclusions_head", paper.key, **again).status_code == 302
        typed = {"number": "1", "title_en": "One", "sfc_response_en": "Yes", "seen": row_seen}
        assert page(world, "officer", "outcome", paper.key, row.pk, **typed).status_code == 302
        lost = page(world, "colleague", "outcome", paper.key, row.pk, **{**typed, "sfc_response_en": "No, we do not"})
        assert lost.status_code == 409
        assert "No, we do not" in lost.content.decode()
        chosen = {**typed, "outcome": "adopted", "paragraphs": "1.1 - 1.10", "seen": row_seen}
        lost = page(world, "colleague", "outcome", paper.key, row.pk, **chosen)
        labels = {label for label, _diff in lost.context["differences"]}
        assert labels == {"Outcome", "Paragraphs that change"}
        assert page(world, "officer", "remove_outcome", paper.key, row.pk, seen=row_seen).status_code == 409
        with acting_as(officer):
            assert ProposalOutcome.objects.get(pk=row.pk).sfc_response_en == "Yes"

    def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
        self, world: World, paper: Consultation
    ) -> None:
        begin(world, paper)
        typed = {"number": "1", "title_en": "Kept title", "paragraphs": "1.1, 99"}
        answer = page(world, "officer", "add_outcome", paper.key, **typed)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"paragraphs": ["There is no paragraph 99."]}
        assert "Kept title" in answer.content.decode()
        answer = page(world, "officer", "add_outcome", paper.key, **{**typed, "paragraphs": "1.1"})
        assert answer.context["form"].errors == {"number": ["The number 1 is taken."]}
        answer = page(world, "officer", "add_outcome", paper.key, **{**typed, "number": "3", "paragraphs": "1.1"})
        assert answer.status_code == 302

    def test_proposals_move_and_leave(self, world: World, paper: Consultation) -> None:
        found, officer = begin(world, paper), world.viewer("officer")

        def order() -> list[str]:
            with acting_as(officer):
                return [one.number for one in found.outcomes.order_by("position")]

        with acting_as(officer):
            first = found.outcomes.get(number="1")
        page(world, "officer", "move_outcome", paper.key, first.pk, to="down")
        assert order() == ["1", "2"], "a number stays with its place"
        with acting_as(officer):
            first.refresh_from_db()
        assert first.number == "2"
        page(world, "officer", "move_outcome", paper.key, first.pk, to="down")
        with acting_as(officer):
            first.refresh_from_db()
        assert first.number == "2"
        with acting_as(officer):
            seen = outcome_seal(ProposalOutcome.objects.get(pk=first.pk))
        assert page(world, "officer", "remove_outcome", paper.key, first.pk).status_code == 200
        page(world, "officer", "remove_outcome", paper.key, first.pk, seen=seen)
        assert order() == ["1"]
        assert page(world, "officer", "outcome", paper.key, first.pk).status_code == 404
        # Who was writing on it meanwhile keeps the text.
        typed = {"number": "2", "title_en": "Still here", "seen": seen}
        lost = page(world, "officer", "outcome", paper.key, first.pk, **typed)
        assert lost.status_code == 409
        assert "Still here" in lost.content.decode()
        assert reverse("consultations:add_outcome", args=[paper.key]) in lost.content.decode()
        with acting_as(world.viewer("secretary")):
            verbs = Entry.objects.filter(verb__startswith="consultations.outcome").values_list("verb", flat=True)
        assert {"consultations.outcome_moved", "consultations.outcome_removed"} <= set(verbs)

    def test_a_proposal_of_another_paper_is_not_there(self, world: World, paper: Consultation) -> None:
        other = make_paper(world, key="cp-2", opens=OPENED, closes=CLOSED)
        begin(world, paper)
        with acting_as(world.viewer("officer")):
            pk = begin(world, other).outcomes.first().pk
        for name in ("outcome", "remove_outcome"):
            assert page(world, "officer", name, paper.key, pk).status_code == 404
        assert page(world, "officer", "move_outcome", paper.key, pk, to="up").status_code == 404

    def test_the_desk_says_which_closed_papers_have_none(self, world: World, paper: Consultation) -> None:
        def waiting() -> tuple[int, str]:
            with acting_as(world.viewer("secretary")):
                line = next(
                    one for one in desk.waiting(world.viewer("secretary")) if "without conclusions" in one.title
                )
            return line.count, line.url

        make_paper(world, key="cp-2")
        assert waiting() == (1, reverse("consultations:manage", args=[paper.key]))
        found = write(world, paper)
        with acting_as(world.viewer("officer")):
            publish(found, world)
        assert waiting() == (0, reverse("consultations:list"))


class TestNames:
    def test_a_firm_that_asked_for_it_is_not_offered_and_never_published(
        self, world: World, paper: Consultation
    ) -> None:
        respond(world, paper, "mei")
        respond(world, paper, "kalok", withhold_name=True)
        form = page(world, "officer", "conclusions_head", paper.key).context["form"]
        sent = {**form.initial, "responses_received": 1, "seen": ""}
        answer = page(world, "officer", "conclusions_head", paper.key, **sent)
        assert "responses_received" in answer.context["form"].errors
        assert form.initial["responses_received"] == 2
        assert form.initial["respondents_withheld"] == 1
        assert form.initial["respondents"] == [world.harbour.pk]
        assert world.banyan not in form.fields["respondents"].queryset
        found = write(world, paper)
        with acting_as(world.viewer("officer")):
            found.respondents.create(organisation=world.banyan)
            assert [one.code for one in problems(found, world.viewer("officer"))] == ["named"]
            with pytest.raises(Refused, match="withheld"):
                publish(found, world)


class TestPublishing:
    def test_all_that_is_missing_is_said(self, world: World, paper: Consultation) -> None:
        officer, found = world.viewer("officer"), begin(world, paper, texts=None, by_section=False)
        with acting_as(officer):
            assert [one.code for one in problems(found, officer)] == ["summary", "summary", "outcomes"]
            workflow.add_outcome(paper, actor=officer, number="1", texts={"title": {"en": "One"}})
            with pytest.raises(workflow.NotComplete, match="lacks: comments received, the SFC's response, outcome"):
                publish(found, world)
            assert [one.code for one in remarks(found)] == ["questions", "languages"]
        said = page(world, "officer", "publish_conclusions", paper.key).content.decode()
        assert "Write the executive summary in Traditional Chinese" in said
        assert "No proposal takes up questions 1, 2." in said

    def test_its_readers_are_told_and_read_it_at_once(self, world: World, paper: Consultation) -> None:
        found, officer, second = write(world, paper), world.viewer("officer"), world.viewer("colleague")
        with acting_as(second):
            shown = publication.preview(notices.plan_of_conclusions(found, actor=second))
        read = page(world, "colleague", "publish_conclusions", paper.key)
        assert "Eight firms replied." in read.content.decode(), "what is published is read on that page"
        sent = {**read.context["form"].initial, "confirmed": "on"}
        assert sent["previewed"] == shown.checksum
        assert page(world, "colleague", "publish_conclusions", paper.key, **sent).status_code == 302
        events = Event.objects.filter(kind=notices.CONCLUDED)
        told = set(Notice.objects.filter(event__in=events).values_list("user_id", flat=True))
        assert told == {one.user_id for one in shown.people}
        assert world.mei.pk in told
        assert world.users["colleague"].pk not in told
        assert {event.url for event in events} == {f"{paper.get_absolute_url()}#conclusions"}
        with acting_as(officer):
            paper.refresh_from_db()
        assert paper.state == State.CONCLUSIONS_PUBLISHED
        for who in ("mei", "kalok", "fan", "officer"):
            read = page(world, who, "consultation", paper.key).content.decode()
            assert "Eight firms replied." in read
            assert "We <strong>proceed</strong>." in read
            assert "Adopted with changes" in read
        # And nothing of it changes any more.
        with acting_as(officer), pytest.raises(Refused):
            workflow.add_outcome(paper, actor=officer, number="9", texts=SAID)
        for name in ("conclusions", "conclusions_head", "publish_conclusions"):
            assert page(world, "officer", name, paper.key)["Location"].endswith("#conclusions")
        with acting_as(officer):
            row = found.outcomes.first()
            seal_of_row = outcome_seal(row)
        for name, sent in (("remove_outcome", {"seen": seal_of_row}), ("move_outcome", {"to": "up"})):
            assert page(world, "officer", name, paper.key, row.pk, **sent)["Location"].endswith("#conclusions")
        with acting_as(officer):
            assert found.outcomes.count() == 2
        late = page(world, "officer", "add_outcome", paper.key, number="9", title_en="Too late", seen="")
        assert late.status_code == 422
        assert "Too late" in late.content.decode()

    def test_people_who_were_not_shown_are_not_told(self, world: World, paper: Consultation) -> None:
        found, second = write(world, paper), world.viewer("colleague")
        with acting_as(second), pytest.raises(Refused, match="have changed since"):
            workflow.publish_conclusions(paper, actor=second, previewed="of others", seen=whole_seal(found))
        sent = page(world, "colleague", "publish_conclusions", paper.key).context["form"].initial
        answer = page(
            world,
            "colleague",
            "publish_conclusions",
            paper.key,
            **{**sent, "previewed": "of others", "confirmed": "on"},
        )
        assert answer.status_code == 422
        with acting_as(second):
            found.refresh_from_db()
        assert found.released_at is None

    def test_nobody_publishes_what_they_have_not_read_nor_alone(self, world: World, paper: Consultation) -> None:
        found, officer = write(world, paper), world.viewer("officer")
        alone = page(world, "officer", "publish_conclusions", paper.key)
        assert "Another officer publishes them" in alone.content.decode()
        with acting_as(officer), pytest.raises(Refused, match="You changed the draft last"):
            publish(found, world, "officer")
        sent = {**page(world, "colleague", "publish_conclusions", paper.key).context["form"].initial, "confirmed": "on"}
        with acting_as(officer):
            row = found.outcomes.first()
            more = {**SAID, "sfc_response": {"en": "We refuse."}}
            workflow.revise_outcome(
                paper, row.pk, actor=officer, seen=outcome_seal(row), number=row.number, texts=more,
                outcome="not_proceeded", questions=row.questions.all(), changed_paragraphs=(),
            )  # fmt: skip
        second = world.viewer("colleague")
        with acting_as(second), pytest.raises(Refused, match="Read them again"):
            workflow.publish_conclusions(paper, actor=second, previewed=sent["previewed"], seen=sent["seen"])
        answer = page(world, "colleague", "publish_conclusions", paper.key, **sent)
        assert answer.status_code == 422
        assert "were changed after you read them" in answer.content.decode()
        assert "We refuse." in answer.content.decode()
        with acting_as(officer):
            found.refresh_from_db()
        assert found.released_at is None
        # Read again and confirmed anew, it goes out.
        sent = {**answer.context["form"].data, "confirmed": "on"}
        assert page(world, "colleague", "publish_conclusions", paper.key, **sent).status_code == 302

    def test_they_may_have_fewer_readers_than_the_paper(self, world: World) -> None:
        paper = make_paper(world, audience="public", opens=OPENED, closes=CLOSED)
        found, officer = begin(world, paper, audience="group", by_section=False), world.viewer("officer")
        with acting_as(officer):
            workflow.add_outcome(paper, actor=officer, number="1", texts=SAID, outcome="adopted")
            publish(found, world)
        assert "Eight firms replied." in page(world, "mei", "consultation", paper.key).content.decode()
        public = page(world, None, "consultation", paper.key)
        assert public.status_code == 200
        assert "Eight firms replied." not in public.content.decode()

    def test_a_narrower_paper_is_never_given_wider_conclusions(self, world: World, paper: Consultation) -> None:
        head = {
            "executive_summary_en": "Mine", "executive_summary_zh_hant": "", "responses_received": "0",
            "respondents_withheld": "0", "signed_by": world.officer.pk, "audience": "public",
        }  # fmt: skip
        assert page(world, "officer", "conclusions_head", paper.key, **head).status_code == 302
        with acting_as(world.viewer("officer")):
            assert Conclusions.objects.get(consultation=paper).audience == "group"

    def test_begun_twice_at_once_the_second_is_told(self, world: World, paper: Consultation) -> None:
        begin(world, paper)
        with pytest.raises(Conflict):
            begin(world, paper)


class TestEffect:
    @pytest.fixture
    def concluded(self, world: World, paper: Consultation) -> Consultation:
        found = write(world, paper)
        with acting_as(world.viewer("officer")):
            publish(found, world)
            paper.refresh_from_db()
        return paper

    def test_a_day_that_lies_ahead_is_shown_told_and_comes_by_itself(
        self, world: World, concluded: Consultation
    ) -> None:
        day = (NOW + timedelta(days=40)).date()
        shown = page(world, "officer", "effect", concluded.key)
        assert shown.status_code == 200
        sent = {"day": day.isoformat(), "confirmed": "on"}
        assert page(world, "officer", "effect", concluded.key, **sent).status_code == 302
        with acting_as(world.viewer("officer")):
            concluded.refresh_from_db()
        assert concluded.state == State.CONCLUSIONS_PUBLISHED
        assert concluded.state_at(NOW + timedelta(days=41)) == State.IN_EFFECT
        told = Notice.objects.filter(event__kind__startswith=notices.IN_EFFECT).values_list("user_id", flat=True)
        assert world.mei.pk in told
        assert world.officer.pk not in told
        read = page(world, "mei", "consultation", concluded.key).content.decode()
        assert long_day(day) in read
        # Another day, until it has come.
        again = page(world, "officer", "effect", concluded.key, **sent)
        assert again.context["form"].errors == {"day": ["This day is set already."]}
        later = {**sent, "day": (day + timedelta(days=30)).isoformat()}
        assert page(world, "officer", "effect", concluded.key, **later).status_code == 302
        with clock.at(NOW + timedelta(days=80)), acting_as(world.viewer("officer")), pytest.raises(Refused):
            workflow.set_in_effect(concluded, actor=world.viewer("officer"), day=day)

    def test_not_before_the_conclusions_and_not_without_them(self, world: World, concluded: Consultation) -> None:
        early = {"day": (NOW - timedelta(days=1)).date().isoformat(), "confirmed": "on"}
        answer = page(world, "officer", "effect", concluded.key, **early)
        assert answer.context["form"].errors == {"day": ["The conclusions were published later than this day."]}
        other = make_paper(world, key="cp-2")
        assert page(world, "officer", "effect", other.key).status_code == 302
        officer = world.viewer("officer")
        with acting_as(officer), pytest.raises(Refused, match="cannot become"):
            workflow.set_in_effect(other, actor=officer, day=NOW.date())
        for who in ("mei", "fan"):
            assert page(world, who, "effect", concluded.key).status_code == 403
