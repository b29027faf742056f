from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.models import User
from meetings import policies
from meetings.models import (
    Action,
    ActionPart,
    AgendaItem,
    Attendance,
    Interest,
    Meeting,
    MinuteParagraph,
    Minutes,
    Paper,
)
from members.admin_base import RegulatorAdmin, RegulatorInline
from members.enums import OrganisationKind
from members.models import Membership
from members.viewer import Viewer
from portal.common import clock


class AgendaItemInline(RegulatorInline[AgendaItem]):
    model = AgendaItem
    fields = ("number", "title_en", "purpose", "starts_at", "minutes_planned", "competition_check", "released_at")
    readonly_fields = ("released_at",)


class PaperInline(RegulatorInline[Paper]):
    model = Paper
    fields = ("number", "title_en", "state", "due", "published_at", "author")
    readonly_fields = fields


class AttendanceInline(RegulatorInline[Attendance]):
    model = Attendance
    fields = ("user", "organisation", "reply", "mode", "statement_accepted", "left_at")
    readonly_fields = fields


class InterestInline(RegulatorInline[Interest]):
    model = Interest
    fields = ("user", "organisation", "text", "handling", "decided_by")
    readonly_fields = fields


@admin.register(Meeting)
class MeetingAdmin(RegulatorAdmin[Meeting]):
    """Titles, place and times are mended here; what happens to a meeting goes through its verbs."""

    list_display = ("title_en", "starts_at", "state", "working_group", "chair")
    list_filter = ("kind", "state")
    list_select_related = ("working_group", "chair")
    search_fields = ("title_en", "title_zh_hant", "key")
    date_hierarchy = "starts_at"
    readonly_fields = (
        "state", "audience", "organisation", "working_group", "released_at", "notice_issued_at", "agenda_issued_at",
        "count_in_person", "count_by_video", "count_apologies", "count_organisations", "reason",
    )  # fmt: skip
    inlines = (AgendaItemInline, PaperInline, AttendanceInline, InterestInline)

    def can_write(self, viewer: Viewer) -> bool:
        return policies.can_create(viewer)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Who chairs is of the regulator: a list of everybody would grow with the portal."""
        if db_field.remote_field.model is User:
            now = Membership.objects.on(clock.today()).filter(organisation__kind=OrganisationKind.REGULATOR)
            kwargs["queryset"] = User.objects.filter(pk__in=now.values("user"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ParagraphInline(RegulatorInline[MinuteParagraph]):
    model = MinuteParagraph
    fields = ("number", "item", "kind", "text")
    readonly_fields = fields


@admin.register(Minutes)
class MinutesAdmin(RegulatorAdmin[Minutes]):
    list_display = ("meeting", "state", "circulated_at", "comment_by", "confirmed_at")
    list_filter = ("state",)
    list_select_related = ("meeting",)
    search_fields = ("meeting__title_en", "meeting__title_zh_hant")
    date_hierarchy = "circulated_at"
    inlines = (ParagraphInline,)

    def counted(self, count: int) -> str:
        return ngettext("Minutes of %(count)s meeting", "Minutes of %(count)s meetings", count) % {
            "count": f"{count:,}"
        }


class ActionPartInline(RegulatorInline[ActionPart]):
    model = ActionPart
    fields = ("organisation", "done")
    readonly_fields = fields


@admin.register(Action)
class ActionAdmin(RegulatorAdmin[Action]):
    list_display = ("number", "text", "due", "state", "audience", "owner_team", "owner_organisation", "owner_user")
    list_filter = ("state", "side", "audience")
    list_select_related = ("owner_organisation", "owner_user")
    search_fields = ("number", "text")
    date_hierarchy = "due"
    ordering = ("position",)
    inlines = (ActionPartInline,)
