"""The shape of what officers type when they make a paper."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from consultations.enums import AnnexKind, Kind, SectionKind, TextLanguage
from consultations.models import Consultation, Paragraph, PersonalInformationStatement, Section
from consultations.models.texts import _NAMES, named
from consultations.parts import FIELDS, LANGUAGES, NUMBER_LENGTH, TEXTS, TIED, kind_of, number_column
from consultations.workflow.drafting import DETAIL_TEXTS
from initiatives.models import Initiative
from members.audience import Audience
from members.enums import Role
from members.models import WorkingGroup
from members.viewer import Viewer, memberships_with_access
from portal.common.translated import HTML_LANG

LINES: Final = {"title": 250, "short_title": 120, "lead_body": 120, "late_note": 250}
ROWS: Final = {"summary": 4, "purpose": 4, "foreword": 10, "statement": 8, "executive_summary": 10, "way_forward": 8,
               "comments_received": 10, "sfc_response": 10}  # fmt: skip
TEXT_LABELS: Final[Mapping[str, Any]] = {
    "title": _("Title"),
    "short_title": _("Short title"),
    "summary": _("Summary"),
    "purpose": _("Purpose"),
    "foreword": _("Foreword"),
    "lead_body": _("Lead body"),
    "late_note": _("Note on late responses"),
    "statement": _("Text of the new version"),
    "body": _("Text"),
    "short": _("Short form"),
    "term": _("Term"),
    "meaning": _("Meaning"),
    "executive_summary": _("Executive summary"),
    "way_forward": _("Way forward"),
    "comments_received": _("Comments received"),
    "sfc_response": _("The SFC's response"),
}
MARKDOWN_HINT: Final = _("Markdown: **bold**, lists, tables, footnotes [^1].")


def labelled(text: str, code: str) -> Any:
    """`Title in English`."""
    return named(_NAMES[LANGUAGES.index(code)], TEXT_LABELS[text])


def text_field(text: str, code: str, *, required: bool = False, hint: Any = "") -> forms.CharField:
    limit = LINES.get(text)
    attrs = {"lang": HTML_LANG[code]}
    widget = forms.TextInput(attrs=attrs) if limit else forms.Textarea(attrs={**attrs, "rows": ROWS.get(text, 6)})
    return forms.CharField(
        label=labelled(text, code), max_length=limit, required=required, widget=widget, help_text=hint
    )


def staff_of(viewer: Viewer) -> Any:
    """Who of the regulator may lead a paper or sign: supervision stands outside of the group."""
    return memberships_with_access().filter(organisation=viewer.organisation_id).exclude(role=Role.SUPERVISION)


def _own_addresses() -> set[str]:
    """Where an address of the portal has a name of its own below /consultations/, no paper may have it."""
    from consultations.urls import urlpatterns

    patterns: list[Any] = urlpatterns
    return {str(one.pattern).partition("/")[0] for one in patterns} - {"", "<slug:key>"}


class _Choices(forms.ModelMultipleChoiceField[Any]):
    widget = forms.CheckboxSelectMultiple


class InitiativeChoices(_Choices):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.name}"


class PaperChoices(_Choices):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reference}: {obj.short_title}"


class PersonChoice(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class Moment(forms.DateTimeField):
    """A day and time in Hong Kong, as the browser's own control sends it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DetailsForm(forms.Form):
    """What stands at the head of a paper: for a new one, and for a draft that is changed."""

    reference = forms.CharField(
        label=_("Reference"), max_length=20, help_text=_("As it is printed, such as CP 2026/07. Each has its own.")
    )
    key = forms.SlugField(
        label=_("Short key"),
        max_length=40,
        help_text=_("For its address: small letters, digits and hyphens, such as cp-2026-07. Readers see it in links."),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("consultation", "Kind"), choices=Kind.choices, initial=Kind.PANEL.value
    )
    audience = forms.ChoiceField(
        label=_("Who will read it?"),
        choices=[(Audience.GROUP.value, Audience.GROUP.label), (Audience.PUBLIC.value, Audience.PUBLIC.label)],
        widget=forms.RadioSelect,
        initial=Audience.GROUP.value,
        help_text=_("Until it is opened, officers of the SFC alone."),
    )
    working_group = forms.ModelChoiceField(
        label=_("Working group"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        empty_label=_("All members"),
        help_text=_("Only its members will read the paper. You can choose a group that you are in."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the paper"),
        choices=TextLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["en", "zh_hant"],
    )
    statement = forms.ModelChoiceField(
        label=_("Personal Information Collection Statement"),
        queryset=PersonalInformationStatement.objects.all(),
        required=False,
        empty_label=_("None yet"),
        help_text=_("A version never changes. To use another text, add a new version below."),
    )
    statement_version = forms.CharField(label=_("New version"), max_length=20, required=False)
    lead = PersonChoice(label=_("Lead officer"), queryset=User.objects.none())
    contact = PersonChoice(
        label=_("Contact officer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The lead officer"),
    )
    team = forms.CharField(label=_("Team"), max_length=80, required=False)
    channel = forms.CharField(
        label=_("Where submissions go"),
        max_length=250,
        required=False,
        help_text=_("Only where they go outside this portal: an email or web address."),
    )
    initiatives = InitiativeChoices(
        label=_("Initiatives that it serves"), queryset=Initiative.objects.none(), required=False
    )
    depends_on = InitiativeChoices(
        label=_("Initiatives that it depends on"), queryset=Initiative.objects.none(), required=False
    )
    follows = PaperChoices(
        label=_("Papers that it follows"),
        queryset=Consultation.objects.none(),
        required=False,
        help_text=_("The parent of a further or joint consultation."),
    )
    opens_at = Moment(label=_("Opens"), required=False, help_text=_("Hong Kong time. Planned until it is approved."))
    closes_at = Moment(label=_("Closes"), required=False, help_text=_("Hong Kong time."))
    conclusions_planned_by = forms.DateField(
        label=_("Conclusions planned by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, viewer: Viewer, consultation: Consultation | None = None, **kwargs: Any) -> None:
        self.viewer, self.consultation = viewer, consultation
        super().__init__(*args, **kwargs)
        for text in (*DETAIL_TEXTS, "statement"):
            for code in LANGUAGES:
                hint = MARKDOWN_HINT if text in {"foreword", "statement"} and code == "en" else ""
                self.fields[f"{text}_{code}"] = text_field(text, code, hint=hint)
        self.fields["title_en"].required = True
        fields: dict[str, Any] = self.fields
        staff = staff_of(viewer).values("user")
        fields["lead"].queryset = fields["contact"].queryset = User.objects.filter(pk__in=staff).order_by("name_en")
        fields["lead"].initial = viewer.user_id
        groups = set(viewer.working_groups)
        if consultation is not None and consultation.working_group_id:
            groups.add(consultation.working_group_id)
        fields["working_group"].queryset = WorkingGroup.objects.filter(pk__in=groups)
        roadmap = Initiative.objects.order_by("number")
        fields["initiatives"].queryset = fields["depends_on"].queryset = roadmap
        papers = Consultation.objects.visible_to(viewer).order_by("-opens_at", "reference")
        fields["follows"].queryset = papers.exclude(pk=consultation.pk) if consultation else papers

    def triple(self, text: str) -> list[forms.BoundField]:
        return [self[f"{text}_{code}"] for code in LANGUAGES]

    @property
    def text_rows(self) -> Mapping[str, list[forms.BoundField]]:
        return {text: self.triple(text) for text in (*DETAIL_TEXTS, "statement")}

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).lower()
        if key in _own_addresses():
            raise forms.ValidationError(_("This key is the portal's own. Choose another."))
        return key

    def clean_reference(self) -> str:
        reference = " ".join(str(self.cleaned_data["reference"]).split())
        if not any(sign.isdigit() for sign in reference):
            raise forms.ValidationError(_("A reference has a number or a year in it, such as CP 2026/07."))
        return reference

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") in {Kind.FURTHER, Kind.JOINT} and not data.get("follows"):
            self.add_error("follows", _("Choose the paper that a further or joint consultation follows."))
        if data.get("kind") == Kind.JOINT and not any(data.get(f"lead_body_{code}") for code in LANGUAGES):
            self.add_error("lead_body_en", _("Name the body that leads the joint consultation."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Give a closing time after the opening time."))
        if data.get("statement_version") and not any(data.get(f"statement_{code}") for code in LANGUAGES):
            self.add_error("statement_en", _("Write the text of the new version."))
        if any(data.get(f"statement_{code}") for code in LANGUAGES) and not data.get("statement_version"):
            self.add_error("statement_version", _("Give the new version a number or a date."))
        return data

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {text: {code: data[f"{text}_{code}"] for code in LANGUAGES} for text in DETAIL_TEXTS}

    @property
    def statement_texts(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"statement_{code}"] for code in LANGUAGES}

    @property
    def relations(self) -> dict[str, Iterable[Any]]:
        return {name: self.cleaned_data[name] for name in ("initiatives", "depends_on", "follows")}

    @property
    def details(self) -> dict[str, Any]:
        names = ("key", "reference", "kind", "audience", "working_group", "statement", "lead", "contact", "team",
                 "channel", "languages", "opens_at", "closes_at", "conclusions_planned_by")  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


def details_initial(consultation: Consultation) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = ("key", "reference", "kind", "audience", "working_group", "statement", "lead", "contact", "team",
             "channel", "languages", "opens_at", "closes_at", "conclusions_planned_by")  # fmt: skip
    shown: dict[str, Any] = {name: getattr(consultation, name) for name in names}
    shown |= {name: list(getattr(consultation, name).all()) for name in ("initiatives", "depends_on", "follows")}
    shown |= {f"{t}_{code}": getattr(consultation, f"{t}_{code}") for t in DETAIL_TEXTS for code in LANGUAGES}
    return shown


class SectionChoice(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Section) -> str:
        return f"{obj.number}. {obj.title}"


class PartForm(forms.Form):
    """One part of a draft, in the paper's languages side by side."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        consultation: Consultation,
        part: Any = None,
        section: Section | None = None,
        number: str = "",
        tied: str = "",
        **kwargs: Any,
    ) -> None:
        self.kind, self.consultation, self.part = kind, consultation, part
        self.languages = [code for code in LANGUAGES if code in consultation.languages] or ["en"]
        super().__init__(*args, **kwargs)
        self._add_head(section, number)
        self._add_texts()
        if kind in TIED:
            self.fields["paragraphs"] = forms.CharField(
                label=_("Tied to paragraphs"),
                required=False,
                help_text=_("Their numbers, such as 12, 14 to 16. A question stands after the last of them."),
                initial=tied or ", ".join(self._tied()),
            )
        if kind == "question":
            self.fields["asks_position"] = forms.BooleanField(
                label=_("Asks for a position: support, support in part, oppose"),
                required=False,
                initial=part.asks_position if part else True,
            )
        if kind in {"paragraph", "question"} and part is not None and self._has_translation():
            self.fields["checked"] = forms.BooleanField(
                label=_("I have compared them: the Chinese says the same as the English"), required=False
            )

    def _add_head(self, section: Section | None, number: str) -> None:
        part, kind = self.part, self.kind
        if kind in NUMBER_LENGTH:
            column = number_column(kind)
            self.fields[column] = forms.CharField(
                label=_("Letter") if kind == "annex" else _("Number"),
                max_length=NUMBER_LENGTH[kind],
                initial=getattr(part, column) if part else number,
            )
        if kind in {"paragraph", "question"}:
            self.fields["section"] = SectionChoice(
                label=_("Section"),
                queryset=self.consultation.sections.order_by("position"),
                initial=part.section_id if part else section.pk if section else None,
                empty_label=None,
            )
        if kind in {"section", "annex"}:
            choices: Any = SectionKind.choices if kind == "section" else AnnexKind.choices
            self.fields["kind"] = forms.ChoiceField(
                label=pgettext_lazy("consultation", "Kind"),
                choices=choices,
                initial=part.kind if part else choices[-1 if kind == "section" else 0][0],
            )

    def _add_texts(self) -> None:
        for text, limit in TEXTS[self.kind].items():
            for code in self._codes(text):
                attrs = {"lang": HTML_LANG[code]}
                rows = 3 if text in {"meaning"} or self.kind == "question" else 10
                self.fields[f"{text}_{code}"] = forms.CharField(
                    label=labelled(text, code),
                    max_length=limit,
                    required=False,
                    widget=forms.TextInput(attrs=attrs) if limit else forms.Textarea(attrs={**attrs, "rows": rows}),
                    initial=getattr(self.part, f"{text}_{code}") if self.part else "",
                )

    def _codes(self, text: str) -> list[str]:
        """The paper's languages, and others in which this part has a text already."""
        has = [code for code in LANGUAGES if self.part is not None and getattr(self.part, f"{text}_{code}")]
        return [code for code in LANGUAGES if code in self.languages or code in has]

    def _has_translation(self) -> bool:
        return bool(self.part.body_en and (self.part.body_zh_hant or self.part.body_zh_hans))

    def _tied(self) -> list[str]:
        if self.part is None:
            return []
        return list(self.part.paragraphs.order_by("position").values_list("number", flat=True))

    @property
    def text_rows(self) -> list[list[forms.BoundField]]:
        """For each text its languages, which stand side by side."""
        return [[self[f"{text}_{code}"] for code in self._codes(text)] for text in TEXTS[self.kind]]

    @property
    def head_rows(self) -> list[forms.BoundField]:
        names = ("number", "key", "kind", "section")
        return [self[name] for name in names if name in self.fields]

    def clean_paragraphs(self) -> list[Paragraph]:
        return tied_paragraphs(self.consultation, self.cleaned_data["paragraphs"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = next(iter(TEXTS[self.kind]))
        if not any(data.get(f"{first}_{code}") for code in self._codes(first)) and not self.errors:
            self.add_error(f"{first}_{self._codes(first)[0]}", _("Write it in one language at least."))
        return data

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {text: {code: data[f"{text}_{code}"] for code in self._codes(text)} for text in TEXTS[self.kind]}

    @property
    def values(self) -> dict[str, Any]:
        """The columns of parts.FIELDS, and for a tied kind its paragraphs."""
        data = self.cleaned_data
        found = {name: data[name] for name in FIELDS[self.kind] if name in data}
        if "section" in data:
            found["section_id"] = data["section"].pk
        if "paragraphs" in data:
            found["paragraphs"] = data["paragraphs"]
        return found


def tied_paragraphs(consultation: Consultation, typed: str) -> list[Paragraph]:
    """The paragraphs that "12, 14 to 16" names, in reading order. ValidationError names those that are not there."""
    rows = list(consultation.paragraphs.order_by("position").only("pk", "number", "position"))
    place = {row.number: index for index, row in enumerate(rows)}
    wanted: set[int] = set()
    missing: list[str] = []
    text = typed.replace("、", ",").replace("，", ",").replace(";", ",").replace("至", " to ").replace("–", " to ")
    text = re.sub(r"(?i)\b(?:paragraphs?|paras?\.?)|[第段]", " ", text)
    for piece in filter(None, (one.strip() for one in text.split(","))):
        if piece not in place:  # a hyphen may be within a number, or stand for "to"
            piece = re.sub(r"\s*-\s*", " to ", piece)
        first, _to, last = (one.strip() for one in piece.partition(" to "))
        ends = [first, last or first]
        missing += [one for one in dict.fromkeys(ends) if one not in place]
        if all(one in place for one in ends):
            wanted |= set(range(min(place[one] for one in ends), max(place[one] for one in ends) + 1))
    if missing:
        raise forms.ValidationError(_("There is no paragraph %(numbers)s.") % {"numbers": ", ".join(missing)})
    return [rows[index] for index in sorted(wanted)]


def part_form(part: Any, data: Any = None, **kwargs: Any) -> PartForm:
    """The form of a part that exists."""
    return PartForm(data, kind=kind_of(part), consultation=part.consultation, part=part, **kwargs)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A Word document (.docx) or a Markdown file (.md), at most 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx,.md"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the file"),
        required=False,
        choices=[("", _("As its letters say")), *TextLanguage.choices],
    )


class CommitForm(forms.Form):
    """What the officer decides before the file is taken over."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    take_title = forms.BooleanField(label=_("Take over the title of the file"), required=False)
    add_new = forms.BooleanField(label=_("Add what only the file has"), required=False)
    remove_gone = forms.BooleanField(label=_("Remove what only the draft has"), required=False)
    older = forms.BooleanField(
        label=_("The Chinese was made from an earlier English text: mark it as behind"), required=False
    )
    statement = forms.ChoiceField(
        label=_("The file's Personal Information Collection Statement is none of the versions"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Leave it; the draft keeps the statement that it has")), ("new", _("Add it as a new version"))],
    )
    statement_version = forms.CharField(label=_("New version"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("statement") == "new" and not str(data.get("statement_version", "")).strip():
            self.add_error("statement_version", _("Give the new version a number or a date."))
        return data
