"""Reads of the roadmap. Everybody may read pillars, initiatives and milestones: they are public facts."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Prefetch

if TYPE_CHECKING:
    from initiatives.models import Initiative, Milestone  # noqa: F401


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def with_milestones(self) -> Self:
        """With its pillar, and its milestones from the first to the latest: two queries in all."""
        from initiatives.models import Milestone

        return self.select_related("pillar").prefetch_related(
            Prefetch("milestones", Milestone.objects.order_by("date", "pk"))
        )


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def touching(self, initiative: "Initiative") -> Self:
        return self.filter(links__initiative=initiative)
