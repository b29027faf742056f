"""Meetings of the group and of its working groups: agenda, papers, attendance, interests, minutes, actions.

Minutes have two texts for a paragraph. The circulated one, without names, is in `MinuteParagraph` and is read by
whoever reads the minutes. The attributed one is a row of its own, `MinuteAttribution`, with its own audience, so
that row-level security holds each text by itself: the regulator reads all, a firm the passages on itself alone,
and a passage that names several firms is read by no firm.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from meetings.enums import (
    UPCOMING_STATES,
    ActionState,
    CompetitionCheck,
    MeetingKind,
    MeetingState,
    MinutesState,
    Mode,
    PaperState,
    ParagraphKind,
    Purpose,
    Reply,
    Side,
    Silence,
)
from meetings.querysets import ActionQuerySet, MeetingQuerySet
from members.audience import Embargoed, Restricted, RestrictedQuerySet
from members.models import Organisation
from members.viewer import Viewer
from portal.common import clock
from portal.common.dates import days_until
from portal.common.translated import Translated, translated


def _key() -> Any:
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def _person(words: Any, **options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=words, **options)


@pghistory.track()
class Meeting(Embargoed):
    """A meeting or working session. Released to its members when its notice is issued."""

    id = _key()
    key = models.SlugField(_("short key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=MeetingKind.choices, default=MeetingKind.MEETING)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=MeetingState.choices, default=MeetingState.DRAFT)
    title_en = models.CharField(_("title in English"), max_length=160)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=100, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    place_en = models.CharField(_("place in English"), max_length=160, blank=True)
    place_zh_hant = models.CharField(_("place in Traditional Chinese"), max_length=100, blank=True)
    place_zh_hans = models.CharField(_("place in Simplified Chinese"), max_length=100, blank=True)
    by_video = models.BooleanField(_("can be joined by video"), default=False)
    chair = _person(_("chair or convener"))
    notice_issued_at = models.DateTimeField(_("notice issued"), null=True, blank=True)
    agenda_issued_at = models.DateTimeField(_("agenda circulated"), null=True, blank=True)
    reply_by = models.DateTimeField(_("reply by"), null=True, blank=True)
    items_proposed_by = models.DateTimeField(_("items to be proposed by"), null=True, blank=True)
    seats_per_platform = models.PositiveSmallIntegerField(_("seats for each platform"), null=True, blank=True)
    # Of meetings of which only the totals are on record.
    count_in_person = models.PositiveSmallIntegerField(_("in person"), null=True, blank=True)
    count_by_video = models.PositiveSmallIntegerField(_("by video"), null=True, blank=True)
    count_apologies = models.PositiveSmallIntegerField(_("apologies"), null=True, blank=True)
    count_organisations = models.PositiveSmallIntegerField(_("organisations"), null=True, blank=True)
    reason = models.CharField(_("why adjourned or cancelled"), max_length=200, blank=True)
    consultations: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "consultations.Consultation", blank=True, related_name="meetings", verbose_name=_("consultations")
    )

    objects: ClassVar[MeetingQuerySet] = MeetingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-starts_at",)
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(kind=MeetingKind.MEETING), name="one_meeting_per_number"
            ),
        )

    def __str__(self) -> str:
        return self.title_en

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.key])

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def place(self) -> Translated:
        return translated(self, "place")

    @property
    def short_title(self) -> str:
        """`Meeting 8`; the whole title of a working session."""
        return gettext("Meeting %(number)s") % {"number": self.number} if self.number else str(self.title)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def is_upcoming(self) -> bool:
        return self.state in UPCOMING_STATES and not self.is_over

    @property
    def takes_replies(self) -> bool:
        return self.state in UPCOMING_STATES and self.starts_at > clock.now()

    @property
    def has_totals(self) -> bool:
        return self.count_in_person is not None


class OfMeeting(Restricted):
    """A row of a meeting: it has an audience of its own and is never read by anybody who cannot read the meeting."""

    row_security_parent = "meeting"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="%(class)ss", verbose_name=_("meeting"))

    objects: ClassVar[Any] = RestrictedQuerySet.as_manager()

    class Meta:
        abstract = True


@pghistory.track()
class AgendaItem(OfMeeting, Embargoed):
    """An item; released when the agenda is circulated, or when the chair clears it afterwards."""

    id = _key()
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title in English"), max_length=200)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=120, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=120, blank=True)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)
    note_zh_hant = models.CharField(_("note in Traditional Chinese"), max_length=200, blank=True)
    note_zh_hans = models.CharField(_("note in Simplified Chinese"), max_length=200, blank=True)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    starts_at = models.DateTimeField(_("starts"))
    minutes_planned = models.PositiveSmallIntegerField(_("minutes planned"))
    competition_check = models.CharField(
        _("competition check"), max_length=12, choices=CompetitionCheck.choices, default=CompetitionCheck.PENDING
    )
    late_reason = models.CharField(_("why it was added late"), max_length=200, blank=True)
    initiatives: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "initiatives.Initiative", blank=True, related_name="agenda_items", verbose_name=_("initiatives")
    )
    consultations: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "consultations.Consultation", blank=True, related_name="agenda_items", verbose_name=_("consultations")
    )

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "number")
        constraints = (models.UniqueConstraint(fields=["meeting", "number"], name="one_item_per_number"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title_en}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def note(self) -> Translated:
        return translated(self, "note")

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes_planned)


@pghistory.track()
class Presenter(models.Model):
    """Who presents an item, with the organisation and team of that day."""

    row_security_parent = "item"

    id = _key()
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="presenters", verbose_name=_("agenda item"))
    user = _person(_("person"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    team = models.CharField(_("team"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("presenter")
        verbose_name_plural = _("presenters")
        ordering = ("item", "position")
        constraints = (models.UniqueConstraint(fields=["item", "user"], name="one_presenter_each"),)

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track()
class Paper(OfMeeting):
    """A paper for an item, expected by a day or published. Its audience is its classification."""

    id = _key()
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="papers", verbose_name=_("agenda item"))
    number = models.CharField(_("number"), max_length=12)
    position = models.PositiveSmallIntegerField(_("order"))
    title_en = models.CharField(_("title in English"), max_length=200)
    title_zh_hant = models.CharField(_("title in Traditional Chinese"), max_length=120, blank=True)
    title_zh_hans = models.CharField(_("title in Simplified Chinese"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=PaperState.choices, default=PaperState.EXPECTED)
    due = models.DateField(_("due"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    author = _person(_("by"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("document")
    )

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ("meeting", "position")
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="one_paper_per_number"),
            models.CheckConstraint(
                condition=Q(state=PaperState.EXPECTED) | Q(published_at__isnull=False, document__isnull=False),
                name="published_paper_has_a_document",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title_en}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")


@pghistory.track()
class Attendance(OfMeeting):
    """A person's seat: the reply to the invitation, then how they took part. Owned by their organisation."""

    id = _key()
    user = _person(_("person"))
    is_observer = models.BooleanField(_("observer"), default=False)
    is_invited = models.BooleanField(_("invited"), default=False)
    reply = models.CharField(_("reply"), max_length=9, choices=Reply.choices, default=Reply.NONE)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    mode = models.CharField(_("took part"), max_length=9, choices=Mode.choices, blank=True)
    statement_accepted = models.BooleanField(_("accepted the competition statement"), default=False)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    # Numbers of items; empty: the whole meeting.
    for_items = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("for these items only")
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ("meeting", "organisation", "user")
        constraints = (models.UniqueConstraint(fields=["meeting", "user"], name="one_seat_per_meeting"),)

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track()
class Interest(OfMeeting):
    """An interest that somebody declared, and how the chair decided to handle it. Owned by their organisation."""

    id = _key()
    user = _person(_("person"))
    text = models.TextField(_("interest"))
    handling = models.CharField(_("how it was handled"), max_length=200, blank=True)
    decided_by = _person(_("decided by"), null=True, blank=True)
    items: "models.ManyToManyField[AgendaItem, Any]" = models.ManyToManyField(
        AgendaItem, related_name="interests", verbose_name=_("agenda items")
    )
    declared_at = models.DateTimeField(_("declared"), default=clock.now)

    class Meta:
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        ordering = ("meeting", "declared_at", "pk")

    def __str__(self) -> str:
        return f"{self.user}, {self.declared_at:%Y-%m-%d}"


