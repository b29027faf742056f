"""Corrections of a paper: the officers' form, the history of a part, and what firms confirm."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import notices, policies, reconfirming, workflow
from consultations.forms.lifecycle import AmendForm
from consultations.models import CommentDraft, Consultation, Correction, Paragraph, Question
from consultations.views.common import viewer_of
from consultations.views.lifecycle import officers_paper, paper_of, people_words, refuse
from members import publication
from members.policies import require
from portal.common import diffs
from portal.common.errors import Conflict, Refused
from portal.common.markdown import clean_source
from portal.common.translated import HTML_LANG

PARTS: dict[str, type[Paragraph] | type[Question]] = {"p": Paragraph, "q": Question}
LANGUAGES = ("en", "zh_hant", "zh_hans")


def part_or_404(paper: Consultation, anchor: str) -> Any:
    model = PARTS.get(anchor[:1])
    found = model.objects.filter(consultation=paper, number=anchor[1:]).first() if model else None
    if found is None:
        raise Http404
    found.consultation = paper
    return found


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, key: str, anchor: str) -> HttpResponse:
    """Amend a paragraph or a question. Who comes second sees both texts, and what was typed stays."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    part = part_or_404(paper, anchor)
    shown = publication.preview(notices.plan_of_amendment(paper, actor=viewer), viewer=viewer)
    form = AmendForm(request.POST or None, paper=paper, part=part, told=people_words(len(shown.people)))
    status, conflict = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.amend(
                    part,
                    actor=viewer,
                    body=form.bodies(),
                    note=form.texts("note"),
                    expected_version=form.cleaned_data["version"],
                    translation_agrees=form.cleaned_data.get("translation_agrees", False),
                )
            except Conflict as problem:
                part.refresh_from_db()
                conflict = _differences(part, form.bodies())
                form.add_error(None, problem.message)
                # The next attempt starts from what stands now, beside which the page shows the officer's own text.
                form.data = {**form.data.dict(), "version": str(part.version)}  # type: ignore[attr-defined]
                status = 409
            except Refused as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("Amended. Everybody who can read the paper has been told."))
                return redirect(f"{reverse('consultations:move_deadline', args=[paper.key])}?after=correction")
    context = {"consultation": paper, "part": part, "form": form, "conflict": conflict, "preview": shown}
    return render(request, "consultations/lifecycle/amend.html", context, status=status)


def _differences(part: Any, typed: dict[str, str]) -> list[dict[str, Any]]:
    """What stands now against what the officer typed, in each language in which they differ."""
    return [
        {
            "lang": HTML_LANG[code],
            "html": diffs.rows(getattr(part, f"body_{code}"), clean_source(text)),
        }
        for code, text in typed.items()
        if clean_source(text) != getattr(part, f"body_{code}")
    ]


def changes_of(correction: Correction, after: dict[str, str]) -> list[dict[str, Any]]:
    """What a correction changed, by language. `after`: the texts that it led to."""
    return [
        {"code": code, "lang": HTML_LANG[code], "html": diffs.rows(getattr(correction, f"before_{code}"), after[code])}
        for code in LANGUAGES
        if getattr(correction, f"before_{code}")
    ]


def history(part: Any) -> list[dict[str, Any]]:
    """The corrections of a part, newest first, each with what it changed."""
    after = {code: getattr(part, f"body_{code}") for code in LANGUAGES}
    found = []
    for correction in part.corrections.select_related("made_by").order_by("-from_version", "-pk"):
        found.append(
            {"row": correction, "version": correction.from_version + 1, "changes": changes_of(correction, after)}
        )
        after = {code: getattr(correction, f"before_{code}") or text for code, text in after.items()}
    return found


@login_not_required
@require_GET
def part_history(request: HttpRequest, key: str, anchor: str) -> HttpResponse:
    """Every text that a paragraph or question has had since the paper opened, with what changed."""
    paper = paper_of(request, key)
    part = part_or_404(paper, anchor)
    context = {
        "consultation": paper,
        "part": part,
        "history": history(part),
        "can_amend": policies.can_run(viewer_of(request), paper),
    }
    return render(request, "consultations/lifecycle/part_history.html", context)


@require_GET
def reconfirm(request: HttpRequest, key: str) -> HttpResponse:
    """The firm's answers and the reader's own drafts whose text was amended since; what changed under each."""
    paper, viewer = paper_of(request, key), viewer_of(request)
    require(policies.can_write(viewer))
    answers, drafts = reconfirming.waiting(viewer, paper)
    context = {
        "consultation": paper,
        "answers": [{"one": one, "changed": _changed(one)} for one in answers],
        "drafts": [{"one": one, "changed": _changed(one)} for one in drafts],
    }
    return render(request, "consultations/lifecycle/reconfirm.html", context)


def _changed(one: reconfirming.Waiting) -> list[dict[str, Any]]:
    wanted = {correction.pk for correction in one.corrections}
    parts = {reconfirming.part_of(correction) for correction in one.corrections}
    return [row | {"part": part} for part in parts for row in history(part) if row["row"].pk in wanted]


@require_POST
def confirm_answer(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = paper_of(request, key), viewer_of(request)
    require(viewer.is_platform)
    found = reconfirming.answers(viewer).filter(pk=pk, response__consultation=paper).first()
    if found is None:
        raise Http404
    try:
        workflow.confirm_answer(found, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Confirmed: it is still your answer."))
    return redirect("consultations:reconfirm", paper.key)


@require_POST
def keep_draft(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = paper_of(request, key), viewer_of(request)
    require(policies.can_write(viewer))
    found = CommentDraft.objects.visible_to(viewer).filter(pk=pk, consultation=paper).first()
    if found is None:
        raise Http404
    reconfirming.keep_draft(found, viewer)
    messages.success(request, _("Confirmed: your draft stays as it is."))
    return redirect("consultations:reconfirm", paper.key)
