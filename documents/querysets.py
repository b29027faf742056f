from typing import TYPE_CHECKING, Self

from django.db.models import Prefetch

from members.audience import RestrictedQuerySet

if TYPE_CHECKING:
    from documents.models import Document  # noqa: F401


class DocumentQuerySet(RestrictedQuerySet["Document"]):
    def with_versions(self) -> Self:
        """With every version, newest first, and the names that a page shows."""
        from documents.models import Version

        versions = Version.objects.select_related("created_by").order_by("-number")
        return self.select_related("organisation", "working_group", "created_by").prefetch_related(
            Prefetch("versions", queryset=versions)
        )
