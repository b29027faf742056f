"""The clarification register of a paper: asking, answering for everybody, and reading."""

import uuid
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations import clarification_news, clarified, policies, workflow
from consultations.enums import ClarificationState
from consultations.forms.clarifications import AskForm, ClarificationForm, DeclineForm, ReleaseForm
from consultations.models import Clarification, ClarificationRequest, Consultation
from consultations.page import WHOLE
from consultations.places import place_of
from consultations.views.common import anchor_or_404, paper_or_404, viewer_of
from members import openings, publication
from members.policies import require
from members.register.standing import state_of
from portal.common import clock, diffs
from portal.common.errors import Conflict, Refused

# Beyond the fields of a form: a refusal that belongs beside none of them.
Waiting = list[ClarificationRequest]


def _requests(request: HttpRequest, paper: Consultation) -> Any:
    return (
        ClarificationRequest.objects.visible_to(viewer_of(request))
        .filter(consultation=paper)
        .select_related("paragraph", "question", "asked_by", "handled_by", "organisation")
        .annotate(licence=state_of("organisation"))
        .order_by("asked_at")
    )


def _read(rows: Any) -> Waiting:
    """The requests whose words a page shows."""
    found = list(rows)
    openings.note(found)
    return found


def _request_or_404(request: HttpRequest, paper: Consultation, pk: uuid.UUID) -> ClarificationRequest:
    found = _read(_requests(request, paper).filter(pk=pk))
    if not found:
        raise Http404
    return found[0]


