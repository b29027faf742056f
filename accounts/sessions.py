"""Sessions in the database, each with its person beside it (the way that Django's documentation describes)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """`entered`: who came with it, where the session was loaded at the entrance of a request."""

    entered: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session

        return Session

    def create_model_instance(self, data: Any) -> Any:
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)  # type: ignore[attr-defined]
        return row

    def load(self) -> dict[str, Any]:
        from accounts import entrance

        if not entrance.is_entering():
            return super().load()
        self.entered = entrance.enter(self.session_key) if self.session_key else None
        if self.entered is None:
            self._session_key = None
            return {}
        return self.decode(self.entered.session_data)
