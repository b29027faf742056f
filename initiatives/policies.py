"""Who may write the roadmap. Reading it needs no right; updates follow the audience rule."""

from members.audience import Audience
from members.enums import Role
from members.policies import require
from members.viewer import Viewer

__all__ = ["UPDATE_AUDIENCES", "can_keep_roadmap", "require"]

_KEEPERS = frozenset({Role.CHAIR, Role.SECRETARIAT, Role.POLICY_OFFICER})

# Narrowest first. The roadmap is the regulator's, so nothing on it belongs to a firm.
UPDATE_AUDIENCES = (Audience.REGULATOR, Audience.GROUP, Audience.PUBLIC)


def can_keep_roadmap(viewer: Viewer) -> bool:
    """The chair, the secretariat and policy officers write what the roadmap says."""
    return viewer.is_regulator and viewer.role in _KEEPERS