def _row_or_404(request: HttpRequest, paper: Consultation, pk: int) -> Clarification:
    rows = Clarification.objects.visible_to(viewer_of(request)).select_related("consultation", "paragraph", "question")
    found = rows.filter(consultation=paper, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _anchor(paper: Consultation, key: str) -> Any:
    return None if key in {"", WHOLE} else anchor_or_404(paper, key)


def _may_ask(request: HttpRequest, paper: Consultation) -> bool:
    viewer = viewer_of(request)
    until = paper.open_until  # type: ignore[attr-defined]
    return viewer.is_platform and policies.can_comment(viewer, paper, until, clock.now())


@login_not_required
@require_safe
def register(request: HttpRequest, key: str) -> HttpResponse:
    """All that was clarified; a firm's own questions with what became of them; for the officers what waits."""
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    found = [clarified.shown(row) for row in clarified.released(viewer, paper)]
    context: dict[str, Any] = {
        "consultation": paper,
        "found": found,
        "may_ask": _may_ask(request, paper),
        "answers": policies.can_clarify(viewer, paper),
    }
    if viewer.is_platform or viewer.is_regulator:
        out = {one.row.pk: one for one in found}
        requests = [
            SimpleNamespace(
                row=row,
                place=place_of(row),
                answer=out.get(row.answer_id),
                # What is written and not released is the regulator's alone.
                in_hand=viewer.is_regulator and row.answer_id is not None and row.answer_id not in out,
                is_waiting=row.state == ClarificationState.ASKED and row.answer_id not in out,
                is_own=policies.is_asker(viewer, row),
            )
            for row in _read(_requests(request, paper))
        ]
        context["requests"] = requests
    if viewer.is_regulator:
        rows = Clarification.objects.visible_to(viewer).filter(consultation=paper)
        rows = rows.select_related("paragraph", "question").order_by("released_at", "number")
        context["ahead"] = [clarified.shown(row) for row in rows if row.pk not in out]
    return render(request, "consultations/clarifications/register.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    require(viewer.is_platform)
    form = AskForm(request.POST or None, paper=paper, initial={"place": request.GET.get("at", WHOLE)})
    if request.method == "POST" and form.is_valid():
        try:
            workflow.ask_for_clarification(
                paper,
                actor=viewer,
                body=form.cleaned_data["body"],
                anchor=_anchor(paper, form.cleaned_data["place"]),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Your question is with the officers of the paper."))
            return redirect("consultations:clarifications", key=key)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "consultation": paper, "may_ask": _may_ask(request, paper)}
    return render(request, "consultations/clarifications/ask.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    viewer = viewer_of(request)
    require(viewer.is_platform)
    row = _request_or_404(request, paper_or_404(request, key), pk)
    require(policies.is_asker(viewer, row))
    try:
        workflow.take_back_request(row, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Your question is taken back."))
    return redirect("consultations:clarifications", key=key)


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    require(policies.can_clarify(viewer, paper))
    row = _request_or_404(request, paper, pk)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.decline_request(row, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The question is not answered. Its asker is told why."))
            return redirect("consultations:clarifications", key=key)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "consultation": paper, "row": row, "place": place_of(row)}
    return render(request, "consultations/clarifications/decline.html", context, status=status)


def _open_requests(request: HttpRequest, paper: Consultation, row: Clarification | None = None) -> Waiting:
    """What a clarification may answer: what waits and no other one has taken in."""
    rows = _read(_requests(request, paper).filter(state=ClarificationState.ASKED))
    return [one for one in rows if one.answer_id is None or (row is not None and one.answer_id == row.pk)]


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, key: str) -> HttpResponse:
    """A new one; `?request=` names the requests from which it starts."""
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    require(policies.can_clarify(viewer, paper))
    waiting = _open_requests(request, paper)
    chosen = [one for one in waiting if str(one.pk) in request.GET.getlist("request")]
    initial: dict[str, Any] = {"requests": [str(one.pk) for one in chosen]}
    if chosen:
        initial["place"] = clarified.anchor_of(chosen[0])
    form = ClarificationForm(request.POST or None, paper=paper, waiting=waiting, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = workflow.write_clarification(
                paper,
                actor=viewer,
                asked=form.texts("asked"),
                answer=form.texts("answer"),
                anchor=_anchor(paper, form.cleaned_data["place"]),
                requests=form.chosen,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Saved. Look at it as a firm will see it, then release it."))
            return redirect("consultations:clarification", key=key, pk=row.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "consultation": paper, "row": None}
    return render(request, "consultations/clarifications/write.html", context, status=status)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Change what is not released yet, or correct what is."""
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    require(policies.can_clarify(viewer, paper))
    row = _row_or_404(request, paper, pk)
    is_out = row.released_at is not None and row.released_at <= clock.now()
    waiting = [] if is_out else _open_requests(request, paper, row)
    names = bool(row.released_at and workflow.names_in(row, viewer))
    form = ClarificationForm(
        request.POST or None, paper=paper, waiting=waiting, names=names,
        initial=ClarificationForm.initial_of(row, waiting),
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                workflow.change_clarification(
                    row,
                    actor=viewer,
                    asked=form.texts("asked"),
                    answer=form.texts("answer"),
                    anchor=_anchor(paper, data["place"]),
                    requests=None if is_out else form.chosen,
                    names_are_meant=data.get("names_are_meant", False),
                    expected=data["version"] or 0,
                )
            except workflow.NamesFound as found:
                form = ClarificationForm(request.POST, paper=paper, waiting=waiting, names=True)
                form.add_error("names_are_meant", found.message)
            except Conflict as conflict:
                row.refresh_from_db()
                form.add_error(None, conflict.message)
                form.data = {**form.data.dict(), "version": str(workflow.stamp(row))}  # type: ignore[attr-defined]
                status = 409
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                messages.success(request, _("Corrected. Everybody is told.") if is_out else _("Saved."))
                return redirect("consultations:clarification", key=key, pk=row.pk)
    context = {"form": form, "consultation": paper, "row": row, "is_out": is_out, "now": clarified.shown(row)}
    if is_out:
        plan = clarification_news.plan_of_release(row, is_change=True)
        context["preview"] = publication.preview(plan, viewer=viewer)
    return render(request, "consultations/clarifications/write.html", context, status=status)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """As a firm will see it in each language, what is missing, and its release."""
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    require(policies.can_clarify(viewer, paper))
    row = _row_or_404(request, paper, pk)
    names = workflow.names_in(row, viewer)
    form = ReleaseForm(request.POST or None, names=bool(names), initial={"when": "now"})
    if request.method == "POST":
        try:
            if "hold" in request.POST:
                workflow.hold_clarification(row, actor=viewer)
                messages.success(request, _("The release is taken back. Nobody was told."))
                return redirect("consultations:clarification", key=key, pk=pk)
            if form.is_valid():
                data = form.cleaned_data
                workflow.release_clarification(
                    row, actor=viewer, at=data["at"], names_are_meant=data.get("names_are_meant", False)
                )
                messages.success(
                    request,
                    _("Everybody will have it at that moment.") if data["at"] else _("Released to everybody."),
                )
                return redirect("consultations:clarifications", key=key)
        except Refused as refusal:
            if refusal.field is not None and refusal.field.startswith(("asked_", "answer_")):
                form.add_error(None, refusal.message)
            else:
                form.add_error("at_0" if refusal.field == "at" else None, refusal.message)
    status = 422 if request.method == "POST" else 200
    linked = _read(_requests(request, paper).filter(answer=row))
    context = {
        "consultation": paper,
        "row": row,
        "form": form,
        "names": names,
        "linked": linked,
        "is_out": row.released_at is not None and row.released_at <= clock.now(),
        "previews": [clarified.shown(row, code) for code in ("en", "zh_hant", "zh_hans")],
        "missing": workflow.missing_in(row),
        "preview": publication.preview(clarification_news.plan_of_release(row, is_change=False), viewer=viewer),
    }
    return render(request, "consultations/clarifications/one.html", context, status=status)


@login_not_required
@require_safe
def history(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Every version that its readers have had, newest first. What was written before its release is not among them."""
    paper, viewer = paper_or_404(request, key), viewer_of(request)
    row = clarified.released(viewer, paper).filter(number=number).first()
    if row is None:
        raise Http404
    events = Clarification.pgh_event_model.objects.filter(pgh_obj=row.pk).order_by("-pgh_id")  # type: ignore[attr-defined]
    versions: list[Any] = []
    seen: set[int] = set()
    for event in events:
        # The last state of each version: of the first one, what stood when it was released.
        if event.version not in seen:
            seen.add(event.version)
            versions.append(event)
    language = clarified.shown(row).texts[0][1].language
    for later, earlier in pairwise(versions):
        later.difference = [
            diffs.rows(getattr(earlier, f"{field}_{language}"), getattr(later, f"{field}_{language}"))
            for field in ("asked", "answer")
        ]
    shown = [SimpleNamespace(event=event, texts=clarified.shown(event).texts) for event in versions]
    context = {"consultation": paper, "row": clarified.shown(row), "versions": shown}
    return render(request, "consultations/clarifications/history.html", context)