@pghistory.track()
class Minutes(Embargoed):
    """The minutes of one meeting. Released to its members when they are circulated; unchangeable once confirmed."""

    row_security_parent = "meeting"

    id = _key()
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    state = models.CharField(_("state"), max_length=18, choices=MinutesState.choices, default=MinutesState.DRAFT)
    summary = models.TextField(_("summary"), blank=True)
    taken_by = _person(_("taken by"), null=True, blank=True)
    circulated_at = models.DateTimeField(_("circulated"), null=True, blank=True)
    comment_by = models.DateTimeField(_("comment by"), null=True, blank=True)
    silence = models.CharField(_("no reply counts as"), max_length=9, choices=Silence.choices, default=Silence.NOTHING)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_at_meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed at")
    )

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ("meeting",)

    def __str__(self) -> str:
        return f"Minutes of {self.meeting}"


class ParagraphQuerySet(models.QuerySet["MinuteParagraph"]):
    def visible_to(self, viewer: Viewer) -> "ParagraphQuerySet":
        """Paragraphs of minutes that the viewer reads."""
        return self.filter(Minutes.visible_q(viewer, "minutes__"))


@pghistory.track()
class MinuteParagraph(models.Model):
    """A numbered paragraph in the text that is circulated: it names no platform and none of its people."""

    row_security_parent = "minutes"

    id = _key()
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="paragraphs", verbose_name=_("minutes"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agenda item")
    )
    number = models.CharField(_("number"), max_length=12)
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=20, choices=ParagraphKind.choices, default=ParagraphKind.RECORD)
    at = models.DateTimeField(_("time"), null=True, blank=True)
    text = models.TextField(_("text as circulated"))

    objects: ClassVar[ParagraphQuerySet] = ParagraphQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("paragraph of minutes")
        verbose_name_plural = _("paragraphs of minutes")
        ordering = ("minutes", "position")
        constraints = (models.UniqueConstraint(fields=["minutes", "number"], name="one_paragraph_per_number"),)

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class MinuteAttribution(Restricted):
    """The same paragraph with names. Audience regulator; or shared with the one firm that it speaks of."""

    row_security_parent = "paragraph"

    id = _key()
    paragraph = models.OneToOneField(
        MinuteParagraph, models.PROTECT, related_name="attribution", verbose_name=_("paragraph")
    )
    text = models.TextField(_("text with names"))

    class Meta:
        verbose_name = _("attributed text")
        verbose_name_plural = _("attributed texts")
        ordering = ("paragraph",)
        constraints = (
            models.CheckConstraint(
                condition=Q(audience__in=("regulator", "shared")), name="attribution_is_never_for_all"
            ),
        )

    def __str__(self) -> str:
        return str(self.paragraph)


