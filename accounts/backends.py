from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts import entrance
from accounts.models import User


class Backend(AuthenticationBackend):
    """allauth's sign-in; the person who came with the session is not asked for again."""

    def get_user(self, user_id: Any) -> User | None:
        return entrance.known(user_id) or super().get_user(user_id)
