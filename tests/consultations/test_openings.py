"""What an officer opens on a paper is in the log of its firm, once for each page; polls and firms cost nothing."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import workflow
from consultations.models import Attachment, Comment, Consultation
from members.models import Opening
from members.viewer import acting_as
from tests.consultations.conftest import make_paper, say
from tests.consultations.test_views import many
from tests.members.test_view_as import start


@pytest.fixture
def shared(world: Any, paper: Consultation) -> dict[str, Any]:
    return {who: say(paper, world, who, f"{who} to the SFC.", "shared") for who in ("mei", "kalok")}


def lines(world: Any, who: str = "secretary") -> list[tuple[str, str, str, set[str]]]:
    """Firm, kind, how, and what."""
    with acting_as(world.viewer(who)):
        rows = Opening.objects.order_by("at", "organisation__key")
        found = list(rows.values_list("organisation__key", "kind", "how", "objects_opened"))
    return [(*rest, set(keys)) for *rest, keys in found]


def test_a_page_writes_a_line_for_each_firm_that_names_its_comments(
    world: Any, paper: Consultation, shared: dict[str, Any]
) -> None:
    say(paper, world, "nina", "To all.", "group")
    client = world.client("officer")
    client.get(paper.get_absolute_url())
    expected = [
        ("banyan", "consultations.comment", "read", {str(shared["kalok"].pk)}),
        ("harbour", "consultations.comment", "read", {str(shared["mei"].pk)}),
    ]
    assert lines(world) == expected
    # Its own firm reads of it, no rival does.
    assert lines(world, "mei") == expected[1:]
    client.get(paper.get_absolute_url())
    assert len(lines(world)) == 4, "the second time is an opening too"


@pytest.mark.parametrize(("who", "further"), [("officer", 1), ("mei", 0)])
def test_a_thousand_shared_comments_cost_an_officer_one_statement_and_a_firm_none(
    world: Any, who: str, further: int
) -> None:
    paper = make_paper(world, key="cp-many")
    with acting_as(world.viewer("officer")):
        first = paper.paragraphs.first()
    many(world, paper, 1000, [first])
    with acting_as(world.viewer("mei")):
        Comment.objects.filter(consultation=paper).update(audience="shared")
    client = world.client(who)
    client.get(paper.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        assert client.get(paper.get_absolute_url()).status_code == 200
    # Django knows no text of a statement that was prepared before.
    asked = [one["sql"] for one in queries]
    assert sum('INTO "members_opening"' in sql for sql in asked) == further
    assert sum("SAVEPOINT" not in sql for sql in asked) <= 12 + further


def test_a_poll_without_news_writes_nothing_and_one_with_news_does(
    world: Any, paper: Consultation, shared: dict[str, Any]
) -> None:
    client, address = world.client("officer"), reverse("consultations:news", args=[paper.key])
    stamp = client.get(address, headers={"If-None-Match": "1"})["ETag"]
    before = len(lines(world))
    assert before == 2
    assert client.get(address, headers={"If-None-Match": stamp}).status_code == 304
    assert client.head(paper.get_absolute_url()).status_code in {200, 405}
    assert len(lines(world)) == before


def test_an_export_names_every_comment_in_it_as_exported(
    world: Any, paper: Consultation, shared: dict[str, Any]
) -> None:
    client = world.client("officer")
    assert client.get(reverse("consultations:export_file", args=[paper.key, "comments", "json"])).status_code == 200
    assert [(firm, how, keys) for firm, _kind, how, keys in lines(world)] == [
        (firm, "export", {str(shared[who].pk)}) for firm, who in (("banyan", "kalok"), ("harbour", "mei"))
    ]
    # A paper without its comments opens nothing.
    client.get(reverse("consultations:export_file", args=[paper.key, "paper", "md"]))
    assert len(lines(world)) == 2


def test_a_file_is_a_download_of_that_file(world: Any, paper: Consultation, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    mei = world.viewer("mei")
    with acting_as(mei):
        spot = workflow.Spot(paper, "whole")
        draft = workflow.save_draft(spot, actor=mei, body="See the file.")
        assert draft is not None
        workflow.attach(draft, SimpleUploadedFile("plan.txt", b"Our plan."), actor=mei)
    comment = say(paper, world, "mei", "See the file.", "shared", draft=draft)
    with acting_as(mei):
        file = Attachment.objects.get(comment=comment)
    address = reverse("consultations:attachment", args=[paper.key, comment.pk, file.pk])
    response = world.client("officer").get(address)
    assert b"".join(response.streaming_content) == b"Our plan."
    assert ("harbour", "consultations.attachment", "download", {str(file.pk)}) in lines(world)


def test_saving_a_draft_of_an_answer_opens_nothing(world: Any, paper: Consultation, shared: dict[str, Any]) -> None:
    """It is kept every three seconds, and shows nothing of what it answers."""
    client = world.client("officer")
    sent = {"parent": str(shared["mei"].pk), "body": "Thank you", "audience": "shared"}
    answer = client.post(reverse("consultations:save_draft", args=[paper.key]), sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert lines(world) == []


def test_what_is_asked_and_refused_opens_nothing(world: Any, paper: Consultation, shared: dict[str, Any]) -> None:
    client = world.client("officer")
    # The officer may not change the firm's comment: no word of it is on the answer.
    assert client.get(reverse("consultations:edit", args=[paper.key, shared["mei"].pk])).status_code == 403
    assert lines(world) == []


def test_what_the_office_reads_through_a_firms_eyes_is_opened_by_the_office(
    world: Any, paper: Consultation, shared: dict[str, Any]
) -> None:
    browser = start(world)
    assert "mei to the SFC." in browser.get(paper.get_absolute_url()).content.decode()
    with acting_as(world.viewer("mei")):
        row = Opening.objects.get()
    assert (row.user_id, row.role, row.reader_organisation_id) == (world.secretary.pk, "secretariat", world.sfc.pk)
    assert row.objects_opened == [str(shared["mei"].pk)]
