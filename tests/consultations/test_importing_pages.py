"""Reading a paper from a file: taken in, looked through, corrected, and entered as a whole or not at all."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from audit.models import Entry
from consultations import correcting
from consultations.entering import Choices
from consultations.importing import read_markdown, say
from consultations.models import Consultation, PaperImport, PersonalInformationStatement
from consultations.outlining import Change, merged, outline_of
from consultations.parts import parts_of, seal
from consultations.workflow import drafting, importing
from members.viewer import acting_as
from portal.common.errors import Conflict, Forbidden, Refused
from tests.consultations.importing.corpus import hurried, proper

pytestmark = pytest.mark.django_db

ENGLISH = """# Consultation paper on staking

## Foreword

Please send comments.

## Personal Information Collection Statement

What you send may be published.

## 1. Introduction

1. The SFC asks about staking.[^1]

[^1]: A footnote.

2. A table:

| Tier | Share |
| --- | --- |
| One | 98% |

## 2. Proposals

3. Platforms would keep control.

4. They would tell their clients.

> **Question 1**
>
> Do you agree that platforms keep control?

5. Records would be kept.

> **Question 2**
>
> How long should records be kept?

## Annex A: Draft terms (marked-up text)

**5.1** A platform {++must++}{--may--} keep control.
"""
CHINESE = """# 有關質押的諮詢文件

## 1. 引言

1. 證監會就質押徵詢意見。

2. 列表。

## 2. 建議

3. 平台須保留控制權。

4. 平台須告知客戶。

> **問題1**
>
> 你是否同意平台須保留控制權？

> **問題2**
>
> 紀錄應保存多久？

