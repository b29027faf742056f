"""A consultation and its paper: sections, numbered paragraphs, questions, annexes, corrections."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.enums import (
    REACHED_BY,
    AnnexKind,
    DeadlineCause,
    ExtensionDecision,
    Kind,
    SectionKind,
    State,
    TextLanguage,
)
from consultations.models.texts import lines, stored_html, texts
from consultations.querysets import ConsultationQuerySet
from members.audience import Embargoed, Restricted
from portal.common import clock
from portal.common.translated import Translated, translated


@pghistory.track()
class PersonalInformationStatement(models.Model):
    """The Personal Information Collection Statement in one of its versions. A version never changes."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    body_en, body_zh_hant, body_zh_hans = texts(_("text"))
    html_en, html_zh_hant, html_zh_hans = stored_html()

    class Meta:
        verbose_name = _("Personal Information Collection Statement")
        verbose_name_plural = _("Personal Information Collection Statements")
        ordering = ("version",)

    def __str__(self) -> str:
        return self.version


@pghistory.track()
class Consultation(Embargoed):
    """A paper on which comments are asked for. Nobody outside the regulator sees it before `released_at`."""

    key = models.SlugField(_("short key"), max_length=40, unique=True)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title_en, title_zh_hant, title_zh_hans = lines(_("title"))
    short_title_en, short_title_zh_hant, short_title_zh_hans = lines(_("short title"), 120)
    summary_en, summary_zh_hant, summary_zh_hans = texts(_("summary"))
    # Why it is held at all: the legitimate purpose that competitors need before they speak to one another.
    purpose_en, purpose_zh_hant, purpose_zh_hans = texts(_("purpose"))
    foreword_en, foreword_zh_hant, foreword_zh_hans = texts(_("foreword"))
    foreword_html_en, foreword_html_zh_hant, foreword_html_zh_hans = stored_html()
    statement = models.ForeignKey(
        PersonalInformationStatement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("Personal Information Collection Statement"),
    )
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("lead officer"))
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact officer"),
        help_text=_("The lead officer, if nobody is named."),
    )
    team = models.CharField(_("team"), max_length=80, blank=True)
    # A joint paper may be led by another body, and take submissions in by that body's own channel.
    lead_body_en, lead_body_zh_hant, lead_body_zh_hans = lines(_("lead body"), 120)
    channel = models.CharField(
        _("where submissions go"),
        max_length=250,
        blank=True,
        help_text=_("Only where they go outside this portal: an email or web address."),
    )
    languages = ArrayField(
        models.CharField(max_length=8, choices=TextLanguage.choices),
        default=list,
        verbose_name=_("languages of the paper"),
    )
    partly_translated = ArrayField(
        models.CharField(max_length=8, choices=TextLanguage.choices),
        default=list,
        blank=True,
        verbose_name=_("languages that cover a part"),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    analysing_at = models.DateTimeField(_("analysis began"), null=True, blank=True)
    conclusions_planned_by = models.DateField(_("conclusions planned by"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("conclusions published"), null=True, blank=True)
    implementing_at = models.DateTimeField(_("implementation began"), null=True, blank=True)
    in_effect_at = models.DateTimeField(_("in effect from"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # In English; a Chinese one beside it where there is one.
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True)
    withdrawal_reason_zh_hant = models.TextField(_("reason for withdrawal in Traditional Chinese"), blank=True)
    withdrawal_reason_zh_hans = models.TextField(_("reason for withdrawal in Simplified Chinese"), blank=True)
    late_note_en, late_note_zh_hant, late_note_zh_hans = lines(_("note on late responses"))
    # When its readers were told that it is open; null until then.
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    initiatives: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "initiatives.Initiative", blank=True, related_name="consultations", verbose_name=_("initiatives")
    )
    depends_on: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "initiatives.Initiative",
        blank=True,
        related_name="dependent_consultations",
        verbose_name=_("depends on initiatives"),
    )
    follows: "models.ManyToManyField[Consultation, Any]" = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followed_by", verbose_name=_("follows")
    )

    objects: ClassVar[Any] = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-opens_at", "reference")
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="consultation_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason=""), name="consultation_withdrawn_with_reason"
            ),
            models.CheckConstraint(condition=Q(audience__in=("public", "group")), name="consultation_audience"),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("consultations:consultation", args=[self.key])

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def short_title(self) -> Translated:
        found = translated(self, "short_title")
        return found if found.text else self.title

    @property
    def summary(self) -> Translated:
        return translated(self, "summary")

    @property
    def late_note(self) -> Translated:
        return translated(self, "late_note")

    @property
    def state(self) -> State:
        """The state at this moment, from the dates alone."""
        return self.state_at(clock.now())

    def state_at(self, moment: datetime) -> State:
        """The state at `moment` (aware). A paper that was never released is a draft whatever its dates say."""
        if self.withdrawn_at and self.withdrawn_at <= moment:
            return State.WITHDRAWN
        if self.released_at is None:
            return State.DRAFT
        reached = State.DRAFT
        for state, column in REACHED_BY.items():
            date = getattr(self, column)
            if date is not None and date <= moment:
                reached = state
        return reached

    @property
    def purpose(self) -> Translated:
        return translated(self, "purpose")

    @property
    def lead_body(self) -> Translated:
        return translated(self, "lead_body")

    @property
    def withdrawal_reason_en(self) -> str:
        return self.withdrawal_reason

    @property
    def withdrawal_words(self) -> Translated:
        """Why it was withdrawn, in the reader's language where there is one."""
        return translated(self, "withdrawal_reason")

    @property
    def contact_person(self) -> Any:
        """The contact officer; the lead officer where nobody is named."""
        return self.contact or self.lead

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def is_planned(self) -> bool:
        """Settled, and waiting for its day."""
        return self.state == State.DRAFT and self.released_at is not None


