"""How django-allauth behaves here: sign-up by invitation only, secrets encrypted, the last factor kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from accounts import encryption
from accounts.models import Invitation, User
from accounts.second_factor import COUNTED
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
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Security mail goes out at once, in the reader's language, and never carries a link to sign in."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        with translation.override(getattr(user, "language", None) or translation.get_language()):
            super().send_mail(template_prefix, email, {**context, "base_url": settings.BASE_URL})


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
