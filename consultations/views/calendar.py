"""The calendar of asks: one firm by week, all firms for officers, changed days, blackout windows, a date on trial."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from consultations import burden, policies, workflow
from consultations.asks import ROOMS, Firms, firms_of
from consultations.calendar import Due, changes, deadlines_on
from consultations.conflicts import ConflictKind, conflicts, score, score_words
from consultations.enums import DayChangeKind, Kind
from consultations.forms.calendar import CheckForm, DayChangeForm, WindowForm, moment_of
from consultations.models import BlackoutWindow, Consultation, DayChange
from consultations.views.common import is_htmx, viewer_of
from consultations.workflow.deadlines import extend_for_weather
from members.models import Organisation
from members.policies import require
from portal.common import clock, dates
from portal.common.errors import Refused

PAST_DAYS_SHOWN = 30


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A firm's and an agency's own weeks; for the regulator all platforms, or with ?firm= one of them."""
    viewer = viewer_of(request)
    require(policies.can_see_calendar(viewer))
    firms = firms_of(viewer)
    firm = _firm(request, firms) if viewer.is_regulator else viewer.organisation
    default = "6" if firm else "3"
    months = request.GET.get("months", default)
    months = months if months in burden.MONTHS else default
    room = request.GET.get("room", "")
    room = room if room in ROOMS else ""
    back = burden.WEEKS_BACK if firm else 0
    weeks = burden.Weeks.around(clock.today(), back=back, ahead=burden.MONTHS[months])
    context: dict[str, Any] = {
        "firms": list(firms.organisations.values()) if viewer.is_regulator else [],
        "firm": firm,
        "months": months,
        "periods": list(burden.MONTHS),
        "room": room,
        "rooms": ROOMS.items(),
        "weeks": weeks,
        "keeps": policies.can_keep_calendar(viewer),
    }
    if firm is not None:
        context["own"] = own = burden.firm_calendar(viewer, firms, firm, weeks, room=room)
        context["back"] = own.back
        return render(request, "consultations/calendar/firm.html", context)
    context["matrix"] = matrix = burden.matrix(viewer, firms, weeks, room=room)
    context["back"] = matrix.back
    return render(request, "consultations/calendar/matrix.html", context)


def _firm(request: HttpRequest, firms: Firms) -> Organisation | None:
    key = request.GET.get("firm", "")
    # A form for one firm's extension says which by its number.
    number = request.GET.get("organisation", "")
    if not key and number.isascii() and number.isdigit():
        return firms.organisations.get(int(number))
    if not key:
        return None
    found = next((one for one in firms.organisations.values() if one.key == key), None)
    if found is None:
        raise Http404
    return found


@require_GET
def calendar_check(request: HttpRequest) -> HttpResponse:
    """What speaks against a date: beside a form's field by htmx, or as a page of its own. Officers only."""
    viewer = viewer_of(request)
    require(policies.can_weigh_deadlines(viewer))
    name = request.GET.get("field", "deadline")
    opens = request.GET.get("opens", "opens")
    paper = (
        Consultation.objects.visible_to(viewer).filter(key=request.GET["paper"]).first()
        if request.GET.get("paper")
        else None
    )
    firm = _firm(request, firms_of(viewer))
    deadline_at = moment_of(request.GET, name)
    opens_at = moment_of(request.GET, opens) or (paper.opens_at if paper else None)
    kind = request.GET.get("kind") or (paper.kind if paper else Kind.PUBLIC)
    context: dict[str, Any] = {"paper": paper, "firm": firm, "name": name, "deadline_at": deadline_at}
    if deadline_at is not None:
        found = conflicts(
            deadline_at,
            [firm] if firm else None,
            viewer=viewer,
            opens_at=opens_at,
            ignoring=paper,
            kind=kind if kind in Kind else Kind.PUBLIC,
        )
        given = changes().between(dates.hong_kong_day(opens_at or clock.now()), dates.hong_kong_day(deadline_at))
        context |= {"conflicts": found, "score": score(found), "score_words": score_words(), "given": given}
        context["refused"] = any(one.kind == ConflictKind.NOT_A_WORKING_DAY for one in found)
    if is_htmx(request):
        return render(request, "consultations/calendar/check_result.html", context)
    asked = {"kind": kind} | request.GET.dict()
    context["form"] = CheckForm(asked) if "deadline_0" in request.GET else CheckForm(initial=asked)
    return render(request, "consultations/calendar/check_page.html", context)


