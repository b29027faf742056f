"""Who may look after organisations, people and working groups."""

from members.enums import Role
from members.models import Membership, Organisation
from members.viewer import Viewer
from portal.common.errors import Forbidden

_KEEPERS = frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR, Role.CHAIR})


def require(allowed: bool) -> None:
    """Raise `Forbidden` unless allowed. Verbs of every room call it first."""
    if not allowed:
        raise Forbidden


def can_enter_admin(viewer: Viewer) -> bool:
    """The admin site is for the regulator's staff."""
    return viewer.is_regulator


def can_keep_register(viewer: Viewer) -> bool:
    """Organisations, licences, memberships and working groups are kept by the chair's office."""
    return viewer.is_regulator and viewer.role in _KEEPERS


def can_invite(viewer: Viewer, organisation: Organisation) -> bool:
    """The chair's office invites anybody; a coordinator invites colleagues."""
    own = viewer.is_platform and viewer.role == Role.COORDINATOR and viewer.organisation_id == organisation.pk
    return can_keep_register(viewer) or own


def can_end_membership(viewer: Viewer, membership: Membership) -> bool:
    return can_invite(viewer, membership.organisation) and viewer.user_id != membership.user_id


def can_see_people(viewer: Viewer) -> bool:
    """Members see who else is a member; the public does not."""
    return viewer.is_member


def can_set_release_wish(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether a colleague releases a contributor's comments to all members is for the firm's coordinator to say."""
    return viewer.is_platform and viewer.role == Role.COORDINATOR and viewer.organisation_id == organisation.pk
