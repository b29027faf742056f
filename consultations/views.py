"""Pages of consultations. Every action works as a plain form; htmx gets the thread that changed instead."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import policies, workflow
from consultations.enums import State
from consultations.forms import CommentForm, EditForm, WithdrawForm, language_of
from consultations.models import Comment, Consultation, Paragraph, Question, Section
from consultations.page import SHOWN_AT_ONCE, WHOLE, Reading, find
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Refused

FILTERS = {"open": "open", "planned": "planned", "past": "past"}
ANCHORS = {"s": Section, "p": Paragraph, "q": Question}


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def _htmx(request: HttpRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def _paper(request: HttpRequest, key: str) -> Consultation:
    found = find(_viewer(request), key)
    if found is None:
        raise Http404
    return found


def _comment(request: HttpRequest, key: str, pk: uuid.UUID) -> Comment:
    """The comment as far as the viewer may read it; hidden and absent are the same 404."""
    viewer = _viewer(request)
    papers = Consultation.objects.visible_to(viewer)
    found = (
        Comment.objects.visible_to(viewer)
        .with_people()
        .select_related("consultation", "section", "paragraph", "question", "parent__membership",
                        "author", "membership__organisation", "organisation", "working_group")
        .filter(pk=pk, consultation__key=key, consultation__in=papers)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


@login_not_required
@require_GET
def consultation_list(request: HttpRequest) -> HttpResponse:
    """Open ones first by deadline, then planned, then past ones."""
    viewer = _viewer(request)
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


def _reading(request: HttpRequest, paper: Consultation, *focus: str) -> Reading:
    # A form that was sent says in its address how the page was being read.
    address = paper.get_absolute_url()
    return Reading(
        _viewer(request),
        paper,
        text=request.GET.get("text", ""),
        audience=request.GET.get("audience", ""),
        focus=focus,
        address="" if request.path == address else address,
    )


@login_not_required
@require_GET
def consultation(request: HttpRequest, key: str) -> HttpResponse:
    """The paper with its discussion; for htmx the thread in which somebody wants to write."""
    paper = _paper(request, key)
    parent = _answered(request, paper, request.GET.get("reply", ""))
    compose = parent.anchor_key if parent else request.GET.get("compose", "")
    reading = _reading(request, paper, compose, request.GET.get("thread", ""))
    if compose in reading.places and reading.can_comment:
        reading.places[compose].composer = _form(request, paper, parent)
    if not _htmx(request):
        return _page(request, reading)
    if compose not in reading.places:
        # What was to be answered is gone: show the page as it is now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _thread(request, reading, compose)


def _page(request: HttpRequest, reading: Reading, status: int = 200) -> HttpResponse:
    reading.fill()
    context = {"reading": reading, "consultation": reading.consultation, "State": State}
    return render(request, "consultations/consultation.html", context, status=status)


def _form(request: HttpRequest, paper: Consultation, parent: Comment | None, data: Any = None) -> CommentForm:
    return CommentForm(data, viewer=_viewer(request), consultation=paper, parent=parent)


def _answered(request: HttpRequest, paper: Consultation, value: str) -> Comment | None:
    """The comment that is being answered, fetched as its reader."""
    try:
        pk = uuid.UUID(value)
    except ValueError:
        return None
    rows = Comment.objects.visible_to(_viewer(request)).with_people().filter(consultation=paper, withdrawn_at=None)
    return (
        rows.select_related("author", "membership__organisation", "organisation", "section", "paragraph", "question")
        .filter(pk=pk)
        .first()
    )


@login_not_required
@require_GET
def thread(request: HttpRequest, key: str, anchor: str) -> HttpResponse:
    """All comments at one place, 100 a page: a page of its own, or for htmx the place's part of the paper."""
    paper = _paper(request, key)
    parent = _answered(request, paper, request.GET.get("reply", ""))
    reading = _reading(request, paper, anchor)
    if anchor not in reading.places or (parent is not None and parent.anchor_key != anchor):
        raise Http404
    if reading.can_comment and ("compose" in request.GET or parent):
        reading.places[anchor].composer = _form(request, paper, parent)
    return _thread(request, reading, anchor)


def _thread(request: HttpRequest, reading: Reading, anchor: str, status: int = 200) -> HttpResponse:
    place = reading.places[anchor]
    paginator = Paginator(range(place.count), SHOWN_AT_ONCE)
    page = paginator.get_page(request.GET.get("page"))
    reading.fill(only=anchor, page=page.number)
    item = next((item for part in reading.parts for item in part.items if item.place is place), None)
    context = {"reading": reading, "consultation": reading.consultation, "place": place, "item": item}
    if _htmx(request):
        return render(request, "consultations/thread.html", context, status=status)
    context["page"] = page
    name = "consultations/thread_page.html"
    return render(request, name, context, status=status)


