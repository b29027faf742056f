"""The records of rooms that lie left of members: outbox and audit, read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from audit.models import Entry
from audit.words import words_of
from members import policies
from members.admin_base import Act, Affected, RegulatorAdmin
from members.audience import Audience
from members.desk.filters import MailKind, VerbRoom
from members.viewer import Viewer
from notifications import workflow
from notifications.models import Delivery


@admin.register(Entry)
class EntryAdmin(RegulatorAdmin[Entry]):
    """What happened. Entries about a firm's internal notes are not here: row security keeps them too."""

    list_display = ("at", "actor_name", "what_was_done", "object_label", "ip")
    list_filter = (VerbRoom,)
    search_fields = ("actor_name", "object_label", "object_id", "verb")
    date_hierarchy = "at"
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).exclude(audience=Audience.ORGANISATION)

    @admin.display(description=pgettext_lazy("verb of the record", "What was done"), ordering="verb")
    def what_was_done(self, obj: Entry) -> str:
        return words_of(obj.verb)


@admin.register(Delivery)
class DeliveryAdmin(RegulatorAdmin[Delivery]):
    """Mail on its way: to whom, of what kind, and what became of it. Never its text."""

    list_display = ("created_at", "kind", "recipient", "state", "attempts", "sent_at", "last_error")
    list_filter = ("state", MailKind)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name_en", "user__name_zh_hant", "address")
    ordering = ("-created_at",)
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

    def counted(self, count: int) -> str:
        return ngettext("%(count)s mail", "%(count)s mails", count) % {"count": f"{count:,}"}

    @admin.display(description=gettext_lazy("To"))
    def recipient(self, obj: Delivery) -> str:
        return str(obj.user.email if obj.user else obj.address)

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_keep_register(viewer)

    @admin.action(description=gettext_lazy("Send failed mail again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> HttpResponse | None:
        viewer = self._viewer(request)

        def verb(delivery: Delivery, given: dict[str, Any]) -> None:
            policies.require(policies.can_keep_register(viewer))
            workflow.retry(delivery)

        return self.confirmed(
            request,
            queryset.filter(state="failed"),
            Act(
                name="send_again",
                title=_("Send failed mail again"),
                explains=_(
                    "Each of these mails goes out again within a minute. Mail that did not fail is left as it is."
                ),
                button=_("Send again"),
                verb=verb,
                affected=lambda rows: [Affected(self.recipient(row), row.kind) for row in rows],
                done=_("Failed mail will be sent again within a minute."),
            ),
        )
