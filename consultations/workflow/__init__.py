"""What can happen to a consultation: to its paper, in its discussion, to responses, and at its end."""

from consultations.workflow.calendar import change_day, lift_window, set_window, undo_change
from consultations.workflow.conclusions import publish_conclusions
from consultations.workflow.discussion import (
    edit_comment,
    hold_comment,
    mark_official_answer,
    post_comment,
    release_comment,
    reopen,
    resolve,
    withdraw_comment,
)
from consultations.workflow.paper import (
    add_annex,
    add_paragraph,
    add_question,
    add_section,
    adopt_statement,
    advance,
    correct,
    draft_consultation,
    extend,
    open_consultation,
    withdraw_consultation,
)
from consultations.workflow.responses import record_answer, record_response, sign_off, submit

__all__ = [
    "add_annex",
    "add_paragraph",
    "add_question",
    "add_section",
    "adopt_statement",
    "advance",
    "change_day",
    "correct",
    "draft_consultation",
    "edit_comment",
    "extend",
    "hold_comment",
    "lift_window",
    "mark_official_answer",
    "open_consultation",
    "post_comment",
    "publish_conclusions",
    "record_answer",
    "record_response",
    "release_comment",
    "reopen",
    "resolve",
    "set_window",
    "sign_off",
    "submit",
    "undo_change",
    "withdraw_comment",
    "withdraw_consultation",
]
