"""What the pages of consultations share: the rows they show, the paper with its discussion, one thread of it."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Form, ModelChoiceField, ModelMultipleChoiceField
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations import clarified, policies, workflow
from consultations.enums import CommentState, State
from consultations.filters import Filters
from consultations.forms.discussion import CommentForm
from consultations.models import Comment, Consultation, Paragraph, Question, Section
from consultations.page import SHOWN_AT_ONCE, WHOLE, Reading, find
from consultations.short import key_of
from members import openings
from members.audience import Audience
from members.viewer import Viewer
from portal.common import clock, dates, diffs

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
                        "parent__organisation", "author", "membership__organisation", "organisation",
                        "working_group")
        .filter(pk=pk, consultation__key=key, consultation__in=papers)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    openings.note([found])
    return found  # type: ignore[no-any-return]


def reading_of(request: HttpRequest, paper: Consultation, *focus: str) -> Reading:
    # A form that was sent says in its address how the page was being read.
    address = paper.get_absolute_url()
    return Reading(
        viewer_of(request),
        paper,
        text=request.GET.get("text", ""),
        filters=Filters.of(request.GET),
        focus=focus,
        address="" if request.path == address else address,
    )


def paper_page(request: HttpRequest, reading: Reading, status: int = 200) -> HttpResponse:
    reading.fill()
    clarified.put(reading)
    _note_seen(request, reading)
    context = {"reading": reading, "consultation": reading.consultation, "State": State}
    return render(request, "consultations/consultation.html", context, status=status)


def _note_seen(request: HttpRequest, reading: Reading) -> None:
    """Write down once that this person had the official posts of the page before them: not for a page that a browser
    fetches ahead, or of which it asks the head alone."""
    viewer = viewer_of(request)
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method != "GET" or ahead or not policies.can_be_noted(viewer):
        return
    new = [comment for comment in reading.official_posts if not reading.has_seen(comment)]
    if new:
        workflow.note_seen(new, actor=viewer)


def comment_form(
    request: HttpRequest, paper: Consultation, parent: Comment | None, data: Any = None, **more: Any
) -> CommentForm:
    viewer = viewer_of(request)
    return CommentForm(data, viewer=viewer, consultation=paper, parent=parent, **more)


def composer(request: HttpRequest, reading: Reading, key: str, parent: Comment | None) -> CommentForm:
    """The composer as it opens at a place: with the draft that was left there, or with what the address asks for."""
    paper, viewer = reading.consultation, viewer_of(request)
    draft = workflow.Spot(paper, key, parent).find(viewer)
    initial = {}
    if request.GET.get("passage") and parent is None:
        # Words that were selected on the page go before those of a draft.
        initial = {
            "passage": request.GET["passage"],
            "passage_before": request.GET.get("before", ""),
            "passage_language": request.GET.get("lang", ""),
        }
    item = reading.items.get(key)
    return comment_form(
        request, paper, parent, place=item.row if item else None, draft=draft, initial=initial,
        remembered="" if draft else last_audience(viewer, paper),
    )  # fmt: skip


def last_audience(viewer: Viewer, paper: Consultation) -> str:
    """The readership that the viewer's firm chose last on this paper; of the regulator, that the person chose."""
    by_whom = Q(author=viewer.user_id) if viewer.is_regulator else Q(membership__organisation=viewer.organisation_id)
    last = (
        Comment.objects.visible_to(viewer)
        .filter(by_whom, consultation=paper)
        .order_by("-created_at")
        .values_list("audience", "held_audience")
        .first()
    )
    return (last[1] or last[0]) if last else ""


def answered(request: HttpRequest, paper: Consultation, value: str) -> Comment | None:
    """The comment that is being answered, fetched as its reader."""
    found = linked(request, paper, value)
    return found if found is not None and found.withdrawn_at is None else None


def linked(request: HttpRequest, paper: Consultation, value: str) -> Comment | None:
    """The comment that an address names, fetched as its reader; withdrawn ones too."""
    pk = key_of(value)
    if pk is None:
        return None
    rows = Comment.objects.visible_to(viewer_of(request)).with_people().filter(consultation=paper)
    return (
        rows.select_related("author", "membership__organisation", "organisation", "section", "paragraph", "question")
        .filter(pk=pk)
        .first()
    )


def thread_part(
    request: HttpRequest,
    reading: Reading,
    anchor: str,
    status: int = 200,
    posted: Comment | None = None,
    said: str = "",
) -> HttpResponse:
    """`posted`: the comment to which something was done; `said`: what, where it is not a new comment."""
    place = reading.places[anchor]
    paginator = Paginator(range(place.count), SHOWN_AT_ONCE)
    wanted: Any = page_of(viewer_of(request), posted) if posted is not None else request.GET.get("page")
    page = paginator.get_page(wanted)
    reading.fill(only=anchor, page=page.number)
    _note_seen(request, reading)
    item = reading.items.get(anchor)
    context = {"reading": reading, "consultation": reading.consultation, "place": place, "item": item}
    if is_htmx(request):
        # On the page of one place nothing else says how many comments it has.
        shown = urlsplit(request.htmx.current_url_abs_path or "")  # type: ignore[attr-defined]
        context["on_paper"] = shown.path == reading.consultation.get_absolute_url()
        # Of a page that is read through a filter the answer to a post says nothing: it is read without.
        alike = Filters.of(QueryDict(shown.query), text=reading.filters.text) == reading.filters
        context["read_alike"] = context["on_paper"] and alike
        context["posted"] = said or (posted_words(posted, viewer_of(request)) if posted is not None else "")
        response = render(request, "consultations/thread.html", context, status=status)
        # The page stays what it is. htmx would show the address of a boosted link, whatever hx-push-url says.
        response["HX-Push-Url"] = "false"
        return response
    context["page"] = page
    name = "consultations/thread_page.html"
    return render(request, name, context, status=status)


