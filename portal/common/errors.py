"""What a verb raises when it does not do what it was asked. Each message is written for the person who asked."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):
    """The act is not possible now: a closed consultation, a reply that would be wider than what it answers.

    `field` names the form field that the message belongs beside, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else changed the row since the person read it. Nothing was overwritten."""


class Forbidden(PermissionDenied):
    """The actor may not do this. Shown as 403 without saying what exists."""
