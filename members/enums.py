"""Kinds, roles and states of members, in the field's words (DOMAIN.md 4 and 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    REGULATOR = "regulator", _("Regulator")
    PLATFORM = "platform", _("Platform")
    AGENCY = "agency", _("Agency")


class Role(models.TextChoices):
    CHAIR = "chair", _("Chair")
    SECRETARIAT = "secretariat", _("Secretariat")
    POLICY_OFFICER = "policy_officer", _("Policy officer")
    ADMINISTRATOR = "administrator", _("Administrator")
    # Supervision and enforcement: shut out of what the group works on (use limitation).
    SUPERVISION = "supervision", _("Supervision")
    PRINCIPAL = "principal", _("Principal representative")
    ALTERNATE = "alternate", _("Alternate representative")
    CONTRIBUTOR = "contributor", _("Contributor")
    COORDINATOR = "coordinator", _("Coordinator")
    OBSERVER = "observer", _("Observer")


ROLES_OF: dict[str, frozenset[str]] = {
    OrganisationKind.REGULATOR: frozenset(
        {Role.CHAIR, Role.SECRETARIAT, Role.POLICY_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISION}
    ),
    OrganisationKind.PLATFORM: frozenset({Role.PRINCIPAL, Role.ALTERNATE, Role.CONTRIBUTOR, Role.COORDINATOR}),
    OrganisationKind.AGENCY: frozenset({Role.OBSERVER}),
}


class LicenceState(models.TextChoices):
    LICENSED = "licensed", pgettext_lazy("licence", "Licensed")
    RESTRICTED = "restricted", pgettext_lazy("licence", "Restricted")
    SUSPENDED = "suspended", pgettext_lazy("licence", "Suspended")
    REVOKED = "revoked", pgettext_lazy("licence", "Revoked")
    CEASED = "ceased", pgettext_lazy("licence", "Ceased")


# A platform's people may enter while its licence is in one of these states.
STATES_WITH_ACCESS = frozenset({LicenceState.LICENSED, LicenceState.RESTRICTED})


class ImportState(models.TextChoices):
    """What became of a list of licensees that was read in."""

    PREVIEWED = "previewed", pgettext_lazy("import", "Previewed")
    COMMITTED = "committed", pgettext_lazy("import", "Committed")
    DISCARDED = "discarded", pgettext_lazy("import", "Discarded")


class LicenceKind(models.TextChoices):
    SFO_TYPE_1 = "sfo_type_1", _("SFO Type 1 (dealing in securities)")
    SFO_TYPE_7 = "sfo_type_7", _("SFO Type 7 (automated trading services)")
    AMLO_VA_SERVICE = "amlo_va_service", _("AMLO virtual asset service")


class Capacity(models.TextChoices):
    EXECUTIVE_DIRECTOR = "executive_director", _("Executive director")
    RESPONSIBLE_OFFICER = "responsible_officer", _("Responsible officer")
    MIC_OVERALL = "mic_overall_management_oversight", _("Manager-In-Charge: Overall Management Oversight")
    MIC_KEY_BUSINESS = "mic_key_business_line", _("Manager-In-Charge: Key Business Line")
    MIC_OPERATIONS = (
        "mic_operational_control_and_review",
        _("Manager-In-Charge: Operational Control and Review"),
    )
    MIC_RISK = "mic_risk_management", _("Manager-In-Charge: Risk Management")
    MIC_FINANCE = "mic_finance_and_accounting", _("Manager-In-Charge: Finance and Accounting")
    MIC_IT = "mic_information_technology", _("Manager-In-Charge: Information Technology")
    MIC_COMPLIANCE = "mic_compliance", _("Manager-In-Charge: Compliance")
    MIC_AML_CFT = "mic_aml_cft", _("Manager-In-Charge: Anti-Money Laundering and Counter-Terrorist Financing")
    OTHER_SENIOR = "other_senior_management", _("Other senior management")


class FirmChangeKind(models.TextChoices):
    """What a coordinator does about the firm's own people; the secretariat is told and can object."""

    INVITED = "invited", pgettext_lazy("change by a firm", "Invited")
    ROLE_SET = "role_set", pgettext_lazy("change by a firm", "Role changed")
    ENDED = "ended", pgettext_lazy("change by a firm", "Membership ended")
    # Nothing to object to: what was held is held on.
    KEPT = "kept", pgettext_lazy("change by a firm", "Access confirmed")


class OverrideState(models.TextChoices):
    """Whether supervision may read one firm's shared content. That its time is over is no state: its dates say so."""

    ASKED = "asked", pgettext_lazy("override", "Waits for a second officer")
    APPROVED = "approved", pgettext_lazy("override", "Approved")
    REFUSED = "refused", pgettext_lazy("override", "Refused")
    ENDED = "ended", pgettext_lazy("override", "Ended early")
