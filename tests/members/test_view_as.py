"""An officer of the office sees the portal as a firm sees it: framed, reading alone, recorded, shown to the firm."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from members import closing, mirroring
from members.enums import LicenceState, Role
from members.models import Mirror, MirrorEnd, MirrorPage
from members.viewer import Viewer, acting_as
from members.workflow import set_licence_status
from members.workflow.mirroring import LASTS, STARTED, view_as
from notifications.models import Delivery, Notice
from portal.common import clock
from portal.common.errors import Forbidden, Refused
from tests.consultations import conftest as papers
from tests.world import World

HOME = reverse("home")
STOP = reverse("members:stop_view_as")
VIEWS = reverse("members:views")
FRAME = 'class="mirrorbar"'


def start(world: World, name: str = "secretary", role: str = Role.PRINCIPAL, **options: Any) -> Client:
    """A browser in which this officer looks as that role of Harbour."""
    browser = world.client(name, **options)
    answer = browser.post(reverse("members:view_as", args=["harbour"]), {"role": role, "reason": "A call about CP 1"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return browser


def shown(browser: Client, address: str = HOME) -> str:
    return browser.get(address).content.decode()


def only(world: World, name: str = "secretary") -> Mirror:
    with acting_as(world.viewer(name)):
        return Mirror.objects.select_related("end", "organisation").prefetch_related("pages").get()


def test_the_page_is_the_firms_in_a_frame_that_says_so(world: World) -> None:
    browser = start(world)
    page = browser.get(HOME)
    assert FRAME in page.content.decode()
    assert "You see what Harbour sees: Principal representative" in page.content.decode()
    seen: Viewer = page.wsgi_request.viewer  # type: ignore[attr-defined]
    assert (seen.is_platform, seen.is_regulator, seen.is_mirror) == (True, False, True)
    assert (seen.organisation_id, seen.role, seen.working_groups) == (world.harbour.pk, Role.PRINCIPAL, ())
    assert seen.user_id == mirroring.NO_PERSON
    assert FRAME not in shown(world.client("secretary")), "another browser of the same person"


@pytest.mark.parametrize("role", ["coordinator", "contributor"])
def test_the_firms_own_pages_are_shown_as_the_role_sees_them(world: World, role: str) -> None:
    browser = start(world, "chair", role)
    for name in ("firm:people", "members:delegations", "members:views", "oversight:openings", "consultations:list"):
        page = browser.get(reverse(name))
        assert page.status_code == 200, name
        assert FRAME in page.content.decode(), name
    assert browser.get(reverse("firm:invite")).status_code == 403


def test_before_it_starts_the_page_says_what_is_seen_and_that_the_firm_is_told(world: World) -> None:
    page = world.client("chair").get(reverse("members:view_as", args=["harbour"]))
    assert page.status_code == 200
    assert "The firm is told" in page.content.decode()
    assert world.client("chair").get(reverse("members:view_as", args=["sfc"])).status_code == 404
    assert reverse("members:view_as", args=["harbour"]) in shown(world.client("chair"), reverse("members:directory"))
    assert "/view-as/" not in shown(world.client("officer"), reverse("members:directory"))
    for name, offered in (("chair", True), ("admin", False)):
        for firm, has in (("harbour", offered), ("sfc", False)):
            page = shown(
                world.client(name), reverse("admin:members_organisation_change", args=[world.organisations[firm].pk])
            )
            assert (f"/view-as/{firm}/" in page) == has, (name, firm)


@pytest.mark.parametrize("name", ["officer", "admin", "mei", "fan"])
def test_nobody_but_the_office_looks(world: World, name: str) -> None:
    browser = world.client(name)
    address = reverse("members:view_as", args=["harbour"])
    assert browser.get(address).status_code == 403
    assert browser.post(address, {"role": "principal", "reason": "curious"}).status_code == 403
    with acting_as(world.viewer(name)), pytest.raises(Forbidden):
        view_as(world.harbour, role=Role.PRINCIPAL, reason="curious", actor=world.viewer(name))


@pytest.mark.parametrize(
    ("firm", "role", "reason", "field"),
    [
        ("harbour", "principal", "  x ", "reason"),
        ("harbour", "principal", "x" * 201, "reason"),
        ("harbour", "secretariat", "A call", "role"),
        ("peakline", "principal", "A call", None),
    ],
)
def test_what_is_refused_says_why(world: World, firm: str, role: str, reason: str, field: str | None) -> None:
    viewer = world.viewer("secretary")
    with acting_as(viewer), pytest.raises(Refused) as refusal:
        view_as(world.organisations[firm], role=role, reason=reason, actor=viewer)
    assert refusal.value.field == field
    answer = world.client("secretary").post(
        reverse("members:view_as", args=[firm]), {"role": role, "reason": reason[:200]}
    )
    assert answer.status_code == (422 if reason != "x" * 201 else 302)
    if answer.status_code == 422:
        assert reason.strip() in answer.content.decode(), "what was typed is kept"


def test_the_firm_is_told_at_once_and_sees_who_looked_as_which_role_when_how_long(world: World) -> None:
    with clock.at(clock.now().replace(second=0, microsecond=0)):
        browser = start(world)
        told = Notice.objects.filter(event__kind=STARTED)
        assert {one.user for one in told} == {world.mei, world.poon}
        assert Delivery.objects.filter(kind=STARTED).count() == 2
        params = told[0].event.params
        assert (params["officer_role"], params["role"]) == (Role.SECRETARIAT, Role.PRINCIPAL)
        assert "Secretary" not in str(params), "the role of who looked, not the name"
        assert "Runs now" in shown(world.client("poon"), VIEWS)
        later = clock.now() + timedelta(minutes=7)
    with clock.at(later):
        shown(browser, reverse("consultations:list"))
        browser.post(STOP)
        page = shown(world.client("rosa"), VIEWS)
    assert "7 minutes" in page
    assert "Principal representative" in page
    assert "Secretariat" in page
    assert "A call about CP 1" in page
    assert reverse("consultations:list") in page
    assert "Secretary" not in page.replace("Secretariat", "")
    assert "A call about CP 1" not in shown(world.client("kalok"), VIEWS), "another firm"
    assert "Secretary" in shown(world.client("officer"), VIEWS)
    assert world.client("fan").get(VIEWS).status_code == 403


def test_the_audit_trail_names_the_officer_for_the_regulator(world: World) -> None:
    start(world).post(STOP)
    with acting_as(world.viewer("secretary")):
        rows = list(Entry.objects.filter(verb__startswith="members.view_as").order_by("at", "verb"))
    assert {row.verb for row in rows} == {"members.view_as_started", "members.view_as_ended"}
    for row in rows:
        assert (row.actor, row.on_behalf_of) == (world.secretary, world.sfc.pk)
        assert (row.audience, row.organisation_id) == ("shared", world.harbour.pk)
    ended = next(row for row in rows if row.verb.endswith("ended"))
    assert ended.detail == {"how": "stopped", "minutes": 1, "pages": 0}


def test_stop_ends_it(world: World) -> None:
    browser = start(world)
    assert browser.post(STOP).status_code == 302
    assert FRAME not in shown(browser)
    assert browser.get(reverse("admin:index")).status_code == 200
    mirror = only(world)
    assert (mirror.end.how, mirror.is_running) == ("stopped", False)
    assert browser.post(STOP).status_code == 302, "once more changes nothing"


def test_signing_out_ends_it(world: World) -> None:
    browser = start(world)
    browser.post(reverse("account_logout"))
    assert only(world).end.how == "signed_out"
    assert FRAME not in shown(browser)


def test_it_ends_by_itself_after_half_an_hour(world: World) -> None:
    browser = start(world)
    assert FRAME in shown(browser)
    with clock.at(clock.now() + LASTS):
        mirror = only(world)
        assert (mirror.is_running, mirror.minutes) == (False, 30), "also when nobody comes back"
        answer = browser.post(reverse("accounts:profile"), {"name_en": "Meant for the firm"})
        assert answer.status_code == 302, "what was sent from a page of the view is not done in the officer's name"
        assert FRAME not in shown(browser)
    assert world.fresh("secretary").name_en == "Secretary"
    assert only(world).end.how == "ran_out"
    assert only(world).minutes == 30


@pytest.mark.parametrize("change", ["officer", "firm"])
def test_it_ends_when_the_officer_or_the_firm_loses_access(world: World, change: str) -> None:
    browser = start(world)
    if change == "officer":
        world.secretary.memberships.update(role=Role.POLICY_OFFICER)
    else:
        set_licence_status(world.harbour, state=LicenceState.SUSPENDED, effective_on=clock.today(), actor=None)
    assert browser.get(HOME).status_code == 302
    assert FRAME not in shown(browser)


def test_an_officer_whose_membership_ends_is_out_and_the_view_with_them(world: World) -> None:
    browser = start(world)
    world.secretary.memberships.update(ends_on=clock.today() - timedelta(days=1))
    assert browser.get(HOME).status_code == 403
    assert only(world, "chair").end.how == "signed_out"


def test_a_page_from_the_view_sends_nothing_after_it(world: World) -> None:
    """Opened as the firm, sent by the officer after a stop in another tab: the token of that page is void."""
    browser = world.client("secretary", enforce_csrf_checks=True)
    token = browser.get(reverse("members:view_as", args=["harbour"])).context["csrf_token"]
    data = {"role": Role.PRINCIPAL, "reason": "A call", "csrfmiddlewaretoken": str(token)}
    assert browser.post(reverse("members:view_as", args=["harbour"]), data).status_code == 302
    stale = str(browser.get(HOME).context["csrf_token"])
    assert browser.post(STOP, {"csrfmiddlewaretoken": stale}).status_code == 302
    sent = browser.post(reverse("accounts:theme"), {"theme": "dark", "csrfmiddlewaretoken": stale})
    assert sent.status_code == 403
    assert world.fresh("secretary").theme != "dark"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reading_is_done(world: World, method: str) -> None:
    browser = start(world)
    for name in ("accounts:theme", "set_language", "home", "notifications:mark_all_read"):
        answer = browser.generic(method, reverse(name), b"theme=dark", "application/x-www-form-urlencoded")
        assert answer.status_code == 403, name
        assert "Nothing was changed" in answer.content.decode()
    assert world.fresh("secretary").theme != "dark"


@pytest.mark.parametrize(
    "name",
    [
        "admin:index", "admin:members_organisation_changelist", "notifications:inbox", "notifications:settings",
        "accounts:profile", "mfa_index", "usersessions_list", "account_email", "consultations:drafts",
        "consultations:moderation",
    ],
)  # fmt: skip
def test_what_is_the_officers_own_or_the_regulators_is_closed(world: World, name: str) -> None:
    assert start(world).get(reverse(name)).status_code == 403


def test_what_would_write_on_reading_is_refused_and_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a page does: the database takes nothing from it."""

    def careless(request: HttpRequest) -> HttpResponse:
        world.harbour.__class__.objects.filter(pk=world.harbour.pk).update(name_en="Written on a GET")
        return HttpResponse("shown")

    browser = start(world)
    pattern = next(one for one in __import__("portal.urls").urls.urlpatterns if getattr(one, "name", "") == "home")
    monkeypatch.setattr(pattern, "callback", careless)
    answer = browser.get(HOME)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    world.harbour.refresh_from_db()
    assert world.harbour.name_en == "Harbour (demo)"
    assert not only(world).pages.all()


