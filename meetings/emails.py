"""What members are told about meetings, and who of them may still read it when the mail goes out."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from meetings.models import Action, Attendance, Meeting, Minutes
from members.audience import Restricted
from members.enums import OrganisationKind, Role
from members.models import WorkingGroupMembership
from members.publication import Plan, Telling, carry_out
from members.viewer import Viewer, memberships_with_access, readable_pairs
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common import dates
from portal.common.translated import in_languages, text_of

MEMBER = gettext_noop("You are a member of the group that meets")
OWNER = gettext_noop("The action is yours or your team's")

# Who stands in for a representative today is told in that role.
SEATED = Q(effective_role__in=(Role.PRINCIPAL, Role.ALTERNATE, Role.OBSERVER))


def _title(params: Mapping[str, Any]) -> str:
    return text_of(params, "title")


def _day(params: Mapping[str, Any], name: str) -> str:
    return dates.day(date.fromisoformat(params[name][:10])) if params.get(name) else ""


def _moment(params: Mapping[str, Any], name: str) -> str:
    return dates.day_and_time(datetime.fromisoformat(params[name])) if params.get(name) else ""


def _agenda_title(params: Mapping[str, Any]) -> str:
    return _("Agenda circulated: %(title)s") % {"title": _title(params)}


def _agenda_context(params: Mapping[str, Any]) -> str:
    return _("The meeting begins on %(when)s.") % {"when": _moment(params, "starts_at")}


def _minutes_title(params: Mapping[str, Any]) -> str:
    if params.get("comment_by"):
        return _("Check the draft minutes of %(title)s by %(date)s") % {
            "title": _title(params),
            "date": _day(params, "comment_by"),
        }
    return _("Minutes circulated: %(title)s") % {"title": _title(params)}


def _minutes_context(params: Mapping[str, Any]) -> str:
    if params.get("silence") == "agreement" and params.get("comment_by"):
        return _("No reply by %(date)s counts as agreement.") % {"date": _moment(params, "comment_by")}
    return ""


def _action_title(params: Mapping[str, Any]) -> str:
    """The action's own words may be for one firm: the mail names its number alone."""
    return _("Action %(number)s is yours, due %(date)s") % {"number": params["number"], "date": _day(params, "due")}


def _readable(model: type[Restricted]) -> Callable[[Collection[int], Collection[str]], set[tuple[int, str]]]:
    def check(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
        return readable_pairs(user_ids, lambda viewer: model.objects.visible_among(viewer, subject_ids))

    return check


def register_kinds() -> None:
    """Called from MeetingsConfig.ready()."""
    register(
        Kind(
            "meetings.agenda_circulated",
            Category.MEETINGS,
            title=_agenda_title,
            context_line=_agenda_context,
            icon="calendar",
            readable=_readable(Meeting),
        )
    )
    register(
        Kind(
            "meetings.minutes_circulated",
            Category.MEETINGS,
            title=_minutes_title,
            context_line=_minutes_context,
            icon="file-text",
            readable=_readable(Minutes),
        )
    )
    register(
        Kind(
            "meetings.action_assigned",
            Category.MEETINGS,
            title=_action_title,
            icon="list-checks",
            readable=_readable(Action),
        )
    )


def _titles(meeting: Meeting) -> dict[str, str]:
    return in_languages(meeting, "title")


def _attending(meeting: Meeting, actor: Viewer) -> list[Recipient]:
    """The people of a meeting: those who were asked; else the working group, or who sits for each organisation."""
    seats = list(Attendance.objects.filter(meeting=meeting).values_list("user", flat=True))
    rows = memberships_with_access()
    if seats:
        rows = rows.filter(user__in=seats)
    elif meeting.working_group_id:
        group = WorkingGroupMembership.objects.standing().filter(group=meeting.working_group_id)
        rows = rows.filter(user__in=group.values("user"))
    else:
        rows = rows.filter(SEATED)
    return [Recipient(user_id=pk, reason=MEMBER) for pk in rows.values_list("user", flat=True) if pk != actor.user_id]


def plan_of_agenda(meeting: Meeting, *, actor: Viewer) -> Plan:
    return _plan("meetings.agenda_circulated", meeting, meeting, actor)


def plan_of_minutes(minutes: Minutes, *, actor: Viewer) -> Plan:
    return _plan("meetings.minutes_circulated", minutes, minutes.meeting, actor)


def _plan(kind: str, subject: Meeting | Minutes, meeting: Meeting, actor: Viewer) -> Plan:
    recipients = tuple(_attending(meeting, actor))
    narrowed = meeting.working_group_id is not None
    return Plan(kind, subject, (Telling(kind, recipients),), actor=actor, narrowed=narrowed)


def agenda_circulated(meeting: Meeting, *, actor: Viewer) -> None:
    carry_out(
        plan_of_agenda(meeting, actor=actor),
        params=_titles(meeting) | {"starts_at": meeting.starts_at.isoformat()},
        url=meeting.get_absolute_url(),
        thread=f"meeting-{meeting.pk}",
    )


def minutes_circulated(minutes: Minutes, *, actor: Viewer) -> None:
    meeting = minutes.meeting
    carry_out(
        plan_of_minutes(minutes, actor=actor),
        params=_titles(meeting)
        | {"comment_by": minutes.comment_by.isoformat() if minutes.comment_by else "", "silence": minutes.silence},
        url=f"{meeting.get_absolute_url()}#minutes",
        thread=f"meeting-{meeting.pk}",
    )


def action_assigned(action: Action, *, actor: Viewer) -> None:
    """To the person who owes it; else to who sits for the organisation, or for every platform."""
    rows = memberships_with_access()
    if action.owner_user_id:
        rows = rows.filter(user=action.owner_user_id)
    elif action.owner_organisation_id:
        rows = rows.filter(SEATED, organisation=action.owner_organisation_id)
    elif action.all_platforms:
        rows = rows.filter(SEATED, organisation__kind=OrganisationKind.PLATFORM)
    else:
        rows = rows.filter(team=action.owner_team, organisation=action.organisation_id)
    recipients = [
        Recipient(user_id=pk, reason=OWNER) for pk in rows.values_list("user", flat=True) if pk != actor.user_id
    ]
    publish(
        "meetings.action_assigned",
        subject=action,
        recipients=recipients,
        params={"number": action.number, "due": action.due.isoformat()},
        url=f"{reverse('meetings:actions')}#action-{action.number}",
        thread=f"action-{action.pk}",
    )
