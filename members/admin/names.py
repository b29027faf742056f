"""Legal names through time, on an organisation's page in the admin site."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from members.admin_base import RegulatorInline
from members.enums import LicenceKind
from members.models import FormerName
from members.workflow.register import LEGAL_NAMES, check_new_name
from portal.common import clock
from portal.common.errors import Refused

# What the form asks beside the organisation's own columns, when a legal name changes.
ABOUT_NAMES = ("names_from", "correcting")


class FormerNameInline(RegulatorInline[FormerName]):
    """Former names enter through the verb that replaces a name."""

    model = FormerName
    fields = readonly_fields = ("name_en", "name_zh_hant", "name_zh_hans", "since", "until")


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation, and what becomes of a legal name that is replaced."""

    names_from = forms.DateField(
        label=gettext_lazy("A new legal name holds from"),
        help_text=gettext_lazy("The name that it replaces is kept as a former name until that day."),
        required=False,
        initial=clock.today,
        # A browser's own date field takes ISO dates and no others.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    correcting = forms.BooleanField(
        label=gettext_lazy("The legal name was misspelt: keep no former name"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "licence_kinds" in self.fields:
            self.fields["licence_kinds"] = forms.MultipleChoiceField(
                label=capfirst(self.fields["licence_kinds"].label or ""),
                choices=LicenceKind.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        replaced = [name for name in LEGAL_NAMES if name in self.changed_data and self.initial.get(name)]
        if self.instance.pk and replaced and not data.get("correcting") and "names_from" in data:
            try:
                check_new_name(self.instance, replaced, data["names_from"] or clock.today())
            except Refused as refusal:
                self.add_error("names_from", refusal.message)
        return data
