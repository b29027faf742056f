"""The shape of what a firm's coordinator types."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language
from members.enums import ROLES_OF, Capacity, OrganisationKind, Role
from members.models import Membership
from portal.common import clock

_OF_A_FIRM = [role for role in Role if role in ROLES_OF[OrganisationKind.PLATFORM]]
KEEP, END, LATER = "keep", "end", "later"


def roles_to_give(organisation_id: int, present: str = "") -> list[tuple[str, Any]]:
    """The roles of a firm; that of the principal only where nobody has it, since there is one."""
    today = clock.today()
    held = Membership.objects.filter(organisation=organisation_id, role=Role.PRINCIPAL).exclude(ends_on__lt=today)
    taken = {Role.PRINCIPAL} if present != Role.PRINCIPAL and held.exists() else set()
    return [(role.value, role.label) for role in _OF_A_FIRM if role not in taken]


class InviteForm(forms.Form):
    """A colleague who is to have an account."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The invitation goes there, and only whoever reads it there can take it up."),
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    name_zh_hant = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    title_en = forms.CharField(label=gettext_lazy("Job title in English"), max_length=120, required=False)
    title_zh_hant = forms.CharField(label=gettext_lazy("Job title in Chinese"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"), choices=Language.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(organisation_id)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    capacities = forms.MultipleChoiceField(
        label=gettext_lazy("Capacities"),
        choices=Capacity.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(membership.organisation_id, membership.role)  # type: ignore[attr-defined]
        self.initial = {**self.initial, "role": membership.role, "capacities": membership.capacities}

    @property
    def changes_nothing(self) -> bool:
        data = self.cleaned_data
        return (data["role"], sorted(data["capacities"])) == (self.initial["role"], sorted(self.initial["capacities"]))


def _successors(colleagues: list[Membership]) -> list[tuple[str, str]]:
    return [
        ("", _("Nobody for now")),
        *((str(one.pk), f"{one.user.full_name_both} ({one.get_role_display()})") for one in colleagues),
    ]


class EndForm(forms.Form):
    """When a colleague's access ends, and who takes over what is open."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty to close the access now."),
    )
    successor = forms.ChoiceField(
        label=gettext_lazy("Who takes over open drafts and actions?"),
        required=False,
        help_text=gettext_lazy("What was posted stays under its author's name."),
    )

    def __init__(self, *args: Any, colleagues: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._colleagues = {str(one.pk): one for one in colleagues}
        self.fields["successor"].choices = _successors(colleagues)  # type: ignore[attr-defined]

    @property
    def colleague(self) -> Membership | None:
        return self._colleagues.get(self.cleaned_data["successor"])


class CertificationForm(forms.Form):
    """One answer for each colleague: `need-<pk>`, and who takes over from those who leave: `successor-<pk>`."""

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.memberships = {str(one.pk): one for one in memberships}
        for pk, one in self.memberships.items():
            self.fields[f"need-{pk}"] = forms.ChoiceField(
                label=one.user.full_name_both,
                choices=((KEEP, _("Still needs access")), (END, _("End the access")), (LATER, _("Not now"))),
                initial=LATER,
                widget=forms.RadioSelect,
            )
            self.fields[f"successor-{pk}"] = forms.ChoiceField(
                label=_("Who takes over from %(person)s?") % {"person": one.user.full_name_both},
                required=False,
            )

    def offer_successors(self, colleagues: list[Membership]) -> None:
        for pk in self.memberships:
            field: Any = self.fields[f"successor-{pk}"]
            field.choices = _successors([one for one in colleagues if str(one.pk) != pk])

    def answered(self, answer: str) -> list[Membership]:
        return [one for pk, one in self.memberships.items() if self.cleaned_data.get(f"need-{pk}") == answer]

    def successor_of(self, membership: Membership, colleagues: list[Membership]) -> Membership | None:
        chosen = self.cleaned_data.get(f"successor-{membership.pk}")
        return next((one for one in colleagues if str(one.pk) == chosen), None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"need-{pk}") in {KEEP, END} for pk in self.memberships):
            raise forms.ValidationError(_("Say of at least one colleague whether they still need access."))
        return data
