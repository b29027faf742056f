"""A firm's formal response: inside the firm until it is submitted, then read by the firm and the regulator."""

import uuid
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.enums import AnswerStage, Position, Stage, Use
from consultations.models.paper import Consultation, Question
from members.audience import Restricted, RestrictedQuerySet


def _person(name: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


@pghistory.track()
class Response(Restricted):
    row_security_parent: ClassVar[str] = "consultation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="responses", verbose_name=_("consultation")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.DRAFTING)
    drafter = _person(_("drafter"))
    reviewer = _person(_("reviewer"))
    signatory = _person(_("signatory"))
    sign_off_due = models.DateTimeField(_("sign-off due"), null=True, blank=True)
    general_comments = models.TextField(_("general comments"), blank=True)
    general_comments_html = models.TextField(editable=False, blank=True)
    # Two switches, by the SFC's own practice: the name, and the submission. The default is to publish both.
    withhold_name = models.BooleanField(_("withhold our name from publication"), default=False)
    withhold_submission = models.BooleanField(_("withhold our submission from publication"), default=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = _person(_("submitted by"))
    receipt = models.CharField(_("receipt number"), max_length=20, blank=True)

    objects: ClassVar[Any] = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ("consultation", "submitted_at")
        constraints = (
            models.UniqueConstraint(fields=["consultation", "organisation"], name="one_response_per_firm"),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="receipt_once"),
            models.CheckConstraint(
                condition=Q(audience="organisation", submitted_at=None) & ~Q(stage=Stage.SUBMITTED)
                | Q(audience="shared", submitted_at__isnull=False, stage=Stage.SUBMITTED),
                name="response_is_internal_until_submitted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.organisation}"


@pghistory.track()
class Answer(models.Model):
    row_security_parent: ClassVar[str] = "response"
    written_by_members: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", verbose_name=_("response"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    stage = models.CharField(_("stage"), max_length=20, choices=AnswerStage.choices, default=AnswerStage.NOT_STARTED)
    position = models.CharField(
        pgettext_lazy("stance", "position"), max_length=16, choices=Position.choices, blank=True
    )
    use = models.CharField(_("how it may be used"), max_length=16, choices=Use.choices, default=Use.PUBLISH_NAMED)
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    assigned_to = _person(_("assigned to"))
    drafted_by = _person(_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"), null=True, blank=True)
    # When somebody of the firm last stood by the text; an amendment of the question after that asks for it anew.
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    signed_off_by = _person(_("signed off by"))
    signed_off_at = models.DateTimeField(_("signed off"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("response", "question__position")
        constraints = (
            models.UniqueConstraint(fields=["response", "question"], name="one_answer_per_question"),
            models.CheckConstraint(
                condition=~Q(stage=AnswerStage.SIGNED_OFF)
                | Q(signed_off_at__isnull=False, signed_off_by__isnull=False),
                name="answer_signed_off_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.response} {self.question}"
