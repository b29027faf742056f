"""The shape of what is filed."""

from django import forms
from django.utils.translation import gettext_lazy


class LetterForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Letter of appointment"))
