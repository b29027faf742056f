"""States and kinds of consultations (DOMAIN.md 3, 7.17 to 7.20), and what may follow what."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Worked out from dates, never stored: right even if no job runs."""

    DRAFT = "draft", pgettext_lazy("consultation", "Draft")
    OPEN = "open", pgettext_lazy("consultation", "Open")
    CLOSED = "closed", pgettext_lazy("consultation", "Closed")
    ANALYSING = "analysing", pgettext_lazy("consultation", "Analysing")
    CONCLUSIONS_PUBLISHED = "conclusions_published", _("Conclusions published")
    IMPLEMENTING = "implementing", pgettext_lazy("consultation", "Implementing")
    IN_EFFECT = "in_effect", pgettext_lazy("consultation", "In effect")
    WITHDRAWN = "withdrawn", pgettext_lazy("consultation", "Withdrawn")


@dataclass(frozen=True)
class Step:
    """A state of the life cycle: the date whose passing brings a consultation into it, and what may follow.

    `always`: a reader sees it ahead of time; the others stand on the line once they were reached.
    """

    reached_by: str
    then: frozenset[State]
    always: bool = True


# The life cycle, in its order. Open to closed happens by itself at the deadline; every other step is a verb. The latest
# state whose date has passed is the present one, and a withdrawal ends all others.
LIFE_CYCLE: Final[dict[State, Step]] = {
    State.DRAFT: Step("", frozenset({State.OPEN, State.WITHDRAWN})),
    State.OPEN: Step("opens_at", frozenset({State.CLOSED, State.WITHDRAWN})),
    State.CLOSED: Step("closes_at", frozenset({State.ANALYSING, State.CONCLUSIONS_PUBLISHED, State.WITHDRAWN})),
    State.ANALYSING: Step("analysing_at", frozenset({State.CONCLUSIONS_PUBLISHED, State.WITHDRAWN})),
    State.CONCLUSIONS_PUBLISHED: Step("concluded_at", frozenset({State.IMPLEMENTING, State.IN_EFFECT})),
    State.IMPLEMENTING: Step("implementing_at", frozenset({State.IN_EFFECT, State.WITHDRAWN})),
    State.IN_EFFECT: Step("in_effect_at", frozenset()),
    State.WITHDRAWN: Step("withdrawn_at", frozenset(), always=False),
}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {state: step.then for state, step in LIFE_CYCLE.items()}
REACHED_BY: Final[dict[State, str]] = {
    state: step.reached_by for state, step in LIFE_CYCLE.items() if state not in {State.DRAFT, State.WITHDRAWN}
}


class Kind(models.TextChoices):
    PUBLIC = "public", _("Public consultation")
    SOFT = "soft", _("Soft consultation")
    PANEL = "panel", _("Advisory group consultation")
    FURTHER = "further", pgettext_lazy("kind", "Further consultation")
    JOINT = "joint", _("Joint consultation")


class TextLanguage(models.TextChoices):
    """In which language a text was written: the suffix of a translated column."""

    ENGLISH = "en", _("English")
    TRADITIONAL = "zh_hant", _("Traditional Chinese")
    SIMPLIFIED = "zh_hans", _("Simplified Chinese")


class AnnexKind(models.TextChoices):
    TEXT = "text", _("Text")
    TERMS = "terms", _("Terms used")
    MARKED_TEXT = "marked_text", _("Marked-up text")


class SectionKind(models.TextChoices):
    INTRODUCTION = "introduction", _("Introduction")
    BACKGROUND = "background", _("Background")
    PROPOSALS = "proposals", _("Proposals")
    SEEKING_COMMENTS = "seeking_comments", _("Seeking comments")
    OTHER = "other", pgettext_lazy("section", "Other")


class CommentState(models.TextChoices):
    PUBLISHED = "published", pgettext_lazy("comment", "Published")
    # A colleague releases it first, since the firm wants it so: inside the firm until then.
    AWAITING = "awaiting", pgettext_lazy("comment", "Waiting for a colleague")
    HELD = "held", pgettext_lazy("comment", "Held")
    # The moderator gave it back, with a reason: its author writes it anew, posts it narrower or withdraws it.
    RETURNED = "returned", pgettext_lazy("comment", "Returned")


class Topic(models.TextChoices):
    """What competitors must not exchange (Competition Ordinance, First Conduct Rule; DOMAIN.md 5)."""

    FEES = "fees", _("Fees")
    PRICES = "prices", _("Prices")
    CUSTOMERS = "customers", _("Customers")
    VOLUMES = "volumes", _("Volumes")
    PLANS = "plans", _("Plans")
    OTHER = "other", pgettext_lazy("topic", "Other sensitive matters")


class ModerationDecision(models.TextChoices):
    RELEASED = "released", pgettext_lazy("moderation", "Released")
    RETURNED = "returned", pgettext_lazy("moderation", "Returned")


class ClarificationState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("clarification", "Asked")
    ANSWERED = "answered", pgettext_lazy("clarification", "Answered")
    DECLINED = "declined", pgettext_lazy("clarification", "Not answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("clarification", "Taken back")


class ExtensionDecision(models.TextChoices):
    GRANTED = "granted", pgettext_lazy("extension", "Granted")
    REFUSED = "refused", pgettext_lazy("extension", "Refused")


class DeadlineCause(models.TextChoices):
    EXTENSION = "extension", _("Extension for everybody")
    CORRECTION = "correction", _("After a correction")
    GALE = "gale", _("Gale warning (signal no. 8 or above)")
    BLACK_RAIN = "black_rain", _("Black rainstorm warning")
    HOLIDAY = "holiday", _("General holiday")


class DayChangeKind(models.TextChoices):
    CLOSED = "closed", _("Not a working day")
    OPENED = "opened", _("A working day")


class DayChangeCause(models.TextChoices):
    GAZETTE = "gazette", _("Gazette notice")
    GALE = "gale", _("Gale warning (signal no. 8 or above)")
    BLACK_RAIN = "black_rain", _("Black rainstorm warning")
    OTHER = "other", pgettext_lazy("cause", "Other")


class Stage(models.TextChoices):
    """Of a response as a whole."""

    DRAFTING = "drafting", _("Drafting")
    IN_REVIEW = "in_review", _("In review")
    READY_FOR_SIGN_OFF = "ready_for_sign_off", _("Ready for sign-off")
    SUBMITTED = "submitted", _("Submitted")


class AnswerStage(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    DRAFTING = "drafting", _("Drafting")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_ASKED = "changes_asked", _("Changes asked for")
    READY_FOR_SIGN_OFF = "ready_for_sign_off", _("Ready for sign-off")
    SIGNED_OFF = "signed_off", _("Signed off")


class Position(models.TextChoices):
    SUPPORT = "support", _("Support")
    SUPPORT_IN_PART = "support_in_part", _("Support in part")
    OPPOSE = "oppose", _("Oppose")
    NO_VIEW = "no_view", _("No view")


class Use(models.TextChoices):
    PUBLISH_NAMED = "publish_named", _("Publish with our name")
    PUBLISH_UNNAMED = "publish_unnamed", _("Publish without our name")
    CONFIDENTIAL = "confidential", _("Keep confidential to the SFC")


class Outcome(models.TextChoices):
    ADOPTED = "adopted", _("Adopted")
    MODIFIED = "modified", _("Adopted with changes")
    CLARIFIED = "clarified", _("Clarified")
    NOT_PROCEEDED = "not_proceeded", _("Not proceeded with")
    FURTHER_CONSULTATION = "further_consultation", pgettext_lazy("outcome", "Further consultation")
