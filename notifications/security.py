"""What people are told about the safety of their account: at once, whatever they chose, and without a link.

A mail with a link to sign in is what a thief would send. These name what happened, when and from where.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.signals import safety_changed
from notifications.enums import Category
from notifications.kinds import Kind, register
from notifications.workflow import Recipient, publish
from portal.common.templatetags.portal import browser_name

# By the names that allauth gives them; the first is ours.
TITLES: Final = {
    "new_device": gettext_noop("Your account was signed in to on a new device"),
    "password_changed": gettext_noop("Your password was changed"),
    "password_reset": gettext_noop("Your password was set anew with a code from your mail"),
    "password_set": gettext_noop("A password was set for your account"),
    "email_changed": gettext_noop("The email address of your account was changed"),
    "email_confirm": gettext_noop("An email address of your account was confirmed"),
    "email_deleted": gettext_noop("An email address was removed from your account"),
    "totp_activated": gettext_noop("An authenticator app was added to your account"),
    "totp_deactivated": gettext_noop("The authenticator app was removed from your account"),
    "webauthn_added": gettext_noop("A passkey or security key was added to your account"),
    "webauthn_removed": gettext_noop("A passkey or security key was removed from your account"),
    "recovery_codes_generated": gettext_noop("New recovery codes were made for your account"),
    "firm_sign_in_connected": gettext_noop("Your firm's sign-in was connected to your account"),
    "firm_sign_in_disconnected": gettext_noop("Your firm's sign-in was disconnected from your account"),
}


def _where(params: Mapping[str, Any]) -> str:
    return _("%(browser)s, from the address %(ip)s") % {
        "browser": browser_name(str(params.get("browser", ""))),
        "ip": params.get("ip", ""),
    }


def register_kinds() -> None:
    for what, title in TITLES.items():
        register(
            Kind(
                name=f"accounts.{what}",
                category=Category.ACCOUNT,
                title=lambda params, title=title: _(title),  # type: ignore[misc]
                context_line=_where,
                icon="shield",
                template="notifications/emails/security",
                mandatory=True,
            )
        )


@receiver(safety_changed)
def tell_the_person(user: User, what: str, address: str, details: Mapping[str, str], **kwargs: Any) -> None:
    elsewhere = [Recipient(address=address, language=user.language)] if address not in {"", user.email} else []
    publish(
        f"accounts.{what}",
        subject=user,
        # An address that was replaced hears of it too: it may be the only one that its owner still reads.
        recipients=[Recipient(user_id=user.pk), *elsewhere],
        params=details,
        url="/accounts/2fa/" if what.startswith(("totp", "webauthn", "recovery")) else "/accounts/sessions/",
    )
