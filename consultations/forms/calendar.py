"""Forms of the calendar of asks: a date to be weighed, a changed day, a blackout window."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.enums import DayChangeCause, DayChangeKind, Kind
from portal.common import clock

CLOSING = time(18)
LANGUAGES = ("en", "zh_hant", "zh_hans")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def moment_of(data: Any, name: str) -> datetime | None:
    """The moment that a form's field `name` holds, in Hong Kong time unless it says otherwise.

    It may be one field (`2026-12-11T18:00`, `2026-12-11 18:00` or a day alone) or two, `name_0` and `name_1`. A day
    without a time is meant until 18:00. None: nothing, or nothing that is a date.
    """
    try:
        found = parse_datetime(data.get(name, "").strip())
        if found is not None:
            return found if found.tzinfo else found.replace(tzinfo=clock.HONG_KONG)
        day = parse_date((data.get(f"{name}_0") or data.get(name, "")).strip())
        at = parse_time((data.get(f"{name}_1") or "").strip()) or CLOSING
    except ValueError:
        return None
    return datetime.combine(day, at, clock.HONG_KONG) if day and 2000 <= day.year <= 2100 else None


class CheckForm(forms.Form):
    """A date on trial, for a page without JavaScript."""

    deadline_0 = forms.DateField(label=gettext_lazy("Deadline: day"), widget=Day)
    deadline_1 = forms.TimeField(label=gettext_lazy("Time"), widget=Clock, initial=CLOSING, required=False)
    opens_0 = forms.DateField(label=gettext_lazy("Opens on"), widget=Day, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, required=False)


class _WithReason(forms.Form):
    reason_en = forms.CharField(label=gettext_lazy("Reason in English"), max_length=250)
    reason_zh_hant = forms.CharField(
        label=gettext_lazy("Reason in Traditional Chinese"), max_length=250, required=False
    )
    reason_zh_hans = forms.CharField(label=gettext_lazy("Reason in Simplified Chinese"), max_length=250, required=False)

    @property
    def reason(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"reason_{code}"] for code in LANGUAGES}


class DayChangeForm(_WithReason):
    day = forms.DateField(label=gettext_lazy("Day"), widget=Day)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=DayChangeKind.choices)
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), choices=DayChangeCause.choices)
    source_url = forms.URLField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Address of the gazette notice or the Observatory’s record."),
        required=False,
        assume_scheme="https",
    )
    field_order = ("day", "kind", "cause", "reason_en", "reason_zh_hant", "reason_zh_hans", "source_url")


class WindowForm(_WithReason):
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=Day)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=Day)
    field_order = ("starts_on", "ends_on", "reason_en", "reason_zh_hant", "reason_zh_hans")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", ValidationError(_("The last day cannot come before the first.")))
        return cleaned
