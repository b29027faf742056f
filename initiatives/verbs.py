"""What this room records, in words: read by audit.words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "initiatives.pillar_entered": _("Pillar entered"),
    "initiatives.pillar_reworded": _("Pillar reworded"),
    "initiatives.initiative_entered": _("Initiative entered"),
    "initiatives.initiative_reworded": _("Initiative reworded"),
    "initiatives.status_changed": _("Status of an initiative changed"),
    "initiatives.milestone_added": _("Milestone added"),
    "initiatives.milestone_corrected": _("Milestone corrected"),
    "initiatives.fact_confirmed": _("Fact confirmed"),
    "initiatives.update_posted": _("Update of an initiative written"),
    "initiatives.update_published": _("Update of an initiative published"),
}
