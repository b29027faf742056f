"""What an officer reaches who views the portal as a firm's role sees it, and that nothing is written meanwhile.

Three walls, each of which would do alone: only pages by GET, and among them only those of the rooms (`is_open`); the
viewer is no person and no regulator, so nobody's inbox, drafts or account are theirs; and the page is made inside a
read-only transaction of the database, so that what would write fails whatever the program says.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.db import InternalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from psycopg.errors import ReadOnlySqlTransaction

from accounts.models import User
from members import closing, policies
from members.enums import OrganisationKind
from members.models import Membership, Mirror, MirrorEnding, Organisation
from members.viewer import Viewer, acting_as, tell_database
from members.workflow.mirroring import gives_access, note_page, stop_viewing_as

SESSION_KEY: Final = "view_as"
NO_PERSON: Final = 0
"""Whose rows there are none of: no inbox, no draft, no note of a reader."""

READING: Final = frozenset({"GET", "HEAD"})
LEAVING: Final = frozenset({"members:stop_view_as", "account_logout"})
ROOMS: Final = frozenset({"consultations", "documents", "initiatives", "meetings"})
PAGES: Final = frozenset(
    {
        "home", "help", "accessibility", "privacy", "favicon", "members:directory", "members:views",
        "members:delegations", "firm:people", "oversight:openings",
    }
)  # fmt: skip
# Files are not handed out, what a person wrote for themselves is not looked for, and of a page that is a form alone
# nothing could be sent.
CLOSED: Final = frozenset(
    {
        "consultations:ask_clarification",
        "consultations:ask_for_extension",
        "consultations:attachment",
        "consultations:drafts",
        "consultations:edit",
        "consultations:readers",
        "consultations:waiting",
        "consultations:withdraw",
        "consultations:release_wish",
        "consultations:export",
        "consultations:export_file",
        "consultations:feed",
        "documents:download",
    }
)
# What a link asks for on a page that is open: a form to write in.
ASKING: Final = frozenset({"compose", "reply"})


def is_open(view_name: str) -> bool:
    """Whether a page can be seen through a firm's eyes. What is not named here is closed."""
    room = view_name.partition(":")[0] if ":" in view_name else ""
    return view_name in PAGES or (room in ROOMS and view_name not in CLOSED)


def through_a_firms_eyes(viewer: Viewer, mirror: Mirror) -> Viewer:
    """The firm's role: without a person, without working groups, and without what is internal to the firm."""
    seat = Membership(user=viewer.person, organisation=mirror.organisation, role=mirror.role)
    return replace(
        viewer,
        user_id=NO_PERSON,
        organisation_id=mirror.organisation_id,
        kind=OrganisationKind.PLATFORM,
        role=mirror.role,
        working_groups=(),
        membership=seat,
        opened_firms=(),
        is_mirror=True,
    )


def mirror_of(request: HttpRequest, viewer: Viewer) -> Mirror | None:
    """What this session looks at as a firm, running or over; None for everybody else, without a query."""
    pk = request.session.get(SESSION_KEY) if viewer.user_id else None
    if pk is None:
        return None
    rows = Mirror.objects.visible_to(viewer).select_related("organisation", "end")
    return rows.filter(pk=pk, officer=viewer.user_id).first() or Mirror(pk=None)


def seen_as(request: HttpRequest, viewer: Viewer) -> Viewer:
    """The viewer of this request: the person's own, or a firm's role, which the database is then told."""
    request.real_viewer, request.mirror = viewer, mirror_of(request, viewer)  # type: ignore[attr-defined]
    mirror: Mirror | None = request.mirror  # type: ignore[attr-defined]
    if mirror is None or not _stands(mirror, viewer):
        return viewer
    seen = through_a_firms_eyes(viewer, mirror)
    tell_database(seen)
    return seen


def _stands(mirror: Mirror, viewer: Viewer) -> bool:
    if mirror.pk is None or not mirror.is_running:
        return False
    firm = mirror.organisation
    return policies.can_view_as(viewer, firm) and gives_access(firm)


