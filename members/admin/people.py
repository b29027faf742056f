"""People, their memberships and invitations."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, User
from members import policies, workflow
from members.admin.terms import TermActions, taking_over
from members.admin_base import Act, RegulatorAdmin, people_of
from members.desk.filters import Confirmation, InvitationStands, MembershipRuns
from members.enums import ROLES_OF, Capacity, OrganisationKind, Role
from members.models import Membership, MembershipOffer, Organisation, WorkingGroup
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


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


class SeatForm(forms.Form):
    group = forms.ModelChoiceField(WorkingGroup.objects.all(), label=gettext_lazy("Working group"))


class EndingForm(forms.Form):
    """A firm is left without a coordinator only where somebody means it."""

    without_coordinator = forms.BooleanField(
        label=gettext_lazy("Also where a firm is left without a coordinator"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=250,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where a firm is left without a coordinator."),
    )


@admin.register(Membership)
class MembershipAdmin(TermActions):
    list_display = ("user", "organisation", "role", "job", "starts_on", "ends_on", "confirm_by")
    list_filter = (MembershipRuns, Confirmation, "role", "organisation__kind", "organisation")
    search_fields = ("user__name_en", "user__name_zh_hant", "user__email", "organisation__name_en")
    list_select_related = ("user", "organisation")
    date_hierarchy = "starts_on"
    ordering = ("-starts_on",)
    actions = (
        "confirm_access", "give_seat", "change_role", "replace_holder", "record_deputy", "end_memberships",
        "name_successor",
    )  # fmt: skip
    change_list_template = "admin/members/membership_list.html"
    fields = ("user", "organisation", "role", "team", "title_en", "title_zh_hant", "title_zh_hans", "held_as",
              "starts_on", "ends_on", "confirm_by")  # fmt: skip
    readonly_fields = fields

    @admin.display(description=gettext_lazy("Job title"))
    def job(self, row: Membership) -> str:
        return row.title.text

    @admin.display(description=gettext_lazy("capacities"))
    def held_as(self, row: Membership) -> str:
        return _(", ").join(str(Capacity(one).label) for one in row.capacities)

    def offers(self, row: Membership, verb: str) -> bool:
        if row.ends_on is not None and row.ends_on < clock.today():
            return verb == "name_successor"
        if verb == "give_seat":
            return row.role != Role.SUPERVISION
        if verb == "replace_holder":
            return row.role in {Role.CHAIR, Role.PRINCIPAL}
        if verb == "record_deputy":
            return row.organisation.kind == OrganisationKind.REGULATOR and row.role != Role.CHAIR
        return verb != "name_successor"

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

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    @admin.action(description=gettext_lazy("End memberships"), permissions=["act"])
    def end_memberships(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="end_memberships",
                title=_("End memberships"),
                explains=_(
                    "These people lose access to the portal at their next click, or after a later last day. What they"
                    " wrote stays under their names; drafts, actions, meetings that they were to chair and minutes in"
                    " hand go to the successor, or wait for one."
                ),
                button=_("End memberships"),
                verb=lambda row, given: workflow.end_membership(row, actor=viewer, **given),
                affected=lambda rows: people_of(rows, "user", "organisation", _("loses access at the next click")),
                form=taking_over(queryset, EndingForm),
                done=_("The memberships end, and access closes with them."),
            ),
        )

    @admin.action(description=gettext_lazy("Give a seat in a working group"), permissions=["act"])
    def give_seat(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="give_seat",
                title=_("Give a seat in a working group"),
                explains=_(
                    "From their next page on these people read the papers, meetings and documents that are narrowed to"
                    " the working group, what was said there before as well. They and the convener are told."
                ),
                button=_("Give the seat"),
                verb=lambda row, given: workflow.give_seat(given["group"], row, actor=viewer),
                affected=lambda rows: people_of(rows, "user", "organisation", _("reads what the group reads")),
                form=SeatForm,
                done=_("The seat is given."),
            ),
        )

    @admin.action(description=gettext_lazy("Confirm access"), permissions=["act"])
    def confirm_access(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="confirm_access",
                title=_("Confirm access"),
                explains=_(
                    "For people whom nobody of their firm can confirm: a coordinator who is alone, and everybody of a "
                    "firm without one. They are asked again in half a year."
                ),
                button=_("Confirm"),
                verb=lambda row, given: workflow.confirm_access(row, actor=viewer),
                affected=lambda rows: people_of(rows, "user", "organisation", _("can write for another half year")),
                done=_("Confirmed for half a year."),
            ),
        )


@admin.register(User)
class UserAdmin(RegulatorAdmin[User]):
    change_list_template = "admin/members/membership_list.html"
    list_display = ("name_en", "name_zh_hant", "email", "language", "last_login", "is_active")
    list_filter = ("is_active", "language")
    search_fields = ("name_en", "name_zh_hant", "email")
    date_hierarchy = "date_joined"
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
    list_filter = (InvitationStands,)
    date_hierarchy = "created_at"
    list_display = ("email", "name_en", "offered", "expires_at", "accepted_at", "revoked_at")
    search_fields = ("email", "name_en")
    list_select_related = ("invited_by", "membership_offer__organisation")
    fields = (
        "email",
        "name_en",
        "offered",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("offered membership"), ordering="membership_offer__organisation__name_en")
    def offered(self, row: Invitation) -> str:
        offer: MembershipOffer | None = getattr(row, "membership_offer", None)
        return _(", ").join((str(offer.organisation), offer.get_role_display())) if offer else ""