class _Part(models.Model):
    """A part of a paper, read with it."""

    row_security_parent: ClassVar[str] = "consultation"

    class Meta:
        abstract = True


class _Amendable(_Part):
    """A numbered part that may be amended while the paper is open. Its number is text, "7.10" follows "7.9"."""

    number = models.CharField(_("number"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    body_en, body_zh_hant, body_zh_hans = texts(_("text"))
    html_en, html_zh_hant, html_zh_hans = stored_html()
    # 1 as it opened; each amendment counts one on, and leaves the text before in its `Correction`.
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    amended_at = models.DateTimeField(_("amended"), null=True, blank=True)
    # The English changed after the Chinese was written.
    stale_since = models.DateTimeField(_("translation is behind since"), null=True, blank=True)
    stale_reason = models.CharField(_("why the translation is behind"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class Section(_Part):
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="sections", verbose_name=_("consultation")
    )
    number = models.CharField(_("number"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=SectionKind.choices, default=SectionKind.OTHER)
    title_en, title_zh_hant, title_zh_hans = lines(_("title"))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("consultation", "position")
        constraints = (models.UniqueConstraint(fields=["consultation", "number"], name="section_number_once"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def title(self) -> Translated:
        return translated(self, "title")

    @property
    def anchor_key(self) -> str:
        return f"s{self.number}"


@pghistory.track()
class Paragraph(_Amendable):
    """A numbered paragraph. Its number never changes once the paper is open."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="paragraphs", verbose_name=_("consultation")
    )
    section = models.ForeignKey(Section, models.CASCADE, related_name="paragraphs", verbose_name=_("section"))

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ("consultation", "position")
        constraints = (models.UniqueConstraint(fields=["consultation", "number"], name="paragraph_number_once"),)

    @property
    def anchor_key(self) -> str:
        return f"p{self.number}"


@pghistory.track()
class Question(_Amendable):
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="questions", verbose_name=_("consultation")
    )
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions", verbose_name=_("section"))
    short_en, short_zh_hant, short_zh_hans = lines(_("short form"), 120)
    asks_position = models.BooleanField(_("asks for a position"), default=False)
    paragraphs: "models.ManyToManyField[Paragraph, Any]" = models.ManyToManyField(
        Paragraph, blank=True, related_name="questions", verbose_name=_("paragraphs")
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("consultation", "position")
        constraints = (models.UniqueConstraint(fields=["consultation", "number"], name="question_number_once"),)

    @property
    def short(self) -> Translated:
        return translated(self, "short")

    @property
    def anchor_key(self) -> str:
        return f"q{self.number}"


@pghistory.track()
class Annex(_Part):
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="annexes", verbose_name=_("consultation")
    )
    key = models.CharField(_("letter"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=AnnexKind.choices)
    title_en, title_zh_hant, title_zh_hans = lines(_("title"))
    body_en, body_zh_hant, body_zh_hans = texts(_("text"))
    html_en, html_zh_hant, html_zh_hans = stored_html()

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ("consultation", "position")
        constraints = (models.UniqueConstraint(fields=["consultation", "key"], name="annex_letter_once"),)

    def __str__(self) -> str:
        return str(_("%(code)s: %(name)s") % {"code": self.key, "name": self.title})

    @property
    def title(self) -> Translated:
        return translated(self, "title")


@pghistory.track()
class Clause(_Part):
    """A clause of a marked-up annex: {++inserted++} and {--deleted--} words stand out."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="clauses", verbose_name=_("consultation")
    )
    annex = models.ForeignKey(Annex, models.CASCADE, related_name="clauses", verbose_name=_("annex"))
    number = models.CharField(_("number"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    body_en, body_zh_hant, body_zh_hans = texts(_("text"))
    html_en, html_zh_hant, html_zh_hans = stored_html()
    paragraphs: "models.ManyToManyField[Paragraph, Any]" = models.ManyToManyField(
        Paragraph, blank=True, related_name="clauses", verbose_name=_("paragraphs")
    )

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("annex", "position")
        constraints = (models.UniqueConstraint(fields=["annex", "number"], name="clause_number_once"),)

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class TermDefinition(_Part):
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="terms", verbose_name=_("consultation"))
    annex = models.ForeignKey(Annex, models.CASCADE, related_name="terms", verbose_name=_("annex"))
    position = models.PositiveSmallIntegerField(_("position"))
    term_en, term_zh_hant, term_zh_hans = lines(_("term"), 120)
    meaning_en, meaning_zh_hant, meaning_zh_hans = texts(_("meaning"))

    class Meta:
        verbose_name = _("defined term")
        verbose_name_plural = _("defined terms")
        ordering = ("annex", "position")
        constraints = (models.UniqueConstraint(fields=["annex", "position"], name="term_position_once"),)

    def __str__(self) -> str:
        return str(translated(self, "term"))


@pghistory.track()
class Correction(_Part):
    """A correction of a paragraph or a question after the paper opened, told to its readers.

    `before_*` is the text that it replaced, in each language; empty where that language did not change.
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="corrections", verbose_name=_("consultation")
    )
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("paragraph")
    )
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("question")
    )
    from_version = models.PositiveSmallIntegerField(_("version before"), default=1)
    before_en, before_zh_hant, before_zh_hans = texts(_("text before"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    note_en, note_zh_hant, note_zh_hans = texts(_("what was corrected"))
    # When whoever had a draft there was asked to look again: set for every correction, whether anybody had one or not.
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("consultation", "made_at")
        constraints = (
            models.CheckConstraint(condition=Q(paragraph=None) | Q(question=None), name="correction_of_one_part"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.made_at:%Y-%m-%d}"

    @property
    def note(self) -> Translated:
        return translated(self, "note")


@pghistory.track()
class DeadlineChange(_Part):
    """The closing time was moved for everybody. Every reader of the paper sees why, by whom and from when."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="deadline_changes", verbose_name=_("consultation")
    )
    before = models.DateTimeField(_("closing time before"))
    after = models.DateTimeField(_("closing time after"))
    cause = models.CharField(_("cause"), max_length=12, choices=DeadlineCause.choices)
    reason_en, reason_zh_hant, reason_zh_hans = texts(_("reason"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("change of the deadline")
        verbose_name_plural = _("changes of the deadline")
        ordering = ("consultation", "made_at")

    def __str__(self) -> str:
        return f"{self.consultation} {self.after:%Y-%m-%d}"

    @property
    def reason(self) -> Translated:
        return translated(self, "reason")


@pghistory.track()
class Extension(Restricted):
    """A later deadline for one firm, known to that firm and the regulator alone."""

    row_security_parent: ClassVar[str] = "consultation"

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="extensions", verbose_name=_("consultation")
    )
    until = models.DateTimeField(_("until"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("agreed by")
    )
    agreed_at = models.DateTimeField(_("agreed"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("consultation", "until")
        constraints = (
            models.UniqueConstraint(fields=["consultation", "organisation"], name="one_extension_per_firm"),
            models.CheckConstraint(condition=Q(audience="shared"), name="extension_is_shared"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.until:%Y-%m-%d}"


@pghistory.track()
class ExtensionRequest(Restricted):
    """A firm asks for a later deadline. It and the regulator know of it, nobody else."""

    row_security_parent: ClassVar[str] = "consultation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="extension_requests", verbose_name=_("consultation")
    )
    until = models.DateTimeField(_("asked for until"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    decision = models.CharField(_("decision"), max_length=8, choices=ExtensionDecision.choices, blank=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for an extension")
        verbose_name_plural = _("requests for an extension")
        ordering = ("consultation", "-asked_at")
        constraints = (
            models.UniqueConstraint(
                fields=["consultation", "organisation"], condition=Q(decision=""), name="one_open_request_per_firm"
            ),
            models.CheckConstraint(condition=Q(audience="shared"), name="extension_request_is_shared"),
        )

    def __str__(self) -> str:
        return f"{self.consultation} {self.until:%Y-%m-%d}"