def page_of(viewer: Viewer, comment: Comment) -> int:
    """On which page of its place a comment stands, from 1."""
    places = {name: getattr(comment, f"{name}_id") for name in ("section", "paragraph", "question")}
    before = Comment.objects.visible_to(viewer).filter(consultation=comment.consultation_id, **places)
    at, made = comment.thread_at, comment.created_at
    earlier = Q(thread_at__lt=at) | Q(thread_at=at, created_at__lt=made)
    return before.filter(earlier).count() // SHOWN_AT_ONCE + 1


def put_address(response: HttpResponse, address: str) -> None:
    """What the browser shows as the address of the page from which htmx asked."""
    del response["HX-Push-Url"]
    response["HX-Replace-Url"] = address


def anchor_or_404(paper: Consultation, key: str) -> Any:
    """The part of the paper that an anchor names; the paper itself for the whole."""
    if key == WHOLE:
        return paper
    model: Any = ANCHORS.get(key[:1])
    found = model.objects.filter(consultation=paper, number=key[1:]).first() if model else None
    if found is None:
        raise Http404
    return found


def address_of(viewer: Viewer, comment: Comment) -> str:
    """Where the comment is on the screen: on the paper, or on the page of its place that it has come to."""
    page = page_of(viewer, comment)
    if page == 1:
        return comment.get_absolute_url()
    path = reverse("consultations:thread", args=[comment.consultation.key, comment.anchor_key])
    return f"{path}?page={page}#c-{comment.pk}"


def posted_words(comment: Comment, viewer: Viewer) -> str:
    """What was done, for whom, and when: "Posted to all members, 14:32"."""
    at: dict[str, Any] = {"time": dates.time(clock.now())}
    if comment.state == CommentState.AWAITING:
        return _("Waiting for a colleague's release, %(time)s") % at
    if comment.state == CommentState.HELD:
        return _("Sent to the moderator for review, %(time)s") % at
    if comment.audience == Audience.REGULATOR:
        return _("Posted inside the SFC, %(time)s") % at
    if comment.audience == Audience.ORGANISATION:
        return _("Saved inside %(organisation)s, %(time)s") % {**at, "organisation": comment.organisation.short}
    if comment.audience == Audience.SHARED:
        if not viewer.is_regulator:
            return _("Sent to the SFC only, %(time)s") % at
        return _("Sent to %(organisation)s, %(time)s") % {**at, "organisation": comment.organisation.short}
    if comment.working_group_id:
        return _("Posted to members of %(group)s only, %(time)s") % {**at, "group": comment.working_group}
    return _("Posted to all members, %(time)s") % at


def _as_read(request: HttpRequest, comment: Comment) -> str:
    """The address of a comment on the page as it was being read, which the form's own address says."""
    query = Filters.of(request.GET, text=request.GET.get("text", "")).query()
    address, _hash, fragment = comment.get_absolute_url().partition("#")
    return f"{address}&{query}#{fragment}" if query else f"{address}#{fragment}"


def after_posting(request: HttpRequest, comment: Comment, place: str, *, said: str = "") -> HttpResponse:
    """Back to the comment on its page; for htmx the thread as it is now, under a clean address. `said`: what the
    person is told, for what is not a new comment."""
    viewer = viewer_of(request)
    # Whoever works through a list stays in it; whoever posted sees what they posted.
    address = _as_read(request, comment) if said else comment.get_absolute_url()
    if not is_htmx(request):
        messages.success(request, said or posted_words(comment, viewer))
        # Beyond the first page of its place the paper sends on to it.
        return redirect(address)
    reading = reading_of(request, paper_or_404(request, comment.consultation.key), place)
    response = thread_part(request, reading, place, posted=comment, said=said)
    put_address(response, address)
    response["HX-Trigger-After-Settle"] = json.dumps({"threads:posted": {"id": f"c-{comment.pk}"}})
    return response


def differences(form: Form, now: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What stands now against what the officer sent, field by field, where they differ: texts word by word, and what
    was chosen by its words. `now`: values as the form's clean ones are."""
    found = []
    for name, value in now.items():
        if name not in form.fields:
            continue
        standing, sent = (_in_words(form[name].field, one) for one in (value, form.cleaned_data.get(name)))
        if standing.split() != sent.split():
            found.append((str(form[name].label), diffs.rows(standing, sent)))
    return found


def _in_words(field: Any, value: Any) -> str:
    if value is None or (isinstance(value, str) and not getattr(field, "choices", None)):
        return value or ""
    if isinstance(value, datetime):
        return dates.long_day_and_time(value)
    if isinstance(field, ModelChoiceField):
        rows = value if isinstance(field, ModelMultipleChoiceField) else [value]
        return _(", ").join(sorted(str(field.label_from_instance(one)) for one in rows))
    if isinstance(value, list | tuple | set | QuerySet):
        labels = dict(field.choices) if hasattr(field, "choices") else {}
        return _(", ").join(str(labels.get(one, getattr(one, "number", one))) for one in value)
    return str(dict(field.choices).get(value, value) if hasattr(field, "choices") else value)


def resealed(form: Form, seen: str) -> None:
    """After a conflict the next attempt starts from what stands now; what was typed stays in the form."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = seen
    form.data = data
