"""The pages of threads: composer, drafts, passages, filters, readers, release, readings; with script and without."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from audit.models import Entry
from consultations import workflow
from consultations.models import Attachment, Comment, CommentDraft, Consultation, GuardrailRule, Resolution, Seen
from consultations.passages import find
from members import workflow as members
from members.viewer import acting_as
from portal.common import clock
from tests.consultations.conftest import NOW, say
from tests.consultations.test_threads import act
from tests.consultations.test_views import HTMX, page, send


def comment_of(world: Any, who: str, **wanted: Any) -> Comment:
    with acting_as(world.viewer(who)):
        return Comment.objects.select_related("consultation", "paragraph", "section", "question").get(**wanted)


def url(name: str, comment: Comment, *more: Any) -> str:
    return reverse(f"consultations:{name}", args=["cp-1", comment.pk, *more])


# --- the composer ------------------------------------------------------------------------------------------------


def test_the_readership_is_chosen_before_the_text(world: Any, paper: Consultation) -> None:
    html = page(world, "mei", paper, "?compose=p1.10").content.decode()
    assert html.index('name="audience"') < html.index('id="compose-body"')
    assert "Do not write prices" in html
    assert "of your firm" not in page(world, "officer", paper, "?compose=p1.10").content.decode()


def test_the_firms_last_choice_is_offered_and_never_a_wider_one(world: Any, paper: Consultation) -> None:
    first = say(paper, world, "rosa", audience="group")
    html = page(world, "mei", paper, "?compose=p1.10").content.decode()
    assert 'value="group" checked' in html
    assert 'value="organisation" checked' in page(world, "kalok", paper, "?compose=p1.10").content.decode()
    narrow = say(paper, world, "rosa", audience="organisation", parent=first)
    say(paper, world, "rosa", audience="group")
    html = page(world, "mei", paper, f"?reply={narrow.pk}").content.decode()
    assert 'value="organisation" checked' in html
    assert 'value="group"' not in html.split('id="compose"')[1].split("</fieldset>")[0]


def test_an_officer_who_answers_a_firm_chooses_the_readers(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "mei", audience="shared")
    html = page(world, "officer", paper, f"?reply={asked.pk}").content.decode()
    composer = html.split('id="compose"')[1].split("</form>")[0]
    assert not re.search(r'name="audience" value="\w+" checked', composer)
    answer = send(world, "officer", paper, parent=asked.pk, audience="")
    assert answer.status_code == 422
    assert "Choose who can read your comment." in answer.content.decode()


def test_only_readers_are_offered_for_each_readership(world: Any, paper: Consultation) -> None:
    form = page(world, "mei", paper, "?compose=p1.10").context["reading"].places["p1.10"].composer
    offered = {audience: {one["name"] for one in people} for audience, people in form.people}
    assert offered["organisation"] == {"Rosa", "Poon"}
    assert offered["shared"] == {"Rosa", "Poon", "Chair", "Secretary", "Officer", "Colleague", "Admin"}
    assert offered["group"] >= {"Kalok", "Nina", "Fan"}
    assert not offered["group"] & {"Mei", "Ngai", "Leaver"}


def test_naming_by_the_list(world: Any, paper: Consultation) -> None:
    send(world, "mei", paper, audience="organisation", tell_organisation=[world.rosa.pk], tell_group=[world.kalok.pk])
    html = page(world, "rosa", paper).content.decode()
    assert "Named: Rosa" in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_preview_posts_nothing_and_keeps_what_was_typed(
    world: Any, paper: Consultation, headers: dict[str, str]
) -> None:
    answer = send(world, "mei", paper, headers=headers, body="**bold** <script>", preview="1", audience="shared")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>bold</strong> &lt;script&gt;" in html
    assert "**bold** &lt;script&gt;</textarea>" in html
    assert 'value="shared" checked' in html
    assert 'class="error"' not in html
    with acting_as(world.viewer("mei")):
        assert not Comment.objects.exists()


def test_a_preview_names_what_the_guardrail_would_ask_about(world: Any, paper: Consultation) -> None:
    body = "Our maker fee is 8 bps."
    GuardrailRule.objects.create(topic="fees", language="en", phrases="our maker fee*")
    wide = send(world, "mei", paper, body=body, preview="1", audience="group").content.decode()
    assert "Before it is posted you will be asked about:" in wide
    assert "<li>Fees</li>" in wide
    for who, audience in (("mei", "shared"), ("officer", "group")):
        html = send(world, who, paper, body=body, preview="1", audience=audience).content.decode()
        assert "you will be asked about" not in html


def test_quoting_puts_the_answered_text_into_the_reply(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "kalok", "First line\n\nSecond line")
    html = send(world, "mei", paper, parent=asked.pk, body="", quote="1").content.decode()
    assert "&gt; First line\n&gt;\n&gt; Second line" in html


def test_after_posting_one_is_told_for_whom_and_the_address_is_clean(world: Any, paper: Consultation) -> None:
    client = world.client("mei")
    data = {"anchor": "p1.10", "body": "A remark", "audience": "group"}
    answer = client.post(reverse("consultations:post", args=["cp-1"]), data)
    assert "compose" not in answer["Location"]
    assert "Posted to all members, 09:00" in client.get(answer["Location"]).content.decode()
    answer = client.post(reverse("consultations:post", args=["cp-1"]), data | {"audience": "shared"}, **HTMX)
    assert "Sent to the SFC only, 09:00" in answer.content.decode()
    assert "compose" not in answer["HX-Replace-Url"]
    assert 'id="said" hx-swap-oob="innerHTML"' in answer.content.decode()


def test_the_count_beside_a_paragraph_follows_its_thread(world: Any, paper: Consultation) -> None:
    def posted(shown: str) -> str:
        headers = {"headers": {"HX-Request": "true", "HX-Current-URL": f"http://testserver/consultations/cp-1/{shown}"}}
        return send(world, "mei", paper, headers=headers, anchor="p1.10", audience="group").content.decode()

    assert '<a class="para__c" id="n-p1.10" hx-swap-oob="true" href="#t-p1.10">1<' in posted("?text=en")
    assert "n-p1.10" not in posted("thread/p1.10/")


def test_what_opens_within_the_page_leaves_its_address(world: Any, paper: Consultation) -> None:
    client = world.client("mei")
    for address in ("?compose=p1.10", "thread/p1.10/"):
        assert client.get(f"/consultations/cp-1/{address}", **HTMX)["HX-Push-Url"] == "false"
    posted = send(world, "mei", paper, headers=HTMX, anchor="p1.10", audience="group")
    assert "HX-Push-Url" not in posted


@pytest.mark.parametrize(
    ("shown", "clean"),
    [
        ("/consultations/cp-1/?text=en&compose=p1.10#compose", "/consultations/cp-1/?text=en"),
        ("/consultations/cp-1/?compose=p1.10&passage=words&before=x&lang=en", "/consultations/cp-1/"),
        ("/consultations/cp-1/thread/p1.10/?page=2&reply=1", "/consultations/cp-1/thread/p1.10/?page=2"),
        ("/consultations/cp-1/?show=mine", None),
    ],
)
def test_whoever_gives_up_a_composer_has_a_clean_address(
    world: Any, paper: Consultation, shown: str, clean: str | None
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}
    answer = world.client("mei").get(reverse("consultations:thread", args=["cp-1", "p1.10"]), headers=headers)
    assert answer.get("HX-Replace-Url") == clean


# --- passages ----------------------------------------------------------------------------------------------------


def test_words_are_checked_against_the_text_and_marked_in_it(world: Any, paper: Consultation) -> None:
    answer = send(world, "mei", paper, passage="not these words", audience="group")
    assert answer.status_code == 422
    assert "These words do not stand in the text." in answer.content.decode()
    send(world, "mei", paper, passage="paragraph 1.10", audience="group")
    html = page(world, "kalok", paper).content.decode()
    assert '<mark class="passage">Paragraph 1.10</mark>' in html
    assert "About these words:" in html
    assert '<mark class="passage">' not in page(world, "kalok", paper, "?show=mine").content.decode()


def test_a_comment_on_words_that_were_changed_stays_where_it_is(world: Any, paper: Consultation) -> None:
    send(world, "mei", paper, passage="paragraph 1.10", audience="group")
    with acting_as(world.viewer("officer")):
        paragraph = paper.paragraphs.get(number="1.10")
        paragraph.html_en, paragraph.version = "<p>Quite other words</p>", 2
        paragraph.save()
    html = page(world, "kalok", paper).content.decode()
    assert "About words that have since been changed" in html
    assert "A remark" in html
    assert '<mark class="passage">' not in html


def test_a_comment_on_an_earlier_text_says_so(world: Any, paper: Consultation) -> None:
    send(world, "mei", paper, audience="group")
    with acting_as(world.viewer("officer")):
        paper.paragraphs.filter(number="1.10").update(version=2)
    assert "Written on version 1 of this text" in page(world, "kalok", paper).content.decode()


def test_selected_words_come_with_the_address(world: Any, paper: Consultation) -> None:
    html = page(world, "mei", paper, "?compose=p1.10&passage=Paragraph+1.10&lang=en").content.decode()
    assert 'name="passage" maxlength="1000" value="Paragraph 1.10"' in html


# --- drafts ------------------------------------------------------------------------------------------------------


def save(world: Any, who: str, **data: Any) -> Any:
    address = reverse("consultations:save_draft", args=["cp-1"])
    return world.client(who).post(address, {"anchor": "p1.10", "draft_version": "0", **data}, **HTMX)


def test_a_draft_is_saved_restored_listed_and_gone_after_posting(world: Any, paper: Consultation) -> None:
    answer = save(world, "mei", body="Half a thou", audience="shared")
    assert answer.status_code == 200
    assert "Saved 09:00" in answer.content.decode()
    assert 'name="draft_version" value="1"' in answer.content.decode()
    html = page(world, "mei", paper, "?compose=p1.10").content.decode()
    assert "Half a thou</textarea>" in html
    assert 'value="shared" checked' in html
    listed = world.client("mei").get(reverse("consultations:drafts")).content.decode()
    assert "Half a thou" in listed
    assert "?compose=p1.10#compose" in listed
    for who in ("rosa", "poon", "officer", "kalok"):
        assert "Half a thou" not in page(world, who, paper, "?compose=p1.10").content.decode()
        assert "Half a thou" not in world.client(who).get(reverse("consultations:drafts")).content.decode()
    send(world, "mei", paper, body="Half a thought", draft_version="1")
    assert "Half a thou" not in world.client("mei").get(reverse("consultations:drafts")).content.decode()


def test_two_windows_see_both_texts(world: Any, paper: Consultation) -> None:
    save(world, "mei", body="From the first window")
    answer = save(world, "mei", body="From the second window")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "From the first window" in html
    assert 'name="draft_version" value="0"' in html
    kept = save(world, "mei", body="From the second window", keep="1")
    assert kept.status_code == 200
    with acting_as(world.viewer("mei")):
        assert CommentDraft.objects.get().body == "From the second window"


def test_refused_text_is_kept_as_a_draft_without_script(world: Any, paper: Consultation) -> None:
    send(world, "mei", paper, body="kept-text", audience="regulator")
    assert "kept-text</textarea>" in page(world, "mei", paper, "?compose=p1.10").content.decode()


def test_an_edit_has_a_draft_of_its_own(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "First")
    save(world, "mei", body="Second, unfinished", edits=comment.pk)
    html = world.client("mei").get(url("edit", comment)).content.decode()
    assert "Second, unfinished</textarea>" in html
    assert save(world, "rosa", body="x", edits=comment.pk).status_code == 404
    world.client("mei").post(url("edit", comment), {"body": "Second, unfinished and done", "version": 1})
    with acting_as(world.viewer("mei")):
        assert not CommentDraft.objects.exists()


def test_a_draft_is_discarded_by_its_writer_alone(world: Any, paper: Consultation) -> None:
    save(world, "mei", body="Half")
    with acting_as(world.viewer("mei")):
        address = reverse("consultations:discard_draft", args=[CommentDraft.objects.get().pk])
    assert world.client("rosa").post(address).status_code == 404
    assert world.client("mei").post(address).status_code == 302
    with acting_as(world.viewer("mei")):
        assert not CommentDraft.objects.exists()


# --- files -------------------------------------------------------------------------------------------------------


def test_files_are_kept_when_the_post_is_refused_and_served_to_readers_alone(
    world: Any, paper: Consultation, tmp_path: Any
) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        files = [SimpleUploadedFile("note.txt", b"plain words"), SimpleUploadedFile("run.exe", b"MZ\x90")]
        answer = send(world, "mei", paper, body="With a file", audience="shared", files=files)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "note.txt" in html
        assert "run.exe: " in html
        assert send(world, "mei", paper, body="With a file", audience="shared").status_code == 302
        comment = comment_of(world, "mei")
        with acting_as(world.viewer("mei")):
            file = Attachment.objects.get()
        address = url("attachment", comment, file.pk)
        assert address in page(world, "officer", paper).content.decode()
        for who, status in (("mei", 200), ("officer", 200), ("kalok", 404), ("fan", 404), (None, 404)):
            answer = world.client(who).get(address)
            assert answer.status_code == status, who
            if status == 200:
                assert b"".join(answer.streaming_content) == b"plain words"
                assert answer["Content-Disposition"].startswith("attachment")
        with acting_as(world.viewer("officer")):
            assert Entry.objects.filter(verb="consultations.file_downloaded").count() == 2
        act(world, "mei", workflow.narrow_comment, comment, audience="organisation")
        assert world.client("officer").get(address).status_code == 404
        with acting_as(world.viewer("mei")):
            Attachment.objects.update(scan_state="error")
        assert world.client("mei").get(address).status_code == 409


# --- edits -------------------------------------------------------------------------------------------------------


def test_the_history_shows_what_changed_and_the_conflict_both_texts(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "The ratio is 98 per cent")
    client = world.client("mei")
    client.post(url("edit", comment), {"body": "The ratio is 95 per cent", "version": 1})
    html = client.get(url("comment_history", comment)).content.decode()
    assert re.search(r"<del>.*98.*</del><ins>.*95.*</ins>", html)
    answer = client.post(url("edit", comment), {"body": "The ratio is 90 per cent", "version": 1})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "The ratio is 90 per cent</textarea>" in html
    assert "The ratio is 95 per cent" in html
    assert re.search(r"<del>.*95.*</del><ins>.*90.*</ins>", html)
    assert 'name="version" value="2"' in html


# --- filters -----------------------------------------------------------------------------------------------------


def test_the_filters_combine_and_say_how_many(world: Any, paper: Consultation) -> None:
    with acting_as(world.viewer("officer")):
        question, first, second = paper.questions.get(number="1"), *paper.paragraphs.all()[:2]
    answered = say(paper, world, "mei", "answered-one", anchor=first)
    say(paper, world, "officer", "the-answer", parent=answered)
    noted = say(paper, world, "kalok", "noted-one", anchor=second)
    say(paper, world, "officer", "inside", parent=noted, audience="regulator")
    settled = say(paper, world, "nina", "settled-one", anchor=question)
    act(world, "nina", workflow.resolve, settled)
    say(paper, world, "rosa", "of-a-colleague", audience="shared", anchor=question)
    say(paper, world, "mei", "firm-note", audience="organisation", anchor=question)
    every = {"answered-one", "the-answer", "noted-one", "inside", "settled-one", "of-a-colleague", "firm-note"}

    def shown(who: str, query: str) -> set[str]:
        html = page(world, who, paper, query).content.decode()
        return {text for text in every if text in html}

    assert shown("officer", "?show=unanswered") == {"noted-one", "inside", "of-a-colleague"}
    assert shown("kalok", "?show=unanswered") == {"noted-one"}
    assert shown("mei", "?show=mine") == {"answered-one", "firm-note"}
    assert shown("mei", "?show=firm") == {"answered-one", "firm-note", "of-a-colleague"}
    assert shown("mei", "?show=firm&audience=shared") == {"of-a-colleague"}
    assert shown("mei", "?question=1&show=mine") == {"answered-one", "firm-note"}
    assert shown("mei", "?question=2") == set()
    counts = {show: count for show, _q, _w, count, _c in page(world, "officer", paper).context["reading"].choices}
    assert counts == {"": 6, "unanswered": 2, "mine": 2, "firm": 2}


def test_a_thread_waits_for_whoever_cannot_see_its_answer_and_again_when_it_is_reopened(
    world: Any, paper: Consultation
) -> None:
    """Nobody learns from a count that there is an answer which they may not read."""
    asked = say(paper, world, "mei", "asked")
    reply = say(paper, world, "officer", "for Harbour alone", parent=asked, audience="shared")
    resolved = say(paper, world, "kalok", "resolved")
    act(world, "kalok", workflow.resolve, resolved)
    gone = say(paper, world, "nina", "gone")
    act(world, "nina", workflow.withdraw_comment, gone, reason="By mistake")

    def waiting() -> dict[str, int]:
        found = {}
        for who in ("mei", "kalok", "officer"):
            reading = page(world, who, paper).context["reading"]
            found[who] = {show: count for show, _q, _w, count, _c in reading.choices}["unanswered"]
            listed = page(world, who, paper, "?show=unanswered").context["reading"]
            threads = [line for place in listed.places.values() for line in place.threads]
            assert len(threads) == found[who]
        return found

    assert waiting() == {"mei": 0, "kalok": 1, "officer": 0}
    act(world, "kalok", workflow.reopen, resolved)
    assert waiting() == {"mei": 1, "kalok": 2, "officer": 1}
    act(world, "officer", workflow.withdraw_comment, reply, reason="Too early")
    assert waiting() == {"mei": 2, "kalok": 2, "officer": 2}
    with acting_as(world.viewer("officer")):
        assert set(Resolution.objects.values_list("comment", "consultation")) == {(resolved.pk, paper.pk)}


def test_whoever_works_through_a_list_stays_in_it_and_is_told_what_was_done(world: Any, paper: Consultation) -> None:
    first, second = say(paper, world, "mei", "first"), say(paper, world, "mei", "second")
    officer = world.client("officer")
    shown = page(world, "officer", paper, "?show=unanswered").content.decode()
    address = f"{url('resolve', first)}?show=unanswered"
    assert address.removeprefix(paper.get_absolute_url()) in shown
    answer = officer.post(address, {"resolved": "true"})
    assert "show=unanswered" in answer.headers["Location"]
    html = officer.get(answer.headers["Location"].partition("#")[0]).content.decode()
    assert "second" in html
    assert f'id="c-{first.pk}"' not in html
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{paper.get_absolute_url()}?show=unanswered"}
    answer = officer.post(f"{url('resolve', second)}?show=unanswered", {"resolved": "true"}, headers=htmx)
    html = answer.content.decode()
    assert "Posted to" not in html
    assert "Marked as resolved" in html
    assert "show=unanswered" in answer.headers["HX-Replace-Url"]
    # The counts beside the filters follow.
    assert re.search(
        r'id="show" hx-swap-oob="true".*data-show="unanswered" aria-current="true"><span>[^<]*</span><span>0<',
        html,
        re.S,
    )


def test_a_post_leaves_the_counts_of_a_filtered_page_as_they_stand(world: Any, paper: Consultation) -> None:
    """It is answered without the filter: the links would say that there is none, above a page that has one."""
    data = {"anchor": "whole", "audience": "group", "body": "Posted", "text_version": 1}
    for query, counted in (("", True), ("?show=mine", False)):
        at = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{paper.get_absolute_url()}{query}"}
        html = (
            world.client("mei").post(reverse("consultations:post", args=[paper.key]), data, headers=at).content.decode()
        )
        assert "Posted to all members" in html
        assert ('id="show"' in html) is counted


def test_no_count_stands_beside_a_link_that_would_be_combined(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei", "all")
    say(paper, world, "mei", "shared", audience="shared")
    everything = page(world, "mei", paper).context["reading"]
    assert [count for _row, count in everything.audiences] == [1, 1]
    mine = page(world, "mei", paper, "?show=mine").context["reading"]
    assert [count for _row, count in mine.audiences] == [None, None]
    assert {show: count for show, _q, _w, count, _c in mine.choices}["mine"] == 2
    group = page(world, "mei", paper, "?audience=group").context["reading"]
    assert {count for _s, _q, _w, count, _c in group.choices} == {None}
    assert [count for _row, count in group.audiences] == [1, 1]


def test_filters_keep_the_language_and_go_along_with_links(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei")
    html = page(world, "mei", paper, "?text=zh_hant&show=mine").content.decode()
    assert "?text=zh_hant&amp;show=mine&amp;audience=group" in html
    assert re.search(r"\?reply=[\w-]{22}&amp;text=zh_hant&amp;show=mine", html)
    assert "?text=en&amp;show=mine" in html


# --- pins, copied links ------------------------------------------------------------------------------------------


def test_a_pinned_thread_stands_first(world: Any, paper: Consultation) -> None:
    rows = []
    for number in range(3):
        with clock.at(NOW + timedelta(minutes=number)):
            rows.append(say(paper, world, "mei", f"remark-{number}"))
    world.client("officer").post(url("pin", rows[2]), {"pinned": "true"})
    html = page(world, "kalok", paper).content.decode()
    assert html.index("remark-2") < html.index("remark-0") < html.index("remark-1")
    assert "Pinned by the SFC" in html
    assert world.client("mei").post(url("pin", rows[0])).status_code == 403


def test_a_copied_link_leads_to_the_page_on_which_the_comment_is(world: Any, paper: Consultation) -> None:
    from tests.consultations.test_views import many

    with acting_as(world.viewer("mei")):
        paragraph = paper.paragraphs.get(number="1.10")
    many(world, paper, 101, [paragraph])
    with clock.at(NOW + timedelta(minutes=1)):
        last = say(paper, world, "mei", "the-last-one", anchor=paragraph)
    answer = world.client("kalok").get(last.get_absolute_url(), follow=True)
    assert answer.redirect_chain[0][0].endswith(f"thread/p1.10/?page=2#c-{last.pk}")
    assert "the-last-one" in answer.content.decode()


# --- readers, release --------------------------------------------------------------------------------------------


def test_changing_readers_on_a_page(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "narrow-me")
    client = world.client("mei")
    html = client.get(url("readers", comment)).content.decode()
    assert 'value="shared"' in html
    assert 'value="organisation"' in html
    assert client.post(url("readers", comment), {"audience": "public"}).status_code == 422
    assert client.post(url("readers", comment), {"audience": "shared"}).status_code == 302
    assert "narrow-me" not in page(world, "kalok", paper).content.decode()
    assert "Readers narrowed on" in page(world, "officer", paper).content.decode()
    assert world.client("rosa").get(url("readers", comment)).status_code == 403
    assert world.client("kalok").get(url("readers", comment)).status_code == 404


def test_a_firm_lets_its_contributors_comments_out(world: Any, paper: Consultation) -> None:
    poon = world.client("poon")
    assert poon.post(reverse("consultations:release_wish"), {"wanted": "true"}).status_code == 302
    assert world.client("mei").post(reverse("consultations:release_wish"), {"wanted": "false"}).status_code == 403
    html = page(world, "rosa", paper, "?compose=p1.10").content.decode()
    assert "Send to a colleague for release" in html
    answer = send(world, "rosa", paper, body="wait-for-me", audience="group")
    assert "Waiting for a colleague" in world.client("rosa").get(answer["Location"]).content.decode()
    comment = comment_of(world, "rosa")
    for who in ("kalok", "officer"):
        assert "wait-for-me" not in page(world, who, paper).content.decode()
    listed = poon.get(reverse("consultations:waiting")).content.decode()
    assert "wait-for-me" in listed
    assert url("let_out", comment) in listed
    assert "wait-for-me" not in world.client("kalok").get(reverse("consultations:waiting")).content.decode()
    assert world.client("officer").get(reverse("consultations:waiting")).status_code == 403
    assert poon.post(url("give_back", comment), {"reason": "too-blunt"}).status_code == 302
    assert "too-blunt" in page(world, "rosa", paper).content.decode()
    world.client("rosa").post(url("edit", comment), {"body": "wait-for-me gently", "version": 1})
    assert poon.post(url("let_out", comment)).status_code == 302
    html = page(world, "kalok", paper).content.decode()
    assert "wait-for-me gently" in html
    assert "too-blunt" not in html


@pytest.mark.parametrize("who", ["mei", "poon"])
def test_who_answers_for_the_firm_narrows_and_withdraws_a_colleagues_comment(
    world: Any, paper: Consultation, who: str
) -> None:
    comment, client = say(paper, world, "rosa", "my-colleagues-post"), world.client(who)
    html = page(world, who, paper).content.decode()
    assert f"comments/{comment.pk}/readers/" in html
    assert f"comments/{comment.pk}/withdraw/" in html
    html = client.get(url("readers", comment)).content.decode()
    assert 'value="shared"' in html
    assert "More readers" not in html
    assert client.post(url("readers", comment), {"audience": "shared"}).status_code == 302
    assert client.post(url("readers", comment), {"audience": "group"}).status_code == 422
    assert "my-colleagues-post" not in page(world, "kalok", paper).content.decode()
    assert client.post(url("withdraw", comment), {"reason": "Sent too soon"}).status_code == 302
    assert "my-colleagues-post" not in page(world, "officer", paper).content.decode()
    for action in ("consultations.readers_narrowed", "consultations.comment_withdrawn"):
        assert Entry.objects.filter(verb=action, object_id=str(comment.pk)).count() == 1
    told = world.client("rosa").get("/notifications/").content.decode()
    assert "has fewer readers now" not in told, "what is withdrawn has no other news"
    assert "was withdrawn" in told


def test_what_stands_inside_the_firm_is_its_authors(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa", audience="organisation")
    for name in ("readers", "withdraw"):
        assert world.client("mei").get(url(name, comment)).status_code == 403


def test_all_members_is_not_offered_where_a_colleague_must_release(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "rosa", audience="shared")
    assert 'value="group"' in world.client("rosa").get(url("readers", comment)).content.decode()
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)
    html = world.client("rosa").get(url("readers", comment)).content.decode()
    assert 'value="organisation"' in html
    assert 'value="group"' not in html


def test_the_composer_says_that_agencies_read_it_too(world: Any, paper: Consultation) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)
    html = page(world, "rosa", paper, "?compose=p1.10").content.decode()
    assert "SFC, every platform and the observing agencies, with your name. A colleague releases it first." in html


def test_the_wish_is_the_firms_own(world: Any, paper: Consultation) -> None:
    act(world, "poon", members.set_release_wish, world.viewer("poon").organisation, wanted=True)
    send(world, "kalok", paper, body="at-once", audience="group")
    assert "at-once" in page(world, "mei", paper).content.decode()


# --- readings ----------------------------------------------------------------------------------------------------


def seen_by(world: Any, who: str) -> set[str]:
    viewer = world.viewer(who)
    with acting_as(viewer):
        return set(Seen.objects.visible_to(viewer).values_list("user__name_en", flat=True))


def test_who_has_had_an_official_post_before_them(world: Any, paper: Consultation) -> None:
    say(paper, world, "officer", official=True)
    world.client("mei").head(paper.get_absolute_url())
    world.client("mei").get(paper.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    page(world, "fan", paper)
    page(world, "officer", paper)
    assert seen_by(world, "officer") == set()
    for who in ("mei", "rosa", "kalok", "mei"):
        page(world, who, paper)
    assert seen_by(world, "officer") == {"Mei", "Rosa", "Kalok"}
    html = page(world, "officer", paper).content.decode()
    assert "Seen by 2 of 3 firms" in html
    assert "Not yet" in html
    own = page(world, "poon", paper).content.decode()
    assert "Seen by Mei, Rosa" in own
    assert "Seen by" not in page(world, "nina", paper).content.decode().replace("Seen by Nina", "")
    assert "Seen by" not in page(world, "fan", paper).content.decode()


def test_an_answer_to_one_firm_is_for_that_firm_to_see(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "mei", audience="shared")
    say(paper, world, "officer", audience="shared", parent=asked, official=True)
    assert "Seen by 0 of 1 firm" in page(world, "officer", paper).content.decode()


# --- keys --------------------------------------------------------------------------------------------------------


def test_the_keys_are_listed(world: Any) -> None:
    html = world.client("mei").get(reverse("consultations:shortcuts")).content.decode()
    for key in ("j", "k", "r", "c", "/", "?"):
        assert f"<kbd>{key}</kbd>" in html


def test_a_passage_is_found_as_the_reader_of_another_language(world: Any, paper: Consultation) -> None:
    with acting_as(world.viewer("mei")):
        passage = find(paper.paragraphs.get(number="1.1"), "段落")
        assert passage is not None
        assert passage.language == "zh_hant"
