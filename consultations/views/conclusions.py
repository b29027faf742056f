"""The officers' workspace of a paper's conclusions: their head, what came of each proposal, and publishing them."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import notices, policies, workflow
from consultations.concluding import (
    HEAD_TEXTS,
    OUTCOME_TEXTS,
    as_read,
    outcome_seal,
    problems,
    remarks,
    seal,
    whole_seal,
    withheld,
)
from consultations.enums import TRANSITIONS, State
from consultations.forms.conclusions import ConclusionsForm, OutcomeForm
from consultations.forms.lifecycle import PublishForm
from consultations.models import Conclusions, Consultation, ProposalOutcome, Response
from consultations.parts import following
from consultations.views.common import differences, resealed, viewer_of
from consultations.views.drafting import add_refusal
from consultations.views.lifecycle import act, officers_paper
from consultations.workspace import languages_of, pieces
from members import openings, publication
from members.enums import OrganisationKind
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common.errors import Conflict, Refused
from portal.common.translated import HTML_LANG


def elsewhere(request: HttpRequest, paper: Consultation) -> HttpResponse | None:
    """Where an officer is led whose paper has not closed, or is concluded already."""
    if State.CONCLUSIONS_PUBLISHED in TRANSITIONS[paper.state]:
        return None
    if paper.concluded_at is not None:
        messages.info(request, _("The conclusions are published. Nothing of them changes any more."))
        return redirect(f"{paper.get_absolute_url()}#conclusions")
    messages.info(request, _("Conclusions are published once the consultation has closed."))
    return redirect("consultations:manage", paper.key)


def elsewhere_unless_sent(request: HttpRequest, paper: Consultation) -> HttpResponse | None:
    """Who has sent a text is not led away from it: the verb refuses it, and the page keeps it."""
    return None if request.method == "POST" else elsewhere(request, paper)


def _paper(request: HttpRequest, key: str) -> tuple[Consultation, Viewer]:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    require(policies.can_conclude(viewer))
    return paper, viewer


def draft_of(paper: Consultation, viewer: Viewer) -> Conclusions | None:
    found = Conclusions.objects.visible_to(viewer).select_related("signed_by").filter(consultation=paper).first()
    if found is not None:
        found.consultation = paper
    return found


def _as_read(found: Conclusions, paper: Consultation) -> SimpleNamespace:
    codes = languages_of(paper)
    return as_read(found, lambda row, name: pieces(row, [name], codes))


def _texts_of(row: Any, texts: Iterable[str]) -> dict[str, str]:
    return {f"{text}_{code}": getattr(row, f"{text}_{code}") for text in texts for code in HTML_LANG}


def _head_now(row: Conclusions) -> dict[str, Any]:
    named = Organisation.objects.filter(pk__in=row.respondents.values("organisation"))
    return {
        "responses_received": row.responses_received,
        "respondents_withheld": row.respondents_withheld,
        "signed_by": row.signed_by,
        "respondents": list(named),
        "audience": row.audience,
        **_texts_of(row, HEAD_TEXTS),
    }


def _outcome_now(row: ProposalOutcome) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome,
        "questions": list(row.questions.all()),
        "paragraphs": list(row.changed_paragraphs.order_by("position")),
        **_texts_of(row, OUTCOME_TEXTS),
    }


def _outcome_or_404(conclusions: Conclusions | None, pk: int) -> ProposalOutcome:
    found = ProposalOutcome.objects.filter(conclusions=conclusions, pk=pk).first() if conclusions else None
    if found is None:
        raise Http404
    return found


@require_GET
def workspace(request: HttpRequest, key: str) -> HttpResponse:
    """How they stand: what is missing, what came of each proposal, and how all of it will read."""
    paper, viewer = _paper(request, key)
    if leads := elsewhere(request, paper):
        return leads
    found = draft_of(paper, viewer)
    if found is None:
        return redirect("consultations:conclusions_head", key)
    context = {
        "consultation": paper,
        "row": found,
        "shown": _as_read(found, paper),
        "problems": problems(found, viewer),
        "remarks": remarks(found),
    }
    return render(request, "consultations/conclusions/workspace.html", context)


@require_http_methods(["GET", "POST"])
def head(request: HttpRequest, key: str) -> HttpResponse:
    """The executive summary, the way forward, who responded. Sent for the first time, it begins the draft."""
    paper, viewer = _paper(request, key)
    if leads := elsewhere_unless_sent(request, paper):
        return leads
    found = draft_of(paper, viewer)
    form = _head_form(request, paper, viewer, found)
    context: dict[str, Any] = {"consultation": paper, "form": form, "row": found}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _save_head(form, paper, viewer, found)
            except Conflict as conflict:
                status = 409
                found = draft_of(paper, viewer)
                form.add_error(None, conflict.message)
                if found is not None:
                    context |= {"row": found, "is_conflict": True, "differences": differences(form, _head_now(found))}
                    resealed(form, seal(found))
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("consultations:conclusions", key)
    return render(request, "consultations/conclusions/head.html", context, status=status)


def _head_form(request: HttpRequest, paper: Consultation, viewer: Viewer, found: Conclusions | None) -> ConclusionsForm:
    hidden = withheld(paper, viewer)
    platforms = Organisation.objects.filter(kind=OrganisationKind.PLATFORM).exclude(pk__in=hidden).order_by("name_en")
    if found is not None:
        initial: dict[str, Any] = {
            "signed_by": found.signed_by_id,
            "audience": found.audience,
            "responses_received": found.responses_received,
            "respondents": list(found.respondents.values_list("organisation_id", flat=True)),
            "respondents_withheld": found.respondents_withheld,
            "seen": seal(found),
        }
    else:
        responses = list(Response.objects.visible_to(viewer).filter(consultation=paper, submitted_at__isnull=False))
        openings.note(responses)
        initial = {
            "signed_by": paper.lead_id,
            "audience": paper.audience,
            "responses_received": len(responses),
            "respondents": [one.organisation_id for one in responses if not one.withhold_name],
            "respondents_withheld": sum(one.withhold_name for one in responses),
        }
    return ConclusionsForm(
        request.POST or None, viewer=viewer, paper=paper, row=found, firms=platforms, initial=initial
    )


def _save_head(form: ConclusionsForm, paper: Consultation, viewer: Viewer, found: Conclusions | None) -> None:
    named = form.cleaned_data["respondents"]
    if found is None:
        workflow.begin_conclusions(
            paper, actor=viewer, texts=form.texts, respondents_named=named, by_section=True, **form.values
        )
        return
    workflow.revise_conclusions(
        paper,
        actor=viewer,
        seen=form.cleaned_data["seen"],
        texts=form.texts,
        respondents_named=named,
        **form.values,
    )


# --- proposal by proposal ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = _paper(request, key)
    if leads := elsewhere_unless_sent(request, paper):
        return leads
    found = draft_of(paper, viewer)
    if found is None:
        return redirect("consultations:conclusions_head", key)
    taken = list(found.outcomes.order_by("position").values_list("number", flat=True))
    form = OutcomeForm(request.POST or None, paper=paper, number=following(taken[-1] if taken else "", taken))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = workflow.add_outcome(paper, actor=viewer, **form.values)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                return redirect(f"{_workspace(key)}#proposal-{made.pk}")
    context = {"consultation": paper, "form": form}
    return render(request, "consultations/conclusions/outcome.html", context, status=status)


def _workspace(key: str) -> str:
    return reverse("consultations:conclusions", args=[key])


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Where somebody else was faster: what stands now against what was typed."""
    paper, viewer = _paper(request, key)
    if leads := elsewhere_unless_sent(request, paper):
        return leads
    found = draft_of(paper, viewer)
    if request.method == "POST" and found is not None and not found.outcomes.filter(pk=pk).exists():
        # Taken out meanwhile: what was typed stays, to be added anew.
        form = OutcomeForm(request.POST, paper=paper)
        form.add_error(
            None, _("Somebody has removed this proposal meanwhile. Your text is below: saving adds it anew.")
        )
        context = {"consultation": paper, "form": form, "sends_to": reverse("consultations:add_outcome", args=[key])}
        return render(request, "consultations/conclusions/outcome.html", context, status=409)
    row = _outcome_or_404(found, pk)
    form = OutcomeForm(request.POST or None, paper=paper, row=row, initial={"seen": outcome_seal(row)})
    context = {"consultation": paper, "form": form, "row": row}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.revise_outcome(paper, pk, actor=viewer, seen=form.cleaned_data["seen"], **form.values)
            except Conflict as conflict:
                status = 409
                row.refresh_from_db()
                form.add_error(None, conflict.message)
                context |= {"is_conflict": True, "differences": differences(form, _outcome_now(row))}
                resealed(form, outcome_seal(row))
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect(f"{_workspace(key)}#proposal-{pk}")
    return render(request, "consultations/conclusions/outcome.html", context, status=status)


