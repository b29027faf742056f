"""The roadmap in the admin site. Every write goes through a verb; nothing is deleted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from initiatives import emails, workflow
from initiatives.enums import Verification
from initiatives.forms import MilestoneForm, StatusForm, UpdateForm
from initiatives.models import Initiative, InitiativeUpdate, Milestone, Pillar, StatusChange
from initiatives.policies import can_keep_roadmap
from members.admin_base import Act, Affected, ModelT, RegulatorAdmin, RegulatorInline
from members.desk.reached import reached
from members.publication import Plan
from members.viewer import Viewer


class Confirmed(admin.SimpleListFilter):
    """What the start page counts: facts that nobody has read in the issuer's own text yet."""

    title = gettext_lazy("verified")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        column = "verification" if queryset.model is Milestone else "status_verification"
        wanted = Q(**{column: Verification.VERIFIED})
        return queryset.filter(wanted if self.value() == "yes" else ~wanted) if self.value() else queryset


class _RoadmapAdmin(RegulatorAdmin[ModelT]):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def can_write(self, viewer: Viewer) -> bool:
        return can_keep_roadmap(viewer)

    def _confirm(
        self, request: HttpRequest, rows: "models.QuerySet[Any]", name: str, title: str, part: str
    ) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            rows,
            Act(
                name=name,
                title=title,
                explains=_(
                    "The roadmap shows these facts without the word “unverified” from now on. Confirm what you have"
                    " read in the issuer's own text alone."
                ),
                button=_("Confirm"),
                verb=lambda row, given: workflow.confirm_fact(row, part, actor=viewer),
                affected=lambda rows: [_everybody()],
            ),
        )


def _reached(plans: list[Plan], viewer: Viewer) -> list[Affected]:
    """Whom any of them reaches, each once."""
    return list(dict.fromkeys(one for plan in plans for one in reached(plan, viewer=viewer)))


def _everybody() -> Affected:
    return Affected(_("Everybody who reads the public roadmap"))


class _FixedAdmin(_RoadmapAdmin[ModelT]):
    """Pillars and initiatives are fixed in number: they are reworded, never added."""

    wording: frozenset[str] = frozenset()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = [field.name for field in self.model._meta.fields if field.name not in {"id", "from_file"}]
        return [name for name in shown if name not in self.wording]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [field.name for field in self.model._meta.fields if field.name not in {"id", "from_file"}]


@admin.register(Pillar)
class PillarAdmin(_FixedAdmin[Pillar]):
    list_display = ("code", "name_en", "name_zh_hant", "name_verification", "aim_verification", "as_at")
    actions = ("confirm_name", "confirm_aim", "confirm_chinese_aim")
    wording = workflow.PILLAR_WORDING

    def save_model(self, request: HttpRequest, obj: Pillar, form: forms.ModelForm[Pillar], change: bool) -> None:
        workflow.reword_pillar(obj, actor=self._viewer(request), **form.cleaned_data)

    @admin.action(description=gettext_lazy("Confirm the names"), permissions=["change"])
    def confirm_name(self, request: HttpRequest, queryset: "models.QuerySet[Pillar]") -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_name", _("Confirm the names"), "name")

    @admin.action(description=gettext_lazy("Confirm the English aims"), permissions=["change"])
    def confirm_aim(self, request: HttpRequest, queryset: "models.QuerySet[Pillar]") -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_aim", _("Confirm the English aims"), "aim")

    @admin.action(description=gettext_lazy("Confirm the Chinese aims"), permissions=["change"])
    def confirm_chinese_aim(self, request: HttpRequest, queryset: "models.QuerySet[Pillar]") -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_chinese_aim", _("Confirm the Chinese aims"), "aim_zh")


class StatusChangeInline(RegulatorInline[StatusChange]):
    model = StatusChange
    fields = ("on", "status", "reason_en", "recorded_by", "recorded_role", "recorded_at")
    verbose_name_plural = gettext_lazy("Status history")


