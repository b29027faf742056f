"""The moderator's queue, decisions on it, and holding back what other firms read already."""

import uuid
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import guardrail, policies, workflow
from consultations.enums import CommentState, Topic
from consultations.forms.moderation import DecisionForm, HoldForm
from consultations.models import Comment, Consultation, Moderation
from consultations.places import place_of
from consultations.views.common import comment_or_404, viewer_of
from members import openings
from members.policies import require
from members.viewer import Viewer
from portal.common.errors import Refused
from portal.common.translated import HTML_LANG


def sent_after_warning(request: HttpRequest) -> QueryDict:
    """The composer's form as it was sent; a button that posts to fewer readers has chosen them."""
    sent = request.POST.copy()
    if sent.get("narrower"):
        sent["audience"] = str(sent["narrower"])
    return sent


def waiting_for(viewer: Viewer) -> Any:
    """What waits for the moderator and can be decided by `viewer`, oldest first."""
    papers = Consultation.objects.visible_to(viewer)
    rows = (
        Comment.objects.visible_to(viewer)
        .with_people()
        .select_related("consultation", "section", "paragraph", "question", "author", "membership__organisation",
                        "organisation", "working_group")
        .filter(state=CommentState.HELD, withdrawn_at=None, consultation__in=papers)
        .order_by("created_at", "pk")
    )  # fmt: skip
    return [row for row in rows if policies.can_hold(viewer, row)]


def _cases(viewer: Viewer, form: DecisionForm | None = None, at: uuid.UUID | None = None) -> list[SimpleNamespace]:
    comments = waiting_for(viewer)
    openings.note(comments)
    open_cases = {
        case.comment_id: case
        for case in Moderation.objects.visible_to(viewer)
        .filter(comment__in=[one.pk for one in comments], decision="")
        .select_related("asked_by")
    }
    rules = guardrail.current() if comments else None
    found = []
    for comment in comments:
        case = open_cases.get(comment.pk)
        text = guardrail.visible_text(comment.body_html).strip()
        hits = rules.find(text) if rules else []
        topics = {one.topic for one in hits} | set(case.topics if case else ())
        found.append(
            SimpleNamespace(
                comment=comment,
                case=case,
                since=case.asked_at if case else comment.created_at,
                by_desk=case is not None and case.asked_by_id != comment.author_id,
                topics=[topic for topic in Topic if topic.value in topics],
                # Words in the names of its files, or of rules that have changed since.
                elsewhere=[words for words in (case.matched if case else ()) if words not in " ".join(text.split())],
                text=guardrail.marked(text, hits),
                html_lang=HTML_LANG[comment.language],
                place=place_of(comment),
                form=form if at == comment.pk else DecisionForm(initial={"version": comment.version}),
            )
        )
    return sorted(found, key=lambda one: one.since)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    viewer = viewer_of(request)
    # Who keeps the guardrail's words moderates everywhere; an officer, in the officer's own working groups.
    keeps = policies.can_keep_rules(viewer)
    context = {"cases": _cases(viewer, **more), "can_keep_rules": keeps, "decides_all": keeps}
    return render(request, "consultations/moderation/queue.html", context, status=status)


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the moderator, oldest first, with the words that the guardrail marks."""
    require(policies.can_moderate(viewer_of(request)))
    return _page(request)


@require_POST
def decide(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """Release a held comment, or return it with a reason. Of two moderators the first decides."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_hold(viewer, comment))
    form = DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        verb = workflow.release_comment if data["decision"] == "release" else workflow.return_comment
        try:
            verb(comment, actor=viewer, reason=data["reason"], expected_version=data["version"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            # The next attempt is about the text that the page shows now.
            form.data = {**form.data.dict(), "version": str(comment.version)}  # type: ignore[attr-defined]
            comment.refresh_from_db(fields=["state"])
            if comment.state != CommentState.HELD:
                messages.warning(request, refusal.message)
        else:
            released = data["decision"] == "release"
            messages.success(
                request,
                _("The comment is released. Its readers and its author are told.")
                if released
                else _("The comment is returned. Its author is told, and reads the reason beside it."),
            )
            return redirect("consultations:moderation")
    return _page(request, status=422, form=form, at=comment.pk)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    """A page that asks for the reason, and then holds back what other firms read already."""
    comment, viewer = comment_or_404(request, key, pk), viewer_of(request)
    require(policies.can_hold(viewer, comment))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.hold_comment(comment, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The comment is held back. Its author is told."))
            return redirect("consultations:moderation")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "comment": comment, "html_lang": HTML_LANG[comment.language]}
    return render(request, "consultations/moderation/hold.html", context, status=status)