def _anchor(paper: Consultation, key: str) -> Any:
    """The part of the paper that an anchor names; the paper itself for the whole."""
    if key == WHOLE:
        return paper
    model: Any = ANCHORS.get(key[:1])
    found = model.objects.filter(consultation=paper, number=key[1:]).first() if model else None
    if found is None:
        raise Http404
    return found


@require_POST
def post(request: HttpRequest, key: str) -> HttpResponse:
    """Post a comment; refused input comes back with its text, beside what is wrong with it."""
    viewer = _viewer(request)
    # Without what only its page shows: that is fetched if the form must be shown again.
    paper = Consultation.objects.visible_to(viewer).select_related("working_group").filter(key=key).first()
    if paper is None:
        raise Http404
    require(policies.can_write(viewer))
    parent = _answered(request, paper, request.POST.get("parent", ""))
    if request.POST.get("parent") and parent is None:
        raise Http404
    anchor = parent.anchor if parent else _anchor(paper, request.POST.get("anchor", WHOLE))
    place = parent.anchor_key if parent else request.POST.get("anchor", WHOLE)
    form = _form(request, paper, parent, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            comment = workflow.post_comment(
                paper,
                actor=viewer,
                body=data["body"],
                audience=data["audience"],
                anchor=anchor,
                parent=parent,
                posted_as=form.team if data["as_team"] else "",
                language=language_of(data["body"]),
                official=data["official"] and form.can_be_official,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return _after(request, comment, place)
    reading = _reading(request, _paper(request, key), place)
    reading.places[place].composer = form
    if _htmx(request):
        return _thread(request, reading, place, status=422)
    return _page(request, reading, status=422)


def _after(request: HttpRequest, comment: Comment, place: str) -> HttpResponse:
    """Back to the comment on its page; for htmx the thread as it is now."""
    if not _htmx(request):
        return redirect(comment.get_absolute_url())
    return _thread(request, _reading(request, _paper(request, comment.consultation.key), place), place)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    comment, viewer = _comment(request, key, pk), _viewer(request)
    require(policies.can_edit(viewer, comment))
    form = EditForm(request.POST or None, initial={"body": comment.body, "version": comment.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                changed = workflow.edit_comment(
                    comment, actor=viewer, body=data["body"], reason=data["reason"], expected_version=data["version"]
                )
            except Conflict as conflict:
                form.add_error(None, conflict.message)
                # The next attempt starts from what stands now, which the page shows beside the person's own text.
                form.data = {**form.data.dict(), "version": str(comment.version)}  # type: ignore[attr-defined]
                status = 409
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                return redirect(changed.get_absolute_url())
    return render(request, "consultations/comment_edit.html", {"form": form, "comment": comment}, status=status)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """A page that asks for the reason, and then withdraws."""
    comment, viewer = _comment(request, key, pk), _viewer(request)
    require(policies.can_withdraw(viewer, comment))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.withdraw_comment(comment, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("The comment is withdrawn."))
            return redirect(comment.get_absolute_url())
    status = 422 if request.method == "POST" else 200
    return render(request, "consultations/comment_withdraw.html", {"form": form, "comment": comment}, status=status)


@require_POST
def official(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    comment = _comment(request, key, pk)
    workflow.mark_official_answer(comment, actor=_viewer(request), official=request.POST.get("official") != "false")
    return _after(request, comment, comment.anchor_key)


@require_POST
def resolve(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    comment = _comment(request, key, pk)
    if request.POST.get("resolved") == "false":
        workflow.reopen(comment, actor=_viewer(request))
    else:
        workflow.resolve(comment, actor=_viewer(request))
    return _after(request, comment, comment.anchor_key)


@login_not_required
@require_GET
def comment_history(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Every text that the comment has had, newest first."""
    comment = _comment(request, key, pk)
    if not policies.can_see_history(_viewer(request), comment):
        raise Http404
    events = Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).order_by("-version", "-pgh_id")  # type: ignore[attr-defined]
    versions, seen = [], set()
    for event in events:
        if event.version not in seen and event.body:
            seen.add(event.version)
            versions.append(event)
    return render(request, "consultations/comment_history.html", {"comment": comment, "versions": versions})


@login_not_required
@require_GET
def news(request: HttpRequest, key: str) -> HttpResponse:
    """How many comments were posted since a moment: 204 without any, so that a page that polls costs little."""
    since = parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    if since is None or since.tzinfo is None or since < clock.now() - timedelta(days=2):
        raise Http404
    viewer = _viewer(request)
    count = (
        Comment.objects.visible_to(viewer)
        .filter(consultation__key=key, created_at__gt=since)
        .exclude(author=viewer.user_id)
        .count()
    )
    if not count:
        return HttpResponse(status=204)
    return render(request, "consultations/news.html", {"count": count, "key": key})