@admin.register(Initiative)
class InitiativeAdmin(_FixedAdmin[Initiative]):
    list_display = (
        "number",
        "name_en",
        "pillar",
        "status",
        "status_as_at",
        "status_verification",
        "name_en_verification",
        "name_zh_verification",
    )
    list_display_links = ("number", "name_en")
    list_filter = (Confirmed, "status", "pillar")
    list_select_related = ("pillar",)
    search_fields = ("name_en", "name_zh_hant", "name_zh_hans")
    inlines = (StatusChangeInline,)
    actions = ("change_status", "confirm_status", "confirm_english_name", "confirm_chinese_name")
    wording = workflow.INITIATIVE_WORDING

    def save_model(
        self, request: HttpRequest, obj: Initiative, form: forms.ModelForm[Initiative], change: bool
    ) -> None:
        workflow.reword_initiative(obj, actor=self._viewer(request), **form.cleaned_data)

    @admin.action(description=gettext_lazy("Change the status"), permissions=["change"])
    def change_status(self, request: HttpRequest, queryset: "models.QuerySet[Initiative]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="change_status",
                title=_("Change the status"),
                explains=_("The new status stands on the public roadmap at once, with its reason in the history."),
                button=_("Change the status"),
                verb=lambda row, given: workflow.update_initiative_status(
                    row, status=given["status"], reason=given["reason"], actor=viewer
                ),
                affected=lambda rows: _reached([emails.plan_of_status(row, actor=viewer) for row in rows], viewer),
                form=StatusForm,
            ),
        )

    @admin.action(description=gettext_lazy("Confirm the status as at today"), permissions=["change"])
    def confirm_status(self, request: HttpRequest, queryset: "models.QuerySet[Initiative]") -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_status", _("Confirm the status as at today"), "status")

    @admin.action(description=gettext_lazy("Confirm the English names"), permissions=["change"])
    def confirm_english_name(
        self, request: HttpRequest, queryset: "models.QuerySet[Initiative]"
    ) -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_english_name", _("Confirm the English names"), "name_en")

    @admin.action(description=gettext_lazy("Confirm the Chinese names"), permissions=["change"])
    def confirm_chinese_name(
        self, request: HttpRequest, queryset: "models.QuerySet[Initiative]"
    ) -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm_chinese_name", _("Confirm the Chinese names"), "name_zh")


@admin.register(Milestone)
class MilestoneAdmin(_RoadmapAdmin[Milestone]):
    form = MilestoneForm
    list_display = ("date", "date_precision", "kind", "ref", "title_en", "touches", "verification", "as_at")
    list_display_links = ("date", "title_en")
    list_filter = (Confirmed, "kind", "verification", "initiatives")
    search_fields = ("ref", "title_en", "title_zh_hant", "title_zh_hans")
    date_hierarchy = "date"
    actions = ("confirm",)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Milestone]":
        return super().get_queryset(request).prefetch_related("initiatives")

    @admin.display(description=gettext_lazy("Initiatives"))
    def touches(self, obj: Milestone) -> str:
        return ", ".join(str(one.number) for one in obj.initiatives.all())

    def save_model(self, request: HttpRequest, obj: Milestone, form: forms.ModelForm[Milestone], change: bool) -> None:
        said = dict(form.cleaned_data)
        touched = said.pop("touched")
        viewer = self._viewer(request)
        if change:
            workflow.correct_milestone(obj, initiatives=touched, actor=viewer, **said)
        else:
            added = workflow.add_milestone(initiatives=touched, actor=viewer, **said)
            obj.pk, obj._state.adding = added.pk, False
        if warning := workflow.reference_warning(said["kind"], said["ref"]):
            self.message_user(request, warning, messages.WARNING)

    @admin.action(description=gettext_lazy("Confirm: read in the issuer's own text"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: "models.QuerySet[Milestone]") -> HttpResponse | None:
        return self._confirm(request, queryset, "confirm", _("Confirm: read in the issuer's own text"), "milestone")


@admin.register(InitiativeUpdate)
class InitiativeUpdateAdmin(_RoadmapAdmin[InitiativeUpdate]):
    form = UpdateForm
    list_display = ("posted_at", "initiative", "title_en", "audience", "posted_by")
    list_filter = ("audience", "initiative")
    search_fields = ("title_en", "title_zh_hant")
    date_hierarchy = "posted_at"
    list_select_related = ("initiative", "posted_by")
    actions = ("publish",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was posted stands; it can only be published. (The list needs the right for its action.)"""
        return obj is None and super().has_change_permission(request)

    def save_model(
        self,
        request: HttpRequest,
        obj: InitiativeUpdate,
        form: forms.ModelForm[InitiativeUpdate],
        change: bool,
    ) -> None:
        posted = workflow.post_update(actor=self._viewer(request), **form.cleaned_data)
        obj.pk, obj._state.adding = posted.pk, False

    @admin.action(description=pgettext_lazy("roadmap", "Publish to everybody"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: "models.QuerySet[InitiativeUpdate]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="publish",
                title=_("Publish updates"),
                explains=_("These updates stand on the public roadmap from now on. That cannot be undone."),
                button=_("Publish"),
                verb=lambda row, given: workflow.publish_update(row, actor=viewer),
                affected=lambda rows: _reached([emails.plan_of_update(row) for row in rows], viewer),
            ),
        )
