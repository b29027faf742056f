"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.particulars import PEOPLE, kind_words
from consultations.enums import (
    AnswerStage,
    DayChangeCause,
    DayChangeKind,
    DeadlineCause,
    ExtensionDecision,
    State,
    TextLanguage,
    Topic,
)
from members.audience import Audience

WORDS = {
    "consultations.moderation_asked": _("Comment sent to moderation"),
    "consultations.guardrail_warned": _("Warning of the guardrail shown"),
    "consultations.guardrail_heeded": _("Warning of the guardrail heeded"),
    "consultations.guardrail_rule_kept": _("Rule of the guardrail saved"),
    "consultations.paper_handed_over": _("Paper handed over"),
    "consultations.day_changed": _("Day of the calendar changed"),
    "consultations.day_change_undone": _("Change of a day undone"),
    "consultations.window_set": _("Window without asks set"),
    "consultations.window_lifted": _("Window without asks lifted"),
    "consultations.clarification_asked": _("Clarification asked for"),
    "consultations.clarification_taken_back": _("Request for clarification taken back"),
    "consultations.clarification_declined": _("Request for clarification declined"),
    "consultations.clarification_written": _("Clarification written"),
    "consultations.clarification_request_sorted": _("Request for clarification sorted"),
    "consultations.clarification_changed": _("Clarification changed"),
    "consultations.clarification_released": _("Clarification released"),
    "consultations.clarification_release_taken_back": _("Release of a clarification taken back"),
    "consultations.advanced": _("Paper moved to its next stage"),
    "consultations.withdrawn": _("Paper withdrawn"),
    "consultations.conclusions_begun": _("Conclusions begun"),
    "consultations.conclusions_revised": _("Draft of conclusions changed"),
    "consultations.outcome_added": _("Outcome added to conclusions"),
    "consultations.outcome_revised": _("Outcome in conclusions changed"),
    "consultations.outcome_moved": _("Outcome in conclusions moved"),
    "consultations.outcome_removed": _("Outcome removed from conclusions"),
    "consultations.concluded": _("Conclusions published"),
    "consultations.effect_set": _("Day of effect set"),
    "consultations.amended": _("Paper corrected after opening"),
    "consultations.answer_confirmed": _("Answer confirmed after a correction"),
    "consultations.deadline_moved": _("Deadline moved"),
    "consultations.extended": _("Extension given"),
    "consultations.extension_asked": _("Extension asked for"),
    "consultations.extension_decided": _("Request for an extension decided"),
    "consultations.comment_posted": _("Comment posted"),
    "consultations.comment_edited": _("Comment edited"),
    "consultations.comment_withdrawn": _("Comment withdrawn"),
    "consultations.official_answer_marked": _("Official answer marked or unmarked"),
    "consultations.comment_pinned": _("Comment pinned"),
    "consultations.comment_unpinned": _("Comment no longer pinned"),
    "consultations.comment_resolved": _("Comment marked as resolved"),
    "consultations.comment_reopened": _("Comment reopened"),
    "consultations.comment_let_out": _("Comment released by a colleague"),
    "consultations.comment_given_back": _("Comment given back by a colleague"),
    "consultations.comment_held": _("Comment held"),
    "consultations.comment_released": _("Comment released from moderation"),
    "consultations.comment_returned": _("Comment returned from moderation"),
    "consultations.drafted": _("Paper drafted"),
    "consultations.details_revised": _("Particulars of a paper revised"),
    "consultations.part_added": _("Part of a paper added"),
    "consultations.part_revised": _("Part of a paper revised"),
    "consultations.part_moved": _("Part of a paper moved"),
    "consultations.part_removed": _("Part of a paper removed"),
    "consultations.renumbered": _("Paper numbered anew"),
    "consultations.draft_discarded": _("Draft of a comment discarded"),
    "consultations.draft_file_kept": _("File kept with a draft"),
    "consultations.draft_file_removed": _("File removed from a draft"),
    "consultations.file_attached": _("File attached to a comment"),
    "consultations.file_downloaded": _("File of a comment downloaded"),
    "consultations.exported": _("Consultation exported"),
    "consultations.import_taken_in": _("File of a paper taken in"),
    "consultations.import_corrected": _("Import of a paper corrected"),
    "consultations.import_discarded": _("Import of a paper discarded"),
    "consultations.import_committed": _("Import of a paper taken over"),
    "consultations.opening_asked": _("Approval to open asked for"),
    "consultations.opening_approved": _("Opening approved"),
    "consultations.opening_returned": _("Opening returned to its drafter"),
    "consultations.opening_taken_back": _("Opening taken back"),
    "consultations.opening_voided": _("Request to open lapsed"),
    "consultations.opened": _("Paper opened for comments"),
    "consultations.statement_adopted": _("Personal information statement adopted"),
    "consultations.readers_narrowed": _("Readers of a comment narrowed"),
    "consultations.readers_widened": _("Readers of a comment widened"),
    "consultations.response_drafted": _("Response begun"),
    "consultations.answer_drafted": _("Answer drafted"),
    "consultations.answer_signed_off": _("Answer signed off"),
    "consultations.response_submitted": _("Response submitted"),
}


_WAYS = {
    "sent_to_moderator": pgettext_lazy("after a warning", "Sent to the moderator"),
    "awaits_colleague": pgettext_lazy("after a warning", "Waits for a colleague"),
    "rewritten": pgettext_lazy("after a warning", "Written anew"),
    "narrower": pgettext_lazy("after a warning", "Posted to fewer readers"),
}
_WHYS = {
    "changed": pgettext_lazy("why a request lapsed", "The draft was changed"),
    "taken back": pgettext_lazy("why a request lapsed", "The release was taken back"),
}


def place_words(key: str) -> str:
    """`p16`: paragraph 16, as `Comment.anchor_key` names a place."""
    from consultations import emails

    kinds = {"p": "paragraph", "q": "question", "s": "section"}
    if key == "whole" or (key[:1] in kinds and key[1:2].isdigit()):
        return emails.place_words(kinds.get(key[:1], key), key[1:])
    return key


def part_words(kind: str) -> str:
    """The kind of a part of a paper."""
    from consultations.parts import KINDS

    return capfirst(kind_words(KINDS[kind]._meta.label_lower)) if kind in KINDS else kind


def way_words(way: str) -> str:
    return str(_WAYS.get(way, way))


def why_words(why: str) -> str:
    return str(_WHYS.get(why, why))


PARTICULARS: dict[str, Any] = {
    "anchor": place_words,
    "audience": Audience,
    "decision": ExtensionDecision,
    "former": PEOPLE,
    "language": TextLanguage,
    "languages": TextLanguage,
    "part": part_words,
    "place": place_words,
    "stage": AnswerStage,
    "successor": PEOPLE,
    "topic": Topic,
    "topics": Topic,
    "way": way_words,
    "why": why_words,
    "consultations.advanced": State,
    "consultations.amended:part": place_words,
    "consultations.day_change_undone:kind": DayChangeKind,
    "consultations.day_changed:cause": DayChangeCause,
    "consultations.day_changed:kind": DayChangeKind,
    "consultations.deadline_moved:cause": DeadlineCause,
    "consultations.readers_narrowed": Audience,
    "consultations.readers_widened": Audience,
    "consultations.withdrawn": State,
}
