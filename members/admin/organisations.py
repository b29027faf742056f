"""The register of organisations and their licences."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policies, workflow
from members.admin_base import RegulatorAdmin, RegulatorInline
from members.enums import LicenceState
from members.models import LicenceStatus, Membership, Organisation
from members.viewer import Viewer
from portal.common import clock


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
        "name_en",
        "kind",
        "present_state",
        "people_now",
        "platform_name_en",
        "ce_reference",
        "licence_date",
    )
    list_filter = ("kind",)
    search_fields = ("name_en", "name_zh_hant", "platform_name_en", "key", "ce_reference")
    inlines = (LicenceStatusInline, MembershipInline)
    actions = ("set_licence_status",)

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        today = clock.today()
        now = Q(memberships__starts_on__lte=today) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
        return (
            super()
            .get_queryset(request)
            .annotate(people=Count("memberships", filter=now))
            .prefetch_related("licence_statuses")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        return ("key", "kind") if obj else ()

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
            workflow.amend_organisation(obj, changed=form.changed_data, actor=viewer)
        else:
            data = {name: form.cleaned_data[name] for name in form.cleaned_data}
            saved = workflow.register_organisation(actor=viewer, **data)
            obj.pk, obj._state.adding = saved.pk, False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New licence states enter through their verb; nothing else of the inlines is written here."""
        if formset.model is not LicenceStatus:
            return
        for status in formset.save(commit=False):
            if status._state.adding:
                workflow.set_licence_status(
                    form.instance,
                    state=status.state,
                    effective_on=status.effective_on,
                    note=status.note,
                    actor=self._viewer(request),
                )
        formset.save_m2m()

    @admin.action(description=gettext_lazy("Set the state of the licence"))
    def set_licence_status(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> HttpResponse | None:
        """Asks for the state and shows whose access opens or closes, then calls the verb for each."""
        policies.require(policies.can_keep_register(self._viewer(request)))
        form = LicenceForm(request.POST if "effective_on" in request.POST else None)
        if form.is_valid():
            for organisation in queryset:
                workflow.set_licence_status(organisation, actor=self._viewer(request), **form.cleaned_data)
            self.message_user(request, _("The state of the licence was set."), messages.SUCCESS)
            return None
        people = Membership.objects.on(clock.today()).filter(organisation__in=queryset).select_related("user")
        context = self.admin_site.each_context(request) | {
            "title": _("Set the state of the licence"),
            "form": form,
            "queryset": queryset,
            "people": people,
            "action": "set_licence_status",
            "opts": self.opts,
        }
        return render(request, "admin/members/licence_status.html", context)
