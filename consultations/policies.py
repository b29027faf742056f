"""Who may do what with a consultation: the only permission file of this room."""

from datetime import datetime

from consultations.enums import CommentState
from consultations.models import ClarificationRequest, Comment, Conclusions, Consultation, OpeningRequest, Response
from members.audience import NARROW_TO_WIDE, Audience, Restricted, could_read, may_follow
from members.enums import OrganisationKind, Role
from members.viewer import Viewer

_PAPER_ROLES = frozenset({Role.POLICY_OFFICER, Role.SECRETARIAT, Role.CHAIR})
_DESK_ROLES = frozenset({Role.SECRETARIAT, Role.CHAIR})
_SUBMITTERS = frozenset({Role.PRINCIPAL, Role.ALTERNATE})
# Who lets out what a contributor wrote for all members, where the firm wants that; and who answers for what colleagues
# wrote for readers outside the firm.
_LETTING_OUT = frozenset({Role.PRINCIPAL, Role.ALTERNATE, Role.COORDINATOR})


def can_read(viewer: Viewer, row: Restricted) -> bool:
    """Whether `viewer` could read this row, for choosing whom to tell."""
    return could_read(viewer, row)


def can_write(viewer: Viewer) -> bool:
    """Regulator and platforms write; agencies observe and the public reads, and so does who was not confirmed in time
    by their firm."""
    return viewer.is_regulator or (viewer.is_platform and not viewer.is_unconfirmed)


def can_run(viewer: Viewer, consultation: Consultation | None = None) -> bool:
    """Open, correct, move on or withdraw a paper: its policy officers and the chair's office."""
    return viewer.is_regulator and viewer.role in _PAPER_ROLES


def can_extend(viewer: Viewer) -> bool:
    """A later deadline for a firm needs the secretariat's agreement."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES


def can_approve_opening(viewer: Viewer, request: OpeningRequest) -> bool:
    """A second officer, never the one who asked."""
    return can_run(viewer) and viewer.user_id is not None and viewer.user_id != request.asked_by_id


def can_ask_for_extension(viewer: Viewer) -> bool:
    """The firm's representative or the alternate."""
    return viewer.is_platform and not viewer.is_unconfirmed and viewer.role in _SUBMITTERS


def can_see_calendar(viewer: Viewer) -> bool:
    """Every member: a firm and an agency their own asks, the regulator's staff everybody's."""
    return viewer.is_member


def can_keep_calendar(viewer: Viewer) -> bool:
    """Change a day against Cap. 149, set and lift blackout windows."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES


def can_weigh_deadlines(viewer: Viewer) -> bool:
    """Read what all firms owe at once, before a deadline is set. No firm and no agency reads another firm's load."""
    return viewer.is_regulator


def can_conclude(viewer: Viewer) -> bool:
    return viewer.is_regulator and viewer.role in _PAPER_ROLES


def can_publish_conclusions(viewer: Viewer, conclusions: Conclusions) -> bool:
    """A second officer: never the one who changed them last."""
    return can_conclude(viewer) and viewer.user_id is not None and viewer.user_id != conclusions.revised_by_id


def can_comment(viewer: Viewer, consultation: Consultation, until: datetime | None, now: datetime) -> bool:
    """While the paper is open; `until` is the viewer's own deadline, a firm's extension included."""
    return (
        can_write(viewer)
        and consultation.released_at is not None
        and consultation.opens_at is not None
        and consultation.opens_at <= now
        and until is not None
        and now < until
        and (consultation.withdrawn_at is None or consultation.withdrawn_at > now)
        and (consultation.concluded_at is None or consultation.concluded_at > now)
    )


def owner_for(viewer: Viewer, audience: str, parent: Comment | None) -> int | None:
    """The organisation that would own a comment: the writer's, or the firm that the regulator answers."""
    if viewer.is_regulator and audience == Audience.SHARED:
        return parent.organisation_id if parent and parent.organisation.kind == OrganisationKind.PLATFORM else None
    return viewer.organisation_id


def audiences_for(viewer: Viewer, consultation: Consultation, parent: Comment | None = None) -> list[Audience]:
    """What the writer may choose, narrowest first; a reply is never wider than what it answers."""
    if viewer.is_regulator:
        offered = [Audience.REGULATOR, Audience.SHARED, Audience.GROUP]
    elif viewer.is_platform:
        offered = [Audience.ORGANISATION, Audience.SHARED, Audience.GROUP]
    else:
        return []
    allowed = []
    for audience in offered:
        owner = owner_for(viewer, audience, parent)
        if owner is not None and may_follow(parent or consultation, audience=audience, organisation_id=owner):
            allowed.append(audience)
    return allowed