@pghistory.track()
class Action(Restricted):
    """What somebody undertook, at a meeting or in answer to a comment. Read by all members, or by its firm alone."""

    id = _key()
    number = models.CharField(_("number"), max_length=12, unique=True)
    position = models.PositiveIntegerField(_("order"))
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("meeting")
    )
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agenda item")
    )
    paragraph = models.ForeignKey(
        MinuteParagraph, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("paragraph")
    )
    side = models.CharField(_("owed by"), max_length=9, choices=Side.choices)
    owner_team = models.CharField(_("team"), max_length=80, blank=True)
    owner_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owing organisation")
    )
    owner_user = _person(_("owing person"), null=True, blank=True)
    all_platforms = models.BooleanField(_("all platforms"), default=False)
    text = models.TextField(_("what is to be done"))
    due = models.DateField(_("due"))
    due_first = models.DateField(_("first due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=ActionState.choices, default=ActionState.OPEN)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    # Of an action of all platforms: told to everybody as a number, while each part is its firm's own (ActionPart).
    parts_done = models.PositiveSmallIntegerField(_("platforms that have done it"), default=0)
    parts_total = models.PositiveSmallIntegerField(_("platforms that owe it"), default=0)
    source_consultation = models.ForeignKey(
        "consultations.Consultation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("arose from"),
    )
    source_comment_key = models.CharField(_("comment"), max_length=40, blank=True)
    kept_by_paper = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by this paper")
    )
    kept_by_consultation = models.ForeignKey(
        "consultations.Consultation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    kept_by_paragraph = models.PositiveSmallIntegerField(_("paragraph"), null=True, blank=True)
    created_at = models.DateTimeField(_("noted"), default=clock.now)

    objects: ClassVar[ActionQuerySet] = ActionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_on__isnull=False)
                | (~Q(state=ActionState.DONE) & Q(done_on=None)),
                name="done_action_has_a_day",
            ),
        )
        indexes = (models.Index(fields=["due"], condition=~Q(state="done"), name="action_open_due"),)

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def is_done(self) -> bool:
        return self.state == ActionState.DONE

    @property
    def is_overdue(self) -> bool:
        return not self.is_done and days_until(self.due) < 0

    @property
    def is_moved(self) -> bool:
        return self.due_first is not None and self.due_first != self.due

    @property
    def is_late_done(self) -> bool:
        return self.done_on is not None and self.done_on > self.due


@pghistory.track()
class ActionPart(Restricted):
    """One platform's part of an action that all platforms owe. Shared between that platform and the regulator."""

    row_security_parent = "action"

    id = _key()
    action = models.ForeignKey(Action, models.PROTECT, related_name="parts", verbose_name=_("action"))
    done = models.BooleanField(_("done"), default=False)

    class Meta:
        verbose_name = _("part of an action")
        verbose_name_plural = _("parts of actions")
        ordering = ("action", "organisation")
        constraints = (models.UniqueConstraint(fields=["action", "organisation"], name="one_part_per_platform"),)

    def __str__(self) -> str:
        return f"{self.action_id} {self.organisation}"