def test_the_record_is_only_added_to_and_the_firm_writes_none_of_it(world: World) -> None:
    start(world).get(HOME)
    mirror = only(world)
    for name in ("secretary", "mei"):
        with acting_as(world.viewer(name)):
            for rows in (Mirror.objects.filter(pk=mirror.pk), MirrorPage.objects.filter(mirror=mirror)):
                column = "reason" if rows.model is Mirror else "path"
                if name == "mei":
                    assert rows.update(**{column: "nothing"}) == 0
                    continue
                with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                    rows.update(**{column: "nothing"})
    with acting_as(world.viewer("mei")), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        MirrorEnd.objects.create(mirror=mirror, how="stopped")
    with acting_as(world.viewer("kalok")):
        assert not MirrorPage.objects.exists()


def test_a_session_that_does_not_look_pays_no_statement_for_it(world: World) -> None:
    browser = world.client("secretary")
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("help"))
    assert not [one for one in asked if "members_mirror" in str(one["sql"])]


# --- what is offered ------------------------------------------------------------------------------------------------


def test_what_is_closed_is_not_offered_as_open_and_says_why() -> None:
    page = (
        '<a class="btn" href="/notifications/">Inbox</a><a href="/consultations/?text=a&amp;b">List</a>'
        '<a href="?compose=p1&amp;text=both#p1">Comment</a><a href="/consultations/x/?reply=1">Reply</a>'
        '<a href="#main">Skip</a><a href="https://www.sfc.hk/en/">SFC</a><a hx-get="/notifications/" href="?x=1">In</a>'
        '<form method="post" action="/x/"><input type="hidden" name="t" value="a>b"><textarea name="b">x</textarea>'
        '<button class="btn" aria-describedby="hint" type="submit">Send</button></form>'
        '<form method="get" action="/consultations/"><button>Show</button></form>'
        f'<form method="post" action="{STOP}"><button>Stop</button></form>'
        '<button hx-post="/y/">Save</button>'
    )
    assert closing.closed(page, is_open=mirroring.is_open, leaving=mirroring.LEAVING, asking=mirroring.ASKING) == (
        '<a role="link" aria-disabled="true" aria-describedby="view-as-closed" class="btn">Inbox</a>'
        '<a href="/consultations/?text=a&amp;b">List</a>'
        '<a role="link" aria-disabled="true" aria-describedby="view-as-closed">Comment</a>'
        '<a role="link" aria-disabled="true" aria-describedby="view-as-closed">Reply</a><a href="#main">Skip</a><a href="https://www.sfc.hk/en/">SFC</a>'
        '<a role="link" aria-disabled="true" aria-describedby="view-as-closed">In</a>'
        '<form method="post" action="/x/"><input type="hidden" name="t" value="a>b">'
        '<textarea disabled aria-describedby="view-as-closed" name="b">x</textarea>'
        '<button disabled aria-describedby="hint view-as-closed" class="btn" type="submit">Send</button></form>'
        '<form method="get" action="/consultations/"><button>Show</button></form>'
        f'<form method="post" action="{STOP}"><button>Stop</button></form>'
        '<button disabled aria-describedby="view-as-closed">Save</button>'
    )


def test_what_the_firm_keeps_to_itself_is_said_to_be_hidden_and_not_said_to_be_absent(world: World) -> None:
    now = clock.now()
    with clock.at(papers.NOW):
        paper = papers.make_paper(world, closes=now - papers.NOW + timedelta(days=20))
    browser = start(world)
    for address in (HOME, paper.get_absolute_url()):
        page = shown(browser, address)
        assert "drafts are not shown here" in page, address
        assert "None yet" not in page
        assert "Not started" not in page
    assert "Nothing waits for you" not in shown(browser)
    assert "Nobody's inbox is shown here" in shown(browser)
    assert browser.get(reverse("consultations:waiting")).status_code == 403, "what waits inside the firm"
