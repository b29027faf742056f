"""Who hears of what happens to a comment besides its being posted: named in it, waiting, given back, narrowed,
withdrawn.

As in emails.py, no mail and no notice carries a comment's text or a reason.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consultations import emails, mentions, policies
from consultations.emails import place_words
from consultations.models import Comment, Mention
from members.viewer import Viewer, memberships_with_access, readable_pairs, viewer_of
from notifications import kinds
from notifications.enums import Category
from notifications.models import Notice
from notifications.workflow import Recipient, publish

MENTIONED = "consultations.mentioned"
AWAITING = "consultations.comment_awaiting"
GIVEN_BACK = "consultations.comment_given_back"
NARROWED = "consultations.readers_narrowed"
WITHDRAWN = "consultations.comment_withdrawn"
NAMED = gettext_noop("You are named in the comment")
COLLEAGUE = gettext_noop("You can release comments for your firm")
AUTHOR = gettext_noop("You wrote the comment")


def register_kinds() -> None:
    for name, title, icon in (
        (MENTIONED, _title_of_mention, "users"),
        (AWAITING, _title_of_waiting, "clock"),
        (GIVEN_BACK, _title_of_return, "rotate-ccw"),
        (NARROWED, _title_of_narrowing, "lock"),
        (WITHDRAWN, _title_of_withdrawal, "trash"),
    ):
        kinds.register(
            kinds.Kind(
                name=name,
                category=Category.COMMENTS,
                title=title,
                context_line=emails.context_line,
                template="consultations/emails/comment_posted",
                icon=icon,
                readable=emails.readable if name != WITHDRAWN else _readable_stub,
            )
        )


def _readable_stub(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    """As emails.readable, withdrawn comments too: the news is that it was withdrawn."""
    return readable_pairs(user_ids, lambda viewer: Comment.objects.visible_among(viewer, subject_ids))


def _words(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        "by": emails.said(params, "by"),
        "reference": params["reference"],
        "place": place_words(params["place"], params["number"]),
    }


def _title_of_mention(params: Mapping[str, Any]) -> str:
    words = _words(params)
    if not words["by"]:
        return _("You are named in an internal note on %(place)s of %(reference)s") % words
    return _("%(by)s named you on %(place)s of %(reference)s") % words


def _title_of_waiting(params: Mapping[str, Any]) -> str:
    return _("A comment on %(place)s of %(reference)s waits for your release") % _words(params)


def _title_of_return(params: Mapping[str, Any]) -> str:
    return _("Your comment on %(place)s of %(reference)s was given back") % _words(params)


def _title_of_narrowing(params: Mapping[str, Any]) -> str:
    return _("Your comment on %(place)s of %(reference)s has fewer readers now") % _words(params)


def _title_of_withdrawal(params: Mapping[str, Any]) -> str:
    return _("Your comment on %(place)s of %(reference)s was withdrawn") % _words(params)


def _publish(kind: str, comment: Comment, recipients: list[Recipient]) -> None:
    if recipients:
        publish(
            kind,
            subject=comment,
            recipients=recipients,
            params=emails.particulars(comment),
            url=comment.get_absolute_url(),
            thread=f"comment-{comment.thread_id}",
        )


def told_before(comment: Comment) -> set[int]:
    """Who has heard already that this comment was posted, or that they are named in it."""
    rows = Notice.objects.filter(
        event__at__gte=comment.created_at,
        event__subject_id=str(comment.pk),
        event__kind__in=(MENTIONED, emails.COMMENT_POSTED, emails.OFFICIAL_ANSWER),
    )
    return set(rows.values_list("user", flat=True))


def tell_mentioned(comment: Comment, known: Collection[int]) -> set[int]:
    """Tell those named in the comment who can read it as it stands, without the `known`; who they are."""
    wanted = set(Mention.objects.filter(comment=comment).values_list("user", flat=True)) - set(known)
    if not wanted:
        return set()
    rows = memberships_with_access().filter(user__in=wanted)
    found = [one.user_id for one in mentions.readers(rows, comment, comment.consultation, but=comment.author_id)]
    _publish(MENTIONED, comment, [Recipient(user_id=pk, reason=NAMED) for pk in found])
    return set(found)


def tell_colleagues(comment: Comment, *, actor: Viewer) -> None:
    """A comment waits: tell those of the firm who may let it out."""
    rows = memberships_with_access().filter(organisation=policies.writer_of(comment)).exclude(user=comment.author_id)
    able = [row for row in rows if policies.can_read(viewer_of(row), comment)]
    _publish(
        AWAITING,
        comment,
        [
            Recipient(user_id=row.user_id, reason=COLLEAGUE)
            for row in able
            if policies.can_let_out(viewer_of(row), comment)
        ],
    )


def tell_author(kind: str, comment: Comment, *, actor: Viewer) -> None:
    """Tell the author what somebody else did to their comment."""
    if comment.author_id != actor.user_id:
        _publish(kind, comment, [Recipient(user_id=comment.author_id, reason=AUTHOR)])
