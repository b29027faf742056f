"""The moderator's decisions. Moderation never edits words: it releases them as they are, or gives them back."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import moderation_news, policies
from consultations.enums import CommentState, ModerationDecision
from consultations.guarding import WIDE, hold_back, open_case, require_no_wider_answers
from consultations.guardrail import RuleError, Rules
from consultations.models import Comment, GuardrailRule, Moderation
from consultations.workflow.discussion import announce, hold_thread, locked_comment
from members.audience import Audience
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Refused
from portal.common.markdown import clean_source

REASON_LIMIT = 2_000


def _reason(text: str, *, needed: str) -> str:
    reason = clean_source(text)
    if not reason:
        raise Refused(needed, field="reason")
    if len(reason) > REASON_LIMIT:
        raise Refused(_("Keep the reason under %(limit)s characters.") % {"limit": f"{REASON_LIMIT:,}"}, field="reason")
    return reason


def hold_comment(comment: Comment, *, actor: Viewer, reason: str) -> Comment:
    """Hold back what may pass on what competitors must not exchange. Its writer's firm still sees it; the author is
    told, and reads the reason beside it.

    Refused when it was answered for wider readers. Holding what is held changes nothing.
    """
    with transaction.atomic():
        hold_thread(comment.thread_id, exclusive=True)
        locked = locked_comment(comment, actor)
        require(policies.can_hold(actor, locked))
        if locked.state == CommentState.HELD:
            return locked
        why = _reason(reason, needed=_("Give a reason. The author receives it."))
        if locked.state != CommentState.PUBLISHED or locked.audience not in WIDE:
            raise Refused(_("Other firms cannot read this comment. There is nothing to hold back."))
        require_no_wider_answers(locked)
        hold_back(locked)
        locked.save(update_fields=["audience", "held_audience", "state"])
        case = open_case(locked, [], actor=actor)
        case.reason = why
        case.save(update_fields=["reason"])
        record("consultations.comment_held", locked, actor=actor)
        moderation_news.tell_author(moderation_news.HELD, locked, actor=actor)
    return locked


def release_comment(
    comment: Comment, *, actor: Viewer, reason: str = "", expected_version: int | None = None
) -> Comment:
    """Give a held comment the readers whom its writer chose, and tell them and the writer now.

    `Conflict` when its author has changed it since the moderator read it. Refused when somebody else has decided.
    """
    with transaction.atomic():
        locked = _undecided(comment, actor, expected_version)
        _close(locked, ModerationDecision.RELEASED, clean_source(reason)[:REASON_LIMIT], actor)
        locked.audience, locked.held_audience, locked.state = locked.held_audience, "", CommentState.PUBLISHED
        locked.shown_at = clock.now()
        locked.save(update_fields=["audience", "held_audience", "state", "shown_at"])
        record("consultations.comment_released", locked, actor=actor)
        announce(locked, by=actor, again=True)
        moderation_news.tell_author(moderation_news.RELEASED, locked, actor=actor)
    return locked


def return_comment(comment: Comment, *, actor: Viewer, reason: str, expected_version: int | None = None) -> Comment:
    """Give a held comment back to its author with a reason: they write it anew, post it to fewer, or withdraw it.

    `Conflict` and Refused as for a release.
    """
    with transaction.atomic():
        locked = _undecided(comment, actor, expected_version)
        why = _reason(reason, needed=_("Give a reason. The author receives it."))
        _close(locked, ModerationDecision.RETURNED, why, actor)
        locked.state = CommentState.RETURNED
        locked.save(update_fields=["state"])
        record("consultations.comment_returned", locked, actor=actor)
        moderation_news.tell_author(moderation_news.RETURNED, locked, actor=actor)
    return locked


def note_heeded(comment: Comment, *, actor: Viewer) -> str:
    """Record what its writer did after a warning: sent it to the moderator, posted it to fewer, or wrote it anew.

    The entry has the readers of the comment: that somebody wrote a note inside the firm is the firm's own affair.
    """
    require(policies.is_author(actor, comment))
    if comment.state == CommentState.HELD:
        way = "sent_to_moderator"
    elif comment.audience == Audience.ORGANISATION and comment.state == CommentState.AWAITING:
        way = "awaits_colleague"
    else:
        way = "rewritten" if comment.audience in WIDE else "narrower"
    record("consultations.guardrail_heeded", comment, actor=actor, way=way)
    return way


def _undecided(comment: Comment, actor: Viewer, version: int | None) -> Comment:
    """The held comment, locked: of two moderators the second finds it decided."""
    locked = locked_comment(comment, actor)
    require(policies.can_hold(actor, locked))
    if locked.state != CommentState.HELD:
        raise Refused(_("Somebody else has decided on this comment in the meantime."))
    if version is not None and locked.version != version:
        raise Conflict(_("The author has changed the comment since you opened it. Read it again before you decide."))
    return locked


def _close(comment: Comment, decision: ModerationDecision, reason: str, actor: Viewer) -> None:
    """Enter the decision; for a comment from before the register, a row of its own."""
    case = Moderation.objects.visible_to(actor).filter(comment=comment, decision="").first()
    if case is None:
        case = open_case(comment, [], actor=actor)
    if reason or case.reason == "":
        case.reason = reason
    case.decision, case.decided_by, case.decided_at = decision, actor.user, clock.now()
    case.save(update_fields=["reason", "decision", "decided_by", "decided_at"])


def keep_rule(rule: GuardrailRule, *, actor: Viewer) -> GuardrailRule:
    """Write a rule of the guardrail, new or changed: it is in force with the next post. Its history keeps the former.

    Refused for lines that cannot be read.
    """
    require(policies.can_keep_rules(actor))
    try:
        Rules([(rule.topic, rule.phrases)])
    except RuleError as error:
        raise Refused(
            _("Line %(line)s: %(message)s") % {"line": error.line, "message": error.message}, field="phrases"
        ) from error
    with transaction.atomic():
        rule.save()
        record("consultations.guardrail_rule_kept", rule, actor=actor, topic=rule.topic, language=rule.language)
    return rule
