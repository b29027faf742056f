"""What can happen to a consultation: to its paper, in its discussion, to responses, and at its end."""

from consultations.workflow.calendar import change_day, lift_window, set_window, undo_change
from consultations.workflow.clarifications import (
    NamesFound,
    ask_for_clarification,
    change_clarification,
    decline_request,
    hold_clarification,
    missing_in,
    names_in,
    release_clarification,
    stamp,
    take_back_request,
    write_clarification,
)
from consultations.workflow.closing import advance, withdraw_consultation
from consultations.workflow.conclusions import publish_conclusions
from consultations.workflow.corrections import amend, confirm_answer
from consultations.workflow.deadlines import (
    ask_for_extension,
    decide_extension,
    extend,
    extend_for_weather,
    move_deadline,
)
from consultations.workflow.discussion import (
    edit_comment,
    mark_official_answer,
    pin,
    post_comment,
    reopen,
    resolve,
    withdraw_comment,
)
from consultations.workflow.drafts import (
    Spot,
    attach,
    detach,
    discard_draft,
    note_attachment_download,
    save_draft,
)
from consultations.workflow.letting_out import give_back, let_out
from consultations.workflow.moderation import hold_comment, keep_rule, note_heeded, release_comment, return_comment
from consultations.workflow.opening import (
    NotReady,
    approve_opening,
    ask_to_open,
    open_consultation,
    return_opening,
    take_back_opening,
    void_approval,
)
from consultations.workflow.paper import (
    add_annex,
    add_paragraph,
    add_question,
    add_section,
    adopt_statement,
    draft_consultation,
)
from consultations.workflow.readers import narrow_comment, widen_comment
from consultations.workflow.responses import record_answer, record_response, sign_off, submit
from consultations.workflow.seen import note_seen

__all__ = [
    "NamesFound",
    "NotReady",
    "Spot",
    "add_annex",
    "add_paragraph",
    "add_question",
    "add_section",
    "adopt_statement",
    "advance",
    "amend",
    "approve_opening",
    "ask_for_clarification",
    "ask_for_extension",
    "ask_to_open",
    "attach",
    "change_clarification",
    "change_day",
    "confirm_answer",
    "decide_extension",
    "decline_request",
    "detach",
    "discard_draft",
    "draft_consultation",
    "edit_comment",
    "extend",
    "extend_for_weather",
    "give_back",
    "hold_clarification",
    "hold_comment",
    "keep_rule",
    "let_out",
    "lift_window",
    "mark_official_answer",
    "missing_in",
    "move_deadline",
    "names_in",
    "narrow_comment",
    "note_attachment_download",
    "note_heeded",
    "note_seen",
    "open_consultation",
    "pin",
    "post_comment",
    "publish_conclusions",
    "record_answer",
    "record_response",
    "release_clarification",
    "release_comment",
    "reopen",
    "resolve",
    "return_comment",
    "return_opening",
    "save_draft",
    "set_window",
    "sign_off",
    "stamp",
    "submit",
    "take_back_opening",
    "take_back_request",
    "undo_change",
    "void_approval",
    "widen_comment",
    "withdraw_comment",
    "withdraw_consultation",
    "write_clarification",
]