@require_POST
def move(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    paper, viewer = _paper(request, key)
    if leads := elsewhere(request, paper):
        return leads
    _outcome_or_404(draft_of(paper, viewer), pk)
    try:
        if not workflow.move_outcome(paper, pk, actor=viewer, up=request.POST.get("to") == "up"):
            messages.info(request, _("It stands at the end already."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{_workspace(key)}#proposal-{pk}")


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    paper, viewer = _paper(request, key)
    if leads := elsewhere(request, paper):
        return leads
    row = _outcome_or_404(draft_of(paper, viewer), pk)
    problem, status = "", 200
    if request.method == "POST":
        try:
            workflow.remove_outcome(paper, pk, actor=viewer, seen=request.POST.get("seen", ""))
        except Refused as refusal:
            problem, status = refusal.message, 409
        else:
            messages.success(request, _("Removed."))
            return redirect("consultations:conclusions", key)
    # As it stands now: it was perhaps changed, or removed, since it was looked for.
    row = _outcome_or_404(draft_of(paper, viewer), pk)
    codes = languages_of(paper)
    texts = [pieces(row, [name], codes) for name in ("comments_received_html", "sfc_response_html")]
    context = {
        "consultation": paper, "row": row, "seen": outcome_seal(row), "problem": problem,
        "texts": [one for one in texts if one],
    }  # fmt: skip
    return render(request, "consultations/conclusions/remove.html", context, status=status)


# --- publishing --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """What will appear, and the named people who will be told, before anybody is."""
    paper, viewer = _paper(request, key)
    if leads := elsewhere(request, paper):
        return leads
    found = draft_of(paper, viewer)
    if found is None:
        return redirect("consultations:conclusions_head", key)
    shown = publication.preview(notices.plan_of_conclusions(found, actor=viewer), viewer=viewer)
    now = whole_seal(found)
    form = PublishForm(
        request.POST or None,
        told=_("I have read the conclusions below and looked at the people"),
        initial={"previewed": shown.checksum, "seen": now},
    )

    def do() -> str:
        given = form.cleaned_data
        workflow.publish_conclusions(paper, actor=viewer, previewed=given["previewed"], seen=given["seen"])
        return _("The conclusions are published, and everybody who can read them has been told.")

    changed = request.method == "POST" and form.data.get("seen") != now
    if request.method == "POST" and (changed or form.data.get("previewed") != shown.checksum):
        # The page shows both as they are now; they are looked at before it is sent again.
        anew = {"previewed": shown.checksum, "seen": now, "confirmed": ""}
        form.data = {**form.data.dict(), **anew}  # type: ignore[attr-defined]
    return act(
        request,
        paper,
        form,
        do,
        "publish_conclusions",
        preview=shown,
        row=found,
        shown=_as_read(found, paper),
        changed=changed,
        may_publish=policies.can_publish_conclusions(viewer, found),
        problems=problems(found, viewer),
        remarks=remarks(found),
    )
