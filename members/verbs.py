"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.particulars import PEOPLE, Rows, list_words
from members.enums import Capacity, FirmChangeKind, LicenceState, Role

WORDS = {
    "members.organisation_registered": _("Organisation registered"),
    "members.organisation_amended": _("Organisation's particulars changed"),
    "members.licence_status_set": _("Licence status recorded"),
    "members.list_exported": _("List exported"),
    "members.access_confirmed": _("Access confirmed"),
    "members.certified": _("Half-yearly certification done"),
    "members.role_delegated": _("Role delegated"),
    "members.deputising_recorded": _("Deputising for the chair recorded"),
    "members.delegation_ended": _("Delegation ended"),
    "members.release_wish_set": _("Release by a colleague turned on or off"),
    "members.register_previewed": _("Register file read in"),
    "members.register_compared_anew": _("Register file compared anew"),
    "members.register_committed": _("Register file taken over"),
    "members.register_discarded": _("Register file discarded"),
    "members.invited": _("Person invited"),
    "members.invitation_withdrawn": _("Invitation withdrawn"),
    "members.membership_ended": _("Membership ended"),
    "members.membership_goes_on": _("Membership goes on"),
    "members.successor_named": _("Successor named"),
    "members.handed_over": _("Work handed over"),
    "members.view_as_started": _("View as a firm started"),
    "members.view_as_ended": _("View as a firm ended"),
    "members.objected": _("Objection to a change"),
    "members.override_asked": _("Override asked for"),
    "members.override_approved": _("Override approved"),
    "members.override_refused": _("Override refused"),
    "members.override_ended": _("Override ended"),
    "members.appointed": _("Person appointed"),
    "members.role_changed": _("Role changed"),
    "members.replaced": _("Representative replaced"),
    "members.working_group_formed": _("Working group formed"),
    "members.working_group_amended": _("Working group renamed or given another convener"),
    "members.seat_given": _("Seat in a working group given"),
    "members.seat_ended": _("Seat in a working group ended"),
    "members.firm_sign_in_refused": _("Sign-in through the firm refused"),
    "members.identity_provider_set": _("Firm's identity provider set"),
    "members.identity_provider_switched_off": _("Firm's identity provider switched off"),
    "members.firm_sign_in_connected": _("Sign-in through the firm connected"),
    "members.firm_sign_in_disconnected": _("Sign-in through the firm disconnected"),
    "members.retention_set": _("Retention period set"),
    "members.disposal_proposed": _("Disposal proposed"),
    "members.disposal_approved": _("Disposal approved"),
    "members.disposal_declined": _("Disposal declined"),
    "members.hold_placed": _("Legal hold placed"),
    "members.hold_lifted": _("Legal hold lifted"),
}


FIRM = Rows("members.organisation", by="key", said="short")


def kept_kind_words(name: str) -> str:
    """The kind of record that a retention period is for."""
    from members.retention.kinds import BY_NAME

    return str(BY_NAME[name].label) if name in BY_NAME else name


def ending_words(how: str) -> str:
    from members.models.mirror import MirrorEnding

    return str(dict(MirrorEnding.choices).get(how, how))


PARTICULARS: dict[str, Any] = {
    "capacities": Capacity,
    "change": FirmChangeKind,
    "confirmed": PEOPLE,
    "ended": PEOPLE,
    "firm": FIRM,
    "former": PEOPLE,
    "kept": Role,
    "kind": kept_kind_words,
    "model": list_words,
    "officer": PEOPLE,
    "organisation": FIRM,
    "role": Role,
    "successor": PEOPLE,
    "members.appointed:organisation": FIRM,
    "members.licence_status_set:state": LicenceState,
    "members.view_as_ended:how": ending_words,
}
