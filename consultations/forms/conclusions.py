"""The shape of what officers type when they write the conclusions of a consultation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from consultations.concluding import HEAD_TEXTS, OUTCOME_TEXTS, has_text
from consultations.enums import Outcome
from consultations.forms.drafting import PersonChoice, staff_of, text_field, tied_paragraphs
from consultations.models import Conclusions, Consultation, Paragraph, ProposalOutcome, Question
from consultations.parts import LANGUAGES
from members.audience import Audience
from members.models import Organisation
from members.viewer import Viewer


class _Firms(forms.ModelMultipleChoiceField[Any]):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Organisation) -> str:
        return str(obj.name)


class _Questions(forms.ModelMultipleChoiceField[Any]):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Question) -> str:
        short = str(obj.short)
        return f"{obj.number}. {short}" if short else str(obj.number)


class _Texts(forms.Form):
    """Texts in the paper's languages, and in others in which there is a text already."""

    kinds: Mapping[str, bool]
    # What publishing asks for: a draft may go without for now.
    needed: frozenset[str] = frozenset()

    def _add_texts(self, paper: Consultation, row: Any) -> None:
        self.codes: dict[str, list[str]] = {}
        for text in self.kinds:
            wanted = [code for code in LANGUAGES if code in paper.languages] or ["en"]
            self.codes[text] = [
                code for code in LANGUAGES if code in wanted or (row is not None and has_text(row, text, code))
            ]
            for code in self.codes[text]:
                field: Any = text_field(text, code)
                if text in self.needed and (text in HEAD_TEXTS or code == self.codes[text][0]):
                    field.needed_when = pgettext_lazy("field", "needed to publish")
                field.initial = getattr(row, f"{text}_{code}") if row is not None else ""
                self.fields[f"{text}_{code}"] = field

    @property
    def text_rows(self) -> list[list[forms.BoundField]]:
        """For each text its languages, which stand side by side."""
        return [[self[f"{text}_{code}"] for code in self.codes[text]] for text in self.kinds]

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {text: {code: data[f"{text}_{code}"] for code in self.codes[text]} for text in self.kinds}


class ConclusionsForm(_Texts):
    kinds = HEAD_TEXTS
    needed = frozenset({"executive_summary"})

    signed_by = PersonChoice(label=_("Signed by"), queryset=User.objects.none(), empty_label=None)
    audience = forms.ChoiceField(
        label=_("Who will read them?"),
        choices=[(one.value, one.label) for one in (Audience.PUBLIC, Audience.GROUP)],
        widget=forms.RadioSelect,
    )
    responses_received = forms.IntegerField(label=_("Submissions received"), min_value=0, max_value=32_767)
    respondents = _Firms(
        label=_("List of respondents"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Firms that asked for their names to be withheld are not offered."),
    )
    respondents_withheld = forms.IntegerField(label=_("Names withheld"), min_value=0, max_value=32_767)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, viewer: Viewer, paper: Consultation, row: Conclusions | None, firms: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        staff = staff_of(viewer).values("user")
        fields["signed_by"].queryset = User.objects.filter(pk__in=staff).order_by("name_en")
        fields["respondents"].queryset = firms
        if paper.audience != Audience.PUBLIC:
            del fields["audience"]  # never more readers than the paper
        self._add_texts(paper, row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named, hidden, all_of_them = (
            len(data.get("respondents") or ()), data.get("respondents_withheld"), data.get("responses_received")
        )  # fmt: skip
        if hidden is not None and all_of_them is not None and named + hidden > all_of_them:
            self.add_error(
                "responses_received",
                _("Fewer than the respondents: %(named)s named and %(hidden)s withheld.")
                % {"named": named, "hidden": hidden},
            )
        return data

    @property
    def values(self) -> dict[str, Any]:
        names = ("signed_by", "audience", "responses_received", "respondents_withheld")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class OutcomeForm(_Texts):
    kinds = OUTCOME_TEXTS
    needed = frozenset(OUTCOME_TEXTS)

    number = forms.CharField(label=_("Number"), max_length=10)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", pgettext_lazy("outcome", "Still open")), *Outcome.choices],
    )
    questions = _Questions(label=_("Questions that it takes up"), queryset=Question.objects.none(), required=False)
    paragraphs = forms.CharField(
        label=_("Paragraphs that change"),
        required=False,
        help_text=_("Those in which the final text will differ from the paper, such as 12, 14 to 16."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, paper: Consultation, row: ProposalOutcome | None = None, number: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.paper = paper
        self.fields["outcome"].needed_when = pgettext_lazy("field", "needed to publish")  # type: ignore[attr-defined]
        fields: dict[str, Any] = self.fields
        fields["questions"].queryset = paper.questions.order_by("position")
        fields["number"].initial = row.number if row else number
        if row is not None:
            fields["outcome"].initial = row.outcome
            fields["questions"].initial = list(row.questions.all())
            changed = row.changed_paragraphs.order_by("position").values_list("number", flat=True)
            fields["paragraphs"].initial = ", ".join(changed)
        self._add_texts(paper, row)

    def clean_paragraphs(self) -> list[Paragraph]:
        return tied_paragraphs(self.paper, self.cleaned_data["paragraphs"])

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "number": data["number"],
            "outcome": data["outcome"],
            "questions": data["questions"],
            "changed_paragraphs": data["paragraphs"],
            "texts": self.texts,
        }