def is_author(viewer: Viewer, comment: Comment) -> bool:
    return viewer.user_id is not None and viewer.user_id == comment.author_id


def can_edit(viewer: Viewer, comment: Comment) -> bool:
    return is_author(viewer, comment) and can_write(viewer) and comment.withdrawn_at is None


def can_withdraw(viewer: Viewer, comment: Comment) -> bool:
    """The author; who answers for their firm, what left it; the secretariat, what the firm does not keep to itself."""
    removes = viewer.is_regulator and viewer.role in _DESK_ROLES and comment.audience != Audience.ORGANISATION
    able = is_author(viewer, comment) or answers_for(viewer, comment) or removes
    return comment.withdrawn_at is None and can_write(viewer) and able


def can_mark_official(viewer: Viewer, comment: Comment) -> bool:
    """What the regulator wrote for others can be its official answer."""
    return (
        viewer.is_regulator
        and comment.withdrawn_at is None
        and comment.audience in {Audience.GROUP, Audience.SHARED, Audience.PUBLIC}
        and comment.membership is not None
        and comment.membership.organisation_id == viewer.organisation_id
    )


def can_resolve(viewer: Viewer, comment: Comment) -> bool:
    """The firm whose matter it is: who began the thread, or asked what this comment answers. And the regulator."""
    asked = (comment.parent, comment.root) if comment.parent else (comment,)
    askers = {
        one.membership.organisation_id if one.membership else one.organisation_id for one in asked if one is not None
    }
    return (
        can_write(viewer) and comment.withdrawn_at is None and (viewer.is_regulator or viewer.organisation_id in askers)
    )


def can_hold(viewer: Viewer, comment: Comment) -> bool:
    """Hold back or release what might pass on sensitive business information: the secretariat and the chair; in a
    working group, in which they may have no seat, the officers of the group too."""
    in_group = comment.working_group_id is not None and comment.working_group_id in viewer.working_groups
    able = _PAPER_ROLES if in_group else _DESK_ROLES
    return viewer.is_regulator and viewer.role in able and comment.withdrawn_at is None


def can_moderate(viewer: Viewer) -> bool:
    """The page of what waits for the moderator; what it lists is asked for each (`can_hold`)."""
    return viewer.is_regulator and viewer.role in _PAPER_ROLES


def can_clarify(viewer: Viewer, consultation: Consultation | None = None) -> bool:
    """Answer questions about a paper for everybody: its policy officers and the chair's office."""
    return can_run(viewer, consultation)


def is_asker(viewer: Viewer, request: ClarificationRequest) -> bool:
    return viewer.is_platform and viewer.user_id is not None and viewer.user_id == request.asked_by_id


def can_keep_rules(viewer: Viewer) -> bool:
    """The guardrail's words, in the admin site."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES


def writer_of(comment: Comment) -> int:
    """The organisation for which a comment was written; `organisation` may be the firm that the regulator answers."""
    return comment.membership.organisation_id if comment.membership else comment.organisation_id


def answers_for(viewer: Viewer, comment: Comment) -> bool:
    """Whether `viewer` may take back what a colleague wrote for readers outside their firm, who may be away: the
    representative, the alternate and the coordinator. What stands inside the firm is its author's alone."""
    return (
        viewer.is_platform
        and not viewer.is_unconfirmed
        and viewer.role in _LETTING_OUT
        and writer_of(comment) == viewer.organisation_id
        and comment.audience in {Audience.SHARED, Audience.GROUP, Audience.PUBLIC}
    )


def can_pin(viewer: Viewer, comment: Comment) -> bool:
    """What begins a thread stands first at its place, for the paper's officers to say."""
    return can_run(viewer) and comment.parent_id is None and comment.withdrawn_at is None


def can_narrow(viewer: Viewer, comment: Comment) -> bool:
    """The author; who answers for their firm, what left it; the secretariat, what other firms can read."""
    if comment.withdrawn_at is not None or comment.state == CommentState.HELD or not can_write(viewer):
        return False
    removes = (
        viewer.is_regulator and viewer.role in _DESK_ROLES and comment.audience in {Audience.GROUP, Audience.PUBLIC}
    )
    return is_author(viewer, comment) or answers_for(viewer, comment) or removes


