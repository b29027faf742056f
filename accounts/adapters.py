"""How django-allauth behaves here: sign-up by invitation only, secrets encrypted, the last factor kept."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts import devices, encryption, second_factor
from accounts.models import Invitation, User
from accounts.second_factor import COUNTED
from accounts.signals import safety_changed, sessions_ended
from accounts.workflow import accept_invitation

INVITATION_SESSION_KEY = "invitation_id"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return self.invitation(request) is not None

    def invitation(self, request: HttpRequest) -> Invitation | None:
        """The open invitation whose link this session followed."""
        pk = request.session.get(INVITATION_SESSION_KEY)
        found = Invitation.objects.filter(pk=pk).first() if pk else None
        return found if found and found.is_open else None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Make the account and spend the invitation together, with the address that was invited."""
        invitation = self.invitation(request)
        if invitation is None:
            raise PermissionError("sign-up without an open invitation")
        with transaction.atomic():
            user.email = invitation.email
            user.name_en = form.cleaned_data["name_en"]
            user.name_zh_hant = form.cleaned_data["name_zh_hant"]
            user.language = invitation.language
            user.set_password(form.cleaned_data["password1"])
            user.save()
            accept_invitation(invitation.pk, user=user, request=request)
        # The link reached this mailbox, so the address is proved.
        self.stash_verified_email(request, user.email)
        request.session.pop(INVITATION_SESSION_KEY, None)
        request.password_chosen_by = user.pk  # type: ignore[attr-defined]
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not kwargs["signup"] and not devices.is_known(request, user):
            self.send_notification_mail("new_device", user)
        devices.remember(request, response, user)
        if getattr(request, "password_chosen_by", None) == user.pk:
            second_factor.mark_password_chosen(request, user)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """What changed about the safety of the account goes through the outbox: a mail server that is away must not
        stand in the way of a sign-in, nor lose the mail."""
        request = allauth_context.request
        details = {"ip": self.get_client_ip(request), "browser": self.get_http_user_agent(request)[:200]}
        safety_changed.send(
            sender=type(self),
            user=user,
            what=template_prefix.rsplit("/", 1)[-1],
            address=email or "",
            details=details | {name: str(value) for name, value in (context or {}).items()},
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes go out at once, in the reader's language."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        with translation.override(getattr(user, "language", None) or translation.get_language()):
            super().send_mail(template_prefix, email, {**context, "base_url": settings.BASE_URL})


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        people = Counter(session.user for session in sessions)
        super().end_sessions(sessions)
        for user, count in people.items():
            sessions_ended.send(sender=UserSession, user=user, count=count)


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last authenticator app or passkey stays: add another before removing it."""
        if authenticator.type not in COUNTED:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=COUNTED)
        return bool(others.exclude(pk=authenticator.pk).exists())
