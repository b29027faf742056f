"""The admin site as the secretariat's desk: its start page, lists, confirmations, histories and files."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.contrib.admin.utils import label_for_field
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Invitation, User
from audit.models import Entry
from audit.words import words_of
from consultations.models import Comment
from members import workflow as members
from members.admin_base import RegulatorAdmin
from members.desk import exporting, waiting
from members.enums import Capacity
from members.models import Membership, Opening, RegisterImport
from members.viewer import acting_as
from notifications.models import Delivery
from portal.common import clock
from tests.consultations.conftest import make_paper, say

MANY = {User, Membership, Delivery, Entry, Comment}
OURS = [(m, a) for m, a in admin.site._registry.items() if isinstance(a, RegulatorAdmin)]


def _list(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def _entries(world: Any, verb: str) -> list[Entry]:
    with acting_as(world.viewer("secretary")):
        return list(Entry.objects.filter(verb=verb))


# --- the start page -------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(world: Any) -> Any:
    """A world in which something waits in the rooms of people and mail."""
    with acting_as(world.viewer("secretary")):
        members.invite(world.harbour, email="new@harbour.example", role="contributor", actor=world.viewer("secretary"))
        Membership.objects.filter(user=world.rosa).update(confirm_by=clock.today() - timedelta(days=12))
        Delivery.objects.create(user=world.mei, kind="digest", state="failed", created_at=clock.now())
    return world


def test_the_start_page_says_what_waits_and_each_line_opens(busy: Any) -> None:
    client = busy.client("secretary")
    page = client.get("/admin/").content.decode()
    assert "Memberships whose confirmation is overdue" in page
    assert "12 days" in page
    with acting_as(busy.viewer("secretary")):
        lines = waiting.lines(busy.viewer("secretary"))
    waits = {line.title: line.count for line in lines if line.count}
    assert waits["Invitations not yet taken up"] == waits["Mail that failed"] == 1
    assert waits["Memberships whose confirmation is overdue"] == 1
    for line in lines:
        answer = client.get(line.url.partition("#")[0])
        assert answer.status_code == 200, line
    overdue = next(line for line in lines if "overdue" in line.title and "confirmation" in line.title)
    assert "Rosa" in client.get(overdue.url).content.decode()
    assert "Mei" not in client.get(overdue.url).content.decode().partition('id="result_list"')[2]


def test_an_officer_is_not_shown_what_only_the_desk_can_do(busy: Any) -> None:
    page = busy.client("officer").get("/admin/").content.decode()
    assert "Memberships whose confirmation" not in page
    assert "Mail that failed" in page


def test_every_model_stands_on_a_shelf_once(world: Any) -> None:
    client = world.client("secretary")
    page = client.get("/admin/").content.decode()
    shelves = page.partition('class="shelves"')[2]
    for model, _admin in OURS:
        assert shelves.count(f'<a href="{_list(model)}">') == 1, model


# --- lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [m for m, _a in OURS], ids=lambda m: m._meta.label_lower)
def test_no_list_counts_or_reads_a_whole_table(world: Any, model: Any) -> None:
    """Each count is cut off, no column's values are looked up one and all, and no query has no end."""
    client = world.client("secretary")
    with CaptureQueriesContext(connection) as found:
        assert client.get(_list(model)).status_code == 200
    table = f'FROM "{model._meta.db_table}"'
    asked = [q["sql"] for q in found if table in q["sql"]]
    for sql in asked:
        assert not sql.startswith("SELECT COUNT(") or "LIMIT" in sql, sql
        assert "DISTINCT" not in sql, sql
    # Small tables that a filter offers one by one have no LIMIT; the list itself always has one, where it asks at all.
    assert not asked or any("LIMIT" in sql for sql in asked)


def test_no_filter_looks_its_values_up() -> None:
    for model, model_admin in OURS:
        for name in model_admin.list_filter:
            if isinstance(name, str) and "__" not in name:
                field = model._meta.get_field(name)
                plain = not field.choices and not field.is_relation and field.get_internal_type() != "BooleanField"
                assert not plain, (model, name, AllValuesFieldListFilter)


def test_no_form_offers_everybody_in_a_list(world: Any) -> None:
    """People and what they write are many: a choice of all of them would be a page by itself."""
    request = RequestFactory().get("/")
    request.viewer = world.viewer("secretary")  # type: ignore[attr-defined]
    request.user = world.secretary
    for model, model_admin in OURS:
        if model is RegisterImport:
            continue  # its page for adding is a form for a file
        for change, allowed in (
            (False, model_admin.has_add_permission(request)),
            (True, model_admin.has_change_permission(request)),
        ):
            if not allowed:
                continue
            form = model_admin.get_form(request, obj=model() if change else None, change=change)
            for name, field in form.base_fields.items():
                choices: Any = getattr(field, "queryset", None)
                if choices is not None and choices.model in MANY:
                    assert choices.query.where, (model, name)


