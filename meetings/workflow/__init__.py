"""What can happen to meetings, by flow: convening, papers, attendance, minutes, actions."""

from meetings.workflow.actions import add_action, add_parts, move_due, record_part, update_action
from meetings.workflow.attendance import (
    decide_interest,
    declare_interest,
    invite,
    note_reply,
    record_attendance,
    record_totals,
    reply,
)
from meetings.workflow.convening import (
    Presents,
    add_agenda_item,
    adjourn,
    cancel,
    check_item,
    circulate_agenda,
    create_meeting,
    enter_past,
    hold,
    issue_notice,
    issue_papers,
)
from meetings.workflow.minutes import circulate_minutes, confirm_minutes, record_minutes, write_paragraph
from meetings.workflow.papers import expect_paper, file_paper

__all__ = [
    "Presents",
    "add_action",
    "add_agenda_item",
    "add_parts",
    "adjourn",
    "cancel",
    "check_item",
    "circulate_agenda",
    "circulate_minutes",
    "confirm_minutes",
    "create_meeting",
    "decide_interest",
    "declare_interest",
    "enter_past",
    "expect_paper",
    "file_paper",
    "hold",
    "invite",
    "issue_notice",
    "issue_papers",
    "move_due",
    "note_reply",
    "record_attendance",
    "record_minutes",
    "record_part",
    "record_totals",
    "reply",
    "update_action",
    "write_paragraph",
]
