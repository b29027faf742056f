"""The shape of what people type about themselves."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(AllauthSignupForm):
    """Sign-up by invitation: the address is the invited one and cannot be changed."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_zh_hant = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    field_order = ("email", "name_en", "name_zh_hant", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from allauth.core import context

        self.invitation = get_adapter().invitation(context.request)
        if self.invitation:
            self.fields["email"].disabled = True
            self.initial.update(
                email=self.invitation.email,
                name_en=self.invitation.name_en,
                name_zh_hant=self.invitation.name_zh_hant,
            )


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name_en", "name_zh_hant", "name_zh_hans", "language", "theme")
        widgets = {"language": forms.RadioSelect, "theme": forms.RadioSelect}
