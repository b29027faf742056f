"""Consultations in the admin site: looked at here, changed through verbs. A firm's internal rows never appear."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from consultations import guardrail, policies, workflow
from consultations.enums import State, Topic
from consultations.forms.moderation import RuleForm
from consultations.models import (
    BlackoutWindow,
    Comment,
    Conclusions,
    Consultation,
    Correction,
    DayChange,
    Extension,
    GuardrailRule,
    PersonalInformationStatement,
    ProposalOutcome,
    Question,
    Response,
)
from members.admin_base import ModelT, RegulatorAdmin, RegulatorInline
from members.viewer import Viewer
from portal.common import diffs
from portal.common.errors import Refused


class ReasonActionForm(ActionForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=250)


class _ReadingAdmin(RegulatorAdmin[ModelT]):
    """Every column to read, none to write: rows change by the actions, which call the verbs."""

    hidden: frozenset[str] = frozenset()

    def can_act(self, viewer: Viewer) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.can_act(self._viewer(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [f.name for f in self.model._meta.fields if f.name not in {"id", *self.hidden} and "html" not in f.name]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def _each(self, request: HttpRequest, rows: Iterable[Any], verb: Callable[[Any], object]) -> None:
        """Call the verb for each row; say how many went through, and each refusal."""
        done = 0
        for row in rows:
            try:
                verb(row)
                done += 1
            except Refused as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
        if done:
            self.message_user(
                request, ngettext("%(count)s row changed.", "%(count)s rows changed.", done) % {"count": done}
            )


class QuestionInline(RegulatorInline[Question]):
    model = Question
    fields = ("number", "short_en", "short_zh_hant", "asks_position")


class CorrectionInline(RegulatorInline[Correction]):
    model = Correction
    fields = ("made_at", "made_by", "paragraph", "question", "note_en")


@admin.register(Consultation)
class ConsultationAdmin(_ReadingAdmin[Consultation]):
    list_display = ("reference", "title_en", "kind", "state_words", "opens_at", "closes_at", "lead", "team")
    list_filter = ("kind", "audience")
    list_select_related = ("lead",)
    search_fields = ("reference", "title_en", "title_zh_hant")
    inlines = (QuestionInline, CorrectionInline)
    # Opening, deadlines and withdrawal have confirmations of their own: the paper's page for officers.
    actions = ("begin_analysis", "begin_implementation", "take_effect")

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_run(viewer)

    @admin.display(description=pgettext_lazy("consultation", "State"))
    def state_words(self, row: Consultation) -> str:
        return _("Planned") if row.is_planned else str(row.state.label)

    def _advance(self, request: HttpRequest, rows: "models.QuerySet[Consultation]", to: State) -> None:
        viewer = self._viewer(request)
        self._each(request, rows, lambda row: workflow.advance(row, to, actor=viewer))

    @admin.action(description=gettext_lazy("Begin the analysis"), permissions=["act"])
    def begin_analysis(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> None:
        self._advance(request, queryset, State.ANALYSING)

    @admin.action(description=gettext_lazy("Begin the implementation"), permissions=["act"])
    def begin_implementation(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> None:
        self._advance(request, queryset, State.IMPLEMENTING)

    @admin.action(description=gettext_lazy("Say that it is in effect"), permissions=["act"])
    def take_effect(self, request: HttpRequest, queryset: "models.QuerySet[Consultation]") -> None:
        self._advance(request, queryset, State.IN_EFFECT)


@admin.register(Comment)
class CommentAdmin(_ReadingAdmin[Comment]):
    """What firms wrote for themselves is left out, as everywhere in this site."""

    list_display = (
        "created_at",
        "consultation",
        "place",
        "author",
        "organisation",
        "audience",
        "state",
        "official_answer",
    )
    list_filter = ("consultation", "audience", "state", "official_answer")
    list_select_related = ("consultation", "author", "organisation", "section", "paragraph", "question")
    ordering = ("-created_at",)
    hidden = frozenset({"parent", "root", "membership", "thread_at"})
    actions = ("hold", "release", "mark_official", "withdraw")
    action_form = ReasonActionForm

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_extend(viewer)

    @admin.display(description=gettext_lazy("Place"))
    def place(self, row: Comment) -> str:
        return row.anchor_key

    @admin.action(description=gettext_lazy("Hold back (give a reason)"), permissions=["act"])
    def hold(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> None:
        viewer = self._viewer(request)
        self._each(
            request,
            queryset,
            lambda row: workflow.hold_comment(row, actor=viewer, reason=request.POST.get("reason", "")),
        )

    @admin.action(description=gettext_lazy("Release"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> None:
        viewer = self._viewer(request)
        self._each(request, queryset, lambda row: workflow.release_comment(row, actor=viewer))

    @admin.action(description=gettext_lazy("Mark as official answer"), permissions=["act"])
    def mark_official(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> None:
        viewer = self._viewer(request)
        mine = [row for row in queryset if policies.can_mark_official(viewer, row)]
        self._each(request, mine, lambda row: workflow.mark_official_answer(row, actor=viewer))

    @admin.action(description=gettext_lazy("Withdraw (give a reason)"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: "models.QuerySet[Comment]") -> None:
        viewer, reason = self._viewer(request), request.POST.get("reason", "")
        self._each(request, queryset, lambda row: workflow.withdraw_comment(row, actor=viewer, reason=reason))


@admin.register(Extension)
class ExtensionAdmin(RegulatorAdmin[Extension]):
    list_display = ("consultation", "organisation", "until", "agreed_by", "agreed_at")
    list_select_related = ("consultation", "organisation", "agreed_by")
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
class ResponseAdmin(_ReadingAdmin[Response]):
    """Submitted responses alone: drafts stay inside the firm."""

    list_display = ("consultation", "organisation", "submitted_at", "receipt", "withhold_name", "withhold_submission")
    list_filter = ("consultation",)
    list_select_related = ("consultation", "organisation")


class OutcomeInline(RegulatorInline[ProposalOutcome]):
    model = ProposalOutcome
    fields = ("number", "title_en", "title_zh_hant", "outcome")


@admin.register(Conclusions)
class ConclusionsAdmin(_ReadingAdmin[Conclusions]):
    list_display = ("consultation", "released_at", "signed_by", "responses_received", "respondents_withheld")
    list_select_related = ("consultation", "signed_by")
    inlines = (OutcomeInline,)


@admin.register(PersonalInformationStatement)
class StatementAdmin(_ReadingAdmin[PersonalInformationStatement]):
    list_display = ("version",)


class _CalendarAdmin(_ReadingAdmin[ModelT]):
    """The desk adds rows through the verb; an action takes them back. Fields change never."""

    form_fields: tuple[str, ...] = ()

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_calendar(viewer)

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_calendar(viewer)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_fields(request, obj) if obj else list(self.form_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_readonly_fields(request, obj) if obj else []

    def add(self, given: dict[str, Any], actor: Viewer) -> Any:
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        reason = {code: given[f"reason_{code}"] for code in ("en", "zh_hant", "zh_hans")}
        try:
            made = self.add({**given, "reason": reason}, self._viewer(request))
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


@admin.register(DayChange)
class DayChangeAdmin(_CalendarAdmin[DayChange]):
    list_display = ("day", "kind", "cause", "reason_en", "set_by", "set_at")
    list_filter = ("kind", "cause")
    list_select_related = ("set_by",)
    form_fields = ("day", "kind", "cause", "reason_en", "reason_zh_hant", "reason_zh_hans", "source_url")
    actions = ("undo",)
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}

    def add(self, given: dict[str, Any], actor: Viewer) -> DayChange:
        return workflow.change_day(
            given["day"],
            actor=actor,
            kind=given["kind"],
            cause=given["cause"],
            reason=given["reason"],
            source_url=given["source_url"],
        )

    @admin.action(description=gettext_lazy("Undo the change"), permissions=["act"])
    def undo(self, request: HttpRequest, queryset: "models.QuerySet[DayChange]") -> None:
        viewer = self._viewer(request)
        self._each(request, queryset, lambda row: workflow.undo_change(row, actor=viewer))


@admin.register(BlackoutWindow)
class BlackoutWindowAdmin(_CalendarAdmin[BlackoutWindow]):
    list_display = ("starts_on", "ends_on", "reason_en", "set_by", "lifted_at")
    list_select_related = ("set_by",)
    form_fields = ("starts_on", "ends_on", "reason_en", "reason_zh_hant", "reason_zh_hans")
    actions = ("lift",)

    def add(self, given: dict[str, Any], actor: Viewer) -> BlackoutWindow:
        return workflow.set_window(given["starts_on"], given["ends_on"], actor=actor, reason=given["reason"])

    @admin.action(description=gettext_lazy("Lift the window"), permissions=["act"])
    def lift(self, request: HttpRequest, queryset: "models.QuerySet[BlackoutWindow]") -> None:
        viewer = self._viewer(request)
        self._each(request, queryset, lambda row: workflow.lift_window(row, actor=viewer))


@admin.register(GuardrailRule)
class GuardrailRuleAdmin(RegulatorAdmin[GuardrailRule]):
    """The guardrail's words: the secretariat and the chair write them. A change is in force with the next post."""

    form = RuleForm
    _columns = ("topic", "language", "phrases", "is_active", "note", "trial")
    list_display = ("topic", "language", "lines", "is_active", "note")
    list_filter = ("topic", "language", "is_active")
    change_form_template = "admin/consultations/guardrailrule/change_form.html"
    object_history_template = "admin/consultations/guardrailrule/history.html"

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_rules(viewer)

    @admin.display(description=gettext_lazy("lines"))
    def lines(self, row: GuardrailRule) -> int:
        return len(row.phrases.splitlines())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [name for name in self._columns if name != "trial" or self.has_change_permission(request, obj)]

    def save_model(self, request: HttpRequest, obj: GuardrailRule, form: Any, change: bool) -> None:
        workflow.keep_rule(obj, actor=self._viewer(request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        extra = {**(extra_context or {}), "trial": self._try(request, object_id)}
        if request.method == "POST" and "_try" in request.POST:
            # Shown again as it was typed, with what it finds; nothing is saved.
            return self._shown_again(request, object_id, form_url, extra)
        return super().changeform_view(request, object_id, form_url, extra)

    def _shown_again(self, request: HttpRequest, object_id: str | None, form_url: str, extra: dict[str, Any]) -> Any:
        typed = request.POST
        row = self.get_object(request, object_id) if object_id else None
        allowed = self.has_change_permission(request, row) if object_id else self.has_add_permission(request)
        if not allowed or (object_id and row is None):
            return super().changeform_view(request, object_id, form_url, extra)
        form = self.get_form(request, row, change=row is not None)(typed, instance=row)
        fieldsets_of: Any = self.get_fieldsets(request, row)
        fieldsets = admin.helpers.AdminForm(
            form, fieldsets_of, {}, self.get_readonly_fields(request, row), model_admin=self
        )
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name,
            "subtitle": str(row) if row else None,
            "adminform": fieldsets,
            "object_id": object_id,
            "original": row,
            "is_popup": False,
            "to_field": None,
            "media": self.media + fieldsets.media,
            "inline_admin_formsets": [],
            "errors": admin.helpers.AdminErrorList(form, []),
            "preserved_filters": self.get_preserved_filters(request),
            **extra,
        }
        return self.render_change_form(request, context, add=row is None, change=row is not None, obj=row)

    def _try(self, request: HttpRequest, object_id: str | None) -> dict[str, Any] | None:
        """What the rule as it is typed, and the others that are in use, find in the text."""
        if request.method != "POST" or "_try" not in request.POST:
            return None
        text, phrases = request.POST.get("trial", "")[:20_000], request.POST.get("phrases", "")
        others = GuardrailRule.objects.filter(is_active=True).exclude(pk=object_id or 0).values_list("topic", "phrases")
        try:
            found = guardrail.Rules([*others, (request.POST.get("topic", "other"), phrases)]).find(text)
        except guardrail.RuleError as error:
            return {"error": _("Line %(line)s: %(message)s") % {"line": error.line, "message": error.message}}
        labels = dict(Topic.choices)
        return {
            "text": guardrail.marked(text, found),
            "found": [(labels.get(one.topic, one.topic), guardrail.shortened(one.words)) for one in found],
        }

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Every state of the rule, newest first, with what changed."""
        events = list(
            GuardrailRule.pgh_event_model.objects.filter(pgh_obj=object_id).order_by("-pgh_id")[  # type: ignore[attr-defined]
                :50
            ]
        )
        for later, earlier in pairwise(events):
            later.difference = diffs.rows(earlier.phrases, later.phrases)
        return super().history_view(request, object_id, {**(extra_context or {}), "events": events})
