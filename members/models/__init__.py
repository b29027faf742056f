"""On whose behalf people act: organisations, their licences, dated memberships, working groups."""

from members.models.groups import WorkingGroup, WorkingGroupMembership
from members.models.memberships import Membership, MembershipOffer, MembershipQuerySet
from members.models.organisations import LicenceStatus, Organisation

__all__ = [
    "LicenceStatus",
    "Membership",
    "MembershipOffer",
    "MembershipQuerySet",
    "Organisation",
    "WorkingGroup",
    "WorkingGroupMembership",
]