@require_GET
def calendar_days(request: HttpRequest) -> HttpResponse:
    """Changed days and blackout windows, with their reasons, for every member; the desk's forms."""
    require(policies.can_see_calendar(viewer_of(request)))
    return _days_page(request)


def _days_page(
    request: HttpRequest, *, day: DayChangeForm | None = None, window: WindowForm | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    keeps = policies.can_keep_calendar(viewer)
    changed = list(DayChange.objects.order_by("-day"))
    on_days = deadlines_on(viewer, [one.day for one in changed]) if viewer.is_regulator else {}
    context = {
        "changed": [(one, due, _to_be_moved(one, due)) for one in changed for due in [on_days.get(one.day, [])]],
        "windows": BlackoutWindow.objects.visible_to(viewer).filter(lifted_at=None).order_by("starts_on", "pk"),
        "keeps": keeps,
        "day_form": (day or DayChangeForm(prefix="day")) if keeps else None,
        "window_form": (window or WindowForm(prefix="window")) if keeps else None,
        "next_working_day": changes().next_working_day,
    }
    refused = any(form is not None and form.errors for form in (day, window))
    return render(request, "consultations/calendar/days.html", context, status=422 if refused else 200)


def _to_be_moved(change: DayChange, due: list[Due]) -> bool:
    return change.kind == DayChangeKind.CLOSED and any(one.is_ahead for one in due)


def _through(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Whether the verb took the form; a refusal stands beside its field."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


@require_POST
def change_day(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    require(policies.can_keep_calendar(viewer))
    form = DayChangeForm(request.POST, prefix="day")

    def verb() -> None:
        given = form.cleaned_data
        workflow.change_day(
            given["day"],
            actor=viewer,
            kind=given["kind"],
            cause=given["cause"],
            reason=form.reason,
            source_url=given["source_url"],
        )

    if not _through(form, verb):
        return _days_page(request, day=form)
    messages.success(request, _("The day is changed. Deadlines that fall on it are listed beside it."))
    return redirect("consultations:calendar_days")


@require_POST
def set_window(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    require(policies.can_keep_calendar(viewer))
    form = WindowForm(request.POST, prefix="window")

    def verb() -> None:
        given = form.cleaned_data
        workflow.set_window(given["starts_on"], given["ends_on"], actor=viewer, reason=form.reason)

    if not _through(form, verb):
        return _days_page(request, window=form)
    messages.success(request, _("The blackout window is set. All members see it."))
    return redirect("consultations:calendar_days")


@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    require(policies.can_keep_calendar(viewer))
    return _done(request, lambda: workflow.undo_change(get_object_or_404(DayChange, pk=pk), actor=viewer))


@require_POST
def move_deadlines(request: HttpRequest, pk: int) -> HttpResponse:
    """Move what falls on a closed day to the next working day (Cap. 1 s.71), by the verb of deadlines."""
    viewer = viewer_of(request)
    require(policies.can_keep_calendar(viewer))
    change = get_object_or_404(DayChange, pk=pk)
    try:
        moved = extend_for_weather(change.day, actor=viewer)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        text = ngettext("%(count)s deadline moved.", "%(count)s deadlines moved.", len(moved))
        messages.success(request, text % {"count": len(moved)})
    return redirect("consultations:calendar_days")


@require_POST
def lift_window(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    require(policies.can_keep_calendar(viewer))
    window = get_object_or_404(BlackoutWindow.objects.visible_to(viewer), pk=pk)
    return _done(request, lambda: workflow.lift_window(window, actor=viewer))


def _done(request: HttpRequest, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Done."))
    return redirect("consultations:calendar_days")
