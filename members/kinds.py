"""The kinds of event that this room tells people of."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from members import firm_news, people_news
from notifications.enums import Category
from notifications.kinds import Kind, register
from portal.common.translated import FALLBACKS, column_language


def text_of(params: Mapping[str, Any], field: str) -> str:
    """The text of `field` in the active language from particulars that hold it by language column."""
    return next((str(params[k]) for c in FALLBACKS[column_language()] if params.get(k := f"{field}_{c}")), "")


def register_kinds() -> None:
    register(
        Kind(
            name="members.invited",
            category=Category.ACCOUNT,
            title=lambda params: _("You are invited to the ASPIRe Portal"),
            context_line=lambda params: (
                _("To act for %(organisation)s") % {"organisation": text_of(params, "organisation")}
            ),
            template="members/emails/invited",
            mandatory=True,
        )
    )
    firm_news.register_kinds()
    people_news.register_kinds()
