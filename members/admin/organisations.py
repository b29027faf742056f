"""The register of organisations and their licences."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policies, workflow
from members.admin.names import ABOUT_NAMES, FormerNameInline, OrganisationForm
from members.admin_base import Act, Affected, RegulatorAdmin, RegulatorInline, people_of
from members.enums import LicenceState
from members.models import LicenceStatus, Membership, Organisation
from members.viewer import Viewer
from portal.common import clock
from portal.common.translated import translated


class LicenceStatusInline(RegulatorInline[LicenceStatus]):
    model = LicenceStatus
    fields = ("effective_on", "state", "note")


class MembershipInline(RegulatorInline[Membership]):
    model = Membership
    fields = ("user", "role", "title_en", "starts_on", "ends_on")
    readonly_fields = fields


class LicenceForm(forms.Form):
    """A new state of a licence."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=(("", "---------"), *LicenceState.choices))
    effective_on = forms.DateField(
        label=gettext_lazy("From"),
        initial=clock.today,
        # A browser's own date field takes ISO dates and no others.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


@admin.register(Organisation)
class OrganisationAdmin(RegulatorAdmin[Organisation]):
    list_display = (
        "legal_name",
        "kind",
        "present_state",
        "people_now",
        "platform",
        "ce_reference",
        "licence_date",
    )
    list_filter = ("kind",)
    search_fields = ("name_en", "name_zh_hant", "platform_name_en", "key", "ce_reference")
    form = OrganisationForm
    inlines = (LicenceStatusInline, FormerNameInline, MembershipInline)
    change_list_template = "admin/members/organisation_list.html"
    actions = ("set_licence_status",)

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        offered = {"may_look": policies.can_look(self._viewer(request))}
        return super().change_view(request, object_id, form_url, offered | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        # Counted for the rows of the page alone: joined, all memberships would be read.
        seats = Membership.objects.on(clock.today()).filter(organisation=OuterRef("pk")).order_by()
        people = seats.values("organisation").annotate(count=Count("pk")).values("count")
        return (
            super()
            .get_queryset(request)
            .annotate(people=Coalesce(Subquery(people), 0))
            .prefetch_related("licence_statuses")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        return ("key", "kind") if obj else ()

    @admin.display(description=gettext_lazy("Organisation"), ordering="name_en")
    def legal_name(self, obj: Organisation) -> str:
        return obj.name.text

    @admin.display(description=gettext_lazy("Platform"), ordering="platform_name_en")
    def platform(self, obj: Organisation) -> str:
        return translated(obj, "platform_name").text

    @admin.display(description=gettext_lazy("Licence"))
    def present_state(self, obj: Organisation) -> str:
        begun = [s for s in obj.licence_statuses.all() if s.effective_on <= clock.today()]
        return begun[0].get_state_display() if begun else ""

    @admin.display(description=gettext_lazy("People"), ordering="people")
    def people_now(self, obj: Any) -> int:
        return int(obj.people)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        viewer = self._viewer(request)
        if change:
            workflow.amend_organisation(
                obj,
                changed=[name for name in form.changed_data if name not in ABOUT_NAMES],
                names_from=form.cleaned_data["names_from"],
                correcting=form.cleaned_data["correcting"],
                actor=viewer,
            )
        else:
            data = {name: form.cleaned_data[name] for name in form.cleaned_data if name not in ABOUT_NAMES}
            saved = workflow.register_organisation(actor=viewer, **data)
            obj.pk, obj._state.adding = saved.pk, False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New licence states enter through their verb; nothing else of the inlines is written here."""
        # Django's own note of the change asks every formset what its saving brought.
        for status in formset.save(commit=False):
            if isinstance(status, LicenceStatus) and status._state.adding:
                workflow.set_licence_status(
                    form.instance,
                    state=status.state,
                    effective_on=status.effective_on,
                    note=status.note,
                    actor=self._viewer(request),
                )
        formset.save_m2m()

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    @admin.action(description=gettext_lazy("Set the state of the licence"), permissions=["act"])
    def set_licence_status(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> HttpResponse | None:
        """Asks for the state and shows whose access opens or closes, then calls the verb for each."""
        viewer = self._viewer(request)

        def affected(rows: list[Organisation]) -> list[Affected]:
            people = Membership.objects.on(clock.today()).filter(organisation__in=rows)
            return people_of(people.select_related("user", "organisation"), "user", "organisation")

        return self.confirmed(
            request,
            queryset,
            Act(
                name="set_licence_status",
                title=_("Set the state of the licence"),
                explains=_(
                    "A suspended, revoked or ceased licence closes the access of these people at their next click;"
                    " licensed or restricted opens it again."
                ),
                button=_("Set the state"),
                verb=lambda row, given: workflow.set_licence_status(row, actor=viewer, **given),
                affected=affected,
                form=LicenceForm,
                done=_("The state of the licence was set."),
            ),
        )
