"""On whose behalf people act: organisations, their licences, dated memberships, working groups."""

from members.models.delegation import Delegation, DelegationQuerySet
from members.models.firm import FirmChange, MembershipReminder
from members.models.firm_sign_in import FirmIdentity, IdentityProvider
from members.models.groups import WorkingGroup, WorkingGroupMembership
from members.models.hand_over import HandOver
from members.models.memberships import Membership, MembershipOffer, MembershipQuerySet
from members.models.mirror import Mirror, MirrorEnd, MirrorEnding, MirrorPage
from members.models.organisations import LicenceStatus, Organisation
from members.models.oversight import Opening, Override
from members.models.publication import Publication
from members.models.register import FormerName, RegisterImport
from members.models.retention import DisposalProposal, LegalHold, RetentionRule

__all__ = [
    "Delegation",
    "DelegationQuerySet",
    "DisposalProposal",
    "FirmChange",
    "FirmIdentity",
    "FormerName",
    "HandOver",
    "IdentityProvider",
    "LegalHold",
    "LicenceStatus",
    "Membership",
    "MembershipOffer",
    "MembershipQuerySet",
    "MembershipReminder",
    "Mirror",
    "MirrorEnd",
    "MirrorEnding",
    "MirrorPage",
    "Opening",
    "Organisation",
    "Override",
    "Publication",
    "RegisterImport",
    "RetentionRule",
    "WorkingGroup",
    "WorkingGroupMembership",
]
