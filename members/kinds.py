"""The kinds of event that this room tells people of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from members import access_news, firm_news, people_news, sign_in_news
from members.enums import Role
from notifications.enums import Category
from notifications.kinds import Kind, register
from portal.common.dates import long_day_and_time
from portal.common.translated import text_of


def _invited_facts(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    by = _("%(person)s, %(organisation)s") % {"person": text_of(params, "by"), "organisation": text_of(params, "by_of")}
    return [
        (_("Organisation"), text_of(params, "organisation")),
        (_("Role"), str(Role(params["role"]).label) if "role" in params else ""),
        (_("Invited by"), by if text_of(params, "by") else ""),
        (_("Works until"), long_day_and_time(datetime.fromisoformat(params["until"])) if "until" in params else ""),
    ]


def register_kinds() -> None:
    register(
        Kind(
            name="members.invited",
            category=Category.ACCOUNT,
            title=lambda params: _("You are invited to the ASPIRe Portal"),
            context_line=lambda params: (
                _("To act for %(organisation)s") % {"organisation": text_of(params, "organisation")}
            ),
            facts=_invited_facts,
            template="members/emails/invited",
            mandatory=True,
        )
    )
    access_news.register_kinds()
    firm_news.register_kinds()
    people_news.register_kinds()
    sign_in_news.register_kinds()
