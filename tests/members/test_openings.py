"""The log of who at the regulator opened what firms share with it: what is written, by whom it is read, and its pages.

That every page which shows such a text writes it down is in tests/portal/test_leaks.py, by all addresses.
"""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from members import openings
from members import workflow as members
from members.enums import Role
from members.models import Opening
from members.viewer import Viewer, acting_as, tell_database
from portal.common import clock
from tests.world import World, enter, person


def key(number: int) -> str:
    return str(UUID(int=number))


class Row:
    """As much of a row as the log asks of it."""

    class _meta:  # noqa: N801 - as Django calls it
        label_lower = "consultations.comment"

    def __init__(self, pk: int, organisation: Any, audience: str = "shared") -> None:
        self.pk, self.organisation_id, self.audience = key(pk), organisation.pk, audience


def opened(viewer: Viewer, rows: list[Row], *, how: str = "read", page: str = "/page/") -> list[Opening]:
    """What `viewer`'s page wrote that showed these rows."""
    with acting_as(viewer), openings.collecting(viewer) as ledger:
        openings.note(rows, how=how)
        if ledger is not None:
            ledger.write(page)
    with transaction.atomic():
        tell_database(Viewer(kind="regulator"))
        return list(Opening.objects.order_by("organisation"))


# --- what is written ------------------------------------------------------------------------------------------------


def test_a_thousand_comments_of_ten_firms_are_one_statement_and_a_row_for_each_firm(world: World) -> None:
    firms = [world.harbour, world.banyan, world.kite, world.peakline]
    rows = [Row(number, firms[number % 4]) for number in range(1000)]
    officer = world.viewer("officer")
    with acting_as(officer), openings.collecting(officer) as ledger:
        openings.note(rows)
        assert ledger is not None
        with CaptureQueriesContext(connection) as asked:
            ledger.write("/page/")
        assert len(asked) == 1
        found = list(Opening.objects.order_by("organisation"))
    assert {row.organisation_id for row in found} == {firm.pk for firm in firms}
    assert sorted(pk for row in found for pk in row.objects_opened) == [key(number) for number in range(1000)]
    assert {(row.user_id, row.role, row.how, row.page) for row in found} == {
        (officer.user_id, "policy_officer", "read", "/page/")
    }


def test_only_what_a_firm_shares_is_noted_and_each_thing_once(world: World) -> None:
    rows = [Row(1, world.harbour), Row(1, world.harbour), Row(2, world.sfc)]
    rows += [Row(3, world.harbour, audience) for audience in ("public", "group", "regulator", "organisation")]
    (row,) = opened(world.viewer("officer"), rows)
    assert row.objects_opened == [key(1)]


def test_what_the_portal_tells_the_secretariat_of_a_firms_users_is_no_opening(world: World) -> None:
    with acting_as(world.viewer("poon")):
        members.end_membership(world.rosa.memberships.get(), actor=world.viewer("poon"), last_day=clock.today())
    page = world.client("secretary").get(reverse("admin:members_firmchange_changelist"))
    assert world.rosa.display_name in page.content.decode()
    with acting_as(world.viewer("secretary")):
        assert not Opening.objects.exists()


@pytest.mark.parametrize("who", ["mei", "kalok", "fan", None])
def test_firms_agencies_and_the_public_open_nothing(world: World, who: str | None) -> None:
    assert opened(world.viewer(who), [Row(1, world.harbour)]) == []


def test_supervision_is_noted_by_its_role(world: World) -> None:
    user = person("sun", world.sfc, Role.SUPERVISION)
    viewer = Viewer(user.pk, world.sfc.pk, "supervision", "supervision", opened_firms=(world.harbour.pk,))
    (row,) = opened(viewer, [Row(1, world.harbour)])
    assert (row.role, row.user_id) == ("supervision", user.pk)


# --- who writes and who reads -----------------------------------------------------------------------------------------


