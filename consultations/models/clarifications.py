"""The clarification register: a firm asks without its name, and one answer reaches everybody at the same moment."""

import uuid
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.enums import ClarificationState, TextLanguage
from consultations.models.paper import Consultation, Paragraph, Question
from consultations.models.texts import stored_html, texts
from members.audience import Embargoed, Restricted
from portal.common import clock
from portal.common.translated import Translated, translated


@pghistory.track()
class Clarification(Embargoed):
    """A question about the paper in neutral words, with its answer. Nothing in it leads to who asked."""

    row_security_parent: ClassVar[str] = "consultation"

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="clarifications", verbose_name=_("consultation")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    paragraph = models.ForeignKey(
        Paragraph,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clarifications",
        verbose_name=_("paragraph"),
    )
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="clarifications", verbose_name=_("question")
    )
    asked_en, asked_zh_hant, asked_zh_hans = texts(_("question"))
    asked_html_en, asked_html_zh_hant, asked_html_zh_hans = stored_html()
    answer_en, answer_zh_hant, answer_zh_hans = texts(_("answer"))
    answer_html_en, answer_html_zh_hant, answer_html_zh_hans = stored_html()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    created_at = models.DateTimeField(_("written"), default=clock.now)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    # When its readers were told; null until then.
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")
        ordering = ("consultation", "number")
        constraints = (
            models.UniqueConstraint(fields=["consultation", "number"], name="clarification_number_once"),
            models.CheckConstraint(condition=Q(paragraph=None) | Q(question=None), name="clarification_of_one_part"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} C{self.number}"

    @property
    def asked(self) -> Translated:
        return translated(self, "asked")

    @property
    def answer(self) -> Translated:
        return translated(self, "answer")

    @property
    def anchor_key(self) -> str:
        """Its place on the paper's page."""
        return f"clarification-{self.number}"


@pghistory.track()
class ClarificationRequest(Restricted):
    """What a firm asked. It and the regulator read it; the answer stands in a `Clarification` for everybody."""

    row_security_parent: ClassVar[str] = "consultation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="clarification_requests", verbose_name=_("consultation")
    )
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paragraph")
    )
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("question")
    )
    body = models.TextField(_("question"))
    body_html = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=8, choices=TextLanguage.choices, default=TextLanguage.ENGLISH)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    state = models.CharField(
        _("state"), max_length=9, choices=ClarificationState.choices, default=ClarificationState.ASKED
    )
    answer: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        Clarification, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("answer")
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handling_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("request for a clarification")
        verbose_name_plural = _("requests for clarifications")
        ordering = ("consultation", "asked_at")
        constraints = (
            models.CheckConstraint(condition=Q(audience="shared"), name="clarification_request_is_shared"),
            models.CheckConstraint(
                condition=(Q(state="answered") & Q(answer__isnull=False)) | ~Q(state="answered"),
                name="clarification_answered_by_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.asked_at:%Y-%m-%d}"
