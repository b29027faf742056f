"""The competition guardrail in front of everything that other firms will read. The server decides, whatever was sent.

A verb calls `guard` before it writes. What is found ends the verb with `Warned`, unless the writer sends the comment
to the moderator: then `hold_back` leaves it to its firm and the regulator, and `open_case` puts it in the queue.
Officers of the regulator are not held: it is platforms that compete.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils.translation import gettext as _

from audit.workflow import record
from consultations import guardrail, moderation_news, policies
from consultations.enums import CommentState, Topic
from consultations.guardrail import Finding
from consultations.models import Comment, Moderation
from members.audience import NARROW_TO_WIDE, Audience
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Refused

# The readerships in which other firms are.
WIDE = frozenset({Audience.GROUP.value, Audience.PUBLIC.value})
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Warning:
    """What the writer is shown: what was found, by topic, and which ways on there are."""

    findings: tuple[Finding, ...]
    narrower: tuple[str, ...]
    can_send: bool = True

    @property
    def topics(self) -> list[tuple[Topic, str, list[str]]]:
        """(topic, why it matters, the words found), in the order of the topics."""
        found: dict[str, list[str]] = {}
        for one in self.findings:
            found.setdefault(one.topic, []).append(guardrail.shortened(one.words))
        return [(topic, why(topic), found[topic.value]) for topic in Topic if topic.value in found]


@dataclass(frozen=True)
class Before:
    """A comment before it is edited."""

    source: str
    html: str
    state: str

    @classmethod
    def of(cls, comment: Comment) -> "Before":
        return cls(comment.body, comment.body_html, comment.state)

    @property
    def texts(self) -> tuple[str, ...]:
        """What other firms have read of it."""
        published = self.state == CommentState.PUBLISHED
        return (self.source, guardrail.visible_text(self.html)) if published else ()


class Warned(Refused):
    """The text seems to tell rivals what competitors must not exchange. Nothing was posted."""

    def __init__(self, warning: Warning, comment: Comment) -> None:
        super().__init__(_("Nothing was posted: other firms would read what seems to be sensitive."))
        self.warning = warning
        self.comment = comment


def why(topic: str) -> str:
    """Why the topic matters between competitors, in a sentence for the writer."""
    match topic:
        case Topic.FEES:
            return _("Competitors who know one another's fees may come to set them together.")
        case Topic.PRICES:
            return _("Competitors who know one another's prices may come to set them together.")
        case Topic.CUSTOMERS:
            return _("Who a firm's customers are lets competitors share them out.")
        case Topic.VOLUMES:
            return _("A firm's volumes show its competitors how it does and what it will do.")
        case Topic.PLANS:
            return _("A firm's plans let competitors act together instead of in competition.")
        case _:
            return _("It may be read as an agreement, or an offer of one, between competitors.")


def target(comment: Comment) -> str:
    """The readership that the writer chose, also while the comment waits."""
    return comment.held_audience or comment.audience


def guard(
    comment: Comment, *, actor: Viewer, before: Before | None = None, names: Iterable[str] = (), send: bool = False
) -> list[Finding]:
    """What in the comment, as it is about to be saved, other firms should not read; `names`: of its files.

    `before`: what its readers have already; its sentences pass as they stand. `Warned` when something is
    found and the writer does not `send` it to the moderator.
    """
    if not actor.is_platform or target(comment) not in WIDE:
        return []
    rules = guardrail.current()
    known = before.texts if before else ()
    found = guardrail.search(rules, comment.body, comment.body_html, comment.edit_reason, *names, known=known)
    if found and not send:
        offered = policies.audiences_for(actor, comment.consultation, comment.parent)
        limit = NARROW_TO_WIDE.index(Audience(target(comment)))
        narrower = tuple(one.value for one in offered if NARROW_TO_WIDE.index(one) < limit and one not in WIDE)
        raise Warned(Warning(tuple(found), narrower), comment)
    return found


def foreseen(source: str, html: str, *, audience: str, actor: Viewer) -> list[str]:
    """The names of the topics that `guard` would warn of if this text were posted to `audience`."""
    if not actor.is_platform or audience not in WIDE:
        return []
    found = guardrail.search(guardrail.current(), source, html)
    return [str(topic.label) for topic, _why, _words in Warning(tuple(found), ()).topics]


def watched(verb: Callable[P, T]) -> Callable[P, T]:
    """Let a verb's warnings outlive what they undo: an entry says that one was shown, for the firm and the regulator.

    It names the topics, never the words.
    """

    @wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return verb(*args, **kwargs)
        except Warned as warned:
            actor = kwargs["actor"]
            about = copy(warned.comment.consultation)
            about.audience, about.organisation_id = Audience.SHARED, actor.organisation_id  # type: ignore[attr-defined]
            record(
                "consultations.guardrail_warned",
                about,
                actor=actor,  # type: ignore[arg-type]
                act=verb.__name__,
                place=warned.comment.anchor_key,
                topics=[topic.value for topic, _why, _words in warned.warning.topics],
            )
            raise

    return call


def hold_back(comment: Comment) -> None:
    """Leave the comment to its firm and the regulator, by the audience rule itself, so that no read path can forget."""
    comment.held_audience = comment.audience
    if comment.audience != Audience.ORGANISATION:
        comment.audience = Audience.SHARED
    comment.state = CommentState.HELD


def open_case(comment: Comment, found: Iterable[Finding], *, actor: Viewer) -> Moderation:
    """Put a held comment into the moderator's queue, or renew the case that waits there already; tell the desk."""
    topics, words = _summary(found)
    case = Moderation.objects.visible_to(actor).filter(comment=comment, decision="").first()
    if case is not None:
        case.topics, case.matched = topics, words
        case.save(update_fields=["topics", "matched"])
        return case
    case = Moderation(
        comment=comment,
        audience=Audience.SHARED,
        organisation_id=comment.organisation_id,
        working_group_id=comment.working_group_id,
        topics=topics,
        matched=words,
        asked_by=actor.person,
        asked_at=clock.now(),
    )
    case.save(force_insert=True)
    record("consultations.moderation_asked", comment, actor=actor, topics=topics)
    moderation_news.tell_desk(comment, actor=actor)
    return case


