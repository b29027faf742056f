"""Chainable reads. Every one starts from `visible_to(viewer)`."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest

from consultations.enums import REACHED_BY, State
from members.audience import RestrictedQuerySet, parents_q
from members.viewer import Viewer
from portal.common import clock


def state_q(state: str, moment: datetime) -> Q:
    """The consultations that are in `state` at `moment`: the twin of `Consultation.state_at`."""
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    if state == State.WITHDRAWN:
        return Q(withdrawn_at__lte=moment)
    order = list(REACHED_BY)
    later = order if state == State.DRAFT else order[order.index(State(state)) + 1 :]
    not_later = Q()
    for other in later:
        column = REACHED_BY[other]
        not_later &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": moment})
    if state == State.DRAFT:
        return standing & (Q(released_at=None) | not_later)
    return standing & not_later & Q(released_at__isnull=False, **{f"{REACHED_BY[State(state)]}__lte": moment})


class ConsultationQuerySet(RestrictedQuerySet[Any]):
    def in_state(self, *states: str, at: datetime | None = None) -> Self:
        """Those in one of `states` at a moment (aware; now by default)."""
        moment = at or clock.now()
        wanted = Q(pk__in=[])
        for state in states:
            wanted |= state_q(state, moment)
        return self.filter(wanted)

    def open(self, at: datetime | None = None) -> Self:
        """Open for comments at a moment (aware; now by default)."""
        return self.in_state(State.OPEN, at=at)

    def planned(self, at: datetime | None = None) -> Self:
        """Settled, and not open yet. Before release only the regulator sees them."""
        return self.in_state(State.DRAFT, at=at).filter(released_at__isnull=False)

    def past(self, at: datetime | None = None) -> Self:
        """Over: neither a draft nor open."""
        return self.in_state(*(state for state in State if state not in {State.DRAFT, State.OPEN}), at=at)

    def with_own_deadline(self, viewer: Viewer) -> Self:
        """Adds `own_deadline`: until when the viewer's organisation may comment, its extension included; and
        `open_until`, which for the regulator is the latest moment at which any firm can still write to it."""
        extensions = self.model._meta.get_field("extensions").related_model.objects.filter(consultation=OuterRef("pk"))
        # PostgreSQL's GREATEST passes over nulls.
        if viewer.is_regulator:
            last = Subquery(extensions.order_by("-until").values("until")[:1])
            return self.annotate(own_deadline=F("closes_at"), open_until=Greatest(F("closes_at"), last))
        if viewer.is_platform:
            last = Subquery(extensions.filter(organisation=viewer.organisation_id).values("until")[:1])
            return self.annotate(own_deadline=Greatest(F("closes_at"), last), open_until=F("own_deadline"))
        return self.annotate(own_deadline=F("closes_at"), open_until=F("closes_at"))

    def in_reading_order(self, at: datetime | None = None) -> Self:
        """Open ones by deadline, then planned ones by opening, then the past, newest first."""
        moment = at or clock.now()
        rank = Case(
            When(state_q(State.OPEN, moment), then=Value(0)),
            When(state_q(State.DRAFT, moment), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        soonest = Case(
            When(rank=0, then=F("closes_at")), When(rank=1, then=F("opens_at")), output_field=models.DateTimeField()
        )
        return self.annotate(rank=rank).order_by(
            "rank", soonest.asc(nulls_last=True), F("closes_at").desc(nulls_last=True), "reference"
        )


class CommentQuerySet(RestrictedQuerySet[Any]):
    def of_thread(self, thread_id: uuid.UUID) -> Self:
        """The comment that began a thread, and everything under it."""
        return self.filter(Q(pk=thread_id) | Q(root=thread_id))

    def with_people(self) -> Self:
        """With all that a comment's line shows, in the same query."""
        return self.select_related("author", "membership", "membership__organisation", "organisation", "working_group")


class PersonalQuerySet(models.QuerySet[Any]):
    """Rows that belong to one person alone, on a row that this person can read."""

    def visible_to(self, viewer: Viewer) -> Self:
        model: Any = self.model
        return self.filter(parents_q(model, viewer), **{model.row_security_person: viewer.user_id})
