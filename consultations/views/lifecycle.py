"""A paper's life: the officers' page for it, its acts with a confirmation each, and what firms do in turn."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultations import notices, policies, workflow
from consultations.calendar import changes, next_working_moment
from consultations.conflicts import conflicts
from consultations.enums import TRANSITIONS, State
from consultations.forms.lifecycle import (
    ApprovalForm,
    AskForExtensionForm,
    DeadlineForm,
    DecisionForm,
    EffectForm,
    FirmExtensionForm,
    OpeningForm,
    ReasonForm,
    WithdrawPaperForm,
    initial_moment,
)
from consultations.models import Conclusions, Consultation, Extension, ExtensionRequest, OpeningRequest
from consultations.readiness import conditions
from consultations.recipients import asked_before, preview
from consultations.stages import stages
from consultations.views.common import viewer_of
from consultations.workflow.opening import standing_request
from members import openings, publication
from members.enums import OrganisationKind
from members.models import Organisation
from members.policies import require
from members.publication import Preview
from portal.common import clock
from portal.common.dates import hong_kong_day, long_day_and_time
from portal.common.errors import Refused


def paper_of(request: HttpRequest, key: str) -> Consultation:
    """The paper with the viewer's own deadline; hidden and absent are the same 404."""
    viewer = viewer_of(request)
    rows = Consultation.objects.visible_to(viewer).with_own_deadline(viewer)
    found = rows.select_related("statement", "lead", "contact", "working_group").filter(key=key).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def officers_paper(request: HttpRequest, key: str) -> Consultation:
    paper = paper_of(request, key)
    require(policies.can_run(viewer_of(request), paper))
    return paper


def refuse(form: Form, refusal: Refused, **places: str) -> None:
    """Put a verb's refusal beside the field that it is about; a moment's two fields take it at the day."""
    field = refusal.field or ""
    field = places.get(field, field)
    for name in (field, f"{field}_0", f"{field.removesuffix('_at')}_0"):
        if name in form.fields:
            form.add_error(name, refusal.message)
            return
    form.add_error(None, refusal.message)


def people_words(count: int) -> str:
    words = ngettext("Tell %(count)s person now", "Tell %(count)s people now", count)
    return words % {"count": count}


def act(
    request: HttpRequest,
    paper: Consultation,
    form: Any,
    do: Callable[[], str],
    template: str,
    back: str = "consultations:manage",
    **context: Any,
) -> HttpResponse:
    """A form with its confirmation: shown, or sent and done. What was typed stays when the verb refuses."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = do()
            except Refused as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, said)
                return redirect(back, paper.key)
    context |= {"consultation": paper, "form": form}
    return render(request, f"consultations/lifecycle/{template}.html", context, status=status)


# --- the officers' page ------------------------------------------------------------------------------------------


@require_GET
def manage(request: HttpRequest, key: str) -> HttpResponse:
    """Where the paper stands, what it lacks, what waits for a decision, and every act."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    state, standing = paper.state, standing_request(paper, viewer)
    is_draft = state == State.DRAFT
    shown = preview(paper) if is_draft else None
    requests = ExtensionRequest.objects.visible_to(viewer).filter(consultation=paper)
    agreed = Extension.objects.visible_to(viewer).filter(consultation=paper)
    extensions = list(agreed.select_related("organisation", "agreed_by"))
    open_requests = requests.filter(decision="").select_related("organisation", "asked_by").order_by("asked_at")
    decided_requests = requests.exclude(decision="").select_related("organisation", "decided_by")
    openings.note([*open_requests, *decided_requests, *extensions])
    changed = changes()
    context: dict[str, Any] = {
        "consultation": paper,
        "state": state,
        "stages": stages(paper, clock.now(), standing),
        "standing": standing,
        "can_approve": standing is not None
        and standing.approved_at is None
        and policies.can_approve_opening(viewer, standing),
        "returned": OpeningRequest.objects.visible_to(viewer)
        .filter(consultation=paper, returned_at__isnull=False)
        .select_related("returned_by")
        .order_by("-returned_at")
        .first(),
        "preview": shown,
        "conditions": conditions(
            paper,
            opens_at=standing.opens_at if standing else paper.opens_at,
            closes_at=standing.closes_at if standing else paper.closes_at,
            recipients=len(shown.people),
            changed=changed,
            on_approval=standing is not None,
        )
        if shown
        else [],
        "open_requests": open_requests,
        "decided_requests": decided_requests,
        "extensions": extensions,
        "can_extend": policies.can_extend(viewer),
        "corrections": paper.corrections.select_related("paragraph", "question", "made_by").order_by("-made_at"),
        "deadline_changes": paper.deadline_changes.select_related("made_by").order_by("-made_at"),
        "amendable": _amendable(paper, state),
        "steps": [one for one in TRANSITIONS[state] if one in {State.ANALYSING, State.IMPLEMENTING}],
        "may_take_effect": State.IN_EFFECT in TRANSITIONS[state],
        "may_withdraw": State.WITHDRAWN in TRANSITIONS[state],
        "may_conclude": State.CONCLUSIONS_PUBLISHED in TRANSITIONS[state] and policies.can_conclude(viewer),
        "conclusions": Conclusions.objects.visible_to(viewer).filter(consultation=paper).first(),
        "may_move": state == State.OPEN,
        "closed_day": _off_day(paper, state),
    }
    return render(request, "consultations/lifecycle/manage.html", context)


