"""What stands beside a comment that is or was before the moderator. A query only where there is such a comment."""

import uuid
from collections.abc import Iterable

from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consultations import policies
from consultations.enums import CommentState
from consultations.models import Comment, Moderation
from members.audience import Audience
from members.viewer import Viewer

_WAITING = (CommentState.HELD, CommentState.RETURNED)


def reasons(viewer: Viewer, comments: Iterable[Comment]) -> dict[uuid.UUID, Moderation]:
    """The last case of each comment that is held or was returned."""
    wanted = [one.pk for one in comments if one.state in _WAITING and one.audience == Audience.SHARED]
    if not wanted:
        return {}
    rows = Moderation.objects.visible_to(viewer).filter(comment__in=wanted).order_by("asked_at")
    return {row.comment_id: row for row in rows}


def note(comment: Comment, case: Moderation, viewer: Viewer) -> SafeString:
    """The moderator's reason, and for the author what comes next."""
    said = SafeString("")
    if case.reason:
        label = _("The moderator's reason") + pgettext("between label and value", ": ").rstrip()
        said = format_html("<p><b>{}</b></p>{}", label, linebreaks_filter(case.reason))
    nxt = ""
    if policies.is_author(viewer, comment):
        nxt = (
            _("You can edit it, leave it to fewer readers, or withdraw it.")
            if comment.state == CommentState.RETURNED
            else _("Your firm and the SFC alone read it until the moderator has decided.")
        )
    if not said and not nxt:
        return said
    return format_html(
        '<div class="cmt__moderated">{}{}</div>', said, format_html('<p class="small">{}</p>', nxt) if nxt else ""
    )


def can_hold_back(viewer: Viewer, comment: Comment) -> bool:
    """Whether the link stands under a comment: for the moderator, where other firms read what a firm wrote."""
    return (
        viewer.is_regulator
        and comment.state == CommentState.PUBLISHED
        and comment.audience in {Audience.GROUP, Audience.PUBLIC}
        and policies.writer_of(comment) != viewer.organisation_id
        and policies.can_hold(viewer, comment)
    )
