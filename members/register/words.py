"""What is said of a row, in the language of whoever reads it. Stored previews hold codes and not words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

FAULTS: Final = {
    "no_name": gettext_lazy("The English name is missing."),
    "too_many_cells": gettext_lazy(
        "There are %(count)s cells where the list has five columns. A name with a comma stands in quotation marks."
    ),
    "formula": gettext_lazy("“%(column)s” is a formula or begins like one: %(text)s"),
    "unseen": gettext_lazy("“%(column)s” holds signs that cannot be seen. Type it anew."),
    "bad_reference": gettext_lazy("“%(text)s” is no CE reference: three capital letters and three digits."),
    "too_long": gettext_lazy("“%(column)s” has %(count)s characters: at most %(limit)s."),
    "bad_date": gettext_lazy("“%(text)s” is no date as dd/mm/yyyy."),
    "no_such_day": gettext_lazy("%(text)s is no day of the calendar (dd/mm/yyyy)."),
    "future_date": gettext_lazy("The licence would begin in the future: %(text)s."),
    "early_date": gettext_lazy("The licence would be older than the SFC: %(text)s."),
    "reference_twice": gettext_lazy("CE reference %(reference)s stands in row %(row)s already."),
    "name_twice": gettext_lazy("The English name stands in row %(row)s already."),
    "reference_elsewhere": gettext_lazy(
        "CE reference %(reference)s belongs to %(other)s in the register, and %(name)s is there as another firm."
    ),
    "other_reference": gettext_lazy("%(name)s has the CE reference %(known)s in the register, and not %(reference)s."),
    "no_platform": gettext_lazy("%(name)s is in the register as a body that is no platform."),
    "several": gettext_lazy("The register holds several firms of this name without a CE reference."),
    "firm_twice": gettext_lazy("Row %(row)s is about the same firm of the register."),
}
OUTCOMES: Final = {
    "new": pgettext_lazy("line of an import", "New"),
    "changed": pgettext_lazy("line of an import", "Changed"),
    "unchanged": pgettext_lazy("line of an import", "Unchanged"),
    "error": pgettext_lazy("line of an import", "Error"),
}
FIELDS: Final = {
    "ce_reference": gettext_lazy("CE reference"),
    "name_en": gettext_lazy("English name"),
    "name_zh_hant": gettext_lazy("Chinese name"),
    "platform_name_en": gettext_lazy("Platform"),
    "licence_date": gettext_lazy("Date of licence"),
}


def fault(code: str, parameters: Mapping[str, str]) -> str:
    return str(FAULTS[code]) % parameters


def value(name: str, stored: str) -> str:
    """A value of the register or the list: days as the list writes them."""
    if name == "licence_date" and stored:
        year, month, day = stored.split("-")
        return f"{day}/{month}/{year}"
    return stored or pgettext("value of a register", "empty")


def change(one: Mapping[str, str]) -> str:
    """`Platform: empty → Granite`."""
    return _("%(field)s: %(old)s → %(new)s") % {
        "field": FIELDS[one["field"]],
        "old": value(one["field"], one["old"]),
        "new": value(one["field"], one["new"]),
    }


def remark(line: Mapping[str, Any]) -> str:
    """Where the register says that the licence does not stand, though the firm is on the list: it stays as it is."""
    if not line.get("licence"):
        return ""
    from members.enums import LicenceState

    return _("The register has the licence as %(state)s. That is not changed here.") % {
        "state": LicenceState(line["licence"]).label
    }


def said(line: Mapping[str, Any]) -> list[str]:
    """All that is said of a line beside its outcome: its faults, or what is new or changes, and remarks."""
    if line["outcome"] == "error":
        return [fault(code, parameters) for code, parameters in line["faults"]]
    if line["outcome"] == "new":
        # Its name and reference stand beside it.
        colon = pgettext("between label and value", ": ")
        told = [one for one in line["changes"] if one["field"] not in {"ce_reference", "name_en"}]
        return [f"{FIELDS[one['field']]}{colon}{value(one['field'], one['new'])}" for one in told]
    found = [change(one) for one in line["changes"]]
    return [*found, words] if (words := remark(line)) else found
