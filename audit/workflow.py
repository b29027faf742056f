"""Writing an audit entry, in the transaction of the act that it records."""

from typing import Any, Protocol

from django.db import models

from audit.context import current
from audit.models import Entry
from portal.common import clock


class Actor(Protocol):
    """Whoever acts: members.Viewer is one."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def organisation_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


def record(verb: str, obj: models.Model | None = None, *, actor: Actor | None, **detail: Any) -> Entry:
    """Record that `actor` (None: the system) did `verb`, such as "consultations.comment_posted", to `obj`.

    `detail` is what changed, before and after; never text that was written for a limited readership.
    The entry takes the object's audience; without one only the regulator reads it.
    """
    owner = getattr(obj, "organisation_id", None) if hasattr(obj, "audience") else None
    return _enter(verb, obj, actor, getattr(obj, "audience", "regulator"), owner, detail)


def record_inside(verb: str, obj: models.Model | None = None, *, actor: Actor, **detail: Any) -> Entry:
    """As `record`, for work that not even the regulator is to know of, such as a draft: the actor's own organisation
    alone reads the entry."""
    return _enter(verb, obj, actor, "organisation", actor.organisation_id, detail)


def _enter(
    verb: str, obj: models.Model | None, actor: Actor | None, audience: str, owner: int | None, detail: dict[str, Any]
) -> Entry:
    origin = current()
    return Entry.objects.create(
        at=clock.now(),
        actor_id=actor.user_id if actor else None,
        actor_name=actor.name if actor else "",
        on_behalf_of=actor.organisation_id if actor else None,
        verb=verb,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_label=str(obj)[:250] if obj else "",
        audience=audience,
        organisation_id=owner,
        working_group_id=getattr(obj, "working_group_id", None),
        detail=detail,
        ip=origin.ip,
        request_id=origin.request_id,
    )
