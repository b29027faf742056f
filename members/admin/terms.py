"""What the chair's office does about terms: roles from a day on, who replaces whom, who stands in, who takes over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policies, workflow
from members.admin_base import Act, Affected, RegulatorAdmin, people_of
from members.enums import Capacity, Role
from members.forms_delegation import DelegationForm, SeatField
from members.models import Delegation, Membership
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    # A browser's own date field takes ISO dates and no others.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _colleagues(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Who acts today for the organisations of these memberships, without their holders."""
    found = Membership.objects.on(clock.today()).filter(organisation__in=rows.values("organisation"))
    found = found.exclude(user__in=rows.values("user")).exclude(role__in=(Role.SUPERVISION, Role.OBSERVER))
    return found.select_related("user").order_by("organisation", "user__name_en")


def taking_over(rows: QuerySet[Membership], form: type[forms.Form]) -> type[forms.Form]:
    """`form` with a last day and a successor among the colleagues of these memberships."""
    fields = {
        "last_day": _day(gettext_lazy("Last day"), gettext_lazy("Empty: access closes now.")),
        "successor": SeatField(
            _colleagues(rows),
            label=gettext_lazy("Successor"),
            required=False,
            help_text=gettext_lazy(
                "Takes on open drafts, actions, meetings and minutes. Nobody reads them on the way."
            ),
        ),
    }
    return type("TakingOverForm", (form,), fields)


class RoleForm(forms.Form):
    """A role and capacities from a day on; what stays empty stays as it is."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=(("", gettext_lazy("As it is")), *Role.choices), required=False
    )
    capacities = forms.MultipleChoiceField(
        label=gettext_lazy("Capacities"),
        choices=Capacity.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All that are held from that day on. Nothing chosen: as they are."),
    )
    from_day = _day(gettext_lazy("From"), gettext_lazy("Empty: from today."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data | {"role": data.get("role") or None, "capacities": data.get("capacities") or None}


def _replacing(rows: QuerySet[Membership]) -> type[forms.Form]:
    roles = [(role.value, role.label) for role in Role if role not in (Role.CHAIR, Role.PRINCIPAL, Role.SUPERVISION)]
    fields = {
        "by": SeatField(_colleagues(rows), label=gettext_lazy("By whom")),
        "from_day": _day(gettext_lazy("From"), gettext_lazy("Empty: from today.")),
        "former_role": forms.ChoiceField(
            label=gettext_lazy("The former holder"),
            choices=(("", gettext_lazy("leaves; open work goes to the new holder")), *roles),
            required=False,
        ),
    }
    return type("ReplacingForm", (forms.Form,), fields)


def _deputy_form(rows: QuerySet[Membership]) -> type[forms.Form]:
    fields = {name: DelegationForm.base_fields[name] for name in ("starts_on", "ends_on")}
    return type("DeputyForm", (forms.Form,), fields)


class TermActions(RegulatorAdmin[Membership]):
    """Actions on memberships, each a verb that waits for a yes."""

    @admin.action(description=gettext_lazy("Change role or capacities from a day"), permissions=["act"])
    def change_role(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="change_role",
                title=_("Change role or capacities"),
                explains=_("From that day these people have this role. The term before stays on record."),
                button=_("Change the role"),
                verb=lambda row, given: workflow.change_role(row, actor=viewer, **given),
                affected=lambda rows: people_of(rows, "user", "organisation", _("has another role from that day")),
                form=RoleForm,
                initial={"from_day": clock.today()},
            ),
        )

    @admin.action(description=gettext_lazy("Replace the chair or a principal representative"), permissions=["act"])
    def replace_holder(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)

        def replace(row: Membership, given: dict[str, Any]) -> None:
            workflow.replace(row, actor=viewer, **(given | {"former_role": given["former_role"] or None}))

        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="replace_holder",
                title=_("Replace the holder of a role"),
                explains=_("From that day a colleague is chair or principal representative instead: one at a time."),
                button=_("Replace"),
                verb=replace,
                affected=lambda rows: people_of(rows, "user", "organisation", _("gives the role up")),
                form=_replacing(queryset),
                initial={"from_day": clock.today()},
            ),
        )

    @admin.action(description=gettext_lazy("Record as the chair's deputy for a period"), permissions=["act"])
    def record_deputy(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)

        def record(row: Membership, given: dict[str, Any]) -> None:
            chair = Membership.objects.on(clock.today()).filter(role=Role.CHAIR).select_related("organisation").first()
            if chair is None:
                raise Refused(_("There is no chair at present. Appoint one."))
            workflow.delegate(chair, to=row, actor=viewer, **given)

        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="record_deputy",
                title=_("Record a deputy"),
                explains=_("The deputy has the chair's powers from the first to the last day, and then no more."),
                button=_("Record"),
                verb=record,
                affected=lambda rows: people_of(rows, "user", "organisation", _("has the chair's powers for a while")),
                form=_deputy_form(queryset),
                initial={"starts_on": clock.today()},
                done=_("Recorded. It ends by itself."),
            ),
        )

    @admin.action(description=gettext_lazy("Name who takes over from somebody who has left"), permissions=["act"])
    def name_successor(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset.select_related("user", "organisation"),
            Act(
                name="name_successor",
                title=_("Name a successor"),
                explains=_(
                    "What these people had open goes to the successor. What they posted stays under their names."
                ),
                button=_("Hand over"),
                verb=lambda row, given: workflow.name_successor(row, actor=viewer, **given),
                affected=lambda rows: people_of(rows, "user", "organisation", _("drafts and actions go on elsewhere")),
                form=type(
                    "SuccessorForm",
                    (forms.Form,),
                    {"successor": SeatField(_colleagues(queryset), label=gettext_lazy("Successor"))},
                ),
                done=_("The successor is named."),
            ),
        )


@admin.register(Delegation)
class DelegationAdmin(RegulatorAdmin[Delegation]):
    """Who stands in for whom. Nothing is typed over: a delegation is given by its holder and can be ended."""

    list_display = ("holder", "giver", "organisation", "role", "starts_on", "ends_on", "ended_at")
    list_filter = ("role", "organisation")
    list_select_related = ("holder", "giver", "organisation")
    search_fields = ("holder__name_en", "giver__name_en", "organisation__name_en")
    date_hierarchy = "starts_on"
    actions = ("end_delegations",)

    def offers(self, row: Delegation, verb: str) -> bool:
        return row.ended_at is None and row.ends_on >= clock.today()

    fields = (
        "organisation", "giver", "holder", "role", "starts_on", "ends_on",
        "recorded_by", "recorded_at", "ended_at", "ended_by",
    )  # fmt: skip
    readonly_fields = fields

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    @admin.action(description=gettext_lazy("End deputising now"), permissions=["act"])
    def end_delegations(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> HttpResponse | None:
        viewer = self._viewer(request)

        def affected(rows: Iterable[Delegation]) -> list[Affected]:
            return [Affected(str(row.holder), _("holds the role no longer")) for row in rows]

        return self.confirmed(
            request,
            # Firms end their own.
            queryset.filter(role=Role.CHAIR).select_related("holder", "giver"),
            Act(
                name="end_delegations",
                title=_("End deputising"),
                explains=_(
                    "The chair's powers of these people end at their next click. Firms end their own delegations."
                ),
                button=_("End it now"),
                verb=lambda row, given: workflow.end_delegation(row, actor=viewer),
                affected=affected,
            ),
        )
