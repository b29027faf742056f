"""The shape of a delegation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext

from members.models import Membership


def _day(label: Any) -> forms.DateField:
    # A browser's own date field takes ISO dates and no others.
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class SeatField(forms.ModelChoiceField[Membership]):
    """A person by name and role."""

    def label_from_instance(self, obj: Membership) -> str:
        return pgettext("in a list", ", ").join((obj.user.display_name, str(obj.get_role_display())))


class DelegationForm(forms.Form):
    to = SeatField(Membership.objects.none(), label=gettext_lazy("Who holds the role"))
    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"))

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["ends_on"].help_text = gettext_lazy("90 days at most. It ends by itself after this day.")
