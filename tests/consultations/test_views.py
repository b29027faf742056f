"""The pages, with htmx and without."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.models import Comment, Consultation
from consultations.short import shortened
from members.viewer import acting_as
from portal.common import clock
from tests.consultations.conftest import make_paper, say

HTMX = {"HTTP_HX_REQUEST": "true"}


def page(world: Any, who: str | None, paper: Consultation, query: str = "", **headers: Any) -> Any:
    return world.client(who).get(paper.get_absolute_url() + query, **headers)


def test_the_list_shows_open_then_planned_then_past(world: Any, paper: Consultation) -> None:
    make_paper(world, key="cp-2", opens=timedelta(days=5), closes=timedelta(days=50))
    make_paper(world, key="cp-3", opens=timedelta(days=-90), closes=timedelta(days=-9))
    answer = world.client("officer").get(reverse("consultations:list"))
    assert [one.key for one in answer.context["page"]] == ["cp-1", "cp-2", "cp-3"]
    answer = world.client("mei").get(reverse("consultations:list"))
    assert [one.key for one in answer.context["page"]] == ["cp-1", "cp-3"]
    answer = world.client("mei").get(reverse("consultations:list"), {"state": "past"})
    assert [one.key for one in answer.context["page"]] == ["cp-3"]


def test_the_public_sees_public_papers_alone(world: Any, paper: Consultation) -> None:
    public = make_paper(world, key="cp-pub", audience="public")
    answer = world.client(None).get(reverse("consultations:list"))
    assert [one.key for one in answer.context["page"]] == ["cp-pub"]
    assert page(world, None, paper).status_code == 404
    answer = page(world, None, public)
    assert answer.status_code == 200
    assert "compose" not in answer.content.decode()


def test_a_planned_paper_does_not_exist_for_a_platform(world: Any) -> None:
    paper = make_paper(world, key="cp-2", opens=timedelta(days=5), closes=timedelta(days=50))
    assert page(world, "mei", paper).status_code == page(world, "mei", paper, "x/").status_code == 404
    assert page(world, "officer", paper).status_code == 200


def test_each_reader_finds_the_comments_that_they_may_read(world: Any, paper: Consultation) -> None:
    for audience in ("organisation", "shared", "group"):
        say(paper, world, "mei", f"mei-{audience}", audience=audience)
    say(paper, world, "officer", "sfc-regulator", audience="regulator")
    wanted = {
        "rosa": {"mei-organisation", "mei-shared", "mei-group"},
        "kalok": {"mei-group"},
        "fan": {"mei-group"},
        "officer": {"mei-shared", "mei-group", "sfc-regulator"},
    }
    every = set.union(*wanted.values())
    for who, texts in wanted.items():
        answer = page(world, who, paper)
        html = answer.content.decode()
        assert {text for text in every if text in html} == texts
        assert answer.context["reading"].total == len(texts)


def test_the_filter_counts_what_the_reader_can_read(world: Any, paper: Consultation) -> None:
    say(paper, world, "mei", "one", audience="organisation")
    say(paper, world, "mei", "two", audience="group")
    reading = page(world, "mei", paper, "?audience=organisation").context["reading"]
    assert [(row.audience, count) for row, count in reading.audiences] == [("group", 1), ("organisation", 1)]
    assert reading.places["whole"].count == reading.places["whole"].shown == 1


def test_the_composer_opens_without_script(world: Any, paper: Consultation) -> None:
    html = page(world, "mei", paper, "?compose=p1.10").content.decode()
    assert html.count('id="compose"') == 1
    assert html.index('id="p1.10"') < html.index('id="compose"') < html.index('id="p2.1"')
    # The narrowest readership is the one that is marked.
    assert 'value="organisation" checked' in html
    html = page(world, "officer", paper, "?compose=p1.10").content.decode()
    assert 'value="regulator" checked' in html


def send(world: Any, who: str, paper: Consultation, headers: dict[str, str] | None = None, **data: Any) -> Any:
    data = {"anchor": "p1.10", "body": "A remark", "audience": "group", **data}
    return world.client(who).post(reverse("consultations:post", args=[paper.key]), data, **(headers or {}))


def test_posting_without_script_leads_back_to_the_comment(world: Any, paper: Consultation) -> None:
    answer = send(world, "mei", paper)
    with acting_as(world.viewer("mei")):
        comment = Comment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, comment.get_absolute_url())
    assert f'id="c-{comment.pk}"' in world.client("mei").get(answer["Location"]).content.decode()


def test_posting_with_htmx_gives_the_thread(world: Any, paper: Consultation) -> None:
    answer = send(world, "mei", paper, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert 'id="t-p1.10"' in html
    assert "A remark" in html
    assert 'id="compose"' not in html


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    "data", [{"body": "  "}, {"body": "kept-text", "audience": "regulator"}, {"body": "kept-text" + "x" * 20_001}]
)
def test_refused_input_keeps_the_text(
    world: Any, paper: Consultation, headers: dict[str, str], data: dict[str, str]
) -> None:
    answer = send(world, "mei", paper, headers=headers, **data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('id="compose"') == 1
    assert 'class="error"' in html
    if "kept" in data["body"]:
        assert "kept-text" in html
    with acting_as(world.viewer("mei")):
        assert not Comment.objects.exists()


@pytest.mark.parametrize("who", ["fan", None])
def test_those_who_do_not_write_cannot_post(world: Any, paper: Consultation, who: str | None) -> None:
    assert send(world, who, paper).status_code in {302, 403}
    with acting_as(world.viewer("officer")):
        assert not Comment.objects.exists()


def test_a_hidden_parent_and_an_absent_one_are_answered_alike(world: Any, paper: Consultation) -> None:
    hidden = say(paper, world, "mei", audience="organisation")
    answers = [send(world, "kalok", paper, parent=pk) for pk in (hidden.pk, "b7a3e0c4-0d3c-4a39-9a0a-0a6f8a4b1c11")]
    assert [answer.status_code for answer in answers] == [422, 422]
    with acting_as(world.viewer("kalok")):
        assert not Comment._default_manager.filter(consultation=paper).exists()
    for name in ("edit", "withdraw", "comment_history"):
        assert (
            world.client("kalok").get(reverse(f"consultations:{name}", args=[paper.key, hidden.pk])).status_code == 404
        )


def test_editing_and_its_history(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "first-text")
    address = reverse("consultations:edit", args=[paper.key, comment.pk])
    client = world.client("mei")
    assert "first-text" in client.get(address).content.decode()
    assert client.post(address, {"body": "second-text", "reason": "Typing error", "version": 1}).status_code == 302
    conflict = client.post(address, {"body": "third-text", "version": 1})
    assert conflict.status_code == 409
    assert "third-text" in conflict.content.decode()
    assert "second-text" in conflict.content.decode()
    html = (
        world.client("kalok")
        .get(reverse("consultations:comment_history", args=[paper.key, comment.pk]))
        .content.decode()
    )
    assert html.index("second-text") < html.index("first-text")
    assert world.client("kalok").get(address).status_code == 403


def test_a_withdrawn_text_is_gone_from_the_page(world: Any, paper: Consultation) -> None:
    comment = say(paper, world, "mei", "secret-text")
    address = reverse("consultations:withdraw", args=[paper.key, comment.pk])
    client = world.client("mei")
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Posted by mistake"}).status_code == 302
    html = page(world, "kalok", paper).content.decode()
    assert "secret-text" not in html
    assert "Posted by mistake" in html
    history = reverse("consultations:comment_history", args=[paper.key, comment.pk])
    assert world.client("kalok").get(history).status_code == 404
    assert "secret-text" in world.client("rosa").get(history).content.decode()


def test_official_and_resolved(world: Any, paper: Consultation) -> None:
    asked = say(paper, world, "kalok")
    answer = say(paper, world, "officer", parent=asked)
    args = [paper.key, answer.pk]
    assert world.client("kalok").post(reverse("consultations:official", args=args)).status_code == 403
    assert world.client("officer").post(reverse("consultations:official", args=args)).status_code == 302
    assert world.client("kalok").post(reverse("consultations:resolve", args=args), **HTMX).status_code == 200
    html = page(world, "nina", paper).content.decode()
    assert "Official answer" in html
    assert "Marked as resolved by Kalok" in html


XSS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "<svg/onload=alert(1)>",
    '<a href="data:text/html,x" hx-get="/x">a</a>', "![x](x)", '<div style="x" id="main">', "</textarea><script>",
)  # fmt: skip


def test_markdown_cannot_carry_script(world: Any, paper: Consultation) -> None:
    for text in XSS:
        body = say(paper, world, "mei", text, audience="group").body_html
        # What is left are words: no tag but those of Markdown, and no address that runs.
        tags = set(re.findall(r"<(\w+)([^>]*)>", body))
        assert {name for name, _rest in tags} <= {"p", "a"}
        assert not [rest for _name, rest in tags if re.search(r"javascript:|data:|on\w+=|hx-|style=", rest)]
    html = page(world, "kalok", paper, "?compose=whole").content.decode()
    assert "<script>alert" not in html
    answer = send(world, "mei", paper, body="</textarea><script>alert(1)</script>", audience="public")
    assert "</textarea><script>" not in answer.content.decode()


def many(world: Any, paper: Consultation, count: int, anchors: list[Any]) -> None:
    """Comments by the dozen, past the verb."""
    first = say(paper, world, "mei", anchor=anchors[0])
    rows = []
    for number in range(count - 1):
        row = Comment.objects.model(
            **{f.attname: getattr(first, f.attname) for f in Comment._meta.concrete_fields if f.name != "id"}
        )
        row.section = row.question = row.paragraph = None
        row.paragraph = anchors[number % len(anchors)]
        rows.append(row)
    with acting_as(world.viewer("mei")):
        Comment.objects.bulk_create(rows, batch_size=500)


def cost(client: Any, address: str) -> list[str]:
    """The queries of a page that is opened again: without what a session writes at first, and without savepoints,
    which stand for the begin and commit that a request outside tests has."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content.decode().count('<article class="cmt') <= 100
    return [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]


