"""States and kinds of meetings, in the field's words (DOMAIN.md 7.11 to 7.14)."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingKind(models.TextChoices):
    MEETING = "meeting", _("Meeting of the group")
    SESSION = "session", _("Working session")


class MeetingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("meeting", "Draft")
    NOTICE_ISSUED = "notice_issued", _("Notice issued")
    AGENDA_CIRCULATED = "agenda_circulated", _("Agenda circulated")
    PAPERS_ISSUED = "papers_issued", _("Papers issued")
    HELD = "held", pgettext_lazy("meeting", "Held")
    ADJOURNED = "adjourned", pgettext_lazy("meeting", "Adjourned")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")
    MINUTES_DRAFTED = "minutes_drafted", _("Draft minutes")
    MINUTES_CIRCULATED = "minutes_circulated", _("Minutes circulated")
    MINUTES_CONFIRMED = "minutes_confirmed", _("Minutes confirmed")


_S = MeetingState
# Follow-up of actions is no state of its own: it lasts while an action of the meeting is open.
# A working session needs no circulated agenda; a meeting from before the portal enters as held (`enter_past`).
TRANSITIONS: Mapping[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.NOTICE_ISSUED, _S.HELD, _S.CANCELLED}),
    _S.NOTICE_ISSUED: frozenset({_S.AGENDA_CIRCULATED, _S.HELD, _S.ADJOURNED, _S.CANCELLED}),
    _S.AGENDA_CIRCULATED: frozenset({_S.PAPERS_ISSUED, _S.HELD, _S.ADJOURNED, _S.CANCELLED}),
    _S.PAPERS_ISSUED: frozenset({_S.HELD, _S.ADJOURNED, _S.CANCELLED}),
    _S.ADJOURNED: frozenset({_S.NOTICE_ISSUED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.MINUTES_DRAFTED}),
    _S.MINUTES_DRAFTED: frozenset({_S.MINUTES_CIRCULATED}),
    _S.MINUTES_CIRCULATED: frozenset({_S.MINUTES_CONFIRMED}),
    _S.MINUTES_CONFIRMED: frozenset(),
    _S.CANCELLED: frozenset(),
}
UPCOMING_STATES = frozenset({_S.NOTICE_ISSUED, _S.AGENDA_CIRCULATED, _S.PAPERS_ISSUED})
AGENDA_OUT = frozenset(_S) - {_S.DRAFT, _S.NOTICE_ISSUED}


class Purpose(models.TextChoices):
    FORMAL = "formal", pgettext_lazy("agenda item", "Formal")
    FOR_AGREEMENT = "for_agreement", _("For agreement")
    FOR_DISCUSSION = "for_discussion", _("For discussion")
    FOR_EARLY_VIEWS = "for_early_views", _("For early views")
    FOR_INFORMATION = "for_information", _("For information")


class CompetitionCheck(models.TextChoices):
    """Whether an item was looked at for what competitors must not discuss. Not recorded: from before the portal."""

    NOT_RECORDED = "not_recorded", pgettext_lazy("competition check", "Not recorded")
    PENDING = "pending", pgettext_lazy("competition check", "Pending")
    CLEARED = "cleared", pgettext_lazy("competition check", "Cleared")


class PaperState(models.TextChoices):
    EXPECTED = "expected", pgettext_lazy("paper", "Expected")
    PUBLISHED = "published", pgettext_lazy("paper", "Published")


class Reply(models.TextChoices):
    NONE = "none", _("No reply")
    IN_PERSON = "in_person", _("In person")
    BY_VIDEO = "by_video", _("By video")
    COLLEAGUE = "colleague", _("Send a colleague")
    APOLOGIES = "apologies", pgettext_lazy("reply", "No, send apologies")


class Mode(models.TextChoices):
    """How somebody took part, once the meeting was held."""

    IN_PERSON = "in_person", _("In person")
    BY_VIDEO = "by_video", _("By video")
    APOLOGIES = "apologies", _("Apologies")


class MinutesState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("minutes", "Draft")
    DRAFT_FOR_COMMENT = "draft_for_comment", _("Draft for comment")
    CONFIRMED = "confirmed", pgettext_lazy("minutes", "Confirmed")


MINUTES_TRANSITIONS: Mapping[str, frozenset[str]] = {
    MinutesState.DRAFT: frozenset({MinutesState.DRAFT_FOR_COMMENT}),
    MinutesState.DRAFT_FOR_COMMENT: frozenset({MinutesState.CONFIRMED}),
    MinutesState.CONFIRMED: frozenset(),
}


class Silence(models.TextChoices):
    """What no reply to draft minutes counts as."""

    AGREEMENT = "agreement", _("Agreement")
    NOTHING = "nothing", pgettext_lazy("no reply counts as", "Nothing")


class ParagraphKind(models.TextChoices):
    RECORD = "record", pgettext_lazy("minutes", "Record")
    COMPETITION_REMINDER = "competition_reminder", _("Competition statement read")
    INTEREST = "interest", _("Interest declared")
    VIEWS_NOTED = "views_noted", _("Views noted")
    ADVICE = "advice", pgettext_lazy("minutes", "Advice")
    OBJECTION_RAISED = "objection_raised", _("Objection raised")
    DISCUSSION_STOPPED = "discussion_stopped", _("Discussion stopped")
    LEFT_MEETING = "left_meeting", _("Left the meeting")


class Side(models.TextChoices):
    """Who owes it."""

    REGULATOR = "regulator", pgettext_lazy("owes an action", "SFC")
    PLATFORM = "platform", pgettext_lazy("owes an action", "Platforms")


class ActionState(models.TextChoices):
    """Overdue is no state: it is told by the due date."""

    OPEN = "open", pgettext_lazy("action", "Open")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", pgettext_lazy("action", "Done")
