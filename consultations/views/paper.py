"""Reading: the list of papers, a paper with its discussion, one thread, and whether there is news."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from consultations.models import Comment, Consultation
from consultations.views.common import (
    answered,
    comment_form,
    is_htmx,
    paper_or_404,
    paper_page,
    reading_of,
    thread_part,
    viewer_of,
)
from portal.common import clock

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
    parent = answered(request, paper, request.GET.get("reply", ""))
    compose = parent.anchor_key if parent else request.GET.get("compose", "")
    reading = reading_of(request, paper, compose, request.GET.get("thread", ""))
    if compose in reading.places and reading.can_comment:
        reading.places[compose].composer = comment_form(request, paper, parent)
    if not is_htmx(request):
        return paper_page(request, reading)
    if compose not in reading.places:
        # What was to be answered is gone: show the page as it is now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return thread_part(request, reading, compose)


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
        reading.places[anchor].composer = comment_form(request, paper, parent)
    return thread_part(request, reading, anchor)


@login_not_required
@require_GET
def news(request: HttpRequest, key: str) -> HttpResponse:
    """How many comments were posted since a moment: 204 without any, so that a page that polls costs little."""
    since = parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    if since is None or since.tzinfo is None or since < clock.now() - timedelta(days=2):
        raise Http404
    viewer = viewer_of(request)
    count = (
        Comment.objects.visible_to(viewer)
        .filter(consultation__key=key, created_at__gt=since)
        .exclude(author=viewer.user_id)
        .count()
    )
    if not count:
        return HttpResponse(status=204)
    return render(request, "consultations/news.html", {"count": count, "key": key})
