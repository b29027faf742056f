from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings import page, policies, workflow
from meetings.forms import ReplyForm
from meetings.models import Action, ActionPart, Attendance, Meeting
from members import openings
from members.policies import require
from members.viewer import Viewer
from portal.common.errors import Refused

PER_PAGE = 50


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    meetings = Meeting.objects.visible_to(viewer).select_related("working_group", "chair").next_first()
    shown = Paginator(meetings, PER_PAGE).get_page(request.GET.get("page"))
    minutes = page.minutes_of([row.pk for row in shown], viewer)
    rows = [(row, minutes.get(row.pk)) for row in shown]
    context = {
        "page": shown,
        "ahead": [row for row in rows if row[0].is_upcoming],
        "past": [row for row in rows if not row[0].is_upcoming],
    }
    return render(request, "meetings/list.html", context)


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """Open actions and commitments by due day, or with ?all=1 every one."""
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    everything = request.GET.get("all") == "1"
    actions = Action.objects.visible_to(viewer).with_owners()
    actions = actions.order_by("position") if everything else actions.open().order_by("due", "position")
    shown = Paginator(actions, PER_PAGE).get_page(request.GET.get("page"))
    openings.note(shown)
    mine = set(
        ActionPart.objects.visible_to(viewer)
        .filter(action__in=[row.pk for row in shown], organisation=viewer.organisation_id, done=False)
        .values_list("action", flat=True)
    )
    return render(request, "meetings/actions.html", {"page": shown, "everything": everything, "owing": mine})


@require_safe
def meeting(request: HttpRequest, key: str) -> HttpResponse:
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    found = get_object_or_404(
        Meeting.objects.visible_to(viewer).select_related("chair", "working_group", "organisation"), key=key
    )
    context = page.build(found, viewer)
    seat = context["my_seat"]
    if seat is not None and found.takes_replies and policies.can_reply(viewer, seat):
        answered = seat.reply if seat.reply != "none" else None
        context["reply_form"] = ReplyForm(meeting=found, initial={"answer": answered})
    return render(request, "meetings/meeting.html", context)


@require_POST
def reply(request: HttpRequest, key: str) -> HttpResponse:
    viewer = _viewer(request)
    require(policies.can_browse(viewer))
    found = get_object_or_404(Meeting.objects.visible_to(viewer), key=key)
    seat = get_object_or_404(
        Attendance.objects.visible_to(viewer).select_related("meeting"), meeting=found, user=viewer.user_id
    )
    form = ReplyForm(request.POST, meeting=found)
    try:
        if not form.is_valid():
            raise Refused(_("Choose one of the answers."))
        workflow.reply(seat, actor=viewer, answer=form.cleaned_data["answer"])
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Your reply was sent."))
    return redirect(found)
