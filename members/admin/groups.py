"""Working groups and their seats: who reads what is narrowed to a group."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from members import policies, workflow
from members.admin_base import Act, ReasonForm, RegulatorAdmin, RegulatorInline, people_of
from members.models import WorkingGroup, WorkingGroupMembership
from members.viewer import Viewer, memberships_with_access
from members.workflow.groups import NAMES


class GroupForm(forms.ModelForm[WorkingGroup]):
    """The convener by address: a list of everybody would grow with the portal."""

    key = forms.SlugField(
        label=gettext_lazy("short key"),
        max_length=40,
        help_text=gettext_lazy("For the record: small letters, digits and hyphens, such as custody. It never changes."),
        error_messages={"invalid": gettext_lazy("Use letters, digits and hyphens only.")},
    )
    convener = forms.EmailField(label=gettext_lazy("Email address of the convener"))

    class Meta:
        model = WorkingGroup
        fields = ("key", *NAMES, "convener")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "convener" in self.fields:
            self.initial["convener"] = self.instance.convener.email

    def clean_convener(self) -> User:
        address = self.cleaned_data["convener"]
        seat = memberships_with_access().filter(user__email__iexact=address).first()
        if seat is None:
            raise forms.ValidationError(_("Nobody who has access to the portal has this address."))
        return seat.user


class SeatInline(RegulatorInline[WorkingGroupMembership]):
    model = WorkingGroupMembership
    fields = readonly_fields = ("user", "organisation", "given_at", "ended_at")
    ordering = ("ended_at", "organisation__name_en", "user__name_en")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(RegulatorAdmin[WorkingGroup]):
    """Formed and renamed here; seats are given in the list of memberships and ended in the list of seats."""

    form = GroupForm
    list_display = ("name_en", "name_zh_hant", "convener", "standing")
    list_select_related = ("convener",)
    search_fields = ("name_en", "name_zh_hant", "key")
    inlines = (SeatInline,)

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkingGroup]:
        return super().get_queryset(request).annotate(standing=Count("seats", filter=Q(seats__ended_at=None)))

    @admin.display(description=gettext_lazy("Seats"), ordering="standing")
    def standing(self, row: Any) -> int:
        return int(row.standing)

    def get_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> tuple[str, ...]:
        return ("key", *NAMES, "convener")

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> tuple[str, ...]:
        return ("key",) if obj is not None else ()

    def get_inlines(self, request: HttpRequest, obj: WorkingGroup | None) -> Any:
        return self.inlines if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: WorkingGroup, form: Any, change: bool) -> None:
        given, viewer = form.cleaned_data, self._viewer(request)
        names = {name: given[name] for name in NAMES}
        if change:
            workflow.amend_working_group(obj, convener=given["convener"], actor=viewer, **names)
        else:
            made = workflow.form_working_group(key=given["key"], convener=given["convener"], actor=viewer, **names)
            obj.pk, obj._state.adding = made.pk, False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has recorded it."""


class SeatStands(SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", _("Holds the seat")), ("off", _("Has ended"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(ended_at__isnull=self.value() == "on") if self.value() else queryset


@admin.register(WorkingGroupMembership)
class SeatAdmin(RegulatorAdmin[WorkingGroupMembership]):
    list_display = ("user", "organisation", "group", "given_at", "ended_at", "end_reason")
    list_filter = (SeatStands, "group", "organisation__kind")
    list_select_related = ("user", "organisation", "group")
    search_fields = ("user__name_en", "user__name_zh_hant", "user__email", "organisation__name_en", "group__name_en")
    date_hierarchy = "given_at"
    ordering = ("-given_at", "-pk")
    fields = ("group", "user", "organisation", "given_at", "ended_at", "end_reason")
    readonly_fields = fields
    actions = ("end_seats",)

    def counted(self, count: int) -> str:
        return ngettext("%(count)s seat", "%(count)s seats", count) % {"count": f"{count:,}"}

    def offers(self, row: WorkingGroupMembership, verb: str) -> bool:
        return row.ended_at is None

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    @admin.action(description=gettext_lazy("End seats"), permissions=["act"])
    def end_seats(self, request: HttpRequest, queryset: QuerySet[WorkingGroupMembership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation", "group"),
            Act(
                name="end_seats",
                title=_("End seats"),
                explains=_(
                    "From their next page on these people read nothing that is narrowed to the working group. What they"
                    " wrote there stays under their names. They are told, with your reason; the convener without it."
                ),
                button=_("End seats"),
                verb=lambda row, given: workflow.end_seat(row, actor=viewer, reason=given["reason"]),
                affected=lambda rows: people_of(rows, "user", "organisation", _("loses the seat at the next click")),
                form=ReasonForm,
                done=_("The seats have ended."),
            ),
        )
