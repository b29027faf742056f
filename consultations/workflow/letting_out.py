"""A firm that wants it so: what a contributor writes for all members is let out, or given back, by a colleague."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import guarding, policies, thread_news
from consultations.enums import CommentState
from consultations.models import Comment
from consultations.workflow.discussion import announce, locked_comment, readable_consultation, require_open
from consultations.written_in import language_of
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused
from portal.common.markdown import clean_source, render


def let_out(comment: Comment, *, actor: Viewer) -> Comment:
    """Give a waiting comment the readers whom its author chose, and tell them now. Author and history stay.

    Refused once the paper has closed for the firm, and for what does not wait any more.
    """
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_let_out(actor, locked))
        _require_waiting(locked)
        require_open(readable_consultation(locked.consultation_id, actor), actor)
        locked.audience, locked.held_audience, locked.state = locked.held_audience, "", CommentState.PUBLISHED
        names = [one.file_name for one in locked.attachments.all()]
        # Its author was warned, and sent it to the moderator: that is where it goes on to.
        found = guarding.guard(locked, actor=actor, names=names, send=True)
        if found:
            guarding.hold_back(locked)
        locked.let_out_by, locked.let_out_at = actor.person, clock.now()
        locked.shown_at = locked.let_out_at
        locked.save(update_fields=["audience", "held_audience", "state", "let_out_by", "let_out_at", "shown_at"])
        if found:
            guarding.open_case(locked, found, actor=actor)
        record("consultations.comment_let_out", locked, actor=actor)
        announce(locked, by=actor)
    return locked


def give_back(comment: Comment, *, actor: Viewer, reason: str) -> Comment:
    """Return a waiting comment to its author. The reason stands under it as a note inside the firm.

    The author writes it anew, which sends it to a colleague again, leaves it inside the firm, or withdraws it.
    """
    source = clean_source(reason)
    if not source:
        raise Refused(_("Give a reason. The author receives it."), field="reason")
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_let_out(actor, locked))
        _require_waiting(locked)
        locked.state = CommentState.RETURNED
        locked.save(update_fields=["state"])
        _say_why(locked, source, actor)
        record("consultations.comment_given_back", locked, actor=actor)
        thread_news.tell_author(thread_news.GIVEN_BACK, locked, actor=actor)
    return locked


def _require_waiting(comment: Comment) -> None:
    if comment.state != CommentState.AWAITING:
        raise Refused(_("This comment does not wait for a release any more."))


def _say_why(comment: Comment, source: str, actor: Viewer) -> None:
    """A reply inside the firm: even after the paper has closed, since nobody else hears of it."""
    reply = Comment(
        consultation_id=comment.consultation_id,
        is_whole=comment.is_whole,
        section_id=comment.section_id,
        paragraph_id=comment.paragraph_id,
        question_id=comment.question_id,
        anchor_version=comment.anchor_version,
        parent=comment,
        root_id=comment.thread_id,
        thread_at=comment.thread_at,
        audience=Audience.ORGANISATION,
        organisation_id=comment.organisation_id,
        working_group_id=comment.working_group_id,
        author=actor.person,
        membership=actor.membership,
        body=source,
        body_html=render(source),
        language=language_of(source),
        created_at=clock.now(),
    )
    reply.save(force_insert=True)
    record("consultations.comment_posted", reply, actor=actor, anchor=reply.anchor_key, reply=True, held=False)
