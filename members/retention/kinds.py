"""The kinds of record that can go once their period is over. Everything else is a record of the group and stays:
comments, papers, responses, minutes, memberships, row history and the audit trail.

What goes here is what the machinery keeps of people: addresses of invitations that nobody took up, mail that has gone
out, and traces of sign-ins. The audit trail and the row history keep what they have recorded of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Session
from members.models import LegalHold, Membership, MembershipOffer
from notifications.enums import DeliveryState
from notifications.models import Delivery

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """`past(cutoff)`: the records whose period is over; `held(hold)`: those that a hold keeps; `dispose(rows)`: what an
    approval does, and how many it concerned; `people(rows)`: whose data it is, some names of them."""

    name: str
    label: str | Promise
    what: str | Promise
    past: Callable[[datetime], Rows]
    held: Callable[[LegalHold], Q]
    dispose: Callable[[Rows], int]
    people: Callable[[Rows], Iterable[str]]


def _of_firm(hold: LegalHold) -> Any:
    return Membership.objects.filter(organisation=hold.organisation).values("user")


def _of_user(hold: LegalHold) -> Q:
    """For rows with a column `user`. A hold on an object names no person."""
    if hold.organisation_id:
        return Q(user__in=_of_firm(hold))
    return Q(user=hold.person) if hold.person_id else Q(pk__in=[])


def _invitation_held(hold: LegalHold) -> Q:
    if hold.organisation_id:
        return Q(membership_offer__organisation=hold.organisation)
    return Q(email__iexact=hold.person.email) if hold.person else Q(pk__in=[])


def _forget_invitations(rows: Rows) -> int:
    found = list(rows.values_list("pk", flat=True))
    MembershipOffer.objects.filter(invitation__in=found).update(title_en="", title_zh_hant="")
    return Invitation.objects.filter(pk__in=found).update(email="", name_en="", name_zh_hant="")


def _mail_held(hold: LegalHold) -> Q:
    if hold.address:
        return Q(event__url__startswith=hold.address)
    if hold.organisation_id:
        invited = MembershipOffer.objects.filter(organisation=hold.organisation).values("invitation__email")
        return Q(user__in=_of_firm(hold)) | (~Q(address="") & Q(address__in=invited))
    return Q(user=hold.person) | Q(address__iexact=hold.person.email) if hold.person else Q(pk__in=[])


def _remove(rows: Rows) -> int:
    found = list(rows.values_list("pk", flat=True))
    return int(rows.model._base_manager.filter(pk__in=found).delete()[0])


def _users(rows: Rows) -> list[str]:
    return [str(row.user) for row in rows.exclude(user=None).select_related("user").order_by("user").distinct("user")]


KINDS = (
    Kind(
        "accounts.invitation",
        _("Invitations that nobody took up"),
        _("The address and the name go; that there was an invitation, from whom and for which firm stays."),
        lambda cutoff: Invitation.objects.filter(accepted_at=None, expires_at__lt=cutoff).exclude(email=""),
        _invitation_held,
        _forget_invitations,
        lambda rows: rows.order_by("email").values_list("email", flat=True),
    ),
    Kind(
        "notifications.delivery",
        _("Mail that has gone out or was not needed"),
        _("The rows of the outbox go. What people were told stays in their inbox."),
        lambda cutoff: Delivery.objects.filter(
            state__in=(DeliveryState.SENT, DeliveryState.SKIPPED), created_at__lt=cutoff
        ),
        _mail_held,
        _remove,
        _users,
    ),
    Kind(
        "accounts.session",
        _("Sessions that are over"),
        _("The rows of the sessions go. Nobody is signed out by it."),
        lambda cutoff: Session.objects.filter(expire_date__lt=cutoff),
        _of_user,
        _remove,
        _users,
    ),
    Kind(
        "usersessions.usersession",
        _("Devices of past sign-ins"),
        _("Network address and browser of past sign-ins go. The audit trail keeps that there was a sign-in."),
        lambda cutoff: UserSession.objects.filter(last_seen_at__lt=cutoff),
        _of_user,
        _remove,
        _users,
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def words_of(name: str) -> str:
    return str(BY_NAME[name].label) if name in BY_NAME else name


def standing_holds() -> list[LegalHold]:
    return list(LegalHold.objects.filter(lifted_at=None).select_related("organisation", "person"))


def free(kind: Kind, cutoff: datetime) -> Rows:
    """The records of the kind whose period is over and that no hold keeps."""
    rows = kind.past(cutoff)
    held = _held(kind)
    return rows.exclude(pk__in=kind.past(cutoff).filter(held).order_by().values("pk")) if held else rows


def held(kind: Kind, cutoff: datetime) -> Rows:
    """Those whose period is over and that a hold keeps."""
    found = _held(kind)
    return kind.past(cutoff).filter(found).distinct() if found else kind.past(cutoff).none()


def _held(kind: Kind) -> Q:
    found = Q()
    for hold in standing_holds():
        found |= kind.held(hold)
    return found
