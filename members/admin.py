"""Organisations, people and working groups in the admin site."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, User
from members import policies, workflow
from members.admin_base import RegulatorAdmin, RegulatorInline
from members.enums import ROLES_OF, LicenceState, Role
from members.models import LicenceStatus, Membership, Organisation, WorkingGroup, WorkingGroupMembership
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


class LicenceStatusInline(RegulatorInline[LicenceStatus]):
    model = LicenceStatus
    fields = ("effective_on", "state", "note")


class MembershipInline(RegulatorInline[Membership]):
    model = Membership
    fields = ("user", "role", "title_en", "starts_on", "ends_on")
    readonly_fields = fields


class InviteForm(forms.Form):
    """An invitation to act for an organisation."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=gettext_lazy("Organisation"))
    email = forms.EmailField(label=gettext_lazy("Email address"))
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    name_zh_hant = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=(("", "---------"), *Role.choices))
    title_en = forms.CharField(label=gettext_lazy("Job title in English"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"),
        choices=(("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        organisation, role = data.get("organisation"), data.get("role")
        if organisation and role and role not in ROLES_OF[organisation.kind]:
            self.add_error("role", _("This role does not belong to that kind of organisation."))
        return data


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


@admin.register(Membership)
class MembershipAdmin(RegulatorAdmin[Membership]):
    list_display = ("user", "organisation", "role", "title_en", "starts_on", "ends_on")
    list_filter = ("role", "organisation__kind", "organisation")
    search_fields = ("user__name_en", "user__name_zh_hant", "user__email", "organisation__name_en")
    list_select_related = ("user", "organisation")
    date_hierarchy = "starts_on"
    actions = ("end_memberships",)
    change_list_template = "admin/members/membership_list.html"

    def can_write(self, viewer: Viewer) -> bool:
        """Nothing is typed over here: people are invited, and memberships end, through verbs."""
        return False

    def get_urls(self) -> list[URLPattern]:
        invite = path("invite/", self.admin_site.admin_view(self.invite_view), name="members_membership_invite")
        return [invite, *super().get_urls()]

    def invite_view(self, request: HttpRequest) -> HttpResponse:
        """Invite somebody to act for an organisation."""
        viewer = self._viewer(request)
        policies.require(policies.can_keep_register(viewer))
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = dict(form.cleaned_data)
            try:
                workflow.invite(data.pop("organisation"), actor=viewer, **data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                self.message_user(request, _("The invitation was sent to %s.") % data["email"], messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:accounts_invitation_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("Invite a person"),
            "form": form,
            "opts": self.opts,
        }
        return render(request, "admin/members/invite.html", context)

    @admin.action(description=gettext_lazy("End the selected memberships now"), permissions=["view"])
    def end_memberships(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        policies.require(policies.can_keep_register(viewer))
        if "confirmed" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("End memberships"),
                "queryset": queryset,
                "opts": self.opts,
                "action": "end_memberships",
            }
            return render(request, "admin/members/end_memberships.html", context)
        for membership in queryset.select_related("organisation"):
            workflow.end_membership(membership, actor=viewer)
        self.message_user(request, _("The memberships have ended. Access closed at once."), messages.SUCCESS)
        return None


@admin.register(User)
class UserAdmin(RegulatorAdmin[User]):
    change_list_template = "admin/members/membership_list.html"
    list_display = ("name_en", "name_zh_hant", "email", "language", "last_login", "is_active")
    list_filter = ("is_active", "language")
    search_fields = ("name_en", "name_zh_hant", "email")
    fields = (
        "email",
        "name_en",
        "name_zh_hant",
        "name_zh_hans",
        "language",
        "is_active",
        "last_login",
        "date_joined",
    )
    readonly_fields = fields


@admin.register(Invitation)
class InvitationAdmin(RegulatorAdmin[Invitation]):
    change_list_template = "admin/members/membership_list.html"
    list_display = ("email", "name_en", "created_at", "expires_at", "accepted_at", "revoked_at")
    search_fields = ("email", "name_en")
    list_select_related = ("invited_by",)
    fields = (
        "email",
        "name_en",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
    )
    readonly_fields = fields


class SeatInline(RegulatorInline[WorkingGroupMembership]):
    model = WorkingGroupMembership
    fields = readonly_fields = ("user", "organisation")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(RegulatorAdmin[WorkingGroup]):
    list_display = ("name_en", "name_zh_hant", "convener")
    list_select_related = ("convener",)
    inlines = (SeatInline,)
    fields = ("key", "name_en", "name_zh_hant", "name_zh_hans", "convener")
    readonly_fields = fields
