from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents import policies, workflow
from documents.models import Document, Version
from members.admin_base import RegulatorAdmin, RegulatorInline


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

    @admin.action(description=_("Release to the audience now"), permissions=["view"])
    def release(self, request: HttpRequest, queryset: models.QuerySet[Document]) -> None:
        for document in queryset:
            workflow.release(document, actor=self._viewer(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if policies.can_file(self._viewer(request)) else {}
