"""Who may run a meeting, reply to it, write its minutes and keep its actions."""

from meetings.enums import MinutesState
from meetings.models import Action, Attendance, Interest, Meeting, Minutes, Paper
from members.enums import Role
from members.viewer import Viewer

_OFFICE = frozenset({Role.CHAIR, Role.SECRETARIAT})


def can_browse(viewer: Viewer) -> bool:
    """Meetings are for members of the group, observers included."""
    return viewer.is_member


def is_office(viewer: Viewer) -> bool:
    """The chair's office: the chair and the secretariat."""
    return viewer.is_regulator and viewer.role in _OFFICE


def can_create(viewer: Viewer) -> bool:
    return is_office(viewer)


def can_run(viewer: Viewer, meeting: Meeting) -> bool:
    """The chair's office runs every meeting; the convener a working session."""
    return is_office(viewer) or (viewer.is_regulator and viewer.user_id == meeting.chair_id)


def can_clear_late_item(viewer: Viewer, meeting: Meeting) -> bool:
    """An item that comes after the agenda has gone out needs the chair's own clearance (competition safeguard)."""
    return viewer.is_regulator and (viewer.role == Role.CHAIR or viewer.user_id == meeting.chair_id)


def can_file_paper(viewer: Viewer, paper: Paper) -> bool:
    return can_run(viewer, paper.meeting) or (viewer.is_regulator and viewer.user_id == paper.author_id)


def can_reply(viewer: Viewer, seat: Attendance) -> bool:
    """Everybody replies for themselves; the chair's office notes what it was told."""
    return seat.is_invited and (viewer.user_id == seat.user_id or can_run(viewer, seat.meeting))


def can_declare(viewer: Viewer, meeting: Meeting, user_id: int) -> bool:
    """An interest is declared by the person; the secretariat enters what was said at the meeting."""
    return can_run(viewer, meeting) or (viewer.is_member and viewer.user_id == user_id)


def can_decide_interest(viewer: Viewer, interest: Interest) -> bool:
    return can_clear_late_item(viewer, interest.meeting)


def can_write_minutes(viewer: Viewer, minutes: Minutes) -> bool:
    """Confirmed minutes are closed to everybody; corrections are addenda."""
    return can_run(viewer, minutes.meeting) and minutes.state != MinutesState.CONFIRMED


def can_keep_action(viewer: Viewer, action: Action) -> bool:
    """The chair's office keeps the list; a member of the regulator's staff reports on what they owe themselves."""
    return is_office(viewer) or (viewer.is_regulator and viewer.user_id == action.owner_user_id)
