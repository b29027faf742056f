from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import Reply
from meetings.models import Meeting


class ReplyForm(forms.Form):
    """The answer to an invitation. By video only where the meeting can be joined so."""

    answer = forms.ChoiceField(label=_("Your reply"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = (Reply.IN_PERSON, Reply.BY_VIDEO, Reply.COLLEAGUE, Reply.APOLOGIES)
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            (reply.value, reply.label) for reply in offered if reply != Reply.BY_VIDEO or meeting.by_video
        ]
