"""What the admin pages of this room share."""

from typing import Any

from django.http import HttpRequest

from members.admin_base import ModelT, RegulatorAdmin
from members.audience import Audience


class ReadingAdmin(RegulatorAdmin[ModelT]):
    """Every column to read, none to write: rows change by the actions, which call the verbs."""

    hidden: frozenset[str] = frozenset()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [f.name for f in self.model._meta.fields if f.name not in {"id", *self.hidden} and "html" not in f.name]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)


def readers_of(audience: str) -> str:
    """Who reads a row of this audience, in the words of its label."""
    return str(Audience(audience).label)
