"""The workspace of a draft: who may work there, what each act does, and what never happens to somebody else's text."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from audit.models import Entry
from consultations.models import Consultation, Paragraph, Question
from consultations.parts import following, parts_of, seal
from consultations.workflow import drafting
from consultations.workspace import contents, gaps
from members.viewer import acting_as
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.conftest import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: Any) -> Consultation:
    return make_paper(world, key="cp-draft", release=False)


@pytest.fixture
def officer(world: Any) -> Iterator[Any]:
    viewer = world.viewer("officer")
    with acting_as(viewer):
        yield viewer


def numbers(draft: Consultation, kind: str) -> list[str]:
    return [row.number for row in parts_of(draft, kind)]


PAGES = (
    "",
    "details/",
    "gaps/",
    "renumber/",
    "markdown/en/",
    "add/section/",
    "add/paragraph/",
    "add/annex/",
    "imports/new/",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["mei", "kalok", "fan", "admin", "secretary", "officer", "chair", None])
def test_only_paper_roles_enter_the_workspace(world: Any, draft: Consultation, page: str, who: str | None) -> None:
    response = world.client(who).get(f"/consultations/cp-draft/draft/{page}")
    if who in {"officer", "secretary", "chair"}:
        assert response.status_code == 200
    elif who is None:
        assert response.status_code == 302
        assert "login" in response["Location"]
    else:
        assert response.status_code == 403
    absent = world.client(who).get(f"/consultations/cp-none/draft/{page}")
    assert absent.status_code == (404 if who in {"officer", "secretary", "chair"} else response.status_code)


@pytest.mark.parametrize("who", ["mei", "poon", "fan", "admin"])
def test_no_verb_of_drafting_is_for_others(world: Any, draft: Consultation, who: str) -> None:
    with acting_as(world.viewer("officer")):
        paragraph = draft.paragraphs.first()
        before = seal(paragraph)
    actor = world.viewer(who)
    with acting_as(actor):
        for act in (
            lambda: drafting.insert_part(draft, "section", actor=actor, texts={"title": {"en": "X"}}, number="9"),
            lambda: drafting.revise_part(paragraph, actor=actor, seen=before, texts={"body": {"en": "X"}}),
            lambda: drafting.move_part(paragraph, actor=actor, up=True),
            lambda: drafting.remove_part(paragraph, actor=actor, seen=before),
            lambda: drafting.renumber(draft, actor=actor, by_section=True),
            lambda: drafting.begin_paper(actor=actor, texts={}, relations={}),
            lambda: drafting.revise_paper(draft, actor=actor, seen="", texts={}, relations={}),
            lambda: drafting.new_statement("9", {"en": "X"}, actor=actor),
        ):
            with pytest.raises(Forbidden):
                act()


def test_a_draft_of_a_working_group_is_absent_for_officers_outside_it(world: Any) -> None:
    make_paper(world, key="cp-custody", release=False, working_group=world.custody)
    assert world.client("officer").get("/consultations/cp-custody/draft/").status_code == 200
    assert world.client("secretary").get("/consultations/cp-custody/draft/").status_code == 404


def test_a_published_paper_has_no_workspace(world: Any, paper: Consultation) -> None:
    client = world.client("officer")
    response = client.get("/consultations/cp-1/draft/")
    assert response.status_code == 302
    assert response["Location"] == "/consultations/cp-1/"
    with acting_as(world.viewer("officer")):
        row = paper.paragraphs.first()
        with pytest.raises(Refused):
            drafting.revise_part(row, actor=world.viewer("officer"), seen=seal(row), texts={"body": {"en": "X"}})


def new_form(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "CP 2027-01", "key": "cp-2027-01", "kind": "panel", "audience": "group",
        "languages": ["en", "zh_hant"], "lead": world.officer.pk, "title_en": "Staking by platforms",
        "title_zh_hant": "平台的質押服務", "purpose_en": "To hear what protects clients.", **changes,
    }  # fmt: skip


def test_an_officer_begins_a_paper(world: Any) -> None:
    client = world.client("officer")
    assert client.get("/consultations/new/").status_code == 200
    sent = new_form(world, statement_version="3", statement_en="What is collected is used for the consultation.")
    response = client.post("/consultations/new/", sent)
    assert response.status_code == 302
    assert response["Location"] == "/consultations/cp-2027-01/draft/"
    with acting_as(world.viewer("officer")):
        made = Consultation.objects.get(key="cp-2027-01")
        assert made.statement.version == "3"
        assert made.state == "draft"
        assert made.title_zh_hant == "平台的質押服務"
        assert Entry.objects.filter(verb="consultations.drafted", object_id=str(made.pk)).exists()
    assert client.get("/consultations/cp-2027-01/draft/").status_code == 200
    assert world.client("mei").get("/consultations/cp-2027-01/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": "CP"}, "reference"),
        ({"key": "new"}, "key"),
        ({"key": "calendar"}, "key"),
        ({"key": "cp draft"}, "key"),
        ({"key": "cp-draft"}, "key"),
        ({"reference": "CP 2026-99"}, "reference"),
        ({"kind": "further"}, "follows"),
        ({"kind": "joint"}, "lead_body_en"),
        ({"opens_at": "2027-02-01T09:00", "closes_at": "2027-01-01T09:00"}, "closes_at"),
        ({"title_en": ""}, "title_en"),
        ({"statement_version": "9"}, "statement_en"),
        ({"statement_en": "Text"}, "statement_version"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    world: Any, draft: Consultation, changes: dict[str, Any], field: str
) -> None:
    with acting_as(world.viewer("officer")):
        Consultation.objects.filter(pk=draft.pk).update(reference="CP 2026-99")
    response = world.client("officer").post("/consultations/new/", new_form(world, **changes))
    assert response.status_code == 422
    assert response.context["form"].errors.get(field)
    assert "To hear what protects clients." in response.content.decode()


def test_a_version_of_the_statement_never_changes(world: Any, officer: Any) -> None:
    drafting.new_statement("7", {"en": "One text."}, actor=officer)
    assert drafting.new_statement("7", {"en": "One text."}, actor=officer).version == "7"
    with pytest.raises(Refused) as refusal:
        drafting.new_statement("7", {"en": "Another."}, actor=officer)
    assert refusal.value.field == "statement_version"


def test_details_changed_by_two_officers(world: Any, draft: Consultation, officer: Any) -> None:
    client = world.client("officer")
    page = client.get("/consultations/cp-draft/draft/details/")
    initial = page.context["form"].initial
    sent: dict[str, Any] = {name: value for name, value in initial.items() if isinstance(value, str)}
    sent |= {
        "lead": world.officer.pk,
        "languages": ["en", "zh_hant"],
        "title_en": "Mine",
        "purpose_en": "My purpose",
        "reference": "CP 1",
    }
    other = {**sent, "title_en": "Theirs"}
    first = world.client("chair").post("/consultations/cp-draft/draft/details/", other)
    assert first.status_code == 302, first.context["form"].errors
    lost = client.post("/consultations/cp-draft/draft/details/", sent)
    assert lost.status_code == 409
    content = lost.content.decode()
    assert "My purpose" in content
    assert "<del>" in content
    assert "Theirs" in content
    again = {**sent, "seen": lost.context["form"].data["seen"]}
    assert client.post("/consultations/cp-draft/draft/details/", again).status_code == 302
    draft.refresh_from_db()
    assert draft.title_en == "Mine"


# --- parts -------------------------------------------------------------------------------------------------------


def test_a_part_goes_where_it_was_asked_for(draft: Consultation, officer: Any) -> None:
    first = draft.paragraphs.get(number="1.1")
    for number in ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"):
        drafting.insert_part(
            draft, "paragraph", actor=officer, after=first, texts={"body": {"en": number}}, number=number,
            section_id=first.section_id,
        )  # fmt: skip
    assert numbers(draft, "paragraph") == ["1.1", *(f"1.{n}" for n in range(8, 1, -1)), "1.10", "2.1", "2.10"]
    section = draft.sections.get(number="1")
    drafting.insert_part(
        draft, "paragraph", actor=officer, texts={"body": {"en": "end"}}, number="1.99", section_id=section.pk
    )
    assert numbers(draft, "paragraph")[-3:] == ["1.99", "2.1", "2.10"]


def test_a_number_is_taken_once(draft: Consultation, officer: Any) -> None:
    section = draft.sections.get(number="1")
    where = {"number": " 2.1 ", "section_id": section.pk}
    with pytest.raises(Refused) as refusal:
        drafting.insert_part(draft, "paragraph", actor=officer, texts={"body": {"en": "x"}}, **where)
    assert refusal.value.field == "number"


@pytest.mark.parametrize(
    ("number", "taken", "expected"),
    [("12", ["12"], "13"), ("12", ["12", "13"], "12A"), ("12", ["12", "13", "12A"], "12B"), ("12A", ["13"], "12B"),
     ("2.9", [], "2.10"), ("", [], "1"), ("A", [], "")],
)  # fmt: skip
def test_the_number_that_is_offered(number: str, taken: list[str], expected: str) -> None:
    if number == "12A":
        expected = "12B" if "12A" in taken else "12A"
    assert following(number, taken) == expected


def test_moving(draft: Consultation, officer: Any) -> None:
    paragraph = draft.paragraphs.get(number="1.10")
    assert drafting.move_part(paragraph, actor=officer, up=True)
    assert numbers(draft, "paragraph") == ["1.10", "1.1", "2.1", "2.10"]
    # At the edge of its section it goes over into the next.
    moved = draft.paragraphs.get(number="1.1")
    assert drafting.move_part(moved, actor=officer, up=False)
    assert draft.paragraphs.get(number="1.1").section.number == "2"
    assert numbers(draft, "paragraph") == ["1.10", "1.1", "2.1", "2.10"]
    assert not drafting.move_part(draft.paragraphs.get(number="1.10"), actor=officer, up=True)
    # A section takes its paragraphs along.
    assert drafting.move_part(draft.sections.get(number="2"), actor=officer, up=True)
    assert numbers(draft, "section") == ["2", "1"]
    assert numbers(draft, "paragraph") == ["1.1", "2.1", "2.10", "1.10"]
    assert numbers(draft, "question") == ["2", "1"]


def test_renumbering_in_reading_order(draft: Consultation, officer: Any) -> None:
    drafting.move_part(draft.sections.get(number="2"), actor=officer, up=True)
    drafting.renumber(draft, actor=officer, by_section=False)
    assert numbers(draft, "section") == ["1", "2"]
    assert numbers(draft, "paragraph") == ["1", "2", "3", "4"]
    assert numbers(draft, "question") == ["1", "2"]
    drafting.renumber(draft, actor=officer, by_section=True)
    assert numbers(draft, "paragraph") == ["1.1", "1.2", "2.1", "2.2"]
    assert drafting.renumber(draft, actor=officer, by_section=True) == []


def test_what_is_removed_stays_in_the_history(draft: Consultation, officer: Any) -> None:
    paragraph = draft.paragraphs.get(number="1.1")
    # Nobody can take a row of the history away: tests/portal/test_row_security.py.
    events = Paragraph.pgh_event_model.objects.filter(pgh_obj_id=paragraph.pk)  # type: ignore[attr-defined]
    assert "Paragraph **1.1**" in {event.body_en for event in events}
    drafting.remove_part(paragraph, actor=officer, seen=seal(paragraph))
    assert numbers(draft, "paragraph") == ["1.10", "2.1", "2.10"]
    entry = Entry.objects.get(verb="consultations.part_removed")
    assert entry.detail["number"] == "1.1"
    section = draft.sections.get(number="2")
    drafting.remove_part(section, actor=officer, seen=seal(section))
    assert numbers(draft, "paragraph") == ["1.10"]
    assert numbers(draft, "question") == ["1"]


def test_a_translation_that_is_older_is_flagged(draft: Consultation, officer: Any) -> None:
    def revise(checked: bool = False, **body: str) -> Paragraph:
        row = draft.paragraphs.get(number="1.1")
        made: Paragraph = drafting.revise_part(
            row, actor=officer, seen=seal(row), texts={"body": body}, checked=checked
        )
        return made

    assert revise(en="New English").stale_since is not None
    assert revise(en="Newer English").stale_since is not None
    assert revise(zh_hant="新的段落").stale_since is None
    assert revise(en="Newest").stale_since is not None
    assert revise(checked=True).stale_since is None
    assert revise(en="A comma", checked=True).stale_since is None
    # A paragraph without Chinese has nothing that could be behind.
    bare = draft.paragraphs.get(number="1.10")
    changed = drafting.revise_part(bare, actor=officer, seen=seal(bare), texts={"body": {"en": "Other"}})
    assert changed.stale_since is None


def test_two_officers_at_one_paragraph(world: Any, draft: Consultation) -> None:
    with acting_as(world.viewer("officer")):
        row = draft.paragraphs.get(number="1.1")
    address = f"/consultations/cp-draft/draft/parts/paragraph/{row.pk}/"
    one, two = world.client("officer"), world.client("chair")
    seen = one.get(address).context["form"].initial["seen"]
    sent = {"seen": seen, "number": "1.1", "section": row.section_id, "body_zh_hant": "段落"}
    assert two.post(address, {**sent, "body_en": "Theirs came first."}).status_code == 302
    lost = one.post(address, {**sent, "body_en": "Mine, with much work."})
    assert lost.status_code == 409
    content = lost.content.decode()
    assert "Mine, with much work.</textarea>" in content
    assert "Theirs" in content
    assert "<del>" in content
    with acting_as(world.viewer("officer")):
        row.refresh_from_db()
        assert row.body_en == "Theirs came first."
    again = one.post(address, {**sent, "body_en": "Both.", "seen": lost.context["form"].data["seen"]})
    assert again.status_code == 302


def test_preview_saves_nothing(world: Any, draft: Consultation) -> None:
    with acting_as(world.viewer("officer")):
        row = draft.paragraphs.get(number="1.1")
    address = f"/consultations/cp-draft/draft/parts/paragraph/{row.pk}/"
    response = world.client("officer").post(
        address, {"preview": "1", "number": "1.1", "section": row.section_id, "body_en": "**Bold** <script>x</script>"}
    )
    assert response.status_code == 200
    content = response.content.decode()
    assert "<strong>Bold</strong>" in content
    assert "<script>x" not in content
    with acting_as(world.viewer("officer")):
        row.refresh_from_db()
        assert "Bold" not in row.body_en


def test_a_question_is_tied_by_numbers(world: Any, draft: Consultation) -> None:
    client = world.client("officer")
    with acting_as(world.viewer("officer")):
        section = draft.sections.get(number="2")
    sent = {
        "number": "3",
        "section": section.pk,
        "body_en": "And this?",
        "paragraphs": "1.1 to 1.10, 2.1",
        "asks_position": "on",
    }
    wrong = client.post("/consultations/cp-draft/draft/add/question/", {**sent, "paragraphs": "1.1, 7.7"})
    assert wrong.status_code == 422
    assert "7.7" in str(wrong.context["form"].errors["paragraphs"])
    assert client.post("/consultations/cp-draft/draft/add/question/", sent).status_code == 302
    with acting_as(world.viewer("officer")):
        made = Question.objects.get(consultation=draft, number="3")
        assert list(made.paragraphs.order_by("position").values_list("number", flat=True)) == ["1.1", "1.10", "2.1"]


def test_every_page_of_the_workspace(world: Any, draft: Consultation, officer: Any) -> None:
    titled = {"title": {"en": "Draft rules"}}
    annex = drafting.insert_part(draft, "annex", actor=officer, texts=titled, key="A", kind="marked_text")
    clause = drafting.insert_part(
        annex, "clause", actor=officer, texts={"body": {"en": "A {++new++} {--old--} word"}}, number="1(1)"
    )
    terms = drafting.insert_part(draft, "annex", actor=officer, texts={"title": {"en": "Terms"}}, key="B", kind="terms")
    term = drafting.insert_part(
        terms, "term", actor=officer, texts={"term": {"en": "Wallet"}, "meaning": {"en": "Keys"}}
    )
    other = drafting.insert_part(
        terms, "term", actor=officer, texts={"term": {"en": "Seed"}, "meaning": {"en": "Words"}}
    )
    assert drafting.move_part(other, actor=officer, up=True)
    client = world.client("officer")
    section, paragraph, question = draft.sections.first(), draft.paragraphs.first(), draft.questions.first()
    pages = [f"sections/{section.pk}/", f"annexes/{annex.pk}/", f"annexes/{terms.pk}/", f"add/clause/?annex={annex.pk}",
             f"add/term/?annex={terms.pk}", f"add/paragraph/?after={paragraph.pk}",
             f"add/question/?section={section.pk}&on={paragraph.pk}", "renumber/?scheme=running"]  # fmt: skip
    for kind, row in (("section", section), ("paragraph", paragraph), ("question", question), ("annex", annex),
                      ("clause", clause), ("term", term)):  # fmt: skip
        pages += [f"parts/{kind}/{row.pk}/", f"parts/{kind}/{row.pk}/remove/"]
    for page in pages:
        response = client.get(f"/consultations/cp-draft/draft/{page}")
        assert response.status_code == 200, page
    shown = client.get(f"/consultations/cp-draft/draft/annexes/{annex.pk}/").content.decode()
    assert "<ins>new</ins>" in shown
    assert "<del>old</del>" in shown
    moved = client.post(f"/consultations/cp-draft/draft/parts/clause/{clause.pk}/move/", {"to": "up"})
    assert moved.status_code == 302
    gone = client.post(f"/consultations/cp-draft/draft/parts/term/{term.pk}/remove/", {"seen": seal(term)})
    assert gone.status_code == 302


def test_what_lacks_a_language_is_counted_as_it_is_listed(world: Any, draft: Consultation, officer: Any) -> None:
    Consultation.objects.filter(pk=draft.pk).update(languages=["en", "zh_hant"])
    draft.refresh_from_db()
    for name in ("sections", "paragraphs", "questions"):
        column = "title_zh_hant" if name == "sections" else "body_zh_hant"
        getattr(draft, name).update(**{column: "文本"})
    assert not gaps(draft)
    draft.sections.filter(number="1").update(title_zh_hant="")
    draft.paragraphs.filter(number="1.1").update(body_zh_hant="", body_en="")
    draft.questions.filter(number="1").update(stale_since=clock.now())
    titled = {"title": {"en": "Draft rules", "zh_hant": "規則草擬本"}}
    annex = drafting.insert_part(draft, "annex", actor=officer, texts=titled, key="A", kind="marked_text")
    clause = {"body": {"en": "A clause"}}
    drafting.insert_part(annex, "clause", actor=officer, texts=clause, number="1")
    terms = drafting.insert_part(draft, "annex", actor=officer, texts=titled, key="B", kind="terms")
    term = {"term": {"en": "Wallet", "zh_hant": "錢包"}, "meaning": {"en": "Keys"}}
    drafting.insert_part(terms, "term", actor=officer, texts=term)
    body = {"title": titled["title"], "body": {"en": "Text"}}
    drafting.insert_part(draft, "annex", actor=officer, texts=body, key="C", kind="other")
    listed = gaps(draft)
    assert [(one.kind, one.missing, one.is_stale) for one in listed] == [
        ("section", ["zh_hant"], False),
        ("paragraph", ["en", "zh_hant"], False),
        ("question", [], True),
        ("annex", ["zh_hant"], False),
        ("clause", ["zh_hant"], False),
        ("term", ["zh_hant"], False),
    ]
    found = contents(draft)
    assert (found.missing, found.behind) == (6, 1)
    assert [(one.row.number, one.missing, one.behind) for one in found.sections if one.missing or one.behind] == [
        ("1", 3, 1)
    ]
    client = world.client("officer")
    for page in ("", "gaps/"):
        html = client.get(f"/consultations/cp-draft/draft/{page}").content.decode()
        assert "6 texts have no translation yet." in html
        assert "1 translation is older than its original." in html


@pytest.mark.parametrize("page", ["", "sections/{section}/"])
def test_queries_do_not_grow(world: Any, draft: Consultation, officer: Any, page: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client("officer")
    section = draft.sections.get(number="1")
    address = f"/consultations/cp-draft/draft/{page.format(section=section.pk)}"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(11, 51):
        where = {"number": f"1.{number}", "section_id": section.pk}
        drafting.insert_part(draft, "paragraph", actor=officer, texts={"body": {"en": "x"}}, **where)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_fifty_edits_of_one_paragraph_at_once(world: Any, record_property: Any) -> None:
    """Applied and conflicts make fifty, and what stands is one of the texts that were applied last."""
    draft = make_paper(world, key="cp-race", release=False)
    with acting_as(world.viewer("officer")):
        row = draft.paragraphs.get(number="1.1")
        seen = seal(row)

    actor, fence = world.viewer("officer"), Barrier(50)

    def edit(number: int) -> str:
        try:
            fence.wait()
            with acting_as(actor):
                mine = Paragraph.objects.get(pk=row.pk)
                drafting.revise_part(mine, actor=actor, seen=seen, texts={"body": {"en": f"Edit {number}"}})
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()
        return "applied"

    with ThreadPoolExecutor(max_workers=50) as pool:
        outcome = Counter(pool.map(edit, range(50)))
    figure = f"{outcome['applied']} applied + {outcome['conflict']} conflicts = {sum(outcome.values())}"
    record_property("figure", f"50 parallel edits of a draft's paragraph: {figure}")
    assert outcome == {"applied": 1, "conflict": 49}
    with acting_as(world.viewer("officer")):
        row.refresh_from_db()
        assert row.body_en.startswith("Edit ")
        events = Paragraph.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
        assert {event.body_en for event in events} == {"Paragraph **1.1**", row.body_en}


def test_a_change_voids_the_approval(world: Any) -> None:
    """What a second officer approved is not what would open any more: it is asked for and approved anew."""
    draft = make_paper(world, key="cp-approved", opens=timedelta(days=3), release=True)
    officer = world.viewer("officer")
    with acting_as(officer):
        assert draft.is_planned
        row = draft.paragraphs.get(number="1.1")
        # Saving what stands already is no change.
        drafting.revise_part(row, actor=officer, seen=seal(row), texts={"body": {"en": row.body_en}})
        draft.refresh_from_db()
        assert draft.released_at is not None
        drafting.revise_part(row, actor=officer, seen=seal(row), texts={"body": {"en": "Other"}})
        assert Consultation.objects.get(pk=draft.pk).released_at is None
        assert draft.opening_requests.filter(voided_at=None).count() == 0
