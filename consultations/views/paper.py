"""Reading: the list of papers, a paper with its discussion, one thread, and whether there is news."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from consultations import policies
from consultations.models import Comment, Consultation
from consultations.page import SHOWN_AT_ONCE, Reading
from consultations.views.common import (
    address_of,
    answered,
    composer,
    is_htmx,
    linked,
    paper_or_404,
    paper_page,
    put_address,
    reading_of,
    thread_part,
    viewer_of,
)

FILTERS = {"open": "open", "planned": "planned", "past": "past"}


@login_not_required
@require_GET
def consultation_list(request: HttpRequest) -> HttpResponse:
    """Open ones first by deadline, then planned, then past ones."""
    viewer = viewer_of(request)
    rows = Consultation.objects.visible_to(viewer).with_own_deadline(viewer)
    chosen = FILTERS.get(request.GET.get("state", ""))
    if chosen:
        rows = getattr(rows, chosen)()
    comments = (
        Comment.objects.visible_to(viewer)
        .filter(consultation=OuterRef("pk"))
        .order_by()
        .values("consultation")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        rows.in_reading_order().annotate(comment_count=Coalesce(Subquery(comments), 0)).prefetch_related("initiatives")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "consultations/consultation_list.html",
        {
            "page": page,
            "chosen": chosen or "",
            "can_draft": policies.can_run(viewer),
            "filters": [
                ("", _("All")),
                ("open", pgettext("consultation", "Open")),
                ("planned", _("Planned")),
                ("past", _("Past")),
            ],
        },
    )


@login_not_required
@require_GET
def consultation(request: HttpRequest, key: str) -> HttpResponse:
    """The paper with its discussion; for htmx the thread in which somebody wants to write."""
    paper = paper_or_404(request, key)
    if "c" in request.GET and "thread" not in request.GET and not is_htmx(request):
        # A copied link says the comment alone: where it is, is worked out when somebody comes.
        found = linked(request, paper, request.GET["c"])
        if found is not None:
            found.consultation = paper
            return redirect(address_of(viewer_of(request), found))
        messages.info(request, _("The comment to which the link leads is not there, or not for you to read."))
    parent = answered(request, paper, request.GET.get("reply", ""))
    if request.GET.get("reply") and parent is None and not is_htmx(request):
        messages.info(
            request, _("The comment that you wanted to answer is not there any more, or not for you to read.")
        )
    compose = parent.anchor_key if parent else request.GET.get("compose", "")
    reading = reading_of(request, paper, compose, request.GET.get("thread", ""))
    if compose in reading.places and reading.can_comment:
        reading.places[compose].composer = composer(request, reading, compose, parent)
    elsewhere = _beyond(request, reading)
    if elsewhere and not compose:
        return redirect(elsewhere)
    if not is_htmx(request):
        return paper_page(request, reading)
    if compose not in reading.places:
        # What was to be answered is gone: show the page as it is now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return thread_part(request, reading, compose)


def _beyond(request: HttpRequest, reading: Reading) -> str:
    """Where the comment of a link is, if its place has more comments than the paper shows at once."""
    place = reading.places.get(request.GET.get("thread", ""))
    if place is None or place.count <= SHOWN_AT_ONCE or "c" not in request.GET:
        return ""
    found = linked(request, reading.consultation, request.GET["c"])
    if found is None:
        return ""
    found.consultation = reading.consultation
    where = address_of(viewer_of(request), found)
    return "" if where == found.get_absolute_url() else where


@login_not_required
@require_GET
def thread(request: HttpRequest, key: str, anchor: str) -> HttpResponse:
    """All comments at one place, 100 a page: a page of its own, or for htmx the place's part of the paper."""
    paper = paper_or_404(request, key)
    parent = answered(request, paper, request.GET.get("reply", ""))
    reading = reading_of(request, paper, anchor)
    if anchor not in reading.places or (parent is not None and parent.anchor_key != anchor):
        raise Http404
    if reading.can_comment and ("compose" in request.GET or parent):
        reading.places[anchor].composer = composer(request, reading, anchor, parent)
        return thread_part(request, reading, anchor)
    response = thread_part(request, reading, anchor)
    if address := _without_composer(request):
        put_address(response, address)
    return response


def _without_composer(request: HttpRequest) -> str:
    """The address of the page that asks, where that still asks for a composer which is given up now."""
    address = urlsplit(request.htmx.current_url_abs_path or "" if is_htmx(request) else "")  # type: ignore[attr-defined]
    query = QueryDict(address.query, mutable=True)
    asked = [name for name in ("compose", "reply", "passage", "before", "lang") if query.pop(name, None)]
    return address._replace(query=query.urlencode(), fragment="").geturl() if asked else ""
