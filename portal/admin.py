"""The records of rooms that lie left of members: outbox and audit, read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from audit.models import Entry
from audit.particulars import Reading, kind_words
from audit.words import words_of
from members import policies
from members.admin_base import Act, Affected, RegulatorAdmin
from members.audience import Audience
from members.desk.filters import MailKind, VerbRoom
from members.viewer import Viewer
from notifications import kinds, workflow
from notifications.enums import DeliveryState
from notifications.models import Delivery
from portal.audit_room.rows import firms


@admin.register(Entry)
class EntryAdmin(RegulatorAdmin[Entry]):
    """What happened. Entries about a firm's internal notes are not here: row security keeps them too."""

    list_display = ("at", "actor_name", "what_was_done", "object_label", "ip")
    list_filter = (VerbRoom,)
    search_fields = ("actor_name", "object_label", "object_id", "verb")
    date_hierarchy = "at"
    ordering = ("-at",)
    fields = ("at", "what_was_done", "actor_name", "behalf", "kind_of_object", "object_label", "particulars", "ip")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).exclude(audience=Audience.ORGANISATION)

    @admin.display(description=pgettext_lazy("verb of the record", "What was done"), ordering="verb")
    def what_was_done(self, obj: Entry) -> str:
        return words_of(obj.verb)

    @admin.display(description=gettext_lazy("on behalf of"))
    def behalf(self, obj: Entry) -> str:
        return firms().get(obj.on_behalf_of or 0, "-")

    @admin.display(description=gettext_lazy("kind of object"))
    def kind_of_object(self, obj: Entry) -> str:
        return capfirst(kind_words(obj.object_type)) if obj.object_type else "-"

    @admin.display(description=gettext_lazy("Before and after"))
    def particulars(self, obj: Entry) -> SafeString:
        lines, colon = [], pgettext("between label and value", ": ")
        for change in Reading([obj]).changes(obj):
            said = change.after or "–"
            if change.before is not None:
                said = f"{change.before or '–'} → {said}"
            lines.append((f"{change.name}{colon}{said}" if change.name else said,))
        return format_html_join("", "<p>{}</p>", lines)


@admin.register(Delivery)
class DeliveryAdmin(RegulatorAdmin[Delivery]):
    """Mail on its way: to whom, of what kind, and what became of it. Never its text."""

    list_display = ("created_at", "about", "recipient", "state", "attempts", "sent_at", "last_error")
    list_filter = ("state", MailKind)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name_en", "user__name_zh_hant", "address")
    ordering = ("-created_at",)
    date_hierarchy = "created_at"
    fields = (
        "about",
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

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def about(self, obj: Delivery) -> str:
        return kinds.words_of(obj.kind)

    def offers(self, row: Delivery, verb: str) -> bool:
        return row.state == DeliveryState.FAILED

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
                affected=lambda rows: [Affected(self.recipient(row), self.about(row)) for row in rows],
                done=_("Failed mail will be sent again within a minute."),
            ),
        )
