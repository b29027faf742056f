"""The shape of what officers and firms enter in a paper's life: dates, reasons, amended texts."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.enums import DeadlineCause
from consultations.forms.calendar import CLOSING, LANGUAGES, Clock, Day, moment_of
from consultations.models import Consultation
from members.models import Organisation
from portal.common import clock


def initial_moment(name: str, moment: datetime | None) -> dict[str, Any]:
    """The two fields of a moment, day and time in Hong Kong."""
    if moment is None:
        return {}
    local = moment.astimezone(clock.HONG_KONG)
    return {f"{name}_0": local.date(), f"{name}_1": local.time().replace(second=0, microsecond=0)}


class _Act(forms.Form):
    """An act that is confirmed on the page that names whom it concerns."""

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if told:
            self.fields["confirmed"] = forms.BooleanField(
                label=told, error_messages={"required": _("Confirm that you have looked at who is concerned.")}
            )

    def moment(self, name: str) -> datetime | None:
        return moment_of(self.data, name)

    def texts(self, name: str) -> dict[str, str]:
        return {
            code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGES if self.cleaned_data.get(f"{name}_{code}")
        }


def _text(label: Any, rows: int = 3, required: bool = False, lang: str = "", limit: int = 2_000) -> forms.CharField:
    attrs = {"rows": rows} | ({"lang": lang} if lang else {})
    return forms.CharField(label=label, widget=forms.Textarea(attrs=attrs), required=required, max_length=limit)


class OpeningForm(_Act):
    opens_0 = forms.DateField(label=_("Opens on"), widget=Day, required=False)
    opens_1 = forms.TimeField(label=_("Opens at (Hong Kong time)"), widget=Clock, required=False)
    opens_0.needed_when = opens_1.needed_when = pgettext_lazy(  # type: ignore[attr-defined]
        "field", "needed unless it opens on approval"
    )
    on_approval = forms.BooleanField(
        label=_("Open as soon as it is approved"),
        help_text=_("The opening day and time above then do not count."),
        required=False,
    )
    closes_0 = forms.DateField(label=_("Closes on"), widget=Day)
    closes_1 = forms.TimeField(label=_("Closes at (Hong Kong time)"), widget=Clock, initial=CLOSING)
    note = _text(_("Note to the second officer"))
    previewed = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("opens_0", "opens_1"):
            if not given.get("on_approval") and given.get(name) is None and name not in self.errors:
                self.add_error(name, _("Give an opening time."))
        return given


class ApprovalForm(_Act):
    previewed = forms.CharField(widget=forms.HiddenInput)


class PublishForm(ApprovalForm):
    """What was read, and whom it will reach, as they stood on the page."""

    seen = forms.CharField(widget=forms.HiddenInput)


class ReasonForm(_Act):
    reason = _text(_("Reason"), required=True)


class _SaidForm(_Act):
    reason_en = _text(_("Reason in English"), required=True)
    reason_zh_hant = _text(_("Reason in Traditional Chinese"), lang="zh-Hant-HK")
    reason_zh_hans = _text(_("Reason in Simplified Chinese"), lang="zh-Hans")


class DeadlineForm(_SaidForm):
    until_0 = forms.DateField(label=_("New closing day"), widget=Day)
    until_1 = forms.TimeField(label=_("Time (Hong Kong time)"), widget=Clock)
    cause = forms.ChoiceField(label=_("Cause"), choices=DeadlineCause.choices)
    field_order = ("until_0", "until_1", "cause", "reason_en", "reason_zh_hant", "reason_zh_hans")


class EffectForm(_Act):
    day = forms.DateField(
        label=_("In effect from"),
        widget=Day,
        help_text=_("A day in Hong Kong. It may lie ahead; until it has come you can set another."),
    )


class WithdrawPaperForm(_SaidForm):
    pass


class FirmExtensionForm(_Act):
    organisation = forms.ModelChoiceField(label=_("Firm"), queryset=Organisation.objects.none())
    until_0 = forms.DateField(label=_("May respond until"), widget=Day)
    until_1 = forms.TimeField(label=_("Time (Hong Kong time)"), widget=Clock)
    reason = _text(_("Reason"), required=True)

    def __init__(self, *args: Any, firms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = firms  # type: ignore[attr-defined]


class AskForExtensionForm(_Act):
    until_0 = forms.DateField(label=_("We ask for time until"), widget=Day)
    until_1 = forms.TimeField(label=_("Time (Hong Kong time)"), widget=Clock)
    reason = _text(_("Reason"), required=True)


class DecisionForm(_Act):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Grant")), ("refuse", _("Do not grant"))],
        widget=forms.RadioSelect,
    )
    until_0 = forms.DateField(label=_("May respond until"), widget=Day, required=False)
    until_1 = forms.TimeField(label=_("Time (Hong Kong time)"), widget=Clock, required=False)
    until_0.needed_when = until_1.needed_when = pgettext_lazy("field", "needed to grant")  # type: ignore[attr-defined]
    reason = _text(_("Reason"), required=True)
    reason.help_text = _("The firm reads it.")


class AmendForm(_Act):
    """The text of a part in each language that the paper has, and what was corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, paper: Consultation, part: Any, **kwargs: Any) -> None:
        codes = [c for c in LANGUAGES if c in paper.languages or getattr(part, f"body_{c}")] or ["en"]
        initial = {f"body_{code}": getattr(part, f"body_{code}") for code in codes} | {"version": part.version}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        names = {"en": _("Text in English"), "zh_hant": _("Text in Traditional Chinese"),
                 "zh_hans": _("Text in Simplified Chinese")}  # fmt: skip
        langs = {"en": "en-HK", "zh_hant": "zh-Hant-HK", "zh_hans": "zh-Hans"}
        for code in codes:
            # What readers have seen is amended, not taken away.
            is_there = bool(getattr(part, f"body_{code}"))
            self.fields[f"body_{code}"] = _text(names[code], 8, is_there, langs[code], 200_000)
        if len(codes) > 1:
            self.fields["translation_agrees"] = forms.BooleanField(
                label=_("The other languages need no change: I have compared them"), required=False
            )
        self.fields["note_en"] = _text(_("What was corrected, in English"), required=True)
        self.fields["note_zh_hant"] = _text(
            _("What was corrected, in Traditional Chinese"), lang="zh-Hant-HK", required="zh_hant" in paper.languages
        )
        self.fields["note_zh_hans"] = _text(_("What was corrected, in Simplified Chinese"), lang="zh-Hans")
        self.codes = codes
        if "confirmed" in self.fields:
            self.fields["confirmed"] = self.fields.pop("confirmed")

    def bodies(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"body_{code}"] for code in self.codes}
