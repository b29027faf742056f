"""Who may read the record of what happened."""

from members.enums import Role
from members.viewer import Viewer

_READERS = frozenset({Role.CHAIR, Role.SECRETARIAT, Role.ADMINISTRATOR})


def can_read_record(viewer: Viewer) -> bool:
    """The regulator's office: the chair, the secretariat and its administrators."""
    return viewer.is_regulator and not viewer.is_mirror and viewer.role in _READERS
