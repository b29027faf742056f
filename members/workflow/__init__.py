"""What can happen to organisations, licences, memberships and working groups, by flow."""

from members.workflow.firm import set_release_wish
from members.workflow.invitations import invite, take_up_offer
from members.workflow.people import appoint, end_membership, form_working_group
from members.workflow.register import amend_organisation, register_organisation, set_licence_status

__all__ = [
    "amend_organisation",
    "appoint",
    "end_membership",
    "form_working_group",
    "invite",
    "register_organisation",
    "set_licence_status",
    "set_release_wish",
    "take_up_offer",
]
