"""Who may do what with a consultation: the only permission file of this room."""

from datetime import datetime

from consultations.models import Comment, Consultation, Response
from members.audience import Audience, Restricted, may_follow
from members.enums import OrganisationKind, Role
from members.viewer import Viewer

_PAPER_ROLES = frozenset({Role.POLICY_OFFICER, Role.SECRETARIAT, Role.CHAIR})
_DESK_ROLES = frozenset({Role.SECRETARIAT, Role.CHAIR})
_SUBMITTERS = frozenset({Role.PRINCIPAL, Role.ALTERNATE})


def can_read(viewer: Viewer, row: Restricted) -> bool:
    """Whether `viewer` could read this row, for choosing whom to tell. A test holds it equal to `visible_q`."""
    if row.working_group_id is not None and row.working_group_id not in viewer.working_groups:
        return False
    own = viewer.is_member and viewer.organisation_id == row.organisation_id
    return {
        Audience.PUBLIC: True,
        Audience.GROUP: viewer.is_member,
        Audience.REGULATOR: viewer.is_regulator,
        Audience.SHARED: viewer.is_regulator or own,
        Audience.ORGANISATION: own,
    }[Audience(row.audience)]


def can_write(viewer: Viewer) -> bool:
    """Regulator and platforms write; agencies observe and the public reads."""
    return viewer.is_regulator or viewer.is_platform


def can_run(viewer: Viewer, consultation: Consultation | None = None) -> bool:
    """Open, correct, move on or withdraw a paper: its policy officers and the chair's office."""
    return viewer.is_regulator and viewer.role in _PAPER_ROLES


def can_extend(viewer: Viewer) -> bool:
    """A later deadline for a firm needs the secretariat's agreement."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES


def can_keep_calendar(viewer: Viewer) -> bool:
    """Change a day against Cap. 149, set and lift blackout windows."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES


def can_weigh_deadlines(viewer: Viewer) -> bool:
    """Read what all firms owe at once, before a deadline is set. No firm and no agency reads another firm's load."""
    return viewer.is_regulator


def can_conclude(viewer: Viewer) -> bool:
    return viewer.is_regulator and viewer.role in _PAPER_ROLES


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
    """The author; and the secretariat, what others than the regulator's own can read."""
    removes = viewer.is_regulator and viewer.role in _DESK_ROLES and comment.audience != Audience.ORGANISATION
    return comment.withdrawn_at is None and can_write(viewer) and (is_author(viewer, comment) or removes)


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
    """Hold back or release what might pass on sensitive business information."""
    return viewer.is_regulator and viewer.role in _DESK_ROLES and comment.withdrawn_at is None


def can_see_history(viewer: Viewer, comment: Comment) -> bool:
    """Earlier texts are for the comment's readers; once it is withdrawn, for its author's firm and the regulator."""
    if not can_read(viewer, comment):
        return False
    if comment.withdrawn_at is None:
        return True
    writer = comment.membership.organisation_id if comment.membership else comment.organisation_id
    return viewer.is_regulator or (viewer.organisation_id is not None and viewer.organisation_id == writer)


def can_draft(viewer: Viewer, organisation_id: int) -> bool:
    return viewer.is_platform and viewer.organisation_id == organisation_id


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
