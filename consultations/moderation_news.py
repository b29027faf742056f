"""Who hears of what the moderator has to do and did. No mail and no notice carries a comment's text, or a reason."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consultations import emails, policies
from consultations.models import Comment
from members.viewer import Viewer, memberships_with_access, viewer_of
from notifications import kinds
from notifications.enums import Category
from notifications.workflow import Recipient, publish

ASKED = "consultations.moderation_asked"
RELEASED = "consultations.moderation_released"
RETURNED = "consultations.moderation_returned"
HELD = "consultations.moderation_held"
MODERATOR = gettext_noop("You moderate comments")
AUTHOR = gettext_noop("You wrote the comment")


def register_kinds() -> None:
    for name, title, icon in (
        (ASKED, _title_of_request, "shield"),
        (RELEASED, _title_of_release, "circle-check-big"),
        (RETURNED, _title_of_return, "rotate-ccw"),
        (HELD, _title_of_hold, "shield"),
    ):
        kinds.register(
            kinds.Kind(
                name=name,
                category=Category.COMMENTS,
                title=title,
                context_line=emails.context_line,
                template="consultations/emails/moderation",
                icon=icon,
                readable=emails.readable,
            )
        )


def _words(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        "reference": params["reference"],
        "place": emails.place_words(params["place"], params["number"]),
    }


def _title_of_request(params: Mapping[str, Any]) -> str:
    return _("A comment on %(place)s of %(reference)s waits for the moderator") % _words(params)


def _title_of_release(params: Mapping[str, Any]) -> str:
    return _("The moderator released your comment on %(place)s of %(reference)s") % _words(params)


def _title_of_return(params: Mapping[str, Any]) -> str:
    return _("The moderator returned your comment on %(place)s of %(reference)s, with a reason") % _words(params)


def _title_of_hold(params: Mapping[str, Any]) -> str:
    return _("Your comment on %(place)s of %(reference)s is held back, with a reason") % _words(params)


def _publish(kind: str, comment: Comment, recipients: list[Recipient], url: str) -> None:
    if recipients:
        publish(
            kind,
            subject=comment,
            recipients=recipients,
            params=emails.particulars(comment),
            url=url,
            thread=f"comment-{comment.thread_id}",
        )


def tell_desk(comment: Comment, *, actor: Viewer) -> None:
    """A comment waits: tell everybody who may decide on it."""
    able = [
        row.user_id
        for row in memberships_with_access().exclude(user=actor.user_id)
        if policies.can_read(viewer_of(row), comment) and policies.can_hold(viewer_of(row), comment)
    ]
    recipients = [Recipient(user_id=pk, reason=MODERATOR) for pk in able]
    _publish(ASKED, comment, recipients, reverse("consultations:moderation"))


def tell_author(kind: str, comment: Comment, *, actor: Viewer) -> None:
    if comment.author_id != actor.user_id:
        _publish(kind, comment, [Recipient(user_id=comment.author_id, reason=AUTHOR)], comment.get_absolute_url())