def can_widen(viewer: Viewer, comment: Comment) -> bool:
    """Nobody but the author, and not what waits for somebody's release."""
    return can_edit(viewer, comment) and comment.state == CommentState.PUBLISHED


def narrower(viewer: Viewer, comment: Comment) -> list[Audience]:
    """The readerships within the present one that `viewer` may leave to the comment, narrowest first.

    What waits for a colleague has no other readers yet: its author may also settle for the regulator alone.
    """
    if not can_narrow(viewer, comment):
        return []
    by_regulator = comment.membership is not None and comment.membership.organisation.kind == OrganisationKind.REGULATOR
    if by_regulator:
        offered = [Audience.REGULATOR]
        if comment.parent and comment.parent.organisation.kind == OrganisationKind.PLATFORM:
            offered.append(Audience.SHARED)
    elif viewer.is_regulator:
        offered = [Audience.SHARED]  # into the firm alone nobody outside of it can put a comment
    else:
        offered = [Audience.ORGANISATION, Audience.SHARED]
    if comment.state in {CommentState.AWAITING, CommentState.RETURNED}:
        bound = Audience(comment.held_audience)
        kept = (
            [one for one in offered if one in {Audience.ORGANISATION, Audience.SHARED}]
            if is_author(viewer, comment)
            else []
        )
    else:
        bound, kept = Audience(comment.audience), offered
    return [one for one in kept if NARROW_TO_WIDE.index(one) < NARROW_TO_WIDE.index(bound)]


def wider(viewer: Viewer, comment: Comment) -> list[Audience]:
    """The readerships beyond the present one that its author may give a comment: never beyond what it answers, and
    none for which a colleague has to release it (that is a new comment)."""
    if not can_widen(viewer, comment):
        return []
    here = NARROW_TO_WIDE.index(Audience(comment.audience))
    allowed = audiences_for(viewer, comment.consultation, comment.parent)
    return [one for one in allowed if NARROW_TO_WIDE.index(one) > here and not needs_colleague(viewer, one)]


def needs_colleague(viewer: Viewer, audience: str) -> bool:
    """Whether what this writer posts waits for a colleague: the firm wants it, and other firms would read it."""
    return (
        viewer.is_platform
        and viewer.role == Role.CONTRIBUTOR
        and audience in {Audience.GROUP, Audience.PUBLIC}
        and viewer.organisation is not None
        and viewer.organisation.group_comments_need_release
    )


def can_let_out(viewer: Viewer, comment: Comment) -> bool:
    """Release, or give back, what a colleague wrote for all members. Nobody releases their own."""
    return (
        viewer.is_platform
        and not viewer.is_unconfirmed
        and viewer.role in _LETTING_OUT
        and writer_of(comment) == viewer.organisation_id
        and not is_author(viewer, comment)
        and comment.withdrawn_at is None
    )


def can_see_waiting(viewer: Viewer) -> bool:
    """A firm's own page of comments that wait for a colleague."""
    return viewer.is_platform


def can_be_noted(viewer: Viewer) -> bool:
    """Whose reading of an official post is noted: a platform's people, who answer for their firm."""
    return viewer.is_platform and not viewer.is_mirror


def can_see_history(viewer: Viewer, comment: Comment) -> bool:
    """Earlier texts are for the comment's readers; once it is withdrawn, for its author's firm and the regulator."""
    if not can_read(viewer, comment):
        return False
    if comment.withdrawn_at is None:
        return True
    writer = comment.membership.organisation_id if comment.membership else comment.organisation_id
    return viewer.is_regulator or (viewer.organisation_id is not None and viewer.organisation_id == writer)


def can_draft(viewer: Viewer, organisation_id: int) -> bool:
    return viewer.is_platform and not viewer.is_unconfirmed and viewer.organisation_id == organisation_id


def can_submit(viewer: Viewer, response: Response) -> bool:
    return can_draft(viewer, response.organisation_id) and viewer.role in _SUBMITTERS


def can_sign_off(viewer: Viewer, organisation_id: int) -> bool:
    return can_draft(viewer, organisation_id) and viewer.role in _SUBMITTERS


def posting_name(viewer: Viewer) -> str:
    """The name of the team as which an officer may post; empty where there is none."""
    team = viewer.membership.team if viewer.is_regulator and viewer.membership else ""
    if viewer.role == Role.SECRETARIAT:
        return "Secretariat"
    return "Policy team" if team.startswith("Policy team") else team
