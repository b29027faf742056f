"""What is said about a paper: comments at their anchor, and whether a matter is resolved."""

import uuid
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.enums import CommentState, TextLanguage
from consultations.models.paper import Consultation, Paragraph, Question, Section
from consultations.querysets import CommentQuerySet
from members.audience import Audience, Restricted
from members.models import Membership
from portal.common import clock

Anchor = Consultation | Section | Paragraph | Question

_ANCHORS = ("section", "paragraph", "question")


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
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    is_whole = models.BooleanField(_("on the whole paper"), default=False)
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="comments")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, null=True, blank=True, related_name="comments")
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="comments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="thread")
    thread_at = models.DateTimeField(_("thread began"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    # In which role the author wrote: it keeps the firm and the job title of that day.
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    posted_as = models.CharField(_("posted as"), max_length=80, blank=True)
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=TextLanguage.choices, default=TextLanguage.ENGLISH)
    created_at = models.DateTimeField(_("posted"), default=clock.now)
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
    official_answer = models.BooleanField(_("official answer"), default=False)
    state = models.CharField(
        pgettext_lazy("comment", "state"), max_length=9, choices=CommentState.choices, default=CommentState.PUBLISHED
    )
    # While a comment is held, `audience` is narrowed to its firm and the regulator; this is what its writer chose.
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
                | (Q(state=CommentState.HELD, audience__in=("shared", "organisation")) & ~Q(held_audience="")),
                name="comment_held_is_narrow",
            ),
        )
        indexes = (
            models.Index(fields=["consultation", "thread_at", "created_at"], name="comment_reading_order"),
            models.Index(fields=["consultation", "-created_at"], name="comment_newest"),
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
        return f"{self.consultation.get_absolute_url()}?thread={self.anchor_key}#c-{self.pk}"


@pghistory.track()
class Resolution(models.Model):
    """Somebody marked a comment as resolved; a row of its own, since a firm cannot change another firm's comment."""

    row_security_parent: ClassVar[str] = "comment"
    written_by_members: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="resolutions")
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

    def __str__(self) -> str:
        return f"{self.comment} {self.resolved_at:%Y-%m-%d}"
