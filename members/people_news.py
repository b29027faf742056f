"""What is told about delegations, and about what somebody who left had open."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from members.enums import OrganisationKind, Role
from members.models import Delegation, HandOver, WorkingGroupMembership
from members.viewer import Viewer, memberships_with_access
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common import dates
from portal.common.translated import in_languages, text_of

DELEGATED, HANDED_OVER, WORK_REMAINS = "members.role_delegated", "members.handed_over", "members.work_remains"
SEAT_GIVEN, SEAT_ENDED = "members.seat_given", "members.seat_ended"
CONCERNED = gettext_noop("It is your role, or you hold it")
SUCCESSOR = gettext_noop("You are named as the successor")
SEATED = gettext_noop("It is your seat")
CONVENER = gettext_noop("You convene the working group")
KEEPER = gettext_noop("You look after the people there")


def _delegated_title(params: Mapping[str, Any]) -> str:
    words = {
        "holder": text_of(params, "holder"),
        "giver": text_of(params, "giver"),
        "first": dates.day(date.fromisoformat(params["starts_on"])),
        "last": dates.day(date.fromisoformat(params["ends_on"])),
    }
    if params["role"] == Role.CHAIR:
        return _("%(holder)s deputises for the chair, %(giver)s, from %(first)s to %(last)s") % words
    return _("%(holder)s acts for %(giver)s from %(first)s to %(last)s") % words


def _delegated_context(params: Mapping[str, Any]) -> str:
    return _("Role: %(role)s. It ends by itself.") % {"role": Role(params["role"]).label}


def _handed_over_title(params: Mapping[str, Any]) -> str:
    return _("Open work of %(person)s is yours now") % {"person": text_of(params, "person")}


def _handed_over_context(params: Mapping[str, Any]) -> str:
    return _("Drafts, actions, meetings and minutes: %(count)s. What was posted stays under the author's name.") % {
        "count": params["count"]
    }


def _remains_title(params: Mapping[str, Any]) -> str:
    return _("Open work of %(person)s waits for a successor") % {"person": text_of(params, "person")}


def _remains_context(params: Mapping[str, Any]) -> str:
    return _(
        "Drafts, actions, meetings and minutes: %(count)s. Nothing is lost; name a colleague who takes them on."
    ) % {"count": params["count"]}


def _seat_title(given: bool) -> Any:
    def title(params: Mapping[str, Any]) -> str:
        words = {"person": text_of(params, "person"), "group": text_of(params, "group")}
        if params.get("own"):
            return (_("You have a seat in “%(group)s”") if given else _("Your seat in “%(group)s” has ended")) % words
        if given:
            return _("%(person)s has a seat in “%(group)s”") % words
        return _("%(person)s no longer has a seat in “%(group)s”") % words

    return title


def _seat_context(params: Mapping[str, Any]) -> str:
    return str(params.get("reason", "")) or _("Whoever has a seat reads what is narrowed to the group.")


def register_kinds() -> None:
    account: dict[str, Any] = {"category": Category.ACCOUNT, "mandatory": True}
    register(Kind(DELEGATED, title=_delegated_title, context_line=_delegated_context, icon="users", **account))
    register(Kind(HANDED_OVER, title=_handed_over_title, context_line=_handed_over_context, icon="inbox", **account))
    for name, given in ((SEAT_GIVEN, True), (SEAT_ENDED, False)):
        register(Kind(name, title=_seat_title(given), context_line=_seat_context, icon="users", **account))
    register(Kind(WORK_REMAINS, title=_remains_title, context_line=_remains_context, icon="user-x", **account))


def _names(field: str, user: Any) -> dict[str, str]:
    return in_languages(user, "name", field)


def tell_delegated(delegation: Delegation, *, actor: Viewer) -> None:
    """To whose role it is and who holds it, but for the one who has just done it."""
    people = {delegation.giver_id, delegation.holder_id} - {actor.user_id}
    publish(
        DELEGATED,
        subject=delegation,
        recipients=[Recipient(user_id=pk, reason=CONCERNED) for pk in sorted(people)],
        params=_names("giver", delegation.giver)
        | _names("holder", delegation.holder)
        | {
            "role": delegation.role,
            "starts_on": delegation.starts_on.isoformat(),
            "ends_on": delegation.ends_on.isoformat(),
        },
        url=reverse("members:delegations"),
    )


def tell_seat(seat: WorkingGroupMembership, *, actor: Viewer) -> None:
    """To whose seat it is, with the reason where it ended; to the group's convener without. Not to the actor."""
    kind, group = SEAT_ENDED if seat.ended_at else SEAT_GIVEN, seat.group
    params = _names("person", seat.user) | in_languages(group, "name", "group")
    for user_id, reason, more in (
        (seat.user_id, SEATED, {"own": True, "reason": seat.end_reason}),
        (group.convener_id, CONVENER, {}),
    ):
        if user_id != actor.user_id and (user_id != seat.user_id or reason == SEATED):
            publish(
                kind,
                subject=seat,
                recipients=[Recipient(user_id=user_id, reason=reason)],
                params=params | more,
                url=reverse("members:directory"),
            )


def tell_handed_over(hand_over: HandOver, *, moved: int) -> None:
    _tell(HANDED_OVER, hand_over, [hand_over.successor_id or 0], SUCCESSOR, count=moved, url=reverse("home"))


def tell_work_remains(hand_over: HandOver) -> None:
    """To the firm's coordinators; of the regulator and of agencies, to the secretariat."""
    rows = memberships_with_access()
    if hand_over.organisation.kind == OrganisationKind.PLATFORM:
        rows = rows.filter(organisation=hand_over.organisation_id, role=Role.COORDINATOR)
    else:
        rows = rows.filter(role=Role.SECRETARIAT)
    people = sorted(rows.values_list("user", flat=True))
    _tell(WORK_REMAINS, hand_over, people, KEEPER, count=hand_over.kept, url=reverse("members:directory"))


def _tell(kind: str, hand_over: HandOver, people: Collection[int], reason: str, *, count: int, url: str) -> None:
    publish(
        kind,
        subject=hand_over,
        recipients=[Recipient(user_id=pk, reason=reason) for pk in people],
        params=_names("person", hand_over.membership.user) | {"count": count},
        url=url,
    )
