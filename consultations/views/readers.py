"""Who may read a comment: fewer or more of them; release by a colleague; who fetched which file."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from consultations import policies, workflow
from consultations.enums import CommentState
from consultations.forms.discussion import GiveBackForm
from consultations.guarding import Warned
from consultations.models import Attachment, Comment
from consultations.places import beginning_of, place_of
from consultations.views.common import after_posting, comment_or_404, is_htmx, viewer_of
from documents.serving import not_clean, serve
from members import openings
from members import policies as members_policies
from members import workflow as members_workflow
from members.audience import Audience
from members.policies import require
from portal.common.errors import Refused


@require_http_methods(["GET", "POST"])
def readers(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """A page that says who reads the comment now, and offers fewer readers, or more within what it answers."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_narrow(viewer, comment) or policies.can_widen(viewer, comment))
    fewer, more = policies.narrower(viewer, comment), policies.wider(viewer, comment)
    refusal, status, chosen, warning = "", 200, request.POST.get("audience", ""), None
    if request.method == "POST":
        status = 422
        try:
            if chosen in fewer:
                workflow.narrow_comment(comment, actor=viewer, audience=chosen)
            elif chosen in more:
                workflow.widen_comment(comment, actor=viewer, audience=chosen, hold="moderate" in request.POST)
            else:
                raise Refused(_("Choose who can read your comment."))
        except Warned as warned:
            # There is no narrower readership to post to: it has one already.
            warning = replace(warned.warning, narrower=())
        except Refused as problem:
            refusal = problem.message
        else:
            messages.success(request, _("The readers are changed."))
            return redirect(comment.get_absolute_url())
    owner = viewer.organisation
    if viewer.is_regulator:
        owner = comment.parent.organisation if policies.is_author(viewer, comment) and comment.parent else None
        owner = owner or comment.organisation
    context = {"comment": comment, "fewer": fewer, "more": more, "refusal": refusal, "chosen": chosen, "owner": owner}
    context["form"] = {"warning": warning}
    return render(request, "consultations/comment_readers.html", context, status=status)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Comments of the firm that wait for a colleague, the viewer's own that the moderator returned, and whether the
    firm wants a colleague's release."""
    viewer = viewer_of(request)
    require(policies.can_see_waiting(viewer))
    rows = (
        Comment.objects.visible_to(viewer)
        .with_people()
        .select_related("consultation", "section", "paragraph", "question", "author", "membership__organisation",
                        "organisation", "working_group")
        .filter(
            Q(state__in=(CommentState.AWAITING, CommentState.RETURNED), audience=Audience.ORGANISATION)
            | Q(state=CommentState.RETURNED, author=viewer.user_id),
            withdrawn_at=None,
        )
        .order_by("created_at")
    )  # fmt: skip
    for row in rows:
        row.by_moderator = row.audience != Audience.ORGANISATION
        row.place, row.beginning = place_of(row), beginning_of(row)
        row.can_let_out = row.state == CommentState.AWAITING and policies.can_let_out(viewer, row)
    context = {
        "waiting": rows,
        "organisation": viewer.organisation,
        "can_wish": viewer.organisation is not None
        and members_policies.can_set_release_wish(viewer, viewer.organisation),
    }
    return render(request, "consultations/waiting.html", context)


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """The coordinator says whether contributors' comments to all members wait for a colleague."""
    viewer = viewer_of(request)
    require(policies.can_see_waiting(viewer) and viewer.organisation is not None)
    wanted = request.POST.get("wanted") == "true"
    members_workflow.set_release_wish(viewer.organisation, wanted=wanted, actor=viewer)  # type: ignore[arg-type]
    messages.success(
        request,
        _("From now on a colleague releases what contributors write for all members.")
        if wanted
        else _("From now on contributors' comments to all members appear at once."),
    )
    return redirect("consultations:waiting")


@require_POST
def let_out(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Release what a colleague wrote to those whom it was written for."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_let_out(viewer, comment))
    try:
        released = workflow.let_out(comment, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
        if is_htmx(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect(comment.get_absolute_url())
    return after_posting(request, released, comment.anchor_key)


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """A page that asks for the reason, and then returns the comment to its author."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_let_out(viewer, comment))
    form = GiveBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.give_back(comment, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The comment is given back. Its author is told."))
            return redirect(comment.get_absolute_url())
    status = 422 if request.method == "POST" else 200
    return render(request, "consultations/comment_give_back.html", {"form": form, "comment": comment}, status=status)


@login_not_required
@require_safe
def attachment(request: HttpRequest, key: str, pk: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """A file of a comment, for those who can read the comment now; only what was checked and found clean."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    found = get_object_or_404(Attachment.objects.select_related("comment"), pk=file, comment=comment)
    if comment.withdrawn_at is not None:
        raise Http404
    try:
        response = serve(found)
    except Refused:
        context = {"comment": comment, "file": found, "why": not_clean(found)}
        return render(request, "consultations/file_not_clean.html", context, status=409)
    openings.note_part(found, comment)
    if request.method == "GET":
        workflow.note_attachment_download(found, actor=viewer)
    return response


@login_not_required
@require_GET
def shortcuts(request: HttpRequest) -> HttpResponse:
    """The keys that work on a paper, and the switch that turns them off."""
    return render(request, "consultations/shortcuts.html")
