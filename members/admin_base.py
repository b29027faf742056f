"""What every page of the admin site shares: rights by the viewer's role, never a firm's internal row, no deletion,
lists whose cost does not grow, confirmations, histories and exports (members.desk)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, ShowFacets
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from members.audience import Audience, Restricted
from members.desk.confirming import Act, Affected, ConfirmingAdmin, ReasonForm, people_of
from members.desk.exporting import ExportingAdmin
from members.desk.history import HistoryAdmin
from members.desk.lists import CappedPaginator
from members.desk.opened import OpenedAdmin
from members.desk.searching import SearchingAdmin
from members.desk.typing import ModelT
from members.viewer import Viewer

__all__ = [
    "Act",
    "Affected",
    "CappedPaginator",
    "ModelT",
    "ReasonForm",
    "RegulatorAdmin",
    "RegulatorInline",
    "people_of",
]


class _Rights(BaseModelAdmin[ModelT]):
    """Everybody at the regulator may look; `can_write(viewer)` says who may add and change. Nobody deletes."""

    def can_write(self, viewer: Viewer) -> bool:
        return False

    def _viewer(self, request: HttpRequest) -> Viewer:
        return request.viewer  # type: ignore[attr-defined, no-any-return]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._viewer(request).is_regulator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._viewer(request).is_regulator

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_write(self._viewer(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_write(self._viewer(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ModelT]:
        rows = super().get_queryset(request)
        if issubclass(self.model, Restricted):
            rows = rows.filter(self.model.visible_q(self._viewer(request))).exclude(audience=Audience.ORGANISATION)
        return rows


class RegulatorAdmin(
    _Rights[ModelT],
    OpenedAdmin[ModelT],
    ConfirmingAdmin[ModelT],
    ExportingAdmin[ModelT],
    HistoryAdmin[ModelT],
    SearchingAdmin[ModelT],
    admin.ModelAdmin[ModelT],
):
    """A model that the regulator's staff look at in the admin site.

    Rows change by actions, which call verbs (`confirmed`); `shelf` names the group on the start page
    (members.desk.shelves), when it is not the room's own.
    """

    shelf = ""
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    # Counts beside each filter would read the whole table once for each.
    show_facets = ShowFacets.NEVER

    def can_act(self, viewer: Viewer) -> bool:
        """Who may run the actions with the permission "act"."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.can_act(self._viewer(request))

    def offers(self, row: ModelT, verb: str) -> bool:
        """Whether the row's page shows this verb. The verb itself refuses what it must."""
        return True

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: ModelT | None = None,
    ) -> HttpResponse:
        """The row's verbs stand on its own page too; each leads to its confirmation."""
        actions = self.get_actions(request) if obj is not None else {}
        context["verbs"] = [
            (name, title)
            for name, (_action, _name, title) in actions.items()
            if obj is not None and not name.startswith("export_") and self.offers(obj, name)
        ]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The model's own verbs first, then the files."""
        found = super().get_actions(request)
        for name in ("export_csv", "export_xlsx"):
            if name not in found and self.has_export_permission(request):
                found[name] = self.get_action(name)
        return found


class RegulatorInline(_Rights[ModelT], admin.TabularInline[ModelT, models.Model]):
    extra = 0
    show_change_link = False