def test_the_database_takes_a_line_in_ones_own_name_alone_and_never_gives_it_back(world: World) -> None:
    opened(world.viewer("officer"), [Row(1, world.harbour)])
    table = Opening._meta.db_table
    values: dict[str, Any] = {
        "role": "chair", "reader_organisation": world.sfc, "organisation": world.harbour,
        "kind": "x", "objects_opened": ["1"], "how": "read", "page": "/",
    }  # fmt: skip
    for who, reader in (("officer", "colleague"), ("mei", "mei"), ("mei", "officer"), ("fan", "fan")):
        with (
            acting_as(world.viewer(who)),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            Opening.objects.create(user=world.users[reader], **values)
    for attack in (f"UPDATE {table} SET how = 'read'", f"DELETE FROM {table}"):
        for who in ("admin", "mei"):
            with (
                acting_as(world.viewer(who)),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(attack)


def test_a_firm_reads_its_own_lines_and_both_forms_of_the_rule_agree(world: World) -> None:
    opened(world.viewer("officer"), [Row(1, world.harbour), Row(2, world.banyan)])
    expected = {"mei": {"harbour"}, "rosa": {"harbour"}, "kalok": {"banyan"}, "nina": set(), "fan": set(),
                "officer": {"harbour", "banyan"}, "secretary": {"harbour", "banyan"}}  # fmt: skip
    for who, firms in expected.items():
        viewer = world.viewer(who)
        with acting_as(viewer):
            assert set(Opening.objects.values_list("organisation__key", flat=True)) == firms, who
            assert set(Opening.objects.visible_to(viewer).values_list("organisation__key", flat=True)) == firms, who
    with acting_as(world.viewer(None)):
        assert not Opening.objects.exists()


# --- answers that show nothing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "written"),
    [(200, "GET", True), (422, "POST", True), (409, "POST", True), (200, "HEAD", False),
     (302, "POST", False), (304, "GET", False), (204, "GET", False), (403, "GET", False), (404, "GET", False),
     (500, "GET", False)],
)  # fmt: skip
def test_what_shows_nothing_writes_nothing(world: World, rf: Any, status: int, method: str, written: bool) -> None:
    from django.http import HttpResponse

    from members.middleware import ViewerMiddleware

    def view(request: Any) -> HttpResponse:
        openings.note([Row(1, world.harbour)])
        return HttpResponse(status=status)

    client = world.client("officer")
    request = getattr(rf, method.lower())("/x/")
    request.session = client.session
    request.user = world.officer
    ViewerMiddleware(view)(request)
    with acting_as(world.viewer("secretary")):
        assert Opening.objects.exists() == written


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(world: World) -> World:
    noon = clock.now().astimezone(clock.HONG_KONG).replace(hour=12, minute=5)
    with clock.at(noon - timedelta(days=40)):
        opened(world.viewer("secretary"), [Row(9, world.harbour)], how="export")
    with clock.at(noon):
        opened(world.viewer("officer"), [Row(1, world.harbour), Row(2, world.harbour)])
        opened(world.viewer("officer"), [Row(3, world.banyan)], how="download")
    return world


def page_of(world: World, who: str, query: str = "") -> str:
    response = world.client(who).get(f"{reverse('oversight:openings')}{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_firm_sees_role_organisation_time_and_how_and_no_name(lines: World) -> None:
    page = page_of(lines, "mei")
    for words in ("Policy officer", "Sfc", "2 comments", "12:05", "Exported", "2 openings"):
        assert words in page, words
    assert "Downloaded" not in page
    main = page[page.index("<main") : page.index("</main>")]
    assert "Officer</small>" not in main
    assert lines.officer.name_en not in main.replace("Policy officer", "")


def test_the_office_sees_the_person_and_all_firms(lines: World) -> None:
    page = page_of(lines, "secretary")
    for words in ("<small>Officer</small>", "Harbour", "Banyan", "3 openings"):
        assert words in page, words


@pytest.mark.parametrize("who", ["officer", "fan", "sun"])
def test_nobody_else_sees_the_log(world: World, who: str) -> None:
    if who == "sun":
        world.users["sun"] = person("sun", world.sfc, Role.SUPERVISION)
    browser = world.client(None)
    enter(browser, world.users[who])
    for name in ("openings", "opening_file"):
        assert browser.get(reverse(f"oversight:{name}")).status_code == 403


def test_filters_by_period_role_kind_and_firm(lines: World) -> None:
    today = f"{clock.today():%Y-%m-%d}"
    for who, query, count in (
        ("mei", f"?since={today}", 1),
        ("mei", f"?until={clock.today() - timedelta(days=1):%Y-%m-%d}", 1),
        ("mei", "?role=secretariat", 1),
        ("mei", "?kind=consultations.comment", 2),
        ("mei", "?kind=documents.document", 0),
        ("mei", f"?firm={lines.banyan.pk}", 2),
        ("mei", "?since=nonsense&role=king", 2),
        ("secretary", f"?firm={lines.banyan.pk}", 1),
    ):
        words = f"{count} opening" + ("" if count == 1 else "s")
        assert f"<span>{words}</span>" in page_of(lines, who, query), query


def test_the_table_names_every_object_without_names_for_the_firm_and_without_formulas(lines: World) -> None:
    with clock.at(clock.now() + timedelta(days=1)):
        opened(lines.viewer("officer"), [Row(5, lines.harbour)], page="=HYPERLINK(1)")
    for who, person_column in (("mei", False), ("secretary", True)):
        response = lines.client(who).get(reverse("oversight:opening_file"))
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(rows) == (4 if person_column else 3)
        assert ("Person" in rows[0]) == person_column
        assert rows[0]["Page"] == "'=HYPERLINK(1)"
        assert {f"{key(1)} {key(2)}", key(5), key(9)} <= {row["Objects"] for row in rows}


def test_a_table_that_would_end_before_its_end_is_refused(lines: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.views_oversight.FILE_ROWS", 1)
    response = lines.client("mei").get(reverse("oversight:opening_file") + "?role=", follow=True)
    assert response.redirect_chain[0][0] == f"{reverse('oversight:openings')}?role="
    assert "Choose a shorter period first." in response.content.decode()


def test_a_link_stands_only_for_what_the_reader_may_still_read(world: World) -> None:
    from tests.consultations import conftest as papers

    with clock.at(papers.NOW):
        paper = papers.make_paper(world, closes=clock.now() - papers.NOW + timedelta(days=400))
        comment = papers.say(paper, world, "mei", "Ours.", "shared")
    officer = world.viewer("officer")
    with acting_as(officer), openings.collecting(officer) as ledger:
        openings.note([comment])
        assert ledger is not None
        ledger.write("/page/")
    link = f'<a href="{escape(comment.get_absolute_url())}">'
    assert link in page_of(world, "mei")
    assert link in page_of(world, "secretary")
    with acting_as(world.viewer("mei")):
        type(comment).objects.filter(pk=comment.pk).update(audience="organisation")
    assert link in page_of(world, "mei")
    assert link not in page_of(world, "secretary")


def test_the_log_costs_the_same_statements_however_long_it_is(lines: World) -> None:
    client = lines.client("mei")
    address = reverse("oversight:openings")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(30):
        opened(lines.viewer("officer"), [Row(number, lines.harbour)])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