@pytest.mark.parametrize("who", ["mei", "officer"])
@pytest.mark.parametrize("spread", [True, False])
def test_queries_do_not_grow_with_the_comments(world: Any, who: str, spread: bool) -> None:
    counts = {}
    for size in (10, 1000):
        paper = make_paper(world, key=f"cp-{size}")
        with acting_as(world.viewer("officer")):
            paragraphs = list(paper.paragraphs.all()) if spread else [paper.paragraphs.first()]
        many(world, paper, size, paragraphs)
        queries = cost(world.client(who), paper.get_absolute_url())
        counts[size] = len(queries)
    assert counts[10] == counts[1000]
    assert counts[1000] <= 12, "\n".join(sql[:140] for sql in queries)


def page_of(world: Any, who: str, size: int) -> str:
    """A paper on whose first paragraph Mei wrote so many comments, as `who` has it."""
    paper = make_paper(world, key=f"cp-{size}")
    with acting_as(world.viewer("officer")):
        first = paper.paragraphs.first()
    many(world, paper, size, [first])
    return world.client(who).get(paper.get_absolute_url()).content.decode()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("who", "limit"), [("kalok", 600), ("mei", 1050), ("officer", 1020), (None, 1)])
def test_a_comment_adds_few_bytes_to_a_page(world: Any, who: str | None, limit: int) -> None:
    """What stands around a comment of nine letters. A page has a hundred."""
    few, more = (page_of(world, who, size) for size in (20, 100))  # type: ignore[arg-type]
    assert more.count('<article class="cmt') - few.count('<article class="cmt') == (80 if who else 0)
    assert (len(more.encode()) - len(few.encode())) / 80 <= limit


