"""States of meetings, minutes and actions as mark and words."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from meetings.enums import ActionState, MeetingState, MinutesState
from meetings.models import Action, Meeting, Minutes
from portal.common import dates
from portal.common.templatetags.portal import days_left, flag, status

register = template.Library()

MEETING_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    MeetingState.DRAFT: ("dashed", ""),
    MeetingState.NOTICE_ISSUED: ("ring", "active"),
    MeetingState.AGENDA_CIRCULATED: ("quarter", "active"),
    MeetingState.PAPERS_ISSUED: ("half", "active"),
    MeetingState.HELD: ("half-tick", "done"),
    MeetingState.ADJOURNED: ("bars", ""),
    MeetingState.CANCELLED: ("cross", ""),
    MeetingState.MINUTES_DRAFTED: ("half-tick", "done"),
    MeetingState.MINUTES_CIRCULATED: ("three-quarters", "active"),
    MeetingState.MINUTES_CONFIRMED: ("tick", "done"),
}
MINUTES_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    MinutesState.DRAFT: ("dashed", ""),
    MinutesState.DRAFT_FOR_COMMENT: ("half", "active"),
    MinutesState.CONFIRMED: ("tick", "done"),
}
ACTION_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    ActionState.OPEN: ("ring", ""),
    ActionState.IN_PROGRESS: ("half", "active"),
    ActionState.DONE: ("tick", "done"),
}


@register.simple_tag
def meeting_state(meeting: Meeting) -> SafeString:
    mark, tone = MEETING_MARKS[meeting.state]
    return status(mark, meeting.get_state_display(), tone)


@register.simple_tag
def minutes_state(minutes: Minutes) -> SafeString:
    mark, tone = MINUTES_MARKS[minutes.state]
    return status(mark, minutes.get_state_display(), tone)


@register.simple_tag
def action_state(action: Action) -> SafeString:
    """Overdue as a flag with its days; the parts of all platforms as a number; else mark and words."""
    shown: list[str] = []
    if action.is_overdue:
        shown.append(flag("late", days_left(action.due)))
    if action.parts_total and not action.is_done:
        shown.append(
            format_html(
                "<span>{}</span>",
                _("%(done)s of %(total)s done") % {"done": action.parts_done, "total": action.parts_total},
            )
        )
    if not shown:
        mark, tone = ACTION_MARKS[action.state]
        shown.append(status(mark, action.get_state_display(), tone))
    if action.done_on:
        shown.append(format_html('<small class="nowrap">{}</small>', dates.day(action.done_on)))
    return format_html_join(" ", "{}", ((part,) for part in shown))


@register.filter
def action_owner(action: Action) -> str:
    """Whoever owes it, in words: a person of the regulator by name, a firm by its name."""
    if action.all_platforms:
        return _("All platforms")
    if action.owner_organisation:
        return str(action.owner_organisation)
    return str(action.owner_user) if action.owner_user else action.owner_team
