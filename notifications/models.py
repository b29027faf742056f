"""Who must hear of it. An event is written in the transaction of the act; mail is a row before it is a mail."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.enums import Category, DeliveryState, EmailChoice
from portal.common import clock
from portal.common.pairs import PairsIndex


class Event(models.Model):
    """Something that happened. It names its subject and carries no text written for a limited readership."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    at = models.DateTimeField(_("time"), default=clock.now, db_index=True)
    subject_id = models.CharField(_("subject"), max_length=64)
    # What later mails of the same matter answer to, for threading in the reader's mail program.
    thread = models.CharField(_("thread"), max_length=80, blank=True)
    params = models.JSONField(_("particulars"), default=dict, blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True)
    # The address opens something by itself (an invitation): it is forgotten once the mail is out.
    url_is_secret = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """One person's copy of an event in the inbox."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="notices", verbose_name=_("event"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person"))
    at = models.DateTimeField(_("time"))
    reason = models.CharField(_("why"), max_length=40, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    digested_at = models.DateTimeField(_("in a digest"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=["event", "user"], name="one_notice_each"),)
        indexes = (
            models.Index(fields=["user", "-at"], name="notice_inbox"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["user", "at"], condition=Q(read_at=None, digested_at=None), name="notice_undigested"),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.user}"


class Delivery(models.Model):
    """A mail that must go out: of one event, or the digest of a period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("event"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("person")
    )
    # Only for somebody who is not a user yet.
    address = models.EmailField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    reason = models.CharField(_("why"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=60)
    period = models.DateField(_("period"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    due_at = models.DateTimeField(_("due"), default=clock.now)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("outbox")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=["kind", "period", "user"], name="one_digest_per_period"),
            models.UniqueConstraint(fields=["event", "user"], name="one_mail_per_event"),
        )
        indexes = (
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=(DeliveryState.PENDING, DeliveryState.SENDING)),
                name="outbox_due",
            ),
            # The admin site's list.
            models.Index(fields=["-created_at", "-id"], name="outbox_newest"),
            models.Index(fields=["state", "-created_at"], name="outbox_by_state"),
            PairsIndex("address", name="outbox_by_pairs"),
        )

    def __str__(self) -> str:
        return f"{kinds.words_of(self.kind)}, {self.user or self.address}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a mail that went out twice can be seen to be one."""
        host = settings.BASE_URL.split("//", 1)[-1].split(":", 1)[0].split("/", 1)[0]
        return f"<{self.pk}@{host}>"


class Preference(models.Model):
    """How a person wants the mail of one category. Without a row: the kind's own default."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences", verbose_name=_("person")
    )
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    email = models.CharField(_("email"), max_length=8, choices=EmailChoice.choices)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = (models.UniqueConstraint(fields=["user", "category"], name="one_preference_per_category"),)

    def __str__(self) -> str:
        return f"{self.user} {self.category}: {self.email}"


class DigestPreference(models.Model):
    """A person who has turned the daily digest off."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest_preference", verbose_name=_("person")
    )
    daily = models.BooleanField(_("daily digest"), default=True)

    class Meta:
        verbose_name = _("digest preference")
        verbose_name_plural = _("digest preferences")

    def __str__(self) -> str:
        return f"{self.user}: {self.daily}"


class FeedToken(models.Model):
    """A key to one person's feeds. Only its SHA-256 is kept: whoever reads the database cannot use it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_tokens", verbose_name=_("person")
    )
    digest = models.CharField(_("checksum"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("made"), default=clock.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("feed key")
        verbose_name_plural = _("feed keys")
        ordering = ("user", "-created_at")

    def __str__(self) -> str:
        return f"{self.user} {self.name}"


class Heartbeat(models.Model):
    """When a part of the machinery was last alive."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
