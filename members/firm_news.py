"""What is told about a firm's own people: to the secretariat, to the firm's coordinators, to the person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from members.certification import coordinators_of, secretariat
from members.enums import FirmChangeKind, Role
from members.models import FirmChange, Membership, MembershipOffer, Organisation
from members.viewer import Viewer, readable_pairs
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common import dates
from portal.common.translated import in_languages, text_of

SECRETARIAT = gettext_noop("You belong to the secretariat")
COORDINATOR = gettext_noop("You look after your firm's users")
CONCERNED = gettext_noop("It is about your own access")


def _names(organisation: Organisation) -> dict[str, str]:
    return in_languages(organisation, "name", "organisation")


def _person(membership: Membership | None, offer: MembershipOffer | None) -> dict[str, str]:
    if membership is not None:
        return in_languages(membership.user, "name", "person")
    assert offer is not None
    invitation = offer.invitation
    return {"person_en": invitation.name_en or invitation.email, "person_zh_hant": invitation.name_zh_hant}


def _role(code: str) -> str:
    return str(Role(code).label) if code else ""


def _day(text: str) -> str:
    return dates.day(date.fromisoformat(text)) if text else ""


def _change_title(params: Mapping[str, Any]) -> str:
    words = {
        "organisation": text_of(params, "organisation"),
        "person": text_of(params, "person"),
        "role": _role(params.get("role", "")),
        "day": _day(params.get("last_day", "")),
    }
    if params["change"] == FirmChangeKind.INVITED:
        return _("%(organisation)s invites %(person)s as %(role)s") % words
    if params.get("same_role"):
        return _("%(organisation)s: the capacities of %(person)s have changed") % words
    if params["change"] == FirmChangeKind.ROLE_SET:
        return _("%(organisation)s: %(person)s is now %(role)s") % words
    return _("%(organisation)s: the membership of %(person)s ends on %(day)s") % words


def _change_context(params: Mapping[str, Any]) -> str:
    return _("By the firm's coordinator. You can object, with a reason.")


def _objected_title(params: Mapping[str, Any]) -> str:
    words = {"person": text_of(params, "person")}
    if params["change"] == FirmChangeKind.INVITED:
        return _("The secretariat objects: the invitation of %(person)s is withdrawn") % words
    if params.get("same_role"):
        return _("The secretariat objects: the capacities of %(person)s are what they were") % words
    if params["change"] == FirmChangeKind.ROLE_SET:
        return _("The secretariat objects: the role of %(person)s is what it was") % words
    return _("The secretariat objects: the membership of %(person)s continues") % words


def _place_title(params: Mapping[str, Any]) -> str:
    if params["change"] == FirmChangeKind.ENDED:
        return _("Your membership for %(organisation)s continues") % {"organisation": text_of(params, "organisation")}
    if params.get("same_role"):
        words = {"organisation": text_of(params, "organisation")}
        return _("Your capacities for %(organisation)s have changed") % words
    return _("Your role is now %(role)s") % {"role": _role(params["role"])}


def _organisation_line(params: Mapping[str, Any]) -> str:
    return text_of(params, "organisation")


def _confirm_title(params: Mapping[str, Any]) -> str:
    count, words = params["count"], {"count": params["count"], "date": _day(params["due_on"])}
    if params["is_over"]:
        return (
            ngettext(
                "%(count)s colleague can only read: their access was not confirmed by %(date)s",
                "%(count)s colleagues can only read: their access was not confirmed by %(date)s",
                count,
            )
            % words
        )
    return (
        ngettext(
            "Confirm the access of %(count)s colleague by %(date)s",
            "Confirm the access of %(count)s colleagues by %(date)s",
            count,
        )
        % words
    )


def _confirm_office_title(params: Mapping[str, Any]) -> str:
    words = {"count": params["count"], "date": _day(params["due_on"]), "organisation": text_of(params, "organisation")}
    return (
        ngettext(
            "Confirm the access of %(count)s person of %(organisation)s by %(date)s",
            "Confirm the access of %(count)s people of %(organisation)s by %(date)s",
            params["count"],
        )
        % words
    )


def _confirm_person_title(params: Mapping[str, Any]) -> str:
    words = {"date": _day(params["due_on"])}
    if params["is_over"]:
        return _("You can only read until somebody confirms your access (due on %(date)s)") % words
    return _("Your access must be confirmed by %(date)s") % words


def _confirm_person_context(params: Mapping[str, Any]) -> str:
    if params.get("by_secretariat"):
        return _("The secretariat does it. Ask them if you still need access.")
    return _("Your firm's coordinator does it. Ask them if you still need access.")


def _last_title(params: Mapping[str, Any]) -> str:
    words = {
        "organisation": text_of(params, "organisation"),
        "person": text_of(params, "person"),
        "date": _day(params["due_on"]),
    }
    return _("%(organisation)s has no coordinator after %(date)s: the term of %(person)s ends") % words


def _readable(user_ids: Collection[int], subject_ids: Collection[str]) -> set[tuple[int, str]]:
    wanted = [int(pk) for pk in subject_ids]
    return readable_pairs(
        user_ids,
        lambda viewer: FirmChange.objects.visible_to(viewer).filter(pk__in=wanted).values_list("pk", flat=True),
    )


def register_kinds() -> None:
    change: dict[str, Any] = {"category": Category.ACCOUNT, "icon": "users", "readable": _readable, "mandatory": True}
    account: dict[str, Any] = {"category": Category.ACCOUNT, "icon": "users", "mandatory": True}
    for kind in (
        Kind("members.firm_changed", title=_change_title, context_line=_change_context, **change),
        Kind("members.objected", title=_objected_title, context_line=_organisation_line, **change),
        Kind("members.place_changed", title=_place_title, context_line=_organisation_line, **account),
        Kind("members.confirm_due", title=_confirm_title, context_line=_organisation_line, **account),
        Kind("members.confirm_due_office", title=_confirm_office_title, **account),
        Kind("members.confirm_person", title=_confirm_person_title, context_line=_confirm_person_context, **account),
        Kind("members.last_coordinator_ends", title=_last_title, **account),
    ):
        register(kind)


def note(
    kind: str,
    *,
    organisation: Organisation,
    actor: Viewer | None,
    membership: Membership | None = None,
    offer: MembershipOffer | None = None,
    role_before: str = "",
    role_after: str = "",
    capacities_before: Iterable[str] = (),
    capacities_after: Iterable[str] = (),
    last_day_before: date | None = None,
    last_day_after: date | None = None,
) -> FirmChange | None:
    """What a firm's own coordinator did, kept, and told to the secretariat, who may object; within the act's
    transaction. What the regulator does itself, or the operator of the machine, is no firm's change: None."""
    if actor is None or not actor.is_platform:
        return None
    change: FirmChange = FirmChange.objects.create(
        kind=kind, audience="shared", organisation=organisation, membership=membership, offer=offer,
        role_before=role_before, role_after=role_after, capacities_before=list(capacities_before),
        capacities_after=list(capacities_after), last_day_before=last_day_before,
        last_day_after=last_day_after, made_by=actor.person,
    )  # fmt: skip
    publish(
        "members.firm_changed",
        subject=change,
        recipients=[Recipient(user_id=pk, reason=SECRETARIAT) for pk in secretariat()],
        params=params_of(change),
        url=f"{reverse('admin:members_firmchange_changelist')}?id__exact={change.pk}",
    )
    return change


