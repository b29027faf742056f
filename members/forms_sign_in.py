"""The form before a firm's own sign-in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import IdentityProvider
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
