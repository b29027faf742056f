"""The shape of input."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations import policies
from consultations.models import Comment, Consultation
from members.audience import Audience
from members.viewer import Viewer
from portal.common.translated import column_language

_CHINESE = re.compile("[\u3400-\u9fff]")


def language_of(text: str) -> str:
    """In which language a text is written, by its letters; Simplified only if the reader's pages are."""
    chinese = len(_CHINESE.findall(text))
    if chinese * 3 < len(text.strip()):
        return "en"
    return "zh_hans" if column_language() == "zh_hans" else "zh_hant"


class CommentForm(forms.Form):
    """A comment, at a place of the paper or in answer to another. Audiences: what the viewer may choose here."""

    body = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 4}), strip=True)
    audience = forms.ChoiceField(label=_("Who can read it?"))
    as_team = forms.BooleanField(required=False)
    official = forms.BooleanField(label=_("This is the official answer"), required=False)

    def __init__(
        self, *args: Any, viewer: Viewer, consultation: Consultation, parent: Comment | None = None, **kwargs: Any
    ) -> None:
        self.viewer, self.parent = viewer, parent
        self.offered = policies.audiences_for(viewer, consultation, parent)
        self.team = policies.posting_name(viewer)
        kwargs.setdefault("auto_id", "compose-%s")
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(one.value, one.label) for one in self.offered]  # type: ignore[attr-defined]
        self.fields["body"].error_messages["required"] = _("Write your comment first.")
        self.fields["audience"].error_messages["required"] = _("Choose who can read your comment.")

    @property
    def chosen(self) -> str:
        """The audience that is marked: what was sent, or the narrowest."""
        sent = self.data.get("audience") if self.is_bound else None
        return str(sent) if sent in self.offered else (self.offered[0].value if self.offered else "")

    @property
    def owner(self) -> Any:
        """The firm of `shared` and `organisation`."""
        if self.viewer.is_regulator:
            return self.parent.organisation if self.parent else None
        return self.viewer.organisation

    @property
    def can_be_official(self) -> bool:
        return self.viewer.is_regulator and self.parent is not None and Audience.SHARED in self.offered


class EditForm(forms.Form):
    body = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 8}))
    reason = forms.CharField(label=_("Reason for the edit"), max_length=250, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        help_text=_("It stays on the page in place of the comment. Readers of the comment can read it."),
    )
