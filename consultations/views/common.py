"""What the pages of consultations share: the rows they show, the paper with its discussion, one thread of it."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultations.enums import State
from consultations.forms import CommentForm
from consultations.models import Comment, Consultation, Paragraph, Question, Section
from consultations.page import SHOWN_AT_ONCE, WHOLE, Reading, find
from members.viewer import Viewer

ANCHORS = {"s": Section, "p": Paragraph, "q": Question}


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def is_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def paper_or_404(request: HttpRequest, key: str) -> Consultation:
    found = find(viewer_of(request), key)
    if found is None:
        raise Http404
    return found


def comment_or_404(request: HttpRequest, key: str, pk: uuid.UUID) -> Comment:
    """The comment as far as the viewer may read it; hidden and absent are the same 404."""
    viewer = viewer_of(request)
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


def reading_of(request: HttpRequest, paper: Consultation, *focus: str) -> Reading:
    # A form that was sent says in its address how the page was being read.
    address = paper.get_absolute_url()
    return Reading(
        viewer_of(request),
        paper,
        text=request.GET.get("text", ""),
        audience=request.GET.get("audience", ""),
        focus=focus,
        address="" if request.path == address else address,
    )


def paper_page(request: HttpRequest, reading: Reading, status: int = 200) -> HttpResponse:
    reading.fill()
    context = {"reading": reading, "consultation": reading.consultation, "State": State}
    return render(request, "consultations/consultation.html", context, status=status)


def comment_form(request: HttpRequest, paper: Consultation, parent: Comment | None, data: Any = None) -> CommentForm:
    return CommentForm(data, viewer=viewer_of(request), consultation=paper, parent=parent)


def answered(request: HttpRequest, paper: Consultation, value: str) -> Comment | None:
    """The comment that is being answered, fetched as its reader."""
    try:
        pk = uuid.UUID(value)
    except ValueError:
        return None
    rows = Comment.objects.visible_to(viewer_of(request)).with_people().filter(consultation=paper, withdrawn_at=None)
    return (
        rows.select_related("author", "membership__organisation", "organisation", "section", "paragraph", "question")
        .filter(pk=pk)
        .first()
    )


def thread_part(request: HttpRequest, reading: Reading, anchor: str, status: int = 200) -> HttpResponse:
    place = reading.places[anchor]
    paginator = Paginator(range(place.count), SHOWN_AT_ONCE)
    page = paginator.get_page(request.GET.get("page"))
    reading.fill(only=anchor, page=page.number)
    item = next((item for part in reading.parts for item in part.items if item.place is place), None)
    context = {"reading": reading, "consultation": reading.consultation, "place": place, "item": item}
    if is_htmx(request):
        return render(request, "consultations/thread.html", context, status=status)
    context["page"] = page
    name = "consultations/thread_page.html"
    return render(request, name, context, status=status)


def anchor_or_404(paper: Consultation, key: str) -> Any:
    """The part of the paper that an anchor names; the paper itself for the whole."""
    if key == WHOLE:
        return paper
    model: Any = ANCHORS.get(key[:1])
    found = model.objects.filter(consultation=paper, number=key[1:]).first() if model else None
    if found is None:
        raise Http404
    return found


def after_posting(request: HttpRequest, comment: Comment, place: str) -> HttpResponse:
    """Back to the comment on its page; for htmx the thread as it is now."""
    if not is_htmx(request):
        return redirect(comment.get_absolute_url())
    return thread_part(request, reading_of(request, paper_or_404(request, comment.consultation.key), place), place)
