"""Writing: each action works as a plain form; htmx gets the thread that changed instead."""

import uuid
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import policies, workflow
from consultations.forms.discussion import EditForm, WithdrawForm, language_of
from consultations.guarding import Warned
from consultations.models import Comment, Consultation
from consultations.page import WHOLE
from consultations.views.common import (
    after_posting,
    anchor_or_404,
    answered,
    comment_form,
    comment_or_404,
    is_htmx,
    paper_or_404,
    paper_page,
    reading_of,
    thread_part,
    viewer_of,
)
from consultations.views.composing import ANSWERED_IS_GONE, keep_draft, quote, show_preview, take_files
from consultations.views.moderation import sent_after_warning
from members import openings
from members.policies import require
from members.viewer import Viewer
from portal.common import diffs
from portal.common.errors import Conflict, Refused
from portal.common.prepared import Prepared

# What the composer's other buttons ask for.
_INSTEAD = ("preview", "quote", "keep_draft")


@Prepared
def _paper(viewer: Viewer, key: str) -> "QuerySet[Any]":
    rows = Consultation.objects.visible_to(viewer).select_related("working_group").filter(key=key)
    return rows.order_by()


@require_POST
def post(request: HttpRequest, key: str) -> HttpResponse:
    """Post a comment; refused input comes back with its text, beside what is wrong with it, and its files are kept."""
    viewer = viewer_of(request)
    # Without what only its page shows: that is fetched if the form must be shown again.
    found = _paper(viewer=viewer, key=key)
    if not found:
        raise Http404
    paper: Consultation = found[0]
    require(policies.can_write(viewer))
    parent = answered(request, paper, request.POST.get("parent", ""))
    gone = bool(request.POST.get("parent")) and parent is None
    anchor = parent.anchor if parent else anchor_or_404(paper, request.POST.get("anchor", WHOLE))
    place = parent.anchor_key if parent else request.POST.get("anchor", WHOLE)
    spot = workflow.Spot(paper, place, parent)
    instead = next((name for name in _INSTEAD if name in request.POST), "")
    sent = sent_after_warning(request)
    more = {"place": anchor, "draft": spot.find(viewer)}
    form = (
        comment_form(request, paper, parent, typed=sent, **more)
        if instead
        else comment_form(request, paper, parent, sent, **more)
    )
    if gone:
        form = comment_form(request, paper, None, sent, **more)
        form.add_error(None, ANSWERED_IS_GONE)
    take_files(request, form, spot)
    status = 200
    if gone:
        instead = ""
    elif instead == "preview":
        show_preview(form)
    elif instead == "quote":
        openings.note([parent] if parent is not None else [])
        quote(form)
    elif instead == "keep_draft":
        keep_draft(form, spot, viewer)
    elif form.is_valid() and not form.file_errors:
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
                passage=data["passage"],
                text_version=data["text_version"],
                tell=form.told,
                draft=form.current_draft,
                hold="moderate" in sent,
            )
        except Warned as warned:
            form.warning = warned.warning
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            if "warned" in sent:
                workflow.note_heeded(comment, actor=viewer)
            return after_posting(request, comment, place)
    if not instead:
        status = 422
        # Whoever writes without script finds the text again, also after leaving this page. What was begun here as a
        # comment of its own is not written over with an answer.
        if not gone or more["draft"] is None:
            keep_draft(form, spot, viewer)
    reading = reading_of(request, paper_or_404(request, key), place)
    reading.places[place].composer = form
    if is_htmx(request):
        return thread_part(request, reading, place, status=status)
    return paper_page(request, reading, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Edit one's own comment. Where it was changed since, both texts are shown with what differs; none is lost."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_edit(viewer, comment))
    spot = workflow.Spot(comment.consultation, comment.anchor_key, None, comment)
    draft = spot.find(viewer)
    restored = request.method == "GET" and draft is not None and draft.body != comment.body
    text = draft.body if restored and draft else comment.body
    form = EditForm(request.POST or None, initial={"body": text, "version": comment.version})
    status, preview, difference = 200, "", ""
    if request.method == "POST" and "preview" in request.POST:
        preview = request.POST.get("body", "")
        form = EditForm(initial=request.POST.dict())
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                with transaction.atomic():
                    if request.POST.get("narrower"):
                        workflow.narrow_comment(comment, actor=viewer, audience=request.POST["narrower"])
                    changed = workflow.edit_comment(
                        comment,
                        actor=viewer,
                        body=data["body"],
                        reason=data["reason"],
                        expected_version=data["version"],
                        draft=draft,
                        hold="moderate" in request.POST,
                    )
            except Warned as warned:
                form.warning = warned.warning
            except Conflict as conflict:
                comment = comment_or_404(request, key, pk)
                form.add_error(None, conflict.message)
                # The next attempt starts from what stands now, which the page shows beside the person's own text.
                form.data = {**form.data.dict(), "version": str(comment.version)}  # type: ignore[attr-defined]
                difference = diffs.rows(comment.body, data["body"])
                status = 409
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                if "warned" in request.POST:
                    workflow.note_heeded(changed, actor=viewer)
                messages.success(request, _("The comment is changed."))
                return redirect(changed.get_absolute_url())
    context = {
        "form": form,
        "comment": comment,
        "draft": draft,
        "restored": restored,
        "difference": difference,
        "preview": show_preview(None, preview) if preview else "",
        "place": comment.anchor_key,
    }
    return render(request, "consultations/comment_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """A page that asks for the reason, and then withdraws."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
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
    comment = comment_or_404(request, key, pk)
    marked = request.POST.get("official") != "false"
    workflow.mark_official_answer(comment, actor=viewer_of(request), official=marked)
    said = _("Marked as the official answer.") if marked else _("No longer marked as the official answer.")
    return after_posting(request, comment, comment.anchor_key, said=said)


@require_POST
def resolve(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    comment = comment_or_404(request, key, pk)
    if request.POST.get("resolved") == "false":
        workflow.reopen(comment, actor=viewer_of(request))
        said = _("Reopened.")
    else:
        workflow.resolve(comment, actor=viewer_of(request))
        said = _("Marked as resolved.")
    return after_posting(request, comment, comment.anchor_key, said=said)


@require_POST
def pin(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    comment = comment_or_404(request, key, pk)
    pinned = request.POST.get("pinned") != "false"
    workflow.pin(comment, actor=viewer_of(request), pinned=pinned)
    said = _("Pinned: it stands first at its place.") if pinned else _("No longer pinned.")
    return after_posting(request, comment, comment.anchor_key, said=said)


@login_not_required
@require_GET
def comment_history(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Every text that the comment has had, newest first, each with what it changed in the one before."""
    comment = comment_or_404(request, key, pk)
    if not policies.can_see_history(viewer_of(request), comment):
        raise Http404
    events = Comment.pgh_event_model.objects.filter(pgh_obj=comment.pk).order_by("-version", "-pgh_id")  # type: ignore[attr-defined]
    versions, seen = [], set()
    for event in events:
        if event.version not in seen and event.body:
            seen.add(event.version)
            versions.append(event)
    for later, earlier in pairwise(versions):
        later.difference = diffs.rows(earlier.body, later.body)
    return render(request, "consultations/comment_history.html", {"comment": comment, "versions": versions})
