"""What firms did about their own people, and the secretariat's objection to it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from members import policies, workflow
from members.admin_base import Act, Affected, ReasonForm, RegulatorAdmin
from members.enums import FirmChangeKind
from members.models import FirmChange
from members.viewer import Viewer
from members.workflow.objections import OBJECTION_WITHIN
from portal.common import clock


class Objection(SimpleListFilter):
    title = gettext_lazy("objection")
    parameter_name = "objection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("possible", _("Still possible")), ("made", pgettext("objection", "Made"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.value() == "possible":
            return queryset.filter(objected_at=None, made_at__gt=clock.now() - OBJECTION_WITHIN)
        if self.value() == "made":
            return queryset.filter(objected_at__isnull=False)
        return queryset


@admin.register(FirmChange)
class FirmChangeAdmin(RegulatorAdmin[FirmChange]):
    list_display = ("made_at", "organisation", "kind", "person", "role_after", "made_by", "objected_at")
    list_display_links = ("made_at",)
    list_filter = (Objection, "kind", "organisation")
    search_fields = ("membership__user__name_en", "offer__invitation__email", "organisation__name_en")
    list_select_related = ("organisation", "membership__user", "offer__invitation", "made_by")
    date_hierarchy = "made_at"
    ordering = ("-made_at",)
    actions = ("object",)
    fields = (
        "organisation",
        "kind",
        "person",
        "role_before",
        "role_after",
        "capacities_before",
        "capacities_after",
        "last_day_before",
        "last_day_after",
        "made_by",
        "made_at",
        "objected_by",
        "objected_at",
        "objection",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[FirmChange]":
        """What can be objected to: a certification changes nothing."""
        return super().get_queryset(request).exclude(kind=FirmChangeKind.KEPT)

    @admin.display(description=gettext_lazy("person"))
    def person(self, change: FirmChange) -> str:
        return change.person_name

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_object(viewer)

    @admin.action(description=gettext_lazy("Object to the selected changes"), permissions=["act"])
    def object(self, request: HttpRequest, queryset: "QuerySet[FirmChange]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("organisation", "membership__user", "offer__invitation", "made_by"),
            Act(
                name="object",
                title=_("Object to what a firm did"),
                explains=_(
                    "An open invitation is withdrawn, or the membership that came of it ends; a role is what it was "
                    "before; a membership that was ended goes on. The firm's coordinators read your reason."
                ),
                button=_("Object and undo"),
                verb=lambda row, given: workflow.object_to(row, actor=viewer, reason=given["reason"]),
                affected=_affected,
                form=ReasonForm,
                done=_("Undone. The firm's coordinators are told."),
            ),
        )


def _affected(changes: list[FirmChange]) -> list[Affected]:
    what = {
        FirmChangeKind.INVITED: _("the invitation is withdrawn, or the membership ends"),
        FirmChangeKind.ROLE_SET: _("has the former role again"),
        FirmChangeKind.ENDED: _("keeps the membership"),
    }
    people = [Affected(change.person_name, what[FirmChangeKind(change.kind)]) for change in changes]
    told = {change.made_by_id: Affected(str(change.made_by), _("is told of the objection")) for change in changes}
    return [*people, *told.values()]
