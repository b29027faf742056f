"""The shape of a request for an override, of a decision on it, and of the filters of the log of openings."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from members import openings
from members.enums import OrganisationKind, Role
from members.models import Organisation
from members.viewer import Viewer, memberships_with_access
from members.workflow.oversight import SHORTEST_REASON
from portal.common import clock

OFFICE_CLOSES = time(18)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _time(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


class AskForm(forms.Form):
    organisation = forms.ModelChoiceField(label=_("Firm"), queryset=Organisation.objects.none())
    officer = forms.ModelChoiceField(label=_("Who is to read"), queryset=User.objects.none())
    reason = _reason(_("Reason"), _("The second officer reads it, and once it is approved the firm does too."))
    starts_0 = _day(_("From"), required=False, help_text=_("Leave empty to begin with the approval."))
    starts_1 = _time(_("Time (Hong Kong time)"), required=False)
    until_0 = _day(_("Until"), help_text=_("30 days at most. It ends by itself at that minute."))
    until_1 = _time(_("Time (Hong Kong time)"), initial=OFFICE_CLOSES)

    def __init__(self, data: Any = None, *, viewer: Viewer) -> None:
        soon = clock.today() + timedelta(days=7)
        super().__init__(data, initial={"officer": viewer.user_id, "until_0": soon})
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            kind=OrganisationKind.PLATFORM
        ).order_by("name_en")
        people = memberships_with_access().filter(role=Role.SUPERVISION).values("user")
        self.fields["officer"].queryset = User.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        self.fields["reason"].widget.attrs["minlength"] = SHORTEST_REASON

    def moment(self, name: str) -> datetime | None:
        """A day and a time in Hong Kong; a beginning without a time is the day's."""
        day, at = self.cleaned_data.get(f"{name}_0"), self.cleaned_data.get(f"{name}_1")
        return datetime.combine(day, at or time(0), clock.HONG_KONG) if day else None


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = _reason(_("Why it is refused"), _("Whoever asked reads it."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].required = False
        self.fields["reason"].needed_when = pgettext_lazy("field", "needed to refuse")  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """Filters of the log; what is not a date, a role or a kind counts as not said."""

    since = _day(_("From"), required=False)
    until = _day(_("Until"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)
    firm = forms.ModelChoiceField(label=_("Firm"), queryset=Organisation.objects.none(), required=False)

    def __init__(self, data: Any, *, with_firms: bool) -> None:
        super().__init__(data)
        roles = (Role.CHAIR, Role.SECRETARIAT, Role.POLICY_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISION)
        self.fields["role"].choices = [("", _("All")), *((one.value, one.label) for one in roles)]  # type: ignore[attr-defined]
        named = sorted((openings.label(kind), kind) for kind in openings.kinds())
        self.fields["kind"].choices = [("", _("All")), *((kind, words) for words, kind in named)]  # type: ignore[attr-defined]
        if with_firms:
            firms = Organisation.objects.filter(kind=OrganisationKind.PLATFORM).order_by("name_en")
            self.fields["firm"].queryset = firms  # type: ignore[attr-defined]
            self.fields["firm"].empty_label = _("All")  # type: ignore[attr-defined]
        else:
            del self.fields["firm"]
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"
