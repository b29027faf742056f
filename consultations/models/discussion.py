"""What is said about a paper: comments at their anchor, and whether a matter is resolved."""

import uuid
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.enums import CommentState, ModerationDecision, TextLanguage, Topic
from consultations.models.paper import Consultation, Paragraph, Question, Section
from consultations.querysets import CommentQuerySet, PersonalQuerySet
from documents.stored import StoredFile
from members.audience import Audience, Restricted
from members.models import Membership
from portal.common import clock

Anchor = Consultation | Section | Paragraph | Question

_ANCHORS = ("section", "paragraph", "question")


def _person(name: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


def _part(model: type[models.Model], name: Any) -> "models.ForeignKey[Any, Any]":
    """A part of the paper on which a comment may stand; its index holds the paper too (`comment_of_...`)."""
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, db_index=False, related_name="comments", verbose_name=name
    )


def _one_anchor() -> Q:
    """Exactly one of: the whole paper, a section, a paragraph, a question."""
    one = Q(is_whole=True, **{f"{name}__isnull": True for name in _ANCHORS})
    for chosen in _ANCHORS:
        one |= Q(is_whole=False, **{f"{name}__isnull": name != chosen for name in _ANCHORS})
    return one


@pghistory.track()
class Comment(Restricted):
    """A comment on a paper. `organisation` owns it: the writer's, or for `shared` the firm that is written to.

    A reply is never wider than what it answers. `thread_at` is when its thread began, so that a thread's comments
    stand together in one index.
    """

    row_security_parent: ClassVar[str] = "consultation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="comments", verbose_name=_("consultation")
    )
    is_whole = models.BooleanField(_("on the whole paper"), default=False)
    section = _part(Section, _("section"))
    paragraph = _part(Paragraph, _("paragraph"))
    question = _part(Question, _("question"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="thread")
    thread_at = models.DateTimeField(_("thread began"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    # In which role the author wrote: it keeps the firm and the job title of that day.
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("membership")
    )
    posted_as = models.CharField(_("posted as"), max_length=80, blank=True)
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=TextLanguage.choices, default=TextLanguage.ENGLISH)
    created_at = models.DateTimeField(_("posted"), default=clock.now)
    # When its present readers first had it: the posting, or the moment at which somebody let it out.
    shown_at = models.DateTimeField(_("shown"), default=clock.now)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    edit_reason = models.CharField(_("reason for the edit"), max_length=250, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawal_reason = models.CharField(_("reason for withdrawal"), max_length=250, blank=True)
    # The version of the paragraph or question that its author had before them.
    anchor_version = models.PositiveSmallIntegerField(_("version of the text"), default=1)
    # The words of the paragraph or question that it is about, and a few around them, by which they are found again.
    passage = models.TextField(_("passage"), blank=True)
    passage_before = models.CharField(max_length=80, blank=True)
    passage_after = models.CharField(max_length=80, blank=True)
    passage_language = models.CharField(max_length=8, choices=TextLanguage.choices, blank=True)
    official_answer = models.BooleanField(_("official answer"), default=False)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    pinned_by = _person(_("pinned by"))
    narrowed_at = models.DateTimeField(_("readers narrowed"), null=True, blank=True)
    narrowed_by = _person(_("readers narrowed by"))
    # The colleague who let it out, where the firm asks for one.
    let_out_by = _person(_("let out by"))
    let_out_at = models.DateTimeField(_("let out"), null=True, blank=True)
    state = models.CharField(
        pgettext_lazy("comment", "state"), max_length=9, choices=CommentState.choices, default=CommentState.PUBLISHED
    )
    # While a comment waits, `audience` is narrowed to its firm (and the regulator, if it is the moderator who
    # decides); this is what its writer chose.
    held_audience = models.CharField(_("audience when released"), max_length=12, choices=Audience.choices, blank=True)

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("thread_at", "created_at", "pk")
        constraints = (
            models.CheckConstraint(condition=_one_anchor(), name="comment_one_anchor"),
            models.CheckConstraint(
                condition=Q(parent=None, root=None) | Q(parent__isnull=False, root__isnull=False),
                name="comment_reply_has_root",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (Q(body="", body_html="") & ~Q(withdrawal_reason="")),
                name="comment_withdrawn_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(state=CommentState.PUBLISHED, held_audience="")
                | (Q(state__in=("held", "returned"), audience__in=("shared", "organisation")) & ~Q(held_audience=""))
                | (Q(state=CommentState.AWAITING, audience="organisation") & ~Q(held_audience="")),
                name="comment_held_is_narrow",
            ),
        )
        indexes = (
            models.Index(fields=["consultation", "thread_at", "created_at"], name="comment_reading_order"),
            models.Index(fields=["consultation", "-created_at"], name="comment_newest"),
            models.Index(fields=["consultation", "-shown_at"], name="comment_latest_shown"),
            # The comments of some places are found without reading the paper's others. Beside the place stands the
            # paper: PostgreSQL does not know that one follows from the other, and would rather read the paper's.
            *(models.Index(fields=[name, "consultation"], name=f"comment_of_{name}") for name in _ANCHORS),
            models.Index(fields=["consultation"], condition=models.Q(is_whole=True), name="comment_whole_paper"),
            # The admin site's list, over all papers.
            models.Index(fields=["-created_at", "-id"], name="comment_newest_of_all"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.anchor_key}"

    @property
    def anchor(self) -> Anchor:
        return self.section or self.paragraph or self.question or self.consultation

    @property
    def anchor_key(self) -> str:
        """`whole`, `s3`, `p16` or `q3`: also the fragment of the place on the page."""
        anchor = self.anchor
        return "whole" if isinstance(anchor, Consultation) else anchor.anchor_key

    @property
    def thread_id(self) -> uuid.UUID:
        return self.root_id or self.pk

    def get_absolute_url(self) -> str:
        return f"{self.consultation.get_absolute_url()}?thread={self.anchor_key}&c={self.pk}#c-{self.pk}"


@pghistory.track(exclude=["consultation"])
class Resolution(models.Model):
    """Somebody marked a comment as resolved; a row of its own, since a firm cannot change another firm's comment."""

    row_security_parent: ClassVar[str] = "comment"
    written_by_members: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="resolutions", verbose_name=_("comment"))
    # That of the comment: all that stand on a paper are found without its comments.
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("consultation")
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("resolved by")
    )
    resolved_at = models.DateTimeField(_("resolved"), default=clock.now)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reopened by")
    )
    reopened_at = models.DateTimeField(_("reopened"), null=True, blank=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ("-resolved_at",)
        constraints = (
            models.UniqueConstraint(fields=["comment"], condition=Q(reopened_at=None), name="one_standing_resolution"),
        )
        indexes = (models.Index(fields=["consultation"], condition=Q(reopened_at=None), name="resolution_standing"),)

    def __str__(self) -> str:
        return f"{self.comment} {self.resolved_at:%Y-%m-%d}"


@pghistory.track()
class Attachment(StoredFile):
    """A file that was posted with a comment: whoever reads the comment may fetch it."""

    row_security_parent: ClassVar[str] = "comment"
    written_by_members: ClassVar[bool] = True

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="attachments", verbose_name=_("comment"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("comment", "created_at", "pk")

    def __str__(self) -> str:
        return self.file_name


@pghistory.track()
class Mention(models.Model):
    """Somebody was named in a comment that they can read, and told of it."""

    row_security_parent: ClassVar[str] = "comment"
    written_by_members: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", verbose_name=_("comment"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ("comment", "pk")
        constraints = (models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once"),)

    def __str__(self) -> str:
        return f"{self.comment_id} {self.user_id}"


class Seen(Restricted):
    """A member had an official post before them. Their firm and the regulator know of it, no other firm."""

    row_security_parent: ClassVar[str] = "comment"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="seen", verbose_name=_("comment"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("seen"), default=clock.now)

    class Meta:
        verbose_name = _("reading of an official post")
        verbose_name_plural = _("readings of official posts")
        ordering = ("comment", "at")
        constraints = (
            models.UniqueConstraint(fields=["comment", "user"], name="seen_once"),
            models.CheckConstraint(condition=Q(audience="shared"), name="seen_is_shared"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id} {self.user_id}"


class CommentDraft(models.Model):
    """What somebody is writing and has not posted: theirs alone, not even their colleagues'."""

    row_security_parent: ClassVar[str] = "consultation"
    row_security_person: ClassVar[str] = "author"
    written_by_members: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="comment_drafts", verbose_name=_("consultation")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("author"))
    anchor = models.CharField(_("place"), max_length=20)
    # What it answers, or of which posted comment it is the edit.
    parent = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="+")
    edits = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="+")
    body = models.TextField(_("text"), blank=True)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience.choices, blank=True)
    as_team = models.BooleanField(default=False)
    official = models.BooleanField(default=False)
    passage = models.TextField(_("passage"), blank=True)
    passage_before = models.CharField(max_length=80, blank=True)
    passage_after = models.CharField(max_length=80, blank=True)
    passage_language = models.CharField(max_length=8, choices=TextLanguage.choices, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    updated_at = models.DateTimeField(_("saved"), default=clock.now)
    # An amendment of its place after this asks its author to look at it anew.
    confirmed_at = models.DateTimeField(_("confirmed"), default=clock.now)

    objects: ClassVar[Any] = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a comment")
        verbose_name_plural = _("drafts of comments")
        ordering = ("consultation", "-updated_at")
        constraints = (
            models.UniqueConstraint(
                fields=["author", "consultation", "anchor", "parent", "edits"],
                nulls_distinct=False,
                name="one_draft_per_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.anchor}"


class DraftAttachment(StoredFile):
    """A file that waits beside a draft. Posting makes it an `Attachment`."""

    row_security_parent: ClassVar[str] = "draft"
    written_by_members: ClassVar[bool] = True

    draft = models.ForeignKey(
        CommentDraft, models.CASCADE, related_name="attachments", verbose_name=_("draft of a comment")
    )

    class Meta:
        verbose_name = _("attachment of a draft")
        verbose_name_plural = _("attachments of drafts")
        ordering = ("draft", "created_at", "pk")

    def __str__(self) -> str:
        return self.file_name


@pghistory.track()
class GuardrailRule(models.Model):
    """Words after which a writer is warned before other firms read them. Kept in the admin site."""

    topic = models.CharField(_("topic"), max_length=12, choices=Topic.choices)
    language = models.CharField(_("language"), max_length=8, choices=TextLanguage.choices)
    phrases = models.TextField(
        _("words"),
        help_text=_("One a line. * stands for the rest of a word; “fee ~ bps” for two words near one another."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("guardrail rule")
        verbose_name_plural = _("guardrail rules")
        ordering = ("topic", "language", "pk")

    def __str__(self) -> str:
        return f"{self.get_topic_display()} {self.language}"


@pghistory.track()
class Moderation(Restricted):
    """A comment was sent to the moderator, who released it or gave it back. Its firm and the regulator read this."""

    row_security_parent: ClassVar[str] = "comment"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="moderations", verbose_name=_("comment"))
    topics = ArrayField(models.CharField(max_length=12, choices=Topic.choices), default=list, verbose_name=_("topics"))
    matched = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("words found"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    decision = models.CharField(_("decision"), max_length=8, choices=ModerationDecision.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = _person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("moderation")
        verbose_name_plural = _("moderations")
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(condition=Q(audience="shared"), name="moderation_is_shared"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="moderation_decided_once",
            ),
            models.UniqueConstraint(fields=["comment"], condition=Q(decision=""), name="one_open_moderation"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id} {self.asked_at:%Y-%m-%d}"
