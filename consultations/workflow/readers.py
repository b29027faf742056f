"""Fewer readers for a comment, and more again: never beyond what its author chose or what it answers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import guarding, policies, thread_news
from consultations.enums import CommentState
from consultations.models import Comment
from consultations.workflow.discussion import announce, hold_thread, locked_comment, readable_consultation, require_open
from members.audience import Audience, may_follow
from members.enums import OrganisationKind
from members.policies import require
from members.viewer import Viewer, acting_as
from portal.common import clock
from portal.common.errors import Refused


def narrow_comment(comment: Comment, *, actor: Viewer, audience: str) -> Comment:
    """Leave the comment to a narrower readership; the replies of its own firm and of the regulator go along.

    Refused where somebody else's answer, which the actor can read, has readers who would lose what it answers. What
    other firms keep to themselves under it stays theirs, and does not show here that it exists. Notices, history,
    feeds and exports follow the row. Who wrote what was narrowed is told.
    """
    with transaction.atomic():
        hold_thread(comment.thread_id, exclusive=True)
        locked = locked_comment(comment, actor)
        allowed = policies.narrower(actor, locked)
        require(policies.can_narrow(actor, locked))
        if audience not in allowed:
            raise Refused(_("Choose a readership narrower than the present one."), field="audience")
        replies = list(_below(locked, actor))
        before = locked.audience
        _set(locked, audience, _owner(locked, audience))
        moved = _along(locked, replies)
        if locked.state in {CommentState.AWAITING, CommentState.RETURNED}:
            # It had no other readers yet: this is where its author leaves it.
            locked.state, locked.held_audience, locked.shown_at = CommentState.PUBLISHED, "", clock.now()
        else:
            locked.narrowed_at, locked.narrowed_by = clock.now(), actor.person
        locked.save(
            update_fields=[
                "audience", "organisation", "state", "held_audience", "narrowed_at", "narrowed_by", "shown_at"
            ]
        )  # fmt: skip
        record("consultations.readers_narrowed", locked, actor=actor, before=before, after=audience, replies=len(moved))
        thread_news.tell_author(thread_news.NARROWED, locked, actor=actor)
        for reply in moved:
            _take_along(reply, locked, actor)
    return locked


@guarding.watched
def widen_comment(comment: Comment, *, actor: Viewer, audience: str, hold: bool = False) -> Comment:
    """Give the comment more readers: its author alone, while the paper is open, within what it answers.

    A firm that lets contributors' comments out by a colleague has them write a new one. Earlier texts stay with those
    who could read them (members.row_security). `Warned` when other firms would read what the competition guardrail
    finds; `hold` sends it to the moderator instead.
    """
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_widen(actor, locked))
        require_open(readable_consultation(locked.consultation_id, actor), actor)
        if policies.needs_colleague(actor, audience):
            raise Refused(
                _("Your firm asks a colleague to release what you write for all members. Post it as a new comment."),
                field="audience",
            )
        if audience not in policies.wider(actor, locked):
            raise Refused(_("A reply cannot have more readers than the comment it answers."), field="audience")
        before = locked.audience
        owner = policies.owner_for(actor, audience, locked.parent)
        _set(locked, audience, owner or locked.organisation_id)
        locked.narrowed_at = locked.narrowed_by = None
        names = [one.file_name for one in locked.attachments.all()]
        found = guarding.guard(locked, actor=actor, names=names, send=hold)
        if found or (hold and audience in guarding.WIDE):
            guarding.hold_back(locked)
        locked.shown_at = clock.now()
        locked.save(
            update_fields=[
                "audience", "organisation", "narrowed_at", "narrowed_by", "held_audience", "state", "shown_at"
            ]
        )  # fmt: skip
        if locked.state == CommentState.HELD:
            guarding.open_case(locked, found, actor=actor)
        record("consultations.readers_widened", locked, actor=actor, before=before, after=audience)
        announce(locked, by=actor, again=True)
    return locked


def _owner(comment: Comment, audience: str) -> int:
    """Whose row it is then: its writer's firm; for `shared` of the regulator, the firm that it answers."""
    if comment.membership is None:
        return comment.organisation_id
    writer = comment.membership.organisation
    if writer.kind == OrganisationKind.REGULATOR and audience == Audience.SHARED and comment.parent is not None:
        return comment.parent.organisation_id
    return writer.pk


def _set(comment: Comment, audience: str, owner: int) -> None:
    comment.audience, comment.organisation_id = audience, owner


def _below(comment: Comment, actor: Viewer) -> Iterator[Comment]:
    """The answers to the comment, theirs after them, as far as the actor can read them. Not locked: row security would
    leave out what the actor may not change. `hold_thread` keeps new ones away."""
    rows = (
        Comment.objects.visible_to(actor)
        .of_thread(comment.thread_id)
        .select_related("membership__organisation", "organisation", "consultation", "section", "paragraph", "question")
        .order_by("created_at", "pk")
    )
    answers: dict[Any, list[Comment]] = defaultdict(list)
    for row in rows:
        answers[row.parent_id].append(row)
    waiting = [comment.pk]
    while waiting:
        for row in answers[waiting.pop(0)]:
            waiting.append(row.pk)
            yield row


def _along(comment: Comment, replies: list[Comment]) -> list[Comment]:
    """Set the replies that go along to their new readers. Refused where one belongs to somebody else."""
    above, moved = {comment.pk: comment}, []
    for reply in replies:
        answers = above[reply.parent_id]  # type: ignore[index]
        above[reply.pk] = reply
        if may_follow(answers, audience=reply.audience, organisation_id=reply.organisation_id):
            continue
        by_regulator = reply.membership is not None and reply.membership.organisation.kind == OrganisationKind.REGULATOR
        if by_regulator and comment.audience == Audience.ORGANISATION:
            raise Refused(
                _("The SFC has answered this comment. It can be narrowed to the SFC and your firm, not further."),
                field="audience",
            )
        same_firm = policies.writer_of(reply) == policies.writer_of(comment)
        if not (same_firm or by_regulator):
            raise Refused(
                _("Another firm has answered this comment, so it cannot lose those readers. Withdraw it instead."),
                field="audience",
            )
        _set(reply, comment.audience, comment.organisation_id)
        moved.append(reply)
    return moved


def _take_along(reply: Comment, comment: Comment, actor: Viewer) -> None:
    """Write a reply's new readers. What the regulator wrote under a firm's comment the firm cannot change itself: it
    is written as the regulator's, since the rule decides here and not the firm."""
    reply.narrowed_at, reply.narrowed_by = comment.narrowed_at or clock.now(), actor.person
    hand = actor
    if not actor.is_regulator and policies.writer_of(reply) != actor.organisation_id:
        hand = Viewer(kind=OrganisationKind.REGULATOR, working_groups=actor.working_groups)
    with acting_as(hand):
        reply.save(update_fields=["audience", "organisation", "narrowed_at", "narrowed_by"])
    record("consultations.readers_narrowed", reply, actor=actor, along_with=str(comment.pk))
    thread_news.tell_author(thread_news.NARROWED, reply, actor=actor)
