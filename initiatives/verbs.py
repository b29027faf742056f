"""What this room records, in words: read by audit.words, and what its particulars mean: by audit.particulars."""

from django.utils.translation import gettext_lazy as _

from initiatives.enums import InitiativeStatus
from members.audience import Audience

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


def part_words(name: str) -> str:
    """Which part of a fact was confirmed, as its page calls it."""
    from initiatives.models import Initiative, Milestone, Pillar

    for model in (Pillar, Initiative, Milestone):
        if name in model.PARTS:
            return str(model.PARTS[name].label)
    return name


PARTICULARS = {
    "part": part_words,
    "status": InitiativeStatus,
    "initiatives.status_changed": InitiativeStatus,
    "initiatives.update_published": Audience,
}
