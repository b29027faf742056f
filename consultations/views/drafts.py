"""Drafts: saved as one types, listed, discarded. Theirs alone whose they are."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consultations import policies, workflow
from consultations.emails import place_words
from consultations.models import Comment, CommentDraft, Consultation
from consultations.page import WHOLE
from consultations.views.common import anchor_or_404, answered, comment_form, is_htmx, viewer_of
from consultations.views.composing import ANSWERED_IS_GONE, keep_draft
from members.policies import require

_KINDS = {"s": "section", "p": "paragraph", "q": "question"}


def words_of(anchor: str) -> str:
    """A place in words, from its key: paragraph 16."""
    return place_words("whole", "") if anchor == WHOLE else place_words(_KINDS.get(anchor[:1], "whole"), anchor[1:])


@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what has been typed so far; the answer says when, and from which version the next one goes on."""
    viewer = viewer_of(request)
    paper = Consultation.objects.visible_to(viewer).filter(key=key).first()
    if paper is None:
        raise Http404
    require(policies.can_write(viewer))
    parent = answered(request, paper, request.POST.get("parent", ""))
    edits = _edited(request, paper)
    if request.POST.get("edits") and edits is None:
        raise Http404
    above = parent or edits
    place = above.anchor_key if above else request.POST.get("anchor", WHOLE)
    anchor = above.anchor if above else anchor_or_404(paper, place)
    spot = workflow.Spot(paper, place, parent, edits)
    form = comment_form(request, paper, parent, typed=request.POST, place=anchor)
    gone = bool(request.POST.get("parent")) and parent is None
    there = spot.find(viewer) if gone else None
    if there is None:
        # Where what was answered is gone, the text becomes the draft of a comment of its own.
        keep_draft(form, spot, viewer)
    elif is_htmx(request):
        form.other = there
    else:
        workflow.add_to_draft(there, spot, actor=viewer, body=form.text)
    if gone:
        form.state_words = str(ANSWERED_IS_GONE)
    if not is_htmx(request):
        return redirect("consultations:drafts")
    status = 422 if form.other else 200
    return render(request, "consultations/draft_state.html", {"form": form, "consultation": paper}, status=status)


def _edited(request: HttpRequest, paper: Consultation) -> Comment | None:
    """The comment whose edit this is, if the viewer may edit it."""
    try:
        pk = uuid.UUID(request.POST.get("edits", ""))
    except ValueError:
        return None
    viewer = viewer_of(request)
    found = (
        Comment.objects.visible_to(viewer)
        .select_related("section", "paragraph", "question", "consultation")
        .filter(pk=pk, consultation=paper)
        .first()
    )
    return found if found is not None and policies.can_edit(viewer, found) else None


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """What the viewer has begun and not posted, on all papers, with the way back to each."""
    viewer = viewer_of(request)
    require(policies.can_write(viewer))
    rows = (
        CommentDraft.objects.visible_to(viewer)
        .select_related("consultation", "parent__author", "edits")
        .prefetch_related("attachments")
        .order_by("-updated_at")
    )
    readable = set(
        Comment.objects.visible_to(viewer)
        .filter(pk__in=[row.parent_id for row in rows if row.parent_id], withdrawn_at=None)
        .values_list("pk", flat=True)
    )
    for row in rows:
        row.words = words_of(row.anchor)
        row.answers = row.parent if row.parent_id in readable else None
        row.is_lost = row.parent_id is not None and row.answers is None
        path = row.consultation.get_absolute_url()
        if row.edits_id:
            row.address = reverse("consultations:edit", args=[row.consultation.key, row.edits_id])
        elif row.answers:
            row.address = f"{path}?reply={row.parent_id}#compose"
        else:
            row.address = f"{path}?compose={row.anchor}#compose"
    return render(request, "consultations/drafts.html", {"drafts": rows})


@require_POST
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw a draft away with its files."""
    viewer = viewer_of(request)
    require(policies.can_write(viewer))
    draft = get_object_or_404(CommentDraft.objects.visible_to(viewer), pk=pk)
    workflow.discard_draft(draft, actor=viewer)
    messages.success(request, _("The draft is discarded."))
    return redirect("consultations:drafts")