def note_kept(membership: Membership, *, actor: Viewer) -> None:
    """That a firm's coordinator confirmed somebody's access, for the firm's list of what changed. Nobody is told."""
    if actor.is_platform:
        FirmChange.objects.create(
            kind=FirmChangeKind.KEPT,
            audience="shared",
            organisation=membership.organisation,
            membership=membership,
            made_by=actor.person,
        )


def params_of(change: FirmChange) -> dict[str, Any]:
    return {
        "change": change.kind,
        "role": change.role_after,
        "same_role": change.is_of_capacities,
        "last_day": str(change.last_day_after or ""),
        **_names(change.organisation),
        **_person(change.membership, change.offer),
    }


def tell_objected(change: FirmChange) -> None:
    """To the firm's coordinators, and whoever did it."""
    told = {row.user_id for row in coordinators_of(change.organisation_id)} | {change.made_by_id}
    publish(
        "members.objected",
        subject=change,
        recipients=[Recipient(user_id=pk, reason=COORDINATOR) for pk in sorted(told)],
        params=params_of(change),
        url=f"{reverse('firm:people')}#changes",
    )


def tell_person(membership: Membership, *, kind: str, same_role: bool = False) -> None:
    """To the person: which role or capacities they hold now, or that their membership continues."""
    publish(
        "members.place_changed",
        subject=membership,
        recipients=[Recipient(user_id=membership.user_id, reason=CONCERNED)],
        params={"change": kind, "role": membership.role, "same_role": same_role, **_names(membership.organisation)},
        url=reverse("firm:people") if membership.organisation.is_platform else reverse("members:directory"),
    )


def tell_certifiers(organisation: Organisation, memberships: list[Membership], *, due_on: date, is_over: bool) -> None:
    """To each coordinator about the colleagues whom that coordinator can confirm."""
    for coordinator in coordinators_of(organisation.pk):
        count = sum(1 for row in memberships if row.user_id != coordinator.user_id)
        if count:
            publish(
                "members.confirm_due",
                subject=organisation,
                recipients=[Recipient(user_id=coordinator.user_id, reason=COORDINATOR)],
                params={"count": count, "due_on": str(due_on), "is_over": is_over, **_names(organisation)},
                url=reverse("firm:certification"),
            )


def tell_secretariat_certifies(organisation: Organisation, count: int, *, due_on: date) -> None:
    """Of people whom nobody of their firm can confirm."""
    publish(
        "members.confirm_due_office",
        subject=organisation,
        recipients=[Recipient(user_id=pk, reason=SECRETARIAT) for pk in secretariat()],
        params={"count": count, "due_on": str(due_on), **_names(organisation)},
        url=f"{reverse('admin:members_membership_changelist')}?confirmation=secretariat",
    )


def tell_unconfirmed(membership: Membership, *, is_over: bool, by_secretariat: bool) -> None:
    publish(
        "members.confirm_person",
        subject=membership,
        recipients=[Recipient(user_id=membership.user_id, reason=CONCERNED)],
        params={"due_on": str(membership.confirm_by), "is_over": is_over, "by_secretariat": by_secretariat},
        url=reverse("firm:people"),
    )


def tell_last_coordinator_ends(membership: Membership) -> None:
    """To the coordinator whose term ends, and to the secretariat."""
    people: Iterable[tuple[int, str]] = [
        (membership.user_id, COORDINATOR),
        *((pk, SECRETARIAT) for pk in secretariat()),
    ]
    for pk, reason in people:
        publish(
            "members.last_coordinator_ends",
            subject=membership,
            recipients=[Recipient(user_id=pk, reason=reason)],
            params={
                "due_on": str(membership.ends_on),
                **_names(membership.organisation),
                **_person(membership, None),
            },
            url=reverse("firm:people")
            if pk == membership.user_id
            else reverse("admin:members_membership_change", args=[membership.pk]),
        )
