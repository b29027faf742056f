"""The shape of input of the clarification register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.forms.calendar import Clock, Day, moment_of
from consultations.models import Clarification, ClarificationRequest, Consultation
from consultations.places import place_of
from consultations.workflow import stamp
from portal.common.markdown import COMMENT_LIMIT
from portal.common.translated import HTML_LANG

_CODES = ("en", "zh_hant", "zh_hans")


def _places(paper: Consultation) -> list[tuple[str, Any]]:
    paragraphs = [
        (one.anchor_key, _("Paragraph %(number)s") % {"number": one.number}) for one in paper.paragraphs.all()
    ]
    questions = [(one.anchor_key, _("Question %(number)s") % {"number": one.number}) for one in paper.questions.all()]
    return [("whole", _("The whole paper")), *questions, *paragraphs]


class AskForm(forms.Form):
    place = forms.ChoiceField(label=_("What is it about?"))
    body = forms.CharField(
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=COMMENT_LIMIT,
        help_text=_("Your firm and the SFC read it. The answer goes to everybody, in neutral words, without a name."),
        error_messages={"required": _("Write your question first.")},
    )

    def __init__(self, *args: Any, paper: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _places(paper)  # type: ignore[attr-defined]


def _text(label: Any, code: str, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "lang": HTML_LANG[code]})
    made = forms.CharField(label=label, widget=widget, required=False, max_length=COMMENT_LIMIT)
    if code != "zh_hans":
        made.needed_when = pgettext_lazy("field", "needed for the release")  # type: ignore[attr-defined]
    return made


class ClarificationForm(forms.Form):
    """Question and answer in each language, where they belong, and which requests they answer."""

    place = forms.ChoiceField(label=_("What is it about?"))
    asked_en = _text(_("Question in neutral words, English"), "en", 3)
    asked_zh_hant = _text(_("Question in neutral words, Traditional Chinese"), "zh_hant", 3)
    answer_en = _text(_("Answer, English"), "en", 6)
    answer_zh_hant = _text(_("Answer, Traditional Chinese"), "zh_hant", 6)
    asked_zh_hans = _text(_("Question, Simplified Chinese (if there is one)"), "zh_hans", 3)
    answer_zh_hans = _text(_("Answer, Simplified Chinese (if there is one)"), "zh_hans", 6)
    requests = forms.MultipleChoiceField(
        label=_("Questions that it answers"), widget=forms.CheckboxSelectMultiple, required=False
    )
    names_are_meant = forms.BooleanField(label=_("The names in the text are meant"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        paper: Consultation,
        waiting: list[ClarificationRequest],
        names: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(one.pk): one for one in waiting}
        self.fields["place"].choices = _places(paper)  # type: ignore[attr-defined]
        self.fields["requests"].choices = [(pk, self._said(one)) for pk, one in self.waiting.items()]  # type: ignore[attr-defined]
        if not waiting:
            del self.fields["requests"]
        if not names and "names_are_meant" not in self.data:
            del self.fields["names_are_meant"]

    @staticmethod
    def _said(one: ClarificationRequest) -> str:
        body = " ".join(one.body.split())
        short = body if len(body) <= 160 else f"{body[:160]}…"
        return f"{one.organisation}, {place_of(one)}: {short}"

    def texts(self, name: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{name}_{code}"] for code in _CODES}

    @property
    def chosen(self) -> list[ClarificationRequest]:
        return [self.waiting[pk] for pk in self.cleaned_data.get("requests", ())]

    @staticmethod
    def initial_of(row: Clarification, requests: list[ClarificationRequest]) -> dict[str, Any]:
        part = row.paragraph or row.question
        texts = {f"{name}_{code}": getattr(row, f"{name}_{code}") for name in ("asked", "answer") for code in _CODES}
        linked = [str(one.pk) for one in requests if one.answer_id == row.pk]
        return {"place": part.anchor_key if part else "whole", "version": stamp(row), "requests": linked, **texts}


class ReleaseForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When?"), choices=[("now", _("Now")), ("at", _("At a moment ahead"))], widget=forms.RadioSelect
    )
    at_0 = forms.DateField(label=_("Day"), widget=Day, required=False)
    at_1 = forms.TimeField(label=_("Time (Hong Kong)"), widget=Clock, required=False)
    at_0.needed_when = at_1.needed_when = pgettext_lazy("field", "needed for a moment ahead")  # type: ignore[attr-defined]
    names_are_meant = forms.BooleanField(label=_("The names in the text are meant"), required=False)

    def __init__(self, *args: Any, names: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not names:
            del self.fields["names_are_meant"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["at"] = moment_of(self.data, "at") if data.get("when") == "at" else None
        if data.get("when") == "at" and data["at"] is None:
            self.add_error("at_0", _("Give the day and the time of the release."))
        return data


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        help_text=_("The asker is told. Their firm reads it, and nobody else."),
        error_messages={"required": _("Give a reason. The firm that asked receives it.")},
    )
