"""What waits for the secretariat in this room and in those to its left: people, memberships and mail."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation
from members import policies
from members.certification import waits_for_secretariat
from members.desk.waiting import Line, counted, register
from members.enums import FirmChangeKind, OverrideState
from members.models import DisposalProposal, FirmChange, Membership, Override, RetentionRule
from members.models.retention import ProposalState
from members.register import differences
from members.retention.kinds import KINDS
from members.viewer import Viewer
from notifications.enums import DeliveryState
from notifications.models import Delivery
from portal.common import clock

EXPIRES_SOON = timedelta(days=3)
NEW_FOR = timedelta(days=7)


def invitations(viewer: Viewer) -> Iterator[Line]:
    """Those nobody has taken up yet, and of them those that soon cannot be."""
    if not policies.can_keep_register(viewer):
        return
    now = clock.now()
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    url = reverse("admin:accounts_invitation_changelist")
    count, oldest = counted(waiting.filter(expires_at__gt=now + EXPIRES_SOON), "created_at")
    soon, oldest_soon = counted(waiting.filter(expires_at__lte=now + EXPIRES_SOON), "created_at")
    yield Line(_("Invitations that expire within three days"), soon, f"{url}?stands=soon", oldest_soon, is_urgent=True)
    yield Line(_("Invitations not yet taken up"), count, f"{url}?stands=open", oldest)


def certifications(viewer: Viewer) -> Iterator[Line]:
    """People of firms whom no coordinator has confirmed in time: they read and do not write."""
    if not policies.can_keep_register(viewer):
        return
    today = clock.today()
    late = Membership.objects.on(today).filter(confirm_by__lt=today)
    count, oldest = counted(late, "confirm_by")
    url = f"{reverse('admin:members_membership_changelist')}?confirmation=overdue"
    yield Line(_("Memberships whose confirmation is overdue"), count, url, oldest, is_urgent=True)
    count, oldest = counted(waits_for_secretariat(), "confirm_by")
    url = f"{reverse('admin:members_membership_changelist')}?confirmation=secretariat"
    yield Line(_("People whom only the secretariat can confirm"), count, url, oldest)
    changes = FirmChange.objects.visible_to(viewer).exclude(kind=FirmChangeKind.KEPT)
    changes = changes.filter(objected_at=None, made_at__gt=clock.now() - NEW_FOR)
    count, oldest = counted(changes, "made_at")
    url = f"{reverse('admin:members_firmchange_changelist')}?objection=possible"
    yield Line(_("What firms changed in the last seven days"), count, url, oldest)


def overrides(viewer: Viewer) -> Iterator[Line]:
    """Supervision asks to read what a firm shares, and a second officer has not decided."""
    if not policies.decides_overrides(viewer):
        return
    asked = Override.objects.standing().filter(state=OverrideState.ASKED)
    count, oldest = counted(asked.exclude(asked_by=viewer.user_id).exclude(officer=viewer.user_id), "asked_at")
    title = _("Overrides for supervision that wait for a second officer")
    yield Line(title, count, reverse("oversight:overrides"), oldest, is_urgent=True)


def register_differences(viewer: Viewer) -> Iterator[Line]:
    """Where the SFC's last list and the register say different things today."""
    if not policies.can_keep_register(viewer):
        return
    found = differences()
    yield Line(_("Differences between the SFC’s last list and the register"), found.count, found.url, found.read_at)


def mail(viewer: Viewer) -> Iterator[Line]:
    """Mail that nobody will receive unless somebody acts."""
    url = reverse("admin:notifications_delivery_changelist")
    count, oldest = counted(Delivery.objects.filter(state=DeliveryState.FAILED), "created_at")
    yield Line(_("Mail that failed"), count, f"{url}?state__exact=failed", oldest, is_urgent=True)
    count, oldest = counted(Delivery.objects.filter(state=DeliveryState.UNKNOWN), "created_at")
    yield Line(_("Mail of which nobody knows whether it went out"), count, f"{url}?state__exact=unknown", oldest)
    late = Delivery.objects.filter(
        Q(due_at__lte=clock.now() - timedelta(minutes=10)), state__in=(DeliveryState.PENDING, DeliveryState.SENDING)
    )
    count, oldest = counted(late, "due_at")
    yield Line(_("Mail that is late by more than ten minutes"), count, f"{url}?state__exact=pending", oldest)


def retention(viewer: Viewer) -> Iterator[Line]:
    """What a second person decides, and kinds of record for which the office has set no period yet."""
    if not policies.can_decide_disposal(viewer):
        return
    count, oldest = counted(DisposalProposal.objects.filter(state=ProposalState.PROPOSED), "made_at")
    url = reverse("admin:members_disposalproposal_changelist")
    yield Line(_("Proposals for disposal"), count, f"{url}?state__exact=proposed", oldest)
    known = RetentionRule.objects.exclude(days=None).values_list("kind", flat=True)
    unset = sorted({kind.name for kind in KINDS} - set(known))
    yield Line(
        _("Kinds of record for which no period is set"),
        len(unset),
        reverse("admin:members_retentionrule_changelist"),
        note=_("They are kept until the office decides."),
    )


def register_lines() -> None:
    register("certifications", certifications, order=10)
    register("overrides", overrides, order=15)
    register("invitations", invitations, order=20)
    register("register", register_differences, order=25)
    register("mail", mail, order=30)
    register("retention", retention, order=90)
