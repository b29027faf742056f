from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import policies, workflow
from documents.models import Document, Version
from members.admin.people import MembershipAdmin
from members.admin_base import Act, RegulatorAdmin, RegulatorInline
from members.desk.reached import reached
from members.viewer import Viewer


class VersionInline(RegulatorInline[Version]):
    model = Version
    fields = ("number", "file_name", "size", "scan_state", "sha256", "created_at", "created_by")
    readonly_fields = fields


@admin.register(Document)
class DocumentAdmin(RegulatorAdmin[Document]):
    """Files come in through the portal's own pages; here they are looked at and released."""

    list_display = ("reference", "title_en", "kind", "audience", "organisation", "released_at")
    list_filter = ("kind", "audience")
    list_select_related = ("organisation",)
    search_fields = ("reference", "title_en", "title_zh_hant")
    ordering = ("-created_at",)
    inlines = (VersionInline,)
    actions = ("release",)

    date_hierarchy = "created_at"

    def can_act(self, viewer: Viewer) -> bool:
        return policies.can_file(viewer)

    @admin.action(description=gettext_lazy("Release to the audience now"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: models.QuerySet[Document]) -> HttpResponse | None:
        viewer = self._viewer(request)
        return self.confirmed(
            request,
            queryset,
            Act(
                name="release",
                title=_("Release to the audience now"),
                explains=_("These files can be read and downloaded by their audience at once. That cannot be undone."),
                button=_("Release"),
                verb=lambda row, given: workflow.release(row, actor=viewer),
                affected=lambda rows: [
                    one for row in rows for one in reached(workflow.plan_of_release(row), viewer=viewer)
                ],
            ),
        )


class LetterInline(RegulatorInline[Document]):
    """At a membership: the letter by which the person was appointed."""

    model = Document
    fk_name = "appointment"
    verbose_name_plural = gettext_lazy("letter of appointment")
    fields = ("title_en", "created_at", "created_by")
    readonly_fields = fields
    show_change_link = True


MembershipAdmin.inlines = (*MembershipAdmin.inlines, LetterInline)
