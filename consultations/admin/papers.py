"""Papers, their extensions, responses and conclusions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from consultations import policies, workflow
from consultations.admin.reading import ReadingAdmin, readers_of
from consultations.enums import State
from consultations.forms.lifecycle import EffectForm
from consultations.models import (
    Conclusions,
    Consultation,
    Correction,
    Extension,
    PersonalInformationStatement,
    ProposalOutcome,
    Question,
    Response,
)
from members.admin_base import Act, Affected, ReasonForm, RegulatorAdmin, RegulatorInline
from members.policies import can_hold_records
from members.viewer import Viewer
from members.workflow import place_hold
from portal.common.errors import Refused


class QuestionInline(RegulatorInline[Question]):
    model = Question
    fields = ("number", "short_en", "short_zh_hant", "asks_position")


class CorrectionInline(RegulatorInline[Correction]):
    model = Correction
    fields = ("made_at", "made_by", "paragraph", "question", "note_en")


@admin.register(Consultation)
class ConsultationAdmin(ReadingAdmin[Consultation]):
    list_display = ("reference", "title_en", "kind", "state_words", "opens_at", "closes_at", "lead", "team")
    list_filter = ("kind", "audience")
    list_select_related = ("lead",)
    search_fields = ("reference", "title_en", "title_zh_hant")
    date_hierarchy = "opens_at"
    inlines = (QuestionInline, CorrectionInline)
    # Opening, deadlines and withdrawal have confirmations of their own: the paper's page for officers.
    actions = ("begin_analysis", "begin_implementation", "take_effect", "place_hold")

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_run(viewer)

    @admin.display(description=pgettext_lazy("consultation", "State"))
    def state_words(self, row: Consultation) -> str:
        return _("Planned") if row.is_planned else str(row.state.label)

    def has_hold_permission(self, request: HttpRequest) -> bool:
        return can_hold_records(self._viewer(request))

    @admin.action(description=gettext_lazy("Place a legal hold"), permissions=["hold"])
    def place_hold(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="place_hold",
                title=_("Place a legal hold"),
                explains=_("Nothing that concerns these papers is disposed of until somebody lifts the hold."),
                button=_("Place the hold"),
                verb=lambda row, given: place_hold(subject=row, reason=given["reason"], actor=viewer),
                affected=lambda rows: [],
                form=ReasonForm,
            ),
        )

    def _advance(
        self, request: HttpRequest, rows: "models.QuerySet[Consultation]", name: str, title: str, to: State
    ) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            rows,
            Act(
                name=name,
                title=title,
                explains=_("The papers move on to their next state, which everybody who reads them sees at once."),
                button=title,
                verb=lambda row, given: workflow.advance(row, to, actor=viewer),
                affected=lambda papers: [Affected(readers_of(row.audience), row.reference) for row in papers],
            ),
        )

    @admin.action(description=gettext_lazy("Begin the analysis"), permissions=["act"])
    def begin_analysis(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> HttpResponse | None:
        return self._advance(request, queryset, "begin_analysis", _("Begin the analysis"), State.ANALYSING)

    @admin.action(description=gettext_lazy("Begin the implementation"), permissions=["act"])
    def begin_implementation(
        self, request: HttpRequest, queryset: "models.QuerySet[Consultation]"
    ) -> HttpResponse | None:
        title = _("Begin the implementation")
        return self._advance(request, queryset, "begin_implementation", title, State.IMPLEMENTING)

    @admin.action(description=gettext_lazy("Say from when it is in effect"), permissions=["act"])
    def take_effect(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="take_effect",
                title=_("Say from when it is in effect"),
                explains=_("The papers' readers are told of the day, and see it on the line of stages."),
                button=_("Set the day"),
                verb=lambda row, given: workflow.set_in_effect(row, actor=viewer, day=given["day"]),
                affected=lambda papers: [Affected(readers_of(row.audience), row.reference) for row in papers],
                form=EffectForm,
            ),
        )


@admin.register(Extension)
class ExtensionAdmin(RegulatorAdmin[Extension]):
    list_display = ("consultation", "organisation", "until", "agreed_by", "agreed_at")
    list_select_related = ("consultation", "organisation", "agreed_by")
    list_filter = ("consultation",)
    search_fields = ("consultation__reference", "organisation__name_en", "organisation__name_zh_hant")
    date_hierarchy = "until"
    fields = ("consultation", "organisation", "until", "reason")

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_extend(viewer)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Extension, form: "forms.ModelForm[Extension]", change: bool
    ) -> None:
        try:
            made = workflow.extend(actor=self._viewer(request), **form.cleaned_data)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            obj.pk = made.pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        if obj.pk is None:
            return self.response_post_save_add(request, obj)
        return super().response_add(request, obj, post_url_continue)


@admin.register(Response)
class ResponseAdmin(ReadingAdmin[Response]):
    """Submitted responses alone: drafts stay inside the firm."""

    list_display = ("consultation", "organisation", "submitted_at", "receipt", "withhold_name", "withhold_submission")
    list_filter = ("consultation",)
    list_select_related = ("consultation", "organisation")
    search_fields = ("consultation__reference", "organisation__name_en", "organisation__name_zh_hant", "receipt")
    date_hierarchy = "submitted_at"


class OutcomeInline(RegulatorInline[ProposalOutcome]):
    model = ProposalOutcome
    fields = ("number", "title_en", "title_zh_hant", "outcome")


@admin.register(Conclusions)
class ConclusionsAdmin(ReadingAdmin[Conclusions]):
    list_display = ("consultation", "released_at", "signed_by", "responses_received", "respondents_withheld")
    list_select_related = ("consultation", "signed_by")
    search_fields = ("consultation__reference", "consultation__title_en")
    date_hierarchy = "released_at"
    inlines = (OutcomeInline,)

    def counted(self, count: int) -> str:
        return ngettext("Conclusions of %(count)s consultation", "Conclusions of %(count)s consultations", count) % {
            "count": f"{count:,}"
        }


@admin.register(PersonalInformationStatement)
class StatementAdmin(ReadingAdmin[PersonalInformationStatement]):
    list_display = ("version",)
