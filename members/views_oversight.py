"""Overrides for supervision, and who opened what firms share with the regulator."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from types import SimpleNamespace
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from members import openings, policies
from members.forms_oversight import AskForm, DecisionForm, FilterForm
from members.models import Opening, Override
from members.viewer import Viewer
from members.workflow import oversight as workflow
from portal.common import clock, spreadsheets
from portal.common.dates import hong_kong_day
from portal.common.errors import Refused

PER_PAGE: Final = 50
# So many of the things that one page opened are named one by one.
NAMED: Final = 20
FILE_ROWS: Final = 20_000


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


# --- overrides ---------------------------------------------------------------------------------------------------


@require_GET
def overrides(request: HttpRequest) -> HttpResponse:
    """For supervision its own, for a firm those that opened its content, for the office all: newest first."""
    viewer = _viewer(request)
    policies.require(policies.can_see_overrides(viewer))
    page = Paginator(_overrides(viewer), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.can_decide = row.stage == "asked" and policies.can_decide_override(viewer, row)
        row.can_end = row.stage in {"asked", "runs", "planned"} and policies.can_end_override(viewer, row)
    context = {"page": page, "can_ask": policies.can_ask_for_override(viewer), "is_firm": viewer.is_platform}
    return render(request, "members/oversight/overrides.html", context)


def _overrides(viewer: Viewer) -> Any:
    people = ("officer", "asked_by", "decided_by", "ended_by")
    return Override.objects.visible_to(viewer).select_related("organisation", *people)


def _override_or_404(viewer: Viewer, pk: uuid.UUID) -> Override:
    found = _overrides(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    viewer = _viewer(request)
    policies.require(policies.can_ask_for_override(viewer))
    form, status = AskForm(request.POST or None, viewer=viewer), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            until: Any = form.moment("until")
            try:
                workflow.ask_for_override(
                    data["organisation"],
                    actor=viewer,
                    reason=data["reason"],
                    ends_at=until,
                    starts_at=form.moment("starts"),
                    officer=data["officer"],
                )
            except Refused as refusal:
                _beside(form, refusal)
            else:
                messages.success(request, _("Asked. Nothing is open before a second officer approves."))
                return redirect("oversight:overrides")
    return render(request, "members/oversight/ask.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The request as it stands, whom it concerns, and the decision of a second officer."""
    viewer = _viewer(request)
    policies.require(policies.decides_overrides(viewer))
    override = _override_or_404(viewer, pk)
    policies.require(policies.can_decide_override(viewer, override))
    form, status = DecisionForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if form.cleaned_data["decision"] == "approve":
                    workflow.approve_override(override, actor=viewer)
                    said = _("Approved. The firm has been told.")
                else:
                    workflow.refuse_override(override, actor=viewer, reason=form.cleaned_data["reason"])
                    said = _("Refused. Whoever asked has been told.")
            except Refused as refusal:
                _beside(form, refusal)
            else:
                messages.success(request, said)
                return redirect("oversight:overrides")
    return render(request, "members/oversight/decide.html", {"form": form, "override": override}, status=status)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A page that says what ends, and then ends it."""
    viewer = _viewer(request)
    policies.require(viewer.is_supervision or policies.decides_overrides(viewer))
    override = _override_or_404(viewer, pk)
    policies.require(policies.can_end_override(viewer, override))
    if request.method == "POST":
        try:
            workflow.end_override(override, actor=viewer)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Ended. From this moment on it opens nothing."))
        return redirect("oversight:overrides")
    return render(request, "members/oversight/end.html", {"override": override})


def _beside(form: Any, refusal: Refused) -> None:
    field = refusal.field or ""
    name = next((one for one in (field, f"{field}_0") if one in form.fields), None)
    form.add_error(name, refusal.message)


# --- openings ----------------------------------------------------------------------------------------------------


@require_GET
def opening_list(request: HttpRequest) -> HttpResponse:
    """Who opened a firm's confidential content, by day in Hong Kong, newest first."""
    viewer = _viewer(request)
    policies.require(policies.can_see_openings(viewer))
    form, rows = _filtered(request, viewer)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = _shown(page.object_list, viewer)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "days": [(day, list(of_day)) for day, of_day in groupby(found, key=lambda one: hong_kong_day(one.row.at))],
        "is_firm": viewer.is_platform,
        "with_names": policies.can_see_readers_names(viewer),
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
    }
    return render(request, "members/oversight/openings.html", context)


def _filtered(request: HttpRequest, viewer: Viewer) -> tuple[FilterForm, Any]:
    form = FilterForm(request.GET, with_firms=not viewer.is_platform)
    form.is_valid()
    chosen = form.cleaned_data
    rows = Opening.objects.visible_to(viewer)
    if chosen.get("since"):
        rows = rows.filter(at__gte=datetime.combine(chosen["since"], time(0), clock.HONG_KONG))
    if chosen.get("until"):
        after = chosen["until"] + timedelta(days=1)
        rows = rows.filter(at__lt=datetime.combine(after, time(0), clock.HONG_KONG))
    for name, column in (("role", "role"), ("kind", "kind"), ("firm", "organisation")):
        if chosen.get(name):
            rows = rows.filter(**{column: chosen[name]})
    return form, rows.select_related("user", "organisation", "reader_organisation")


def _shown(rows: Iterable[Opening], viewer: Viewer) -> list[SimpleNamespace]:
    """The rows with what they name, as far as this viewer may read it now: one query for each kind on the page."""
    rows = list(rows)
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].update(row.objects_opened[:NAMED])
    named = {kind: openings.named(kind, viewer, keys) for kind, keys in wanted.items()}
    return [
        SimpleNamespace(
            row=row,
            words=openings.words(row.kind, len(row.objects_opened)),
            links=[named[row.kind][key] for key in row.objects_opened[:NAMED] if key in named[row.kind]],
            rest=max(0, len(row.objects_opened) - NAMED),
        )
        for row in rows
    ]


@require_GET
def opening_file(request: HttpRequest) -> HttpResponse:
    """The same as a table, every object by its key; a person's name for the regulator alone."""
    viewer = _viewer(request)
    policies.require(policies.can_see_openings(viewer))
    names = policies.can_see_readers_names(viewer)
    _form, rows = _filtered(request, viewer)
    found = list(rows[: FILE_ROWS + 1])
    if len(found) > FILE_ROWS:
        # A table that ends before its end would be read as the whole.
        messages.error(request, _("The table would be too long. Choose a shorter period first."))
        return redirect(f"{reverse('oversight:openings')}?{request.GET.urlencode()}")
    heads = [_("Time (Hong Kong)"), _("Firm"), _("Role"), _("Organisation"), *([_("Person")] if names else []),
             _("How"), _("What"), _("Number"), _("Objects"), _("Page"), _("Request")]  # fmt: skip
    lines = (
        [
            row.at,
            str(row.organisation.name),
            row.get_role_display(),
            str(row.reader_organisation.name),
            *([row.user.display_name] if names else []),
            row.get_how_display(),
            openings.label(row.kind),
            len(row.objects_opened),
            " ".join(row.objects_opened),
            row.page,
            row.request_id,
        ]
        for row in found
    )
    response = HttpResponse(spreadsheets.write("csv", heads, lines), content_type=spreadsheets.TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="openings-{clock.today():%Y-%m-%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
