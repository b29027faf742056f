"""The mail that carries the head of the sealed record out of the house."""

from django.utils.translation import gettext as _

from notifications.enums import Category
from notifications.kinds import Kind, register
from portal.audit_room.workflow import HEAD_MAILED


def register_kinds() -> None:
    register(
        Kind(
            name=HEAD_MAILED,
            category=Category.ACCOUNT,
            title=lambda params: _("Head of the audit record, %(day)s") % {"day": params["day"]},
            context_line=lambda params: _("Batch %(number)s") % {"number": params["batch"]},
            template="portal/emails/audit_head",
            mandatory=True,
        )
    )