def begin(request: HttpRequest, mirror: Mirror) -> None:
    """This session looks as the firm from its next request on. Forms of pages from before are void."""
    request.session[SESSION_KEY] = mirror.pk
    rotate_token(request)


def leave(request: HttpRequest, how: MirrorEnding) -> None:
    """This session is the person's own again. Forms of pages that were seen as the firm are void: sent now, they
    would be the officer's."""
    mirror: Mirror | None = request.mirror  # type: ignore[attr-defined]
    if mirror is not None and mirror.pk is not None:
        stop_viewing_as(mirror, how=how, actor=request.real_viewer)  # type: ignore[attr-defined]
    request.session.pop(SESSION_KEY, None)
    rotate_token(request)


def end_with_the_session(request: HttpRequest, user: User) -> None:
    """The person signs out, or is put out since their own access has ended: then nothing of theirs may act."""
    pk = request.session.pop(SESSION_KEY, None)
    if pk is None:
        return
    office = Organisation.objects.filter(kind=OrganisationKind.REGULATOR).order_by("pk").first()
    keeper = Viewer(user_id=user.pk, organisation_id=office.pk if office else None, kind=OrganisationKind.REGULATOR)
    with acting_as(keeper):
        mirror = Mirror.objects.visible_to(keeper).filter(pk=pk, officer=user).first()
        if mirror is not None and mirror.is_running:
            stop_viewing_as(mirror, how=MirrorEnding.SIGNED_OUT, actor=keeper)


class MirrorMiddleware:
    """The innermost one: what comes after it is the page alone, and the page writes nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.viewer.is_mirror:  # type: ignore[attr-defined]
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
        if getattr(request, "has_tried_to_write", False):
            return _closed(_refusal(request))
        actor: Viewer = request.real_viewer  # type: ignore[attr-defined]
        tell_database(actor)
        if response.status_code == 200 and getattr(request, "is_seen_as_firm", False):
            note_page(request.mirror, request.path, actor=actor)  # type: ignore[attr-defined]
        return _closed(response)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.mirror is None:  # type: ignore[attr-defined]
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.viewer.is_mirror:  # type: ignore[attr-defined]
            return _over(request, name)
        if name in LEAVING:
            request.viewer = request.real_viewer  # type: ignore[attr-defined]
            tell_database(request.viewer)  # type: ignore[attr-defined]
            return None
        if request.method not in READING or not is_open(name):
            return _refusal(request)
        with connection.cursor() as cursor:
            # Until the savepoint around the page ends.
            cursor.execute("SET TRANSACTION READ ONLY")
        request.is_seen_as_firm = not getattr(view_func, "is_polling", False)  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        wrote = isinstance(exception, InternalError) and isinstance(exception.__cause__, ReadOnlySqlTransaction)
        if not (wrote and request.viewer.is_mirror):  # type: ignore[attr-defined]
            return None
        # The page that says so needs a transaction that still stands: it is made outside of this one.
        transaction.set_rollback(True)
        request.has_tried_to_write = True  # type: ignore[attr-defined]
        return HttpResponse(status=403)


def _closed(response: HttpResponse) -> HttpResponse:
    """The page without links and buttons that cannot work here (members.closing)."""
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        page = closing.closed(response.content.decode(), is_open=is_open, leaving=LEAVING, asking=ASKING)
        response.content = page.encode()
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
    return response


def _refusal(request: HttpRequest) -> HttpResponse:
    return render(request, "members/view_as/refused.html", {"mirror": request.mirror}, status=403)  # type: ignore[attr-defined]


def _over(request: HttpRequest, name: str) -> HttpResponse | None:
    """Time was up, or the right to look is gone. Nothing that was sent meanwhile is done in the officer's name."""
    leave(request, MirrorEnding.RAN_OUT)
    if name in LEAVING:
        return None
    messages.info(request, _("You see the portal as yourself again: the view as a firm has ended."))
    return redirect("home")
