"""What every page of the admin site shares: rights by the viewer's role, never a firm's internal row, no deletion."""

from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from members.audience import Audience, Restricted
from members.viewer import Viewer

ModelT = TypeVar("ModelT", bound=models.Model)
COUNT_AT_MOST = 10_000


class _Rights(BaseModelAdmin[ModelT]):
    """Everybody at the regulator may look; `can_write(viewer)` says who may add and change. Nobody deletes."""

    def can_write(self, viewer: Viewer) -> bool:
        return False

    def _viewer(self, request: HttpRequest) -> Viewer:
        return request.viewer  # type: ignore[attr-defined, no-any-return]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._viewer(request).is_regulator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._viewer(request).is_regulator

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_write(self._viewer(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_write(self._viewer(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ModelT]:
        rows = super().get_queryset(request)
        if issubclass(self.model, Restricted):
            rows = rows.filter(self.model.visible_q(self._viewer(request))).exclude(audience=Audience.ORGANISATION)
        return rows


class CappedPaginator(Paginator[Any]):
    """Counts 10,000 rows at most: nobody turns so many pages, and counting 200,000 comments takes a second."""

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[Any]", self.object_list)
        return rows.order_by()[:COUNT_AT_MOST].count()


class RegulatorAdmin(_Rights[ModelT], admin.ModelAdmin[ModelT]):
    """A model that the regulator's staff look at in the admin site."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False


class RegulatorInline(_Rights[ModelT], admin.TabularInline[ModelT, models.Model]):
    extra = 0
    show_change_link = False
