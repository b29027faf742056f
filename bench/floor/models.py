from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Firm(models.Model):
    name = models.CharField(max_length=80)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    title = models.CharField(max_length=120)
    comments = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE, db_index=False, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    audience = models.CharField(max_length=12)
    body = models.TextField()
    # The whole article as the thread's template makes it, for the lean page.
    html = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["topic", "created_at"], name="floor_reading_order"),)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.body[:20]


class Mark(models.Model):
    """Up to where somebody has read a topic."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "topic"], name="floor_one_mark"),)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d}"
