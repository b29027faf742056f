from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Case, DateTimeField, F, Q, Value, When

from meetings.enums import UPCOMING_STATES, ActionState
from members.audience import RestrictedQuerySet
from portal.common import clock

if TYPE_CHECKING:
    from meetings.models import Action, Meeting  # noqa: F401


def _upcoming() -> Q:
    return Q(state__in=UPCOMING_STATES, ends_at__gt=clock.now())


class MeetingQuerySet(RestrictedQuerySet["Meeting"]):
    def next_first(self) -> Self:
        """The next meeting first, then those after it, then the past ones from the latest back."""
        return self.annotate(
            ahead=Case(When(_upcoming(), then=Value(True)), default=Value(False), output_field=BooleanField()),
            next_at=Case(When(_upcoming(), then=F("starts_at")), output_field=DateTimeField()),
        ).order_by("-ahead", "next_at", "-starts_at", "pk")

    def upcoming(self) -> Self:
        return self.filter(_upcoming()).order_by("starts_at", "pk")


class ActionQuerySet(RestrictedQuerySet["Action"]):
    def open(self) -> Self:
        return self.exclude(state=ActionState.DONE)

    def overdue(self) -> Self:
        return self.open().filter(due__lt=clock.today())

    def with_owners(self) -> Self:
        return self.select_related(
            "owner_organisation", "owner_user", "organisation", "meeting", "kept_by_paper", "kept_by_consultation",
            "source_consultation",
        )  # fmt: skip
