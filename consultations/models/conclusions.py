"""What came of a consultation: the account of comments received and the SFC's responses (SFO s.398)."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.enums import Outcome
from consultations.models.paper import Consultation, Paragraph, Question
from consultations.models.texts import lines, stored_html, texts
from members.audience import Embargoed
from members.models import Organisation
from portal.common.translated import Translated, translated


@pghistory.track()
class Conclusions(Embargoed):
    """Published at `released_at`, to an audience of their own; a draft of the regulator's staff before."""

    row_security_parent: ClassVar[str] = "consultation"

    consultation = models.OneToOneField(
        Consultation, models.PROTECT, related_name="conclusions", verbose_name=_("consultation")
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    # Who changed the draft last: somebody else publishes it.
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("changed last by"),
    )  # fmt: skip
    responses_received = models.PositiveSmallIntegerField(_("submissions received"), default=0)
    # Names that were withheld are not kept here at all: only how many they are.
    respondents_withheld = models.PositiveSmallIntegerField(_("names withheld"), default=0)
    executive_summary_en, executive_summary_zh_hant, executive_summary_zh_hans = texts(_("executive summary"))
    executive_summary_html_en, executive_summary_html_zh_hant, executive_summary_html_zh_hans = stored_html()
    way_forward_en, way_forward_zh_hant, way_forward_zh_hans = texts(_("way forward"))
    way_forward_html_en, way_forward_html_zh_hant, way_forward_html_zh_hans = stored_html()

    class Meta:
        verbose_name = _("consultation conclusions")
        verbose_name_plural = _("consultation conclusions")

    def __str__(self) -> str:
        return str(self.consultation)


@pghistory.track()
class NamedRespondent(models.Model):
    """A respondent who did not ask for its name to be withheld."""

    row_security_parent: ClassVar[str] = "conclusions"

    conclusions = models.ForeignKey(
        Conclusions, models.CASCADE, related_name="respondents", verbose_name=_("consultation conclusions")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("named respondent")
        verbose_name_plural = _("named respondents")
        ordering = ("conclusions", "organisation__name_en")
        constraints = (models.UniqueConstraint(fields=["conclusions", "organisation"], name="respondent_once"),)

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track()
class ProposalOutcome(models.Model):
    row_security_parent: ClassVar[str] = "conclusions"

    conclusions = models.ForeignKey(
        Conclusions, models.CASCADE, related_name="outcomes", verbose_name=_("consultation conclusions")
    )
    number = models.CharField(_("number"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    title_en, title_zh_hant, title_zh_hans = lines(_("title"))
    comments_received_en, comments_received_zh_hant, comments_received_zh_hans = texts(_("comments received"))
    comments_received_html_en, comments_received_html_zh_hant, comments_received_html_zh_hans = stored_html()
    sfc_response_en, sfc_response_zh_hant, sfc_response_zh_hans = texts(_("the SFC's response"))
    sfc_response_html_en, sfc_response_html_zh_hant, sfc_response_html_zh_hans = stored_html()
    # Empty while officers still weigh it; never once the conclusions are published.
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    questions: "models.ManyToManyField[Question, Any]" = models.ManyToManyField(
        Question, blank=True, related_name="outcomes", verbose_name=_("questions")
    )
    changed_paragraphs: "models.ManyToManyField[Paragraph, Any]" = models.ManyToManyField(
        Paragraph, blank=True, related_name="outcomes", verbose_name=_("paragraphs that changed")
    )

    class Meta:
        verbose_name = _("outcome of a proposal")
        verbose_name_plural = _("outcomes of proposals")
        ordering = ("conclusions", "position")
        constraints = (models.UniqueConstraint(fields=["conclusions", "number"], name="outcome_number_once"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")
