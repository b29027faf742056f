"""A correction loses no word: of the text, of what was said, of a draft; and the regulator learns of no draft."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse

from audit.models import Entry
from consultations import announcing, reconfirming, workflow
from consultations.models import Answer, CommentDraft, Consultation, Correction, Paragraph, Response
from members.viewer import acting_as
from notifications.models import Delivery, Event, Notice
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import NOW, make_paper, say

NOTE = {"en": "The figure was wrong.", "zh_hant": "數字有誤。"}


def part(paper: Consultation, anchor: str = "p1.1") -> Any:
    return (paper.paragraphs if anchor[0] == "p" else paper.questions).get(number=anchor[1:])


def amend(paper: Consultation, world: Any, anchor: str = "p1.1", who: str = "officer", **changed: Any) -> Correction:
    actor = world.viewer(who)
    with acting_as(actor):
        row = part(paper, anchor)
        given = {"body": {"en": "Amended text"}, "note": NOTE, "expected_version": row.version} | changed
        return workflow.amend(row, actor=actor, **given)


def answer(paper: Consultation, world: Any, who: str = "mei", number: str = "1") -> Answer:
    actor = world.viewer(who)
    with acting_as(actor):
        response = Response.objects.visible_to(actor).filter(consultation=paper).first()
        response = response or workflow.record_response(paper, actor=actor)
        question = paper.questions.get(number=number)
        return workflow.record_answer(response, question, actor=actor, body="We agree.", stage="ready_for_sign_off")


def later(**delta: Any) -> Any:
    return clock.at(NOW + timedelta(**delta))


@pytest.mark.django_db
class TestTheText:
    def test_number_history_comments_and_the_text_before_stay(self, paper: Consultation, world: Any) -> None:
        with acting_as(world.viewer("mei")):
            anchor = part(paper)
        comment = say(paper, world, "mei", anchor=anchor)
        correction = amend(paper, world)
        with acting_as(world.viewer("officer")):
            row = part(paper)
            assert (row.body_en, row.version, row.amended_at) == ("Amended text", 2, clock.now())
            assert "Amended text" in row.html_en
            assert (correction.before_en, correction.before_zh_hant) == ("Paragraph **1.1**", "")
            assert correction.from_version == 1
        with acting_as(world.viewer("mei")):
            comment.refresh_from_db()
            assert comment.paragraph == row
        page = world.client("kalok").get(reverse("consultations:part_history", args=[paper.key, "p1.1"]))
        html = page.content.decode()
        assert "<del>" in html
        assert "<ins>" in html
        assert "The figure was wrong." in html

    def test_the_translation_is_behind_when_one_language_changed(self, paper: Consultation, world: Any) -> None:
        amend(paper, world)
        with acting_as(world.viewer("officer")):
            assert part(paper).stale_since is not None
        amend(paper, world, body={"zh_hant": "已修訂"})
        with acting_as(world.viewer("officer")):
            assert part(paper).stale_since is None
        amend(paper, world, body={"en": "A comma."}, translation_agrees=True)
        with acting_as(world.viewer("officer")):
            assert part(paper).stale_since is None

    def test_every_reader_is_told_and_no_notice_carries_the_text(self, paper: Consultation, world: Any) -> None:
        amend(paper, world)
        told = set(
            Notice.objects.filter(event__kind__startswith="consultations.amended").values_list("user", flat=True)
        )
        assert {world.mei.pk, world.kalok.pk, world.fan.pk} <= told
        assert "Amended text" not in str(list(Event.objects.values_list("params", flat=True)))

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"note": {"en": " "}}, "what was corrected"),
            ({"note": {"en": "Only English"}}, "Traditional Chinese"),
            ({"body": {"en": "Paragraph **1.1**"}}, "same as before"),
            ({"body": {"en": ""}}, "taken away"),
        ],
    )
    def test_refused(self, paper: Consultation, world: Any, changed: Any, words: str) -> None:
        with pytest.raises(Refused, match=words):
            amend(paper, world, **changed)
        with acting_as(world.viewer("officer")):
            assert part(paper).version == 1

    def test_the_chinese_note_is_asked_for_where_the_paper_is_in_chinese(self, paper: Consultation, world: Any) -> None:
        officer, url = world.client("officer"), reverse("consultations:amend", args=[paper.key, "p1.1"])
        label = '<label for="id_note_zh_hant">What was corrected, in Traditional Chinese</label>'
        html = officer.get(url).content.decode()
        assert label in html
        # Texts that readers have seen are not optional either.
        assert '<label for="id_body_en">Text in English</label>' in html
        assert '<label for="id_body_zh_hant">Text in Traditional Chinese</label>' in html
        with acting_as(world.viewer("officer")):
            Consultation.objects.filter(pk=paper.pk).update(languages=["en"])
        assert label not in officer.get(url).content.decode()

    def test_a_draft_is_not_amended_and_a_concluded_paper_neither(self, world: Any) -> None:
        with pytest.raises(Refused, match="draft is simply changed"):
            amend(make_paper(world, release=False), world)

    @pytest.mark.parametrize("who", ["mei", "fan", "admin"])
    def test_nobody_else(self, paper: Consultation, world: Any, who: str) -> None:
        with pytest.raises(Forbidden):
            amend(paper, world, who=who)

    def test_the_losers_text_stays_on_the_screen_beside_a_diff(self, paper: Consultation, world: Any) -> None:
        officer = world.client("officer")
        url = reverse("consultations:amend", args=[paper.key, "p1.1"])
        assert officer.get(url).status_code == 200
        amend(paper, world, body={"en": "Hers came first"}, who="colleague")
        given = {
            "body_en": "Mine came second", "body_zh_hant": "段落", "note_en": "x", "note_zh_hant": "某",
            "version": "1", "confirmed": "on",
        }  # fmt: skip
        page = officer.post(url, given)
        html = page.content.decode()
        assert page.status_code == 409
        assert "Mine came second</textarea>" in html
        assert "Hers" in html
        assert "<ins>" in html
        again = officer.post(url, given | {"version": page.context["form"].data["version"]})
        assert again.status_code == 302
        assert again["Location"].endswith("?after=correction")

    def test_an_extension_is_offered_afterwards(self, world: Any) -> None:
        paper = make_paper(world, closes=timedelta(days=4))
        page = world.client("officer").get(
            reverse("consultations:move_deadline", args=[paper.key]) + "?after=correction"
        )
        assert "Proposed" in page.content.decode()
        # Ten working days after Monday 23 November.
        assert page.context["proposed"].date().isoformat() == "2026-12-07"


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_edits_lose_nothing(world: Any, record_property: Any) -> None:
    paper = make_paper(world)
    actor = world.viewer("officer")
    with acting_as(actor):
        row = part(paper)
    outcomes: list[str] = []
    fence = threading.Barrier(50)

    def edit(number: int) -> None:
        try:
            with clock.at(NOW):
                fence.wait()
                with acting_as(actor):
                    workflow.amend(
                        row, actor=actor, body={"en": f"Text {number}"}, note=NOTE, expected_version=number % 5 + 1
                    )
            outcomes.append(f"Text {number}")
        except Conflict:
            outcomes.append("conflict")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    applied = [one for one in outcomes if one.startswith("Text")]
    conflicts = outcomes.count("conflict")
    record_property("figure", f"50 parallel edits of a paragraph: {len(applied)} applied + {conflicts} conflicts = 50")
    assert len(applied) + conflicts == 50, outcomes
    with acting_as(actor):
        now = Paragraph.objects.get(pk=row.pk)
        kept = [*Correction.objects.order_by("from_version").values_list("before_en", flat=True), now.body_en]
    assert now.version == len(applied) + 1
    assert kept[0] == "Paragraph **1.1**"
    assert sorted(kept[1:]) == sorted(applied)


@pytest.mark.django_db
class TestDrafts:
    def test_an_answer_is_kept_marked_and_cannot_be_signed_off_or_submitted(
        self, paper: Consultation, world: Any
    ) -> None:
        mine = answer(paper, world)
        mei = world.viewer("mei")
        with later(hours=1):
            amend(paper, world, "q1")
        with later(hours=2), acting_as(mei):
            mine.refresh_from_db()
            assert mine.body == "We agree."
            assert [one.pk for one in reconfirming.unconfirmed_answers(mei, paper)] == [mine.pk]
            with pytest.raises(Refused, match="Confirm the answer"):
                workflow.sign_off(mine, actor=mei)
            with pytest.raises(Refused, match="question 1"):
                workflow.submit(mine.response, actor=mei)
            workflow.confirm_answer(mine, actor=mei)
            assert reconfirming.unconfirmed_answers(mei, paper) == []
            workflow.sign_off(mine, actor=mei)
            workflow.submit(mine.response, actor=mei)

    def test_what_goes_elsewhere_is_not_submitted_here(self, paper: Consultation, world: Any) -> None:
        mine, mei = answer(paper, world), world.viewer("mei")
        with acting_as(world.viewer("officer")):
            Consultation.objects.filter(pk=paper.pk).update(channel="consult@fstb.example")
        with acting_as(mei), pytest.raises(Refused, match="fstb"):
            workflow.submit(mine.response, actor=mei)
        assert "fstb" in world.client("kalok").get(paper.get_absolute_url()).content.decode()

    def test_an_amended_paragraph_touches_the_questions_about_it(self, paper: Consultation, world: Any) -> None:
        answer(paper, world)
        answer(paper, world, number="2")
        with later(hours=1):
            amend(paper, world, "p1.1")
        with acting_as(world.viewer("mei")):
            found = reconfirming.unconfirmed_answers(world.viewer("mei"), paper)
            assert [one.question.number for one in found] == ["1"]

    def test_writing_it_anew_confirms_it(self, paper: Consultation, world: Any) -> None:
        answer(paper, world)
        with later(hours=1):
            amend(paper, world, "q1")
        with later(hours=2):
            answer(paper, world)
            with acting_as(world.viewer("mei")):
                assert reconfirming.unconfirmed_answers(world.viewer("mei"), paper) == []

    @pytest.mark.parametrize(("who", "stage"), [("mei", "signed_off"), ("rosa", "ready_for_sign_off")])
    def test_a_sign_off_holds_only_if_a_signatory_confirms(
        self, paper: Consultation, world: Any, who: str, stage: str
    ) -> None:
        mine, mei, actor = answer(paper, world), world.viewer("mei"), world.viewer(who)
        with acting_as(mei):
            workflow.sign_off(mine, actor=mei)
        with later(hours=1):
            amend(paper, world, "q1")
        with later(hours=2), acting_as(actor):
            workflow.confirm_answer(mine, actor=actor)
            mine.refresh_from_db()
            assert mine.stage == stage

    def draft(self, paper: Consultation, world: Any, who: str, anchor: str = "q1") -> CommentDraft:
        actor = world.viewer(who)
        with acting_as(actor):
            return CommentDraft.objects.create(
                consultation=paper, author=world.users[who], anchor=anchor, body="My remark", confirmed_at=clock.now()
            )

    def test_authors_are_asked_to_look_again_once(self, paper: Consultation, world: Any) -> None:
        answer(paper, world, "rosa")
        self.draft(paper, world, "kalok")
        self.draft(paper, world, "nina", "q2")
        self.draft(paper, world, "colleague")
        with later(hours=1):
            amend(paper, world, "q1")
            assert not Notice.objects.filter(event__kind="consultations.look_again").exists()
            assert announcing.corrections() == 1
            assert announcing.corrections() == 0
        told = Notice.objects.filter(event__kind="consultations.look_again").values_list("user", flat=True)
        assert set(told) == {world.rosa.pk, world.kalok.pk, world.colleague.pk}

    def test_a_draft_of_a_comment_is_kept_and_confirmed_by_its_author(self, paper: Consultation, world: Any) -> None:
        mine = self.draft(paper, world, "kalok")
        with later(hours=1):
            amend(paper, world, "q1")
        with later(hours=2):
            page = world.client("kalok").get(reverse("consultations:reconfirm", args=[paper.key]))
            assert "My remark" in page.content.decode()
            url = reverse("consultations:keep_draft", args=[paper.key, mine.pk])
            assert world.client("mei").post(url).status_code == 404
            assert world.client("kalok").post(url).status_code == 302
            with acting_as(world.viewer("kalok")):
                assert reconfirming.unconfirmed_drafts(world.viewer("kalok"), paper) == []

    def test_the_firm_confirms_with_one_button(self, paper: Consultation, world: Any) -> None:
        mine = answer(paper, world)
        with later(hours=1):
            amend(paper, world, "q1")
        with later(hours=2):
            page = world.client("rosa").get(reverse("consultations:reconfirm", args=[paper.key]))
            assert "Still our answer" in page.content.decode()
            url = reverse("consultations:confirm_answer", args=[paper.key, mine.pk])
            for who, status in (("kalok", 404), ("officer", 403), ("fan", 403), ("rosa", 302)):
                assert (who, world.client(who).post(url).status_code) == (who, status)
        with acting_as(world.viewer("mei")):
            assert Entry.objects.filter(verb="consultations.answer_confirmed").count() == 1
        for who in ("officer", "kalok", "admin"):
            with acting_as(world.viewer(who)):
                assert not Entry.objects.filter(verb="consultations.answer_confirmed").exists()

    def test_the_officer_sees_the_same_with_and_without_drafts(self, paper: Consultation, world: Any) -> None:
        """Two papers, one with drafts and one without: all that the regulator can read is equal."""
        bare = make_paper(world, key="cp-2")
        answer(paper, world)
        self.draft(paper, world, "kalok")
        officer = world.client("officer")
        pages, counts = [], []
        for one in (paper, bare):
            with later(hours=1):
                amend(one, world, "q1")
                before = connection.queries_log.maxlen
                announcing.corrections()
                page = officer.get(reverse("consultations:manage", args=[one.key])).content.decode()
                again = officer.get(reverse("consultations:reconfirm", args=[one.key])).content.decode()
            pages.append([text.replace(one.key, "K").replace(one.reference, "R") for text in (page, again)])
            with acting_as(world.viewer("officer")):
                counts.append(
                    (
                        Entry.objects.filter(object_id=str(one.pk), object_type="consultations.consultation")
                        .filter(verb="consultations.amended")
                        .count(),
                        Answer.objects.filter(response__consultation=one).count(),
                        CommentDraft.objects.filter(consultation=one).count(),
                        Correction.objects.get(consultation=one).announced_at,
                    )
                )
            assert before is not None
        assert counts[0] == counts[1]
        assert counts[0][1:3] == (0, 0)
        strip = [[part_of_page(text) for text in both] for both in pages]
        assert strip[0] == strip[1]
        # No row of the outbox, which the portal's keepers look at, tells who had a draft.
        assert not Delivery.objects.filter(kind="consultations.look_again").exists()


def part_of_page(html: str) -> str:
    """The page without what differs by request or by the paper's own names."""
    import re

    main = html.partition("<main")[2].partition("</main>")[0]
    return (
        re.sub(r"csrfmiddlewaretoken[^>]*|Custody [\w-]+|nonce=\S+", "", main).replace("cp-1", "").replace("cp-2", "")
    )