def _amendable(paper: Consultation, state: State) -> list[dict[str, str]]:
    """The parts of a published paper by their numbers, questions first."""
    if state not in {State.OPEN, State.CLOSED}:
        return []
    rows: list[Any] = [
        *paper.questions.only("number", "consultation"),
        *paper.paragraphs.only("number", "consultation"),
    ]
    return [
        {"anchor_key": one.anchor_key, "label": f"Q{one.number}" if one.anchor_key[0] == "q" else one.number}
        for one in rows
    ]


def _off_day(paper: Consultation, state: State) -> datetime | None:
    """The next working moment, if the deadline falls on a day that is none (a storm, a gazetted holiday)."""
    if state not in {State.OPEN, State.CLOSED} or paper.closes_at is None:
        return None
    offered = next_working_moment(paper.closes_at)
    return offered if offered > paper.closes_at and offered > clock.now() else None


@require_GET
def audience_preview(request: HttpRequest, key: str) -> HttpResponse:
    """The named people who will be told, by firm and channel; who will not, and why; what changed since last time."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    return render(request, "consultations/lifecycle/preview.html", _previewed(paper, viewer))


def _previewed(paper: Consultation, viewer: Any, but: OpeningRequest | None = None) -> dict[str, Any]:
    shown = preview(paper)
    before = asked_before(viewer, paper, but=but)
    shown = replace(shown, difference=shown.since(before))
    return {"consultation": paper, "preview": shown, "before": before}


# --- opening -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def ask_to_open(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    seen = _previewed(paper, viewer)
    shown: Preview = seen["preview"]
    initial = initial_moment("opens", paper.opens_at) | initial_moment("closes", paper.closes_at)
    form = OpeningForm(
        request.POST or None,
        told=_("I have looked at the people above"),
        initial=initial | {"previewed": shown.checksum},
    )

    def do() -> str:
        workflow.ask_to_open(
            paper,
            actor=viewer,
            opens_at=form.moment("opens"),
            closes_at=form.moment("closes"),
            previewed=form.cleaned_data["previewed"],
            note=form.cleaned_data["note"],
            on_approval=form.cleaned_data["on_approval"],
        )
        return _("Asked. A second officer now approves it or returns it.")

    if request.method == "POST" and form.data.get("previewed") != shown.checksum:
        # The page shows the people as they are now; they are looked at before it is sent again.
        form.data = {**form.data.dict(), "previewed": shown.checksum, "confirmed": ""}  # type: ignore[attr-defined]
    del seen["consultation"]
    return act(request, paper, form, do, "ask_to_open", state=paper.state, **seen)


def _opening_or_404(paper: Consultation, request: HttpRequest, pk: uuid.UUID) -> OpeningRequest:
    rows = OpeningRequest.objects.visible_to(viewer_of(request)).select_related("asked_by", "consultation")
    found = rows.filter(pk=pk, consultation=paper).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def approve_opening(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    asked = _opening_or_404(paper, request, pk)
    require(policies.can_approve_opening(viewer, asked))
    seen = _previewed(paper, viewer, but=asked)
    shown: Preview = seen["preview"]
    form = ApprovalForm(
        request.POST or None,
        told=_("I have read the paper and looked at the people above"),
        initial={"previewed": shown.checksum},
    )

    def do() -> str:
        workflow.approve_opening(asked, actor=viewer, previewed=form.cleaned_data["previewed"])
        paper.refresh_from_db()
        if not paper.is_planned:
            return _("Approved. The paper is open now.")
        return _("Approved. It opens on %(date)s.") % {"date": long_day_and_time(asked.opens_at)}

    if request.method == "POST" and form.data.get("previewed") != shown.checksum:
        form.data = {**form.data.dict(), "previewed": shown.checksum, "confirmed": ""}  # type: ignore[attr-defined]
    del seen["consultation"]
    since_asked = shown.since(asked)
    return act(request, paper, form, do, "approve_opening", asked=asked, since_asked=since_asked, **seen)


@require_http_methods(["GET", "POST"])
def return_opening(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    asked = _opening_or_404(paper, request, pk)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        workflow.return_opening(asked, actor=viewer, reason=form.cleaned_data["reason"])
        return _("Returned. The officer who asked has been told.")

    return act(request, paper, form, do, "return_opening", asked=asked)


@require_http_methods(["GET", "POST"])
def take_back_opening(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    form = ApprovalForm(request.POST or None, initial={"previewed": "-"})

    def do() -> str:
        workflow.take_back_opening(paper, actor=viewer)
        return _("Taken back. The paper opens only when it is asked for and approved anew.")

    return act(request, paper, form, do, "take_back", standing=standing_request(paper, viewer))


# --- deadlines ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def move_deadline(request: HttpRequest, key: str) -> HttpResponse:
    """A later deadline for everybody. After a correction one is proposed (`?after=correction`)."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    shown = publication.preview(notices.plan_of_deadline(paper, actor=viewer), viewer=viewer)
    proposed = proposal(paper)
    form = DeadlineForm(
        request.POST or None,
        told=people_words(len(shown.people)),
        initial=initial_moment("until", proposed or paper.closes_at)
        | {"cause": "correction" if "after" in request.GET else "extension"},
    )

    def do() -> str:
        until = form.moment("until")
        if until is None:
            raise Refused(_("Give a closing time."), field="until")
        workflow.move_deadline(
            paper, actor=viewer, until=until, cause=form.cleaned_data["cause"], reason=form.texts("reason")
        )
        return _("The deadline is moved, and everybody who can read the paper has been told.")

    wanted = form.moment("until") if request.method == "POST" else proposed
    return act(
        request,
        paper,
        form,
        do,
        "move_deadline",
        preview=shown,
        proposed=proposed,
        conflicts=conflicts(wanted, None, viewer=viewer, ignoring=paper, opens_at=paper.opens_at) if wanted else [],
        left=changes().between(clock.today(), hong_kong_day(paper.closes_at)) if paper.closes_at else 0,
        least=LEAST_DAYS,
    )


