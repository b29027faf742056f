"""The calendar of asks: days that are off or added, and windows without deadlines."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import policies, workflow
from consultations.admin.reading import ReadingAdmin, readers_of
from consultations.models import (
    BlackoutWindow,
    DayChange,
)
from members.admin_base import Act, Affected, ModelT
from members.audience import Audience
from members.viewer import Viewer
from portal.common.errors import Refused


class _CalendarAdmin(ReadingAdmin[ModelT]):
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
    shelf = "calendar"
    list_filter = ("kind", "cause")
    search_fields = ("reason_en", "reason_zh_hant")
    date_hierarchy = "day"
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
    def undo(self, request: HttpRequest, queryset: "models.QuerySet[DayChange]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="undo",
                title=_("Undo the change"),
                explains=_("The days count again as the calendar had them. Deadlines that moved for them stay moved."),
                button=_("Undo the change"),
                verb=lambda row, given: workflow.undo_change(row, actor=viewer),
                affected=lambda rows: [Affected(readers_of(Audience.GROUP), _("read the calendar"))],
            ),
        )


@admin.register(BlackoutWindow)
class BlackoutWindowAdmin(_CalendarAdmin[BlackoutWindow]):
    shelf = "calendar"
    list_display = ("starts_on", "ends_on", "reason_en", "set_by", "lifted_at")
    search_fields = ("reason_en", "reason_zh_hant")
    date_hierarchy = "starts_on"
    list_select_related = ("set_by",)
    form_fields = ("starts_on", "ends_on", "reason_en", "reason_zh_hant", "reason_zh_hans")
    actions = ("lift",)

    def add(self, given: dict[str, Any], actor: Viewer) -> BlackoutWindow:
        return workflow.set_window(given["starts_on"], given["ends_on"], actor=actor, reason=given["reason"])

    @admin.action(description=gettext_lazy("Lift the window"), permissions=["act"])
    def lift(self, request: HttpRequest, queryset: "models.QuerySet[BlackoutWindow]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="lift",
                title=_("Lift the window"),
                explains=_("Deadlines can fall into these days again."),
                button=_("Lift the window"),
                verb=lambda row, given: workflow.lift_window(row, actor=viewer),
                affected=lambda rows: [Affected(readers_of(Audience.GROUP), _("read the calendar"))],
            ),
        )
