"""Invitations to sign up, a person's own particulars and sessions.

On whose behalf a person will act is decided in members, which hears of acceptance.
"""

from typing import Any

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import INVITATION_VALID_FOR, Invitation, User
from accounts.signals import invitation_accepted
from portal.common import clock
from portal.common.errors import Refused


def create_invitation(
    email: str, *, invited_by: User | None, name_en: str = "", name_zh_hant: str = "", language: str = "en"
) -> tuple[Invitation, str]:
    """An invitation for `email`, valid 14 days, and its token, which is not kept.

    Refused if the address already signs in here. Earlier open invitations for it are revoked.
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("This address already has an account."), field="email")
    moment = clock.now()
    token = Invitation.new_token()
    with transaction.atomic():
        Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=moment)
        invitation = Invitation.objects.create(
            email=email,
            name_en=name_en,
            name_zh_hant=name_zh_hant,
            language=language,
            token_hash=Invitation.hash_token(token),
            invited_by=invited_by,
            created_at=moment,
            expires_at=moment + INVITATION_VALID_FOR,
        )
    return invitation, token


def open_invitation(token: str) -> Invitation | None:
    """The invitation that `token` opens, or None if there is none, or it was used, revoked or has expired."""
    found = Invitation.objects.filter(token_hash=Invitation.hash_token(token)).first()
    return found if found and found.is_open else None


def accept_invitation(invitation_id: int, *, user: User, request: Any = None) -> None:
    """Spend the invitation on `user`. One of any number of attempts at the same moment succeeds.

    Call it inside the transaction that creates the account: Refused undoes the account too.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
        if not invitation.is_open or invitation.email != user.email:
            raise Refused(_("This invitation has been used or has expired. Ask for a new one."))
        invitation.accepted_at = clock.now()
        invitation.accepted_by = user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        invitation_accepted.send(sender=Invitation, invitation=invitation, user=user, request=request)


def update_profile(user: User, changes: dict[str, Any]) -> None:
    """Set the person's own names, language and appearance; other keys are ignored."""
    fields = [name for name in ("name_en", "name_zh_hant", "name_zh_hans", "language", "theme") if name in changes]
    for name in fields:
        setattr(user, name, changes[name])
    user.save(update_fields=fields)


def end_session(session: UserSession, *, request: HttpRequest) -> None:
    """Sign one of the person's devices out: its next request is nobody's."""
    end_sessions(request, [session])
