"""The words of the guardrail."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import helpers
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import guardrail, policies, workflow
from consultations.enums import Topic
from consultations.forms.moderation import RuleForm
from consultations.models import GuardrailRule
from members.admin_base import RegulatorAdmin
from members.viewer import Viewer


@admin.register(GuardrailRule)
class GuardrailRuleAdmin(RegulatorAdmin[GuardrailRule]):
    """The guardrail's words: the secretariat and the chair write them. A change is in force with the next post."""

    form = RuleForm
    _columns = ("topic", "language", "phrases", "is_active", "note", "trial")
    list_display = ("topic", "language", "lines", "is_active", "note")
    shelf = "rules"
    list_filter = ("topic", "language", "is_active")
    search_fields = ("phrases", "note")
    change_form_template = "admin/consultations/guardrailrule/change_form.html"

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
        fieldsets = helpers.AdminForm(form, fieldsets_of, {}, self.get_readonly_fields(request, row), model_admin=self)
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
            "errors": helpers.AdminErrorList(form, []),
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
