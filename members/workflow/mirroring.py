"""An officer of the office sees the portal as a firm's role sees it: for half an hour, reading alone, and recorded."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.workflow import record
from members import policies
from members.enums import ROLES_OF, STATES_WITH_ACCESS, OrganisationKind, Role
from members.models import LicenceStatus, Mirror, MirrorEnd, MirrorEnding, MirrorPage, Organisation
from members.models.mirror import REASON_LENGTH
from members.viewer import Viewer, memberships_with_access
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.errors import Refused

LASTS: Final = timedelta(minutes=30)
STARTED: Final = "members.view_as_started"
# Who answers for a firm, and so hears that somebody looked.
ANSWERING: Final = (Role.COORDINATOR, Role.PRINCIPAL)
REASON: Final = gettext_noop("You answer for your firm")


def gives_access(organisation: Organisation) -> bool:
    """Whether the firm's licence opens the portal to its people today."""
    begun = LicenceStatus.objects.filter(organisation=organisation, effective_on__lte=clock.today())
    state = begun.order_by("-effective_on", "-pk").values_list("state", flat=True).first()
    return state in STATES_WITH_ACCESS


def view_as(organisation: Organisation, *, role: str, reason: str, actor: Viewer) -> Mirror:
    """From now on, for half an hour at most, `actor` reads what `role` of this firm reads, and changes nothing.

    The firm's coordinators and principal representatives are told at once.
    """
    policies.require(policies.can_view_as(actor, organisation))
    if role not in ROLES_OF[OrganisationKind.PLATFORM]:
        raise Refused(_("Choose a role of the firm."), field="role")
    reason = " ".join(reason.split())
    if len(reason) < 3:
        raise Refused(_("Say in a few words why you look."), field="reason")
    if len(reason) > REASON_LENGTH:
        raise Refused(_("Use %(count)s characters at most.") % {"count": REASON_LENGTH}, field="reason")
    if not gives_access(organisation):
        raise Refused(_("The firm's licence gives no access at present, so its people see nothing of the portal."))
    now = clock.now()
    with transaction.atomic():
        mirror = Mirror.objects.create(
            organisation=organisation,
            role=role,
            officer_id=actor.person_id,
            officer_role=actor.role,
            reason=reason,
            started_at=now,
            ends_at=now + LASTS,
        )
        record(STARTED, mirror, actor=actor, role=role, reason=reason, until=mirror.ends_at.isoformat())
        _tell_firm(mirror)
    return mirror


def _tell_firm(mirror: Mirror) -> None:
    people = memberships_with_access().filter(organisation=mirror.organisation_id, role__in=ANSWERING)
    recipients = [Recipient(user_id=row.user_id, reason=REASON) for row in people]
    if recipients:
        publish(
            STARTED,
            subject=mirror,
            recipients=recipients,
            params={
                "officer_role": mirror.officer_role,
                "role": mirror.role,
                "from": mirror.started_at.isoformat(),
                "until": mirror.ends_at.isoformat(),
            },
            url=f"{reverse('members:views')}#v{mirror.pk}",
        )


def stop_viewing_as(mirror: Mirror, *, how: MirrorEnding, actor: Viewer) -> None:
    """It is over. Repeating it changes nothing; only who looked can end it."""
    policies.require(actor.user_id == mirror.officer_id)
    with transaction.atomic():
        end, made = MirrorEnd.objects.get_or_create(mirror=mirror, defaults={"how": how, "at": clock.now()})
        if made:
            mirror.end = end
            record(
                "members.view_as_ended",
                mirror,
                actor=actor,
                how=str(how),
                minutes=mirror.minutes,
                pages=mirror.pages.count(),
            )


def note_page(mirror: Mirror, path: str, *, actor: Viewer) -> None:
    """A page was shown to who looks as this firm."""
    policies.require(actor.user_id == mirror.officer_id)
    MirrorPage.objects.create(mirror=mirror, at=clock.now(), path=path[:300])
