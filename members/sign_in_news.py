"""What a firm is told of its own sign-in: that it is set, changed or switched off."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from members.certification import coordinators_of
from members.firm_news import CONCERNED, COORDINATOR
from members.models import FirmIdentity, IdentityProvider
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common.translated import in_languages, text_of

SET, OFF = "members.firm_sign_in_set", "members.firm_sign_in_off"


def _set_title(params: Mapping[str, Any]) -> str:
    return _("%(organisation)s: people may now sign in through %(host)s") % {
        "organisation": text_of(params, "organisation"),
        "host": params["host"],
    }


def _set_context(params: Mapping[str, Any]) -> str:
    return _("Each connects it once, signed in here. The portal's password and second factor stay.")


def _off_title(params: Mapping[str, Any]) -> str:
    return _("%(organisation)s: nobody signs in through %(host)s any more") % {
        "organisation": text_of(params, "organisation"),
        "host": params["host"],
    }


def _off_context(params: Mapping[str, Any]) -> str:
    return _("Sign in with the portal's password and second factor.")


def register_kinds() -> None:
    account: dict[str, Any] = {"category": Category.ACCOUNT, "icon": "users", "mandatory": True}
    register(Kind(SET, title=_set_title, context_line=_set_context, **account))
    register(Kind(OFF, title=_off_title, context_line=_off_context, **account))


def connected_to(provider: IdentityProvider) -> list[FirmIdentity]:
    """Who has connected it, under whichever issuer, and has not disconnected it."""
    return list(provider.identities.filter(ended_at=None).select_related("user").order_by("user__name_en", "user"))


def tell(kind: str, provider: IdentityProvider) -> None:
    """To the firm's coordinators, and to who has connected it: another issuer does not know them."""
    firm = provider.organisation
    reasons = {one.user_id: CONCERNED for one in connected_to(provider)}
    reasons |= {row.user_id: COORDINATOR for row in coordinators_of(firm.pk)}
    publish(
        kind,
        subject=provider,
        recipients=[Recipient(user_id=pk, reason=reason) for pk, reason in sorted(reasons.items())],
        params={"host": provider.host} | in_languages(firm, "name", "organisation"),
        url=reverse("members:firm_sign_in") if kind == SET else reverse("home"),
    )