LEAST_DAYS = 10
"""Working days that readers should have after a correction. The portal's own figure: no law or published practice."""


def proposal(paper: Consultation) -> datetime | None:
    """The closing time that would leave ten working days from now, at the same clock time; None if there are."""
    if paper.closes_at is None or paper.state != State.OPEN:
        return None
    changed, local = changes(), paper.closes_at.astimezone(clock.HONG_KONG)
    day = hong_kong_day(paper.closes_at)
    if changed.between(clock.today(), day) >= LEAST_DAYS:
        return None
    while changed.between(clock.today(), day) < LEAST_DAYS:
        day += timedelta(days=1)
    return datetime.combine(day, local.timetz())


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, key: str) -> HttpResponse:
    """A later deadline for one firm. The firm is told, nobody else."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    require(policies.can_extend(viewer))
    looks = "look" in request.POST  # at whom it will tell: nothing is decided, and what was typed stays
    form = FirmExtensionForm(
        None if looks else request.POST or None,
        firms=Organisation.objects.filter(kind=OrganisationKind.PLATFORM).order_by("name_en"),
        initial=request.POST.dict() if looks else initial_moment("until", paper.closes_at),
    )

    def do() -> str:
        until = form.moment("until")
        if until is None:
            raise Refused(_("Give a closing time."), field="until")
        firm = form.cleaned_data["organisation"]
        workflow.extend(paper, organisation=firm, until=until, reason=form.cleaned_data["reason"], actor=viewer)
        return _("%(firm)s may respond until %(date)s and has been told.") % {
            "firm": firm.short,
            "date": long_day_and_time(until),
        }

    firm = _chosen_firm(form)
    shown = publication.preview(notices.plan_for_firm(paper, firm), viewer=viewer) if firm else None
    if looks:
        context = {"consultation": paper, "form": form, "preview": shown}
        return render(request, "consultations/lifecycle/extend.html", context)
    return act(request, paper, form, do, "extend", preview=shown)


def _chosen_firm(form: FirmExtensionForm) -> int | None:
    """Whose people are named: the firm that is chosen in the form, once it was sent."""
    chosen = str(form["organisation"].value() or "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None


@require_http_methods(["GET", "POST"])
def decide_extension(request: HttpRequest, key: str, pk: uuid.UUID) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    require(policies.can_extend(viewer))
    rows = ExtensionRequest.objects.visible_to(viewer).select_related("organisation", "asked_by", "consultation")
    asked = rows.filter(pk=pk, consultation=paper).first()
    if asked is None:
        raise Http404
    openings.note([asked])
    form = DecisionForm(request.POST or None, initial=initial_moment("until", asked.until))

    def do() -> str:
        grant = form.cleaned_data["decision"] == "grant"
        workflow.decide_extension(
            asked, actor=viewer, grant=grant, reason=form.cleaned_data["reason"], until=form.moment("until")
        )
        return _("Decided. The firm has been told.")

    found = conflicts(asked.until, [asked.organisation], viewer=viewer, ignoring=paper, opens_at=paper.opens_at)
    shown = publication.preview(notices.plan_for_firm(paper, asked.organisation_id), viewer=viewer)
    return act(request, paper, form, do, "decide_extension", asked=asked, conflicts=found, preview=shown)


# --- its end -----------------------------------------------------------------------------------------------------


@require_POST
def advance(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    try:
        target = State(request.POST.get("to", ""))
        workflow.advance(paper, target, actor=viewer)
    except ValueError:
        messages.error(request, _("This step has an act of its own."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The consultation is now: %(state)s.") % {"state": target.label})
    return redirect("consultations:manage", paper.key)


@require_http_methods(["GET", "POST"])
def effect(request: HttpRequest, key: str) -> HttpResponse:
    """From which day it is in effect, with the people who will be told."""
    paper, viewer = officers_paper(request, key), viewer_of(request)
    if State.IN_EFFECT not in TRANSITIONS[paper.state]:
        messages.info(request, _("A day of effect is set once the conclusions are published."))
        return redirect("consultations:manage", key)
    shown = publication.preview(notices.plan_of_effect(paper, actor=viewer), viewer=viewer)
    day = hong_kong_day(paper.in_effect_at) if paper.in_effect_at else clock.today()
    form = EffectForm(request.POST or None, told=people_words(len(shown.people)), initial={"day": day})

    def do() -> str:
        workflow.set_in_effect(paper, actor=viewer, day=form.cleaned_data["day"])
        return _("The day is set, and everybody who can read the paper has been told.")

    return act(request, paper, form, do, "effect", preview=shown)


@require_http_methods(["GET", "POST"])
def withdraw_paper(request: HttpRequest, key: str) -> HttpResponse:
    paper, viewer = officers_paper(request, key), viewer_of(request)
    released = paper.released_at is not None and paper.released_at <= clock.now()
    plan = notices.plan_of_withdrawal(paper, actor=viewer)
    shown = publication.preview(plan, viewer=viewer) if released else None
    form = WithdrawPaperForm(request.POST or None, told=people_words(len(shown.people)) if shown else "")

    def do() -> str:
        workflow.withdraw_consultation(paper, actor=viewer, reason=form.texts("reason"))
        return _("The consultation is withdrawn.")

    return act(request, paper, form, do, "withdraw", preview=shown)


# --- the firm ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def ask_for_extension(request: HttpRequest, key: str) -> HttpResponse:
    """The firm's own requests with what was decided; its representative asks here. No other firm sees any of it."""
    paper, viewer = paper_of(request, key), viewer_of(request)
    require(viewer.is_platform)
    may_ask = policies.can_ask_for_extension(viewer)
    if request.method == "POST":
        require(may_ask)
    rows = ExtensionRequest.objects.visible_to(viewer).filter(consultation=paper, organisation=viewer.organisation_id)
    mine = list(rows.select_related("asked_by").order_by("-asked_at"))
    own: Any = paper.own_deadline  # type: ignore[attr-defined]
    is_open = policies.can_comment(viewer, paper, own, clock.now())
    form = AskForExtensionForm(request.POST or None, initial=initial_moment("until", own))

    def do() -> str:
        until = form.moment("until")
        if until is None:
            raise Refused(_("Ask for a time after your present deadline."), field="until")
        workflow.ask_for_extension(paper, actor=viewer, until=until, reason=form.cleaned_data["reason"])
        return _("Asked. The secretariat decides, and your firm will be told.")

    return act(
        request,
        paper,
        form,
        do,
        "ask_for_extension",
        back="consultations:ask_for_extension",
        requests=mine,
        extension=Extension.objects.visible_to(viewer)
        .filter(consultation=paper, organisation=viewer.organisation_id)
        .first(),
        own_deadline=own,
        may_ask=may_ask and is_open and not any(one.decision == "" for one in mine),
        is_open=is_open,
    )