def _summary(found: Iterable[Finding]) -> tuple[list[str], list[str]]:
    rows = list(found)
    topics = [topic.value for topic in Topic if any(one.topic == topic.value for one in rows)]
    return topics, [guardrail.shortened(one.words) for one in rows][:40]


def after_edit(comment: Comment, found: list[Finding], *, actor: Viewer, before: Before) -> tuple[str, ...]:
    """Where an edit leaves a comment that other firms would read. Returns the columns that changed.

    A published one goes to the moderator with what was found. One that waits there goes on waiting. One that was given
    back is published if the guardrail had found something and finds nothing any more; otherwise the moderator, who
    knows what was wrong with it, looks again.
    """
    columns = ("audience", "held_audience", "state")
    if comment.state == CommentState.PUBLISHED and found:
        require_no_wider_answers(comment)
        hold_back(comment)
        return columns
    if comment.state == CommentState.RETURNED and comment.audience == Audience.SHARED:
        if comment.body_html == before.html:
            raise Refused(_("The text is the one that was given back. Change it first."), field="body")
        last = Moderation.objects.visible_to(actor).filter(comment=comment).exclude(decision="").first()
        if found or last is None or not last.matched:
            comment.state = CommentState.HELD
        else:
            comment.audience, comment.held_audience, comment.state = (
                comment.held_audience, "", CommentState.PUBLISHED,
            )  # fmt: skip
        return columns
    return ()


def require_no_wider_answers(comment: Comment) -> None:
    """An answer that others read would hang on a comment that they cannot."""
    narrow = (Audience.SHARED, Audience.ORGANISATION, Audience.REGULATOR)
    if comment.replies.exclude(audience__in=narrow).exists():
        raise Refused(_("This comment has been answered for wider readers. Withdraw it instead."))
