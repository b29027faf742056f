"""Filters of lists that cost no look through the table, and say what people look for."""

from datetime import timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from members.certification import waits_for_secretariat
from members.desk.own_lines import EXPIRES_SOON
from notifications import kinds
from notifications.enums import Category
from portal.common import clock

Choices = list[tuple[str, str]]


class InvitationStands(SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("open", pgettext("invitation", "Open")),
            ("soon", _("Expires within three days")),
            ("expired", _("Expired")),
            ("accepted", _("Accepted")),
            ("revoked", pgettext("invitation", "Revoked")),
        ]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        now = clock.now()
        unused = Q(accepted_at=None, revoked_at=None)
        wanted = {
            "open": unused & Q(expires_at__gt=now),
            "soon": unused & Q(expires_at__gt=now, expires_at__lte=now + EXPIRES_SOON),
            "expired": unused & Q(expires_at__lte=now),
            "accepted": Q(accepted_at__isnull=False),
            "revoked": Q(revoked_at__isnull=False),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class MembershipRuns(SimpleListFilter):
    title = pgettext_lazy("of a membership", "term")
    parameter_name = "runs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("now", _("Runs today")), ("ending", _("Ends within 30 days")), ("over", _("Has ended"))]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        today = clock.today()
        now = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
        wanted = {
            "now": now,
            "ending": now & Q(ends_on__lte=today + timedelta(days=30)),
            "over": Q(ends_on__lt=today),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class Confirmation(SimpleListFilter):
    """The half-yearly confirmation of a firm's people."""

    title = gettext_lazy("confirmation")
    parameter_name = "confirmation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("overdue", _("Overdue")),
            ("due", _("Due within 30 days")),
            ("secretariat", _("For the secretariat to confirm")),
        ]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        today = clock.today()
        running = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
        wanted = {
            "overdue": running & Q(confirm_by__lt=today),
            "due": running & Q(confirm_by__gte=today, confirm_by__lte=today + timedelta(days=30)),
            "secretariat": Q(pk__in=waits_for_secretariat().order_by().values("pk")),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class VerbRoom(SimpleListFilter):
    """By the room whose verb it was: the verbs themselves are found by the search."""

    title = gettext_lazy("part of the portal")
    parameter_name = "room"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("accounts.", _("Signing in")),
            ("members.", _("Members")),
            ("consultations.", _("Consultations")),
            ("meetings.", _("Meetings")),
            ("documents.", _("Documents")),
            ("initiatives.", _("Roadmap")),
        ]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return queryset.filter(verb__startswith=self.value()) if self.value() else queryset


class HoldStands(SimpleListFilter):
    """A legal hold stands until it is lifted."""

    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("on", pgettext("legal hold", "Stands")), ("off", pgettext("legal hold", "Lifted"))]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return queryset.filter(lifted_at__isnull=self.value() == "on") if self.value() else queryset


class MailKind(SimpleListFilter):
    """By what the mail is about: the kinds that people choose among in their settings, and the digest."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(kinds.DIGEST, _("Daily digest")), *((one.value, str(one.label)) for one in Category)]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        wanted = self.value()
        return queryset.filter(kind__in=[wanted, *kinds.in_category(wanted)]) if wanted else queryset
