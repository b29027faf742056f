"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from django.utils.translation import gettext_lazy as _

from audit.particulars import PEOPLE
from meetings.enums import ActionState, Mode, Reply

WORDS = {
    "meetings.created": _("Meeting created"),
    "meetings.invited": _("Person invited to a meeting"),
    "meetings.replied": _("Reply to an invitation"),
    "meetings.reply_noted": _("Reply to an invitation noted"),
    "meetings.attendance_recorded": _("Attendance recorded"),
    "meetings.totals_recorded": _("Attendance totals recorded"),
    "meetings.interest_declared": _("Interest declared"),
    "meetings.interest_decided": _("Declared interest decided"),
    "meetings.item_added": _("Agenda item added"),
    "meetings.item_cleared": _("Agenda item cleared"),
    "meetings.notice_issued": _("Notice of a meeting issued"),
    "meetings.agenda_circulated": _("Agenda circulated"),
    "meetings.papers_issued": _("Papers issued"),
    "meetings.paper_expected": _("Meeting paper expected"),
    "meetings.paper_filed": _("Meeting paper filed"),
    "meetings.held": _("Meeting held"),
    "meetings.entered": _("Past meeting entered"),
    "meetings.cancelled": _("Meeting cancelled"),
    "meetings.adjourned": _("Meeting adjourned"),
    "meetings.minutes_recorded": _("Minutes begun"),
    "meetings.paragraph_written": _("Paragraph of minutes written"),
    "meetings.minutes_circulated": _("Minutes circulated"),
    "meetings.minutes_confirmed": _("Minutes confirmed"),
    "meetings.action_added": _("Action added"),
    "meetings.action_parted": _("Action divided among firms"),
    "meetings.action_part_recorded": _("Part of an action recorded"),
    "meetings.action_moved": _("Action's day moved"),
    "meetings.action_updated": _("State of an action recorded"),
    "meetings.action_handed_over": _("Action handed over"),
    "meetings.chair_handed_over": _("Chair of a planned meeting handed over"),
    "meetings.minutes_handed_over": _("Minutes handed over to another minute taker"),
}


PARTICULARS = {
    "former": PEOPLE,
    "mode": Mode,
    "person": PEOPLE,
    "reply": Reply,
    "state": ActionState,
    "successor": PEOPLE,
}