6. 只在中文文本。
"""


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(world: Any) -> Iterator[Any]:
    viewer = world.viewer("officer")
    with acting_as(viewer):
        yield viewer


@pytest.fixture
def draft(world: Any, officer: Any) -> Consultation:
    return drafting.begin_paper(
        actor=officer, texts={"title": {"en": "Staking"}}, relations={}, key="cp-draft", reference="CP DRAFT",
        kind="panel", audience="group", lead=world.officer, languages=["en"],
    )  # fmt: skip


def taken(draft: Consultation, officer: Any, text: str = ENGLISH, language: str = "en") -> PaperImport:
    return importing.take_in(draft, actor=officer, source=text.encode(), file_name="paper.md", language=language)


def entered(draft: Consultation, officer: Any, text: str = ENGLISH, language: str = "en", **choices: Any) -> Any:
    row = taken(draft, officer, text, language)
    return importing.commit_import(row, actor=officer, version=row.version, choices=Choices(**choices))


def numbers(draft: Consultation, kind: str) -> list[str]:
    return [row.number for row in parts_of(draft, kind)]


def word_file() -> bytes:
    document = Document()
    document.add_heading("Introduction", 1)
    document.add_paragraph("1. The SFC asks about staking.")
    document.add_paragraph("2. Platforms would keep control.")
    document.add_paragraph("Question 1: Do you agree?")
    stored = io.BytesIO()
    document.save(stored)
    return stored.getvalue()


# --- taking in and looking through -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paper.docx", "paper.md"])
def test_an_officer_imports_a_file_without_a_script(world: Any, draft: Consultation, name: str) -> None:
    client = world.client("officer")
    content = word_file() if name.endswith("docx") else ENGLISH.encode()
    sent = {"file": SimpleUploadedFile(name, content), "language": ""}
    response = client.post("/consultations/cp-draft/draft/imports/new/", sent)
    assert response.status_code == 302, response.context["form"].errors
    page = client.get(response["Location"])
    assert page.status_code == 200
    shown = page.content.decode()
    assert "The SFC asks about staking." in shown
    commit = client.get(response["Location"] + "commit/")
    assert commit.status_code == 200
    row = PaperImport.objects.get()
    done = client.post(response["Location"] + "commit/", {"version": row.version})
    assert done.status_code == 302
    assert numbers(draft, "paragraph")[:2] == ["1", "2"]
    assert numbers(draft, "question")[0] == "1"
    file = client.get(response["Location"] + "file/")
    assert b"".join(file.streaming_content) == content
    # What was taken over can be read, and no more changed.
    assert client.get(response["Location"]).status_code == 200
    with pytest.raises(Refused):
        importing.correct_import(row, actor=world.viewer("officer"), version=row.version + 1, correction=list)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paper.pdf", b"%PDF-1.4"),
        ("paper.docx", b"not a zip"),
        ("paper.md", b""),
        ("paper.md", b"\xff\xfe\xff"),
        ("paper.exe", b"MZ"),
    ],
)
def test_what_is_no_paper_is_refused_beside_the_field(
    world: Any, draft: Consultation, name: str, content: bytes
) -> None:
    sent = {"file": SimpleUploadedFile(name, content), "language": "en"}
    response = world.client("officer").post("/consultations/cp-draft/draft/imports/new/", sent)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not PaperImport.objects.exists()


@pytest.mark.parametrize("who", ["mei", "kalok", "fan", "admin", None])
def test_an_import_is_for_paper_roles_alone(world: Any, draft: Consultation, officer: Any, who: str | None) -> None:
    row = taken(draft, officer)
    base = f"/consultations/cp-draft/draft/imports/{row.pk}/"
    client = world.client(who)
    for page in ("", "file/", "commit/", "blocks/1/"):
        assert client.get(base + page).status_code == (302 if who is None else 403)
    for page in ("", "commit/", "discard/", "blocks/1/"):
        assert client.post(base + page, {"version": 1}).status_code in {302, 403}
    # Each request has told the database who looks: here it is the officer again.
    with acting_as(officer):
        row.refresh_from_db()
    assert (row.version, row.committed_at, row.discarded_at) == (1, None, None)


@pytest.mark.parametrize("who", ["mei", "fan", "admin"])
def test_no_verb_of_importing_is_for_others(world: Any, draft: Consultation, officer: Any, who: str) -> None:
    row = taken(draft, officer)
    actor = world.viewer(who)
    with acting_as(actor):
        for act in (
            lambda: importing.take_in(draft, actor=actor, source=b"# x", file_name="x.md"),
            lambda: importing.correct_import(row, actor=actor, version=1, correction=list),
            lambda: importing.set_language(row, actor=actor, version=1, language="en"),
            lambda: importing.discard_import(row, actor=actor),
            lambda: importing.commit_import(row, actor=actor, version=1, choices=Choices()),
        ):
            with pytest.raises(Forbidden):
                act()


def test_an_import_belongs_to_its_draft(world: Any, draft: Consultation, officer: Any) -> None:
    drafting.begin_paper(
        actor=officer, texts={"title": {"en": "Other"}}, relations={}, key="cp-other", reference="CP OTHER 2",
        kind="panel", audience="group", lead=world.officer, languages=["en"],
    )  # fmt: skip
    row = taken(draft, officer)
    assert world.client("officer").get(f"/consultations/cp-other/draft/imports/{row.pk}/").status_code == 404


# --- correcting --------------------------------------------------------------------------------------------------


def block(row: PaperImport, start: str) -> dict[str, Any]:
    return next(one for one in row.blocks if one["text"].startswith(start))


def test_corrections_on_the_page(world: Any, draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer, ENGLISH + "\nA loose end.\n\nAnother.\n")
    client, base = world.client("officer"), f"/consultations/cp-draft/draft/imports/{row.pk}/"

    def do(act: str, *starts: str, **fields: Any) -> Any:
        row.refresh_from_db()
        picked = [block(row, start)["id"] for start in starts]
        return client.post(base, {"version": row.version, "do": act, "pick": picked, **fields})

    records = block(row, "Records")["id"]
    assert do("save", **{f"number-{records}": "5A", f"role-{records}": "paragraph"}).status_code == 302
    assert "Saved. The draft changes only once you take the file over." in client.get(base).content.decode()
    row.refresh_from_db()
    assert block(row, "Records")["number"] == "5A"
    assert do("role", "They would", to_role="foreword").status_code == 302
    assert do("leave_out", "They would").status_code == 422
    assert do("leave_out", "They would", reason="said twice").status_code == 302
    shown = client.get(base + "?show=out").content.decode()
    assert "said twice" in shown
    assert "They would tell their clients." in shown
    assert "They would tell" not in str(importing.outline(PaperImport.objects.get(pk=row.pk)))
    assert do("take_back", "They would").status_code == 302
    assert do("role", "They would", to_role="paragraph").status_code == 302
    assert do("join", "They would").status_code == 302
    row.refresh_from_db()
    assert "They would tell" in block(row, "Platforms would keep")["text"]
    assert do("save").status_code == 302
    assert do("role").status_code == 422
    assert do("accept", "Records").status_code == 302


def test_a_piece_is_split_and_written_anew(world: Any, draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer)
    one = block(row, "Platforms would")
    address = f"/consultations/cp-draft/draft/imports/{row.pk}/blocks/{one['id']}/"
    client = world.client("officer")
    assert client.get(address).status_code == 200
    sent = {"version": row.version, "text": "Platforms keep control.\n///\nA second piece."}
    assert client.post(address, sent).status_code == 302
    row.refresh_from_db()
    texts = [one["text"] for one in row.blocks]
    place = texts.index("Platforms keep control.")
    assert texts[place + 1] == "A second piece."
    assert len({one["id"] for one in row.blocks}) == len(row.blocks)
    lost = client.post(address, {**sent, "text": "Mine came too late."})
    assert lost.status_code == 409
    assert "Mine came too late.</textarea>" in lost.content.decode()


def test_two_officers_at_one_import(world: Any, draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer)
    base, one = f"/consultations/cp-draft/draft/imports/{row.pk}/", block(row, "Records")["id"]
    assert world.client("chair").post(base, {"version": 1, "do": "save", f"number-{one}": "7"}).status_code == 302
    lost = world.client("officer").post(base, {"version": 1, "do": "save", f"number-{one}": "8"})
    assert lost.status_code == 409
    content = lost.content.decode()
    assert 'value="8"' in content
    assert "Not saved: your setting" in content
    row.refresh_from_db()
    assert block(row, "Records")["number"] == "7"


def test_joining_keeps_every_word() -> None:
    blocks = [
        {"id": 1, "role": "paragraph", "text": "One", "number": "1", "remarks": []},
        {"id": 2, "role": "unknown", "text": "two", "number": "", "remarks": [{"code": "x"}]},
        {"id": 3, "role": "clause", "text": "three", "number": "9", "remarks": []},
    ]
    (joined,) = correcting.join(blocks, {2, 3})
    assert joined["text"] == "One\n\ntwo\n\n9. three"
    assert joined["remarks"] == [{"code": "x"}]
    with pytest.raises(Refused):
        correcting.join(blocks, {1})


# --- taking over -------------------------------------------------------------------------------------------------


def test_a_file_becomes_the_draft(world: Any, draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    draft.refresh_from_db()
    assert draft.title_en == "Consultation paper on staking"
    assert "Please send" in draft.foreword_html_en
    assert numbers(draft, "section") == ["1", "2"]
    assert [row.kind for row in parts_of(draft, "section")] == ["introduction", "proposals"]
    assert numbers(draft, "paragraph") == ["1", "2", "3", "4", "5"]
    question = draft.questions.get(number="1")
    assert question.asks_position
    assert [p.number for p in question.paragraphs.order_by("position")] == ["3", "4"]
    assert not draft.questions.get(number="2").asks_position
    assert "<table>" in draft.paragraphs.get(number="2").html_en
    clause = draft.clauses.get()
    assert "<ins>must</ins>" in clause.html_en
    assert draft.annexes.get().kind == "marked_text"
    assert Entry.objects.filter(verb="consultations.import_committed").count() == 1


def test_the_same_file_again_changes_nothing(draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    before = {row.pk: (row.number, row.position) for row in draft.paragraphs.all()}
    row = taken(draft, officer)
    draft.refresh_from_db()
    found = importing.comparison(row, draft, importing.outline(row))
    assert {one.change for one in found.differences} == {Change.UNCHANGED}
    importing.commit_import(row, actor=officer, version=1, choices=Choices())
    assert {row.pk: (row.number, row.position) for row in draft.paragraphs.all()} == before


def test_markdown_goes_out_and_comes_back(world: Any, draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    response = world.client("officer").get("/consultations/cp-draft/draft/markdown/en/")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    draft.refresh_from_db()
    row = taken(draft, officer, response.content.decode())
    found = importing.comparison(row, draft, importing.outline(row))
    assert [one for one in found.differences if one.change != Change.UNCHANGED] == []


def test_a_changed_file_shows_and_makes_its_changes(world: Any, draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    kept = draft.paragraphs.get(number="3").pk
    changed = (
        ENGLISH.replace("Platforms would keep control.", "Platforms must keep control.")
        .replace("4. They would tell their clients.\n", "")
        .replace("5. Records would be kept.", "5. Records would be kept.\n\n5A. And shown.")
    )
    row = taken(draft, officer, changed)
    page = world.client("officer").get(f"/consultations/cp-draft/draft/imports/{row.pk}/commit/")
    shown = {(code, number) for code, number, _rows in page.context["lists"]}
    assert {("new", 1), ("gone", 1)} <= shown
    assert "<ins>" in page.content.decode()
    importing.commit_import(row, actor=officer, version=1, choices=Choices(remove_gone=False))
    assert numbers(draft, "paragraph") == ["1", "2", "3", "4", "5", "5A"]
    paragraph = draft.paragraphs.get(number="3")
    assert paragraph.pk == kept
    assert paragraph.body_en == "Platforms must keep control."
    entered(draft, officer, changed, remove_gone=True)
    assert numbers(draft, "paragraph") == ["1", "2", "3", "5", "5A"]


def test_a_second_language_is_matched_by_number(world: Any, draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    row = taken(draft, officer, CHINESE, "zh_hant")
    found = importing.comparison(row, draft, importing.outline(row))
    assert found.second_language
    assert {(one.kind, one.number) for one in found.of(Change.NEW)} == {("paragraph", "6")}
    assert {(one.kind, one.number) for one in found.of(Change.GONE) if one.kind == "paragraph"} == {("paragraph", "5")}
    page = world.client("officer").get(f"/consultations/cp-draft/draft/imports/{row.pk}/commit/")
    assert page.status_code == 200
    assert not page.context["form"].initial["add_new"]
    importing.commit_import(row, actor=officer, version=1, choices=Choices(add_new=False, remove_gone=True))
    # What the translation lacks is not taken out of the paper.
    assert numbers(draft, "paragraph") == ["1", "2", "3", "4", "5"]
    assert draft.paragraphs.get(number="3").body_zh_hant == "平台須保留控制權。"
    assert draft.paragraphs.get(number="3").body_en == "Platforms would keep control."
    assert [p.number for p in draft.questions.get(number="1").paragraphs.order_by("position")] == ["3", "4"]
    draft.refresh_from_db()
    assert draft.languages == ["en", "zh_hant"]
    assert draft.title_zh_hant == "有關質押的諮詢文件"


def test_a_translation_is_flagged_when_its_source_changed(world: Any, draft: Consultation, officer: Any) -> None:
    entered(draft, officer)
    entered(draft, officer, CHINESE, "zh_hant", add_new=False)
    assert not draft.paragraphs.exclude(stale_since=None).exists()
    entered(draft, officer, ENGLISH.replace("Platforms would keep control", "Platforms must keep control"))
    assert [row.number for row in draft.paragraphs.exclude(stale_since=None)] == ["3"]
    entered(draft, officer, CHINESE.replace("平台須保留控制權。", "平台必須保留控制權。"), "zh_hant", add_new=False)
    assert not draft.paragraphs.exclude(stale_since=None).exists()
    entered(draft, officer, CHINESE, "zh_hant", add_new=False, older=True)
    assert draft.paragraphs.exclude(stale_since=None).count() == 4


def test_a_problem_stops_the_whole_commit(world: Any, draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer, ENGLISH.replace("5. Records", "4. Records"))
    assert importing.outline(row).problems
    with pytest.raises(Refused):
        importing.commit_import(row, actor=officer, version=1, choices=Choices())
    response = world.client("officer").post(f"/consultations/cp-draft/draft/imports/{row.pk}/commit/", {"version": 1})
    assert response.status_code == 422
    assert numbers(draft, "paragraph") == []
    assert numbers(draft, "section") == []


def test_a_failure_half_way_leaves_nothing(draft: Consultation, officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = taken(draft, officer)
    monkeypatch.setattr("consultations.entering._Entry.annexes", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importing.commit_import(row, actor=officer, version=1, choices=Choices())
    draft.refresh_from_db()
    row.refresh_from_db()
    assert (draft.title_en, numbers(draft, "paragraph"), row.committed_at) == ("Staking", [], None)


def test_a_commit_of_what_somebody_else_corrected_is_a_conflict(draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer)
    importing.correct_import(
        row, actor=officer, version=1, correction=lambda blocks: correcting.leave_out(blocks, {1}, "x")
    )
    with pytest.raises(Conflict):
        importing.commit_import(row, actor=officer, version=1, choices=Choices())


def test_the_statement_is_a_new_version_only_if_its_text_is_new(world: Any, draft: Consultation, officer: Any) -> None:
    client = world.client("officer")
    row = taken(draft, officer)
    base = f"/consultations/cp-draft/draft/imports/{row.pk}/commit/"
    assert client.get(base).context["asks_statement"]
    assert client.post(base, {"version": 1, "statement": "new"}).status_code == 422
    assert client.post(base, {"version": 1, "statement": "new", "statement_version": "2027"}).status_code == 302
    draft.refresh_from_db()
    assert draft.statement.version == "2027"
    again = taken(draft, officer)
    assert not client.get(f"/consultations/cp-draft/draft/imports/{again.pk}/commit/").context["asks_statement"]
    importing.commit_import(again, actor=officer, version=1, choices=Choices())
    assert PersonalInformationStatement.objects.count() == 1


def test_a_discarded_import_keeps_its_file(world: Any, draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer)
    client, base = world.client("officer"), f"/consultations/cp-draft/draft/imports/{row.pk}/"
    assert client.post(base + "discard/").status_code == 302
    assert client.get(base + "file/").status_code == 200
    assert client.post(base + "commit/", {"version": 1}).status_code == 302
    assert numbers(draft, "paragraph") == []


def test_merging_two_orders() -> None:
    assert merged("abd", "acd") == list("abcd") or merged("abd", "acd") == list("acbd")
    assert merged("", "xy") == list("xy")
    assert merged("ab", "xab") == list("xab")


def test_the_outline_of_a_draft_is_what_was_entered(draft: Consultation, officer: Any) -> None:
    row = taken(draft, officer)
    file = importing.outline(row)
    importing.commit_import(row, actor=officer, version=1, choices=Choices())
    draft.refresh_from_db()
    made = outline_of(draft, "en")
    assert (made.sections, made.annexes, made.title) == (file.sections, file.annexes, file.title)


def long_paper(paragraphs: int = 1200) -> str:
    lines = ["# A long paper", ""]
    for number in range(1, paragraphs + 1):
        if number % 40 == 1:
            lines += [f"## {number // 40 + 1}. Section {number // 40 + 1}", ""]
        lines += [f"{number}. " + "Platforms would keep **control** of what they hold for their clients. " * 8, ""]
        if number % 20 == 0:
            lines += [f"> **Question {number // 20}**", ">", "> Do you agree with this proposal?", ""]
    return "\n".join(lines)


def test_a_paper_of_300_pages(world: Any, draft: Consultation, officer: Any, record_property: Any) -> None:
    import time

    begun = time.monotonic()
    row = taken(draft, officer, long_paper())
    read = time.monotonic() - begun
    client, base = world.client("officer"), f"/consultations/cp-draft/draft/imports/{row.pk}/"
    begun = time.monotonic()
    assert client.get(base + "?page=5").status_code == 200
    page = time.monotonic() - begun
    begun = time.monotonic()
    importing.commit_import(row, actor=officer, version=1, choices=Choices())
    commit = time.monotonic() - begun
    assert draft.paragraphs.count() == 1200
    assert draft.questions.count() == 60
    begun = time.monotonic()
    assert client.get("/consultations/cp-draft/draft/").status_code == 200
    overview = time.monotonic() - begun
    first = draft.paragraphs.get(number="600")
    begun = time.monotonic()
    drafting.revise_part(first, actor=officer, seen=seal(first), texts={"body": {"en": "Other"}})
    where = {"number": "600A", "section_id": first.section_id}
    drafting.insert_part(draft, "paragraph", actor=officer, after=first, texts={"body": {"en": "New"}}, **where)
    edit = time.monotonic() - begun
    record_property(
        "figure",
        f"paper of 1,200 paragraphs: read {read:.1f} s, preview page {page:.2f} s, commit {commit:.1f} s, "
        f"contents {overview:.2f} s, an edit and an insertion {edit:.2f} s",
    )
    assert commit < 30


def test_nothing_is_lost_in_reading() -> None:
    kept = " ".join(one.text for one in read_markdown(ENGLISH).blocks)
    for words in ("Please send comments", "may be published", "98%", "keep control", "A footnote"):
        assert words in kept


def test_a_question_stands_where_the_workspace_shows_it(world: Any, draft: Consultation, officer: Any) -> None:
    """The paper's own page keeps the order, whatever room there is between positions."""
    entered(draft, officer)
    shown = world.client("officer").get("/consultations/cp-draft/").context["reading"]
    (_first, second) = shown.parts
    assert [(item.is_question, item.row.number) for item in second.items] == [
        (False, "3"), (False, "4"), (True, "1"), (False, "5"), (True, "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [proper, hurried])
def test_a_word_paper_in_both_languages(
    world: Any, draft: Consultation, officer: Any, make: Any, record_property: Any
) -> None:
    """Sixty pages of Word in English, then the Chinese: paragraphs and questions have both texts by number."""
    for language in ("en", "zh_hant"):
        content, _truth = make(language)
        row = importing.take_in(draft, actor=officer, source=content, file_name=f"{language}.docx")
        assert row.language == language
        file = importing.outline(row)
        assert [say(one) for one in file.problems] == []
        found = importing.comparison(row, draft, file)
        assert found.second_language == (language == "zh_hant")
        importing.commit_import(row, actor=officer, version=1, choices=Choices(add_new=language == "en"))
        draft.refresh_from_db()
    both = [draft.paragraphs, draft.questions]
    total = sum(rows.count() for rows in both)
    matched = sum(rows.exclude(body_en="").exclude(body_zh_hant="").count() for rows in both)
    record_property("figure", f"{make.__name__} paper, both languages: {matched} of {total} texts matched by number")
    assert matched == total
    assert not draft.paragraphs.exclude(stale_since=None).exists()
    # Round trip by Markdown: nothing changes.
    for language in ("en", "zh_hant"):
        text = world.client("officer").get(f"/consultations/cp-draft/draft/markdown/{language}/").content.decode()
        again = importing.take_in(draft, actor=officer, source=text.encode(), file_name="again.md", language=language)
        found = importing.comparison(again, draft, importing.outline(again))
        assert [one for one in found.differences if one.change != Change.UNCHANGED] == []
