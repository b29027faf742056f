"""Who may file, read and take away documents."""

from documents.models import Version
from members.enums import Role
from members.policies import can_keep_register
from members.viewer import Viewer

_FILERS = frozenset({Role.CHAIR, Role.SECRETARIAT, Role.POLICY_OFFICER})


def can_browse(viewer: Viewer) -> bool:
    """The shelf is for members; a public document is reached from the page that speaks of it."""
    return viewer.is_member


def can_file(viewer: Viewer) -> bool:
    """The regulator's working staff file documents; platforms come with a later flow (formal responses)."""
    return viewer.is_regulator and viewer.role in _FILERS


def can_file_letter(viewer: Viewer) -> bool:
    """Letters of appointment come to the chair's office."""
    return can_file(viewer) and can_keep_register(viewer)


def can_download(viewer: Viewer, version: Version) -> bool:
    """Asked after `visible_to` has let the document through: whether this file may leave the portal."""
    return version.is_clean


def can_record_scan(viewer: Viewer | None) -> bool:
    """The scanner is the system itself (None); by hand, whoever may file."""
    return viewer is None or can_file(viewer)
