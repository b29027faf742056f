"""Who may look after organisations, people and working groups."""

from members.enums import Role
from members.models import Delegation, Membership, Organisation, Override
from members.viewer import Viewer
from portal.common.errors import Forbidden

_REPRESENTATIVES = frozenset({Role.PRINCIPAL, Role.ALTERNATE})
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


def can_export_lists(viewer: Viewer) -> bool:
    """Lists of the admin site leave as files through the chair's office alone."""
    return can_keep_register(viewer)


def can_set_retention(viewer: Viewer) -> bool:
    """How long records are kept is for the chair's office to decide."""
    return can_keep_register(viewer)


def can_decide_disposal(viewer: Viewer) -> bool:
    """What is past its period goes when a second person of the chair's office says so (approve_disposal)."""
    return can_keep_register(viewer)


def can_hold_records(viewer: Viewer) -> bool:
    """Place and lift legal holds."""
    return can_keep_register(viewer)


def can_invite(viewer: Viewer, organisation: Organisation) -> bool:
    """The chair's office invites anybody; a coordinator invites colleagues."""
    return can_keep_register(viewer) or is_coordinator_of(viewer, organisation.pk)


def is_coordinator_of(viewer: Viewer, organisation_id: int) -> bool:
    """Who looks after a firm's own people. A role that is held for a colleague takes this away from nobody, and gives
    it to nobody: the own role counts."""
    own = viewer.is_platform and viewer.own_role == Role.COORDINATOR
    return own and viewer.organisation_id == organisation_id and not viewer.is_mirror


def can_end_membership(viewer: Viewer, membership: Membership) -> bool:
    return can_invite(viewer, membership.organisation) and viewer.user_id != membership.user_id


def can_replace(viewer: Viewer, membership: Membership, by: Membership) -> bool:
    """The chair's office names the next chair and a firm's next principal, its coordinator the latter; nobody
    themselves."""
    return can_invite(viewer, membership.organisation) and viewer.user_id != by.user_id


def can_delegate(viewer: Viewer, membership: Membership) -> bool:
    """A representative gives the own role for a while, never one that they hold for somebody else; that of the chair
    the chair's office may record too."""
    own = viewer.membership is not None and viewer.membership.pk == membership.pk and not viewer.is_mirror
    if membership.role == Role.CHAIR:
        return own or can_keep_register(viewer)
    return own and viewer.is_platform and membership.role in _REPRESENTATIVES


def can_see_delegations(viewer: Viewer) -> bool:
    """Each organisation its own; observers have no role to give."""
    return viewer.is_regulator or viewer.is_platform


def can_end_delegation(viewer: Viewer, delegation: Delegation) -> bool:
    """Whose role it is, who holds it, the firm's coordinator; for the chair's role the chair's office."""
    if viewer.user_id is not None and viewer.user_id in {delegation.giver_id, delegation.holder_id}:
        return viewer.is_member and not viewer.is_mirror
    if delegation.is_deputising:
        return can_keep_register(viewer)
    return is_coordinator_of(viewer, delegation.organisation_id)


def can_see_people(viewer: Viewer) -> bool:
    """Members see who else is a member; the public does not."""
    return viewer.is_member


def can_set_release_wish(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether a colleague releases a contributor's comments to all members is for the firm's coordinator to say."""
    return is_coordinator_of(viewer, organisation.pk)


_LOOKERS = frozenset({Role.CHAIR, Role.SECRETARIAT})


def can_look(viewer: Viewer) -> bool:
    """The chair and the secretariat may see the portal as a firm's role sees it; not while they do so already."""
    return viewer.is_regulator and viewer.role in _LOOKERS and not viewer.is_mirror


def can_view_as(viewer: Viewer, organisation: Organisation) -> bool:
    """A platform's people, whom the office answers when something is not where they look for it."""
    return can_look(viewer) and organisation.is_platform


def can_see_views(viewer: Viewer) -> bool:
    """Who looked through a firm's eyes: that firm, its own; the regulator's staff, all."""
    return viewer.is_regulator or viewer.is_platform


def can_see_firm(viewer: Viewer) -> bool:
    """A firm's people see their own firm's list; an officer who looks through its eyes does too."""
    return viewer.is_platform and viewer.organisation_id is not None


def can_sign_in_through_firm(viewer: Viewer) -> bool:
    """Tie one's own account to the firm's identity provider, and untie it: a firm's or an agency's own people."""
    return viewer.is_member and not viewer.is_regulator and not viewer.is_mirror


def can_confirm(viewer: Viewer, membership: Membership) -> bool:
    """That a person of a firm still needs access: a coordinator, of colleagues; else the chair's office. Nobody of
    themselves. A coordinator whom nobody has confirmed still confirms others."""
    if viewer.user_id == membership.user_id:
        return False
    return can_keep_register(viewer) or is_coordinator_of(viewer, membership.organisation_id)


def can_object(viewer: Viewer) -> bool:
    """To what a firm's coordinator did about the firm's own people."""
    return can_keep_register(viewer)


def can_ask_for_override(viewer: Viewer) -> bool:
    """Supervision asks to read what a firm shares with the regulator. Nobody asks for it who reads it anyway."""
    return viewer.is_supervision


def decides_overrides(viewer: Viewer) -> bool:
    """The chair's office; on which one, `can_decide_override` says."""
    return viewer.is_regulator and viewer.role in {Role.CHAIR, Role.SECRETARIAT}


def can_decide_override(viewer: Viewer, override: Override) -> bool:
    """A second officer of the chair's office: neither who asked nor who is to read."""
    second = viewer.user_id not in {override.asked_by_id, override.officer_id}
    return decides_overrides(viewer) and second


def can_end_override(viewer: Viewer, override: Override) -> bool:
    """Whoever asked or reads under it, and the chair's office."""
    own = viewer.is_supervision and viewer.user_id in {override.asked_by_id, override.officer_id}
    return own or decides_overrides(viewer)


def can_see_overrides(viewer: Viewer) -> bool:
    """Supervision its own, a firm those that opened its content, the chair's office and the administrators all."""
    return viewer.is_supervision or viewer.is_platform or can_keep_register(viewer)


def can_see_openings(viewer: Viewer) -> bool:
    """Who opened a firm's confidential content: that firm, of its own; the chair's office and the administrators."""
    return viewer.is_platform or can_keep_register(viewer)


def can_see_readers_names(viewer: Viewer) -> bool:
    """A firm learns the role and the organisation of who opened its content; the regulator, the person."""
    return can_keep_register(viewer)
