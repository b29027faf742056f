"""Working groups and their seats."""

from django.contrib import admin

from members.admin_base import RegulatorAdmin, RegulatorInline
from members.models import WorkingGroup, WorkingGroupMembership


class SeatInline(RegulatorInline[WorkingGroupMembership]):
    model = WorkingGroupMembership
    fields = readonly_fields = ("user", "organisation")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(RegulatorAdmin[WorkingGroup]):
    list_display = ("name_en", "name_zh_hant", "convener")
    list_select_related = ("convener",)
    inlines = (SeatInline,)
    fields = ("key", "name_en", "name_zh_hant", "name_zh_hans", "convener")
    readonly_fields = fields
