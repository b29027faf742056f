"""Export of a list: what the list shows, as far as the viewer may read it, and an audit entry for each file."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.workflow import record
from members import policies
from members.desk.typing import ModelT
from portal.common import clock, spreadsheets

ROWS_AT_MOST = 10_000
EXPORTS = frozenset({"export_csv", "export_xlsx"})


class ExportingAdmin(admin.ModelAdmin[ModelT]):
    """Two actions on every list, for the ticked rows and for all that it finds (`select_across`). The rows come from
    the list's own queryset, so from what the viewer may read."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        offered = {"may_export": self.has_export_permission(request), "export_at_most": f"{ROWS_AT_MOST:,}"}
        return super().changelist_view(request, offered | (extra_context or {}))

    def response_action(self, request: HttpRequest, queryset: "models.QuerySet[ModelT]", *more: Any) -> Any:
        """All rows leave as a file and in no other way: a verb's confirmation names each row that it will change."""
        # One form names its action in each row of buttons.
        wanted = set(request.POST.getlist("action")) - {""}
        if request.POST.get("select_across", "0") != "0" and not wanted <= EXPORTS:
            self.message_user(request, _("Choose the records that it is about one by one."), messages.ERROR)
            return None
        return super().response_action(request, queryset, *more)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return policies.can_export_lists(request.viewer)  # type: ignore[attr-defined]

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["export"])
    def export_csv(self, request: HttpRequest, queryset: "models.QuerySet[ModelT]") -> HttpResponse | None:
        return self._export(request, queryset, "csv")

    @admin.action(description=gettext_lazy("Export as Excel workbook"), permissions=["export"])
    def export_xlsx(self, request: HttpRequest, queryset: "models.QuerySet[ModelT]") -> HttpResponse | None:
        return self._export(request, queryset, "xlsx")

    def _export(self, request: HttpRequest, queryset: "models.QuerySet[ModelT]", kind: str) -> HttpResponse | None:
        viewer = request.viewer  # type: ignore[attr-defined]
        policies.require(policies.can_export_lists(viewer))
        # One more than may leave: to know, without counting all.
        rows = list(queryset[: ROWS_AT_MOST + 1])
        if len(rows) > ROWS_AT_MOST:
            self.message_user(
                request,
                _("More than %(count)s rows: narrow the list by a search, a filter or a period first.")
                % {"count": f"{ROWS_AT_MOST:,}"},
                messages.ERROR,
            )
            return None
        columns = [str(name) for name in self.get_list_display(request) if name != "action_checkbox"]
        heads = [_text(label_for_field(name, self.model, self)) for name in columns]
        file = spreadsheets.write(kind, heads, ([self._cell(name, row) for name in columns] for row in rows))
        record(
            "members.list_exported",
            None,
            actor=viewer,
            model=self.opts.label_lower,
            rows=len(rows),
            format=kind,
            # Which rows: the list's own filters, as they stand in its address.
            filters=request.GET.urlencode()[:500],
        )
        self.after_export(request, rows)
        answer = HttpResponse(file, content_type=spreadsheets.TYPES[kind])
        name = f"{self.opts.model_name}-{clock.today():%Y%m%d}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def after_export(self, request: HttpRequest, rows: list[ModelT]) -> None:
        """A room whose rows count as opened when they leave says so here."""

    def _cell(self, name: str, row: ModelT) -> Any:
        field, attribute, value = lookup_field(name, row, self)
        if field is not None and getattr(field, "flatchoices", None):
            return _text(dict(field.flatchoices).get(value, value))
        if attribute is None and isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, list | tuple):
            return ", ".join(map(str, value))
        return value if hasattr(value, "isoformat") or isinstance(value, int | float) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return strip_tags(str(value)) if hasattr(value, "__html__") else str(value)
