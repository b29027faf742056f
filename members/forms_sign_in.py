"""The form before a firm's own sign-in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import OrganisationKind
from members.models import IdentityProvider, Organisation
from members.workflow.firm_sign_in import provider_for


class FirmAddressForm(forms.Form):
    """An address at work; `provider` is its firm's, whether or not anybody has an account under that address."""

    email = forms.EmailField(label=_("Email address at work"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    provider: IdentityProvider

    def clean_email(self) -> Any:
        email = self.cleaned_data["email"]
        provider = provider_for(email)
        if provider is None:
            raise forms.ValidationError(
                _("No firm has connected its own sign-in for this address. Sign in with your password.")
            )
        self.provider = provider
        return email


class IdentityProviderForm(forms.Form):
    """Where the people of a firm sign in; the secret is asked for on the page that confirms it (`ConfirmedForm`)."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.exclude(kind=OrganisationKind.REGULATOR), label=_("Organisation")
    )
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=200,
        widget=forms.URLInput(attrs={"placeholder": "https://login.firm.example", "class": "vTextField"}),
        help_text=_("As the provider itself writes it, to the letter."),
    )
    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("How this portal is known there."),
    )
    domains = forms.CharField(
        label=_("Domains of the firm's email addresses"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Several are separated by spaces. An address under another domain cannot be connected."),
    )

    def clean_domains(self) -> list[str]:
        return str(self.cleaned_data["domains"]).replace(",", " ").split()


class ConfirmedProviderForm(IdentityProviderForm):
    """The same, kept out of sight, with the secret: it is typed last, and no page shows it again."""

    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "class": "vTextField"}),
        help_text=_("It is kept encrypted, and no page shows it again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in IdentityProviderForm.base_fields:
            self.fields[name].widget = forms.HiddenInput()
