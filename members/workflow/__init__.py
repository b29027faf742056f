"""What can happen to organisations, licences, memberships and working groups, by flow."""

from members.workflow.certification import certify, confirm_access, remind_of_certifications
from members.workflow.delegation import check_delegation, delegate, end_delegation
from members.workflow.firm import set_release_wish
from members.workflow.groups import amend_working_group, end_seat, form_working_group, give_seat
from members.workflow.importing import commit_register, compare_anew, discard_register, preview_register
from members.workflow.invitations import invite, send_invitation_again, take_up_offer, withdraw_invitation
from members.workflow.leaving import look_through_due
from members.workflow.objections import object_to
from members.workflow.oversight import approve_override, ask_for_override, end_override, refuse_override
from members.workflow.people import (
    appoint,
    change_role,
    check_end,
    end_membership,
    name_successor,
    replace,
    require_another_coordinator,
)
from members.workflow.register import amend_organisation, register_organisation, set_licence_status
from members.workflow.retention import (
    approve_disposal,
    decline_disposal,
    lift_hold,
    place_hold,
    propose_disposals,
    set_retention,
)

__all__ = [
    "amend_organisation",
    "amend_working_group",
    "appoint",
    "approve_disposal",
    "approve_override",
    "ask_for_override",
    "certify",
    "change_role",
    "check_delegation",
    "check_end",
    "commit_register",
    "compare_anew",
    "confirm_access",
    "decline_disposal",
    "delegate",
    "discard_register",
    "end_delegation",
    "end_membership",
    "end_override",
    "end_seat",
    "form_working_group",
    "give_seat",
    "invite",
    "lift_hold",
    "look_through_due",
    "name_successor",
    "object_to",
    "place_hold",
    "preview_register",
    "propose_disposals",
    "refuse_override",
    "register_organisation",
    "remind_of_certifications",
    "replace",
    "require_another_coordinator",
    "send_invitation_again",
    "set_licence_status",
    "set_release_wish",
    "set_retention",
    "take_up_offer",
    "withdraw_invitation",
]