def test_posting_costs_fourteen_statements(world: Any, paper: Consultation) -> None:
    """Two of them are the verb's savepoint, which is not in this list; begin and commit are not counted. Two more keep
    away a draft that is saved late."""
    say(paper, world, "rosa")
    client = world.client("mei")
    data = {"body": "We agree.", "audience": "group", "anchor": "whole"}
    address = reverse("consultations:post", args=[paper.key])
    client.post(address, data)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address, data).status_code == 302
    found = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(found) <= 14 - 2 + 2, "\n".join(sql[:140] for sql in found)


def test_a_copied_link_finds_its_comment(world: Any, paper: Consultation) -> None:
    """The link says the comment alone; where it is, is worked out for who comes, and says nothing to who may not."""
    shared = say(paper, world, "mei", audience="shared")
    address = paper.get_absolute_url()
    page = world.client("mei").get(address).content.decode()
    assert f'href="?c={shortened(shared.pk)}"' in page
    answer = world.client("mei").get(f"{address}?c={shortened(shared.pk)}")
    assert answer.status_code == 302
    assert answer["Location"] == f"{address}?thread=whole&c={shared.pk}#c-{shared.pk}"
    hidden = world.client("kalok").get(f"{address}?c={shortened(shared.pk)}")
    absent = world.client("kalok").get(f"{address}?c={uuid.UUID(int=1).hex}")
    assert hidden.status_code == absent.status_code == 200
    assert str(shared.pk) not in hidden.content.decode()
    assert world.client("kalok").get(f"{address}?c=nonsense").status_code == 200


def test_a_copied_link_finds_a_comment_beyond_the_first_page(world: Any, paper: Consultation) -> None:
    with acting_as(world.viewer("mei")):
        first = paper.paragraphs.first()
    many(world, paper, 120, [first])
    with clock.at(clock.now() + timedelta(minutes=1)):
        last = say(paper, world, "mei", anchor=first)
    answer = world.client("mei").get(f"{paper.get_absolute_url()}?c={last.pk.hex}")
    assert answer["Location"].endswith(f"?page=2#c-{last.pk}")


def test_buttons_send_the_form_of_the_page(world: Any, paper: Consultation) -> None:
    """One form with the token, and each button's own address, from the page's where it stands on the paper's own."""
    comment = say(paper, world, "mei")
    address = paper.get_absolute_url()
    page = world.client("officer").get(address).content.decode()
    button = f'form="do" formaction="comments/{comment.pk}/pin/" hx-post="comments/{comment.pk}/pin/" name="pinned"'
    assert page.count('<form id="do" method="post" hidden>') == 1
    assert button in page
    thread = reverse("consultations:thread", args=[paper.key, "whole"])
    whole = f'formaction="{address}comments/{comment.pk}/pin/"'
    assert whole in world.client("officer").get(thread).content.decode()
    # What htmx fetches may be put on either page.
    part = world.client("officer").get(f"{address}?compose=whole", headers={"HX-Request": "true"}).content.decode()
    assert whole in part


def test_the_list_costs_nine_queries(world: Any, paper: Consultation) -> None:
    for number in range(5):
        make_paper(world, key=f"cp-x{number}")
    queries = cost(world.client("mei"), reverse("consultations:list"))
    assert len(queries) <= 9, "\n".join(sql[:140] for sql in queries)
