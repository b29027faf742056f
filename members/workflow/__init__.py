"""What can happen to organisations, licences, memberships and working groups, by flow."""

from members.workflow.delegation import delegate, end_delegation
from members.workflow.firm import set_release_wish
from members.workflow.importing import commit_register, compare_anew, discard_register, preview_register
from members.workflow.invitations import invite, take_up_offer
from members.workflow.leaving import look_through_due
from members.workflow.people import (
    appoint,
    change_role,
    end_membership,
    form_working_group,
    name_successor,
    replace,
    require_another_coordinator,
)
from members.workflow.register import amend_organisation, register_organisation, set_licence_status

__all__ = [
    "amend_organisation",
    "appoint",
    "change_role",
    "commit_register",
    "compare_anew",
    "delegate",
    "discard_register",
    "end_delegation",
    "end_membership",
    "form_working_group",
    "invite",
    "look_through_due",
    "name_successor",
    "preview_register",
    "register_organisation",
    "replace",
    "require_another_coordinator",
    "set_licence_status",
    "set_release_wish",
    "take_up_offer",
]
