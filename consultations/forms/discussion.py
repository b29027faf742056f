"""The shape of input."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consultations import mentions, passages, policies
from consultations.models import Comment, CommentDraft, Consultation, Paragraph, Question
from consultations.passages import Passage
from consultations.written_in import language_of as language_of
from documents.limits import MAX_FILES
from members.audience import Audience
from members.enums import OrganisationKind
from members.viewer import Viewer


class CommentForm(forms.Form):
    """A comment, at a place of the paper or in answer to another. Audiences: what the viewer may choose here.

    `place`: the paragraph or question under which it stands, whose words it may be about. `draft`: what the writer
    had typed here before; `remembered`: the readership of their firm's last comment on this paper. `typed`: what was
    sent for something else than posting, to be shown again without a word on what is still missing.
    """

    body = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 4}), strip=True)
    audience = forms.ChoiceField(label=_("Who can read it?"))
    as_team = forms.BooleanField(required=False)
    official = forms.BooleanField(label=_("This is the official answer"), required=False)
    passage = forms.CharField(label=_("The words you mean"), max_length=passages.LONGEST, required=False)
    passage_before = forms.CharField(required=False, strip=False)
    passage_language = forms.CharField(required=False)
    text_version = forms.IntegerField(required=False, min_value=1)
    draft_version = forms.IntegerField(required=False, min_value=0)
    # Errors of what is read from the request beside the fields.
    files = forms.CharField(required=False)  # type: ignore[assignment]
    tell = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        viewer: Viewer,
        consultation: Consultation,
        parent: Comment | None = None,
        place: Any = None,
        draft: CommentDraft | None = None,
        remembered: str = "",
        typed: Any = None,
        **kwargs: Any,
    ) -> None:
        self.viewer, self.parent, self.consultation = viewer, parent, consultation
        self.place = place if isinstance(place, Paragraph | Question) else None
        self.draft, self.remembered = draft, remembered
        self.preview = ""
        # What the competition guardrail would ask about if this were posted.
        self.preview_topics: list[str] = []
        # What a button of the composer has put into the text area.
        self.put_in = ""
        # Set where another window has written on since: what it has left there.
        self.other: CommentDraft | None = None
        self.state_words = ""
        self.offered = policies.audiences_for(viewer, consultation, parent)
        self.team = policies.posting_name(viewer)
        kwargs.setdefault("auto_id", "compose-%s")
        self.file_errors: list[str] = []
        if typed is not None:
            flags = {"as_team": "as_team" in typed, "official": "official" in typed}
            kwargs["initial"] = {**typed.dict(), **flags}
        elif draft is not None:
            kwargs["initial"] = {
                "body": draft.body,
                "as_team": draft.as_team,
                "official": draft.official,
                "passage": draft.passage,
                "passage_language": draft.passage_language,
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)
        self.typed = self.data if self.is_bound else typed
        self.fields["audience"].choices = [(one.value, one.label) for one in self.offered]  # type: ignore[attr-defined]
        self.fields["body"].error_messages["required"] = _("Write your comment first.")
        self.fields["audience"].error_messages["required"] = _("Choose who can read your comment.")

    # What the competition guardrail found when this was sent (consultations.guarding.Warning).
    warning: Any = None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        words = " ".join(data.get("passage", "").split())
        data["passage"] = None
        if words and self.place is not None and self.parent is None:
            found = passages.find(
                self.place, words, before=data.get("passage_before", ""), language=data.get("passage_language", "")
            )
            if found is None:
                self.add_error("passage", _now("These words do not stand in the text. Copy them from it."))
            data["passage"] = found
        return data

    @property
    def told(self) -> list[int]:
        """The people who are to be told, of the list that belongs to the audience which was sent."""
        chosen = self.typed.getlist(f"tell_{self.chosen}") if hasattr(self.typed, "getlist") else []
        return [int(one) for one in chosen if one.isdecimal()]

    @property
    def chosen(self) -> str:
        """The audience that is marked: what was sent, what the draft has, what the firm chose last here, or the
        narrowest. None where an officer answers a firm: by accident it would stay without its answer."""
        sent = self.typed.get("audience") if self.typed is not None else (self.draft.audience if self.draft else "")
        if sent in self.offered:
            return str(sent)
        if self.answers_firm or not self.offered:
            return ""
        return self.remembered if self.remembered in self.offered else str(self.offered[0].value)

    @property
    def answers_firm(self) -> bool:
        """An officer answers what a firm wrote."""
        return (
            self.viewer.is_regulator
            and self.parent is not None
            and self.parent.membership is not None
            and self.parent.membership.organisation.kind == OrganisationKind.PLATFORM
        )

    @cached_property
    def _offer(self) -> mentions.Offer:
        return mentions.Offer(self.viewer, self.consultation, self.parent)

    @property
    def people(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Who may be named, for each audience: nobody else is offered."""
        told = set(self.told) if self.typed is not None else set()
        for audience in self.offered:
            found = [mentions.as_choice(one) for one in self._offer.people(audience)]
            for one in found:
                one["chosen"] = audience == self.chosen and one["pk"] in told
            if found:
                yield audience.value, found

    @property
    def text(self) -> str:
        """What stands in the text area."""
        return self.put_in or str(self["body"].value() or "")

    @property
    def words(self) -> str:
        """What stands in the field of the passage."""
        return str(self["passage"].value() or "")

    @property
    def current_draft(self) -> CommentDraft | None:
        """The draft from which the text went on that was sent; its version is that which the form knew."""
        version = self.cleaned_data.get("draft_version")
        if self.draft is not None and version is not None:
            self.draft.version = version
        return self.draft

    @property
    def kept_files(self) -> list[Any]:
        return list(self.draft.attachments.all()) if self.draft else []

    @property
    def room_for_files(self) -> int:
        return MAX_FILES - len(self.kept_files)

    @property
    def awaits(self) -> list[str]:
        """The audiences for which a colleague must release it."""
        return [one.value for one in self.offered if policies.needs_colleague(self.viewer, one)]

    @property
    def is_amended(self) -> bool:
        """The text under the draft was amended after its author had last looked at it."""
        amended = getattr(self.place, "amended_at", None)
        return bool(self.draft and amended and amended > self.draft.confirmed_at)

    @property
    def owner(self) -> Any:
        """The firm of `shared` and `organisation`."""
        if self.viewer.is_regulator:
            return self.parent.organisation if self.parent else None
        return self.viewer.organisation

    @property
    def can_be_official(self) -> bool:
        return self.viewer.is_regulator and self.parent is not None and Audience.SHARED in self.offered

    def passage_of(self) -> Passage | None:
        """The passage as it can be found, for a draft, whatever else is wrong with the form."""
        if self.place is None or not self.words.strip():
            return None
        return passages.find(
            self.place,
            self.words[: passages.LONGEST],
            before=str(self["passage_before"].value() or ""),
            language=str(self["passage_language"].value() or ""),
        )


class EditForm(forms.Form):
    body = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 8}))
    reason = forms.CharField(label=_("Reason for the edit"), max_length=250, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    # What the competition guardrail found when this was sent (consultations.guarding.Warning).
    warning: Any = None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        help_text=_("It stays on the page in place of the comment. Readers of the comment can read it."),
    )


class GiveBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands under the comment as a note inside your organisation. The author is told."),
    )