def test_a_list_of_more_than_a_thousand_says_so_and_stops(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        Delivery.objects.bulk_create(
            Delivery(address=f"a{n}@x.example", kind="digest", created_at=clock.now() - timedelta(days=n % 400))
            for n in range(1_060)
        )
    client = world.client("secretary")
    page = client.get("/admin/notifications/delivery/").content.decode()
    assert "More than 1,000" in page
    year = clock.today().year
    assert f"?created_at__year={year - 1}" in page
    narrowed = client.get(f"/admin/notifications/delivery/?created_at__year={year - 1}").content.decode()
    assert f"created_at__month=12&amp;created_at__year={year - 1}" in narrowed
    assert "More than" not in narrowed


def test_a_cell_of_a_list_carries_its_heading_for_a_telephone(world: Any) -> None:
    page = world.client("secretary").get(_list(Membership)).content.decode()
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert '<td data-l="Organisation"' in row
    assert row.count("data-l=") == len(admin.site._registry[Membership].list_display)


def test_the_list_of_invitations_says_for_which_firm_and_as_what(busy: Any) -> None:
    client = busy.client("secretary")
    page = client.get(_list(Invitation)).content.decode()
    assert f"{busy.harbour}, Contributor" in page
    with CaptureQueriesContext(connection) as one:
        client.get(_list(Invitation))
    with acting_as(busy.viewer("secretary")):
        for number in range(3):
            members.invite(
                busy.banyan, email=f"n{number}@banyan.example", role="contributor", actor=busy.viewer("secretary")
            )
    with CaptureQueriesContext(connection) as four:
        client.get(_list(Invitation))
    assert len(four) == len(one)


def test_no_list_or_form_of_mail_and_of_the_record_shows_a_code(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        members.invite(world.harbour, email="new@harbour.example", role="contributor", actor=world.viewer("secretary"))
        mail = Delivery.objects.create(user=world.mei, kind="consultations.comment_posted", created_at=clock.now())
        entry = Entry.objects.filter(verb="members.invited").latest("at")
    client = world.client("secretary")
    for path in (f"{_list(Delivery)}{mail.pk}/change/", _list(Delivery)):
        assert "consultations.comment_posted" not in client.get(path).content.decode()
    page = client.get(f"{_list(Entry)}{entry.pk}/change/").content.decode()
    assert words_of("members.invited") in page
    assert "members.invited" not in page


# --- confirmations --------------------------------------------------------------------------------------------------


def _post(client: Client, model: str, action: str, *rows: Any, **more: Any) -> Any:
    return client.post(
        f"/admin/{model}/", {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
    )


def test_an_action_names_who_is_affected_and_waits_for_the_yes(world: Any) -> None:
    seat = world.rosa.memberships.get()
    client = world.client("secretary")
    page = _post(client, "members/membership", "end_memberships", seat)
    assert page.status_code == 200
    assert "loses access at the next click" in page.content.decode()
    assert "<b>Rosa, Harbour (demo)</b>" in page.content.decode()
    seat.refresh_from_db()
    assert seat.ends_on is None
    assert _post(client, "members/membership", "end_memberships", seat, confirmed="yes").status_code == 302
    seat.refresh_from_db()
    assert seat.ends_on is not None


def test_a_form_that_is_wrong_keeps_what_was_typed(world: Any) -> None:
    page = _post(
        world.client("secretary"), "members/organisation", "set_licence_status", world.kite,
        confirmed="yes", state="suspended", effective_on="yesterday", note="As the notice says",
    )  # fmt: skip
    assert page.status_code == 422
    assert "As the notice says" in page.content.decode()
    assert "<b>Nina, Kite (demo)</b>" in page.content.decode()


# --- histories ------------------------------------------------------------------------------------------------------


def test_the_history_says_what_changed_who_did_it_and_from_where(world: Any) -> None:
    client = world.client("secretary", REMOTE_ADDR="192.0.2.7")
    _post(client, "members/membership", "end_memberships", world.rosa.memberships.get(), confirmed="yes")
    page = client.get(f"/admin/members/membership/{world.rosa.memberships.get().pk}/history/").content.decode()
    assert "Last day" in page
    assert "Secretary" in page
    assert "192.0.2.7" in page
    assert words_of("members.membership_ended") in page


@pytest.mark.parametrize(
    ("address", "words"),
    [("members/retentionrule", "0 retention periods"), ("notifications/delivery", "1 mail<"),
     ("meetings/minutes", "Minutes of 0 meetings"), ("consultations/conclusions", "Conclusions of 0 consultations")],
)  # fmt: skip
def test_a_list_counts_in_words_that_can_be_counted(world: Any, address: str, words: str) -> None:
    if "1 mail" in words:
        Delivery.objects.create(kind="digest", address="a@x.example")
    assert words in world.client("secretary").get(f"/admin/{address}/").content.decode()


def test_a_history_names_people_and_says_choices_in_words(world: Any) -> None:
    seat = world.rosa.memberships.get()
    secretary = world.viewer("secretary")
    with acting_as(secretary):
        seat = members.change_role(seat, capacities=["mic_compliance"], actor=secretary)
        members.end_membership(seat, last_day=clock.today(), successor=world.poon.memberships.get(), actor=secretary)
    page = world.client("secretary").get(f"/admin/members/membership/{seat.pk}/history/").content.decode()
    assert "mic_compliance" not in page
    assert str(Capacity("mic_compliance").label) in page
    successor = page.split(">Successor</dt>")[1].split("</dd>")[0]
    assert world.poon.display_name in successor
    assert ">members.organisation<" not in page


def test_a_history_shows_the_columns_of_the_page_and_no_others(world: Any) -> None:
    page = world.client("secretary").get(f"/admin/accounts/user/{world.mei.pk}/history/").content.decode()
    assert "mei@harbour.example" in page
    assert "Appearance" not in page


@pytest.mark.parametrize("model", [m for m, _a in OURS], ids=lambda m: m._meta.label_lower)
def test_every_model_has_a_history_of_its_own_kind(model: Any) -> None:
    assert type(admin.site._registry[model]).history_view is not admin.ModelAdmin.history_view


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_list_leaves_as_a_file_with_an_entry_and_without_formulas(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        type(world.mei).objects.filter(pk=world.mei.pk).update(name_en="=1+1")
    client = world.client("secretary")
    answer = _post(client, "accounts/user", "export_csv", world.mei, world.rosa)
    assert answer["Content-Disposition"].startswith("attachment")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "'=1+1," in answer.content.decode()
    (entry,) = _entries(world, "members.list_exported")
    assert entry.detail["rows"] == 2
    assert entry.detail["model"] == "accounts.user"


def _all(client: Client, address: str, action: str = "export_csv") -> Any:
    """What the buttons under the list send, without a script."""
    return client.post(address, {"action": action, "_selected_action": "all", "select_across": "1"})


def test_all_rows_of_a_filter_leave_as_a_file_without_being_ticked(world: Any) -> None:
    with acting_as(world.viewer("secretary")):
        Delivery.objects.bulk_create(
            Delivery(address=f"a{n}@x.example", kind="digest", state="failed" if n % 2 else "sent", last_error="=1+1")
            for n in range(130)
        )
    client = world.client("secretary")
    page = client.get("/admin/notifications/delivery/?state__exact=failed").content.decode()
    assert 'form="desk-export"' in page
    answer = _all(client, "/admin/notifications/delivery/?state__exact=failed&q=x.example&p=1")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 65
    assert all("a" in line and "'=1+1" in line for line in lines[1:])
    (entry,) = _entries(world, "members.list_exported")
    assert entry.detail["rows"] == 65
    assert "state__exact=failed" in entry.detail["filters"]


def test_more_rows_than_may_leave_are_refused_and_none_leaves(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_MOST", 3)
    client = world.client("secretary")
    answer = _all(client, "/admin/accounts/user/")
    assert answer.status_code == 302
    assert "More than 3 rows" in client.get("/admin/accounts/user/").content.decode()
    assert not _entries(world, "members.list_exported")


def test_a_file_of_all_rows_opens_each_that_a_firm_shares(world: Any) -> None:
    paper = make_paper(world)
    shared = [say(paper, world, "mei", f"For the SFC {n}", audience="shared") for n in range(3)]
    say(paper, world, "mei", "For all")
    say(paper, world, "mei", "For ourselves", audience="organisation")
    answer = _all(world.client("secretary"), "/admin/consultations/comment/", "export_xlsx")
    assert answer["Content-Disposition"].startswith("attachment")
    with acting_as(world.viewer("secretary")):
        opened = Opening.objects.filter(organisation_id=world.harbour.pk, how="export")
        assert {key for one in opened for key in one.objects_opened} == {str(one.pk) for one in shared}
        (entry,) = Entry.objects.filter(verb="members.list_exported")
    assert entry.detail["rows"] == 4


def test_all_rows_are_for_files_and_not_for_verbs(world: Any) -> None:
    ended = Membership.objects.exclude(ends_on=None).count()
    client = world.client("secretary")
    answer = _all(client, "/admin/members/membership/", "end_memberships")
    assert answer.status_code == 302
    assert "one by one" in client.get("/admin/members/membership/").content.decode()
    client.post(
        "/admin/members/membership/",
        {"action": "end_memberships", "_selected_action": "all", "select_across": "1", "confirmed": "yes"},
    )
    assert Membership.objects.exclude(ends_on=None).count() == ended


def test_an_officer_exports_nothing(world: Any) -> None:
    answer = _post(world.client("officer"), "accounts/user", "export_xlsx", world.mei)
    assert "Content-Disposition" not in answer
    assert "Content-Disposition" not in _all(world.client("officer"), "/admin/accounts/user/")
    assert "desk-export" not in world.client("officer").get("/admin/accounts/user/").content.decode()
    assert not _entries(world, "members.list_exported")


# --- three languages ------------------------------------------------------------------------------------------------


def test_every_column_head_is_said_in_chinese() -> None:
    with translation.override("zh-hant"):
        english = {
            (model._meta.label, name, str(label_for_field(name, model, model_admin)))
            for model, model_admin in OURS
            for name in model_admin.list_display
            if str(label_for_field(name, model, model_admin)).isascii()
        }
    assert english == set()
