"""The discussion of a paper: posting, editing, withdrawing, answering officially, resolving, pinning, holding back."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import emails, guarding, mentions, policies, thread_news
from consultations.enums import CommentState, TextLanguage
from consultations.models import (
    Anchor,
    Comment,
    CommentDraft,
    Consultation,
    Mention,
    Paragraph,
    Question,
    Resolution,
    Section,
)
from consultations.passages import Passage
from consultations.workflow.drafts import Spot, become_attachments, forget_posted
from members.audience import Audience
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from portal.common.markdown import clean_source, render
from portal.common.prepared import Prepared


@Prepared
def _readable(viewer: Viewer, pk: int) -> "QuerySet[Any]":
    rows = Consultation.objects.visible_to(viewer).with_own_deadline(viewer).filter(pk=pk).order_by()
    return rows.annotate(read_at=clock.DatabaseNow())  # type: ignore[no-any-return]


def readable_consultation(pk: int, reader: Viewer) -> Consultation:
    """The paper with the reader's own deadline, and `read_at`, when that was, by the database's clock. The same refusal
    whether it is hidden or absent."""
    found = _readable(viewer=reader, pk=pk)
    if not found:
        raise Forbidden
    return found[0]  # type: ignore[no-any-return]


def require_open(consultation: Consultation, writer: Viewer) -> datetime:
    """The moment, by the database's clock, at which the paper was open to the writer: what is posted carries it.

    `consultation` comes from `readable_consultation`, and was read just now."""
    require(policies.can_write(writer))
    until, moment = consultation.open_until, clock.database_now(told=consultation.read_at)  # type: ignore[attr-defined]
    if not policies.can_comment(writer, consultation, until, moment):
        raise Refused(_("This consultation is not open for comments. Nothing was posted."))
    return moment


def _readable_comment(comment: Comment, actor: Viewer) -> Comment:
    """Foreign keys bypass row security, so a comment that is answered is always fetched as its reader."""
    found = (
        Comment.objects.visible_to(actor)
        .select_related(
            "organisation", "section", "paragraph", "question", "membership", "parent__membership", "root__membership"
        )
        .filter(pk=comment.pk)
        .first()
    )
    if found is None:
        raise Refused(_("The comment that you are answering is no longer there. Your text is kept below."))
    return found  # type: ignore[no-any-return]


def hold_thread(thread_id: uuid.UUID, *, exclusive: bool = False) -> None:
    """Until the transaction ends, keep away who would narrow a comment of the thread while somebody answers it, or the
    other way round: a reply must not be left with more readers than what it answers."""
    lock = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [thread_id.int % 2**63])


def _text(body: str) -> tuple[str, str]:
    source = clean_source(body)
    if not source:
        raise Refused(_("Write your comment first."), field="body")
    return source, render(source)


def _place(comment: Comment, anchor: Anchor) -> None:
    """Set exactly one of the anchor columns."""
    match anchor:
        case Consultation():
            comment.is_whole = True
            belongs = anchor.pk == comment.consultation_id
        case Section():
            comment.section = anchor
            belongs = anchor.consultation_id == comment.consultation_id
        case Paragraph():
            comment.paragraph = anchor
            belongs = anchor.consultation_id == comment.consultation_id
        case Question():
            comment.question = anchor
            belongs = anchor.consultation_id == comment.consultation_id
    if not belongs:
        raise Refused(_("That part does not belong to this paper."))


def _require_audience(
    actor: Viewer, consultation: Consultation, parent: Comment | None, audience: str, organisation: Organisation | None
) -> int:
    """The owner of a comment with this audience. Refused: it would be wider than what it answers, or is not offered."""
    if audience not in policies.audiences_for(actor, consultation, parent):
        if parent is not None and audience in policies.audiences_for(actor, consultation):
            raise Refused(_("A reply cannot have more readers than the comment it answers."), field="audience")
        raise Refused(_("Choose who can read your comment."), field="audience")
    owner = policies.owner_for(actor, audience, parent)
    if owner is None or (organisation is not None and organisation.pk != owner):
        raise Refused(_("Choose who can read your comment."), field="audience")
    return owner


@guarding.watched
def post_comment(
    consultation: Consultation,
    *,
    actor: Viewer,
    body: str,
    audience: str,
    anchor: Anchor | None = None,
    parent: Comment | None = None,
    organisation: Organisation | None = None,
    posted_as: str = "",
    language: str = TextLanguage.ENGLISH,
    official: bool = False,
    hold: bool = False,
    passage: Passage | None = None,
    text_version: int | None = None,
    tell: Collection[int] = (),
    draft: CommentDraft | None = None,
) -> Comment:
    """Post Markdown at `anchor`, or in answer to `parent`, whose place and working group it takes over.

    Refused when the paper is not open to the actor (a firm's extension counts), when the reply would be wider than
    what it answers, and for texts that are empty or too large. `organisation` None: worked out from the audience.
    `Warned` when other firms would read it and the competition guardrail finds something. `hold` sends it to the
    moderator instead: until it is released only the writer's firm and the regulator read it. Where the firm wants it
    so, what a contributor writes for all members waits inside the firm until a colleague lets it out.
    `passage`: the words of the anchor that it is about. `text_version`: of the anchor's text, as the writer had it.
    `tell`: users who are told; Refused for one who could not read it. `draft`: its files go along, and it is removed.
    """
    with transaction.atomic():
        paper = readable_consultation(consultation.pk, actor)
        moment = require_open(paper, actor)
        if parent is not None:
            hold_thread(parent.thread_id)
        answered = _readable_comment(parent, actor) if parent is not None else None
        if answered is not None and answered.withdrawn_at is not None:
            raise Refused(_("This comment was withdrawn and cannot be answered."))
        if answered is not None and answered.consultation_id != paper.pk:
            raise Refused(_("That part does not belong to this paper."))
        owner = _require_audience(actor, paper, answered, audience, organisation)
        source, html = _text(body)
        if posted_as and not actor.is_regulator:
            raise Refused(_("Only officers of the SFC can post as a team."), field="posted_as")
        comment = Comment(
            consultation=paper,
            parent=answered,
            root_id=answered.thread_id if answered else None,
            thread_at=answered.thread_at if answered else moment,
            audience=audience,
            organisation_id=owner,
            working_group_id=answered.working_group_id if answered else paper.working_group_id,
            author=actor.person,
            membership=actor.membership,
            posted_as=posted_as,
            body=source,
            body_html=html,
            language=TextLanguage(language),
            created_at=moment,
            official_answer=official,
        )
        _own(comment, actor, answered)
        _place(comment, answered.anchor if answered else anchor or paper)
        _note_text(comment, passage, text_version)
        if official:
            require(policies.can_mark_official(actor, comment))
        told = mentions.told(comment, source, tell)
        names = [one.file_name for one in draft.attachments.all()] if draft is not None else []
        found = guarding.guard(comment, actor=actor, names=names, send=hold)
        if policies.needs_colleague(actor, audience):
            await_colleague(comment)
        elif hold:
            guarding.hold_back(comment)
        comment.save(force_insert=True)
        if comment.state == CommentState.HELD:
            guarding.open_case(comment, found, actor=actor)
        Mention.objects.bulk_create([Mention(comment=comment, user_id=pk) for pk in told])
        spot = Spot(paper, comment.anchor_key, answered)
        spot.hold(actor.user_id)
        if draft is not None:
            become_attachments(draft, comment, by=actor)
        else:
            forget_posted(spot, comment, by=actor)
        record(
            "consultations.comment_posted",
            comment,
            actor=actor,
            anchor=comment.anchor_key,
            reply=bool(answered),
            held=comment.state == CommentState.HELD,
            awaiting=comment.state == CommentState.AWAITING,
            mentioned=len(told),
        )
        announce(comment, by=actor, official=official, is_named=bool(told))
    return comment


def _own(comment: Comment, actor: Viewer, answered: Comment | None) -> None:
    """The owner is a firm that is known here already, nearly always: no query for it later."""
    for one in (actor.organisation, answered.organisation if answered else None):
        if one is not None and one.pk == comment.organisation_id:
            comment.organisation = one


def _note_text(comment: Comment, passage: Passage | None, version: int | None) -> None:
    """On which text the comment was written, and about which of its words."""
    anchor = comment.anchor
    if not isinstance(anchor, Paragraph | Question):
        return
    comment.anchor_version = min(max(1, version or anchor.version), anchor.version)
    if passage is not None and comment.parent is None:
        comment.passage, comment.passage_language = passage.words, passage.language
        comment.passage_before, comment.passage_after = passage.before, passage.after


def await_colleague(comment: Comment) -> None:
    """Leave the comment to its firm until a colleague lets it out."""
    comment.held_audience, comment.audience = comment.audience, Audience.ORGANISATION
    comment.state = CommentState.AWAITING


def announce(
    comment: Comment, *, by: Viewer, official: bool = False, again: bool = False, is_named: bool = True
) -> None:
    """Tell those whom it concerns now: who was named in it, and who takes part; or the colleagues, while it waits.
    `again`: some have heard of this comment before, and are not told twice. `is_named`: whether anybody may be."""
    if comment.state == CommentState.AWAITING:
        thread_news.tell_colleagues(comment, actor=by)
        return
    known = thread_news.told_before(comment) if again else set()
    named: set[int] = set()
    if is_named and comment.state == CommentState.PUBLISHED:
        named = thread_news.tell_mentioned(comment, known)
    emails.tell_of_comment(comment, actor=by, official=official, without=named | known)


@guarding.watched
def edit_comment(
    comment: Comment,
    *,
    actor: Viewer,
    body: str,
    reason: str = "",
    expected_version: int,
    draft: CommentDraft | None = None,
    hold: bool = False,
) -> Comment:
    """Replace the author's own text; the earlier one stays in its history. `draft`: of the edit, which it ends.

    `Warned` and `hold` as for a new comment: what its readers have already passes.

    `Conflict` when the comment is no longer at `expected_version`: nothing is overwritten.
    """
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_edit(actor, locked))
        require_open(readable_consultation(locked.consultation_id, actor), actor)
        if locked.version != expected_version:
            raise Conflict(
                _("This comment was changed since you opened it. Your text is kept below; compare and save again.")
            )
        before = guarding.Before.of(locked)
        locked.body, locked.body_html = _text(body)
        locked.edited_at = clock.now()
        locked.edit_reason = " ".join(reason.split())[:250]
        locked.version += 1
        names = [one.file_name for one in draft.attachments.all()] if draft is not None else []
        waits = locked.state == CommentState.HELD
        found = guarding.guard(locked, actor=actor, before=before, names=names, send=hold or waits)
        awaits = _wait_again(locked, actor)
        moved = () if awaits else guarding.after_edit(locked, found, actor=actor, before=before)
        locked.save(
            update_fields=["body", "body_html", "edited_at", "edit_reason", "version", *(_STATE if awaits else moved)]
        )
        if locked.state == CommentState.HELD:
            guarding.open_case(locked, found, actor=actor)
        spot = Spot(locked.consultation, locked.anchor_key, None, locked)
        spot.hold(actor.user_id)
        if draft is not None:
            become_attachments(draft, locked, by=actor)
        else:
            forget_posted(spot, locked, by=actor)
        record("consultations.comment_edited", locked, actor=actor, version=locked.version, awaiting=awaits)
        if awaits or (moved and locked.state == CommentState.PUBLISHED):
            announce(locked, by=actor)
    return locked


_STATE = ("audience", "held_audience", "state", "let_out_by", "let_out_at")


def _wait_again(comment: Comment, actor: Viewer) -> bool:
    """Whether the new text needs a colleague as the first one did: what was given back, and what all members read.

    Refused where others have answered what they read: the answers would hang on a text that is gone.
    """
    given_back = comment.state == CommentState.RETURNED and comment.audience == Audience.ORGANISATION
    if given_back and policies.needs_colleague(actor, comment.held_audience):
        comment.state = CommentState.AWAITING
        return True
    if comment.state != CommentState.PUBLISHED or not policies.needs_colleague(actor, comment.audience):
        return False
    replies = Comment.objects.visible_to(actor).filter(parent=comment.pk)
    if replies.exclude(membership__organisation=actor.organisation_id).exists():
        raise Refused(
            _("Others have answered this comment, and your firm asks a colleague to release a new text. Write a reply.")
        )
    await_colleague(comment)
    comment.let_out_by = comment.let_out_at = None
    return True


def locked_comment(comment: Comment, writer: Viewer) -> Comment:
    """The row, locked against others. Rows that the writer may not change are not found under row security."""
    found = Comment.objects.visible_to(writer).select_for_update(of=("self",)).filter(pk=comment.pk).first()
    if found is None:
        raise Forbidden
    return found  # type: ignore[no-any-return]


def withdraw_comment(comment: Comment, *, actor: Viewer, reason: str) -> Comment:
    """Take the text off the page for good; a stub with the reason stays, and the text stays in the history."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Give a reason. It stays on the page in place of the comment."), field="reason")
    if len(reason) > 250:
        raise Refused(_("Keep the reason under 250 characters."), field="reason")
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        if locked.withdrawn_at is not None:
            raise Refused(_("This comment has already been withdrawn."))
        require(policies.can_withdraw(actor, locked))
        locked.body = locked.body_html = ""
        locked.withdrawn_at, locked.withdrawn_by, locked.withdrawal_reason = clock.now(), actor.user, reason
        locked.save(update_fields=["body", "body_html", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
        record("consultations.comment_withdrawn", locked, actor=actor, by_author=policies.is_author(actor, locked))
        thread_news.tell_author(thread_news.WITHDRAWN, locked, actor=actor)
    return locked


def mark_official_answer(comment: Comment, *, actor: Viewer, official: bool = True) -> Comment:
    """Mark a comment of the regulator as its official answer, and tell those who take part; or take the mark back."""
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_mark_official(actor, locked))
        if locked.official_answer == official:
            return locked
        locked.official_answer = official
        locked.save(update_fields=["official_answer"])
        record("consultations.official_answer_marked", locked, actor=actor, official=official)
        if official:
            emails.tell_of_comment(locked, actor=actor, official=True)
    return locked


def pin(comment: Comment, *, actor: Viewer, pinned: bool = True) -> Comment:
    """Let a thread stand first at its place, or take that back. Repeating it changes nothing."""
    with transaction.atomic():
        locked = locked_comment(comment, actor)
        require(policies.can_pin(actor, locked))
        if (locked.pinned_at is not None) == pinned:
            return locked
        locked.pinned_at, locked.pinned_by = (clock.now(), actor.person) if pinned else (None, None)
        locked.save(update_fields=["pinned_at", "pinned_by"])
        record("consultations.comment_pinned" if pinned else "consultations.comment_unpinned", locked, actor=actor)
    return locked


def resolve(comment: Comment, *, actor: Viewer) -> Resolution:
    """Say that the matter is settled. Repeating it changes nothing."""
    with transaction.atomic():
        target = _readable_comment(comment, actor)
        require(policies.can_resolve(actor, target))
        standing = Resolution.objects.filter(comment=target, reopened_at=None).first()
        if standing is not None:
            return standing
        try:
            with transaction.atomic():
                resolution = Resolution.objects.create(
                    comment=target,
                    consultation_id=target.consultation_id,
                    resolved_by_id=actor.user_id or 0,
                    resolved_at=clock.now(),
                )
        except IntegrityError:  # somebody was faster
            return Resolution.objects.get(comment=target, reopened_at=None)
        record("consultations.comment_resolved", target, actor=actor)
    return resolution


def reopen(comment: Comment, *, actor: Viewer) -> None:
    """Take a resolution back. Without a standing one, nothing happens."""
    with transaction.atomic():
        target = _readable_comment(comment, actor)
        require(policies.can_resolve(actor, target))
        changed = Resolution.objects.filter(comment=target, reopened_at=None).update(
            reopened_by=actor.user_id, reopened_at=clock.now()
        )
        if changed:
            record("consultations.comment_reopened", target, actor=actor)
