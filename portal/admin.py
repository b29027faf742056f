"""The records of rooms that lie left of members: outbox and audit, read only."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from members import policies
from members.admin_base import RegulatorAdmin
from members.audience import Audience
from notifications import workflow
from notifications.models import Delivery


@admin.register(Entry)
class EntryAdmin(RegulatorAdmin[Entry]):
    """What happened. Entries about a firm's internal notes are not here: row security keeps them too."""

    list_display = ("at", "actor_name", "verb", "object_label", "ip")
    list_filter = ("verb",)
    search_fields = ("actor_name", "object_label", "object_id", "verb")
    date_hierarchy = "at"
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).exclude(audience=Audience.ORGANISATION)


@admin.register(Delivery)
class DeliveryAdmin(RegulatorAdmin[Delivery]):
    """Mail on its way: to whom, of what kind, and what became of it. Never its text."""

    list_display = ("created_at", "kind", "recipient", "state", "attempts", "sent_at", "last_error")
    list_filter = ("state", "kind")
    list_select_related = ("user",)
    search_fields = ("user__email", "address")
    date_hierarchy = "created_at"
    fields = (
        "kind",
        "recipient",
        "period",
        "state",
        "created_at",
        "due_at",
        "attempts",
        "sent_at",
        "last_error",
    )
    readonly_fields = fields
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("To"))
    def recipient(self, obj: Delivery) -> str:
        return str(obj.user.email if obj.user else obj.address)

    @admin.action(description=gettext_lazy("Send failed mail again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        policies.require(policies.can_keep_register(request.viewer))  # type: ignore[attr-defined]
        for delivery in queryset.filter(state="failed"):
            workflow.retry(delivery)
        self.message_user(request, _("Failed mail will be sent again within a minute."), messages.SUCCESS)
