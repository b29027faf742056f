"""Tags of the admin site's templates."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.desk import lists

register = template.Library()


@register.inclusion_tag("admin/desk/periods.html")
def desk_periods(change_list: Any) -> dict[str, Any]:
    """Links to the years, months or days of a list with a date hierarchy."""
    back, choices = lists.periods(change_list)
    return {"back": back, "choices": choices}


@register.simple_tag
def desk_count(change_list: Any) -> str:
    """`12 comments`, or `More than 1,000 comments`, in the model's own words, or as its admin counts them."""
    count, names, is_capped = change_list.result_count, change_list.opts, change_list.paginator.is_capped
    counted = getattr(change_list.model_admin, "counted", None)
    if counted is not None:
        return _("More than %(counted)s") % {"counted": counted(count)} if is_capped else str(counted(count))
    if is_capped:
        return _("More than %(count)s %(things)s") % {"count": f"{count:,}", "things": names.verbose_name_plural}
    words = names.verbose_name if count == 1 else names.verbose_name_plural
    return _("%(count)s %(things)s") % {"count": f"{count:,}", "things": words}


@register.simple_tag
def desk_cells(cells: Iterable[str], headers: list[dict[str, Any]]) -> SafeString:
    """The cells of a row of a list, each with its heading, which a narrow screen prints beside it."""
    found = []
    for cell, header in zip(cells, headers, strict=True):
        start, rest = cell[:3], cell[3:]  # Django begins each with <td or <th
        label = "" if "action-checkbox" in header.get("class_attrib", "") else capfirst(str(header["text"]))
        found.append(start + format_html(' data-l="{}"', label) + rest if label else cell)
    return SafeString("".join(found))


@register.filter(expects_localtime=True)
def desk_moment(value: Any) -> str:
    return date_format(value, "Y-m-d H:i:s", use_l10n=False) if value else ""
