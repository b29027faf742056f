"""What people are told when their access ends, closes or opens again: by mail, whatever they chose, and without a link.

Who cannot enter any more gets the mail alone. It says what has become of their access and whom to ask, and nothing that
stands in the portal.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from members.certification import coordinators_of
from members.enums import STATES_WITH_ACCESS, LicenceState, Role
from members.models import LicenceStatus, Membership
from members.viewer import Viewer, viewers_for
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common import clock
from portal.common.dates import long_day
from portal.common.translated import in_languages, text_of

ENDED, COLLEAGUE, LICENCE = "members.access_ended", "members.colleague_left", "members.licence_access"
COORDINATOR = gettext_noop("You look after your firm's users")


def _day(params: Mapping[str, Any]) -> str:
    return long_day(date.fromisoformat(params["day"]))


def _ended_title(params: Mapping[str, Any]) -> str:
    words = {"organisation": text_of(params, "organisation"), "day": _day(params)}
    if params["is_over"]:
        return _("Your access to the ASPIRe Portal for %(organisation)s has ended") % words
    return _("Your access to the ASPIRe Portal for %(organisation)s ends on %(day)s") % words


def _ended_line(params: Mapping[str, Any]) -> str:
    if params["is_over"]:
        return _("You can no longer sign in for this organisation. What you posted stays under your name.")
    return _("You can sign in until the end of that day. What you posted stays under your name.")


def _ended_facts(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Organisation"), text_of(params, "organisation")),
        (_("Role"), str(Role(params["role"]).label)),
        (_("Last day (Hong Kong time)"), _day(params)),
        (_("Whom to ask"), _whom(params)),
    ]


def _whom(params: Mapping[str, Any]) -> str:
    if params["has_coordinator"]:
        return _("The coordinator of your firm, or the secretariat of the advisory group")
    return _("The secretariat of the advisory group")


def _colleague_title(params: Mapping[str, Any]) -> str:
    words = {
        "organisation": text_of(params, "organisation"),
        "person": text_of(params, "person"),
        "day": _day(params),
    }
    if params["is_over"]:
        return _("%(organisation)s: the access of %(person)s has ended") % words
    return _("%(organisation)s: the access of %(person)s ends on %(day)s") % words


def _role_line(params: Mapping[str, Any]) -> str:
    return str(Role(params["role"]).label)


def _licence_title(params: Mapping[str, Any]) -> str:
    words = {"organisation": text_of(params, "organisation"), "day": _day(params)}
    match params["state"]:
        case LicenceState.SUSPENDED:
            return _("The licence of %(organisation)s is suspended from %(day)s") % words
        case LicenceState.REVOKED:
            return _("The licence of %(organisation)s is revoked from %(day)s") % words
        case LicenceState.CEASED:
            return _("The licence of %(organisation)s is no longer in force from %(day)s") % words
    return _("The licence of %(organisation)s is in force again from %(day)s") % words


def _licence_line(params: Mapping[str, Any]) -> str:
    if params["state"] in STATES_WITH_ACCESS:
        return _("From that day the firm's people can sign in to the ASPIRe Portal again.")
    return _(
        "From that day nobody of the firm can sign in to the ASPIRe Portal. The firm's drafts and comments are kept "
        "there."
    )


def _licence_facts(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Organisation"), text_of(params, "organisation")),
        (_("Licence"), str(LicenceState(params["state"]).label)),
        (_("From (Hong Kong time)"), _day(params)),
        (_("Whom to ask"), _("The secretariat of the advisory group")),
    ]


def register_kinds() -> None:
    account: dict[str, Any] = {"category": Category.ACCOUNT, "mandatory": True}
    plain: dict[str, Any] = account | {"template": "members/emails/access"}
    for kind in (
        Kind(ENDED, title=_ended_title, context_line=_ended_line, facts=_ended_facts, icon="user-x", **plain),
        Kind(LICENCE, title=_licence_title, context_line=_licence_line, facts=_licence_facts, icon="shield", **plain),
        Kind(COLLEAGUE, title=_colleague_title, context_line=_role_line, icon="user-x", **account),
    ):
        register(kind)


def tell_ended(membership: Membership, *, actor: Viewer | None) -> None:
    """To the person, and to the coordinators whom the firm still has, but for the one who has just done it."""
    if membership.ends_on is None:
        return
    others = coordinators_of(membership.organisation_id).exclude(user=membership.user_id)
    coordinators = sorted(others.values_list("user", flat=True))
    params = in_languages(membership.organisation, "name", "organisation") | {
        "role": membership.role,
        "day": membership.ends_on.isoformat(),
        "is_over": membership.ends_on < clock.today(),
        "has_coordinator": bool(coordinators),
    }
    concerned = _concerned([membership.user])
    if concerned:
        publish(ENDED, subject=membership, recipients=concerned, params=params, url=reverse("help"))
    told = [pk for pk in coordinators if actor is None or pk != actor.user_id]
    if told:
        publish(
            COLLEAGUE,
            subject=membership,
            recipients=[Recipient(user_id=pk, reason=COORDINATOR) for pk in told],
            params=params | in_languages(membership.user, "name", "person"),
            url=reverse("firm:people"),
        )


def tell_licence(status: LicenceStatus) -> None:
    """To everybody who acts for the firm on the day from which the licence is in that state."""
    day = max(status.effective_on, clock.today())
    rows = Membership.objects.on(day).filter(organisation=status.organisation_id).select_related("user")
    people = [row.user for row in rows.order_by("user")]
    if people:
        publish(
            LICENCE,
            subject=status,
            recipients=_concerned(people),
            params=in_languages(status.organisation, "name", "organisation")
            | {"state": status.state, "day": status.effective_on.isoformat()},
            url=reverse("help"),
        )


def _concerned(people: Iterable[User]) -> list[Recipient]:
    """Who can still enter finds it in the inbox too."""
    active = [user for user in people if user.is_active]
    inside = viewers_for([user.pk for user in active])
    return [Recipient(user_id=user.pk, mail_only=user.pk not in inside) for user in active]
