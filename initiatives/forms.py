"""Forms of the admin site. They give shape to the input; the rules are the verbs'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from initiatives.enums import InitiativeStatus, Verification
from initiatives.models import Initiative, InitiativeUpdate, Milestone
from initiatives.policies import UPDATE_AUDIENCES
from initiatives.workflow import require_published
from members.audience import Audience
from portal.common.errors import Refused


def _source() -> forms.URLField:
    return forms.URLField(label=_("Source"), required=False, max_length=500, assume_scheme="https")


class StatusForm(forms.Form):
    """What "Change the status" asks for."""

    status = forms.ChoiceField(label=_("New status"), choices=[("", "—"), *InitiativeStatus.choices])
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class MilestoneForm(forms.ModelForm[Milestone]):
    touched = forms.ModelMultipleChoiceField(
        label=_("Initiatives"), queryset=Initiative.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    source_url = _source()

    class Meta:
        model = Milestone
        fields = (
            "date",
            "date_precision",
            "kind",
            "ref",
            "title_en",
            "title_zh_hant",
            "title_zh_hans",
            "source_url",
            "as_at",
            "verification",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["touched"] = list(self.instance.initiatives.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("date"):
            try:
                require_published(
                    cleaned["date"],
                    source_url=cleaned.get("source_url", ""),
                    verification=cleaned.get("verification", Verification.WORKING),
                )
            except Refused as refusal:
                self.add_error(refusal.field, refusal.message)
        return cleaned


class UpdateForm(forms.ModelForm[InitiativeUpdate]):
    audience = forms.ChoiceField(
        label=_("Audience"),
        choices=[(one.value, one.label) for one in UPDATE_AUDIENCES],
        initial=Audience.REGULATOR,
    )
    source_url = _source()

    class Meta:
        model = InitiativeUpdate
        fields = (
            "initiative",
            "audience",
            "title_en",
            "title_zh_hant",
            "title_zh_hans",
            "body_en",
            "body_zh_hant",
            "body_zh_hans",
            "source_url",
        )
