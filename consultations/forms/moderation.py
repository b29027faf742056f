"""The shape of input of the moderator and of the guardrail's editors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.guardrail import RuleError, Rules
from consultations.models import GuardrailRule


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("release", _("Release")), ("return", _("Return"))])
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("Needed to return it. The author's firm and the SFC read it, nobody else."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "return" and not data.get("reason", "").strip():
            self.add_error("reason", _("Give a reason. The author receives it."))
        return data


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("The author is told, and reads it beside the comment. So do their firm and the SFC, nobody else."),
        error_messages={"required": _("Give a reason. The author receives it.")},
    )


class RuleForm(forms.ModelForm[GuardrailRule]):
    """A rule, with a text on which to try it before it is saved."""

    class Meta:
        model = GuardrailRule
        fields = ("topic", "language", "phrases", "is_active", "note")
        widgets = {"phrases": forms.Textarea(attrs={"rows": 24, "cols": 100})}
        help_texts = {
            "phrases": _(
                "One line for each phrase. our|my fee* is one word of each group, * is the rest of a word, * alone any "
                "one word, # a number, ~ stands between what is near one another, ! begins an exception."
            ),
        }

    trial = forms.CharField(
        label=_("Try it on a text"),
        widget=forms.Textarea(attrs={"rows": 5, "cols": 100}),
        max_length=20_000,
        required=False,
        help_text=_("Not kept. Write a sentence and press “Try”: what this rule and the others find is shown."),
    )

    def clean_phrases(self) -> str:
        phrases: str = self.cleaned_data["phrases"].replace("\r\n", "\n")
        try:
            Rules([("other", phrases)])
        except RuleError as error:
            raise forms.ValidationError(
                _("Line %(line)s: %(message)s") % {"line": error.line, "message": error.message}
            ) from error
        return phrases
