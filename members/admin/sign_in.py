"""Firms' own identity providers: which firm signs in where, who has connected it, set and switched off."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policies
from members.admin_base import Act, Affected, RegulatorAdmin, RegulatorInline
from members.certification import coordinators_of
from members.forms_sign_in import ConfirmedProviderForm, IdentityProviderForm
from members.models import FirmIdentity, IdentityProvider, Membership, Organisation
from members.sign_in_news import connected_to
from members.viewer import Viewer, memberships_with_access
from members.workflow import firm_sign_in
from portal.common.errors import Refused


class IdentityInline(RegulatorInline[FirmIdentity]):
    model = FirmIdentity
    fields = ("user", "issuer", "connected_at", "ended_at")
    readonly_fields = fields


class Standing(SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", _("In use")), ("off", _("Switched off"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(ended_at__isnull=self.value() == "on") if self.value() else queryset


@admin.register(IdentityProvider)
class IdentityProviderAdmin(RegulatorAdmin[IdentityProvider]):
    """Everything but the secret, which no page shows."""

    change_list_template = "admin/members/identity_provider_list.html"
    list_display = ("organisation", "issuer", "names", "people", "recorded_at", "ended_at")
    list_filter = (Standing,)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name_en", "organisation__name_zh_hant", "issuer", "client_id")
    ordering = ("organisation__name_en",)
    fields = ("organisation", "issuer", "client_id", "names", "comes_back_to", "recorded_at", "ended_at")
    readonly_fields = fields
    inlines = (IdentityInline,)
    actions = ("switch_off",)

    def offers(self, row: IdentityProvider, verb: str) -> bool:
        return row.ended_at is None

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityProvider]:
        connected = Count("identities", filter=Q(identities__ended_at=None))
        return super().get_queryset(request).annotate(connected=connected)

    @admin.display(description=gettext_lazy("Domains"))
    def names(self, obj: IdentityProvider) -> str:
        return ", ".join(obj.domains)

    @admin.display(description=gettext_lazy("Connected"), ordering="connected")
    def people(self, obj: Any) -> int:
        return int(obj.connected)

    @admin.display(description=gettext_lazy("Address to enter there"))
    def comes_back_to(self, obj: IdentityProvider) -> str:
        return _address_for(obj.organisation)

    def get_urls(self) -> list[URLPattern]:
        set_up = path("set/", self.admin_site.admin_view(self.set_view), name="members_identityprovider_set")
        return [set_up, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"may_set": self.has_act_permission(request), **(extra_context or {})})

    def set_view(self, request: HttpRequest) -> HttpResponse:
        """First what is to be set; then whom it touches, with the field for the secret."""
        viewer = self._viewer(request)
        policies.require(policies.can_keep_register(viewer))
        said_yes = "confirmed" in request.POST
        form = (ConfirmedProviderForm if said_yes else IdentityProviderForm)(
            request.POST if request.method == "POST" else None
        )
        if request.method != "POST":
            return self._asked(request, form, status=200)
        valid = form.is_valid()
        if not valid and set(form.errors) - {"client_secret"}:
            return self._asked(request, form, status=422)
        given = {name: form.cleaned_data[name] for name in IdentityProviderForm.base_fields}
        firm = given.pop("organisation")
        try:
            if said_yes and valid:
                secret = form.cleaned_data["client_secret"]
                provider = firm_sign_in.set_identity_provider(firm, client_secret=secret, actor=viewer, **given)
                done = _("Set. To be entered at the provider: %(address)s") % {"address": _address_for(firm)}
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:members_identityprovider_change", args=[provider.pk]))
            given["domains"] = firm_sign_in.require_settable(firm, **given)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in IdentityProviderForm.base_fields else None, refusal.message
            )
            return self._asked(request, form, status=422)
        if not said_yes:
            typed = {name: request.POST.get(name, "") for name in IdentityProviderForm.base_fields}
            form = ConfirmedProviderForm(initial=typed)
        act = Act(
            name="",
            title=_("Set a firm's sign-in"),
            explains=_(
                "People of %(organisation)s with an address at %(domains)s may also sign in through %(issuer)s, known"
                " there as %(client_id)s, once each has connected it. The portal still asks for its second factor."
            )
            % {"organisation": firm, **given, "domains": ", ".join(given["domains"])},
            button=_("Set"),
            verb=lambda row, given: None,
            affected=lambda rows: _affected(firm, given["issuer"], given["domains"]),
        )
        return self._confirmation(request, [firm], act, form, status=422 if form.errors else 200)

    def _asked(self, request: HttpRequest, form: Any, *, status: int) -> HttpResponse:
        """The first page, with what was typed and what is wrong with it."""
        if isinstance(form, ConfirmedProviderForm):
            errors = form.errors
            form = IdentityProviderForm(form.data)
            form._errors = {name: found for name, found in errors.items() if name != "client_secret"}
            form.cleaned_data = {}
        context = self.admin_site.each_context(request) | {
            "title": _("Set a firm's sign-in"),
            "form": form,
            "opts": self.opts,
        }
        return render(request, "admin/members/identity_provider.html", context, status=status)

    @admin.action(description=gettext_lazy("Switch off"), permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: "QuerySet[IdentityProvider]") -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="switch_off",
                title=_("Switch off a firm's sign-in"),
                explains=_(
                    "Nobody signs in through it any more; people use the portal's password and second factor. Who has"
                    " connected it stays connected, should the same provider be set again. Open sessions go on."
                ),
                button=_("Switch off"),
                verb=lambda row, given: firm_sign_in.switch_identity_provider_off(row, actor=viewer),
                affected=_losing,
                done=_("Switched off. The firm is told."),
            ),
        )


def _address_for(firm: Organisation) -> str:
    return settings.BASE_URL + reverse("members:from_firm", args=[firm.key])


def _losing(providers: list[IdentityProvider]) -> list[Affected]:
    found = []
    for provider in providers:
        connected = connected_to(provider)
        found += [
            Affected(_name(one.user, provider.organisation), _("signs in by password again")) for one in connected
        ]
        found += _told(provider.organisation, {one.user_id for one in connected})
    return found


def _affected(firm: Organisation, issuer: str, domains: list[str]) -> list[Affected]:
    """Everybody of the firm with access: who may connect it, who must do so anew, whose address it does not fit."""
    provider = IdentityProvider.objects.filter(organisation=firm).first()
    connected = {one.user_id: one.issuer for one in connected_to(provider)} if provider else {}
    people: QuerySet[Membership] = memberships_with_access().filter(organisation=firm).select_related("user")
    found, named = [], set()
    for seat in people.order_by("user__name_en", "pk"):
        if seat.user_id in named:
            continue
        named.add(seat.user_id)
        if connected.get(seat.user_id, issuer) != issuer:
            what = _("is connected elsewhere until now, and connects this one anew")
        elif seat.user_id in connected:
            what = _("is connected already")
        elif seat.user.email.rpartition("@")[2].lower() in domains:
            what = _("may connect it")
        else:
            what = _("has an address under another domain, and keeps the password")
        found.append(Affected(_name(seat.user, firm), what))
    return found + _told(firm, set())


def _told(firm: Organisation, already: set[int]) -> list[Affected]:
    return [
        Affected(_name(row.user, firm), _("is told, as coordinator"))
        for row in coordinators_of(firm.pk).select_related("user")
        if row.user_id not in already
    ]


def _name(user: Any, firm: Organisation) -> str:
    return f"{user}{_(', ')}{firm.short}"
